"""Figures against their goals. Table: targets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio.base.book import Book
from portfolio.base.segments import parse_segment
from portfolio.review.figures.goals import goals_table
from portfolio.review.figures.numbers import value_of
from portfolio.topics.contract import DOWN


def targets(book: Book) -> pd.DataFrame:
    """Set figures against their goals: those of the book, and for a whole book those of its segments.

    Returns
    -------
    DataFrame
        ``measure``, ``segment`` (empty for the book itself), ``value``, ``target``, ``unit``, ``direction``, ``gap``
        (value less target), ``met`` (at least as good as the target; None without a value, or where the history is too
        short to judge it), ``aside`` (money set aside, where it is more than the gap). Empty without the table
        ``targets``.
    """
    rows = goals_table(book)
    own = str(book.segment)
    if book.segment:
        rows = rows[rows["segment"] == own]
    found = []
    for segment, asked in rows.groupby("segment", sort=True):
        part = book if segment == own else book.narrow(parse_segment(segment))
        for measure, target in zip(asked["measure"], asked["target"].astype(float), strict=True):
            figure, value = book.topics.figures[measure], float(value_of(part, measure)[0])
            known = not (pd.isna(value) or (figure.doubt and figure.doubt(part)))
            met = bool(value <= target if figure.direction == DOWN else value >= target) if known else None
            aside = figure.aside(part) if figure.aside else 0.0
            shown = "" if segment == own else segment
            found.append(
                (
                    measure,
                    shown,
                    value,
                    target,
                    figure.unit,
                    figure.direction,
                    value - target,
                    met,
                    aside if aside > abs(value - target) else np.nan,
                )
            )
    columns = ["measure", "segment", "value", "target", "unit", "direction", "gap", "met", "aside"]
    return pd.DataFrame(found, columns=columns).astype({"value": "float64", "target": "float64", "gap": "float64"})
