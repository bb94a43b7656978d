"""Bars, from 0; and the plain shape of several charts: horizontal ones, a name before and a figure after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from portfolio.show import style
from portfolio.show.charts.kit import WIDEST, name_rows, no_scale, reach, room, shorten, widest
from portfolio.show.words import Words, missing

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_bars(
    ax: Axes,
    values: Iterable[float],
    colours: str | Sequence[str],
    *,
    width: float,
    orient: Literal["v", "h"] = "v",
) -> None:
    """Draw one bar a value, at 0, 1, 2..., in one colour or each in its own."""
    import seaborn as sns

    heights = [0.0 if missing(value) else float(value) for value in values]
    places = list(range(len(heights)))
    x, y = (places, heights) if orient == "v" else (heights, places)
    # The colours as they are registered: seaborn would fade them. A hue a bar would take twice the time.
    sns.barplot(
        x=x, y=y, orient=orient, width=width, color=colours if isinstance(colours, str) else style.colour("accent"),
        saturation=1, errorbar=None, native_scale=True, legend=False, ax=ax,
    )  # fmt: skip
    if not isinstance(colours, str):
        for bar, colour in zip(ax.containers[-1], colours, strict=True):
            bar.set_facecolor(colour)


def bars(
    ax: Axes,
    words: Words,
    *,
    labels: Sequence[str],
    values: Iterable[float],
    figures: Sequence[str],
    colours: Sequence[str],
    before: Iterable[float] | None = None,
    widest_label: float = WIDEST,
) -> str:
    """Draw the bars, with a tick at the value before, and return their figures as a sentence."""
    values = [0.0 if missing(value) else float(value) for value in values]
    before = [float("nan") if missing(value) else float(value) for value in before] if before is not None else []
    told = [value for value in before if value == value]
    names = [shorten(label, widest_label) for label in labels]
    low, high = reach(values + told)
    room(ax, left=widest(names) + 12, right=widest(figures) + 14, top=4, bottom=24 if told else 4)
    draw_bars(ax, values, colours, width=0.62, orient="h")
    for row, (value, figure) in enumerate(zip(values, figures, strict=True)):
        tick = before[row] if before and before[row] == before[row] else value
        ax.annotate(
            figure,
            (max(value, tick, 0), row),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )
    if told:
        rows = [row for row, value in enumerate(before) if value == value]
        ax.vlines(
            told, [row - 0.42 for row in rows], [row + 0.42 for row in rows], color=style.colour("ink"), linewidth=2.5
        )
        key = words.say("▎ {before}", before=words.before)
        ax.annotate(key, (0, 0), xycoords="axes fraction", xytext=(0, -6), textcoords="offset points", va="top")
    name_rows(ax, names)
    no_scale(ax)
    ax.set_xlim(low, high)
    ax.axvline(0, color=style.colour("accent-soft"), linewidth=1)
    pairs = zip(labels, figures, strict=True)
    return words.list(words.say("{attribute}: {value}", attribute=label, value=figure) for label, figure in pairs) + "."
