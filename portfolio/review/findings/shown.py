"""Findings in words: the SWOT, each with its evidence and the money at stake.

A rule of its own has its sentence; a gap is told by the general ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from portfolio.errors import N_, NN_
from portfolio.show.table import Cell, Column, Table, build
from portfolio.show.templating import render
from portfolio.show.view import Fragment
from portfolio.show.words import NOTHING, Words, missing
from portfolio.topics.contract import (
    COUNT,
    CUSTOMERS,
    OPPORTUNITY,
    QUADRANTS,
    STRENGTH,
    THREAT,
    WEAKNESS,
    Found,
    Gap,
    Topics,
)

if TYPE_CHECKING:
    import pandas as pd

ABOVE = {
    "target": N_("{measure} above target: {value} for {reference}."),
    "previous": N_("{measure} above {before}: {value} against {reference}."),
    "others": N_("{who}: {inline} {value}, against {reference} for the other customers."),
    "": N_("{measure}: {value}."),
}


BELOW = ABOVE | {
    "target": N_("{measure} below target: {value} for {reference}."),
    "previous": N_("{measure} below {before}: {value} against {reference}."),
}
STATUS = {
    "new": (N_("new"), "●"),
    "worse": (N_("worse"), "▼"),
    "same": (N_("the same"), "="),
    "better": (N_("better"), "▲"),
    "resolved": (N_("resolved"), "○"),
}
COUNTED = {
    "new": NN_("{n} finding is new", "{n} findings are new"),
    "worse": NN_("{n} is worse", "{n} are worse"),
    "same": NN_("{n} is the same", "{n} are the same"),
    "better": NN_("{n} is better", "{n} are better"),
    "resolved": NN_("{n} is resolved", "{n} are resolved"),
}

# What a figure is counted over, where it is not customers.
OVER = {"orders": NN_("over {n} order", "over {n} orders"), "answers": NN_("over {n} answer", "over {n} answers")}
# What is to be expected over the next 12 months.
EXPECTED = {
    STRENGTH: N_("{money} expected gain"),
    WEAKNESS: N_("{money} expected loss"),
    OPPORTUNITY: N_("{money} expected gain"),
    THREAT: N_("{money} expected loss"),
}


class Finding(NamedTuple):
    """A finding in words: what stands out, what it rests on, the money that hangs on it."""

    quadrant: str
    sentence: str
    evidence: str
    money: str
    first: str = ""


def told(row: object, topics: Topics, words: Words) -> Finding:
    """Return one row of the measure ``findings`` in words."""
    rule = topics.rules.get(row.rule)
    figure = topics.figures.get(row.measure)
    message = getattr(rule, "says", "") or _general(row)
    values = words.rules | {
        "measure": words.label(row.measure),
        "inline": words.inline(row.measure),
        "segment": words.members(row.segment) or words.label("all"),
        "who": words.subject(str(row.segment or "")),
        "value": words.value(row.value, row.unit),
        "reference": words.value(row.reference, row.unit),
        "before": words.before,
        "n": words.number(row.customers),
        "money": words.money(row.gross, short=True),
    }
    said = "{value}" in message
    count = "" if said and row.unit == "count" and row.value == row.customers else _count(row, rule, figure, words)
    named = "{segment}" in message or "{who}" in message
    above = ""
    if row.counted_above:
        above = words.plural(
            "the money of {n} customer is counted in others",
            "the money of {n} customers is counted in others",
            row.counted_above,
        )
    evidence = ["" if named else words.segment(row.segment), "" if said else _value(row, words), count, above]
    first = getattr(rule, "first", "")
    if not first and figure:
        first = figure.better if row.quadrant == STRENGTH else figure.worse
    return Finding(
        str(row.quadrant),
        words.say(message, **values),
        " · ".join(part for part in evidence if part),
        _money(row, words),
        words.say(first),
    )


def _money(row: object, words: Words) -> str:
    """Say what is expected, and of a threat what is exposed and what can be recovered: never one for the other."""

    def say(message: str, money: float) -> str:
        return words.say(message, money=words.money(money, short=True))

    if (missing(row.expected) and missing(row.exposed)) or row.expected <= 0:
        return ""
    threat = row.quadrant == THREAT
    told = [
        "" if missing(row.expected) else say(EXPECTED[row.quadrant], row.expected),
        say(N_("{money} exposed"), row.exposed) if threat and not missing(row.exposed) else "",
        say(N_("{money} recoverable"), row.recoverable) if threat and not missing(row.recoverable) else "",
    ]
    return ", ".join(part for part in told if part)


def _general(row: object) -> str:
    compared = row.compared_with if row.compared_with in ABOVE and not missing(row.reference) else ""
    return (BELOW if compared and row.value < row.reference else ABOVE)[compared]


def _value(row: object, words: Words) -> str:
    """Say the value and what it is compared with, where the sentence does not; a count is said once, by itself."""
    if row.measure == "customers" and row.value == row.customers:
        return ""
    label, value = words.label(row.measure), words.value(row.value, row.unit)
    if missing(row.reference):
        return words.say("{attribute}: {value}", attribute=label, value=value)
    reference = words.value(row.reference, row.unit)
    return words.say("{measure}: {value} against {reference}", measure=label, value=value, reference=reference)


def _count(row: object, rule: object, figure: object, words: Words) -> str:
    """Say over how many customers, orders or answers; a count of its own has no base."""
    if missing(row.customers) or (isinstance(rule, Gap) and figure.unit == COUNT):
        return ""
    if isinstance(rule, Gap) and not rule.by and figure.over in OVER:
        return words.plural(*OVER[figure.over], row.customers)
    one, many = rule.over if isinstance(rule, Found) else CUSTOMERS
    return words.plural(one, many, row.customers)


def swot(frame: pd.DataFrame, topics: Topics, *, words: Words) -> Fragment:
    """Show four titled lists, by expected money and no longer than the params say, then what people have to add."""
    most = topics.thresholds.findings_per_quadrant
    rows = _ranked(frame, topics, words)
    quadrants = [
        (name, words.plural(*titles, len(found)), found)
        for name, titles in QUADRANTS.items()
        for found in ([finding for finding in rows if finding.quadrant == name][:most],)
    ]
    html = render(
        "findings.html",
        quadrants=quadrants,
        nothing=words.say("Nothing to report."),
        people=words.say(
            "Drawn from the company's own figures only. Market opportunities and threats (competitors, rules, "
            "technology, the economy) are for people to add."
        ),
    )
    spoken = "\n".join(
        f"{words.label(each.quadrant)} | {each.sentence} {each.evidence} | {each.money} {each.first}" for each in rows
    )
    return Fragment("findings", html, spoken)


def _ranked(frame: pd.DataFrame, topics: Topics, words: Words) -> list[Finding]:
    if not len(frame):
        return []
    ranked = frame[frame["told"]].sort_values(["expected", "exposed"], ascending=False, kind="stable")
    return [told(row, topics, words) for row in ranked.itertuples()]


def periods_table(frame: pd.DataFrame, topics: Topics, *, words: Words) -> Table:
    """Show the findings that are new, worse, the same, better and resolved, with their expected money then and now.

    All are judged; those that are under the floor now, and were not told before either, are left out.
    """

    def status(row: object) -> Cell:
        text, sign = STATUS[row.status]
        return Cell(words.say(text), sign)

    def now(row: object) -> str:
        return NOTHING if row.status == "resolved" else _known(row.expected, words)

    def before(row: object) -> str:
        return _known(row.expected_before, words)

    def evidence(row: object) -> str:
        said = told(row, topics, words)
        return f"{said.sentence} ({said.evidence})" if said.evidence else said.sentence

    makers = [
        (Column(words.say("Status")), status, ""),
        (Column(words.say("Kind"), False), lambda row: words.label(row.quadrant), ""),
        (Column(words.say("Finding"), False, True), evidence, ""),
        (Column(words.say("Expected in {period}", period=words.before)), before, ""),
        (Column(words.say("Expected in {period}", period=words.now)), now, ""),
    ]
    shown = frame[frame["told"]].itertuples()
    return build(words.say("Findings: new, worse, the same, better, resolved"), shown, makers, words)


def _known(money: float, words: Words) -> str:
    """Return money, a dash where there is none to tell: the customers may all be counted above."""
    return NOTHING if missing(money) or money <= 0 else words.money(money, short=True)


def periods_sentence(findings: pd.DataFrame, topics: Topics, *, words: Words) -> str:
    """Say how many findings are new, worse, the same, better and resolved."""
    counts = findings.loc[findings["told"], "status"].value_counts() if len(findings) else {}
    said = [words.plural(*COUNTED[status], counts[status]) for status in STATUS if counts.get(status, 0)]
    return words.say("{list}.", list=words.list(said)) if said else words.say("Nothing to report.")
