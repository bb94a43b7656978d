"""What every chart shares: its height, what it needs, its message, its room for labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from portfolio.show import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Widest label of the data that is drawn, in pixels; the table beside has the whole name.
WIDEST = 180


def chart(
    height: float | Callable[..., float],
    needs: Sequence[str] = (),
    rows: int = 1,
    when: Callable[..., bool] | None = None,
    first_only: bool = False,
) -> Callable[..., Any]:
    """Make a drawing function a chart.

    Parameters
    ----------
    height
        In CSS pixels, or a function of the same frames.
    needs
        Columns of the first frame without which there is nothing to show.
    rows
        Fewest rows with a figure in each of those columns.
    when
        What else must hold of what is given.
    first_only
        Whether the other frames may be empty.

    The function takes ``(*given, ax, words)``, the frames of its section and what was asked of it, draws in ``ax``
    and returns it, its title being the message and its label the alternative text. It changes none of its frames.
    """

    def shows(*given: Any) -> bool:
        frames = [each for each in given if hasattr(each, "columns")]
        if not frames or any(len(frame) == 0 for frame in (frames[:1] if first_only else frames)):
            return False
        first = frames[0]
        known = all(name in first and int(first[name].notna().sum()) >= rows for name in needs)
        return known and (when is None or bool(when(*given)))

    def decorate(draw: Callable[..., Axes]) -> Callable[..., Axes]:
        @wraps(draw)
        def drawn(*given: Any, ax: Axes, words: Any) -> Axes:
            with style.themed():
                if shows(*given):
                    return draw(*given, ax=ax, words=words)
                ax.set_axis_off()
                text = words.say("No figures for {period}.", period=words.now)
                ax.text(0.5, 0.5, text, ha="center", va="center", transform=ax.transAxes)
                return message(ax, "", text)

        drawn.height = height if callable(height) else lambda *given: height
        drawn.shows = shows
        return drawn

    return decorate


def message(ax: Axes, title: str, alt: str) -> Axes:
    """Give a chart its message and its alternative text, which says the message and the figures."""
    ax.set_title(title, loc="left")
    ax.set_label(f"{title}. {alt}" if title else alt)
    return ax


def room(ax: Axes, *, left: float = 0, right: float = 0, top: float = 0, bottom: float = 0) -> Axes:
    """Leave room for labels around the axes, in pixels, when they fill their figure; else leave them alone."""
    figure = ax.figure
    if tuple(ax.get_position().bounds) == (0, 0, 1, 1):
        width, height = (size * 72 for size in figure.get_size_inches())
        ax.set_position(
            (left / width, bottom / height, max(1 - (left + right) / width, 0.1), max(1 - (top + bottom) / height, 0.1))
        )
    return ax


def pixels(ax: Axes) -> float:
    """Return how wide the axes are, in pixels of the page."""
    return ax.bbox.width * 72 / ax.figure.dpi


@cache
def _advances(bold: bool) -> dict[str, float]:
    """Return the advances met so far of the font, in its own size of 1000 pixels."""
    return {}


@cache
def wide(text: str, size: float = style.ON_PHONE, bold: bool = False) -> float:
    """Return the width of a text in pixels, as the widest common page font would set it on a phone."""
    known = _advances(bold)
    if new := {character for character in text if character not in known}:
        known |= _measure(new, bold)
    return (
        max(sum(known[character] for character in line if character != "\n") for line in text.split("\n")) * size / 1000
    )


def _measure(characters: Iterable[str], bold: bool) -> dict[str, float]:
    from matplotlib.font_manager import FontProperties, findfont
    from matplotlib.ft2font import FT2Font, LoadFlags

    # A font of our own: matplotlib's shared one changes size under our feet.
    font = FT2Font(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))
    font.set_size(1000, 72)
    glyphs = {character: font.get_char_index(ord(character)) for character in characters}
    return {
        character: font.load_glyph(glyph, flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 if glyph else 1000
        for character, glyph in glyphs.items()
    }


def widest(texts: Iterable[str], bold: bool = False) -> float:
    """Return the width of the widest text."""
    return max((wide(text, bold=bold) for text in texts), default=0)


def shorten(text: str, pixels: float = WIDEST) -> str:
    """Return a name of the data cut to what a label can hold, with an ellipsis."""
    if wide(text) <= pixels:
        return text
    while text and wide(text + "…") > pixels:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, pixels: float) -> str:
    """Return a text on as many lines as it needs, no word broken."""
    lines: list[str] = []
    for word in text.split():
        if lines and wide(f"{lines[-1]} {word}") <= pixels:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def name_rows(ax: Axes, names: Sequence[str], *, start: int = 0) -> None:
    """Write names down the left side, first at the top."""
    ax.set_yticks(range(start, start + len(names)), names, parse_math=False)
    ax.set_ylim(start + len(names) - 0.5, start - 0.5)
    ax.spines["left"].set_visible(False)


def no_scale(ax: Axes, axis: str = "x") -> None:
    """Take the scale away, where every mark carries its figure."""
    getattr(ax, f"set_{axis}ticks")([])
    ax.spines["bottom" if axis == "x" else "left"].set_visible(False)


def reach(values: Iterable[float]) -> tuple[float, float]:
    """Return the range of the values, 0 included, never empty."""
    found = [float(value) for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *found]), max([0.0, *found])
    return (low, high) if high > low else (0.0, 1.0)


def scale(low: float, high: float, about: int = 4) -> list[float]:
    """Return round values for a scale from ``low`` to ``high``."""
    from matplotlib.ticker import MaxNLocator

    span = high - low
    found = MaxNLocator(about, steps=[1, 2, 2.5, 5, 10], min_n_ticks=1).tick_values(low, high)
    return [float(value) for value in found if low - 1e-9 * span <= value <= high + 1e-9 * span]


def scale_across(ax: Axes, low: float, high: float, write: Callable[[float], str]) -> None:
    """Write round values under the axes, as many as have room, and draw their lines."""
    first, last = beyond(low, high)
    for about in (4, 3, 2, 1):
        levels = scale(low, high, about)
        texts = [write(level) for level in levels]
        if len(levels) < 2 or (levels[1] - levels[0]) / (last - first) * pixels(ax) > widest(texts) + 4:
            break
    ax.set_xlim(first, last)
    ax.set_xticks(levels, texts)
    ax.grid(axis="x")


def own_reach(values: Iterable[float]) -> tuple[float, float]:
    """Return the range of the values for lines and points, which show the change and need no 0.

    It is never narrower than a tenth of their level, so that a change of nothing does not look like a fall.
    """
    found = [float(value) for value in values if value is not None and math.isfinite(value)]
    low, high = (min(found), max(found)) if found else (0.0, 1.0)
    lack = max(abs(low), abs(high)) / 10 - (high - low)
    return (low - lack / 2, high + lack / 2) if lack > 0 else (low, high) if high > low else (low - 0.5, high + 0.5)


def beyond(low: float, high: float) -> tuple[float, float]:
    """Return a range a little wider, so that no mark stands on its edge."""
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def key(ax: Axes, entries: list[tuple[str, str, str]]) -> None:
    """Write names above the axes, each after a mark of its colour."""
    left = 0.0
    for mark, colour, label in entries:
        where = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom", "annotation_clip": False}
        ax.annotate(mark, (0, 1), xytext=(left, 10), color=style.colour(colour), **where)
        ax.annotate(label, (0, 1), xytext=(left + 16, 10), **where)
        left += wide(label) + 36
