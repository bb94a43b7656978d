"""The thresholds of a portfolio in words, so that a definition says what was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio.show.words import Words


def said_thresholds(words: Words) -> dict[str, str]:
    """Return the thresholds as the places of definitions: figures with their units, in the language of ``words``."""
    given = words.thresholds
    limits, factor = given.size_limits, given.at_risk_interval_factor
    return {
        "inactive": words.value(given.inactive_after_days, "days"),
        "lost": words.value(given.lost_after_days, "days"),
        "orders": words.number(given.at_risk_min_orders),
        "times": words.say("twice") if factor == 2 else words.say("{n} times", n=_plain(factor, words)),
        "periods": words.number(given.loyal_periods),
        "months": words.months,
        "min_customers": words.number(given.min_customers),
        "size_by": words.inline(given.size_by),
        "large": words.percent(given.large_share, 0),
        "medium": words.percent(given.medium_share, 0),
        "large_limit": words.money(limits.large, short=True) if limits else "",
        "medium_limit": words.money(limits.medium, short=True) if limits else "",
        "cap": _plain(given.lifespan_cap_years, words),
    }


def _plain(x: float, words: Words) -> str:
    return words.number(x, 0 if float(x).is_integer() else 1)
