"""Large, medium and small customers over the semesters: revenue and margin rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.charts.base import chart, message, reach
from portfolio.present.charts.canvas import Cell, canvas, columns, line
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

SIZES = ("large", "medium", "small")
GAP = 16


def _height(frame: pd.DataFrame) -> float:
    return 310 if _has_margin(frame) else 190


def _has_margin(frame: pd.DataFrame) -> bool:
    return "margin_rate" in frame and bool(frame["margin_rate"].notna().any())


@chart(height=_height, needs=("revenue",))
def sizes(sizes: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw one column of pictures a size: revenue by semester above, margin rate below, on the same scales."""
    height = _height(sizes)
    canvas(ax, height)
    periods = list(dict.fromkeys(sizes["period"]))
    money = reach(sizes["revenue"])
    wide = (style.WIDTH - 2 * GAP) / len(SIZES)
    told = []
    for column, size in enumerate(SIZES):
        left = column * (wide + GAP)
        rows = sizes[sizes["size"] == size].set_index("period").reindex(periods)
        ax.text(left, 4, words.label(size), weight="bold", va="top")
        if column == 0:
            ax.text(left, 22, words.label("revenue"), color=style.colour("muted"), va="top")
        cell = Cell(left, 58, wide, 92)
        columns(ax, cell, list(rows["revenue"]), *money, style.colour(size))
        _levels(ax, cell, [words.money(value, short=True) for value in rows["revenue"]], list(rows["revenue"]), money)
        ax.plot([left, left + wide], [cell.y(0, *money)] * 2, color=style.colour("accent-soft"), linewidth=1)
        if _has_margin(sizes):
            _margin(ax, Cell(left, 224, wide, 50), rows, reach(sizes["margin_rate"]), size, column == 0, words)
        _periods(ax, left, wide, height, periods, words)
        told.append(_spoken(size, rows, words))
    return message(ax, _title(sizes, periods, words), " ".join(told))


def _levels(ax: Axes, cell: Cell, figures: list[str], values: list[float], scale: tuple[float, float]) -> None:
    """Write the first and last figure: those between are read off the height."""
    places = {0, len(values) - 1}
    for place in places:
        if not missing(values[place]):
            side = "center" if len(values) == 1 else ("left" if place == 0 else "right")
            x = cell.left + cell.width / 2 if len(values) == 1 else cell.left + (cell.width if place else 0)
            level = max(value for value in values if not missing(value))
            ax.text(x, cell.y(max(level, 0), *scale) - 5, figures[place], ha=side, va="bottom", fontsize=11)


def _margin(
    ax: Axes, cell: Cell, rows: pd.DataFrame, scale: tuple[float, float], size: str, first: bool, words: Words
) -> None:
    if first:
        ax.text(cell.left, cell.top - 50, words.label("margin_rate"), color=style.colour("muted"), va="top")
    rates = list(rows["margin_rate"])
    line(ax, cell, rates, *scale, style.colour(size))
    ax.plot([cell.left, cell.left + cell.width], [cell.y(0, *scale)] * 2, color=style.colour("line"), linewidth=1)
    _levels(ax, cell._replace(top=cell.top - 4), [words.percent(rate, 0) for rate in rates], rates, scale)


def _periods(ax: Axes, left: float, wide: float, height: float, periods: list[str], words: Words) -> None:
    names = [words.period(period) for period in periods]
    if len(names) == 1:
        ax.text(left + wide / 2, height - 6, names[0], ha="center", va="bottom", color=style.colour("muted"))
        return
    ax.text(left, height - 6, names[0], ha="left", va="bottom", color=style.colour("muted"), fontsize=11)
    ax.text(left + wide, height - 6, names[-1], ha="right", va="bottom", color=style.colour("muted"), fontsize=11)


def _title(sizes: pd.DataFrame, periods: list[str], words: Words) -> str:
    last = sizes[sizes["period"] == periods[-1]].set_index("size")
    large, small = (last.loc[name] if name in last.index else None for name in ("large", "small"))
    if large is not None and small is not None and not (missing(large["margin_rate"]) or missing(small["margin_rate"])):
        return words.say(
            "Margin rate: {large} for large customers, {small} for small ones",
            large=words.percent(large["margin_rate"], 0),
            small=words.percent(small["margin_rate"], 0),
        )
    share = large["share"] if large is not None else float("nan")
    return words.say("Large customers bring {share} of revenue", share=words.percent(share, 0))


def _spoken(size: str, rows: pd.DataFrame, words: Words) -> str:
    told = []
    for row in rows.itertuples():
        places = {"period": words.period(row.Index), "money": words.money(row.revenue, short=True)}
        if missing(row.margin_rate):
            told.append(words.say("{period}: revenue {money}", **places))
        else:
            rate = words.percent(row.margin_rate, 0)
            told.append(words.say("{period}: revenue {money}, margin rate {rate}", rate=rate, **places))
    return words.say("{attribute}: {value}", attribute=words.label(size), value=words.list(told)) + "."
