"""The cut-offs that customers are measured with: RFM quantiles and the limits of the sizes.

A ruler is read off one book and may measure another: across semesters the first one's is kept, so
that a movement is the customer's and not the ruler's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import ibis
from ibis import _

QUANTILES = (0.2, 0.4, 0.6, 0.8)
DIMENSIONS = {
    "recency": "days_since_last_order",
    "frequency": "trailing_orders",
    "monetary": "trailing_revenue",
}


@dataclass(frozen=True)
class Ruler:
    """Cut-offs q1..q4 of R (days), F (orders) and M (money), and the least money of a large and of a
    medium customer. None where nobody could be measured."""

    recency: tuple[float, ...] | None
    frequency: tuple[float, ...] | None
    monetary: tuple[float, ...] | None
    large: float | None
    medium: float | None


def first_ranks(n: int, *shares: float) -> int:
    """Return ceil(sum of shares x n) without the rounding error of floats: 0.2 of 15 is 3."""
    return math.ceil(sum(Fraction(str(share)) for share in shares) * n)


def measure_ruler(facts: ibis.Table, thresholds, execute) -> Ruler:
    """Read the ruler off the facts of a whole portfolio.

    Parameters
    ----------
    facts
        The table of ``customer_facts``.
    thresholds
        ``rfm_cutoffs`` and ``size_limits``, when given, are taken as they are.
    execute
        Runs an Ibis table and returns a DataFrame.

    Notes
    -----
    Quantiles are linear interpolations over the customers with an order in the trailing window. The
    limit of the large customers is the money of the customer at rank ceil(0.2 n), so that equal
    customers are of equal size.
    """
    given = thresholds.rfm_cutoffs
    cutoffs: dict[str, tuple[float, ...] | None] = dict.fromkeys(DIMENSIONS)
    if given is None:
        scored = facts.filter(_.trailing_orders > 0)
        row = execute(
            scored.agg(
                n=_.count(),
                **{
                    f"{name}_{place}": scored[column].cast("float64").quantile(quantile)
                    for name, column in DIMENSIONS.items()
                    for place, quantile in enumerate(QUANTILES)
                },
            )
        ).iloc[0]
        if row["n"] > 0:
            cutoffs = {
                name: tuple(float(row[f"{name}_{place}"]) for place in range(len(QUANTILES))) for name in DIMENSIONS
            }
    else:
        cutoffs = {name: tuple(getattr(given, name)) for name in DIMENSIONS}
    limits = thresholds.size_limits
    if limits is not None:
        return Ruler(**cutoffs, large=limits.large, medium=limits.medium)
    return Ruler(**cutoffs, **_size_limits(facts, thresholds, execute))


def _size_limits(facts: ibis.Table, thresholds, execute) -> dict[str, float | None]:
    active = facts.filter(_.orders > 0)
    money = active[thresholds.size_by]
    n = int(execute(active.agg(n=_.count()))["n"].iloc[0])
    if n == 0:
        return {"large": None, "medium": None}
    last_large = first_ranks(n, thresholds.large_share)
    last_medium = first_ranks(n, thresholds.large_share, thresholds.medium_share)
    ranked = active.select(
        money=money.cast("float64"),
        rank=ibis.row_number().over(ibis.window(order_by=[money.desc(), active.customer_id])) + 1,
    )
    found = execute(ranked.filter(_.rank.isin([last_large, last_medium])))
    at = dict(zip(found["rank"], found["money"], strict=True))
    return {"large": float(at[last_large]), "medium": float(at[last_medium])}
