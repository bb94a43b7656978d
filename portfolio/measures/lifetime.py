"""What a customer is worth over the years, by the simple formula. Definition: Lifetime value, simple."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.periods import months_before
from portfolio.measures.activity import ratio

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
        do not cover twice the trailing window.

    Notes
    -----
    Average basket, orders and margin rate are those of the trailing window. The formula is the one that
    business articles give for customer lifetime value.
    """
    return _values(book, book.execute(book.customers.agg(**_sums(book.customers))))


def simple_by(book: Book, attribute: str) -> pd.DataFrame:
    """Return ``simple`` for each value of an attribute (column ``value_of``), largest value first."""
    customers = book.customers
    table = customers.group_by(value_of=customers[attribute].cast("string")).agg(**_sums(customers))
    found = book.execute(table.filter(_.value_of.notnull(), _.customers > 0))
    result = _values(book, found)
    result.insert(0, "value_of", found["value_of"].to_numpy())
    return result.sort_values(["value", "value_of"], ascending=[False, True], ignore_index=True)


def _sums(customers: ibis.Table) -> dict[str, ibis.Value]:
    return {
        "customers": customers.count(where=_.trailing_orders > 0),
        "orders": customers.trailing_orders.sum(),
        "revenue": customers.trailing_revenue.sum().cast("float64"),
        "margin": customers.trailing_margin.sum().cast("float64"),
        "costed_revenue": customers.trailing_costed_revenue.sum().cast("float64"),
        "earlier": customers.count(where=_.earlier_trailing_orders > 0),
        "stayed": customers.count(where=(_.trailing_orders > 0) & (_.earlier_trailing_orders > 0)),
    }


def _values(book: Book, sums: pd.DataFrame) -> pd.DataFrame:
    window = book.thresholds.trailing_months
    # Two windows are covered when the first order falls in the first month of the earlier one.
    covered = book.first_day < months_before(book.period.end, 2 * window - 1)
    rows = []
    for row in sums.to_dict("records"):
        basket = ratio(row["revenue"], row["orders"])
        per_year = ratio(row["orders"], row["customers"]) * MONTHS_A_YEAR / window
        lost = ratio(row["earlier"] - row["stayed"], row["earlier"]) if covered else np.nan
        years = MONTHS_A_YEAR / window
        # The share lost itself, and not 1 - (1 - lost), so that one in ten lost is ten years to the last digit.
        lost_a_year = lost if years == 1 else 1 - (1 - lost) ** years
        cap = book.thresholds.lifespan_cap_years
        endless = np.inf if lost_a_year == 0 else 1 / lost_a_year
        lifespan = min(endless, cap) if not np.isnan(endless) else np.nan
        margin_rate = ratio(row["margin"], row["costed_revenue"]) if book.measured("orders", "cost") else np.nan
        value = basket * per_year * lifespan
        rows.append(
            {
                "average_basket": basket,
                "orders_per_year": per_year,
                "lifespan_years": lifespan,
                "lifespan_capped": bool(endless > cap),
                "margin_rate": margin_rate,
                "value": value,
                "value_margin": value * margin_rate,
                "customers": int(row["customers"]),
                "yearly_retention": 1 - lost_a_year,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)
