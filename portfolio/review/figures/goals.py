"""The goals that the table ``targets`` sets."""

from __future__ import annotations

import pandas as pd

from portfolio.base.book import Book
from portfolio.base.segments import parse_segment
from portfolio.errors import N_, DataError, nearest


def goals_table(book: Book) -> pd.DataFrame:
    """Return the goals that hold in the book's period: ``measure``, ``segment``, ``target``.

    A goal for the period itself goes before one for every period; of two equal ones, the higher.

    Raises
    ------
    DataError
        A goal for a measure that no report makes.
    """
    return book.once("goals", lambda: _goals_table(book)).copy()


def _goals_table(book: Book) -> pd.DataFrame:
    columns = ["measure", "segment", "target"]
    if not book.measured("targets"):
        return pd.DataFrame(columns=columns)
    table = book.clean.tables["targets"]
    rows = book.run(table.select("measure", "target", "period", "segment"))
    rows = rows.assign(segment=rows["segment"].fillna("").str.strip(), period=rows["period"].fillna("").str.strip())
    known = book.topics.figures
    unknown = sorted(set(rows["measure"]) - set(known))
    if unknown:
        raise DataError(
            N_('The table targets has a goal for "{measure}", which is no measure. Nearest: {nearest}.'),
            measure=unknown[0],
            nearest=nearest(unknown[0], known) or "-",
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
