"""Segments by an attribute of the customers (region, sector ...), and what each is worth in its lifetime."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.charts.bars import bars
from portfolio.present.charts.base import chart, message, name_rows, reach, room, shorten, widest
from portfolio.present.words import CLASSES, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Part of the drawing given to the bars of revenue; the dots of retention have the rest.
SPLIT = 0.52
MARKS = (0, 0.5, 1)


@chart(height=lambda frame, **options: 28 * len(frame) + 52, needs=("revenue",))
def by_attribute(frame: pd.DataFrame, *, attribute: str, ax: Axes, words: Words) -> Axes:
    """Draw the revenue of each value of an attribute as bars, its retention rate as a dot with its interval."""
    shown = frame.sort_values("revenue", ascending=False, kind="stable", na_position="last")
    if not shown["retention_rate"].notna().any():
        return _revenue_alone(ax, shown, attribute, words)
    labels = [words.value_of(attribute, value) for value in shown["value_of"]]
    names = [shorten(label) for label in labels]
    figures = [words.money(value, short=True) for value in shown["revenue"]]
    room(ax, left=widest(names) + 12, right=22, top=26, bottom=26)
    money, rates = ax, ax.inset_axes((SPLIT + 0.03, 0, 1 - SPLIT - 0.03, 1), sharey=ax)
    drawn = [0.0 if missing(value) else float(value) for value in shown["revenue"]]
    low, high = reach(drawn)
    colours = [style.colour("accent-soft") if few else style.colour("accent") for few in shown["few"]]
    money.barh(range(len(shown)), drawn, height=0.6, color=colours)
    across = 1 - (widest(figures) + 8) / (SPLIT * (style.WIDTH - widest(names) - 34))
    money.set_xlim(low, low + (high - low) / max(across, 0.3) / SPLIT)
    for row, (value, figure) in enumerate(zip(drawn, figures, strict=True)):
        money.annotate(figure, (max(value, 0), row), xytext=(5, 0), textcoords="offset points", va="center")
    money.set_xticks([])
    money.spines["bottom"].set_visible(False)
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
    known = [(row, each) for row, each in enumerate(shown.itertuples()) if not missing(each.retention_rate)]
    rows = [row for row, _ in known]
    ax.hlines(
        rows, [each.retention_low for _, each in known], [each.retention_high for _, each in known],
        color=style.colour("accent-soft"), linewidth=3,
    )  # fmt: skip
    for few, face in ((False, style.colour("ink")), (True, style.colour("paper"))):
        kept = [(row, each.retention_rate) for row, each in known if bool(each.few) is few]
        ax.scatter(
            [rate for _, rate in kept],
            [row for row, _ in kept],
            s=46,
            color=face,
            edgecolor=style.colour("ink"),
            zorder=3,
        )
    ax.set_xlim(0, 1)
    ax.set_xticks(MARKS, [words.percent(value, 0) for value in MARKS])
    ax.grid(axis="x")
    ax.tick_params(left=False, labelleft=False)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _title(shown: pd.DataFrame, labels: list[str], attribute: str, words: Words) -> str:
    sure = shown[shown["retention_rate"].notna() & ~shown["few"].astype(bool)]
    if len(sure) < 2:
        return words.say(
            "{attribute}: {name} brings most, {money}",
            attribute=words.label(attribute),
            name=shorten(labels[0], 280),
            money=words.money(shown["revenue"].iloc[0], short=True),
        )
    best, worst = sure["retention_rate"].idxmax(), sure["retention_rate"].idxmin()
    return words.say(
        "Retention goes from {low} ({worst}) to {high} ({best})",
        low=words.percent(sure["retention_rate"][worst], 0),
        worst=shorten(words.value_of(attribute, sure["value_of"][worst]), 280),
        high=words.percent(sure["retention_rate"][best], 0),
        best=shorten(words.value_of(attribute, sure["value_of"][best]), 280),
    )


def _spoken(shown: pd.DataFrame, labels: list[str], figures: list[str], words: Words) -> str:
    told = [
        words.say("{name}: revenue {money}, retention {rate}", name=name, money=money, rate=words.percent(rate, 0))
        for name, money, rate in zip(labels, figures, shown["retention_rate"], strict=True)
    ]
    return words.list(told) + "."


@chart(height=lambda frame, **options: 28 * len(frame) + 12, needs=("value",))
def lifetime(frame: pd.DataFrame, *, attribute: str, ax: Axes, words: Words) -> Axes:
    """Draw the simple lifetime value of a customer of each value of an attribute."""
    shown = frame.sort_values("value", ascending=False, kind="stable", na_position="last")
    names = [str(value) for value in shown["value_of"]]
    labels = [words.value_of(attribute, name) for name in names]
    spoken = bars(
        ax,
        words,
        labels=labels,
        values=shown["value"],
        figures=[words.money(value, short=True) for value in shown["value"]],
        colours=[style.colour(name if attribute in CLASSES else "accent") for name in names],
    )
    title = words.say(
        "“{name}” customers are worth most: {money} each over their lifetime",
        name=shorten(labels[0], 280),
        money=words.money(shown["value"].iloc[0], short=True),
    )
    return message(ax, title, f"{words.label(attribute)}. {spoken}")
