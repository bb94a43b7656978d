"""What customers are likely to bring: the capital, cut, split and set against the simple formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.tables.base import Cell, Column, Table, build, money_digits
from portfolio.present.tables.predicted_checks import by_frequency, forecasts, one_time_buyers, parameters, selection
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "by_frequency",
    "capital",
    "capital_bridge",
    "capital_by",
    "distribution",
    "first_customers",
    "forecasts",
    "one_time_buyers",
    "parameters",
    "reconciliation",
    "selection",
]


def interval(low: float, high: float, words: Words, digits: int | None = None) -> str:
    """Return an interval of money in words, nothing when it is not known."""
    if missing(low) or missing(high):
        return NOTHING
    low, high = (words.money(value, digits=digits) for value in (low, high))
    return words.say("{low} to {high}", low=low, high=high)


def capital(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the value to come over both horizons, of all customers and of one, each with its interval."""
    digits, cents = money_digits(frame["capital"]), money_digits(frame["value"])
    makers = [
        (Column(words.say("Horizon")), lambda row: words.plural("{n} month", "{n} months", row.months), ""),
        (Column(words.label("capital")), lambda row: words.money(row.capital, digits=digits), ""),
        (Column(words.say("95% interval")), lambda row: interval(row.low, row.high, words, digits), ""),
        (Column(words.say("Per customer")), lambda row: words.money(row.value, digits=cents), ""),
        (Column(words.say("95% interval")), lambda row: interval(row.value_low, row.value_high, words, cents), ""),
    ]
    caption = words.say("What the customers of today will bring")
    if len(frame) and frame["basis"].iloc[0] == "margin":
        caption = words.say("What the customers of today will bring, in margin")
    return build(caption, frame.itertuples(), makers, words)


def capital_by(frame: pd.DataFrame, *, attribute: str, words: Words) -> Table:
    """Show the value to come of each value of an attribute, in all and per customer."""
    digits, cents = money_digits(frame["capital"]), money_digits(frame["value"])

    def name(row: object) -> object:
        text = words.value_of(attribute, row.value_of) if row.value_of else words.say("Not given")
        return Cell(words.say("{rate} *", rate=text)) if row.few else text

    makers = [
        (Column(words.label(attribute)), name, words.say("Total")),
        (
            Column(words.label("customers")),
            lambda row: words.number(row.customers),
            words.number(frame["customers"].sum()),
        ),
        (
            Column(words.label("capital")),
            lambda row: words.money(row.capital, digits=digits),
            words.money(frame["capital"].sum(), digits=digits),
        ),
        (Column(words.say("95% interval")), lambda row: interval(row.low, row.high, words, digits), ""),
        (Column(words.label("share")), lambda row: words.percent(row.share), words.percent(1.0)),
        (Column(words.say("Per customer")), lambda row: words.money(row.value, digits=cents), ""),
        (Column(words.label("probability_alive")), lambda row: words.percent(row.probability_alive, 0), ""),
    ]
    notes = [words.say("* Over few customers: read it with its interval.")] if frame["few"].astype(bool).any() else []
    caption = words.say("{attribute}: value to come", attribute=words.label(attribute))
    return build(caption, frame.itertuples(), makers, words, notes=notes, total=True)


def capital_bridge(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show what each group of customers added to the value to come or took away."""
    levels = {"before": words.before, "now": words.now}
    digits = money_digits(frame["capital"])
    makers = [
        (Column(words.say("Step")), lambda row: levels.get(row.step) or words.label(row.step), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (
            Column(words.label("capital")),
            lambda row: words.money(row.capital, digits=digits, signed=row.step not in levels),
            "",
        ),
    ]
    caption = words.say("The value to come, from {before} to {now}", before=words.before, now=words.now)
    return build(caption, frame.itertuples(), makers, words)


def distribution(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the value to come by tenths of the customers, those worth most first."""
    digits, cents = money_digits(frame["capital"]), money_digits(frame["value"])
    makers = [
        (Column(words.say("Tenth")), lambda row: words.number(row.decile), words.say("Total")),
        (
            Column(words.label("capital")),
            lambda row: words.money(row.capital, digits=digits),
            words.money(frame["capital"].sum(), digits=digits),
        ),
        (Column(words.label("share")), lambda row: words.percent(row.share), words.percent(1.0)),
        (Column(words.say("Per customer")), lambda row: words.money(row.value, digits=cents), ""),
        (Column(words.label("probability_alive")), lambda row: words.percent(row.probability_alive, 0), ""),
    ]
    caption = words.say("The value to come by tenths of the customers")
    return build(caption, frame.itertuples(), makers, words, total=True)


def first_customers(frame: pd.DataFrame, *, words: Words) -> Table:
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
        (Column(words.label("predicted_value")), lambda row: words.money(row.lifetime_value, digits=digits), ""),
        (Column(words.say("95% interval")), lambda row: interval(row.low, row.high, words, digits), ""),
    ]
    return build(words.say("The customers worth most"), frame.itertuples(index=False), makers, words)


def reconciliation(frame: pd.DataFrame, *, attribute: str, words: Words) -> Table:
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
    caption = words.say("A customer of the last twelve months, from the simple formula to the prediction")
    return build(caption, frame.itertuples(), makers, words)
