"""Segments by an attribute, lifetime value, categories of the offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.changes import share_change
from portfolio.present.tables.base import Cell, Column, Table, build, money_digits
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd


def by_attribute(frame: pd.DataFrame, *, attribute: str, words: Words) -> Table:
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
        (Column(words.label("revenue_share")), lambda row: words.percent(row.revenue_share), ""),
        (
            Column(words.say("Change on {period}", period=words.before), optional=True),
            lambda row: share_change(row.revenue_change, "up", words),
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


def lifetime(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the factors of the simple lifetime value, and the value they make."""
    row = frame.iloc[0] if len(frame) else {}
    units = {
        "average_basket": "money",
        "orders_per_year": "ratio",
        "yearly_retention": "rate",
        "lifespan_years": "years",
        "lifetime_value": "money",
        "margin_rate": "rate",
        "value_margin": "money",
    }
    given = {name: row["value" if name == "lifetime_value" else name] for name in units} if len(row) else {}
    makers = [
        (Column(words.label("measure")), words.label, ""),
        (Column(words.label("value")), lambda name: words.value(given[name], units[name]), ""),
    ]
    notes = []
    if len(row) and not missing(row["lifespan_capped"]) and bool(row["lifespan_capped"]):
        years = words.number(row["lifespan_years"], 0)
        notes.append(words.say("Retention is so high that the lifespan is stopped at {years} years.", years=years))
    names = [name for name in given if not missing(given[name])]
    return build(words.say("Simple lifetime value of a customer"), names, makers, words, notes=notes)


def lifetime_by(frame: pd.DataFrame, *, attribute: str, words: Words) -> Table:
    """Show the simple lifetime value of a customer of each value of an attribute, with its factors."""
    digits, cents = money_digits(frame["value"]), money_digits(frame["average_basket"])

    def lifespan(row: object) -> str:
        text = words.value(row.lifespan_years, "years")
        return (
            words.say("{years} (stopped there)", years=text) if bool(row.lifespan_capped) and text != NOTHING else text
        )

    makers = [
        (Column(words.label(attribute)), lambda row: words.value_of(attribute, row.value_of), ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.label("average_basket")), lambda row: words.money(row.average_basket, digits=cents), ""),
        (Column(words.label("orders_per_year")), lambda row: words.number(row.orders_per_year, 2), ""),
        (Column(words.label("lifespan_years")), lifespan, ""),
        (Column(words.label("lifetime_value")), lambda row: words.money(row.value, digits=digits), ""),
        (Column(words.label("lifetime_value_margin")), lambda row: words.money(row.value_margin, digits=digits), ""),
    ]
    caption = words.say("Simple lifetime value of a customer, by: {attribute}", attribute=words.label(attribute))
    return build(caption, frame.itertuples(), makers, words)


def categories(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show how many customers buy each category, and what the others could bring."""
    digits, cents = money_digits(frame["revenue"]), money_digits(frame["median_spend"])
    makers = [
        (Column(words.label("category")), lambda row: words.name(row.category), ""),
        (Column(words.say("Customers who buy it")), lambda row: words.number(row.customers), ""),
        (Column(words.say("Share of customers")), lambda row: words.percent(row.coverage), ""),
        (
            Column(words.say("Revenue over {months} months", months=words.months)),
            lambda row: words.money(row.revenue, digits=digits),
            "",
        ),
        (Column(words.say("Median spend of a buyer")), lambda row: words.money(row.median_spend, digits=cents), ""),
        (Column(words.say("Customers without it")), lambda row: words.number(row.lacking), ""),
        (Column(words.label("whitespace")), lambda row: words.money(row.whitespace, digits=digits), ""),
    ]
    return build(words.say("What customers buy of the offer"), frame.itertuples(), makers, words)
