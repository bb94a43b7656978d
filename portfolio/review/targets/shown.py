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
        sign, result = _verdict(row, words)
        result = f"{sign} {result}".strip()
        label = words.label(row.measure) + (f" · {words.members(row.segment)}" if str(row.segment or "") else "")
        figures = words.say("{value} for {target}", value=value, target=target)
        right = f"{figures} \u00a0{result}"
        room = style.WIDTH - wide(right, 11, bold=True) - 12
        ax.text(0, top + 6, shorten(label, room), va="top")
        ax.text(style.WIDTH, top + 6, right, va="top", ha="right", weight="bold", fontsize=11)
        _bullet(ax, top + 26, 0.0 if missing(row.value) else float(row.value), float(row.target), _tone(row))
        told.append(words.say("{label}: {figures}, {result}", label=label, figures=figures, result=result))
    return message(ax, _reached(_judged(targets), words), words.list(told) + ".")


def _judged(targets: pd.DataFrame) -> pd.DataFrame:
    known = targets[targets["met"].notna()]
    return known.assign(met=known["met"].astype(bool))


def _reached(known: pd.DataFrame, words: Words) -> str:
    count = int(known["met"].sum())
    return words.plural(
        "{n} target met out of {all}", "{n} targets met out of {all}", count, all=words.number(len(known))
    )


def _verdict(row: object, words: Words) -> tuple[str, str]:
    if missing(row.value):
        return "", words.say("not measured")
    if missing(row.met):
        return "", words.say("not judged")
    return ("✓", words.say("met")) if row.met else ("✗", words.say("missed"))


def _tone(row: object) -> str:
    return "muted" if missing(row.met) else "good" if row.met else "bad"


def _bullet(ax: Axes, top: float, value: float, target: float, tone: str) -> None:
    low = min(0.0, value, target)
    high = max(0.0, value, target)
    scale = (style.WIDTH - 4) / (((high - low) or 1.0) * 1.04)
    zero = -low * scale
    ax.bar(style.WIDTH / 2, 16, style.WIDTH, bottom=top, color=style.colour("line"))
    ax.bar(zero + value * scale / 2, 8, abs(value) * scale, bottom=top + 4, color=style.colour(tone))
    place = zero + target * scale
    ax.plot([place, place], [top - 2, top + 18], color=style.colour("ink"), linewidth=3, solid_capstyle="butt")


def table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show each measure beside its target, met or missed in words."""

    def result(row: object) -> object:
        if missing(row.value):
            return NOTHING
        sign, said = _verdict(row, words)
        if not missing(row.aside):
            said = words.say("{result}, {money} set aside", result=said, money=words.money(row.aside, short=True))
        return Cell(said, sign, _tone(row)) if sign else said

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
    """Say how many targets are met, which are missed, and which the money set aside could turn."""
    known = _judged(targets)
    if not len(known):
        return words.say("No target for {period}: the table targets gives them.", period=words.now)
    first = _reached(known, words)
    missed = [_of(row, words) for row in known[~known["met"]].itertuples()]
    said = [
        words.say("{first}; missed: {measures}.", first=first, measures=words.list(missed)) if missed else f"{first}."
    ]
    near = [
        words.say(
            "{measure}: {gap} off, {money} set aside",
            measure=_of(row, words),
            gap=words.money(abs(row.gap), short=True),
            money=words.money(row.aside, short=True),
        )
        for row in known[~known["met"] & known["aside"].notna()].itertuples()
    ]
    if near:
        said.append(
            words.say(
                "Not missed for sure, since the money set aside is more than the gap: {list}.", list=words.list(near)
            )
        )
    return " ".join(said)


def _of(row: object, words: Words) -> str:
    return words.inline(row.measure) + (f" ({words.members(row.segment)})" if str(row.segment or "") else "")
