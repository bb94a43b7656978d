"""Small, medium and large customers, and who moved between. Definition: Concentration and size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.chance import Add
from portfolio.topics.rates import first_ranks, ratio

ACTIVE = ("large", "medium", "small")
SIZES = (*ACTIVE, "absent")


class Limits(NamedTuple):
    """The least money of a large and of a medium customer; None where nobody was active."""

    large: float | None
    medium: float | None


def measure_limits(facts: ibis.Table, thresholds, run) -> Limits:
    """Read the limits off the facts of a whole portfolio, or take those of the params.

    Parameters
    ----------
    facts
        The table of ``customer_facts``.
    thresholds
        ``size_limits``, when given, are taken as they are.
    run
        Runs an Ibis table and returns a DataFrame.

    Notes
    -----
    The limit of the large customers is the money of the customer at rank ceil(0.2 n), so that equal customers are of
    equal size.
    """
    if given := thresholds.size_limits:
        return Limits(given.large, given.medium)
    active = facts.filter(_.orders > 0)
    money = active[thresholds.size_by]
    n = int(run(active.agg(n=_.count()))["n"].iloc[0])
    if n == 0:
        return Limits(None, None)
    last_large = first_ranks(n, thresholds.large_share)
    last_medium = first_ranks(n, thresholds.large_share, thresholds.medium_share)
    ranked = active.select(
        money=money.cast("float64"),
        rank=ibis.row_number().over(ibis.window(order_by=[money.desc(), active.customer_id])) + 1,
    )
    found = run(ranked.filter(_.rank.isin([last_large, last_medium])))
    at = dict(zip(found["rank"], found["money"], strict=True))
    return Limits(float(at[last_large]), float(at[last_medium]))


def column(facts: ibis.Table, book: Book) -> ibis.Value:
    """Return the size of each customer by its money in the period."""
    limits = book.rulers["sizes"]
    if limits.large is None:
        return ibis.literal("absent")
    money = facts[book.thresholds.size_by].cast("float64")
    return ibis.cases(
        (facts.orders == 0, "absent"),
        (money >= limits.large, "large"),
        (money >= limits.medium, "medium"),
        else_="small",
    )


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Count the customers of each size and sum their money in the period."""
    found = {}
    for size in ACTIVE:
        here = customers["size"] == size
        found[f"customers_{size}"] = customers.count(where=here)
        for name in ("revenue", "margin", "costed_revenue"):
            found[f"{name}_{size}"] = customers[name].sum(where=here).cast("float64").fill_null(0.0)
    return found


def of(name: str, size: str) -> Add:
    """Return what a customer adds to the money of a size."""
    return lambda customers, book: (customers["size"] == size).ifelse(customers[name].cast("float64"), 0.0)


def sizes(book: Book) -> pd.DataFrame:
    """Say what each size of customer brings in the period.

    Returns
    -------
    DataFrame
        One row for large, medium, small: ``period``, ``size``, ``customers`` (active), ``revenue``,
        ``share`` (of the revenue of active customers), ``margin``, ``margin_rate``, ``limit`` (least
        money of the size; NaN for small). Limits are those of the book's ruler.
    """
    sums = book.totals(totals)
    names = ("customers", "revenue", "margin", "costed_revenue")
    found = pd.DataFrame({name: [sums[f"{name}_{size}"] for size in ACTIVE] for name in names})
    total, limits = found["revenue"].sum(), book.rulers["sizes"]
    costed = found["costed_revenue"] if book.measured("orders", "cost") else found["revenue"] * np.nan
    return pd.DataFrame(
        {
            "period": book.period.name,
            "size": ACTIVE,
            "customers": found["customers"].astype(int),
            "revenue": found["revenue"],
            "share": [ratio(money, total) for money in found["revenue"]],
            "margin": found["margin"].where(costed != 0).where(costed.notna()),
            "margin_rate": [ratio(m, c) for m, c in zip(found["margin"], costed, strict=True)],
            "limit": [limits.large, limits.medium, None],
        }
    ).astype({"limit": "float64"})


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the figures of each size: customers among the active ones, money and rate over its customers."""
    table, found = sizes(book), {}
    active = table["customers"].sum()
    for row in table.to_dict("records"):
        found[f"size_{row['size']}_customers"] = (row["customers"], active)
        found[f"size_{row['size']}_revenue"] = (row["revenue"], row["customers"])
        found[f"size_{row['size']}_margin_rate"] = (row["margin_rate"], row["customers"])
    return found


def over_periods(books: Iterable[Book]) -> pd.DataFrame:
    """Return ``sizes`` of several books, oldest first."""
    return pd.concat([sizes(book) for book in sorted(books, key=lambda each: each.period.start)], ignore_index=True)


def last_two(book: Book) -> pd.DataFrame:
    """Return ``sizes`` of the period before and of this one; of this one alone in the first period."""
    return over_periods([book.previous, book] if book.previous else [book])


def migration(book: Book) -> pd.DataFrame:
    """Say who changed size since the period before, within the portfolio's one set of limits.

    Returns
    -------
    DataFrame
        One row for each pair of sizes met, large to absent: ``size_before``, ``size_now``,
        ``customers``, ``revenue_before``, ``revenue_now``. Absent: not active. Empty in the first period.
    """
    columns = ["size_before", "size_now", "customers", "revenue_before", "revenue_now"]
    if book.previous is None:
        return pd.DataFrame(columns=columns)
    earlier = book.previous.everyone.select("customer_id", size_before=_.size, revenue_before=_.revenue)
    later = book.customers.select("customer_id", size_now=_.size, revenue_now=_.revenue)
    both = later.left_join(earlier, "customer_id").mutate(size_before=_.size_before.fill_null("absent"))
    table = (
        both.filter((_.size_before != "absent") | (_.size_now != "absent"))
        .group_by("size_before", "size_now")
        .agg(
            customers=_.count(),
            revenue_before=_.revenue_before.sum().cast("float64"),
            revenue_now=_.revenue_now.sum().cast("float64"),
        )
    )
    found = book.run(table)
    for name in ("size_before", "size_now"):
        found[name] = pd.Categorical(found[name], SIZES, ordered=True)
    found = found.sort_values(["size_before", "size_now"], ignore_index=True)
    return found.astype({"size_before": str, "size_now": str})[columns].fillna({"revenue_before": 0.0})
