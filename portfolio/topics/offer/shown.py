"""What customers buy from the range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show.table import Column, Table, build, money_digits
from portfolio.show.words import Words

if TYPE_CHECKING:
    import pandas as pd


def table(frame: pd.DataFrame, *, words: Words) -> Table:
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
        (Column(words.say("Customers who do not buy it")), lambda row: words.number(row.lacking), ""),
        (Column(words.label("whitespace")), lambda row: words.money(row.whitespace, digits=digits), ""),
    ]
    return build(words.say("What customers buy from the range"), frame.itertuples(), makers, words)


def sentence(categories: pd.DataFrame, *, words: Words) -> str:
    """Say which category has most to win: of the little known ones, where there are any."""
    if not len(categories) or not categories["whitespace"].notna().any():
        return words.say("Not measured: the order lines have no category.")
    known = categories[categories["little_known"].astype(bool)]
    row = categories.loc[(known if len(known) else categories)["whitespace"].idxmax()]
    return words.say(
        "“{category}” has most to win: {share} of customers buy it, and their peers could bring {money} at most.",
        category=words.name(row["category"]),
        share=words.percent(row["coverage"], 0),
        money=words.money(row["whitespace"], short=True),
    )
