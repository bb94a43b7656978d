"""What was forecast and what came: by week, by period, by how often customers had bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.charts.kit import (
    beyond,
    chart,
    key,
    message,
    own_reach,
    pixels,
    reach,
    room,
    scale,
    wide,
    widest,
)
from portfolio.show.charts.points import draw_points
from portfolio.show.table import Cell, Column, Table, build
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def frequency_class(row: object, words: Words) -> str:
    """Return a class of customers by their repeat purchases: ``0``, ``5–9``, ``40+``."""
    least = words.number(row.least)
    if missing(row.most):
        return words.say("{n}+", n=least)
    return least if row.most == row.least else words.say("{low}–{high}", low=least, high=words.number(row.most))


@chart(height=270, needs=("expected", "actual"))
def by_frequency_chart(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw forecast and actual purchases of a customer side by side, by repeat purchases before the period."""
    import seaborn as sns

    labels = [frequency_class(row, words) for row in frame.itertuples()]
    low, high = reach([*frame["expected"], *frame["actual"]])
    levels = scale(low, high)
    marks = [words.number(value, 0 if high > 4 else 1) for value in levels]
    room(ax, left=widest(marks) + 10, right=4, top=34, bottom=56)
    step = pixels(ax) / len(labels) - 4
    names = [label if wide(label) <= step else label.replace(" ", "\n", 1) for label in labels]
    places = range(len(frame))
    sns.barplot(
        x=[*places, *places], y=[*frame["expected"], *frame["actual"]], hue=[0] * len(frame) + [1] * len(frame),
        palette=[style.colour("accent-soft"), style.colour("accent")], saturation=1, width=0.78, gap=0.06,
        errorbar=None, native_scale=True, legend=False, ax=ax,
    )  # fmt: skip
    ax.set_yticks(levels, marks)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlim(-0.6, len(frame) - 0.4)
    ax.set_ylim(low, high * 1.04)
    ax.set_xticks(places, names)
    ax.set_xlabel(words.say("Repeat purchases before {period}", period=words.now))
    key(ax, [("■", "accent-soft", words.say("Forecast")), ("■", "accent", words.say("Actual"))])
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


@chart(height=260, needs=("expected", "actual"), rows=2, first_only=True)
def tracking_chart(frame: pd.DataFrame, total: pd.DataFrame, top: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw cumulative repeat purchases, forecast and actual; where the model was not shown what came is marked."""
    import seaborn as sns

    low, high = reach([*frame["expected"], *frame["actual"]])
    levels = scale(low, high)
    marks = [words.number(value, short=True) for value in levels]
    room(ax, left=widest(marks) + 10, right=14, top=34, bottom=28)
    weeks = list(range(len(frame)))
    unseen = [week for week, held in zip(weeks, frame["holdout"], strict=True) if held]
    if unseen:
        ax.axvspan(unseen[0] - 0.5, weeks[-1], color=style.colour("line"), alpha=0.45, linewidth=0)
        ax.annotate(
            words.now, (unseen[0], low), xytext=(5, 6), textcoords="offset points", va="bottom",
            color=style.colour("muted"),
        )  # fmt: skip
    how = {"estimator": None, "legend": False, "ax": ax}
    sns.lineplot(x=weeks, y=list(frame["actual"]), color=style.colour("accent"), **how)
    sns.lineplot(
        x=weeks, y=list(frame["expected"]), color=style.colour("ink"), linewidth=1.5, linestyle=(0, (4, 3)), **how
    )
    ax.set_yticks(levels, marks)
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
    key(ax, [("━", "accent", words.say("Actual")), ("╍", "ink", words.say("Forecast"))])
    last = frame.iloc[-1]
    gap = last["expected"] / last["actual"] - 1 if last["actual"] else float("nan")
    places = {"actual": words.number(last["actual"]), "expected": words.number(last["expected"])}
    title = words.say("Cumulative repeat purchases: {expected} forecast, {actual} actual", **places)
    alt = words.say("The gap is {gap} at the end.", gap=words.percent(gap, signed=True))
    return message(ax, title, alt)


# A forecast and what came stand side by side, that neither hides the other.
ASIDE = 0.08


@chart(height=280, needs=("expected", "actual"))
def forecasts_chart(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw, period by period, what came as a point, and what was forecast as a hollow one over its interval."""
    names = [words.period(period) for period in frame["period"]]
    low, high = own_reach([*frame["low"], *frame["high"], *frame["actual"], *frame["expected"]])
    levels = scale(low, high)
    marks = [words.number(value, short=True) for value in levels]
    room(ax, left=widest(marks) + 10, right=4, top=34, bottom=48)
    places = list(range(len(frame)))
    ink, accent, count = style.colour("ink"), style.colour("accent"), len(frame)
    draw_points(
        ax, frame["expected"], frame["low"], frame["high"], colours=[ink] * count, hollow=[True] * count,
        orient="v", shift=-ASIDE,
    )  # fmt: skip
    none = [float("nan")] * count
    draw_points(ax, frame["actual"], none, none, colours=[accent] * count, orient="v", shift=ASIDE)
    ax.set_yticks(levels, marks)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlim(-0.6, len(frame) - 0.4)
    ax.set_ylim(*beyond(low, high))
    errors = [("✗ " if row.missed else "✓ ") + words.percent(row.error, 0, signed=True) for row in frame.itertuples()]
    ax.set_xticks(places, [f"{name}\n{error}" for name, error in zip(names, errors, strict=True)])
    key(
        ax, [("●", "accent", words.say("Actual purchases")), ("○", "ink", words.say("Forecast, with its 95% interval"))]
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


def by_frequency_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show forecast and actual purchases of a customer, by repeat purchases before the period."""
    makers = [
        (Column(words.say("Repeat purchases before")), lambda row: frequency_class(row, words), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.say("Forecast")), lambda row: words.number(row.expected, 2), ""),
        (Column(words.say("Actual")), lambda row: words.number(row.actual, 2), ""),
    ]
    return build(words.say("Purchases of a customer in {period}", period=words.now), frame.itertuples(), makers, words)


def forecasts_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show what was forecast and what came, period by period, with the verdict."""

    def verdict(row: object) -> Cell:
        return Cell(words.say("outside"), "✗", "bad") if row.missed else Cell(words.say("within"), "✓", "good")

    makers = [
        (Column(words.label("period")), lambda row: words.period(row.period), ""),
        (Column(words.say("By one model for all")), lambda row: words.number(row.one), ""),
        (Column(words.say("Purchases forecast")), lambda row: words.number(row.expected), ""),
        (Column(words.say("95% interval")), lambda row: interval(row, words), ""),
        (Column(words.say("Actual")), lambda row: words.number(row.actual), ""),
        (Column(words.say("Error")), lambda row: words.percent(row.error, signed=True), ""),
        (Column(words.say("Result"), False), verdict, ""),
        (Column(words.say("Revenue forecast")), lambda row: words.money(row.expected_revenue, short=True), ""),
        (Column(words.say("Actual revenue")), lambda row: words.money(row.actual_revenue, short=True), ""),
        (Column(words.say("Error")), lambda row: words.percent(row.revenue_error, signed=True), ""),
        (
            Column(words.say("Margin forecast"), optional=True),
            lambda row: words.money(row.expected_margin, short=True),
            "",
        ),
        (
            Column(words.say("Actual margin"), optional=True),
            lambda row: words.money(row.actual_margin, short=True),
            "",
        ),
        (
            Column(words.say("Error"), optional=True),
            lambda row: words.percent(row.margin_error, signed=True),
            "",
        ),
    ]
    notes = [words.say("Customers known before each period; revenue of their days of purchase.")]
    return build(words.say("What was forecast, and what happened"), frame.itertuples(), makers, words, notes=notes)


def caution(total: pd.DataFrame, *, words: Words) -> str:
    """Say so when the last forecast missed by more than its interval: those of values then hold less than they say."""
    if not len(total) or not total["missed"].iloc[0]:
        return ""
    return words.say(
        "Take care: the last forecast of purchases missed by {error}, more than its interval. The intervals here "
        "suppose that customers go on as the model has seen them do.",
        error=words.percent(total["error"].iloc[0], signed=True),
    )


def validation_sentence(tracking: pd.DataFrame, total: pd.DataFrame, top: pd.DataFrame, *, words: Words) -> str:
    """Say whether the model missed the last period by more than its interval, and how many of the best it had found."""
    if not len(total):
        return words.say("There is no earlier period to test the model on.")
    row = total.iloc[0]
    places = {
        "expected": words.number(row["expected"]),
        "low": words.number(row["low"]),
        "high": words.number(row["high"]),
        "actual": words.number(row["actual"]),
        "period": words.now,
        "error": words.percent(row["error"], signed=True),
    }
    if row["missed"]:
        told = words.say(
            "The model missed: it forecast {expected} purchases for {period} (95% interval: {low} to {high}), {actual} "
            "came ({error}).",
            **places,
        )
    else:
        told = words.say(
            "The model held: it forecast {expected} purchases for {period} (95% interval: {low} to {high}), {actual} "
            "came ({error}).",
            **places,
        )
    if not len(top) or missing(top["share"].iloc[0]):
        return told
    best = words.plural(
        "Of the {n} customer who then brought most, the model had {share} in its top 20%; sorting by last year's "
        "revenue: {naive}; chance: {chance}.",
        "Of the {n} customers who then brought most, the model had {share} in its top 20%; sorting by last year's "
        "revenue: {naive}; chance: {chance}.",
        top["customers"].iloc[0],
        share=words.percent(top["share"].iloc[0], 0),
        naive=words.percent(top["naive"].iloc[0], 0),
        chance=words.percent(top["by_chance"].iloc[0], 0),
    )
    return f"{told} {best}"


def forecasts_sentence(frame: pd.DataFrame, *, words: Words) -> str:
    """Say how the last forecast turned out, and in which direction forecasts err."""
    if not len(frame):
        return words.say("No period could be forecast yet: it takes two with repeat purchases.")
    last = frame.iloc[-1]
    places = {
        "period": words.period(last["period"]),
        "expected": words.number(last["expected"]),
        "actual": words.number(last["actual"]),
    }
    told = (
        words.say("For {period} we forecast {expected} purchases, and {actual} came: a miss.", **places)
        if last["missed"]
        else words.say(
            "For {period} we forecast {expected} purchases, and {actual} came: within the interval.", **places
        )
    )
    missed = frame[frame["missed"].astype(bool)]
    if len(frame) < 2 or len(missed) < 2:
        return told
    if (missed["error"] > 0).all():
        return told + " " + words.say("Misses are all on the high side: take the next forecast as a ceiling.")
    if (missed["error"] < 0).all():
        return told + " " + words.say("Misses are all on the low side: take the next forecast as a floor.")
    return told


def interval(row: object, words: Words) -> str:
    """Return the interval of a number of purchases in words, nothing when it is not known."""
    if missing(row.low):
        return NOTHING
    return words.say("{low} to {high}", low=words.number(row.low), high=words.number(row.high))


def not_predictable(row: object, words: Words) -> str:
    """Say that customers are not foretold, and by how much the last forecast missed."""
    places = {"forecast": words.number(row.forecast), "actual": words.number(row.actual)}
    return words.say("not predictable: forecast {forecast}, came {actual}", **places)


def forecasts_by_table(frame: pd.DataFrame, attribute: str, *, words: Words) -> Table:
    """Show what was forecast for each value of an attribute, and what came."""

    def verdict(row: object) -> Cell:
        if not row.foretold:
            return Cell(words.say("not predictable"), "✗", "bad")
        return Cell(words.say("within"), "✓", "good")

    makers = [
        (Column(words.label(attribute)), lambda row: words.value_of(attribute, row.value_of), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.say("By one model for all")), lambda row: words.number(row.one), ""),
        (Column(words.say("Purchases forecast")), lambda row: words.number(row.expected), ""),
        (Column(words.say("95% interval")), lambda row: interval(row, words), ""),
        (Column(words.say("Actual")), lambda row: words.number(row.actual), ""),
        (Column(words.say("Result"), False), verdict, ""),
    ]
    caption = words.say(
        "{attribute}: purchases forecast for {period}", attribute=words.label(attribute), period=words.now
    )
    notes = [
        words.say("Customers known before the period, at least {n} a row.", n=words.number(least))
        for least in frame["least"].head(1)
    ]
    return build(caption, frame.itertuples(), makers, words, notes=notes)


def forecasts_by_sentence(frame: pd.DataFrame, attribute: str, *, words: Words) -> str:
    """Name those whom the model does not foretell."""
    missed = frame[~frame["foretold"].astype(bool)]
    if not len(frame):
        return ""
    if not len(missed):
        return words.say("{attribute}: the last forecast held for all.", attribute=words.label(attribute))
    told = [
        words.say(
            "{name} ({expected} forecast, {actual} actual)",
            name=words.value_of(attribute, row.value_of),
            expected=words.number(row.forecast),
            actual=words.number(row.actual),
        )
        for row in missed.itertuples()
    ]
    names = words.list(told)
    return words.say("{attribute}, not predictable: {names}.", attribute=words.label(attribute), names=names)


def _who(row: object, words: Words) -> str:
    return words.value_of(row.attribute, row.value_of) if row.attribute else words.say("All others")


def apart_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show who is forecast apart from now on, and how."""

    def now(row: object) -> str:
        factor = words.say("× {factor}", factor=words.number(row.factor, 2))
        if row.own:
            return words.say("own model") if row.factor == 1 else words.say("own model {factor}", factor=factor)
        return words.say("as the model says") if row.factor == 1 else factor

    makers = [
        (Column(words.say("Customers of")), lambda row: _who(row, words), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.say("By one model for all")), lambda row: words.number(row.one), ""),
        (Column(words.say("By the model kept")), lambda row: words.number(row.expected), ""),
        (Column(words.say("95% interval")), lambda row: interval(row, words), ""),
        (Column(words.say("Actual")), lambda row: words.number(row.actual), ""),
        (Column(words.say("From now on"), False), now, ""),
    ]
    notes = [words.say("Each customer counts in one row, the first that is theirs.")]
    caption = words.say("Who is forecast apart, after {period}", period=words.now)
    return build(caption, frame.itertuples(), makers, words, notes=notes)


def apart_sentence(frame: pd.DataFrame, *, words: Words) -> str:
    """Say whom one model for all missed, and what is done about it."""
    if not len(frame):
        return ""
    *missed, others = frame.itertuples()
    told = [
        words.say(
            "{name} ({expected} forecast, {actual} actual)",
            name=_who(row, words),
            expected=words.number(row.one),
            actual=words.number(row.actual),
        )
        for row in missed
    ]
    if told:
        return words.say(
            "One model for all missed {names}; for all others it forecast {expected} purchases, and {actual} came. "
            "They are forecast apart from now on.",
            names=words.list(told),
            expected=words.number(others.one),
            actual=words.number(others.actual),
        )
    if others.factor != 1:
        return words.say(
            "One model for all missed by more than its interval: forecasts are now multiplied by {factor}, what came "
            "over what was forecast.",
            factor=words.number(others.factor, 2),
        )
    return words.say("One model serves for all: no group was missed otherwise than the others.")
