"""What came in above the line and what went out below it, period by period."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.charts.kit import reach, room, wide
from portfolio.show.words import Words, missing

if TYPE_CHECKING:
    from matplotlib.axes import Axes


# Blocks that touch are told apart by a line, not by their colours alone.
EDGE = {"edgecolor": style.colour("paper"), "linewidth": 1}


def draw_flows(
    ax: Axes, periods: Sequence[str], flows: Mapping[str, Sequence[float]], write: Callable[[float], str], words: Words
) -> str:
    """Draw each period's gains above the line and losses below it, and return the figures as sentences."""
    values = {name: [0.0 if missing(value) else float(value) for value in each] for name, each in flows.items()}
    ups = [sum(max(each[n], 0) for each in values.values()) for n in range(len(periods))]
    downs = [sum(min(each[n], 0) for each in values.values()) for n in range(len(periods))]
    low, high = reach(ups + downs)
    room(ax, left=4, right=4, top=52, bottom=26)
    for n in range(len(periods)):
        above = below = 0.0
        for name, each in values.items():
            base = above if each[n] >= 0 else below
            ax.bar(n, each[n], min(0.62, 0.2 * len(periods)), bottom=base, color=style.colour(name), **EDGE)
            above, below = above + max(each[n], 0), below + min(each[n], 0)
        side = {"ha": "center", "textcoords": "offset points", "annotation_clip": False}
        ax.annotate(write(ups[n]), (n, above), xytext=(0, 3), va="bottom", **side)
        if below:
            ax.annotate(write(below), (n, below), xytext=(0, -3), va="top", **side)
    ax.axhline(0, color=style.colour("accent-soft"), linewidth=1)
    margin = 0.12 * (high - low)
    ax.set_xlim(-0.5, len(periods) - 0.5)
    ax.set_ylim(low - margin * (low < 0), high + margin)
    ax.set_xticks(range(len(periods)), [words.period(period) for period in periods])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    _names(ax, list(flows), words)
    told = []
    for n, period in enumerate(periods):
        pairs = [
            words.say("{attribute}: {value}", attribute=words.label(name), value=write(each[n]))
            for name, each in values.items()
        ]
        told.append(words.say("{attribute}: {value}", attribute=words.period(period), value=words.list(pairs)) + ".")
    return " ".join(told)


def _names(ax: Axes, names: Sequence[str], words: Words) -> None:
    """Write the names, each after a square of its colour, on as many lines as they need."""
    left, line = 0.0, 0
    for name in names:
        label = words.label(name)
        if left and left + wide(label) + 18 > style.WIDTH - 12:
            left, line = 0.0, line + 1
        place = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom", "annotation_clip": False}
        ax.annotate("■", (0, 1), xytext=(left, 30 - 17 * line), color=style.colour(name), **place)
        ax.annotate(label, (0, 1), xytext=(left + 14, 30 - 17 * line), **place)
        left += wide(label) + 32
