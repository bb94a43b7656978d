"""How much of the revenue hangs on how few. Definitions: Concentration and size."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.params.columns import MONEY
from portfolio.topics.rates import first_ranks, ratio

CURVE_POINTS = 100
# Dependence is said of the first ten customers.
FIRST_CUSTOMERS = 10


SHARE_OF_CUSTOMERS = 0.2


SHARE_OF_REVENUE = 0.8


def ranked(book: Book) -> ibis.Table:
    """Rank the customers whose net revenue in the period is above 0, the first first.

    Returns
    -------
    ibis.Table
        ``customer_id``, ``revenue``, ``rank`` (1 is the largest), ``cumulated`` revenue. Between equal
        revenues the order is that of the ids; no figure made of it depends on that.
    """
    paying = book.customers.filter(_.revenue > 0)
    order = [paying.revenue.desc(), paying.customer_id]
    return paying.select(
        "customer_id",
        "revenue",
        rank=ibis.row_number().over(ibis.window(order_by=order)) + 1,
        cumulated=paying.revenue.sum().over(ibis.cumulative_window(order_by=order)),
    )


def concentration(book: Book) -> pd.DataFrame:
    """Say how concentrated the revenue of the period is.

    Returns
    -------
    DataFrame
        One row: ``customers_with_positive_revenue`` (n), ``customers_without_revenue`` (active or
        credited, net revenue of 0 or less), ``top_20_percent_customers`` = ceil(0.2 n),
        ``limit`` (revenue of the last of them), ``top_20_percent_share``, ``customers_for_80_percent``, ``gini``. NaN
        when n = 0.

    Notes
    -----
    Gini: 2 sum(i x_i) / (n sum x) - (n + 1) / n, x ascending. The sums are exact decimals.
    """
    return book.once_together("concentration", _concentrations).copy()


def _concentrations(books: list[Book]) -> list[pd.DataFrame]:
    asked = [_sums(book, place) for place, book in enumerate(books) if book.totals(totals)["paying"]]
    found = books[0].run(ibis.union(*asked)).set_index("place") if asked else pd.DataFrame()
    return [_row(book, found.loc[place] if place in found.index else None) for place, book in enumerate(books)]


def _sums(book: Book, place: int) -> ibis.Table:
    table = ranked(book)
    first = first_ranks(int(book.totals(totals)["paying"]), SHARE_OF_CUSTOMERS)
    total = table.revenue.sum().over(ibis.window())
    # 80 % is reached by the first customer before whom less than 80 % is held: compared as exact decimals.
    needed = (table.cumulated - table.revenue) * 10 < total * int(10 * SHARE_OF_REVENUE)
    rising = (table.count().over(ibis.window()) + 1 - table.rank).cast("decimal(18, 0)")
    table = table.mutate(needed=needed, rising=rising)
    return table.agg(
        place=ibis.literal(place),
        total=table.revenue.sum().cast("float64"),
        top=table.revenue.sum(where=_.rank <= first).cast("float64"),
        limit=table.revenue.min(where=_.rank <= first).cast("float64"),
        needed=table.needed.sum(),
        weighted=(table.revenue.cast(MONEY) * table.rising).sum().cast("float64"),
    )


def _row(book: Book, sums: pd.Series | None) -> pd.DataFrame:
    counts = book.totals(totals)
    n = int(counts["paying"])
    first = first_ranks(n, SHARE_OF_CUSTOMERS)
    row = {
        "customers_with_positive_revenue": n,
        "customers_without_revenue": int(counts["without"]),
        "top_20_percent_customers": first,
        "limit": np.nan,
        "top_20_percent_share": np.nan,
        "customers_for_80_percent": np.nan,
        "gini": np.nan,
    }
    if sums is not None:
        row |= {
            "limit": sums["limit"],
            "top_20_percent_share": ratio(sums["top"], sums["total"]),
            "customers_for_80_percent": int(sums["needed"]),
            "gini": 2 * sums["weighted"] / (n * sums["total"]) - (n + 1) / n,
        }
    return pd.DataFrame([row])


def pareto_curve(book: Book) -> pd.DataFrame:
    """Draw revenue held against customers counted from the largest.

    Returns
    -------
    DataFrame
        ``customers_share``, ``revenue_share`` (0 to 1), at most 101 points from (0, 0) to (1, 1).
    """
    table = ranked(book)
    n = int(book.totals(totals)["paying"])
    if n == 0:
        return pd.DataFrame({"customers_share": [], "revenue_share": []}, dtype="float64")
    ranks = sorted({-(-place * n // CURVE_POINTS) for place in range(1, CURVE_POINTS + 1)})
    points = table.filter(_.rank.isin(ranks)).select(rank=_.rank, held=_.cumulated.cast("float64")).order_by("rank")
    found = book.run(points)
    curve = pd.DataFrame(
        {"customers_share": found["rank"] / n, "revenue_share": found["held"] / found["held"].iloc[-1]}
    )
    return pd.concat([pd.DataFrame([{"customers_share": 0.0, "revenue_share": 0.0}]), curve], ignore_index=True)


def concentration_and_curve(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``concentration`` and ``pareto_curve``."""
    return concentration(book), pareto_curve(book)


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the figures with what each is counted over: customers who bought or gave back, or who paid."""
    row = concentration(book).iloc[0]
    paying = row["customers_with_positive_revenue"]
    active = book.totals(totals)["active"]
    return {
        **{name: (row[name], active) for name in ("customers_with_positive_revenue", "customers_without_revenue")},
        **{name: (row[name], paying) for name in ("top_20_percent_share", "customers_for_80_percent", "gini")},
    }


def positive(customers: ibis.Table, book: Book) -> ibis.Value:
    """Return the revenue of a customer who brings some."""
    return (customers.revenue > 0).ifelse(customers.revenue.cast("float64"), 0.0)


def held(customers: ibis.Table, book: Book) -> ibis.Value:
    """Return what a customer adds to the revenue of the first fifth.

    One customer more moves the limit of the fifth too: of those above counts what is beyond the limit, and each brings
    a fifth of the limit (the influence of a Lorenz share: Cowell, Flachaire 2007). It sums up to what they hold.
    """
    row, revenue = concentration(book).iloc[0], customers.revenue.cast("float64")
    if not row["customers_with_positive_revenue"]:
        return ibis.literal(0.0)
    limit, share = row["limit"], row["top_20_percent_customers"] / row["customers_with_positive_revenue"]
    added = (revenue > limit).ifelse(revenue - limit, 0.0) + share * limit
    return (customers.revenue > 0).ifelse(added, 0.0)


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Count the customers who bring money, those who bring none, and the active ones."""
    return {
        "paying": customers.count(where=_.revenue > 0),
        "without": customers.count(where=(_.lines > 0) & (_.revenue <= 0)),
        "active": customers.count(where=_.orders > 0),
    }


def first_customers(book: Book) -> ibis.Table:
    """Return the first ten customers of the period by revenue."""
    first = ranked(book).filter(_["rank"] <= FIRST_CUSTOMERS)
    return book.customers.semi_join(first, "customer_id")


def first_customers_share(book: Book) -> tuple[str, float, str]:
    """Return the share of the positive revenue of the period that the first ten customers hold."""
    table = ranked(book)
    sums = table.agg(
        first=table.revenue.sum(where=_["rank"] <= FIRST_CUSTOMERS).cast("float64"),
        total=table.revenue.sum().cast("float64"),
    )
    row = book.run(sums).iloc[0]
    return "first_customers_share", ratio(row["first"], row["total"]), "rate"
