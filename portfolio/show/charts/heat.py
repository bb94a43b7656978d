"""Heat maps: cells whose colour is a step of a ramp, each with its figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from portfolio.show import style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def draw_heat(
    ax: Axes, values: pd.DataFrame, figures: pd.DataFrame, most: float, ramps: Sequence[str] = ("ramp",)
) -> None:
    """Draw a cell a value, from the faintest colour at 0 to the strongest at ``most``; none where it is missing.

    Several ramps stand end to end, each over an equal part of the scale.
    """
    import seaborn as sns

    sns.heatmap(
        values.astype(float), annot=figures, fmt="", annot_kws={"color": style.colour("ink"), "size": style.TEXT},
        cmap=[step for ramp in ramps for step in style.ramp(ramp)], vmin=0, vmax=most, cbar=False,
        linewidths=3, linecolor=style.colour("paper"), xticklabels=False, yticklabels=False, ax=ax,
    )  # fmt: skip
    ax.set(xlabel="", ylabel="")


def name_cells(ax: Axes, rows: Sequence[str], columns: Sequence[str]) -> None:
    """Name the rows and the columns."""
    ax.set_yticks([place + 0.5 for place in range(len(rows))], rows)
    ax.set_xticks([place + 0.5 for place in range(len(columns))], columns)
