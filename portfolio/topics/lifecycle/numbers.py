"""Where customers stand in their life with the company. Definition: Lifecycle."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from portfolio.base.book import Book
from portfolio.topics.chance import counts_differ
from portfolio.topics.rates import ratio

STATES = ("prospect", "new", "loyal", "regular", "at_risk", "inactive", "lost")


def column(facts: ibis.Table, book: Book) -> ibis.Value:
    """Return the state of each customer on the last day of the period: the first that fits."""
    thresholds, silent = book.thresholds, facts.days_since_last_order
    overdue = (facts.orders_ever >= thresholds.at_risk_min_orders) & (
        silent > thresholds.at_risk_interval_factor * facts.median_interval
    )
    return ibis.cases(
        (facts.orders_ever == 0, "prospect"),
        (facts.first_order_date >= book.period.start, "new"),
        (silent > thresholds.lost_after_days, "lost"),
        (silent > thresholds.inactive_after_days, "inactive"),
        (overdue, "at_risk"),
        (facts.recent_periods >= thresholds.loyal_periods, "loyal"),
        else_="regular",
    )


def too_early(book: Book) -> bool:
    """Whether nobody can be known as loyal yet: orders do not cover the periods that it takes."""
    first = book.period
    for _period in range(book.thresholds.loyal_periods - 1):
        first = first.previous
    return not book.span.covers(first.start)


def totals(customers: ibis.Table) -> dict[str, ibis.Value]:
    """Count the customers of each state, and sum what they brought over the trailing window."""
    found = {}
    for state in STATES:
        here = customers.lifecycle == state
        found[f"customers_{state}"] = customers.count(where=here)
        found[f"revenue_{state}"] = customers.trailing_revenue.sum(where=here).cast("float64").fill_null(0.0)
    return found


def lifecycle(book: Book) -> pd.DataFrame:
    """Count the customers of each state of the lifecycle, a partition of all of them.

    Returns
    -------
    DataFrame
        One row a state, in order: ``lifecycle``, ``customers``, ``share`` (of all customers),
        ``revenue`` (trailing 12 months), ``previous_customers`` (NaN in the first period), ``sure`` (whether their
        number has changed more than chance).
    """
    sums, before = book.totals(totals), book.previous.totals(totals) if book.previous else {}
    everyone = sum(sums[f"customers_{state}"] for state in STATES)
    return pd.DataFrame(
        {
            "lifecycle": STATES,
            "customers": [int(sums[f"customers_{state}"]) for state in STATES],
            "share": [ratio(sums[f"customers_{state}"], everyone) for state in STATES],
            "revenue": [sums[f"revenue_{state}"] for state in STATES],
            "previous_customers": [float(before.get(f"customers_{state}", np.nan)) for state in STATES],
            "sure": [
                counts_differ(sums[f"customers_{state}"], before.get(f"customers_{state}", np.nan)) for state in STATES
            ],
        }
    )


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return the number of customers of each state, with that of all."""
    sums = book.totals(totals)
    everyone = sum(sums[f"customers_{state}"] for state in STATES)
    return {f"lifecycle_{state}": (sums[f"customers_{state}"], everyone) for state in STATES}
