"""Points with the interval each may be in, as computed: seaborn would compute one of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from portfolio.show import style
from portfolio.show.words import missing

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_points(
    ax: Axes,
    values: Iterable[float],
    low: Iterable[float],
    high: Iterable[float],
    *,
    colours: Sequence[str],
    hollow: Iterable[bool] = (),
    orient: Literal["v", "h"] = "h",
    shift: float = 0.0,
) -> None:
    """Draw one point a value, at 0, 1, 2..., over its interval; hollow where told, none where it is missing."""
    import seaborn as sns

    given = zip(values, low, high, colours, [*hollow] or [False] * len(colours), strict=True)
    known = [(place + shift, *each) for place, each in enumerate(given) if not missing(each[0])]
    for place, _, least, most, colour, _ in known:
        if not (missing(least) or missing(most)):
            line = ax.hlines if orient == "h" else ax.vlines
            line(place, least, most, color=colour, linewidth=2.5)
    places, figures = [each[0] for each in known], [float(each[1]) for each in known]
    sns.scatterplot(
        x=figures if orient == "h" else places, y=places if orient == "h" else figures, hue=places,
        palette=[style.colour("paper") if each[-1] else each[-2] for each in known], legend=False,
        edgecolor=[each[-2] for each in known], linewidth=2, s=54, zorder=3, clip_on=False, ax=ax,
    )  # fmt: skip
