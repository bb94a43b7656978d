"""Contracts that end."""

from __future__ import annotations

import numpy as np
from ibis import _

from portfolio.base.book import Book
from portfolio.params.periods import months_before
from portfolio.topics.contract import Evidence

MONTHS_AHEAD = 6


def ending(book: Book, least: float) -> list[Evidence]:
    """Find more than ``least`` running contracts that end within six months, and their amount a year."""
    if not book.measured("contracts", "end_date"):
        return []
    horizon = months_before(book.period.end, -MONTHS_AHEAD)
    found = book.table("contracts").filter(
        _.start_date < book.period.end, _.end_date >= book.period.end, _.end_date < horizon
    )
    row = book.run(found.agg(n=_.count(), money=_.annual_amount.sum().cast("float64"))).iloc[0]
    n = row["n"]
    return [Evidence("contracts", "", n, "count", "", np.nan, row["money"], n)] if n > least else []
