"""The first sentence of a report, and those on movement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd

STABLE = 0.005


def headline(metrics: pd.DataFrame, *, words: Words) -> str:
    """Say the revenue and its change, the active customers, and how many of those before came back."""
    rows = metrics.set_index("name")

    def get(name: str, what: str = "value") -> float:
        return rows[what].get(name, float("nan"))

    revenue, before = get("revenue"), get("revenue", "previous")
    if missing(revenue) or not get("active_customers") > 0:
        return words.say("No order in {period}.", period=words.now)
    places = {"money": words.money(revenue, short=True), "period": words.now, "before": words.before}
    if missing(before) or not before > 0:
        first = words.say("Revenue is {money} in {period}", **places)
    else:
        places["change"] = words.percent(abs(revenue / before - 1))
        if revenue > before * (1 + STABLE):
            first = words.say("Revenue is {money} in {period}, up {change} on {before}", **places)
        elif revenue < before * (1 - STABLE):
            first = words.say("Revenue is {money} in {period}, down {change} on {before}", **places)
        else:
            first = words.say("Revenue is {money} in {period}, stable on {before}", **places)
    active = get("active_customers")
    if missing(get("retention_rate")):
        return words.plural(
            "{first}, from {n} active customer.", "{first}, from {n} active customers.", active, first=first
        )
    return words.plural(
        "{first}, from {n} active customer; {rate} of the customers of {before} ordered again.",
        "{first}, from {n} active customers; {rate} of the customers of {before} ordered again.",
        active,
        first=first,
        rate=words.percent(get("retention_rate"), 0),
        before=words.before,
    )


def movement(movement: pd.DataFrame, *, words: Words) -> str:
    """Say how many customers left, and how many came or came back."""
    if not len(movement) or missing(movement["before"].iloc[0]):
        return ""
    row = movement.iloc[0]
    if not row["before"] > 0:
        return words.plural(
            "{n} customer is active; there is no earlier period to compare with.",
            "{n} customers are active; there is no earlier period to compare with.",
            row["now"],
        )
    left = words.plural(
        "{n} customer of {before} did not order again ({rate})",
        "{n} customers of {before} did not order again ({rate})",
        row["lapsed"],
        before=words.before,
        rate=words.percent(row["churn_rate"], 0),
    )
    new = words.plural("{n} customer is new", "{n} customers are new", row["new"])
    back = words.plural("{n} came back", "{n} came back", row["reactivated"])
    return words.say("{left}; {new}, and {back}.", left=left, new=new, back=back)
