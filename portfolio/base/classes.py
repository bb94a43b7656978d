"""Columns that class each customer: movement, lifecycle, RFM scores and segment, size.

Each class is a partition: every customer falls in one value, first match wins, and equal customers
fall in the same one whatever the order of the rows.
"""

from __future__ import annotations

import ibis
from ibis import _

from portfolio.base.periods import Period
from portfolio.base.rulers import Ruler

MOVEMENTS = ("new", "retained", "reactivated", "lapsed", "absent")
LIFECYCLES = ("prospect", "new", "loyal", "regular", "at_risk", "inactive", "lost")
SIZES = ("large", "medium", "small", "absent")

# The RFM grid of DEFINITIONS: segment -> (scores of R, scores of F). It covers the 25 cells once each.
RFM_GRID: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "champions": ((5,), (4, 5)),
    "loyal": ((3, 4), (4, 5)),
    "potential_loyalists": ((4, 5), (2, 3)),
    "new_customers": ((5,), (1,)),
    "promising": ((4,), (1,)),
    "need_attention": ((3,), (3,)),
    "about_to_sleep": ((3,), (1, 2)),
    "at_risk": ((1, 2), (3, 4)),
    "cannot_lose": ((1, 2), (5,)),
    "hibernating": ((1, 2), (1, 2)),
}
RFM_SEGMENTS = (*RFM_GRID, "lost", "prospects")


def rfm_segment(r: int, f: int) -> str:
    """Return the segment of a cell of the grid."""
    return next(name for name, (rs, fs) in RFM_GRID.items() if r in rs and f in fs)


def classify(facts: ibis.Table, period: Period, thresholds, ruler: Ruler) -> ibis.Table:
    """Add the class columns to the facts.

    Returns
    -------
    ibis.Table
        ``facts`` with ``movement``, ``lifecycle``, ``rfm_r``, ``rfm_f``, ``rfm_m`` (1-5, null when not
        scored), ``rfm_segment``, ``high_potential`` (boolean) and ``size``.
    """
    never = facts.orders_ever == 0
    scored = facts.trailing_orders > 0
    table = facts.mutate(
        movement=ibis.cases(
            (facts.first_order_date >= period.start, "new"),
            ((facts.orders > 0) & (facts.previous_orders > 0), "retained"),
            (facts.orders > 0, "reactivated"),
            (facts.previous_orders > 0, "lapsed"),
            else_="absent",
        ),
        lifecycle=_lifecycle(facts, never, period, thresholds),
        rfm_r=_score(facts.days_since_last_order, ruler.recency, scored, falling=True),
        rfm_f=_score(facts.trailing_orders, ruler.frequency, scored),
        rfm_m=_score(facts.trailing_revenue, ruler.monetary, scored),
        size=_size(facts, thresholds, ruler),
    )
    return table.mutate(
        rfm_segment=ibis.cases(
            (never, "prospects"),
            (~scored, "lost"),
            *((_.rfm_r.isin(rs) & _.rfm_f.isin(fs), name) for name, (rs, fs) in RFM_GRID.items()),
            else_="lost",
        ),
        high_potential=((_.rfm_m == 5) & (_.rfm_f <= 2)).fill_null(False),
    )


def _lifecycle(facts: ibis.Table, never: ibis.Value, period: Period, thresholds) -> ibis.Value:
    silent = facts.days_since_last_order
    overdue = (facts.orders_ever >= thresholds.at_risk_min_orders) & (
        silent > thresholds.at_risk_interval_factor * facts.median_interval
    )
    return ibis.cases(
        (never, "prospect"),
        (facts.first_order_date >= period.start, "new"),
        (silent > thresholds.lost_after_days, "lost"),
        (silent > thresholds.inactive_after_days, "inactive"),
        (overdue, "at_risk"),
        (facts.recent_periods >= thresholds.loyal_periods, "loyal"),
        else_="regular",
    )


def _score(
    value: ibis.Value, cutoffs: tuple[float, ...] | None, scored: ibis.Value, falling: bool = False
) -> ibis.Value:
    """1 + the cut-offs strictly below the value; for recency, 5 - the cut-offs strictly below it."""
    if cutoffs is None:
        return ibis.null().cast("int64")
    below = sum((value.cast("float64") > cutoff).cast("int64") for cutoff in cutoffs)
    return scored.ifelse(5 - below if falling else 1 + below, ibis.null().cast("int64")).cast("int64")


def _size(facts: ibis.Table, thresholds, ruler: Ruler) -> ibis.Value:
    if ruler.large is None:
        return ibis.literal("absent")
    money = facts[thresholds.size_by].cast("float64")
    return ibis.cases(
        (facts.orders == 0, "absent"),
        (money >= ruler.large, "large"),
        (money >= ruler.medium, "medium"),
        else_="small",
    )
