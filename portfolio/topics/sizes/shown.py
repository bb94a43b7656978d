"""Large, medium and small customers over the semesters, and who moved between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.charts.canvas import Cell as Box
from portfolio.show.charts.canvas import canvas, columns, line
from portfolio.show.charts.kit import (
    FAINT,
    STRONG,
    chart,
    message,
    reach,
    room,
    widest,
)
from portfolio.show.table import Cell, Column, Table, build, head, money_digits
from portfolio.show.words import NOTHING, Words, missing

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
def sizes_chart(sizes: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
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
        cell = Box(left, 58, wide, 92)
        columns(ax, cell, list(rows["revenue"]), *money, style.colour(size))
        _levels(ax, cell, [words.money(value, short=True) for value in rows["revenue"]], list(rows["revenue"]), money)
        ax.plot([left, left + wide], [cell.y(0, *money)] * 2, color=style.colour("accent-soft"), linewidth=1)
        if _has_margin(sizes):
            _margin(ax, Box(left, 224, wide, 50), rows, reach(sizes["margin_rate"]), size, column == 0, words)
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


ORDER = ("large", "medium", "small", "absent")


def sizes_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show customers, revenue, share and margin of each size, one row a size and period."""
    several = frame["period"].nunique() > 1
    digits = money_digits(frame["revenue"])
    shown = frame.sort_values("size", key=lambda names: names.map(ORDER.index), kind="stable") if several else frame

    def limit(row: object) -> str:
        return NOTHING if missing(row.limit) else words.say("from {money}", money=words.money(row.limit, digits=0))

    makers = [
        (Column(words.label("size")), lambda row: head(row.size, words), ""),
        *([(Column(words.label("period"), False), lambda row: words.period(row.period), "")] if several else []),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.label("revenue")), lambda row: words.money(row.revenue, digits=digits), ""),
        (Column(words.say("Share of revenue")), lambda row: words.percent(row.share), ""),
        (Column(words.label("margin")), lambda row: words.money(row.margin, digits=digits), ""),
        (Column(words.label("margin_rate")), lambda row: words.percent(row.margin_rate), ""),
        (Column(words.say("Lower limit")), limit, ""),
    ]
    # pandas hands a column called "size" to a row as the row's own; records keep it.
    rows = (_Row(**record) for record in shown.to_dict("records"))
    return build(words.say("Customers by size"), rows, makers, words)


class _Row:
    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)


def sentence(sizes: pd.DataFrame, *, words: Words) -> str:
    """Say what large customers bring, and how margins compare with size."""
    last = sizes[sizes["period"] == sizes["period"].iloc[-1]].set_index("size") if len(sizes) else sizes
    if "large" not in last.index or missing(last["share"]["large"]):
        return words.say("No figures for {period}.", period=words.now)
    first = words.plural(
        "{n} large customer brings {share} of revenue",
        "{n} large customers bring {share} of revenue",
        last["customers"]["large"],
        share=words.percent(last["share"]["large"], 0),
    )
    rates = last["margin_rate"].dropna()
    if "large" not in rates or "small" not in rates:
        return f"{first}."
    second = words.say(
        "their margin rate is {large}, that of small customers {small}",
        large=words.percent(rates["large"]),
        small=words.percent(rates["small"]),
    )
    return words.say("{first}; {second}.", first=first, second=second)


@chart(height=270, needs=("customers",))
def migration_chart(migration: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the customers by size before (rows) and now (columns); up, down and stay each have a colour and a sign."""
    counts = {(row.size_before, row.size_now): row.customers for row in migration.itertuples()}
    names = [words.label(name) for name in ORDER]
    room(ax, left=widest(names) + 12, right=14, top=46, bottom=2)
    cells = {pair: count for pair, count in counts.items() if pair != ("absent", "absent")}
    most = max([1, *(count for count in cells.values() if count == count)])
    for (before, now), count in cells.items():
        row, column = ORDER.index(before), ORDER.index(now)
        tone, sign = ("regular", "=") if row == column else (("good", "▲") if column < row else ("bad", "▼"))
        count = 0 if missing(count) else max(count, 0)
        alpha = FAINT + (STRONG - FAINT) * count / most
        ax.bar(column, 0.96, 0.97, bottom=row - 0.48, color=style.colour(tone), alpha=alpha)
        ax.text(column, row, f"{words.number(count)} {sign}", ha="center", va="center")
    ax.set_xlim(-0.5, 3.5)
    ax.set_ylim(3.5, -0.5)
    ax.set_yticks(range(4), names)
    ax.set_xticks(range(4), names)
    ax.xaxis.tick_top()
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlabel(words.say("Size in {period} →", period=words.now))
    ax.xaxis.set_label_position("top")
    ax.annotate(
        words.say("{period} ↓", period=words.before), (0, 1), xycoords="axes fraction", xytext=(-8, 6),
        textcoords="offset points", ha="right", va="bottom", color=style.colour("muted"),
    )  # fmt: skip
    moved = {pair: count for pair, count in cells.items() if "absent" not in pair and count == count}
    up = sum(count for (before, now), count in moved.items() if ORDER.index(now) < ORDER.index(before))
    down = sum(count for (before, now), count in moved.items() if ORDER.index(now) > ORDER.index(before))
    title = words.plural(
        "{n} customer grew a size, {down} shrank",
        "{n} customers grew a size, {down} shrank",
        up,
        down=words.number(down),
    )
    told = [
        words.say("{before} to {now}: {n}", before=words.label(before), now=words.label(now), n=words.number(count))
        for (before, now), count in cells.items()
    ]
    return message(ax, title, words.list(told) + ".")


def migration_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the customers by size before (rows) and size now (columns)."""
    counts = {(row.size_before, row.size_now): row.customers for row in frame.itertuples()}
    known = [name for name in ORDER if any(name in pair for pair in counts)]

    def maker(now: str) -> tuple:
        def write(before: str) -> object:
            if (before, now) == ("absent", "absent"):
                return NOTHING
            count = words.number(counts.get((before, now), 0))
            if before == now:
                return Cell(count, "=")
            better = ORDER.index(now) < ORDER.index(before)
            return Cell(
                count,
                "▲" if better else "▼",
                "good" if better else "bad",
                words.say("larger") if better else words.say("smaller"),
            )

        return (Column(words.say("{size} now", size=words.label(now))), write, "")

    makers = [
        (Column(words.say("Size before")), lambda before: head(before, words), ""),
        *(maker(now) for now in known),
    ]
    caption = words.say("Customers who changed size, {before} to {now}", before=words.before, now=words.now)
    return build(caption, known if counts else [], makers, words)
