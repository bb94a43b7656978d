"""RFM: the grid of recency and frequency, and the segments read off it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.charts.bars import bars
from portfolio.present.charts.base import chart, message, room, wide
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Strength of a cell's colour, from no customer to the fullest: dark text stays readable on the last.
FAINT, STRONG = 0.10, 0.46


@chart(height=400, needs=("customers",))
def rfm_grid(grid: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the 25 cells, the fuller the stronger, each in its segment's colour, each segment named once."""
    room(ax, left=34, right=2, top=2, bottom=40)
    most = max(grid["customers"].max(), 1)
    for cell in grid.itertuples():
        count = 0 if missing(cell.customers) else max(cell.customers, 0)
        alpha = FAINT + (STRONG - FAINT) * count / most
        place = (cell.r - 0.49, cell.f - 0.485)
        ax.add_patch(_block(place, 0.98, 0.97, facecolor=style.colour(cell.rfm_segment), alpha=alpha))
        ax.text(cell.r + 0.44, cell.f - 0.44, words.number(count), ha="right", va="bottom")
    for name, cells in grid.groupby("rfm_segment", sort=False):
        left, right, low, top = cells["r"].min(), cells["r"].max(), cells["f"].min(), cells["f"].max()
        colour = style.colour(name)
        corner = (left - 0.49, low - 0.485)
        ax.add_patch(_block(corner, right - left + 0.98, top - low + 0.97, fill=False, edgecolor=colour, linewidth=2))
        text = _wrap(words.label(name), 72 * (right - left + 1) - 8)
        ax.text(left - 0.43, top + 0.42, text, ha="left", va="top", fontsize=11, linespacing=1.05)
    ax.set_xlim(0.5, 5.5)
    ax.set_ylim(0.5, 5.5)
    ax.set_xticks(range(1, 6))
    ax.set_yticks(range(1, 6))
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlabel(words.say("Recency score: 5 ordered last →"))
    ax.set_ylabel(words.say("Frequency score: 5 order most →"))
    totals = grid.groupby("rfm_segment", sort=False)["customers"].sum().sort_values(ascending=False, kind="stable")
    title = words.plural(
        "{segment} is the fullest RFM segment, with {n} customer",
        "{segment} is the fullest RFM segment, with {n} customers",
        totals.iloc[0],
        segment=words.say("“{name}”", name=words.label(totals.index[0])),
    )
    pairs = ((words.label(name), words.number(count)) for name, count in totals.items())
    return message(
        ax, title, words.list(words.say("{attribute}: {value}", attribute=a, value=v) for a, v in pairs) + "."
    )


def _block(corner: tuple[float, float], width: float, height: float, **how: object) -> object:
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, clip_on=False, **({"linewidth": 0} | how))


def _wrap(text: str, width: float) -> str:
    lines: list[str] = []
    for word in text.split():
        if lines and wide(f"{lines[-1]} {word}", 11) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


@chart(height=lambda frame: 28 * len(frame) + 30, needs=("customers",))
def rfm_segments(segments: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the customers of each RFM segment, with a tick where the segment stood before."""
    names = [str(name) for name in segments["rfm_segment"]]
    spoken = bars(
        ax,
        words,
        labels=[words.label(name) for name in names],
        values=segments["customers"],
        figures=[
            words.say("{n} ({share})", n=words.number(row.customers), share=words.percent(row.share, 0))
            for row in segments.itertuples()
        ],
        colours=[style.colour(name) for name in names],
        before=segments.get("previous_customers"),
    )
    worth = segments[segments["revenue_share"].notna()].sort_values("revenue_share", ascending=False, kind="stable")
    if worth.empty or not worth["revenue_share"].iloc[0] > 0:
        return message(ax, words.say("Customers by RFM segment"), spoken)
    title = words.say(
        "{segment} bring {share} of revenue with {part} of customers",
        segment=words.say("“{name}”", name=words.label(worth["rfm_segment"].iloc[0])),
        share=words.percent(worth["revenue_share"].iloc[0], 0),
        part=words.percent(worth["share"].iloc[0], 0),
    )
    return message(ax, title, spoken)
