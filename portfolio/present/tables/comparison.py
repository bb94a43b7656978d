"""Periods side by side: flows, moves between segments, findings that are new or gone, figures restated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio.errors import N_
from portfolio.present import findings
from portfolio.present.tables.base import Cell, Column, Table, build, cell, head, money_digits
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

STATUS = {"new": (N_("new"), "●"), "still": (N_("still there"), "="), "gone": (N_("gone"), "○")}
# Figures restated that are shown at once; those that changed less are folded under them.
RESTATED = 12
UNITS = {"before": "count", "lapsed": "count", "new": "count", "reactivated": "count", "now": "count"}


def movements(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show, for each period, who left, came and came back, and the retention rate."""
    heads = {"before": words.say("Active before"), "now": words.label("active_customers")}

    def maker(name: str) -> tuple:
        return (Column(heads.get(name) or words.label(name)), lambda row: words.number(row[name]), "")

    makers = [
        (Column(words.label("period")), lambda row: words.period(row["period"]), ""),
        *(maker(name) for name in UNITS if name in frame),
        (Column(words.label("retention_rate")), lambda row: words.percent(row["retention_rate"]), ""),
    ]
    return build(words.say("Customers who left and came, period by period"), frame.to_dict("records"), makers, words)


def revenue_bridges(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show, for each period, where the change of revenue comes from."""
    table = frame.pivot(index="step", columns="period", values="revenue")
    steps, periods = list(dict.fromkeys(frame["step"])), list(dict.fromkeys(frame["period"]))
    digits = money_digits(frame["revenue"])
    names = {"before": words.label("previous_revenue"), "now": words.label("revenue")}

    def maker(period: str) -> tuple:
        def write(step: str) -> str:
            return words.money(table.loc[step, period], digits=digits, signed=step not in names)

        return (Column(words.period(period)), write, "")

    def name(step: str) -> Cell:
        return head(step, words)._replace(text=names.get(step) or words.label(step))

    makers = [(Column(words.say("Step")), name, ""), *(maker(period) for period in periods)]
    return build(words.say("Where the change of revenue comes from"), steps, makers, words)


def rfm_migration(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the customers by RFM segment before (rows) and now (columns)."""
    counts = {(row.rfm_before, row.rfm_now): row.customers for row in frame.itertuples()}
    order = list(dict.fromkeys([*frame["rfm_before"], *frame["rfm_now"]]))

    def maker(now: str) -> tuple:
        def write(before: str) -> Cell:
            count = words.number(counts.get((before, now), 0))
            return Cell(count, "=") if before == now else Cell(count)

        return (Column(words.label(now)), write, "")

    before = [name for name in order if name in set(frame["rfm_before"])]
    makers = [
        (Column(words.say("{period} ↓", period=words.before)), lambda name: head(name, words), ""),
        *(maker(name) for name in order if name in set(frame["rfm_now"])),
    ]
    caption = words.say("Customers by RFM segment, {before} to {now}", before=words.before, now=words.now)
    return build(caption, before, makers, words)


def findings_over(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the findings that are new, still there and gone, with their money then and now."""

    def status(row: object) -> Cell:
        text, sign = STATUS[row.status]
        return Cell(words.say(text), sign)

    def now(row: object) -> str:
        return NOTHING if row.status == "gone" else words.money(row.money, short=True)

    def before(row: object) -> str:
        return NOTHING if missing(row.money_before) else words.money(row.money_before, short=True)

    def evidence(row: object) -> str:
        told = findings.told(row, words)
        return f"{told.sentence} ({told.evidence})" if told.evidence else told.sentence

    makers = [
        (Column(words.say("Status")), status, ""),
        (Column(words.say("Kind"), False), lambda row: words.label(row.quadrant), ""),
        (Column(words.say("Finding"), False, True), evidence, ""),
        (Column(words.say("At stake in {period}", period=words.before)), before, ""),
        (Column(words.say("At stake in {period}", period=words.now)), now, ""),
    ]
    return build(words.say("Findings: new, still there, gone"), frame.itertuples(), makers, words)


def restated(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the figures published earlier that the data of today no longer give."""

    def change(row: object) -> object:
        if missing(row.change):
            return NOTHING
        if row.unit == "rate":
            return words.points(row.change)
        text = words.value(row.change, row.unit)
        return cell(f"+{text}" if row.change > 0 else text)

    def why(row: object) -> str:
        return (
            words.say("The definition has changed")
            if bool(row.definitions_changed)
            else words.say("The data have changed")
        )

    makers = [
        (Column(words.label("measure")), lambda row: words.label(row.name), ""),
        (Column(words.label("period"), False), lambda row: words.period(row.period), ""),
        (Column(words.say("Published")), lambda row: words.value(row.was, row.unit), ""),
        (Column(words.say("Today")), lambda row: words.value(row.now, row.unit), ""),
        (Column(words.say("Change")), change, ""),
        (Column(words.label("why"), False), why, ""),
    ]
    rows = list(frame.itertuples())
    table = build(words.say("Figures restated since they were published"), rows[:RESTATED], makers, words)
    if len(rows) <= RESTATED:
        return table
    return replace(table, more=build(words.say("The other figures restated"), rows[RESTATED:], makers, words))
