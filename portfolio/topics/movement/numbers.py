"""Who came, who stayed, who came back and who left. Definitions: Activity and movement."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.rates import proportions_differ, ratio, wilson

MOVES = ("new", "retained", "reactivated", "lapsed")


def column(facts: ibis.Table, book: Book) -> ibis.Value:
    """Return how each customer moved between the period before and this one."""
    return ibis.cases(
        (facts.first_order_date >= book.period.start, "new"),
        ((facts.orders > 0) & (facts.previous_orders > 0), "retained"),
        (facts.orders > 0, "reactivated"),
        (facts.previous_orders > 0, "lapsed"),
        else_="absent",
    )


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Count the customers of each movement, and sum what customers brought before and now."""
    return {
        **{move: customers.count(where=customers.movement == move) for move in MOVES},
        "active": customers.count(where=_.orders > 0),
        "revenue": customers.revenue.sum().cast("float64"),
        "previous_revenue": customers.previous_revenue.sum().cast("float64"),
    }


def movement(book: Book) -> pd.DataFrame:
    """Say who came, stayed, came back and left since the period before.

    Returns
    -------
    DataFrame
        One row of customers: ``before``, ``lapsed``, ``new``, ``reactivated``, ``retained``, ``now``;
        shares ``retention_rate`` with its Wilson interval ``retention_low``, ``retention_high``, and
        ``churn_rate``; ``may_be_older`` (whether some of the new and reactivated may be older customers).
        Always: now = before - lapsed + new + reactivated. In the first period nobody can
        tell who is new and who has left: moves and rates are NaN.
    """
    sums = book.totals(totals)
    now = int(sums["new"] + sums["retained"] + sums["reactivated"])
    known = book.previous is not None
    n = {move: int(sums[move]) if known else np.nan for move in MOVES}
    before = int(sums["retained"] + sums["lapsed"])
    low, high = wilson(sums["retained"], before)
    rate = ratio(sums["retained"], before)
    return pd.DataFrame(
        [
            {
                "before": before,
                **n,
                "now": now,
                "retention_rate": rate,
                "retention_low": low,
                "retention_high": high,
                "churn_rate": 1 - rate,
                "may_be_older": known and may_be_older(book),
            }
        ]
    )


def over_periods(books: Sequence[Book]) -> pd.DataFrame:
    """Return ``movement`` of each book, oldest first, with its ``period``."""
    rows = [movement(book).assign(period=book.period.name) for book in books]
    return pd.concat(rows, ignore_index=True)[["period", *rows[0].columns.drop("period")]]


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the figures with what each is counted over: active customers of now, or of before."""
    row = movement(book).iloc[0]
    return {
        **{f"{name}_customers": (row[name], row["now"]) for name in ("new", "retained", "reactivated")},
        "lapsed_customers": (row["lapsed"], row["before"]),
        **{name: (row[name], row["before"]) for name in ("retention_rate", "churn_rate")},
    }


def revenue_before(book: Book) -> float:
    """Return what the customers of the period before brought then: the money of keeping all rather than none."""
    sums = book.totals(totals)
    return sums["previous_revenue"] if sums["retained"] + sums["lapsed"] else 0.0


def revenue_of_a_customer(book: Book) -> float:
    """Return the revenue of an active customer on average, 0 when there is none."""
    sums = book.totals(totals)
    return ratio(sums["revenue"], sums["active"]) if sums["active"] else 0.0


def retention_interval(book: Book) -> tuple[float, float]:
    """Return the 95 % interval of the retention rate (Wilson)."""
    row = movement(book).iloc[0]
    return row["retention_low"], row["retention_high"]


def churn_interval(book: Book) -> tuple[float, float]:
    """Return the 95 % interval of the churn rate: 1 less that of the retention rate."""
    low, high = retention_interval(book)
    return 1 - high, 1 - low


def differs(book: Book, others: Book) -> float:
    """Return how likely chance alone makes as large a difference of retention between two books (a p-value)."""
    mine, theirs = (each.totals(totals) for each in (book, others))
    counts = [(sums["retained"], sums["retained"] + sums["lapsed"]) for sums in (mine, theirs)]
    return proportions_differ(*counts[0], *counts[1])


def may_be_older(book: Book) -> bool:
    """Whether customers who seem new or back may be older ones: orders do not cover the 12 months before the period."""
    return not book.covers(12)
