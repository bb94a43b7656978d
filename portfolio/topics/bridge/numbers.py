"""Where the change of revenue comes from. Definitions: Activity and movement."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from ibis import _

from portfolio.base.book import Book


def revenue_bridge(book: Book) -> pd.DataFrame:
    """Split the change of revenue by who made it.

    Returns
    -------
    DataFrame
        ``step`` (before, lapsed, decreased, increased, new, reactivated, now), ``customers``, ``revenue``:
        levels at both ends, signed changes between them, which sum up. Late credit notes of customers
        who bought in neither period count as decreases.
    """
    table = (
        _movement_table(book)
        .set_index("movement")
        .reindex(["new", "retained", "reactivated", "lapsed", "absent"])
        .fillna(0.0)
    )
    change = table["revenue"] - table["previous_revenue"]
    stayed = table.loc[["retained", "absent"]].sum()
    active = table.loc[["new", "retained", "reactivated"], "customers"].sum()
    steps = {
        "before": (table.loc[["retained", "lapsed"], "customers"].sum(), table["previous_revenue"].sum()),
        "lapsed": (table.loc["lapsed", "customers"], change["lapsed"]),
        "decreased": (stayed["customers_down"], stayed["decreased"]),
        "increased": (stayed["customers_up"], stayed["increased"]),
        "new": (table.loc["new", "customers"], change["new"]),
        "reactivated": (table.loc["reactivated", "customers"], change["reactivated"]),
        "now": (active, table["revenue"].sum()),
    }
    return pd.DataFrame(
        [(step, int(customers), float(revenue)) for step, (customers, revenue) in steps.items()],
        columns=["step", "customers", "revenue"],
    )


def over_periods(books: Sequence[Book]) -> pd.DataFrame:
    """Return ``revenue_bridge`` of each book that has a period before it, with its ``period``."""
    rows = [revenue_bridge(book).assign(period=book.period.name) for book in books if book.previous]
    if not rows:
        return pd.DataFrame(columns=["period", "step", "customers", "revenue"])
    return pd.concat(rows, ignore_index=True)[["period", "step", "customers", "revenue"]]


def _movement_table(book: Book) -> pd.DataFrame:
    customers = book.customers
    change = customers.revenue - customers.previous_revenue
    return book.run(
        customers.group_by("movement").agg(
            customers=_.count(),
            revenue=_.revenue.sum().cast("float64"),
            previous_revenue=_.previous_revenue.sum().cast("float64"),
            increased=change.sum(where=change > 0).cast("float64"),
            decreased=change.sum(where=change < 0).cast("float64"),
            customers_up=_.count(where=change > 0),
            customers_down=_.count(where=change < 0),
        )
    )
