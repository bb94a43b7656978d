"""What was sold in the period, and to how many; the season. Definitions: Activity and movement."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.params.periods import months_before
from portfolio.topics.contract import PREVIOUS, Evidence
from portfolio.topics.rates import ratio, ratios_differ

OVER_CUSTOMERS = ("active_customers", "revenue", "gross_sales", "returns", "margin")
OVER_ORDERS = ("orders", "average_basket", "return_rate", "margin_rate")


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Sum what customers bought; money is exact until the sum is made."""
    money = ("revenue", "gross_sales", "returns", "margin", "costed_revenue")
    return {
        "active_customers": customers.count(where=_.orders > 0),
        "orders": customers.orders.sum().fill_null(0),
        "lines_kept": customers.lines.sum().fill_null(0),
        **{name: customers[name].sum().cast("float64").fill_null(0.0) for name in money},
        **{name: value.sum().fill_null(0.0) for name, value in _squares(customers).items()},
    }


def _squares(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Return what tells how much the margin rate owes to chance: customers differ in their margins."""
    costed, margin = customers.costed_revenue.cast("float64"), customers.margin.cast("float64")
    return {"costed_squared": costed * costed, "costed_margin": costed * margin, "margin_squared": margin * margin}


def activity(book: Book) -> pd.DataFrame:
    """Say what was sold in the period, and to how many.

    Returns
    -------
    DataFrame
        One row: ``period``; ``active_customers``, ``orders``, ``lines_kept``; money ``revenue``,
        ``gross_sales``, ``returns``, ``margin``, ``average_basket``; shares ``return_rate``,
        ``margin_rate``. NaN when not measured. The margin rate bears on the lines whose cost is known.
    """
    sums = book.totals(totals)
    costed = sums["costed_revenue"] if book.measured("orders", "cost") else np.nan
    return pd.DataFrame(
        {
            "period": [book.period.name],
            "active_customers": [int(sums["active_customers"])],
            "orders": [int(sums["orders"])],
            "lines_kept": [int(sums["lines_kept"])],
            "revenue": [sums["revenue"]],
            "gross_sales": [sums["gross_sales"]],
            "returns": [sums["returns"]],
            "margin": [sums["margin"] if costed > 0 else np.nan],
            "average_basket": [ratio(sums["revenue"], sums["orders"])],
            "return_rate": [ratio(sums["returns"], sums["gross_sales"])],
            "margin_rate": [ratio(sums["margin"], costed)],
        }
    )


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the figures with what each is counted over: customers, or orders."""
    row = activity(book).iloc[0]
    return {
        **{name: (row[name], row["active_customers"]) for name in OVER_CUSTOMERS},
        **{name: (row[name], row["orders"]) for name in OVER_ORDERS},
        "lines_kept": (row["lines_kept"], row["lines_kept"]),
    }


def differs(book: Book, others: Book) -> float:
    """Return how likely chance alone makes as large a difference of margin rate between two books (a p-value).

    Chance is that of which customers bought: the rate is a ratio of two sums over them.
    """
    squares = ("margin", "costed_revenue", "margin_squared", "costed_margin", "costed_squared")
    return ratios_differ(*([each.totals(totals)[name] for name in squares] for each in (book, others)))


def revenue_of(book: Book) -> float:
    """Return the revenue of the period: the money of one whole unit of a rate of revenue."""
    return book.totals(totals)["revenue"]


def orders_of(book: Book) -> float:
    """Return the orders of the period."""
    return book.totals(totals)["orders"]


def revenue_of_a_customer(book: Book) -> float:
    """Return the revenue of an active customer on average, 0 when there is none."""
    sums = book.totals(totals)
    return sums["revenue"] / sums["active_customers"] if sums["active_customers"] else 0.0


def basket_of(book: Book) -> float:
    """Return the average basket, 0 without orders."""
    sums = book.totals(totals)
    return sums["revenue"] / sums["orders"] if sums["orders"] else 0.0


def set_aside(book: Book) -> float:
    """Return the money of the period that is set aside; of a segment nobody can tell, and it is 0."""
    return 0.0 if book.segment else book.money_set_aside


def margin_rate_falling(book: Book, least: float) -> list[Evidence]:
    """Find a margin rate that fell by ``least`` or more since the period before, and the margin that it cost."""
    if book.previous is None:
        return []
    now, then = activity(book).iloc[0], activity(book.previous).iloc[0]
    fall = then["margin_rate"] - now["margin_rate"]
    if not fall >= least:
        return []
    money, n = fall * now["revenue"], now["active_customers"]
    return [Evidence("margin_rate", "", now["margin_rate"], "rate", PREVIOUS, then["margin_rate"], money, n)]


def months(book: Book, length: int = 24) -> pd.DataFrame:
    """Show the season: revenue, orders and active customers of the last months.

    Parameters
    ----------
    length
        How many months, the last one being that of the as-of date.

    Returns
    -------
    DataFrame
        ``month`` (first day), ``revenue``, ``orders`` (documents with a positive line in the month),
        ``active_customers``. Months without a line are there with zeros, from the first order on.
    """
    start = months_before(book.period.end, length)
    lines = book.orders.filter(_.order_date >= start)
    lines = lines.mutate(month=lines.order_date.truncate("M"))
    found = book.run(
        lines.group_by("month").agg(
            revenue=_.amount.sum().cast("float64"),
            orders=(_.customer_id + ibis.literal("|") + _.order_id).nunique(where=_.amount > 0),
            active_customers=_.customer_id.nunique(where=_.amount > 0),
        )
    )
    found["month"] = pd.to_datetime(found["month"])
    first = max(start, book.span.first.replace(day=1))
    every = pd.date_range(first, book.as_of, freq="MS")
    full = found.set_index("month").reindex(every).fillna(0.0).rename_axis("month").reset_index()
    return full.astype({"orders": int, "active_customers": int})


def loss(book: Book, least: float) -> list[Evidence]:
    """Find that the lines whose cost is known were sold at a loss of more than ``least`` of their revenue."""
    row = activity(book).iloc[0]
    if not -row["margin_rate"] > least:
        return []
    rate, n = row["margin_rate"], row["active_customers"]
    return [Evidence("margin_rate", "", rate, "rate", "", np.nan, -row["margin"], n)]
