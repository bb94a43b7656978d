"""Large, medium and small customers over the semesters, and who moved between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.charts.bars import draw_bars
from portfolio.show.charts.heat import draw_heat, name_cells
from portfolio.show.charts.kit import (
    chart,
    message,
    own_reach,
    pixels,
    reach,
    room,
    widest,
    wrap,
)
from portfolio.show.charts.multiples import cells, draw_line
from portfolio.show.table import Cell, Column, Table, build, head, money_digits
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


SIZES = ("large", "medium", "small")


# Heights of the bars and of the lines under them, and what stands between: figures, and the name of the measure.
BARS, LINES, BETWEEN = 92, 46, 62


def _height(frame: pd.DataFrame) -> float:
    return 58 + BARS + 28 + (BETWEEN + LINES if _has_margin(frame) else 0)


def _has_margin(frame: pd.DataFrame) -> bool:
    return "margin_rate" in frame and bool(frame["margin_rate"].notna().any())


@chart(height=_height, needs=("revenue",))
def sizes_chart(sizes: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw one column of pictures a size: revenue by semester above, margin rate below, on the same scales."""
    periods = list(dict.fromkeys(sizes["period"]))
    measures = ["revenue", "margin_rate"] if _has_margin(sizes) else ["revenue"]
    grid = cells(
        ax, len(measures), len(SIZES), top=58, bottom=28, between=(16, BETWEEN),
        heights=[BARS, LINES][: len(measures)], sharey="row",
    )  # fmt: skip
    told = []
    for size, column in zip(SIZES, grid.T, strict=True):
        rows = sizes[sizes["size"] == size].set_index("period").reindex(periods)
        column[0].annotate(words.label(size), (0, 1), xytext=(0, 54), va="top", weight="bold", **ABOVE)
        draw_bars(column[0], rows["revenue"], style.colour(size), width=min(0.7, 0.2 * len(periods)))
        column[0].axhline(0, color=style.colour("accent-soft"), linewidth=1)
        _levels(column[0], rows["revenue"], [words.money(value, short=True) for value in rows["revenue"]])
        if len(measures) > 1:
            draw_line(column[1], rows["margin_rate"], style.colour(size))
            _levels(column[1], rows["margin_rate"], [words.percent(rate, 0) for rate in rows["margin_rate"]], 8)
        for cell in column:
            cell.set_xlim(-0.5, len(periods) - 0.5)
        _periods(column[-1], periods, words)
        told.append(_spoken(size, rows, words))
    for measure, row, height in zip(measures, grid, (36, 40), strict=False):
        row[0].annotate(
            words.label(measure), (0, 1), xytext=(0, height), va="top", color=style.colour("muted"), **ABOVE
        )
    grid[0, 0].set_ylim(*reach(sizes["revenue"]))
    if len(measures) > 1:
        grid[1, 0].set_ylim(*own_reach(sizes["margin_rate"]))
    return message(ax, _title(sizes, periods, words), " ".join(told))


ABOVE = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}


def _levels(ax: Axes, values: pd.Series, figures: list[str], above: float = 4) -> None:
    """Write the first and last figure, clear of the highest: those between are read off the height."""
    level = max([0.0, *values.dropna()])
    for place, side in _ends(len(values)):
        if not missing(values.iloc[place]):
            ax.annotate(
                figures[place], (_edge(place, side), level), xytext=(0, above), textcoords="offset points", ha=side,
                va="bottom", annotation_clip=False,
            )  # fmt: skip


def _periods(ax: Axes, periods: list[str], words: Words) -> None:
    """Name the first and the last period under a cell."""
    ends = _ends(len(periods))
    ax.set_xticks([_edge(place, side) for place, side in ends], [words.period(periods[place]) for place, _ in ends])
    ax.tick_params(axis="x", pad=10)
    for label, (_, side) in zip(ax.get_xticklabels(), ends, strict=True):
        label.set_ha(side)


def _ends(count: int) -> list[tuple[int, str]]:
    """Return the first and the last place, each with the side that its words are aligned to."""
    return [(0, "center")] if count == 1 else [(0, "left"), (count - 1, "right")]


def _edge(place: int, side: str) -> float:
    return place + {"left": -0.5, "center": 0, "right": 0.5}[side]


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


# A customer who shrank, stayed and grew: the ramp and the sign of each.
TONES = (("worse", "▼"), ("ramp", "="), ("better", "▲"))


@chart(height=284, needs=("customers",))
def migration_chart(migration: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the customers by size before (rows) and now (columns); up, down and stay each have a colour and a sign."""
    import pandas as pd

    counts = {(row.size_before, row.size_now): row.customers for row in migration.itertuples()}
    names = [words.label(name) for name in ORDER]
    room(ax, left=widest(names) + 12, right=2, top=60, bottom=2)
    heads = [wrap(name, pixels(ax) / len(ORDER) - 6) for name in names]
    known = {pair: count for pair, count in counts.items() if pair != ("absent", "absent")}
    drawn = {pair: 0 if missing(count) else max(count, 0) for pair, count in known.items()}
    values = pd.DataFrame(float("nan"), index=ORDER, columns=ORDER)
    figures = pd.DataFrame("", index=ORDER, columns=ORDER)
    most = max([1, *drawn.values()])
    for (before, now), count in drawn.items():
        tone = 1 + (ORDER.index(before) > ORDER.index(now)) - (ORDER.index(before) < ORDER.index(now))
        _, sign = TONES[tone]
        # Each ramp has its stretch of one scale; the strongest step of one is not the faintest of the next.
        values.loc[before, now] = tone + min(count / most, 0.999)
        figures.loc[before, now] = f"{words.number(count)} {sign}"
    draw_heat(ax, values, figures, len(TONES), [ramp for ramp, _ in TONES])
    name_cells(ax, names, heads)
    ax.xaxis.tick_top()
    ax.set_xlabel(words.say("Size in {period} →", period=words.now), labelpad=8)
    ax.xaxis.set_label_position("top")
    ax.annotate(
        words.say("{period} ↓", period=words.before), (0, 1), xycoords="axes fraction", xytext=(-8, 6),
        textcoords="offset points", ha="right", va="bottom", color=style.colour("muted"),
    )  # fmt: skip
    moved = {pair: count for pair, count in known.items() if "absent" not in pair and count == count}
    up = sum(count for (before, now), count in moved.items() if ORDER.index(now) < ORDER.index(before))
    down = sum(count for (before, now), count in moved.items() if ORDER.index(now) > ORDER.index(before))
    title = words.plural(
        "{n} customer moved up a size, {down} moved down",
        "{n} customers moved up a size, {down} moved down",
        up,
        down=words.number(down),
    )
    told = [
        words.say("{before} to {now}: {n}", before=words.label(before), now=words.label(now), n=words.number(count))
        for (before, now), count in known.items()
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
