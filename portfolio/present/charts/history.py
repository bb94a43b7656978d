"""Each measure across the periods, one small picture each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.changes import change
from portfolio.present.charts.base import chart, message, reach, shorten, wide
from portfolio.present.charts.canvas import Cell, canvas, line
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

HIGH, GAP, ACROSS = 112, 28, 2
# Room between the edge of a cell and its first point; a figure reaches past its point by SIDE.
MARGIN, SIDE, SMALL = 8, 6, 11
# The measures drawn when none is named: one picture holds a dozen.
NAMES = (
    "revenue",
    "active_customers",
    "orders",
    "average_basket",
    "margin_rate",
    "retention_rate",
    "new_customers",
    "lapsed_customers",
    "top_20_percent_share",
    "lifetime_value",
    "return_rate",
    "nps",
)
NOT_PERIODS = ("name", "unit", "direction", "target")


def periods_of(history: pd.DataFrame) -> list[str]:
    """Return the columns of a history that are periods."""
    return [name for name in history.columns if name not in NOT_PERIODS]


def chosen(history: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the rows of these measures, in that order, leaving out those the history lacks."""
    rows = history.set_index("name").reindex(list(names))
    return rows[rows["unit"].notna()].reset_index()


def _known(history: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return those of the rows that have a figure in some period."""
    rows = chosen(history, names)
    return rows[rows[periods_of(history)].notna().any(axis=1)]


def _height(history: pd.DataFrame, names: Sequence[str] = NAMES) -> float:
    return HIGH * math.ceil(len(_known(history, names)) / ACROSS) + 2


@chart(height=_height, needs=("name",))
def history(history: pd.DataFrame, *, names: Sequence[str] = NAMES, ax: Axes, words: Words) -> Axes:
    """Draw one line a measure, two abreast, each from 0 on a scale of its own, first and last figure written."""
    canvas(ax, _height(history, names))
    history, periods = _known(history, names), periods_of(history)
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
