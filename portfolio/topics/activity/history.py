"""The headline figures over the last periods, for sparklines. One scan of the orders."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book


def history(book: Book, length: int = 8) -> pd.DataFrame:
    """Follow the headline figures over the last periods, in one scan of the orders.

    Parameters
    ----------
    length
        How many periods at most, the last one being the book's.

    Returns
    -------
    DataFrame
        One row a period, oldest first: ``period``, ``active_customers``, ``orders``, ``revenue``,
        ``average_basket``, ``margin_rate``, ``new_customers``, ``retention_rate``. The customers are those
        of the segment on the book's own day. Periods wholly before the first order are left out; in the first
        nobody can tell who is new: NaN.
    """
    spans = [book.period]
    # One period more than shown, so that the first one shown has its retention.
    while len(spans) <= length and spans[0].start > book.span.first:
        spans.insert(0, spans[0].previous)
    rows = book.run(_period_rows(book.orders, spans)).set_index("place")
    rows = rows.reindex(range(len(spans))).astype("float64")
    before = rows["active_customers"].shift(1)
    counts = ["active_customers", "orders", "new_customers"]
    rows[counts] = rows[counts].fillna(0)
    known = [span.previous.end > book.span.first for span in spans]
    costed = rows["costed_revenue"] if book.measured("orders", "cost") else np.nan
    return (
        pd.DataFrame(
            {
                "period": [span.name for span in spans],
                "active_customers": rows["active_customers"].astype(int),
                "orders": rows["orders"].astype(int),
                "revenue": rows["revenue"].fillna(0.0),
                "average_basket": rows["revenue"] / rows["orders"].where(rows["orders"] > 0),
                "margin_rate": rows["margin"] / costed,
                "new_customers": rows["new_customers"].where(known),
                "retention_rate": rows["retained"].fillna(0) / before.where(before > 0),
            }
        )
        .tail(length)
        .reset_index(drop=True)
    )


def _period_rows(lines: ibis.Table, spans) -> ibis.Table:
    def place(day: ibis.Value) -> ibis.Value:
        # Days before the first span fall in place -1: they tell who is new, and are not shown.
        return ibis.cases(
            *((day >= ibis.literal(span.start), n) for n, span in reversed(list(enumerate(spans)))), else_=-1
        )

    orders = lines.group_by("customer_id", "order_id", place=place(lines.order_date)).agg(
        order_date=lines.order_date.min(where=lines.amount > 0),
        revenue=lines.amount.sum(),
        margin=(lines.amount - lines.cost).sum(),
        costed_revenue=lines.amount.sum(where=lines.cost.notnull()),
    )
    # A document dated over two periods is one order, in the period of its first positive line.
    first = orders.order_date.min().over(ibis.window(group_by=[orders.customer_id, orders.order_id]))
    customers = (
        orders.mutate(is_order=(orders.order_date == first).fill_null(False))
        .group_by("customer_id", "place")
        .agg(
            orders=_.is_order.sum(),
            revenue=_.revenue.sum(),
            margin=_.margin.sum(),
            costed_revenue=_.costed_revenue.sum(),
        )
    )
    customers = customers.mutate(active=(_.orders > 0).ifelse(_.place, ibis.null().cast("int64")))
    earlier = ibis.window(group_by=customers.customer_id, order_by=customers.place, preceding=(None, 1))
    seen = customers.mutate(last_active=customers.active.max().over(earlier))
    return (
        seen.filter(_.place >= 0)
        .group_by("place")
        .agg(
            active_customers=_.active.count(),
            orders=_.orders.sum(),
            revenue=_.revenue.sum().cast("float64"),
            margin=_.margin.sum().cast("float64"),
            costed_revenue=_.costed_revenue.sum().cast("float64"),
            new_customers=_.count(where=_.active.notnull() & _.last_active.isnull()),
            retained=_.count(where=_.active.notnull() & (_.last_active == _.place - 1)),
        )
    )
