"""Small multiples: the place of an axes divided in cells, and a line in time in each.

seaborn's FacetGrid draws in a figure of pyplot's only, not in the axes that a chart is given, and lays it out
twice: three times slower. Its lines are drawn in cells of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio.show.words import missing

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes


def cells(
    ax: Axes,
    rows: int,
    columns: int,
    *,
    top: float = 0,
    bottom: float = 0,
    side: float = 0,
    between: tuple[float, float] = (0, 0),
    heights: Sequence[float] | None = None,
    sharey: bool | str = False,
) -> np.ndarray:
    """Divide the place of an axes, and return the cells, ``rows`` by ``columns``, without scales.

    Parameters
    ----------
    top, bottom, side
        Room above the first row, under the last, and on both sides, in pixels.
    between
        Room between columns and between rows, in pixels.
    heights
        Of the rows, one to the other; all the same when not given.
    sharey
        Which cells have one scale: ``"row"``, all, or none.
    """
    ax.set_axis_off()
    place, figure = ax.get_position(), ax.figure
    wide, high = (72 * size for size in figure.get_size_inches())
    across = (place.width * wide - 2 * side - between[0] * (columns - 1)) / columns
    down = (place.height * high - top - bottom - between[1] * (rows - 1)) / rows
    grid = figure.add_gridspec(
        rows, columns, height_ratios=heights,
        left=place.x0 + side / wide, right=place.x1 - side / wide,
        top=place.y1 - top / high, bottom=place.y0 + bottom / high,
        wspace=max(between[0] / across, 0), hspace=max(between[1] / down, 0),
    )  # fmt: skip
    found = grid.subplots(sharey=sharey, squeeze=False, subplot_kw={"xticks": [], "yticks": []})
    for cell in found.flat:
        cell.spines[:].set_visible(False)
    return found


def draw_line(ax: Axes, values: pd.Series, colour: str) -> None:
    """Draw a line with its points, at 0, 1, 2...; a gap where there is no figure."""
    import seaborn as sns

    known = [(place, float(value)) for place, value in enumerate(values) if not missing(value)]
    # seaborn would bridge a gap: each run of figures is a line of its own, told by how many gaps stand before it.
    runs = [place - count for count, (place, _) in enumerate(known)]
    sns.lineplot(
        x=[place for place, _ in known], y=[value for _, value in known], units=runs if len(set(runs)) > 1 else None,
        estimator=None, color=colour, marker="o", markersize=6, markeredgewidth=0, clip_on=False, legend=False, ax=ax,
    )  # fmt: skip
    ax.set_xlim((0, len(values) - 1) if len(values) > 1 else (-0.5, 0.5))
