"""What customers say: the answers to the survey, beside those of the period before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.tables.base import Column, Table, build
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

UNITS = {
    "nps": "points",
    "standard_error": "points",
    "answers": "count",
    "detractors": "count",
    "detractors_revenue": "money",
}


def nps(frame: pd.DataFrame, previous: pd.DataFrame | None = None, *, words: Words) -> Table:
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
