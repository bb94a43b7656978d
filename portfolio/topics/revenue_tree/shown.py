"""Why revenue changed, shown: a bridge of its factors, tables, and who made the change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio.show.changes import change
from portfolio.show.charts.bridge import ROW, Step, draw_bridge, say_steps
from portfolio.show.charts.flows import draw_flows
from portfolio.show.charts.kit import chart, message
from portfolio.show.table import Cell, Column, Table, build, money_digits
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

STEPS = ("restated", "customers", "frequency", "basket", "units", "price", "credited")
UNITS = {"customers": "count", "basket": "money", "price": "money"}
WITHIN = ("units", "price")
# Customers who make more than a fifth of the change, and are named at most.
MOST_NAMED = 3


def _label(step: str, words: Words) -> str:
    return words.label(f"tree_{step}")


def _split_in_two(tree: pd.DataFrame) -> bool:
    """Whether the basket is shown as units and price."""
    return set(WITHIN) <= set(tree["step"])


@chart(height=lambda tree, movers: ROW * (len(tree) - _split_in_two(tree)) + 8, needs=("revenue",), rows=2,
       first_only=True, when=lambda tree, movers: len(tree) > 0)  # fmt: skip
def tree_chart(tree: pd.DataFrame, movers: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw what each factor added to revenue, from the period before to this one; units and price for the basket."""
    steps, level = [], 0.0
    for row in tree.itertuples():
        if row.step in ("before", "now"):
            said = words.before if row.step == "before" else words.now
            steps.append(Step(row.step, said, 0, row.revenue, words.money(row.revenue, short=True)))
            level = row.revenue
        elif row.step != "basket" or not _split_in_two(tree):
            figure = words.money(row.revenue, short=True, signed=True)
            colour = "decreased" if row.revenue < 0 else "increased"
            steps.append(Step(colour, _label(row.step, words), level, level + row.revenue, figure))
            level += row.revenue
    draw_bridge(ax, steps)
    now, before = tree["revenue"].iloc[-1], tree["revenue"].iloc[0]
    title = words.say(
        "Revenue of {now}, {change} on {before}",
        now=words.money(now, short=True),
        change=words.money(now - before, short=True, signed=True),
        before=words.before,
    )
    return message(ax, title, say_steps(steps, words))


def table(frame: pd.DataFrame, movers: pd.DataFrame, *, words: Words) -> Table:
    """Show each factor before and now, and what it added to revenue; then the customers who moved most, folded."""
    digits = money_digits(frame["revenue"])

    def factor(column: str):
        return lambda row: words.value(getattr(row, column), UNITS.get(row.step, "ratio"))

    def moved(row: object) -> object:
        return change(row.value, row.was, UNITS.get(row.step, "ratio"), "up", words, row.sure)

    makers = [
        (Column(words.say("Step")), lambda row: _label(row.step, words), words.label("revenue")),
        (
            Column(words.before),
            factor("was"),
            words.money(frame["revenue"].iloc[0], digits=digits) if len(frame) else "",
        ),
        (
            Column(words.now),
            factor("value"),
            words.money(frame["revenue"].iloc[-1], digits=digits) if len(frame) else "",
        ),
        (Column(words.say("Change"), optional=True), moved, ""),
        (
            Column(words.say("Added to revenue")),
            lambda row: words.money(row.revenue, digits=digits, signed=True),
            words.money(frame["revenue"].iloc[-1] - frame["revenue"].iloc[0], digits=digits, signed=True)
            if len(frame)
            else "",
        ),
    ]
    rows = [row for row in frame.itertuples() if row.step not in ("before", "now")]
    notes = [words.say("Units per order and revenue per unit make the average basket.")] if _split_in_two(frame) else []
    caption = words.say("What the change in revenue is made of, {period}", period=words.now)
    made = build(caption, rows, makers, words, notes=notes, total=True)
    return replace(made, more=_movers(movers, words)) if len(movers) else made


def _movers(movers: pd.DataFrame, words: Words) -> Table:
    digits = money_digits(movers["change"])

    def money(column: str):
        return lambda row: words.money(getattr(row, column), digits=digits, signed=True)

    makers = [
        (Column(words.label("customer_id"), False), lambda row: _name(row, words), ""),
        (Column(words.say("Change in revenue")), money("change"), ""),
        (Column(words.say("Came or left")), money("customers"), ""),
        (Column(words.say("More or fewer orders")), money("frequency"), ""),
        (Column(words.say("Average basket")), money("basket"), ""),
    ]
    if (movers["credited"] != 0).any():
        makers.append((Column(words.say("Credit notes alone")), money("credited"), ""))
    return build(words.say("The customers whose revenue changed most"), movers.itertuples(), makers, words)


def _name(row: object, words: Words) -> str:
    return words.name(row.customer_id if missing(row.name) else row.name)


def sentence(tree: pd.DataFrame, movers: pd.DataFrame, *, words: Words) -> str:
    """Say which factors moved more than chance, and who makes more than a fifth of the change."""
    if not len(tree):
        return words.say("There is no earlier period to compare with.")
    factors = tree[tree["step"].isin(["customers", "frequency", "basket"])]
    sure = [
        words.say("{name} ({money})", name=_inline(row.step, words), money=_signed(row.revenue, words))
        for row in factors.itertuples()
        if not missing(row.sure) and row.sure
    ]
    if sure:
        told = words.say("What changed more than chance: {factors}.", factors=words.list(sure))
    elif factors["sure"].isna().all():
        told = words.say("Nobody can tell yet whether this is more than chance.")
    else:
        told = words.say("Neither customers, nor orders per customer, nor the average basket changed more than chance.")
    return " ".join(filter(None, [told, named(tree["revenue"].iloc[-1] - tree["revenue"].iloc[0], movers, words)]))


def named(change: float, movers: pd.DataFrame, words: Words) -> str:
    """Name the customers who make more than a fifth of a change, if any."""
    known = movers[movers["named"].astype(bool)]
    if not len(known):
        return ""
    who = [
        words.say("{name} ({money})", name=_name(row, words), money=_signed(row.change, words))
        for row in known.head(MOST_NAMED).itertuples()
    ]
    return words.plural(
        "Of a change of {change}, {n} customer makes more than a fifth: {names}.",
        "Of a change of {change}, {n} customers make more than a fifth each, first: {names}.",
        known["every_named"].iloc[0],
        change=_signed(change, words),
        names=words.list(who),
    )


def _signed(money: float, words: Words) -> str:
    return words.money(money, short=True, signed=True)


def _inline(step: str, words: Words) -> str:
    return words.inline(f"tree_{step}")


def table_by(frame: pd.DataFrame, attribute: str, *, words: Words) -> Table:
    """Show what made revenue change in each value of an attribute."""
    digits = money_digits(frame["change"])

    def money(column: str):
        return lambda row: words.money(getattr(row, column), digits=digits, signed=True)

    steps = ["customers", "frequency", "basket", *(["credited"] if (frame["credited"] != 0).any() else [])]
    makers = [
        (Column(words.label(attribute)), lambda row: words.value_of(attribute, row.value_of), ""),
        (Column(words.say("Change in revenue")), money("change"), ""),
        *((Column(_label(step, words)), money(step), "") for step in steps),
    ]
    caption = words.say("What the change in revenue is made of, by {attribute}", attribute=words.inline(attribute))
    return build(caption, frame.itertuples(), makers, words)


@chart(height=310, needs=("revenue",), first_only=True, when=lambda frame, restated: "now" in set(frame["step"]))
def flows_chart(frame: pd.DataFrame, restated: pd.DataFrame, *, ax: Axes, words: Words) -> Axes:
    """Draw, for each period, what each factor added to revenue above the line, and what it took away below."""
    table = frame.pivot(index="period", columns="step", values="revenue")
    periods = list(dict.fromkeys(frame["period"]))
    flows = {f"tree_{step}": list(table[step].reindex(periods)) for step in STEPS if step in table}
    told = draw_flows(ax, periods, flows, lambda value: _signed(value, words), words)
    last = table.loc[periods[-1]]
    places = {
        "period": words.period(periods[-1]),
        "change": _signed(last["now"] - last["before"], words),
        "before": words.before,
    }
    if missing(last.get("restated")):
        return message(ax, words.say("Revenue of {period}: {change} on {before}", **places), told)
    title = words.say("Revenue of {period}: {change} on what was published of {before}", **places)
    return message(ax, title, told)


def periods_table(frame: pd.DataFrame, restated: pd.DataFrame, *, words: Words) -> Table:
    """Show, for each period, what each factor added to revenue since the one before."""
    table = frame.pivot(index="step", columns="period", values="revenue")
    steps = [step for step in ("before", *STEPS, "now") if step in table.index]
    periods, digits = list(dict.fromkeys(frame["period"])), money_digits(frame["revenue"])
    names = {"before": words.label("previous_revenue"), "now": words.label("revenue")}

    def maker(period: str) -> tuple:
        def write(step: str) -> str:
            value = table.loc[step, period]
            return NOTHING if missing(value) else words.money(value, digits=digits, signed=step not in names)

        return (Column(words.period(period)), write, "")

    def name(step: str) -> Cell:
        return Cell(names.get(step) or _label(step, words))

    makers = [(Column(words.say("Step")), name, ""), *(maker(period) for period in periods)]
    return build(words.say("What the change in revenue is made of"), steps, makers, words)


def periods_sentence(frame: pd.DataFrame, restated: pd.DataFrame, *, words: Words) -> str:
    """Say what each factor added over all the periods."""
    if "now" not in set(frame["step"]):
        return words.say("There is only one period: nothing to compare yet.")
    sums = frame.groupby("step")["revenue"].sum()
    told = words.say(
        "Over {n} changes of period: customers {customers}, orders per customer {frequency}, average basket {basket}.",
        n=words.number(frame["period"].nunique()),
        **{step: _signed(sums[step], words) for step in ("customers", "frequency", "basket")},
    )
    if not sums.get("restated"):
        return told
    return f"{told} " + words.say(
        "What was published before has been restated by {money} since.", money=_signed(sums["restated"], words)
    )
