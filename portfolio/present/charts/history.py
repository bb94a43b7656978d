"""Each measure across the periods, one small picture each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.changes import change
from portfolio.present.charts.base import chart, message, reach, shorten
from portfolio.present.charts.canvas import Cell, canvas, line
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

HIGH, GAP, ACROSS = 112, 28, 2
CLOSE = 90
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
    wide = (style.WIDTH - GAP) / ACROSS
    told = []
    for place, row in enumerate(history.to_dict("records")):
        left, top = (place % ACROSS) * (wide + GAP), (place // ACROSS) * HIGH
        values = [row[period] for period in periods]
        label = words.label(row["name"])
        ax.text(left, top + 4, shorten(label, 0.82 * wide), weight="bold", va="top")
        cell = Cell(left, top + 42, wide, HIGH - 64)
        scale = reach(values)
        line(ax, cell, values, *scale, style.colour("accent"), margin=8)
        ax.plot([left, left + wide], [cell.y(0, *scale)] * 2, color=style.colour("line"), linewidth=1)
        ends = [place for place, value in enumerate(values) if not missing(value)]
        # Two figures side by side need room; the last is the one that counts.
        apart = ends and (ends[-1] - ends[0]) * wide / len(values) >= CLOSE
        for end in (ends[0], ends[-1]) if apart else ends[-1:]:
            x, y = cell.x(end, len(values), 8), cell.y(values[end], *scale)
            side = "left" if apart and end == ends[0] else "right"
            ax.text(
                x + (-6 if side == "left" else 6), y - 6, words.value(values[end], row["unit"], short=True),
                ha=side, va="bottom", fontsize=11,
            )  # fmt: skip
        _ends(ax, left, wide, top + HIGH - 18, periods, words)
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


def _ends(ax: Axes, left: float, wide: float, top: float, periods: list[str], words: Words) -> None:
    if periods:
        ax.text(left, top, words.period(periods[0]), va="top", color=style.colour("muted"), fontsize=11)
    if len(periods) > 1:
        ax.text(
            left + wide, top, words.period(periods[-1]), va="top", ha="right", color=style.colour("muted"), fontsize=11
        )
