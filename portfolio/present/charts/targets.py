"""Targets as bullet charts: how far each measure is from its goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.charts.base import chart, message, shorten, wide
from portfolio.present.charts.canvas import canvas
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROW = 52


@chart(height=lambda frame: ROW * len(frame), needs=("value", "target"))
def targets(targets: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
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
