"""The book cut by an attribute: regions, account managers, sectors, sizes."""

from __future__ import annotations

from math import sqrt

import ibis
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.chance import beyond
from portfolio.topics.rates import ratio, wilson

COLUMNS = [
    "value_of", "customers", "active_customers", "revenue", "revenue_share", "previous_revenue", "revenue_change",
    "change_sure", "average_basket", "margin_rate", "retention_rate", "retention_low", "retention_high", "before",
    "few",
]  # fmt: skip
PLACES = ("region", "country", "city")


def place(book: Book) -> str:
    """Return the attribute that places customers: the first of region, country, city with two values or more."""
    known = (name for name in PLACES if book.measured("customers", name) and len(by(book, name)) > 1)
    return next(known, PLACES[0])


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Count customers and sum their money, for each value of an attribute."""
    money = ("revenue", "margin", "costed_revenue", "previous_revenue")
    return {
        "customers": customers.count(where=_.orders_ever > 0),
        "active_customers": customers.count(where=_.orders > 0),
        "orders": customers.orders.sum().fill_null(0),
        "before": customers.count(where=_.previous_orders > 0),
        "retained": customers.count(where=(_.orders > 0) & (_.previous_orders > 0)),
        **{name: customers[name].sum().cast("float64").fill_null(0.0) for name in money},
        "squared_changes": ((_.revenue - _.previous_revenue).cast("float64") ** 2).sum().fill_null(0.0),
    }


def by(book: Book, attribute: str) -> pd.DataFrame:
    """Compare the values of an attribute.

    Parameters
    ----------
    attribute
        A column of the customer base: ``region``, ``account_manager``, ``size`` ...

    Returns
    -------
    DataFrame
        One row a value, largest revenue first: ``value_of``, ``customers`` (who ever ordered),
        ``active_customers``, ``revenue``, ``revenue_share`` (of all revenue), ``previous_revenue``,
        ``revenue_change`` (share of the previous), ``change_sure`` (whether it is more than chance, as
        ``topics.chance`` tells it), ``average_basket``, ``margin_rate``, ``retention_rate`` with its
        Wilson interval ``retention_low``, ``retention_high``, ``before`` (active in the period before), ``few``
        (fewer than ``min_customers`` of them). Customers without a value are left out.
    """
    measured, total = book.measured("orders", "cost"), book.totals(totals)["revenue"]
    rows = []
    for value, part in book.parts(attribute).items():
        sums = part.totals(totals)
        if not sums["customers"]:
            continue
        low, high = wilson(sums["retained"], sums["before"])
        rows.append(
            {
                "value_of": value,
                "customers": int(sums["customers"]),
                "active_customers": int(sums["active_customers"]),
                "revenue": sums["revenue"],
                "revenue_share": ratio(sums["revenue"], total),
                "previous_revenue": sums["previous_revenue"],
                "revenue_change": ratio(sums["revenue"] - sums["previous_revenue"], sums["previous_revenue"]),
                "change_sure": beyond(sums["revenue"] - sums["previous_revenue"], sqrt(sums["squared_changes"])),
                "average_basket": ratio(sums["revenue"], sums["orders"]),
                "margin_rate": ratio(sums["margin"], sums["costed_revenue"] if measured else 0),
                "retention_rate": ratio(sums["retained"], sums["before"]),
                "retention_low": low,
                "retention_high": high,
                "before": int(sums["before"]),
                "few": sums["before"] < book.thresholds.min_customers,
            }
        )
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["revenue", "value_of"], ascending=[False, True], ignore_index=True)
