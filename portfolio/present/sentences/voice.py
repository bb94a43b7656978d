"""Sentences on what customers say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd

# Half the width of a 95 % interval, in standard errors.
SPREAD = 1.96


def nps(nps: pd.DataFrame, previous: pd.DataFrame | None = None, *, words: Words) -> str:
    """Say the net promoter score with its interval, how it was before, and what the detractors bring."""
    row = nps.iloc[0] if len(nps) else {}
    if not len(row) or missing(row["nps"]):
        return words.say("No survey answer in {period}: the table surveys gives them.", period=words.now)
    first = words.plural(
        "The Net Promoter Score is {score} over {n} answer (95% interval: {low} to {high})",
        "The Net Promoter Score is {score} over {n} answers (95% interval: {low} to {high})",
        row["answers"],
        score=words.value(row["nps"], "points"),
        low=words.number(max(row["nps"] - SPREAD * row["standard_error"], -100)),
        high=words.number(min(row["nps"] + SPREAD * row["standard_error"], 100)),
    )
    then = previous.iloc[0] if previous is not None and len(previous) else {}
    if len(then) and not missing(then["nps"]):
        score = words.value(then["nps"], "points")
        first = words.say("{first}, against {score} in {before}", first=first, score=score, before=words.before)
    second = words.plural(
        "{n} detractor brought {money} over the last {months} months",
        "{n} detractors brought {money} over the last {months} months",
        row["detractors"],
        money=words.money(row["detractors_revenue"], short=True),
        months=words.months,
    )
    return words.say("{first}; {second}.", first=first, second=second)
