"""Customers by state and by RFM segment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.changes import change
from portfolio.present.tables.base import Column, Table, build, head, money_digits
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd

# States and segments of which fewer is better; of the rest, the direction says nothing by itself.
WORSE = frozenset({"at_risk", "inactive", "lost", "cannot_lose", "about_to_sleep", "hibernating", "need_attention"})
BETTER = frozenset({"loyal", "champions", "potential_loyalists"})


def direction(name: str) -> str:
    """Return which way is good for the number of customers of a state or segment."""
    return "down" if name in WORSE else "up" if name in BETTER else "none"


def lifecycle(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the customers of each state of the lifecycle, their share and what they brought."""
    digits = money_digits(frame["revenue"])
    makers = [
        (Column(words.label("lifecycle")), lambda row: head(row.lifecycle, words), words.say("Total")),
        (
            Column(words.label("customers")),
            lambda row: words.number(row.customers),
            words.number(frame["customers"].sum()),
        ),
        (Column(words.label("share")), lambda row: words.percent(row.share), words.percent(1.0)),
        (
            Column(words.say("Change on {period}", period=words.before), optional=True),
            lambda row: change(row.customers, row.previous_customers, "count", direction(row.lifecycle), words),
            change(frame["customers"].sum(), _sum(frame, "previous_customers"), "count", "none", words),
        ),
        (
            Column(words.say("Revenue over {months} months", months=words.months)),
            lambda row: words.money(row.revenue, digits=digits),
            words.money(frame["revenue"].sum(), digits=digits),
        ),
    ]
    return build(
        words.say("Customers by state, {period}", period=words.now), frame.itertuples(), makers, words, total=True
    )


def rfm_segments(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show each RFM segment: customers, revenue, basket, high potential, change, and what to do."""
    digits = money_digits(frame["revenue"])
    cents = money_digits(frame["average_basket"])
    makers = [
        (Column(words.label("rfm_segment")), lambda row: head(row.rfm_segment, words), words.say("Total")),
        (
            Column(words.label("customers")),
            lambda row: words.say("{n} ({share})", n=words.number(row.customers), share=words.percent(row.share)),
            words.number(frame["customers"].sum()),
        ),
        (
            Column(words.say("Change on {period}", period=words.before), optional=True),
            lambda row: change(row.customers, row.previous_customers, "count", direction(row.rfm_segment), words),
            change(frame["customers"].sum(), _sum(frame, "previous_customers"), "count", "none", words),
        ),
        (
            Column(words.say("Revenue over {months} months", months=words.months)),
            lambda row: words.money(row.revenue, digits=digits),
            words.money(frame["revenue"].sum(), digits=digits),
        ),
        (Column(words.label("revenue_share")), lambda row: words.percent(row.revenue_share), words.percent(1.0)),
        (Column(words.label("average_basket")), lambda row: words.money(row.average_basket, digits=cents), None),
        (
            Column(words.label("high_potential")),
            lambda row: words.number(row.high_potential),
            words.number(frame["high_potential"].sum()),
        ),
        (Column(words.say("What to do"), False, True), lambda row: words.action(row.rfm_segment), ""),
    ]
    return build(words.say("RFM segments, {period}", period=words.now), frame.itertuples(), makers, words, total=True)


def rfm_cutoffs(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the four cut-offs of each score, with their units."""
    units = {"recency": "days", "frequency": "count", "monetary": "money"}

    def maker(number: int) -> tuple:
        name = f"q{number}"

        def write(row: object) -> str:
            value = getattr(row, name)
            if units.get(row.dimension) == "days" and not missing(value):
                return words.say("{n} days", n=words.number(value, 0 if float(value).is_integer() else 1))
            return words.value(value, units.get(row.dimension, "count"))

        return (Column(words.say("Cut-off {n}", n=number)), write, "")

    makers = [
        (Column(words.say("Dimension")), lambda row: words.label(row.dimension), ""),
        *(maker(number) for number in range(1, 5)),
    ]
    return build(words.say("Cut-offs of the RFM scores"), frame.itertuples(), makers, words)


def rfm_scores(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the customers at each score of each dimension."""
    counts = {(row.dimension, row.score): row.customers for row in frame.itertuples()}

    def maker(score: int) -> tuple:
        return (
            Column(words.say("Score {n}", n=score)),
            lambda dimension: words.number(counts.get((dimension, score))),
            "",
        )

    makers = [(Column(words.say("Dimension")), words.label, ""), *(maker(score) for score in range(1, 6))]
    return build(words.say("Customers at each RFM score"), dict.fromkeys(frame["dimension"]), makers, words)


def _sum(frame: pd.DataFrame, name: str) -> float:
    return frame[name].sum(min_count=1)
