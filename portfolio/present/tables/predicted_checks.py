"""Forecasts against what came, and the models behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.charts.predicted_checks import frequency_class
from portfolio.present.tables.base import Cell, Column, Table, build, money_digits
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd


def by_frequency(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show forecast and actual purchases of a customer, by repeat purchases before the period."""
    makers = [
        (Column(words.say("Repeat purchases before")), lambda row: frequency_class(row, words), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.say("Forecast")), lambda row: words.number(row.expected, 2), ""),
        (Column(words.say("Actual")), lambda row: words.number(row.actual, 2), ""),
    ]
    return build(words.say("Purchases of a customer in {period}", period=words.now), frame.itertuples(), makers, words)


def forecasts(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show what was forecast and what came, period by period, with the verdict."""
    digits = money_digits(frame["actual_revenue"])

    def verdict(row: object) -> Cell:
        return Cell(words.say("outside"), "✗", "bad") if row.missed else Cell(words.say("within"), "✓", "good")

    def reach(row: object) -> str:
        if missing(row.low):
            return NOTHING
        return words.say("{low} to {high}", low=words.number(row.low), high=words.number(row.high))

    makers = [
        (Column(words.label("period")), lambda row: words.period(row.period), ""),
        (Column(words.say("Purchases forecast")), lambda row: words.number(row.expected), ""),
        (Column(words.say("95% interval")), reach, ""),
        (Column(words.say("Actual")), lambda row: words.number(row.actual), ""),
        (Column(words.say("Error")), lambda row: words.percent(row.error, signed=True), ""),
        (Column(words.say("Result"), False), verdict, ""),
        (Column(words.say("Revenue forecast")), lambda row: words.money(row.expected_revenue, digits=digits), ""),
        (Column(words.say("Actual revenue")), lambda row: words.money(row.actual_revenue, digits=digits), ""),
        (Column(words.say("Error")), lambda row: words.percent(row.revenue_error, signed=True), ""),
    ]
    notes = [words.say("Customers known before each period; revenue of their days of purchase.")]
    return build(words.say("What was forecast, and what came"), frame.itertuples(), makers, words, notes=notes)


def selection(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show how well each model foretold the last period, and which one is chosen."""
    makers = [
        (Column(words.say("Model")), lambda row: words.label(row.model), ""),
        (Column(words.say("Log-likelihood before")), lambda row: words.number(row.log_likelihood, 1), ""),
        (Column(words.say("Log-likelihood of what came")), lambda row: words.number(row.holdout_log_likelihood, 1), ""),
        (
            Column(words.say("Fit"), False),
            lambda row: words.say("ended well") if row.converged else words.say("did not end well"),
            "",
        ),
        (Column(words.say("Choice"), False), lambda row: words.say("chosen") if row.chosen else NOTHING, ""),
    ]
    return build(words.say("The models, and which one is chosen"), frame.itertuples(), makers, words)


def one_time_buyers(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show what each model says of the customers who bought once only."""
    makers = [
        (Column(words.say("Model")), lambda row: words.label(row.model), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.label("probability_alive")), lambda row: words.percent(row.probability_alive, 0), ""),
        (
            Column(words.label("expected_purchases_next_period")),
            lambda row: words.number(row.expected_purchases),
            "",
        ),
        (Column(words.say("Choice"), False), lambda row: words.say("chosen") if row.chosen else NOTHING, ""),
    ]
    return build(words.say("Customers who bought once only, by model"), frame.itertuples(), makers, words)


def parameters(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the parameters of the chosen models with their errors and intervals."""
    shown = frame[frame["chosen"].astype(bool)]

    def number(value: float) -> str:
        return NOTHING if missing(value) else words.number(value, 3 if abs(value) < 1000 else 0)

    def reach(row: object) -> str:
        if missing(row.low):
            return NOTHING
        return words.say("{low} to {high}", low=number(row.low), high=number(row.high))

    makers = [
        (Column(words.say("Model")), lambda row: words.label(row.model), ""),
        (Column(words.say("Parameter"), False), lambda row: row.parameter, ""),
        (Column(words.say("Estimate")), lambda row: number(row.estimate), ""),
        (Column(words.say("Standard error")), lambda row: number(row.standard_error), ""),
        (Column(words.say("95% interval")), reach, ""),
    ]
    notes = []
    if shown["standard_error"].isna().any():
        notes.append(
            words.say("Parameters without an error cannot be told apart by these data; what they predict together can.")
        )
    caption = words.say("Parameters of the chosen models, time in weeks")
    return build(caption, shown.itertuples(), makers, words, notes=notes)
