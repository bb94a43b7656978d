"""Where the change of revenue comes from, over one period and several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.show.charts.bridge import ROW, Step, draw_bridge, say_steps
from portfolio.show.charts.flows import draw_flows
from portfolio.show.charts.kit import (
    chart,
    message,
)
from portfolio.show.table import Cell, Column, Table, build, head, money_digits
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def _has_before(bridge: pd.DataFrame, weights: pd.DataFrame) -> bool:
    return bool((bridge.loc[bridge["step"] == "before", "revenue"] > 0).any())


@chart(height=7 * ROW + 8, needs=("revenue",), first_only=True, rows=2, when=_has_before)
def bridge_chart(bridge: pd.DataFrame, weights: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw where the change of revenue comes from: customers lost, buying less, buying more, new, back."""
    amounts = {str(row.step): 0.0 if missing(row.revenue) else float(row.revenue) for row in bridge.itertuples()}
    before, now = amounts.get("before", 0.0), amounts.get("now", 0.0)
    steps, level = [], 0.0
    for name, amount in amounts.items():
        if name in ("before", "now"):
            label = words.before if name == "before" else words.now
            steps.append(Step(name, label, 0, amount, words.money(amount, short=True)))
            level = amount
        else:
            figure = words.money(amount, short=True, signed=True)
            steps.append(Step(name, words.label(name), level, level + amount, figure))
            level += amount
    draw_bridge(ax, steps)
    places = {
        "now": words.money(now, short=True),
        "change": words.money(now - before, short=True, signed=True),
        "before": words.before,
    }
    title = words.say("Revenue of {now}, {change} on {before}", **places)
    return message(ax, title, say_steps(steps, words))


def table(frame: pd.DataFrame, weights: pd.DataFrame, *, words: Words) -> Table:
    """Show where the change of revenue comes from."""
    digits = money_digits(frame["revenue"])
    before = frame.loc[frame["step"] == "before", "revenue"]

    def figure(row: object) -> str:
        level = row.step in ("before", "now")
        return words.money(row.revenue, digits=digits, signed=not level)

    def name(row: object) -> object:
        said = {"before": words.before, "now": words.now}.get(row.step)
        return head(row.step, words) if said is None else head(row.step, words)._replace(text=said)

    def most(row: object) -> str:
        told = [
            words.say(
                "{name} ({money})",
                name=words.name(each.customer_id if missing(each.name) else each.name),
                money=words.money(each.change, short=True, signed=True),
            )
            for each in weights[weights["step"] == row.step].itertuples()
        ]
        return words.list(told) if told else NOTHING

    makers = [
        (Column(words.say("Step")), name, ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.label("revenue")), figure, ""),
        (Column(words.say("Who weighs most"), False, sentences=True, optional=True), most, ""),
    ]
    rows = list(frame.itertuples()) if (before > 0).any() else []
    return build(words.say("Where the change of revenue comes from"), rows, makers, words)


def sentence(bridge: pd.DataFrame, weights: pd.DataFrame, *, words: Words) -> str:
    """Say what was lost with those who left and won with those who came."""
    money = bridge.set_index("step")["revenue"].fillna(0.0)
    if not len(money) or "before" not in money:
        return words.say("No figures for {period}.", period=words.now)
    if not money["before"] > 0:
        return words.say("There is no earlier period to compare with.")
    stayed = money.get("decreased", 0.0) + money.get("increased", 0.0)
    figures = {
        "lapsed": words.money(abs(money.get("lapsed", 0.0)), short=True),
        "stayed": words.money(abs(stayed), short=True),
        "won": words.money(money.get("new", 0.0) + money.get("reactivated", 0.0), short=True),
    }
    if stayed < 0:
        return words.say(
            "Lapsed customers took away {lapsed}, and those who stayed bought {stayed} less; new and reactivated "
            "customers brought {won}.",
            **figures,
        )
    return words.say(
        "Lapsed customers took away {lapsed}, and those who stayed bought {stayed} more; new and reactivated customers "
        "brought {won}.",
        **figures,
    )


@chart(height=310, needs=("revenue",))
def flows_chart(bridges: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw, for each period, the revenue won above the line and lost below it, by who made it."""
    steps = ("new", "reactivated", "increased", "decreased", "lapsed", "credited")
    table = bridges.pivot(index="period", columns="step", values="revenue")
    periods = list(dict.fromkeys(bridges["period"]))
    flows = {step: list(table[step].reindex(periods)) for step in steps if step in table}
    told = draw_flows(ax, periods, flows, lambda value: words.money(value, short=True, signed=True), words)
    change = sum(float(values[-1]) for values in flows.values() if not missing(values[-1]))
    figures = {"period": words.period(periods[-1]), "change": words.money(abs(change), short=True)}
    title = (
        words.say("In {period}, revenue fell by {change}", **figures)
        if change < 0
        else words.say("In {period}, revenue rose by {change}", **figures)
    )
    return message(ax, title, told)


def periods_table(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show, for each period, where the change of revenue comes from."""
    table = frame.pivot(index="step", columns="period", values="revenue")
    steps, periods = list(dict.fromkeys(frame["step"])), list(dict.fromkeys(frame["period"]))
    digits = money_digits(frame["revenue"])
    names = {"before": words.label("previous_revenue"), "now": words.label("revenue")}

    def maker(period: str) -> tuple:
        def write(step: str) -> str:
            return words.money(table.loc[step, period], digits=digits, signed=step not in names)

        return (Column(words.period(period)), write, "")

    def name(step: str) -> Cell:
        return head(step, words)._replace(text=names.get(step) or words.label(step))

    makers = [(Column(words.say("Step")), name, ""), *(maker(period) for period in periods)]
    return build(words.say("Where the change of revenue comes from"), steps, makers, words)


def periods_sentence(bridges: pd.DataFrame, *, words: Words) -> str:
    """Say what lapsed customers took away over all periods, and what new and reactivated ones brought."""
    if not len(bridges):
        return words.say("There is only one period: nothing to compare yet.")
    sums = bridges.groupby("step")["revenue"].sum()
    return words.say(
        "From {first} to {last}, lapsed customers took away {lapsed}; new and reactivated customers brought {won}.",
        first=words.period(bridges["period"].iloc[0]),
        last=words.period(bridges["period"].iloc[-1]),
        lapsed=words.money(abs(sums.get("lapsed", 0.0)), short=True),
        won=words.money(sums.get("new", 0.0) + sums.get("reactivated", 0.0), short=True),
    )
