"""The figures that leave a report: names, units, directions, and their values. What metrics.json holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from portfolio.base.book import Book
from portfolio.base.classes import LIFECYCLES, RFM_SEGMENTS
from portfolio.measures import activity, concentration, lifecycle, lifetime, rfm, sizes, voice

# The version of DEFINITIONS that the figures follow.
DEFINITIONS = "1"


class Kind(NamedTuple):
    """Unit (count, money, rate, ratio, years, points) and the direction that is good (up, down, none)."""

    unit: str
    direction: str = "none"


METRICS: dict[str, Kind] = {
    "active_customers": Kind("count", "up"),
    "orders": Kind("count", "up"),
    "revenue": Kind("money", "up"),
    "gross_sales": Kind("money", "up"),
    "returns": Kind("money", "down"),
    "average_basket": Kind("money", "up"),
    "return_rate": Kind("rate", "down"),
    "margin": Kind("money", "up"),
    "margin_rate": Kind("rate", "up"),
    "new_customers": Kind("count", "up"),
    "retained_customers": Kind("count", "up"),
    "reactivated_customers": Kind("count", "up"),
    "lapsed_customers": Kind("count", "down"),
    "retention_rate": Kind("rate", "up"),
    "churn_rate": Kind("rate", "down"),
    "customers_with_positive_revenue": Kind("count"),
    "customers_without_revenue": Kind("count"),
    "top_20_percent_share": Kind("rate", "down"),
    "customers_for_80_percent": Kind("count"),
    "gini": Kind("ratio"),
    "lifetime_value": Kind("money", "up"),
    "lifetime_value_margin": Kind("money", "up"),
    "lifespan_years": Kind("years", "up"),
    "yearly_retention": Kind("rate", "up"),
    "orders_per_year": Kind("ratio", "up"),
    "nps": Kind("points", "up"),
    "high_potential_customers": Kind("count"),
    **{
        f"lifecycle_{name}": Kind("count", "down" if name in ("at_risk", "inactive", "lost") else "none")
        for name in LIFECYCLES
    },
    **{f"rfm_{name}": Kind("count") for name in RFM_SEGMENTS},
    **{
        f"size_{size}_{what}": kind
        for size in sizes.ACTIVE_SIZES
        for what, kind in {
            "customers": Kind("count"),
            "revenue": Kind("money", "up"),
            "margin_rate": Kind("rate", "up"),
        }.items()
    },
    "lines_kept": Kind("count"),
    "rows_read": Kind("count"),
    "rows_kept": Kind("count"),
    "rows_set_aside": Kind("count", "down"),
    "rows_no_customer": Kind("count", "down"),
    "rows_no_date": Kind("count", "down"),
    "rows_no_amount": Kind("count", "down"),
    "rows_zero_amount": Kind("count", "down"),
    "rows_duplicate": Kind("count", "down"),
}
# Why a figure has no value, as keys that present.labels says in words.
NO_COST, NO_SURVEY, NO_PREVIOUS, NO_ORDER, NO_REVENUE, SHORT_HISTORY = (
    "no_cost",
    "no_survey",
    "no_previous_period",
    "no_order",
    "no_revenue",
    "short_history",
)
REASONS: dict[str, str] = {
    "average_basket": NO_ORDER,
    "return_rate": NO_ORDER,
    "margin": NO_COST,
    "margin_rate": NO_COST,
    "retention_rate": NO_PREVIOUS,
    "churn_rate": NO_PREVIOUS,
    "top_20_percent_share": NO_REVENUE,
    "customers_for_80_percent": NO_REVENUE,
    "gini": NO_REVENUE,
    "lifetime_value": SHORT_HISTORY,
    "lifespan_years": SHORT_HISTORY,
    "yearly_retention": SHORT_HISTORY,
    "orders_per_year": NO_ORDER,
    "nps": NO_SURVEY,
    **{f"size_{size}_margin_rate": NO_COST for size in sizes.ACTIVE_SIZES},
}


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return each figure of ``METRICS`` with what it is counted over: name -> (value, n)."""
    return book.once("metric_values", lambda: _values(book))


def _values(book: Book) -> dict[str, tuple[float, float]]:
    sold, moved = activity.activity(book).iloc[0], activity.movement(book).iloc[0]
    held, worth = concentration.concentration(book).iloc[0], lifetime.simple(book).iloc[0]
    said, scored = voice.nps(book).iloc[0], rfm.segments(book)
    active, orders, before = sold["active_customers"], sold["orders"], moved["before"]
    paying = held["customers_with_positive_revenue"]
    found = {name: (sold[name], active) for name in ("active_customers", "revenue", "gross_sales", "returns", "margin")}
    found |= {name: (sold[name], orders) for name in ("orders", "average_basket", "return_rate", "margin_rate")}
    found |= {f"{name}_customers": (moved[name], active) for name in ("new", "retained", "reactivated")}
    found |= {"lapsed_customers": (moved["lapsed"], before)}
    found |= {name: (moved[name], before) for name in ("retention_rate", "churn_rate")}
    found |= {name: (held[name], active) for name in ("customers_with_positive_revenue", "customers_without_revenue")}
    found |= {name: (held[name], paying) for name in ("top_20_percent_share", "customers_for_80_percent", "gini")}
    found |= {
        "lifetime_value": (worth["value"], worth["customers"]),
        "lifetime_value_margin": (worth["value_margin"], worth["customers"]),
        **{
            name: (worth[name], worth["customers"])
            for name in ("lifespan_years", "yearly_retention", "orders_per_year")
        },
        "nps": (said["nps"], said["answers"]),
        "high_potential_customers": (scored["high_potential"].sum(), scored["customers"].sum()),
    }
    counted = lifecycle.counts_by(book, "lifecycle")
    found |= {f"lifecycle_{name}": (counted.get(name, 0), counted.sum()) for name in LIFECYCLES}
    counted = scored.set_index("rfm_segment")["customers"]
    found |= {f"rfm_{name}": (counted[name], counted.sum()) for name in RFM_SEGMENTS}
    for row in sizes.sizes(book).itertuples():
        found[f"size_{row.size}_customers"] = (row.customers, active)
        found[f"size_{row.size}_revenue"] = (row.revenue, row.customers)
        found[f"size_{row.size}_margin_rate"] = (row.margin_rate, row.customers)
    found["lines_kept"] = (sold["lines_kept"], sold["lines_kept"])
    return found | _rows(book)


def _rows(book: Book) -> dict[str, tuple[float, float]]:
    """The ledger of the orders file as a whole: it does not depend on the period or the segment."""
    ledger = next(entry for entry in book.ledger.tables if entry.table == "orders")
    aside = {entry.reason: entry.rows for entry in ledger.set_aside}
    rows = {
        "rows_read": ledger.rows_read,
        "rows_kept": ledger.rows_kept,
        "rows_set_aside": ledger.rows_read - ledger.rows_kept,
        **{
            f"rows_{reason}": aside.get(reason, 0)
            for reason in ("no_customer", "no_date", "no_amount", "zero_amount", "duplicate")
        },
    }
    return {name: (value, ledger.rows_read) for name, value in rows.items()}


def metrics(book: Book, target: dict[str, float] | None = None) -> pd.DataFrame:
    """Return every figure of the book beside that of the period before and its target.

    Parameters
    ----------
    target
        Goals by name of measure, as ``targets.goals(book)`` gives them.

    Returns
    -------
    DataFrame
        ``name``, ``value``, ``unit``, ``direction``, ``previous``, ``target``, ``n`` (what the value is counted
        over), ``reason`` (a key, where the value is NaN). ``previous`` is measured with this book's ruler.
    """
    now = values(book)
    then = values(book.previous) if book.previous else {}
    goals = target or {}
    rows = []
    for name, kind in METRICS.items():
        value, n = now[name]
        missing = pd.isna(value)
        rows.append(
            {
                "name": name,
                "value": np.nan if missing else float(value),
                "unit": kind.unit,
                "direction": kind.direction,
                "previous": float(then[name][0]) if name in then else np.nan,
                "target": goals.get(name, np.nan),
                "n": int(n),
                "reason": _reason(name, book) if missing else "",
            }
        )
    return pd.DataFrame(rows)


def _reason(name: str, book: Book) -> str:
    if name == "lifetime_value_margin":
        return SHORT_HISTORY if book.measured("orders", "cost") else NO_COST
    reason = REASONS.get(name, NO_ORDER)
    return NO_ORDER if reason == NO_COST and book.measured("orders", "cost") else reason


def history(books: Iterable[Book]) -> pd.DataFrame:
    """Set the figures of several books side by side.

    Returns
    -------
    DataFrame
        ``name``, ``unit``, ``direction``, then one column a period, oldest first.
    """
    ordered = sorted(books, key=lambda book: book.period.start)
    table = pd.DataFrame(
        {
            "name": list(METRICS),
            "unit": [k.unit for k in METRICS.values()],
            "direction": [k.direction for k in METRICS.values()],
        }
    )
    for book in ordered:
        found = values(book)
        table[book.period.name] = [float(found[name][0]) for name in METRICS]
    return table
