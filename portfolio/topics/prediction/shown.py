"""What customers will bring: the sentence that opens a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show.changes import verdict
from portfolio.show.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd


def lead(metrics: pd.DataFrame, *, words: Words) -> str:
    """Say what the customers of today will bring, beside what was said a period ago."""
    shown = metrics[metrics["name"].str.startswith("capital_") & metrics["value"].notna()]
    if not len(shown):
        lost = (metrics["reason"] == "not_predictable").any() if len(metrics) else False
        return words.say("The value of these customers is not predictable for now.") if lost else nothing(words)
    row = shown.iloc[0]
    told = words.plural(
        "The customers of today are expected to bring {money} within {n} month",
        "The customers of today are expected to bring {money} within {n} months",
        int(row["name"].split("_")[1]),
        money=words.money(row["value"], short=True),
    )
    if missing(row["previous"]) or not row["previous"] > 0:
        return f"{told}."
    places = {"first": told, "change": words.percent(abs(row["value"] / row["previous"] - 1)), "before": words.before}
    match verdict(row["value"], row["previous"], row["direction"], row["sure_previous"]):
        case "better":
            return words.say("{first}, {change} more than those of {before} were to bring.", **places)
        case "worse":
            return words.say("{first}, {change} less than those of {before} were to bring.", **places)
        case "same":
            return words.say("{first}, about the same as those of {before} were to bring.", **places)
    return f"{told}."


def nothing(words: Words) -> str:
    """Say that there is no prediction."""
    return words.say("No prediction for {period}: the section on the model says why.", period=words.now)
