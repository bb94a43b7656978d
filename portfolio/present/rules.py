"""The thresholds of a portfolio in words, so that a definition says the rule that was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolio.present.words import Words


def said_rules(words: Words) -> dict[str, str]:
    """Return the thresholds as the places of definitions: figures with their units, in the language of ``words``."""
    given = words.thresholds
    limits = given.size_limits
    return {
        "inactive": words.value(given.inactive_after_days, "days"),
        "lost": words.value(given.lost_after_days, "days"),
        "orders": words.number(given.at_risk_min_orders),
        "factor": words.number(given.at_risk_interval_factor, 0 if float(given.at_risk_interval_factor).is_integer() else 1),
        "periods": words.number(given.loyal_periods),
        "months": words.months,
        "min_customers": words.number(given.min_customers),
        "size_by": words.inline(given.size_by),
        "large": words.percent(given.large_share, 0),
        "medium": words.percent(given.medium_share, 0),
        "large_limit": words.money(limits.large, short=True) if limits else "",
        "medium_limit": words.money(limits.medium, short=True) if limits else "",
        "cap": words.number(given.lifespan_cap_years, 0 if float(given.lifespan_cap_years).is_integer() else 1),
    }
