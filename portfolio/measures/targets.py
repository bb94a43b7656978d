"""Figures against their goals. Table: targets."""

from __future__ import annotations

import pandas as pd

from portfolio.base.book import Book
from portfolio.base.segments import parse_segment
from portfolio.errors import N_, DataError, nearest
from portfolio.measures.metrics import METRICS, values


def goals_table(book: Book) -> pd.DataFrame:
    """Return the goals that hold in the book's period: ``measure``, ``segment``, ``target``.

    A goal for the period itself goes before one for every period; of two equal ones, the higher.

    Raises
    ------
    DataError
        A goal for a measure that no report makes.
    """
    columns = ["measure", "segment", "target"]
    if not book.measured("targets"):
        return pd.DataFrame(columns=columns)
    table = book.clean.tables["targets"]
    rows = book.execute(table.select("measure", "target", "period", "segment"))
    rows = rows.assign(segment=rows["segment"].fillna("").str.strip(), period=rows["period"].fillna("").str.strip())
    unknown = sorted(set(rows["measure"]) - set(METRICS))
    if unknown:
        raise DataError(
            N_('The table targets has a goal for "{measure}", which is no measure. Nearest: {nearest}.'),
            measure=unknown[0],
            nearest=nearest(unknown[0], METRICS) or "-",
        )
    rows = rows[rows["period"].isin(["", book.period.name])].copy()
    rows["segment"] = [str(parse_segment(segment)) for segment in rows["segment"]]
    rows = rows.sort_values(["measure", "segment", "period", "target"])
    return rows.drop_duplicates(["measure", "segment"], keep="last")[columns].reset_index(drop=True)


def goals(book: Book) -> dict[str, float]:
    """Return the goals of the book's own segment: measure -> target."""
    rows = goals_table(book)
    own = rows[rows["segment"] == str(book.segment)]
    return dict(zip(own["measure"], own["target"].astype(float), strict=True))


def targets(book: Book) -> pd.DataFrame:
    """Set figures against their goals: those of the book, and for a whole book those of its segments.

    Returns
    -------
    DataFrame
        ``measure``, ``segment`` (empty for the book itself), ``value``, ``target``, ``unit``, ``direction``, ``gap``
        (value less target), ``met`` (at least as good as the target; False without a value). Empty without
        the table ``targets``.
    """
    rows = goals_table(book)
    own = str(book.segment)
    if book.segment:
        rows = rows[rows["segment"] == own]
    found = []
    for segment, asked in rows.groupby("segment", sort=True):
        figures = values(book if segment == own else book.narrow(parse_segment(segment)))
        for measure, target in zip(asked["measure"], asked["target"].astype(float), strict=True):
            kind, value = METRICS[measure], float(figures[measure][0])
            better = value <= target if kind.direction == "down" else value >= target
            found.append(
                (measure, "" if segment == own else segment, value, target, *kind, value - target, bool(better))
            )
    columns = ["measure", "segment", "value", "target", "unit", "direction", "gap", "met"]
    return pd.DataFrame(found, columns=columns).astype({"value": "float64", "target": "float64", "gap": "float64"})
