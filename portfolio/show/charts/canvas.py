"""A drawing in pixels, for small multiples: one axes holding many cells is ten times quicker than many axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from portfolio.show import style
from portfolio.show.words import missing

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Cell(NamedTuple):
    """A rectangle of the drawing, in pixels from the top left."""

    left: float
    top: float
    width: float
    height: float

    def x(self, place: int, places: int, margin: float = 0) -> float:
        """Return where the middle of the ``place``-th of ``places`` stands."""
        inner = self.width - 2 * margin
        return self.left + margin + inner * ((place + 0.5) / places)

    def y(self, value: float, low: float, high: float) -> float:
        """Return where a value of the range stands, the highest at the top."""
        return self.top + self.height * (1 - (value - low) / ((high - low) or 1))


def canvas(ax: Axes, height: float) -> None:
    """Make the axes a sheet of ``style.WIDTH`` by ``height`` pixels, with no scale."""
    ax.set_axis_off()
    ax.set_xlim(0, style.WIDTH)
    ax.set_ylim(height, 0)


def columns(ax: Axes, cell: Cell, values: Sequence[float], low: float, high: float, colour: str) -> None:
    """Draw upright bars from 0."""
    for place, value in enumerate(values):
        if not missing(value):
            zero = cell.y(0, low, high)
            wide = min(cell.width / len(values) * 0.7, 44)
            ax.bar(cell.x(place, len(values)), cell.y(value, low, high) - zero, wide, bottom=zero, color=colour)


def line(
    ax: Axes, cell: Cell, values: Sequence[float], low: float, high: float, colour: str, margin: float = 0
) -> None:
    """Draw a line with its points; a gap where there is no figure."""
    known = [(place, float(value)) for place, value in enumerate(values) if not missing(value)]
    xs = [cell.x(place, len(values), margin) for place, _ in known]
    ys = [cell.y(value, low, high) for _, value in known]
    run: list[int] = []
    for number, (place, _) in enumerate(known):
        if run and known[run[-1]][0] != place - 1:
            ax.plot([xs[i] for i in run], [ys[i] for i in run], color=colour)
            run = []
        run.append(number)
    ax.plot([xs[i] for i in run], [ys[i] for i in run], color=colour)
    ax.scatter(xs, ys, s=30, color=colour, zorder=3)
