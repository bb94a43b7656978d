"""Each figure across the periods: small pictures, and the table of all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.changes import change
from portfolio.show.charts.canvas import Cell, canvas, line
from portfolio.show.charts.kit import chart, message, reach, shorten, wide
from portfolio.show.charts.sparkline import sparkline
from portfolio.show.periods import periods_of
from portfolio.show.table import Column, Group, Maker, Table, build
from portfolio.show.words import Words, missing
from portfolio.topics.contract import FILE, GROUPS, Topics

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

HIGH, GAP, ACROSS = 112, 28, 2


# Room between the edge of a cell and its first point; a figure reaches past its point by SIDE.
MARGIN, SIDE, SMALL = 8, 6, 11


def _known(history: pd.DataFrame, topics: Topics) -> pd.DataFrame:
    """Return the figures that most read, in their order, that have a value in some period."""
    rows = history.set_index("name").reindex(ranked(topics)).reset_index()
    return rows[rows["unit"].notna() & rows[periods_of(history)].notna().any(axis=1)]


def ranked(topics: Topics) -> list[str]:
    """Return the names of the figures that most read, the first first."""
    figures = sorted((figure for figure in topics.figures.values() if figure.rank), key=lambda figure: figure.rank)
    return [figure.name for figure in figures]


def _height(history: pd.DataFrame, metrics: pd.DataFrame, topics: Topics) -> float:
    return HIGH * math.ceil(len(_known(history, topics)) / ACROSS) + 2


@chart(height=_height, needs=("name",), when=lambda history, metrics, topics: len(_known(history, topics)) > 0)
def multiples(history: pd.DataFrame, metrics: pd.DataFrame, topics: Topics, *, ax: Axes, words: Words) -> Axes:
    """Draw one line a measure, two abreast, each from 0 on a scale of its own, first and last figure written."""
    canvas(ax, _height(history, metrics, topics))
    history, periods = _known(history, topics), periods_of(history)
    across = (style.WIDTH - GAP) / ACROSS
    told = []
    for place, row in enumerate(history.to_dict("records")):
        left, top = (place % ACROSS) * (across + GAP), (place // ACROSS) * HIGH
        values = [row[period] for period in periods]
        label = words.label(row["name"])
        ax.text(left, top + 4, shorten(label, 0.82 * across), weight="bold", va="top")
        cell = Cell(left, top + 42, across, HIGH - 64)
        scale = reach(values)
        line(ax, cell, values, *scale, style.colour("accent"), margin=MARGIN)
        ax.plot([left, left + across], [cell.y(0, *scale)] * 2, color=style.colour("line"), linewidth=1)
        _figures(ax, cell, values, scale, row["unit"], words)
        _ends(ax, left, across, top + HIGH - 18, periods, words)
        figures = [
            words.say(
                "{attribute}: {value}",
                attribute=words.period(period),
                value=words.value(value, row["unit"], short=True),
            )
            for period, value in zip(periods, values, strict=True)
        ]
        told.append(words.say("{attribute}: {value}", attribute=label, value=words.list(figures)) + ".")
    return message(ax, _title(history, periods, words), " ".join(told))


def _figures(ax: Axes, cell: Cell, values: list[float], scale: tuple[float, float], unit: str, words: Words) -> None:
    """Write the first and last figure above the line, or the last alone where both have no room."""
    known = [(cell.x(place, len(values), MARGIN), cell.y(value, *scale), words.value(value, unit, short=True))
             for place, value in enumerate(values) if not missing(value)]  # fmt: skip
    (first, _, start), (last, _, end) = known[0], known[-1]
    spans = [(last + SIDE - wide(end, SMALL), last + SIDE, end, "right")]
    if first - SIDE + wide(start, SMALL) + SIDE <= spans[0][0]:
        spans.append((first - SIDE, first - SIDE + wide(start, SMALL), start, "left"))
    for left, right, figure, side in spans:
        x = left if side == "left" else right
        ax.text(x, _highest(known, left, right) - 6, figure, ha=side, va="bottom", fontsize=SMALL)


def _highest(points: list[tuple[float, float, str]], left: float, right: float) -> float:
    """Return how high the line goes between two places, in pixels from the top."""
    found = [y for x, y, _ in points if left <= x <= right]
    for (x0, y0, _), (x1, y1, _) in pairwise(points):
        found += [y0 + (y1 - y0) * (x - x0) / (x1 - x0) for x in (left, right) if x0 <= x <= x1]
    return min(found)


def _title(history: pd.DataFrame, periods: list[str], words: Words) -> str:
    """Say how many measures with a good direction went that way."""
    if len(periods) < 2:
        return words.plural("{n} measure in {period}", "{n} measures in {period}", len(history), period=words.now)
    changes = [
        change(row[periods[-1]], row[periods[-2]], row["unit"], row["direction"], words)
        for row in history.to_dict("records")
    ]
    tones = [each.tone for each in changes if each]
    return words.plural(
        "{n} measure better than in {period}, {worse} worse",
        "{n} measures better than in {period}, {worse} worse",
        tones.count("good"),
        period=words.period(periods[-2]),
        worse=words.number(tones.count("bad")),
    )


def _ends(ax: Axes, left: float, across: float, top: float, periods: list[str], words: Words) -> None:
    if periods:
        ax.text(left, top, words.period(periods[0]), va="top", color=style.colour("muted"), fontsize=SMALL)
    if len(periods) > 1:
        ax.text(
            left + across,
            top,
            words.period(periods[-1]),
            va="top",
            ha="right",
            color=style.colour("muted"),
            fontsize=SMALL,
        )


def table(frame: pd.DataFrame, metrics: pd.DataFrame, topics: Topics, *, words: Words) -> Table:
    """Show one row a figure, one column a period, then the last change, the target and the trend.

    The figures that most read stand first, by what they tell; the others are folded under them. What no period measures
    is named in a note.
    """
    periods = periods_of(frame)
    groups = {name: topics.figures[name].group for name in frame["name"]}
    shown = frame[~frame["name"].isin([name for name, group in groups.items() if group is FILE])]
    known = shown[periods].notna().any(axis=1) if periods else shown["name"].isna()
    goals = dict(zip(metrics["name"], metrics["target"], strict=True))
    makers = _history_columns(periods, {name: goals.get(name) for name in shown["name"]}, words)
    unknown = [name for name in shown["name"][~known] if not groups[name].folded]
    notes = [words.say("Not measured: {measures}.", measures=words.list(map(words.inline, unknown)))] if unknown else []
    rows = shown[known].to_dict("records")
    order = sorted({groups[row["name"]] for row in rows}, key=list(GROUPS).index)
    found = {group: [row for row in rows if groups[row["name"]] == group] for group in order}
    first = {group: members for group, members in found.items() if not group.folded}
    others = {group: members for group, members in found.items() if group.folded}
    folded = _of_groups(words.say("All figures"), others, makers, words) if others else None
    return replace(_of_groups(words.say("Measures from period to period"), first, makers, words, notes), more=folded)


def _of_groups(caption: str, groups: dict, makers: Sequence[Maker], words: Words, notes: Sequence[str] = ()) -> Table:
    table = build(caption, [row for rows in groups.values() for row in rows], makers, words, notes=notes)
    titles = tuple(Group(words.say(group.title), len(rows)) for group, rows in groups.items())
    return replace(table, groups=titles)


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
