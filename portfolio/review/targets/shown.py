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
        sign, result = _verdict(row, words)
        label = words.label(row.measure) + (f" · {words.members(row.segment)}" if str(row.segment or "") else "")
        figures = words.say("{value} for {target}", value=value, target=target)
        rows.append((row, label, figures, f"{sign} {result}".strip()))
    verdict = 1 - (widest((result for *_, result in rows), bold=True) + 2) / pixels(ax)
    said = verdict - 10 / pixels(ax)
    end = max(said - (widest(figures for _, _, figures, _ in rows) + 12) / pixels(ax), 0.2)
    for place, (row, label, figures, result) in enumerate(rows):
        ax.text(0, place + NAME, shorten(label, pixels(ax)), va="top")
        _bullet(ax, place + BAR, end, 0.0 if missing(row.value) else float(row.value), float(row.target), _tone(row))
        ax.text(said, place + BAR, figures, va="center", ha="right")
        ax.text(verdict, place + BAR, result, va="center", weight="bold")
    told = [
        words.say("{label}: {figures}, {result}", label=label, figures=figures, result=result)
        for _, label, figures, result in rows
    ]
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


def _bullet(ax: Axes, middle: float, end: float, value: float, target: float, tone: str) -> None:
    low, high = reach([value, target])
    unit = end / ((high - low) * 1.05)
    zero = -low * unit
    ax.barh(middle, end, 0.36, color=style.colour("line"))
    ax.barh(middle, value * unit, 0.18, left=zero, color=style.colour(tone))
    ax.vlines(zero + target * unit, middle - 0.23, middle + 0.23, color=style.colour("ink"), linewidth=3)


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
            return words.scored(row.gap, 0 if float(row.gap).is_integer() else 1)
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
