"""Bridges: from the level of the period before to the level now, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from portfolio.show import style
from portfolio.show.charts.kit import name_rows, no_scale, reach, room, widest
from portfolio.show.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ROW = 34


class Step(NamedTuple):
    """One bar: its name, where it starts and ends, and its figure."""

    name: str
    label: str
    start: float
    end: float
    figure: str


def draw_bridge(ax: Axes, steps: list[Step]) -> None:
    """Draw the steps as bars, first at the top, each from where the one before ends."""
    low, high = reach([edge for step in steps for edge in (step.start, step.end)])
    labels = [step.label for step in steps]
    room(ax, left=widest(labels) + 12, right=widest(step.figure for step in steps) + 12, top=4, bottom=4)
    for row, step in enumerate(steps):
        ax.barh(row, step.end - step.start, left=step.start, height=0.64, color=style.colour(step.name))
        ax.annotate(
            step.figure,
            (max(step.start, step.end), row),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )
        if row + 1 < len(steps):
            ax.plot([step.end, step.end], [row + 0.32, row + 0.68], color=style.colour("muted"), linewidth=1)
    ax.set_xlim(low, high)
    ax.axvline(0, color=style.colour("accent-soft"), linewidth=1)
    name_rows(ax, labels)
    no_scale(ax)


def say_steps(steps: list[Step], words: Words) -> str:
    """Return the steps and their figures as a sentence."""
    return words.list(words.say("{attribute}: {value}", attribute=s.label, value=s.figure) for s in steps) + "."
