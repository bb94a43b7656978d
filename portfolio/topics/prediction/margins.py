"""The margin rate that a customer's purchases to come are valued with: observed, losses included.

A customer who ordered often enough in the trailing window has a rate of their own; the others have that of their size,
and those of no size that of the portfolio. Definition: Lifetime value, predicted.
"""

from __future__ import annotations

import ibis
from ibis import _

from portfolio.base.book import Book

# Orders in the trailing window from which a customer's own rate tells something.
ENOUGH_ORDERS = 5
# A rate beyond is that of a few returns, and of no customer to come.
EXTREME = 1.0


def in_margin(book: Book) -> bool:
    """Whether values are in margin: the cost is measured, and the costed revenue of the window is above 0."""
    return book.measured("orders", "cost") and _rates(book)[None] is not None


def basis(book: Book) -> str:
    """Return what values are in: margin or revenue."""
    return "margin" if in_margin(book) else "revenue"


def margin_rates(book: Book) -> ibis.Table:
    """Return ``customer_id``, ``margin_rate`` of every customer of the portfolio: 1 where values are in revenue."""
    everyone = book.everyone
    if not in_margin(book):
        return everyone.select("customer_id", margin_rate=ibis.literal(1.0))
    rates = _rates(book)
    costed = everyone.trailing_costed_revenue.cast("float64")
    own = everyone.trailing_margin.cast("float64") / costed.nullif(0.0)
    thick = (everyone.trailing_orders >= ENOUGH_ORDERS) & (costed > 0) & own.between(-EXTREME, EXTREME)
    of_size = ibis.cases(
        *((everyone["size"] == size, rate) for size, rate in rates.items() if size is not None), else_=rates[None]
    )
    return everyone.select("customer_id", margin_rate=thick.fill_null(False).ifelse(own, of_size))


def _rates(book: Book) -> dict[str | None, float | None]:
    """Return the rate of each size of the whole portfolio over the trailing window, and under None that of all."""
    return book.whole.once("margin_rates", lambda: _measure(book.whole))


def _measure(book: Book) -> dict[str | None, float | None]:
    sums = book.customers.group_by("size").agg(
        margin=_.trailing_margin.sum().cast("float64"), costed=_.trailing_costed_revenue.sum().cast("float64")
    )
    found = book.run(sums).set_index("size")
    total = found.sum()
    rates: dict[str | None, float | None] = {
        size: float(row["margin"] / row["costed"])
        for size, row in found.iterrows()
        if size != "absent" and row["costed"] > 0
    }
    rates[None] = float(total["margin"] / total["costed"]) if total["costed"] > 0 else None
    return rates
