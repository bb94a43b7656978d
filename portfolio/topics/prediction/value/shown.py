"""What the customers are worth together: over time, by attribute, by tenths, one by one, and why it changed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.charts.bars import bars
from portfolio.show.charts.bridge import ROW, Step, draw_bridge
from portfolio.show.charts.kit import (
    chart,
    message,
    name_rows,
    own_reach,
    room,
    scale_across,
    shorten,
    widest,
)
from portfolio.show.charts.points import draw_points
from portfolio.show.table import Cell, Column, Table, build, money_digits
from portfolio.show.words import NOTHING, Words, missing
from portfolio.topics.prediction.checks.shown import not_predictable

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes


# The colour of each step of the bridge, by a name that has one.
COLOURS = {
    "gone": "lost",
    "worth_less": "decreased",
    "worth_more": "increased",
    "model": "accent-soft",
    "left_segment": "lapsed",
    "joined_segment": "reactivated",
}


@chart(height=lambda frame, attribute: 28 * len(frame) + 34, needs=("capital",))
def by_chart(frame: pd.DataFrame, attribute: str, *, ax: Axes, words: Words) -> Axes:
    """Draw the capital of each value of an attribute as a point over its interval; hollow over few customers."""
    labels = [words.value_of(attribute, value) if value else words.say("Not given") for value in frame["value_of"]]
    names = [shorten(label) for label in labels]
    figures = [
        words.say("not predictable")
        if missing(row.capital)
        else words.money(deserved(row.capital, row.low, row.high), short=True)
        for row in frame.itertuples()
    ]
    classes = attribute in words.vocabulary.classes
    colours = [style.colour(str(value) if classes else "accent") for value in frame["value_of"]]
    low, high = own_reach([*frame["low"], *frame["capital"], *frame["high"]])
    room(ax, left=widest(names) + 12, right=widest(figures) + 14, top=4, bottom=26)
    draw_points(ax, frame["capital"], frame["low"], frame["high"], colours=colours, hollow=frame["few"].astype(bool))
    right = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points", "ha": "right", "va": "center"}
    for row, figure in enumerate(figures):
        ax.annotate(figure, (1, row), xytext=(widest(figures) + 12, 0), annotation_clip=False, **right)
    name_rows(ax, names)
    scale_across(ax, low, high, lambda value: words.money(value, short=True))
    ax.grid(axis="y")
    told = [
        words.say(
            "{name}: {money} (95% interval: {low} to {high})",
            name=label,
            money=figure,
            low=words.money(deserved(each.low, each.low, each.high), short=True),
            high=words.money(deserved(each.high, each.low, each.high), short=True),
        )
        if not missing(each.capital)
        else words.say("{name}: {figure}", name=label, figure=not_predictable(each, words))
        for label, figure, each in zip(labels, figures, frame.itertuples(), strict=True)
    ]
    title = words.say(
        "{attribute}: “{name}” holds {share} of the value to come",
        attribute=words.label(attribute),
        name=shorten(labels[0], 280),
        share=words.percent(frame["share"].iloc[0], 0),
    )
    return message(ax, title, words.list(told) + ".")


@chart(height=lambda bridge: ROW * len(bridge) + 8, needs=("capital",), rows=2)
def bridge_chart(bridge: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
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
    draw_bridge(ax, steps)
    places = {
        "now": words.money(now, short=True),
        "change": words.money(now - before, short=True, signed=True),
        "before": words.before,
    }
    title = words.say("Value to come of {now}, {change} on {before}", **places)
    told = [words.say("{attribute}: {value}", attribute=step.label, value=step.figure) for step in steps]
    return message(ax, title, words.list(told) + ".")


@chart(height=lambda frame: 26 * len(frame) + 12, needs=("share",))
def distribution_chart(frame: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the share of the value to come that each tenth of the customers holds, those worth most first."""
    spoken = bars(
        ax,
        words,
        labels=[
            words.say("Top decile") if row.decile == 1 else words.say("Decile {n}", n=words.number(row.decile))
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
        "The top decile of customers holds {share} of the value to come",
        share=words.percent(frame["share"].iloc[0], 0),
    )
    return message(ax, title, spoken)


def deserved(value: float, low: float, high: float) -> float:
    """Return money rounded to what its interval deserves, and one figure more: 8,363,648 within 7.3 to 9.6
    million, known to a million or so, is 8,400,000."""
    if missing(low) or missing(high) or missing(value) or not high > low:
        return value
    return round(value, 1 - math.floor(math.log10((high - low) / 2)))


def interval(low: float, high: float, words: Words, digits: int | None = None) -> str:
    """Return an interval of money in words, nothing when it is not known."""
    if missing(low) or missing(high):
        return NOTHING
    low, high = (words.money(deserved(value, low, high), digits=digits) for value in (low, high))
    return words.say("{low} to {high}", low=low, high=high)


def capital_table(frame: pd.DataFrame, missed: pd.DataFrame, *, words: Words) -> Table:
    """Show the value to come over both horizons, of all customers and of one, each with its interval."""
    digits, cents = money_digits(frame["capital"]), money_digits(frame["value"])

    def money(name: str, low: str, high: str, digits: int) -> Callable[[object], str]:
        return lambda row: words.money(
            deserved(getattr(row, name), getattr(row, low), getattr(row, high)), digits=digits
        )

    makers = [
        (Column(words.say("Horizon")), lambda row: words.plural("{n} month", "{n} months", row.months), ""),
        (Column(words.label("capital")), money("capital", "low", "high", digits), ""),
        (Column(words.say("95% interval")), lambda row: interval(row.low, row.high, words, digits), ""),
        (Column(words.say("Per customer")), money("value", "value_low", "value_high", cents), ""),
        (Column(words.say("95% interval")), lambda row: interval(row.value_low, row.value_high, words, cents), ""),
    ]
    caption = words.say("What the customers of today are expected to bring")
    if len(frame) and frame["basis"].iloc[0] == "margin":
        caption = words.say("What the customers of today are expected to bring, in margin")
    return build(caption, frame.itertuples(), makers, words)


def by_table(frame: pd.DataFrame, attribute: str, *, words: Words) -> Table:
    """Show the value to come of each value of an attribute, in all and per customer."""
    digits, cents = money_digits(frame["capital"]), money_digits(frame["value"])

    def name(row: object) -> object:
        text = words.value_of(attribute, row.value_of) if row.value_of else words.say("Not given")
        return Cell(words.say("{rate} *", rate=text)) if row.few else text

    # The total is known about as well as the parts are, one by one.
    total, spread = frame["counted"].sum(), float(((frame["high"] - frame["low"]) ** 2).sum() ** 0.5)

    def per_customer(row: object) -> float:
        return deserved(row.value, row.low / row.customers, row.high / row.customers)

    makers = [
        (Column(words.label(attribute)), name, words.say("Total")),
        (
            Column(words.label("customers")),
            lambda row: words.number(row.customers),
            words.number(frame["customers"].sum()),
        ),
        (
            Column(words.label("capital")),
            lambda row: (
                words.money(deserved(row.capital, row.low, row.high), digits=digits)
                if missing(row.forecast)
                else not_predictable(row, words)
            ),
            words.money(deserved(total, 0, spread), digits=digits),
        ),
        (Column(words.say("95% interval")), lambda row: interval(row.low, row.high, words, digits), ""),
        (Column(words.say("Share")), lambda row: words.percent(row.share), words.percent(1.0)),
        (Column(words.say("Per customer")), lambda row: words.money(per_customer(row), digits=cents), ""),
        (Column(words.label("probability_alive")), lambda row: words.percent(row.probability_alive, 0), ""),
    ]
    notes = [words.say("* Over few customers: read it with its interval.")] if frame["few"].astype(bool).any() else []
    if frame["forecast"].notna().any():
        notes.append(
            words.say(
                "Not predictable: the last forecast of purchases missed by more than its interval. The total counts "
                "them at what came over what was forecast."
            )
        )
    caption = words.say("{attribute}: value to come", attribute=words.label(attribute))
    return build(caption, frame.itertuples(), makers, words, notes=notes, total=True)


def bridge_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show what each group of customers added to the value to come or took away."""
    levels = {"before": words.before, "now": words.now}
    makers = [
        (Column(words.say("Step")), lambda row: levels.get(row.step) or words.label(row.step), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (
            Column(words.label("capital")),
            lambda row: words.money(row.capital, short=True, signed=row.step not in levels),
            "",
        ),
    ]
    caption = words.say("The value to come, from {before} to {now}", before=words.before, now=words.now)
    return build(caption, frame.itertuples(), makers, words)


def distribution_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the value to come by tenths of the customers, those worth most first."""
    cents = money_digits(frame["value"])
    makers = [
        (Column(words.say("Decile")), lambda row: words.number(row.decile), words.say("Total")),
        (
            Column(words.label("capital")),
            lambda row: words.money(row.capital, short=True),
            words.money(frame["capital"].sum(), short=True),
        ),
        (Column(words.say("Share")), lambda row: words.percent(row.share), words.percent(1.0)),
        (Column(words.say("Per customer")), lambda row: words.money(row.value, digits=cents), ""),
        (Column(words.label("probability_alive")), lambda row: words.percent(row.probability_alive, 0), ""),
    ]
    caption = words.say("The value to come by customer decile")
    return build(caption, frame.itertuples(), makers, words, total=True)


def first_customers_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the customers worth most, with what makes their value and its interval."""
    named = frame["name"].notna().any()
    digits, cents = money_digits(frame["lifetime_value"]), money_digits(frame["expected_value"])
    makers = [
        (
            Column(words.label("name" if named else "customer_id"), False),
            lambda row: words.name(row.customer_id if missing(row.name) else row.name),
            "",
        ),
        (Column(words.label("last_order_date")), lambda row: words.date(row.last_order_date, "medium"), ""),
        (Column(words.label("probability_alive")), lambda row: words.percent(row.probability_alive, 0), ""),
        (Column(words.label("expected_purchases")), lambda row: words.number(row.expected_purchases, 1), ""),
        (Column(words.label("expected_value")), lambda row: words.money(row.expected_value, digits=cents), ""),
        (
            Column(words.label("predicted_value")),
            lambda row: words.money(deserved(row.lifetime_value, row.low, row.high), digits=digits),
            "",
        ),
        (Column(words.say("95% interval")), lambda row: interval(row.low, row.high, words, digits), ""),
    ]
    return build(words.say("The customers worth most"), frame.itertuples(index=False), makers, words)


def reconciliation_table(frame: pd.DataFrame, attribute: str, *, words: Words) -> Table:
    """Show the way from the simple formula to the prediction, per customer."""
    digits = money_digits(frame["simple"])

    def step(name: str) -> object:
        return lambda row: words.money(getattr(row, name), digits=digits, signed=True)

    makers = [
        (Column(words.label(attribute)), lambda row: words.value_of(attribute, row.value_of), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.say("Simple formula")), lambda row: words.money(row.simple, digits=digits), ""),
        (Column(words.say("Horizon")), step("horizon"), ""),
        (Column(words.say("Discount")), step("discount"), ""),
        (Column(words.say("Own rates")), step("rates"), ""),
        (Column(words.say("May be gone")), step("gone"), ""),
        (Column(words.label("predicted")), lambda row: words.money(row.predicted, digits=digits), ""),
    ]
    caption = words.say(
        "A customer of the last {months} months, from the simple formula to the prediction", months=words.months
    )
    return build(caption, frame.itertuples(), makers, words)


def nothing(words: Words) -> str:
    """Say that there is no prediction."""
    return words.say("No prediction for {period}: the section on the model says why.", period=words.now)


def capital_sentence(frame: pd.DataFrame, missed: pd.DataFrame, *, words: Words) -> str:
    """Say what the values are made of, what a customer is worth, and within what; or that the model cannot tell."""
    if len(missed):
        row = missed.iloc[0]
        return words.say(
            "The value of these customers is not predictable: for {period}, {forecast} purchases were forecast and "
            "{actual} came.",
            period=words.now,
            forecast=words.number(row["forecast"]),
            actual=words.number(row["actual"]),
        )
    if not len(frame):
        return ""
    row = frame.iloc[-1]
    made = words.say("in margin") if row["basis"] == "margin" else words.say("in revenue, for the orders have no cost")
    ends = row["value_low"], row["value_high"]
    value, low, high = (words.money(deserved(each, *ends), short=True) for each in (row["value"], *ends))
    if missing(row["low"]):
        return words.say("A customer is worth {value} on average, {made}.", value=value, made=made)
    return words.say(
        "A customer is worth {value} on average (95% interval: {low} to {high}), {made}.",
        value=value,
        low=low,
        high=high,
        made=made,
    )


def bridge_sentence(frame: pd.DataFrame, *, words: Words) -> str:
    """Say what took value away since the period before, and what brought some."""
    if not len(frame):
        return words.say("There is no earlier prediction to compare with.")
    steps = ("gone", "new", "worth_less", "worth_more", "model")
    money = frame.set_index("step")["capital"].reindex(steps).fillna(0.0)
    told = words.say(
        "Customers who have probably left take {gone} away; new customers bring {new}; the others: {others}.",
        gone=words.money(abs(money["gone"]), short=True),
        new=words.money(money["new"], short=True),
        others=words.money(money["worth_less"] + money["worth_more"], short=True, signed=True),
    )
    model = words.say(
        "The revised model accounts for {model}.", model=words.money(money["model"], short=True, signed=True)
    )
    return f"{told} {model}"


def by_sentence(frame: pd.DataFrame, attribute: str, *, words: Words) -> str:
    """Say which value of an attribute has the customers worth most each."""
    sure = frame[~frame["few"].astype(bool) & (frame["value_of"] != "") & frame["value"].notna()]
    if len(sure) < 2:
        return ""
    best, least = (sure.loc[sure["value"].agg(which)] for which in ("idxmax", "idxmin"))
    return words.say(
        "{attribute}: a customer is worth most for {best} ({high}) and least for {least} ({low}).",
        attribute=words.label(attribute),
        best=words.value_of(attribute, best["value_of"]),
        high=words.money(best["value"], short=True),
        least=words.value_of(attribute, least["value_of"]),
        low=words.money(least["value"], short=True),
    )


def distribution_sentence(frame: pd.DataFrame, *, words: Words) -> str:
    """Say how much the first tenth holds, and the last half."""
    if not len(frame):
        return nothing(words)
    return words.say(
        "The top decile of customers holds {first} of the value to come, the second half {last}.",
        first=words.percent(frame["share"].iloc[0], 0),
        last=words.percent(frame.loc[frame["decile"] > 5, "share"].sum(), 0),
    )


def reconciliation_sentence(frame: pd.DataFrame, attribute: str, *, words: Words) -> str:
    """Say how far the simple formula is from the prediction, and which difference weighs most."""
    if not len(frame):
        return words.say("The simple formula needs two years of orders.")
    names = {
        "horizon": words.say("the horizon"),
        "discount": words.say("the discount"),
        "rates": words.say("each customer's own rates"),
        "gone": words.say("customers who may be gone"),
    }
    weights = frame["customers"] / frame["customers"].sum()
    means = {name: float((frame[name] * weights).sum()) for name in ("simple", *names, "predicted")}
    most = max(names, key=lambda name: abs(means[name]))
    return words.say(
        "The simple formula says {simple} a customer, the prediction {predicted}; what weighs most between them is "
        "{reason} ({money}).",
        simple=words.money(means["simple"], short=True),
        predicted=words.money(means["predicted"], short=True),
        reason=names[most],
        money=words.money(means[most], short=True, signed=True),
    )


def leaving_sentence(frame: pd.DataFrame, *, words: Words) -> str:
    """Say how much value may be leaving with customers who may be gone."""
    if not len(frame) or missing(frame["share"].iloc[0]):
        return nothing(words)
    row = frame.iloc[0]
    return words.say(
        "{money} may be leaving with customers of the last {months} months who may be gone: {share} of what they "
        "would bring if all were still there.",
        months=words.months,
        money=words.money(row["at_risk"], short=True),
        share=words.percent(row["share"], 0),
    )
