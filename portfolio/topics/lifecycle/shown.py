"""Where the customers stand in their life with the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show import style
from portfolio.show.changes import change
from portfolio.show.charts.bars import bars
from portfolio.show.charts.kit import (
    chart,
    message,
)
from portfolio.show.table import Column, Table, build, head, money_digits
from portfolio.show.words import Words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


@chart(height=lambda frame: 30 * len(frame) + 30, needs=("customers",))
def chart_of_states(lifecycle: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw the customers of each state, with a tick where the state stood before."""
    names = [str(name) for name in lifecycle["lifecycle"]]
    spoken = bars(
        ax,
        words,
        labels=[words.label(name) for name in names],
        values=lifecycle["customers"],
        figures=[
            words.say("{n} ({share})", n=words.number(row.customers), share=words.percent(row.share, 0))
            for row in lifecycle.itertuples()
        ],
        colours=[style.colour(name) for name in names],
        before=lifecycle.get("previous_customers"),
    )
    alert = lifecycle[lifecycle["lifecycle"].isin(["at_risk", "inactive"])]
    title = words.plural(
        "{n} customer is at risk or inactive, {share} of the portfolio",
        "{n} customers are at risk or inactive, {share} of the portfolio",
        alert["customers"].sum(),
        share=words.percent(alert["share"].sum(), 0),
    )
    return message(ax, title, spoken)


def table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the customers of each state of the lifecycle, their share and what they brought."""
    digits = money_digits(frame["revenue"])
    makers = [
        (Column(words.label("lifecycle")), lambda row: head(row.lifecycle, words), words.say("Total")),
        (
            Column(words.label("customers")),
            lambda row: words.number(row.customers),
            words.number(frame["customers"].sum()),
        ),
        (Column(words.say("Share")), lambda row: words.percent(row.share), words.percent(1.0)),
        (
            Column(words.say("Change on {period}", period=words.before), optional=True),
            lambda row: change(
                row.customers, row.previous_customers, "count", words.direction(row.lifecycle), words, row.sure
            ),
            change(frame["customers"].sum(), frame["previous_customers"].sum(min_count=1), "count", "none", words),
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


def sentence(lifecycle: pd.DataFrame, *, words: Words) -> str:
    """Say how many customers raise the alert, and what they brought."""
    rows = lifecycle.set_index("lifecycle")
    alert = rows.reindex(["at_risk", "inactive"]).fillna(0)
    first = words.plural(
        "{n} customer is at risk or inactive, worth {money} over the last {months} months",
        "{n} customers are at risk or inactive, worth {money} over the last {months} months",
        alert["customers"].sum(),
        months=words.months,
        money=words.money(alert["revenue"].sum(), short=True),
    )
    loyal = words.plural("{n} is loyal", "{n} are loyal", rows["customers"].get("loyal", 0))
    return words.say("{first}; {second}.", first=first, second=loyal)
