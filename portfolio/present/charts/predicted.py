"""What customers are likely to bring: the capital, why it changed, who holds it, who is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.charts.bars import bars
from portfolio.present.charts.base import chart, message, name_rows, no_scale, reach, room, shorten, widest
from portfolio.present.charts.bridges import ROW, Step, _bridge
from portfolio.present.charts.predicted_checks import alive_history, by_frequency, forecasts, tracking
from portfolio.present.words import CLASSES, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "alive_history",
    "alive_matrix",
    "by_frequency",
    "capital_bridge",
    "capital_by",
    "distribution",
    "forecasts",
    "tracking",
]
# The colour of each step of the bridge, by a name that has one.
COLOURS = {
    "gone": "lost",
    "worth_less": "decreased",
    "worth_more": "increased",
    "model": "accent-soft",
    "left_segment": "lapsed",
    "joined_segment": "reactivated",
}


@chart(height=lambda frame, **options: 28 * len(frame) + 12, needs=("capital",))
def capital_by(frame: pd.DataFrame, *, attribute: str, ax: Axes, words: Words) -> Axes:
    """Draw the capital of each value of an attribute as a bar, its interval as a line across the end."""
    labels = [words.value_of(attribute, value) if value else words.say("Not given") for value in frame["value_of"]]
    names = [shorten(label) for label in labels]
    figures = [words.money(value, short=True) for value in frame["capital"]]
    room(ax, left=widest(names) + 12, right=widest(figures) + 14, top=4, bottom=4)
    for row, (each, figure) in enumerate(zip(frame.itertuples(), figures, strict=True)):
        colour = style.colour(str(each.value_of) if attribute in CLASSES else "accent")
        ax.barh(row, each.capital, height=0.62, color=style.colour("accent-soft") if each.few else colour)
        end = each.capital
        if not missing(each.low):
            ax.hlines(row, each.low, each.high, color=style.colour("ink"), linewidth=2)
            end = max(end, each.high)
        place = {"xytext": (7, 0), "textcoords": "offset points", "va": "center", "annotation_clip": False}
        ax.annotate(figure, (max(end, 0), row), **place)
    name_rows(ax, names)
    no_scale(ax)
    ends = [high if not missing(high) else value for high, value in zip(frame["high"], frame["capital"], strict=True)]
    ax.set_xlim(*reach([*ends, *frame["capital"]]))
    told = [
        words.say(
            "{name}: {money} (95% interval: {low} to {high})",
            name=label,
            money=figure,
            low=words.money(each.low, short=True),
            high=words.money(each.high, short=True),
        )
        for label, figure, each in zip(labels, figures, frame.itertuples(), strict=True)
    ]
    title = words.say(
        "{attribute}: “{name}” holds most, {share} of the value to come",
        attribute=words.label(attribute),
        name=shorten(labels[0], 280),
        share=words.percent(frame["share"].iloc[0], 0),
    )
    return message(ax, title, words.list(told) + ".")


@chart(height=lambda bridge: ROW * len(bridge) + 8, needs=("capital",), rows=2)
def capital_bridge(bridge: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw why the capital changed: the model, customers probably gone, worth less, worth more, new."""
    amounts = {str(row.step): float(row.capital) for row in bridge.itertuples()}
    before, now = amounts["before"], amounts["now"]
    steps, level = [], 0.0
    for name, amount in amounts.items():
        if name in ("before", "now"):
            label = words.before if name == "before" else words.now
            steps.append(Step(name, label, 0, amount, words.money(amount, short=True)))
            level = amount
        else:
            figure = words.money(amount, short=True, signed=True)
            steps.append(Step(COLOURS.get(name, name), words.label(name), level, level + amount, figure))
            level += amount
    _bridge(ax, steps)
    places = {
        "now": words.money(now, short=True),
        "change": words.money(abs(now - before), short=True),
        "before": words.before,
    }
    if now >= before:
        title = words.say("Value to come of {now}, {change} more than in {before}", **places)
    else:
        title = words.say("Value to come of {now}, {change} less than in {before}", **places)
    told = [words.say("{attribute}: {value}", attribute=step.label, value=step.figure) for step in steps]
    return message(ax, title, words.list(told) + ".")


@chart(height=lambda frame: 26 * len(frame) + 12, needs=("share",))
def distribution(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the share of the value to come that each tenth of the customers holds, those worth most first."""
    spoken = bars(
        ax,
        words,
        labels=[
            words.say("First tenth") if row.decile == 1 else words.say("Tenth no. {n}", n=words.number(row.decile))
            for row in frame.itertuples()
        ],
        values=frame["share"],
        figures=[
            words.say("{share}: {money} each", share=words.percent(row.share), money=words.money(row.value, short=True))
            for row in frame.itertuples()
        ],
        colours=[style.colour("accent")] * len(frame),
    )
    title = words.say(
        "The first tenth of customers holds {share} of the value to come",
        share=words.percent(frame["share"].iloc[0], 0),
    )
    return message(ax, title, spoken)


@chart(height=lambda frame: 34 * frame["frequency"].nunique() + 74, needs=("probability_alive",))
def alive_matrix(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the chance of still being a customer, by repeat purchases (down) and weeks of silence (across)."""
    from matplotlib.patches import Rectangle

    across, down = list(frame["silent_weeks"].unique()), list(frame["frequency"].unique())
    room(ax, left=48, right=2, top=26, bottom=44)
    for row in frame.itertuples():
        x, y = across.index(row.silent_weeks), down.index(row.frequency)
        if missing(row.probability_alive):
            continue
        # The fuller the colour the surer; never so full that dark text is hard to read on it.
        alpha = 0.06 + 0.44 * row.probability_alive
        corner = (x - 0.48, y - 0.46)
        ax.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=style.colour("loyal"), alpha=alpha, linewidth=0))
        ax.text(x, y, words.number(100 * row.probability_alive), ha="center", va="center")
    ax.set_xlim(-0.5, len(across) - 0.5)
    ax.set_ylim(len(down) - 0.5, -0.5)
    ax.set_xticks(range(len(across)), [words.number(weeks) for weeks in across])
    ax.set_yticks(range(len(down)), [words.number(times) for times in down])
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlabel(words.say("Weeks since the last purchase"))
    ax.set_ylabel(words.say("Repeat purchases"))
    ax.text(0, 1.02, words.say("Chance of still being a customer, %"), transform=ax.transAxes, va="bottom")
    told = []
    for times, cells in frame.groupby("frequency"):
        pairs = [
            words.plural("{chance} after {n} week", "{chance} after {n} weeks", cell.silent_weeks,
                         chance=words.percent(cell.probability_alive, 0))
            for cell in cells.itertuples()
        ]  # fmt: skip
        head = words.plural("{n} repeat purchase", "{n} repeat purchases", times)
        told.append(words.say("{attribute}: {value}", attribute=head, value=words.list(pairs)) + ".")
    title = words.say("The more often they bought, the sooner silence means that they are gone")
    return message(ax, title, " ".join(told))
