"""What a customer is worth over the years, by the simple formula. Definition: Lifetime value, simple."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.params.periods import months_before
from portfolio.topics.rates import ratio

MONTHS_A_YEAR = 12


COLUMNS = [
    "average_basket",
    "orders_per_year",
    "lifespan_years",
    "lifespan_capped",
    "margin_rate",
    "value",
    "value_margin",
    "customers",
    "yearly_retention",
]


def simple(book: Book) -> pd.DataFrame:
    """Say what a customer is worth: average basket x orders a year x lifespan in years.

    Returns
    -------
    DataFrame
        One row: ``customers`` (with an order in the trailing window), ``average_basket`` (money),
        ``orders_per_year``, ``yearly_retention``, ``lifespan_years`` = 1 / (1 - yearly retention), at most
        ``lifespan_cap_years`` (``lifespan_capped`` says when), ``margin_rate``, ``value`` and
        ``value_margin`` (money per customer). Retention, lifespan and value are NaN while the orders
        do not cover twice the trailing window, orders a year while they do not cover it once.

    Notes
    -----
    Average basket, orders and margin rate are those of the trailing window. The formula is the one that
    business articles give for customer lifetime value.
    """
    return pd.DataFrame([_row(book, book.totals(totals))], columns=COLUMNS)


def simple_by(book: Book, attribute: str) -> pd.DataFrame:
    """Return ``simple`` for each value of an attribute (column ``value_of``), largest value first."""
    parts = {value: part.totals(totals) for value, part in book.parts(attribute).items()}
    rows = [{"value_of": value, **_row(book, sums)} for value, sums in parts.items() if sums["customers"] > 0]
    table = pd.DataFrame(rows, columns=["value_of", *COLUMNS])
    return table.sort_values(["value", "value_of"], ascending=[False, True], ignore_index=True)


def bought(customers: ibis.Table, book: Book) -> ibis.Value:
    """Return 1 for a customer with an order in the trailing window."""
    return customers.trailing_orders > 0


def earlier(customers: ibis.Table, book: Book) -> ibis.Value:
    """Return 1 for a customer with an order in the window before."""
    return customers.earlier_trailing_orders > 0


def stayed(customers: ibis.Table, book: Book) -> ibis.Value:
    """Return 1 for a customer with an order in both windows."""
    return bought(customers, book) & earlier(customers, book)


def left(customers: ibis.Table, book: Book) -> ibis.Value:
    """Return 1 for a customer with an order in the window before, and none since."""
    return ~bought(customers, book) & earlier(customers, book)


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Count and sum what the formula is made of, over the trailing window and the one before."""
    return {
        "customers": customers.count(where=_.trailing_orders > 0),
        "orders": customers.trailing_orders.sum(),
        "revenue": customers.trailing_revenue.sum().cast("float64"),
        "margin": customers.trailing_margin.sum().cast("float64"),
        "costed_revenue": customers.trailing_costed_revenue.sum().cast("float64"),
        "earlier": customers.count(where=_.earlier_trailing_orders > 0),
        "stayed": customers.count(where=(_.trailing_orders > 0) & (_.earlier_trailing_orders > 0)),
    }


def _row(book: Book, sums: Mapping[str, float]) -> dict[str, object]:
    window = book.thresholds.trailing_months
    # A figure a year needs a whole window of orders, and what was lost since the window before needs two.
    one, two = (book.span.covers(months_before(book.period.end, n * window)) for n in (1, 2))
    basket = ratio(sums["revenue"], sums["orders"])
    per_year = ratio(sums["orders"], sums["customers"]) * MONTHS_A_YEAR / window if one else np.nan
    lost = ratio(sums["earlier"] - sums["stayed"], sums["earlier"]) if two else np.nan
    years = MONTHS_A_YEAR / window
    # The share lost itself, and not 1 - (1 - lost), so that one in ten lost is ten years to the last digit.
    lost_a_year = lost if years == 1 else 1 - (1 - lost) ** years
    cap = book.thresholds.lifespan_cap_years
    endless = np.inf if lost_a_year == 0 else 1 / lost_a_year
    lifespan = min(endless, cap) if not np.isnan(endless) else np.nan
    margin_rate = ratio(sums["margin"], sums["costed_revenue"]) if book.measured("orders", "cost") else np.nan
    value = basket * per_year * lifespan
    return {
        "average_basket": basket,
        "orders_per_year": per_year,
        "lifespan_years": lifespan,
        "lifespan_capped": bool(endless > cap),
        "margin_rate": margin_rate,
        "value": value,
        "value_margin": value * margin_rate,
        "customers": int(sums["customers"]),
        "yearly_retention": 1 - lost_a_year,
    }


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the figures over the customers of the trailing window."""
    row = simple(book).iloc[0]
    named = {"lifetime_value": "value", "lifetime_value_margin": "value_margin"}
    named |= {name: name for name in ("lifespan_years", "yearly_retention", "orders_per_year")}
    return {name: (row[column], row["customers"]) for name, column in named.items()}
