"""What a reader is told of a source that is late: on standard error, and on top of the gallery."""

from __future__ import annotations

from portfolio.base.arrival import Late
from portfolio.params.columns import TABLES
from portfolio.show.words import Words


def said(words: Words, late: Late) -> str:
    """Return which source it is, the last day that it tells, and since when it is due."""
    told = {"table": words.label(late.table), "every": words.say(late.every)}
    if late.last is None or late.due is None:
        return words.say("{table}: this source is late. It has no row yet, and is expected {every}.", **told)
    told |= {"last": words.date(late.last), "due": words.date(late.due)}
    if TABLES[late.table].dated:
        return words.say(
            "{table}: this source is late. Its last date is {last}; expected {every}, newer rows were due on {due}.",
            **told,
        )
    return words.say(
        "{table}: this source is late. Its file is of {last}; expected {every}, a newer one was due on {due}.", **told
    )
