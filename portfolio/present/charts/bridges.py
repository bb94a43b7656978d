"""Bridges: from the level of the period before to the level now, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from portfolio.present import style
from portfolio.present.charts.base import chart, message, name_rows, no_scale, reach, room, widest
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

ROW = 34


class Step(NamedTuple):
    """One bar: its name, where it starts and ends, and its figure."""

    name: str
    label: str
    start: float
    end: float
    figure: str


def _bridge(ax: Axes, steps: list[Step]) -> None:
    low, high = reach([edge for step in steps for edge in (step.start, step.end)])
    labels = [step.label for step in steps]
    room(ax, left=widest(labels) + 12, right=widest(step.figure for step in steps) + 12, top=4, bottom=4)
    for row, step in enumerate(steps):
        ax.barh(row, step.end - step.start, left=step.start, height=0.64, color=style.colour(step.name))
        ax.annotate(
            step.figure,
            (max(step.start, step.end), row),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
        )
        if row + 1 < len(steps):
            ax.plot([step.end, step.end], [row + 0.32, row + 0.68], color=style.colour("muted"), linewidth=1)
    ax.set_xlim(low, high)
    ax.axvline(0, color=style.colour("accent-soft"), linewidth=1)
    name_rows(ax, labels)
    no_scale(ax)


@chart(height=5 * ROW + 8, needs=("before", "now"), when=lambda frame: frame["before"].iloc[0] > 0)
def movement_bridge(movement: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw who left, who came and who came back: before, lapsed, new, reactivated, now."""
    row = movement.iloc[0]
    before, now = (float(row[name]) for name in ("before", "now"))
    moves = {"lapsed": -row["lapsed"], "new": row["new"], "reactivated": row["reactivated"]}
    steps, level = [Step("before", words.before, 0, before, words.number(before))], before
    for name, change in moves.items():
        change = 0.0 if missing(change) else float(change)
        figure = f"{'+' if change > 0 else ''}{words.number(change)}"
        steps.append(Step(name, words.label(name), level, level + change, figure))
        level += change
    steps.append(Step("now", words.now, 0, now, words.number(now)))
    _bridge(ax, steps)
    return message(ax, _movement_title(before, now, words), _spoken(steps, words))


def _movement_title(before: float, now: float, words: Words) -> str:
    places = {"now": words.number(now), "before": words.before}
    if now > before:
        return words.plural(
            "{now} active customers, {n} more than in {before}",
            "{now} active customers, {n} more than in {before}",
            now - before,
            **places,
        )
    if now < before:
        return words.plural(
            "{now} active customers, {n} fewer than in {before}",
            "{now} active customers, {n} fewer than in {before}",
            before - now,
            **places,
        )
    return words.say("{now} active customers, as many as in {before}", **places)


def _has_before(bridge: pd.DataFrame) -> bool:
    return bool((bridge.loc[bridge["step"] == "before", "revenue"] > 0).any())


@chart(height=7 * ROW + 8, needs=("revenue",), rows=2, when=_has_before)
def revenue_bridge(bridge: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw where the change of revenue comes from: customers lost, buying less, buying more, new, back."""
    amounts = {str(row.step): 0.0 if missing(row.revenue) else float(row.revenue) for row in bridge.itertuples()}
    before, now = amounts.get("before", 0.0), amounts.get("now", 0.0)
    steps, level = [], 0.0
    for name, amount in amounts.items():
        if name in ("before", "now"):
            label = words.before if name == "before" else words.now
            steps.append(Step(name, label, 0, amount, words.money(amount, short=True)))
            level = amount
        else:
            figure = words.money(amount, short=True, signed=True)
            steps.append(Step(name, words.label(name), level, level + amount, figure))
            level += amount
    _bridge(ax, steps)
    places = {
        "now": words.money(now, short=True),
        "change": words.money(abs(now - before), short=True),
        "before": words.before,
    }
    if now > before:
        title = words.say("Revenue of {now}, {change} more than in {before}", **places)
    elif now < before:
        title = words.say("Revenue of {now}, {change} less than in {before}", **places)
    else:
        title = words.say("Revenue of {now}, the same as in {before}", **places)
    return message(ax, title, _spoken(steps, words))


def _spoken(steps: list[Step], words: Words) -> str:
    return words.list(words.say("{attribute}: {value}", attribute=s.label, value=s.figure) for s in steps) + "."
