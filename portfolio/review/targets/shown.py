"""Figures against their goals: bullets, table, sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.charts.canvas import canvas
from portfolio.show.charts.kit import chart, message, shorten, wide
from portfolio.show.table import Cell, Column, Table, build, money_digits
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROW = 52


@chart(height=lambda frame: ROW * len(frame), needs=("value", "target"))
def bullets(targets: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw each value as a bar from 0 with its target as a tick, on a scale of its own, and say it in words."""
    canvas(ax, ROW * len(targets))
    told = []
    for place, row in enumerate(targets.itertuples()):
        top = place * ROW
        value, target = words.value(row.value, row.unit, short=True), words.value(row.target, row.unit, short=True)
        met = not missing(row.met) and bool(row.met)
        result = words.say("✓ met") if met else words.say("✗ missed")
        if missing(row.value):
            result = words.say("not measured")
        label = words.label(row.measure) + (f" · {words.members(row.segment)}" if str(row.segment or "") else "")
        figures = words.say("{value} for {target}", value=value, target=target)
        right = f"{figures} \u00a0{result}"
        room = style.WIDTH - wide(right, 11, bold=True) - 12
        ax.text(0, top + 6, shorten(label, room), va="top")
        ax.text(style.WIDTH, top + 6, right, va="top", ha="right", weight="bold", fontsize=11)
        _bullet(ax, top + 26, 0.0 if missing(row.value) else float(row.value), float(row.target), met)
        told.append(words.say("{label}: {figures}, {result}", label=label, figures=figures, result=result))
    known = targets[targets["value"].notna()]
    reached = int(known["met"].fillna(False).astype(bool).sum())
    title = words.plural(
        "{n} target met out of {all}", "{n} targets met out of {all}", reached, all=words.number(len(known))
    )
    return message(ax, title, words.list(told) + ".")


def _bullet(ax: Axes, top: float, value: float, target: float, met: bool) -> None:
    low = min(0.0, value, target)
    high = max(0.0, value, target)
    scale = (style.WIDTH - 4) / (((high - low) or 1.0) * 1.04)
    zero = -low * scale
    ax.bar(style.WIDTH / 2, 16, style.WIDTH, bottom=top, color=style.colour("line"))
    tone = style.colour("good" if met else "bad")
    ax.bar(zero + value * scale / 2, 8, abs(value) * scale, bottom=top + 4, color=tone)
    place = zero + target * scale
    ax.plot([place, place], [top - 2, top + 18], color=style.colour("ink"), linewidth=3, solid_capstyle="butt")


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
