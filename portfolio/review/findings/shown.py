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
    EXPECTED,
    EXPOSED,
    GAP,
    POSSIBLE,
    QUADRANTS,
    STRENGTH,
    Found,
    Gap,
    Topics,
)

if TYPE_CHECKING:
    import pandas as pd

ABOVE = {
    "target": N_("{measure} above target: {value} for {reference}."),
    "previous": N_("{measure} above {before}: {value} against {reference}."),
    "portfolio": N_("{who}: {inline} {value}, against {reference} for the whole portfolio."),
    "": N_("{measure}: {value}."),
}


BELOW = ABOVE | {
    "target": N_("{measure} below target: {value} for {reference}."),
    "previous": N_("{measure} below {before}: {value} against {reference}."),
}
STATUS = {"new": (N_("new"), "●"), "still": (N_("still there"), "="), "gone": (N_("gone"), "○")}


# What a figure is counted over, where it is not customers.
OVER = {"orders": NN_("over {n} order", "over {n} orders"), "answers": NN_("over {n} answer", "over {n} answers")}
# What the money of a finding is, in words.
MONEY_IS = {
    EXPOSED: N_("{money} exposed"),
    EXPECTED: N_("{money} expected loss"),
    POSSIBLE: N_("up to {money} to win"),
    GAP: N_("{money} over the period"),
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
        "money": words.money(row.money, short=True),
    }
    said = "{value}" in message
    count = "" if said and row.unit == "count" and row.value == row.customers else _count(row, rule, figure, words)
    named = "{segment}" in message or "{who}" in message
    above = ""
    if row.counted_above:
        above = words.plural("of which {n} counted elsewhere", "of which {n} counted elsewhere", row.counted_above)
    evidence = ["" if named else words.segment(row.segment), "" if said else _value(row, words), count, above]
    first = getattr(rule, "first", "")
    if not first and figure:
        first = figure.better if row.quadrant == STRENGTH else figure.worse
    return Finding(
        str(row.quadrant),
        words.say(message, **values),
        " · ".join(part for part in evidence if part),
        "" if missing(row.money) else words.say(MONEY_IS[row.kind], money=words.money(row.money, short=True)),
        words.say(first),
    )


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
    """Show four titled lists, each by money and no longer than the params say, then what people have to add."""
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
    # Money that a finding above counts in whole is no money of this one's.
    kept = frame[~(frame["money"] <= 0)]
    ranked = kept.sort_values("money", ascending=False, kind="stable")
    return [told(row, topics, words) for row in ranked.itertuples()]


def periods_table(frame: pd.DataFrame, topics: Topics, *, words: Words) -> Table:
    """Show the findings that are new, still there and gone, with their money then and now."""

    def status(row: object) -> Cell:
        text, sign = STATUS[row.status]
        return Cell(words.say(text), sign)

    def now(row: object) -> str:
        return NOTHING if row.status == "gone" else words.money(row.money, short=True)

    def before(row: object) -> str:
        return NOTHING if missing(row.money_before) else words.money(row.money_before, short=True)

    def evidence(row: object) -> str:
        said = told(row, topics, words)
        return f"{said.sentence} ({said.evidence})" if said.evidence else said.sentence

    makers = [
        (Column(words.say("Status")), status, ""),
        (Column(words.say("Kind"), False), lambda row: words.label(row.quadrant), ""),
        (Column(words.say("Finding"), False, True), evidence, ""),
        (Column(words.say("At stake in {period}", period=words.before)), before, ""),
        (Column(words.say("At stake in {period}", period=words.now)), now, ""),
    ]
    return build(words.say("Findings: new, still there, gone"), frame.itertuples(), makers, words)


def periods_sentence(findings: pd.DataFrame, topics: Topics, *, words: Words) -> str:
    """Say how many findings are new, still there and gone."""
    counts = findings["status"].value_counts() if len(findings) else {}
    new = words.plural("{n} finding is new", "{n} findings are new", counts.get("new", 0))
    still = words.plural("{n} is still there", "{n} are still there", counts.get("still", 0))
    gone = words.plural("{n} is gone", "{n} are gone", counts.get("gone", 0))
    return words.say("{new}, {still}, {gone}.", new=new, still=still, gone=gone)
