"""Measures against their targets, and across periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio.errors import N_
from portfolio.present.changes import change
from portfolio.present.charts.history import chosen, periods_of
from portfolio.present.charts.sparkline import sparkline
from portfolio.present.tables.base import Cell, Column, Group, Maker, Table, build, money_digits
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

# Group -> its title, and its measures: a name, or how the names of a family begin.
GROUPS = {
    "activity": (
        N_("Activity"),
        (
            "revenue", "active_customers", "orders", "average_basket", "gross_sales", "returns", "return_rate",
            "margin", "margin_rate",
        ),
    ),
    "movement": (
        N_("Movement of customers"),
        (
            "new_customers", "retained_customers", "reactivated_customers", "lapsed_customers", "retention_rate",
            "churn_rate",
        ),
    ),
    "concentration": (N_("Concentration"), ("top_20_percent_share", "customers_for_80_percent", "gini")),
    "value": (
        N_("Value of a customer"),
        (
            "lifetime_value", "lifetime_value_margin", "lifespan_years", "yearly_retention", "orders_per_year",
            "high_potential_customers",
        ),
    ),
    "voice": (N_("What customers say"), ("nps",)),
    "lifecycle": (N_("Customers by state"), ("lifecycle_",)),
    "rfm": (N_("Customers by RFM segment"), ("rfm_",)),
    "size": (N_("Customers by size"), ("size_",)),
    "file": (
        N_("Customers and lines counted"),
        ("customers_with_positive_revenue", "customers_without_revenue", "lines_kept"),
    ),
}  # fmt: skip
FIRST_GROUPS = ("activity", "movement", "concentration", "value", "voice")
OTHER_GROUPS = ("lifecycle", "rfm", "size", "file")


def targets(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show each measure beside its target, met or missed in words."""

    def result(row: object) -> object:
        if missing(row.value):
            return NOTHING
        return Cell(words.say("met"), "✓", "good") if bool(row.met) else Cell(words.say("missed"), "✗", "bad")

    def gap(row: object) -> str:
        if missing(row.gap):
            return NOTHING
        if row.unit == "rate":
            return words.points(row.gap)
        if row.unit == "points":
            return words.say("{points} pts", points=words.signed(row.gap, 0 if float(row.gap).is_integer() else 1))
        if row.unit == "money":
            return words.money(row.gap, digits=money_digits([row.value, row.target]), signed=True)
        return words.signed(row.gap, 0 if float(row.gap).is_integer() else 1)

    segments = frame["segment"].fillna("").astype(str) if len(frame) else []
    makers = [
        (Column(words.label("measure")), lambda row: words.label(row.measure), ""),
        *(
            [(Column(words.label("segment"), False), lambda row: words.segment(row.segment) or words.label("all"), "")]
            if any(segments)
            else []
        ),
        (Column(words.label("value")), lambda row: words.value(row.value, row.unit), ""),
        (Column(words.label("target")), lambda row: words.value(row.target, row.unit), ""),
        (Column(words.say("Gap")), gap, ""),
        (Column(words.say("Result"), False), result, ""),
    ]
    return build(words.say("Measures and their targets, {period}", period=words.now), frame.itertuples(), makers, words)


def history(
    frame: pd.DataFrame, metrics: pd.DataFrame | None = None, *, names: Sequence[str] = (), words: Words
) -> Table:
    """Show one row a measure, one column a period, then the last change, the target and the trend.

    The measures that most read stand first, by what they tell; the classes and the file are folded under them. What
    no period measures is named in a note.

    Parameters
    ----------
    frame
        ``measures.metrics.history``.
    metrics
        ``measures.metrics.metrics``, for the targets.
    names
        The measures shown, in that order; all but the counts of rows read when none is given.
    """
    periods = periods_of(frame)
    # The rows of the file are the same whatever the period.
    shown = chosen(frame, names) if names else frame[~frame["name"].str.startswith("rows_")]
    known = shown[periods].notna().any(axis=1) if periods else shown["name"].isna()
    goals = dict(zip(metrics["name"], metrics["target"], strict=True)) if metrics is not None and len(metrics) else {}
    makers = _history_columns(periods, {name: goals.get(name) for name in shown["name"]}, words)
    caption = words.say("Measures from period to period")
    notes = []
    unknown = [name for name in shown["name"][~known] if names or group_of(name) in FIRST_GROUPS]
    if unknown:
        notes.append(words.say("Not measured: {measures}.", measures=words.list(map(words.inline, unknown))))
    rows = shown[known].to_dict("records")
    if names:
        return build(caption, rows, makers, words, notes=notes)
    first, others = _grouped(rows, FIRST_GROUPS, words), _grouped(rows, OTHER_GROUPS, words)
    rest = [row for row in rows if group_of(row["name"]) == ""]
    if rest:
        others.append((words.say("Other figures"), rest))
    folded = _of_groups(words.say("All figures"), others, makers, words) if others else None
    return replace(_of_groups(caption, first, makers, words, notes), more=folded)


def group_of(name: str) -> str:
    """Return the group of a measure, or an empty text."""
    for group, (_, members) in GROUPS.items():
        if name in members or any(member.endswith("_") and name.startswith(member) for member in members):
            return group
    return ""


def _grouped(rows: list[dict], groups: Sequence[str], words: Words) -> list[tuple[str, list[dict]]]:
    found = []
    for group in groups:
        title, names = GROUPS[group]
        members = [row for row in rows if group_of(row["name"]) == group]
        members.sort(key=lambda row: names.index(row["name"]) if row["name"] in names else 0)
        found.append((words.say(title), members))
    return [(title, members) for title, members in found if members]


def _of_groups(
    caption: str, groups: list[tuple[str, list[dict]]], makers: Sequence[Maker], words: Words, notes: Sequence[str] = ()
) -> Table:
    table = build(caption, [row for _, rows in groups for row in rows], makers, words, notes=notes)
    return replace(table, groups=tuple(Group(title, len(rows)) for title, rows in groups))


def _history_columns(periods: Sequence[str], goals: dict, words: Words) -> list[Maker]:
    def maker(period: str) -> Maker:
        return (Column(words.period(period)), lambda row: words.value(row[period], row["unit"], short=True), "")

    def last(row: dict) -> object:
        return change(row[periods[-1]], row[periods[-2]], row["unit"], row["direction"], words)

    def goal(row: dict) -> str:
        return words.value(goals.get(row["name"]), row["unit"], short=True)

    def trend(row: dict) -> object:
        return sparkline([row[period] for period in periods], periods, row["unit"], words=words)

    makers = [(Column(words.label("measure")), lambda row: words.label(row["name"]), ""), *map(maker, periods)]
    if len(periods) > 1:
        makers.append((Column(words.say("Last change"), optional=True), last, ""))
    if any(not missing(target) for target in goals.values()):
        makers.append((Column(words.label("target"), optional=True), goal, ""))
    if len(periods) > 1:
        makers.append((Column(words.say("Trend"), False, optional=True), trend, ""))
    return makers
