"""Measures against their targets, and across periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio.present.changes import change
from portfolio.present.charts.history import chosen, periods_of
from portfolio.present.charts.sparkline import sparkline
from portfolio.present.tables.base import Cell, Column, Table, build
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd


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
        text = words.value(row.gap, row.unit)
        return f"+{text}" if row.gap > 0 else text

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
    goals = dict(zip(metrics["name"], metrics["target"], strict=True)) if metrics is not None and len(metrics) else {}

    def maker(period: str) -> tuple:
        return (Column(words.period(period)), lambda row: words.value(row[period], row["unit"], short=True), "")

    def last(row: dict) -> object:
        pair = (row[periods[-1]], row[periods[-2]]) if len(periods) > 1 else (None, None)
        return change(*pair, row["unit"], row["direction"], words)

    more = [(Column(words.say("Last change")), last, "")] if len(periods) > 1 else []
    if any(not missing(goals.get(name)) for name in shown["name"]):
        more.append(
            (
                Column(words.label("target")),
                lambda row: words.value(goals.get(row["name"]), row["unit"], short=True),
                "",
            )
        )
    if len(periods) > 1:
        more.append(
            (
                Column(words.say("Trend"), False),
                lambda row: sparkline([row[period] for period in periods], periods, row["unit"], words=words),
                "",
            )
        )
    makers = [(Column(words.label("measure")), lambda row: words.label(row["name"]), ""), *map(maker, periods), *more]
    return build(words.say("Measures from period to period"), shown.to_dict("records"), makers, words)
