"""What customers say: the answers to the survey, beside those of the period before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show.table import Column, Table, build
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd


UNITS = {
    "nps": "points",
    "standard_error": "points",
    "answers": "count",
    "detractors": "count",
    "detractors_revenue": "money",
}


def table(frame: pd.DataFrame, previous: pd.DataFrame | None = None, *, words: Words) -> Table:
    """Show the net promoter score, its standard error, the answers, the detractors and what they bring."""
    now = frame.iloc[0] if len(frame) else {}
    then = previous.iloc[0] if previous is not None and len(previous) else {}

    def maker(head: str, row: object, optional: bool) -> tuple:
        def write(name: str) -> str:
            return words.value(row[name], UNITS[name]) if len(row) and not missing(row["nps"]) else NOTHING

        return (Column(head, optional=optional), write, "")

    names = list(UNITS) if len(now) and not missing(now["nps"]) else []
    makers = [
        (Column(words.label("measure")), words.label, ""),
        maker(words.now, now, False),
        maker(words.before, then, True),
    ]
    return build(words.say("Answers to the survey, {period}", period=words.now), names, makers, words)


def sentence(nps: pd.DataFrame, previous: pd.DataFrame | None = None, *, words: Words) -> str:
    """Say the net promoter score with its interval, how it was before, and what the detractors bring."""
    row = nps.iloc[0] if len(nps) else {}
    if not len(row) or missing(row["nps"]):
        return words.say("No survey answer in {period}: the table surveys gives them.", period=words.now)
    first = words.plural(
        "The Net Promoter Score is {score} over {n} answer (95% interval: {low} to {high})",
        "The Net Promoter Score is {score} over {n} answers (95% interval: {low} to {high})",
        row["answers"],
        score=words.value(row["nps"], "points"),
        low=words.number(row["low"]),
        high=words.number(row["high"]),
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
