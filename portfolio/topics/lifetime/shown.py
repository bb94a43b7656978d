"""What a customer is worth, by the simple formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.charts.bars import bars
from portfolio.show.charts.kit import (
    chart,
    message,
    shorten,
)
from portfolio.show.table import Column, Table, build
from portfolio.show.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@chart(height=lambda frame, attribute: 28 * len(frame) + 12, needs=("value",))
def chart_of_values(frame: pd.DataFrame, attribute: str, *, ax: Axes, words: Words) -> Axes:
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
        colours=[style.colour(name if attribute in words.vocabulary.classes else "accent") for name in names],
    )
    title = words.say(
        "“{name}” customers are worth most: {money} each over their lifetime",
        name=shorten(labels[0], 280),
        money=words.money(shown["value"].iloc[0], short=True),
    )
    return message(ax, title, f"{words.label(attribute)}. {spoken}")


def table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the factors of the simple lifetime value, and the value they make."""
    row = frame.iloc[0] if len(frame) else {}
    units = {
        "average_basket": "money",
        "orders_per_year": "ratio",
        "yearly_retention": "rate",
        "lifespan_years": "years",
        "lifetime_value": "money",
        "margin_rate": "rate",
        "lifetime_value_margin": "money",
    }
    columns = {"lifetime_value": "value", "lifetime_value_margin": "value_margin"}
    given = {name: row[columns.get(name, name)] for name in units} if len(row) else {}
    makers = [
        (Column(words.label("measure")), words.label, ""),
        (Column(words.label("value")), lambda name: words.value(given[name], units[name]), ""),
    ]
    notes = []
    if len(row) and not missing(row["lifespan_capped"]) and bool(row["lifespan_capped"]):
        years = words.number(row["lifespan_years"], 0)
        notes.append(words.say("Retention is so high that the lifespan is capped at {years} years.", years=years))
    names = [name for name in given if not missing(given[name])]
    return build(words.say("Simple lifetime value of a customer"), names, makers, words, notes=notes)


def sentence(lifetime: pd.DataFrame, *, words: Words) -> str:
    """Say what a customer is worth, and how that is made."""
    row = lifetime.iloc[0] if len(lifetime) else {}
    if not len(row) or missing(row["value"]):
        return words.say("The lifetime value needs twice {months} months of orders.", months=words.months)
    made = words.say(
        "A customer is worth {value} over {years} years: {orders} orders a year of {basket}",
        value=words.money(row["value"], short=True),
        years=words.number(row["lifespan_years"], 1),
        orders=words.number(row["orders_per_year"], 1),
        basket=words.money(row["average_basket"], short=True),
    )
    if missing(row["value_margin"]):
        return f"{made}."
    return words.say("{first}; in margin, {margin}.", first=made, margin=words.money(row["value_margin"], short=True))
