"""Figures against their goals: bullets, table, sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.charts.kit import chart, message, pixels, reach, shorten, widest
from portfolio.show.table import Cell, Column, Table, build, money_digits
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROW = 46
# Where the name and the middle of the bar stand in a row, from its top.
NAME, BAR = 0.06, 0.62


@chart(height=lambda frame: ROW * len(frame), needs=("value", "target"))
def bullets(targets: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw each value as a bar from 0 with its target as a tick, on a scale of its own, and say it beside."""
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    ax.set_ylim(len(targets), 0)
    rows = []
    for row in targets.itertuples():
        value, target = words.value(row.value, row.unit, short=True), words.value(row.target, row.unit, short=True)
        met = not missing(row.met) and bool(row.met)
        result = words.say("✓ met") if met else words.say("✗ missed")
        if missing(row.value):
            result = words.say("not measured")
        label = words.label(row.measure) + (f" · {words.members(row.segment)}" if str(row.segment or "") else "")
        figures = words.say("{value} for {target}", value=value, target=target)
        rows.append((label, figures, result, 0.0 if missing(row.value) else float(row.value), float(row.target), met))
    verdict = 1 - (widest((row[2] for row in rows), bold=True) + 2) / pixels(ax)
    said = verdict - 10 / pixels(ax)
    end = max(said - (widest(row[1] for row in rows) + 12) / pixels(ax), 0.2)
    for place, (label, figures, result, value, target, met) in enumerate(rows):
        ax.text(0, place + NAME, shorten(label, pixels(ax)), va="top")
        _bullet(ax, place + BAR, end, value, target, met)
        ax.text(said, place + BAR, figures, va="center", ha="right")
        ax.text(verdict, place + BAR, result, va="center", weight="bold")
    told = [
        words.say("{label}: {figures}, {result}", label=label, figures=figures, result=result)
        for label, figures, result, *_ in rows
    ]
    known = targets[targets["value"].notna()]
    reached = int(known["met"].fillna(False).astype(bool).sum())
    title = words.plural(
        "{n} target met out of {all}", "{n} targets met out of {all}", reached, all=words.number(len(known))
    )
    return message(ax, title, words.list(told) + ".")


def _bullet(ax: Axes, middle: float, end: float, value: float, target: float, met: bool) -> None:
    low, high = reach([value, target])
    unit = end / ((high - low) * 1.05)
    zero = -low * unit
    ax.barh(middle, end, 0.36, color=style.colour("line"))
    ax.barh(middle, value * unit, 0.18, left=zero, color=style.colour("good" if met else "bad"))
    ax.vlines(zero + target * unit, middle - 0.23, middle + 0.23, color=style.colour("ink"), linewidth=3)


def table(frame: pd.DataFrame, *, words: Words) -> Table:
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


def sentence(targets: pd.DataFrame, *, words: Words) -> str:
    """Say how many targets are met, and which are missed."""
    known = targets[targets["value"].notna()]
    if not len(known):
        return words.say("No target for {period}: the table targets gives them.", period=words.now)
    met = known["met"].astype(bool)
    first = words.plural(
        "{n} target met out of {all}", "{n} targets met out of {all}", met.sum(), all=words.number(len(known))
    )
    missed = [
        words.inline(row.measure) + (f" ({words.members(row.segment)})" if str(row.segment or "") else "")
        for row in known[~met].itertuples()
    ]
    if not missed:
        return f"{first}."
    return words.say("{first}; missed: {measures}.", first=first, measures=words.list(missed))
