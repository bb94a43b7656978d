"""The book cut by an attribute: regions, account managers, sectors, sizes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.measures.activity import money_sums, ratio, wilson


def place(book: Book) -> str:
    """Return the attribute that places customers: the first of region, country, city with two values or more."""
    for name in ("region", "country", "city"):
        if book.measured("customers", name) and len(by_attribute(book, name)) > 1:
            return name
    return "region"


def by_attribute(book: Book, attribute: str) -> pd.DataFrame:
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
        ``revenue_change`` (share of the previous), ``average_basket``, ``margin_rate``, ``retention_rate`` with its
        Wilson interval ``retention_low``, ``retention_high``, ``before`` (active in the period before), ``few``
        (fewer than ``min_customers`` of them). Customers without a value are left out.
    """
    customers = book.customers
    table = customers.group_by(value_of=customers[attribute].cast("string")).agg(
        customers=_.count(where=_.orders_ever > 0),
        active_customers=_.count(where=_.orders > 0),
        orders=_.orders.sum(),
        before=_.count(where=_.previous_orders > 0),
        retained=_.count(where=_.movement == "retained"),
        **money_sums(customers),
    )
    every = book.execute(table)
    total = every["revenue"].sum()
    found = every[every["value_of"].notna() & (every["customers"] > 0)]
    found = found.sort_values(["revenue", "value_of"], ascending=[False, True], ignore_index=True)
    intervals = [wilson(k, n) for k, n in zip(found["retained"], found["before"], strict=True)]
    costed = found["costed_revenue"] if book.measured("orders", "cost") else found["revenue"] * np.nan
    return pd.DataFrame(
        {
            "value_of": found["value_of"],
            "customers": found["customers"].astype(int),
            "active_customers": found["active_customers"].astype(int),
            "revenue": found["revenue"],
            "revenue_share": [ratio(money, total) for money in found["revenue"]],
            "previous_revenue": found["previous_revenue"],
            "revenue_change": [
                ratio(now - then, then) for now, then in zip(found["revenue"], found["previous_revenue"], strict=True)
            ],
            "average_basket": [ratio(m, n) for m, n in zip(found["revenue"], found["orders"], strict=True)],
            "margin_rate": [ratio(m, c) for m, c in zip(found["margin"], costed, strict=True)],
            "retention_rate": [ratio(k, n) for k, n in zip(found["retained"], found["before"], strict=True)],
            "retention_low": [low for low, _high in intervals],
            "retention_high": [high for _low, high in intervals],
            "before": found["before"].astype(int),
            "few": found["before"] < book.thresholds.min_customers,
        }
    )
