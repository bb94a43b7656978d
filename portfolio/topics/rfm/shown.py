"""RFM: the grid of recency and frequency, the segments read off it, the cut-offs, and who moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.changes import change
from portfolio.show.charts.bars import bars
from portfolio.show.charts.heat import draw_heat, name_cells
from portfolio.show.charts.kit import (
    chart,
    message,
    pixels,
    room,
    wide,
    wrap,
)
from portfolio.show.table import Cell, Column, Table, build, head, money_digits
from portfolio.show.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@chart(height=400, needs=("customers",))
def grid_chart(segments: pd.DataFrame, grid: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the 25 cells, the fuller the stronger; each segment bordered in its colour, and named once."""
    room(ax, left=34, right=0, top=2, bottom=40)
    scores = list(range(1, 6))
    counts = grid.pivot(index="f", columns="r", values="customers").reindex(index=scores[::-1], columns=scores)
    counts = counts.astype(float).fillna(0.0).clip(lower=0)
    draw_heat(ax, counts, counts.map(words.number), most=max(counts.max().max(), 1))
    for figure in ax.texts:
        x, y = figure.get_position()
        figure.set(position=(x + 0.42, y + 0.42), ha="right", va="bottom")
    for name, cells in grid.groupby("rfm_segment", sort=False):
        across, up = _runs(cells["r"]), _runs(cells["f"])
        for first, last in across:
            for low, high in up:
                _border(ax, first - 1, 5 - high, last - first + 1, high - low + 1, style.colour(name))
        (first, last), (_, high) = across[0], up[-1]
        space = pixels(ax) / 5 * (last - first + 1) - 8
        text = wrap(words.label(name), space)
        # A word that fills its cell is a little smaller.
        size = style.TEXT if wide(text) <= space else style.TEXT - 1
        ax.text(first - 0.93, 5.09 - high, text, ha="left", va="top", fontsize=size, linespacing=1.05)
    name_cells(ax, [str(score) for score in scores[::-1]], [str(score) for score in scores])
    ax.set_xlabel(words.say("Recency score: 5 ordered last →"))
    ax.set_ylabel(words.say("Frequency score: 5 order most →"))
    totals = grid.groupby("rfm_segment", sort=False)["customers"].sum().sort_values(ascending=False, kind="stable")
    title = words.plural(
        "{segment} is the largest RFM segment, with {n} customer",
        "{segment} is the largest RFM segment, with {n} customers",
        totals.iloc[0],
        segment=words.say("“{name}”", name=words.label(totals.index[0])),
    )
    pairs = ((words.label(name), words.number(count)) for name, count in totals.items())
    return message(
        ax, title, words.list(words.say("{attribute}: {value}", attribute=a, value=v) for a, v in pairs) + "."
    )


def _runs(scores: pd.Series) -> list[tuple[int, int]]:
    """Return the first and the last of each run of scores: a grid of one's own may leave some out."""
    known = sorted(set(scores))
    firsts = [score for score in known if score - 1 not in known]
    lasts = [score for score in known if score + 1 not in known]
    return list(zip(firsts, lasts, strict=True))


def _border(ax: Axes, left: float, top: float, width: float, height: float, colour: str) -> None:
    from matplotlib.patches import Rectangle

    corner, inset = (left + 0.03, top + 0.03), 0.06
    ax.add_patch(Rectangle(corner, width - inset, height - inset, fill=False, edgecolor=colour, linewidth=2.5))


def segments_table(frame: pd.DataFrame, grid: pd.DataFrame, *, words: Words) -> Table:
    """Show each RFM segment: customers, revenue, basket, high potential, change, and what to do."""
    digits = money_digits(frame["revenue"])
    cents = money_digits(frame["average_basket"])
    makers = [
        (Column(words.label("rfm_segment")), lambda row: head(row.rfm_segment, words), words.say("Total")),
        (
            Column(words.label("customers")),
            lambda row: words.say("{n} ({share})", n=words.number(row.customers), share=words.percent(row.share)),
            words.number(frame["customers"].sum()),
        ),
        (
            Column(words.say("Change on {period}", period=words.before), optional=True),
            lambda row: change(
                row.customers, row.previous_customers, "count", words.direction(row.rfm_segment), words, row.sure
            ),
            change(frame["customers"].sum(), frame["previous_customers"].sum(min_count=1), "count", "none", words),
        ),
        (
            Column(words.say("Revenue over {months} months", months=words.months)),
            lambda row: words.money(row.revenue, digits=digits),
            words.money(frame["revenue"].sum(), digits=digits),
        ),
        (Column(words.say("Share of revenue")), lambda row: words.percent(row.revenue_share), words.percent(1.0)),
        (Column(words.label("average_basket")), lambda row: words.money(row.average_basket, digits=cents), None),
        (
            Column(words.label("high_potential")),
            lambda row: words.number(row.high_potential),
            words.number(frame["high_potential"].sum()),
        ),
        (Column(words.say("What to do"), False, True), lambda row: words.action(row.rfm_segment), ""),
    ]
    return build(words.say("RFM segments, {period}", period=words.now), frame.itertuples(), makers, words, total=True)


def cutoffs_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the four cut-offs of each score, with their units."""
    units = {"recency": "days", "frequency": "count", "monetary": "money"}

    def maker(number: int) -> tuple:
        name = f"q{number}"

        def write(row: object) -> str:
            value = getattr(row, name)
            if units.get(row.dimension) == "days" and not missing(value):
                return words.say("{n} days", n=words.number(value, 0 if float(value).is_integer() else 1))
            return words.value(value, units.get(row.dimension, "count"))

        return (Column(words.say("Cut-off {n}", n=number)), write, "")

    makers = [
        (Column(words.say("Dimension")), lambda row: words.label(row.dimension), ""),
        *(maker(number) for number in range(1, 5)),
    ]
    return build(words.say("Cut-offs of the RFM scores"), frame.itertuples(), makers, words)


def scores_table(frame: pd.DataFrame, newer: pd.DataFrame, *, words: Words) -> Table:
    """Show the customers at each score of each dimension."""
    counts = {(row.dimension, row.score): row.customers for row in frame.itertuples()}

    def maker(score: int) -> tuple:
        return (
            Column(words.say("Score {n}", n=score)),
            lambda dimension: words.number(counts.get((dimension, score))),
            "",
        )

    makers = [(Column(words.say("Dimension")), words.label, ""), *(maker(score) for score in range(1, 6))]
    return build(words.say("Customers at each RFM score"), dict.fromkeys(frame["dimension"]), makers, words)


def scores_sentence(scores: pd.DataFrame, newer: pd.DataFrame, *, words: Words) -> str:
    """Say whether the cut-offs still spread the customers, and which period would spread them better."""
    if not scores["customers"].sum():
        return words.say("No customer ordered over the last {months} months.", months=words.months)
    if not len(newer):
        return words.say("Equal values get equal scores, so the groups are not all the same size.")
    told = [
        words.say("{share} at {dimension} {score}", share=words.percent(row.share, 0),
                  dimension=words.inline(row.dimension), score=words.number(row.score))
        for row in newer.itertuples()
    ]  # fmt: skip
    return words.say(
        "The cut-offs of {ruler} no longer spread the customers: {scores}. Those of {newer} would: write "
        "“ruler: {name}” in the params file.",
        ruler=words.period(newer["ruler"].iloc[0]),
        scores=words.list(told),
        newer=words.period(newer["newer"].iloc[0]),
        name=newer["newer"].iloc[0],
    )


def segments_sentence(segments: pd.DataFrame, grid: pd.DataFrame, *, words: Words) -> str:
    """Say what the champions bring, and what the customers to call are worth."""
    rows = segments.set_index("rfm_segment")
    if not rows["revenue"].sum() > 0:
        return words.say("No customer ordered over the last {months} months.", months=words.months)
    first = words.plural(
        "{n} champion brings {share} of the revenue of the last {months} months",
        "{n} champions bring {share} of the revenue of the last {months} months",
        rows["customers"].get("champions", 0),
        months=words.months,
        share=words.percent(rows["revenue_share"].get("champions", 0.0), 0),
    )
    call = rows.reindex(["at_risk", "cannot_lose"]).fillna(0)
    second = words.plural(
        "{n} good customer who has gone quiet is worth {money}",
        "{n} good customers who have gone quiet are worth {money}",
        call["customers"].sum(),
        money=words.money(call["revenue"].sum(), short=True),
    )
    return words.say("{first}; {second}.", first=first, second=second)


# Moves shown between segments, the most frequent first.
MOST = 10


@chart(
    height=lambda frame: 28 * min(MOST, len(_moves(frame))) + 12,
    needs=("customers",),
    when=lambda frame: len(_moves(frame)) > 0,
)
def migration_chart(migration: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the most frequent moves from an RFM segment to another."""
    moved = _moves(migration)
    shown = moved.head(MOST)
    labels = [
        words.say("{before} → {now}", before=words.label(row.rfm_before), now=words.label(row.rfm_now))
        for row in shown.itertuples()
    ]
    spoken = bars(
        ax,
        words,
        labels=labels,
        values=shown["customers"],
        figures=[words.number(value) for value in shown["customers"]],
        colours=[style.colour(name) for name in shown["rfm_now"]],
        widest_label=280,
    )
    title = words.plural(
        "{n} customer changed RFM segment", "{n} customers changed RFM segment", moved["customers"].sum()
    )
    return message(ax, title, spoken)


def _moves(migration: pd.DataFrame) -> pd.DataFrame:
    moved = migration[migration["rfm_before"] != migration["rfm_now"]]
    return moved.sort_values("customers", ascending=False, kind="stable")


def migration_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the customers by RFM segment before (rows) and now (columns)."""
    counts = {(row.rfm_before, row.rfm_now): row.customers for row in frame.itertuples()}
    order = list(dict.fromkeys([*frame["rfm_before"], *frame["rfm_now"]]))

    def maker(now: str) -> tuple:
        def write(before: str) -> Cell:
            count = words.number(counts.get((before, now), 0))
            return Cell(count, "=") if before == now else Cell(count)

        return (Column(words.label(now)), write, "")

    before = [name for name in order if name in set(frame["rfm_before"])]
    makers = [
        (Column(words.say("{period} ↓", period=words.before)), lambda name: head(name, words), ""),
        *(maker(name) for name in order if name in set(frame["rfm_now"])),
    ]
    caption = words.say("Customers by RFM segment, {before} to {now}", before=words.before, now=words.now)
    return build(caption, before, makers, words)


def migration_sentence(migration: pd.DataFrame, *, words: Words) -> str:
    """Say how many customers changed RFM segment, and the most frequent move."""
    moved = migration[(migration["rfm_before"] != migration["rfm_now"]) & migration["customers"].notna()]
    if not len(moved):
        return words.say("No customer changed RFM segment.")
    most = moved.loc[moved["customers"].idxmax()]
    return words.plural(
        "{n} customer changed RFM segment; the most frequent move is from “{before}” to “{now}” ({count}).",
        "{n} customers changed RFM segment; the most frequent move is from “{before}” to “{now}” ({count}).",
        moved["customers"].sum(),
        before=words.label(most["rfm_before"]),
        now=words.label(most["rfm_now"]),
        count=words.number(most["customers"]),
    )
