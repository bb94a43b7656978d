"""Revenue and retention of each value of an attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.changes import share_change
from portfolio.show.charts.bars import bars, draw_bars
from portfolio.show.charts.kit import (
    chart,
    message,
    name_rows,
    no_scale,
    own_reach,
    reach,
    room,
    scale_across,
    shorten,
    widest,
)
from portfolio.show.charts.points import draw_points
from portfolio.show.table import Cell, Column, Table, build, money_digits
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


# Part of the drawing given to the bars of revenue; the dots of retention have the rest.
SPLIT = 0.5


@chart(height=lambda frame, attribute: 28 * len(frame) + 52, needs=("revenue",))
def chart_of_values(frame: pd.DataFrame, attribute: str, *, ax: Axes, words: Words) -> Axes:
    """Draw the revenue of each value of an attribute as bars, its retention rate as a dot with its interval."""
    shown = frame.sort_values("revenue", ascending=False, kind="stable", na_position="last")
    if not shown["retention_rate"].notna().any():
        return _revenue_alone(ax, shown, attribute, words)
    labels = [words.value_of(attribute, value) for value in shown["value_of"]]
    names = [shorten(label) for label in labels]
    figures = [words.money(value, short=True) for value in shown["revenue"]]
    room(ax, left=widest(names) + 12, right=12, top=26, bottom=26)
    money, rates = ax, ax.inset_axes((SPLIT + 0.03, 0, 1 - SPLIT - 0.03, 1), sharey=ax)
    drawn = [0.0 if missing(value) else float(value) for value in shown["revenue"]]
    low, high = reach(drawn)
    colours = [style.colour("accent-soft") if few else style.colour("accent") for few in shown["few"]]
    draw_bars(money, drawn, colours, width=0.6, orient="h")
    across = 1 - (widest(figures) + 8) / (SPLIT * (style.WIDTH - widest(names) - 24))
    money.set_xlim(low, low + (high - low) / max(across, 0.3) / SPLIT)
    for row, (value, figure) in enumerate(zip(drawn, figures, strict=True)):
        money.annotate(figure, (max(value, 0), row), xytext=(5, 0), textcoords="offset points", va="center")
    no_scale(money)
    name_rows(money, names)
    _retention(rates, shown, words)
    head = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "va": "bottom",
        "xytext": (0, 8),
        "color": style.colour("muted"),
    }
    money.annotate(words.label("revenue"), (0, 1), **head)
    rates.annotate(words.label("retention_rate"), (0, 1), **head)
    if shown["few"].astype(bool).any():
        key = words.say("○ few customers")
        money.annotate(key, (0, 0), xycoords="axes fraction", xytext=(0, -6), textcoords="offset points", va="top")
    return message(ax, _title(shown, labels, attribute, words), _spoken(shown, labels, figures, words))


def _revenue_alone(ax: Axes, shown: pd.DataFrame, attribute: str, words: Words) -> Axes:
    """Draw the bars of revenue: in the first period there is no retention."""
    labels = [words.value_of(attribute, value) for value in shown["value_of"]]
    figures = [words.money(value, short=True) for value in shown["revenue"]]
    colours = [style.colour("accent")] * len(shown)
    spoken = bars(ax, words, labels=labels, values=shown["revenue"], figures=figures, colours=colours)
    return message(ax, _title(shown, labels, attribute, words), spoken)


def _retention(ax: Axes, shown: pd.DataFrame, words: Words) -> None:
    rates = {side: shown[f"retention_{side}"] for side in ("rate", "low", "high")}
    draw_points(
        ax, rates["rate"], rates["low"], rates["high"], colours=[style.colour("accent")] * len(shown),
        hollow=shown["few"].astype(bool),
    )  # fmt: skip
    low, high = own_reach([*rates["rate"], *rates["low"], *rates["high"]])
    scale_across(ax, low, high, lambda rate: words.percent(rate, 0))
    ax.tick_params(left=False, labelleft=False)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _title(shown: pd.DataFrame, labels: list[str], attribute: str, words: Words) -> str:
    told = _extremes(shown)
    if told is None:
        return words.say(
            "{attribute}: {name} brings most, {money}",
            attribute=words.label(attribute),
            name=shorten(labels[0], 280),
            money=words.money(shown["revenue"].iloc[0], short=True),
        )
    worst, best = told
    return words.say(
        "Retention goes from {low} ({worst}) to {high} ({best})",
        low=words.percent(worst["retention_rate"], 0),
        worst=shorten(words.value_of(attribute, worst["value_of"]), 280),
        high=words.percent(best["retention_rate"], 0),
        best=shorten(words.value_of(attribute, best["value_of"]), 280),
    )


def _extremes(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
    """Return the values that keep their customers least and best, where that is more than chance; else None."""
    sure = frame[frame["retention_rate"].notna() & ~frame["few"].astype(bool)]
    if len(sure) < 2:
        return None
    worst, best = (sure.loc[sure["retention_rate"].agg(which)] for which in ("idxmin", "idxmax"))
    return (worst, best) if worst["retention_high"] < best["retention_low"] else None


def _spoken(shown: pd.DataFrame, labels: list[str], figures: list[str], words: Words) -> str:
    told = [
        words.say("{name}: revenue {money}, retention {rate}", name=name, money=money, rate=words.percent(rate, 0))
        for name, money, rate in zip(labels, figures, shown["retention_rate"], strict=True)
    ]
    return words.list(told) + "."


def table(frame: pd.DataFrame, attribute: str, *, words: Words) -> Table:
    """Show what each value of an attribute brings and how well it keeps its customers."""
    digits, cents = money_digits(frame["revenue"]), money_digits(frame["average_basket"])

    def retention(row: object) -> object:
        if missing(row.retention_rate):
            return NOTHING
        rate = words.percent(row.retention_rate)
        return Cell(words.say("{rate} *", rate=rate)) if row.few else rate

    def interval(row: object) -> str:
        if missing(row.retention_low):
            return NOTHING
        return words.say(
            "{low} to {high}", low=words.percent(row.retention_low, 0), high=words.percent(row.retention_high, 0)
        )

    makers = [
        (Column(words.label(attribute)), lambda row: words.value_of(attribute, row.value_of), ""),
        (Column(words.label("active_customers")), lambda row: words.number(row.active_customers), ""),
        (Column(words.label("revenue")), lambda row: words.money(row.revenue, digits=digits), ""),
        (Column(words.say("Share of revenue")), lambda row: words.percent(row.revenue_share), ""),
        (
            Column(words.say("Change on {period}", period=words.before), optional=True),
            lambda row: share_change(row.revenue_change, "up", words, row.change_sure),
            "",
        ),
        (Column(words.label("average_basket")), lambda row: words.money(row.average_basket, digits=cents), ""),
        (Column(words.label("margin_rate")), lambda row: words.percent(row.margin_rate), ""),
        (Column(words.label("retention_rate"), optional=True), retention, ""),
        (Column(words.say("95% interval"), optional=True), interval, ""),
    ]
    notes = []
    if (frame["few"].astype(bool) & frame["retention_rate"].notna()).any():
        notes.append(words.say("* Over few customers: read it with its interval."))
    caption = words.say(
        "{attribute}: revenue and retention, {period}", attribute=words.label(attribute), period=words.now
    )
    return build(caption, frame.itertuples(), makers, words, notes=notes)


def sentence(frame: pd.DataFrame, attribute: str, *, words: Words) -> str:
    """Say which value brings most, and which keeps its customers least."""
    if not len(frame) or not frame["revenue"].notna().any():
        return words.say(
            "{attribute}: not measured, the customers table does not give it.", attribute=words.label(attribute)
        )
    top = frame.loc[frame["revenue"].idxmax()]
    first = words.say(
        "{attribute}: {name} brings most, {share} of revenue",
        attribute=words.label(attribute),
        name=words.value_of(attribute, top["value_of"]),
        share=words.percent(top["revenue_share"], 0),
    )
    told = _extremes(frame)
    if told is None:
        if not frame["retention_rate"].notna().any():
            return f"{first}."
        return words.say("{first}; differences in retention are within chance.", first=first)
    least = told[0]
    second = words.say(
        "the lowest retention is {rate}, for {name} (95% interval: {low} to {high})",
        name=words.value_of(attribute, least["value_of"]),
        rate=words.percent(least["retention_rate"], 0),
        low=words.percent(least["retention_low"], 0),
        high=words.percent(least["retention_high"], 0),
    )
    return words.say("{first}; {second}.", first=first, second=second)
