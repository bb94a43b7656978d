"""Sentences on revenue: where its change comes from, whom it hangs on, what a customer is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd


def revenue_bridge(bridge: pd.DataFrame, *, words: Words) -> str:
    """Say what was lost with those who left and won with those who came."""
    money = bridge.set_index("step")["revenue"].fillna(0.0)
    if not len(money) or "before" not in money:
        return words.say("No figures for {period}.", period=words.now)
    if not money["before"] > 0:
        return words.say("There is no earlier period to compare with.")
    return words.say(
        "Lapsed customers took away {lapsed} and those who stayed changed by {stayed}; new and reactivated customers "
        "brought {won}.",
        lapsed=words.money(abs(money.get("lapsed", 0.0)), short=True),
        stayed=words.money(money.get("decreased", 0.0) + money.get("increased", 0.0), short=True, signed=True),
        won=words.money(money.get("new", 0.0) + money.get("reactivated", 0.0), short=True),
    )


def seasons(months: pd.DataFrame, *, words: Words) -> str:
    """Say the best and the lowest month of the last twelve."""
    shown = months[months["revenue"].notna()].tail(12)
    if not len(shown):
        return words.say("No figures for {period}.", period=words.now)
    best, worst = (shown.loc[shown["revenue"].agg(which)] for which in ("idxmax", "idxmin"))
    return words.say(
        "Over the last {n} months, the best is {best} ({high}), the lowest {worst} ({low}).",
        n=words.number(len(shown)),
        best=words.month(best["month"]),
        high=words.money(best["revenue"], short=True),
        worst=words.month(worst["month"]),
        low=words.money(worst["revenue"], short=True),
    )


def concentration(concentration: pd.DataFrame, *, words: Words) -> str:
    """Say what the first fifth holds, and how many customers make 80% of the revenue."""
    row = concentration.iloc[0] if len(concentration) else {}
    if not len(row) or missing(row["top_20_percent_share"]):
        return words.say("No customer has revenue above 0 in {period}.", period=words.now)
    first = words.plural(
        "The first customer, a fifth of them, brings {share} of revenue",
        "The first {n} customers, a fifth of them, bring {share} of revenue",
        row["top_20_percent_customers"],
        share=words.percent(row["top_20_percent_share"], 0),
    )
    second = words.plural("{n} brings 80%", "{n} bring 80%", row["customers_for_80_percent"])
    return words.say("{first}; {second}.", first=first, second=second)


def sizes(sizes: pd.DataFrame, *, words: Words) -> str:
    """Say what large customers bring, and how margins compare with size."""
    last = sizes[sizes["period"] == sizes["period"].iloc[-1]].set_index("size") if len(sizes) else sizes
    if "large" not in last.index or missing(last["share"]["large"]):
        return words.say("No figures for {period}.", period=words.now)
    first = words.plural(
        "{n} large customer brings {share} of revenue",
        "{n} large customers bring {share} of revenue",
        last["customers"]["large"],
        share=words.percent(last["share"]["large"], 0),
    )
    rates = last["margin_rate"].dropna()
    if "large" not in rates or "small" not in rates:
        return f"{first}."
    second = words.say(
        "their margin rate is {large}, that of small customers {small}",
        large=words.percent(rates["large"]),
        small=words.percent(rates["small"]),
    )
    return words.say("{first}; {second}.", first=first, second=second)


def lifetime(lifetime: pd.DataFrame, *, words: Words) -> str:
    """Say what a customer is worth, and how that is made."""
    row = lifetime.iloc[0] if len(lifetime) else {}
    if not len(row) or missing(row["value"]):
        return words.say("The lifetime value needs orders over twice {months} months.", months=words.months)
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


def categories(categories: pd.DataFrame, *, words: Words) -> str:
    """Say which category has most left to win."""
    if not len(categories) or not categories["whitespace"].notna().any():
        return words.say("Not measured: the order lines have no category.")
    row = categories.loc[categories["whitespace"].idxmax()]
    return words.say(
        "“{category}” has most to win: {share} of customers buy it, and the others could bring {money}.",
        category=words.name(row["category"]),
        share=words.percent(row["coverage"], 0),
        money=words.money(row["whitespace"], short=True),
    )
