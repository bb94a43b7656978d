"""Forecasts against what came, and the story of one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present import style
from portfolio.present.charts.base import chart, message, reach, room, steps, wide, widest
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def _key(ax: Axes, entries: list[tuple[str, str, str]]) -> None:
    """Write names above the axes, each after a mark of its colour."""
    left = 0.0
    for mark, colour, label in entries:
        place = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom", "annotation_clip": False}
        ax.annotate(mark, (0, 1), xytext=(left, 10), color=style.colour(colour), **place)
        ax.annotate(label, (0, 1), xytext=(left + 16, 10), **place)
        left += wide(label) + 36


def frequency_class(row: object, words: Words) -> str:
    """Return a class of customers by their repeat purchases: ``0``, ``5–9``, ``40+``."""
    least = words.number(row.least)
    if missing(row.most):
        return words.say("{n}+", n=least)
    return least if row.most == row.least else words.say("{low}–{high}", low=least, high=words.number(row.most))


@chart(height=270, needs=("expected", "actual"))
def by_frequency(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw forecast and actual purchases of a customer side by side, by repeat purchases before the period."""
    labels = [frequency_class(row, words) for row in frame.itertuples()]
    low, high = reach([*frame["expected"], *frame["actual"]])
    scale = steps(low, high)
    marks = [words.number(value, 0 if high > 4 else 1) for value in scale]
    room(ax, left=widest(marks) + 10, right=4, top=34, bottom=42)
    places = range(len(frame))
    ax.bar([place - 0.2 for place in places], frame["expected"], 0.36, color=style.colour("accent-soft"))
    ax.bar([place + 0.2 for place in places], frame["actual"], 0.36, color=style.colour("accent"))
    ax.set_yticks(scale, marks)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlim(-0.6, len(frame) - 0.4)
    ax.set_ylim(low, high * 1.04)
    ax.set_xticks(list(places), labels)
    ax.set_xlabel(words.say("Repeat purchases before {period}", period=words.now))
    _key(ax, [("■", "accent-soft", words.say("Forecast")), ("■", "accent", words.say("Actual"))])
    told = [
        words.say(
            "{name}: {expected} forecast, {actual} actual",
            name=label,
            expected=words.number(row.expected, 1),
            actual=words.number(row.actual, 1),
        )
        for label, row in zip(labels, frame.itertuples(), strict=True)
    ]
    title = words.say("Purchases of a customer in {period}, forecast and actual", period=words.now)
    return message(ax, title, words.list(told) + ".")


@chart(height=260, needs=("expected", "actual"), rows=2)
def tracking(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw cumulative repeat purchases, forecast and actual; where the model was not shown what came is marked."""
    low, high = reach([*frame["expected"], *frame["actual"]])
    scale = steps(low, high)
    marks = [words.number(value, short=True) for value in scale]
    room(ax, left=widest(marks) + 10, right=14, top=34, bottom=28)
    weeks = list(range(len(frame)))
    unseen = [week for week, held in zip(weeks, frame["holdout"], strict=True) if held]
    if unseen:
        ax.axvspan(unseen[0] - 0.5, weeks[-1], color=style.colour("line"), alpha=0.45, linewidth=0)
        ax.annotate(
            words.now, (unseen[0], low), xytext=(5, 6), textcoords="offset points", va="bottom",
            color=style.colour("muted"),
        )  # fmt: skip
    ax.plot(weeks, frame["actual"], color=style.colour("accent"))
    ax.plot(weeks, frame["expected"], color=style.colour("ink"), linewidth=1.5, linestyle=(0, (4, 3)))
    ax.set_yticks(scale, marks)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlim(0, max(weeks[-1], 1))
    ax.set_ylim(low, high * 1.02)
    ends = sorted({0, unseen[0] if unseen else weeks[-1], weeks[-1]})
    # Dates near one another would run together; the last one stays.
    kept = [week for week in ends if week == ends[-1] or (ends[-1] - week) / max(weeks[-1], 1) > 0.3]
    days = [frame["week"].iloc[week] for week in kept]
    ax.set_xticks(kept, [words.month(day, short=True, year=True) for day in days])
    for label, side in zip(ax.get_xticklabels(), ["left", *["center"] * (len(kept) - 2), "right"], strict=False):
        label.set_ha(side)
    _key(ax, [("━", "accent", words.say("Actual")), ("╍", "ink", words.say("Forecast"))])
    last = frame.iloc[-1]
    gap = last["expected"] / last["actual"] - 1 if last["actual"] else float("nan")
    places = {"actual": words.number(last["actual"]), "expected": words.number(last["expected"])}
    title = words.say("Cumulative repeat purchases: {expected} forecast, {actual} actual", **places)
    alt = words.say("The gap is {gap} at the end.", gap=words.percent(gap, signed=True))
    return message(ax, title, alt)


@chart(height=280, needs=("expected", "actual"))
def forecasts(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw, period by period, what came as a bar and what was forecast as a point with its interval."""
    names = [words.period(period) for period in frame["period"]]
    low, high = reach([*frame["high"], *frame["actual"], *frame["expected"]])
    scale = steps(low, high)
    marks = [words.number(value, short=True) for value in scale]
    room(ax, left=widest(marks) + 10, right=4, top=34, bottom=48)
    places = list(range(len(frame)))
    ax.bar(places, frame["actual"], min(0.6, 0.2 * len(frame)), color=style.colour("accent"))
    ax.vlines(places, frame["low"], frame["high"], color=style.colour("ink"), linewidth=2.5)
    ax.scatter(places, frame["expected"], s=54, color=style.colour("paper"), edgecolor=style.colour("ink"), zorder=3)
    ax.set_yticks(scale, marks)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlim(-0.6, len(frame) - 0.4)
    ax.set_ylim(low, high * 1.04)
    errors = [("✗ " if row.missed else "✓ ") + words.percent(row.error, 0, signed=True) for row in frame.itertuples()]
    ax.set_xticks(places, [f"{name}\n{error}" for name, error in zip(names, errors, strict=True)])
    _key(
        ax, [("■", "accent", words.say("Actual purchases")), ("○", "ink", words.say("Forecast, with its 95% interval"))]
    )
    told = [
        words.say(
            "{name}: {expected} forecast ({low} to {high}), {actual} actual",
            name=name,
            expected=words.number(row.expected),
            low=words.number(row.low),
            high=words.number(row.high),
            actual=words.number(row.actual),
        )
        for name, row in zip(names, frame.itertuples(), strict=True)
    ]
    held = words.number((~frame["missed"].astype(bool)).sum())
    title = words.say("Forecasts within their interval: {met} of {all}", met=held, all=words.number(len(frame)))
    return message(ax, title, words.list(told) + ".")


@chart(height=200, needs=("probability_alive",), rows=2)
def alive_history(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the chance that one customer is still there, week by week, with a mark at each purchase."""
    room(ax, left=48, right=14, top=34, bottom=28)
    days = frame["day"]
    start, span = days.iloc[0], max((days.iloc[-1] - days.iloc[0]).days, 1)
    places = [(day - start).days / span for day in days]
    ax.plot(places, frame["probability_alive"], color=style.colour("accent"))
    bought = [place for place, mark in zip(places, frame["bought"], strict=True) if mark]
    ax.vlines(bought, 0, 0.06, color=style.colour("ink"), linewidth=1.5)
    ax.set_yticks([0, 0.5, 1], [words.percent(value, 0) for value in (0, 0.5, 1)])
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    ax.set_xticks([0, 1], [words.month(day, short=True) for day in (days.iloc[0], days.iloc[-1])])
    for label, side in zip(ax.get_xticklabels(), ("left", "right"), strict=True):
        label.set_ha(side)
    _key(ax, [("━", "accent", words.say("Chance of still being a customer")), ("❘", "ink", words.say("Purchase"))])
    last = frame["probability_alive"].iloc[-1]
    title = words.say(
        "Chance of still being a customer on {day}: {chance}",
        day=words.date(days.iloc[-1].date()),
        chance=words.percent(last, 0),
    )
    alt = words.plural(
        "{n} day of purchase, the last on {day}.",
        "{n} days of purchase, the last on {day}.",
        len(bought),
        day=words.date(days[frame["bought"].astype(bool)].iloc[-1].date()),
    )
    return message(ax, title, alt)
