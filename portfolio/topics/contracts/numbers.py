"""Contracts that end."""

from __future__ import annotations

import ibis
from ibis import _

from portfolio.base.book import Book
from portfolio.params.columns import MONEY
from portfolio.params.periods import months_before

MONTHS_AHEAD = 6


def ending(book: Book) -> ibis.Table | None:
    """Return the customers with running contracts that end within six months, with ``ending_amount`` (money a year)."""
    if not book.measured("contracts", "end_date"):
        return None
    amounts = _ending(book).group_by("customer_id").agg(ending_amount=_.annual_amount.sum().fill_null(0).cast(MONEY))
    return book.customers.join(amounts, "customer_id")


def number_ending(book: Book) -> tuple[str, float, str]:
    """Return how many running contracts end within six months."""
    return "contracts", float(book.run(_ending(book).count())), "count"


def _ending(book: Book) -> ibis.Table:
    horizon = months_before(book.period.end, -MONTHS_AHEAD)
    return book.table("contracts").filter(
        _.start_date < book.period.end, _.end_date >= book.period.end, _.end_date < horizon
    )
