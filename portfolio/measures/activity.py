"""Who bought, how much, who came and who left. Definitions: Activity and movement."""

from __future__ import annotations

from math import sqrt

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.base.periods import months_before

# 97.5 % quantile of the normal law, for intervals at 95 %.
Z_95 = 1.959963984540054


def ratio(numerator: float, denominator: float) -> float:
    """Return numerator / denominator, NaN when the denominator is 0 or unknown."""
    return float(numerator) / float(denominator) if denominator and not pd.isna(denominator) else np.nan


def wilson(successes: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a proportion (Wilson 1927, JASA 22), NaN when n is 0."""
    if not n:
        return np.nan, np.nan
    share, square = successes / n, Z_95**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z_95 / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def money_sums(table: ibis.Table) -> dict[str, ibis.Value]:
    """Sums over customers that several measures share, as doubles made of exact decimals."""
    return {
        name: table[name].sum().cast("float64")
        for name in ("revenue", "gross_sales", "returns", "margin", "costed_revenue", "previous_revenue")
    }


def activity(book: Book) -> pd.DataFrame:
    """Say what was sold in the period, and to how many.

    Returns
    -------
    DataFrame
        One row: ``period``; ``active_customers``, ``orders``, ``lines_kept``; money ``revenue``,
        ``gross_sales``, ``returns``, ``margin``, ``average_basket``; shares ``return_rate``,
        ``margin_rate``. NaN when not measured. The margin rate bears on the lines whose cost is known.
    """
    customers = book.customers
    row = (
        book.execute(
            customers.agg(
                active_customers=customers.count(where=_.orders > 0),
                orders=customers.orders.sum(),
                lines_kept=customers.lines.sum(),
                **money_sums(customers),
            )
        )
        .iloc[0]
        .fillna({"orders": 0, "lines_kept": 0, "revenue": 0.0, "gross_sales": 0.0, "returns": 0.0})
    )
    costed = row["costed_revenue"] if book.measured("orders", "cost") else np.nan
    return pd.DataFrame(
        {
            "period": [book.period.name],
            "active_customers": [int(row["active_customers"])],
            "orders": [int(row["orders"])],
            "lines_kept": [int(row["lines_kept"])],
            "revenue": [row["revenue"]],
            "gross_sales": [row["gross_sales"]],
            "returns": [row["returns"]],
            "margin": [row["margin"] if costed > 0 else np.nan],
            "average_basket": [ratio(row["revenue"], row["orders"])],
            "return_rate": [ratio(row["returns"], row["gross_sales"])],
            "margin_rate": [ratio(row["margin"], costed)],
        }
    )


def movement(book: Book) -> pd.DataFrame:
    """Say who came, stayed, came back and left since the period before.

    Returns
    -------
    DataFrame
        One row of customers: ``before``, ``lapsed``, ``new``, ``reactivated``, ``retained``, ``now``;
        shares ``retention_rate`` with its Wilson interval ``retention_low``, ``retention_high``, and
        ``churn_rate``. Always: now = before - lapsed + new + reactivated.
    """
    counts = _movement_table(book).set_index("movement")["customers"]
    n = {name: int(counts.get(name, 0)) for name in ("new", "retained", "reactivated", "lapsed")}
    before = n["retained"] + n["lapsed"]
    low, high = wilson(n["retained"], before)
    rate = ratio(n["retained"], before)
    return pd.DataFrame(
        [
            {
                "before": before,
                **n,
                "now": n["new"] + n["retained"] + n["reactivated"],
                "retention_rate": rate,
                "retention_low": low,
                "retention_high": high,
                "churn_rate": 1 - rate,
            }
        ]
    )


def _movement_table(book: Book) -> pd.DataFrame:
    customers = book.customers
    change = customers.revenue - customers.previous_revenue
    return book.execute(
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
    found = book.execute(
        lines.group_by("month").agg(
            revenue=_.amount.sum().cast("float64"),
            orders=(_.customer_id + ibis.literal("|") + _.order_id).nunique(where=_.amount > 0),
            active_customers=_.customer_id.nunique(where=_.amount > 0),
        )
    )
    found["month"] = pd.to_datetime(found["month"])
    first = max(start, book.first_day.replace(day=1))
    every = pd.date_range(first, book.as_of, freq="MS")
    full = found.set_index("month").reindex(every).fillna(0.0).rename_axis("month").reset_index()
    return full.astype({"orders": int, "active_customers": int})
