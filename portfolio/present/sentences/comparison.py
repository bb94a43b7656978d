"""Sentences on periods side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.charts.history import periods_of
from portfolio.present.words import Words

if TYPE_CHECKING:
    import pandas as pd


def comparison(history: pd.DataFrame, *, words: Words) -> str:
    """Say how revenue and active customers went from the first period to the last."""
    periods, rows = periods_of(history), history.set_index("name")
    known = {
        name: rows.loc[name, periods].astype(float).dropna()
        for name in ("revenue", "active_customers")
        if name in rows.index
    }
    if len(periods) < 2 or not all(len(known.get(name, ())) for name in ("revenue", "active_customers")):
        return words.say("There is only one period: nothing to compare yet.")
    told = {
        "first": words.period(periods[0]),
        "last": words.period(periods[-1]),
        "revenue": _from_to(known["revenue"], "money", words),
        "customers": _from_to(known["active_customers"], "count", words),
    }
    return words.say("From {first} to {last}, revenue went {revenue}, and active customers {customers}.", **told)


def _from_to(values: pd.Series, unit: str, words: Words) -> str:
    first, last = (words.value(values.iloc[place], unit, short=True) for place in (0, -1))
    if values.iloc[0] > 0:
        change = words.percent(values.iloc[-1] / values.iloc[0] - 1, signed=True)
        return words.say("from {first} to {last} ({change})", first=first, last=last, change=change)
    return words.say("from {first} to {last}", first=first, last=last)


def movements(movements: pd.DataFrame, *, words: Words) -> str:
    """Say in which period customers stayed best, and in which least."""
    known = movements[movements["retention_rate"].notna()]
    if len(known) < 2:
        return words.say("There is only one period: nothing to compare yet.")
    best, worst = (known.loc[known["retention_rate"].agg(which)] for which in ("idxmax", "idxmin"))
    return words.say(
        "Customers stayed best in {best} ({high} ordered again) and least in {worst} ({low}).",
        best=words.period(best["period"]),
        high=words.percent(best["retention_rate"], 0),
        worst=words.period(worst["period"]),
        low=words.percent(worst["retention_rate"], 0),
    )


def revenue_bridges(bridges: pd.DataFrame, *, words: Words) -> str:
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


def rfm_migration(migration: pd.DataFrame, *, words: Words) -> str:
    """Say how many customers changed RFM segment, and the most frequent move."""
    moved = migration[(migration["rfm_before"] != migration["rfm_now"]) & migration["customers"].notna()]
    if not len(moved):
        return words.say("No customer changed RFM segment.")
    most = moved.loc[moved["customers"].idxmax()]
    return words.plural(
        "{n} customer changed RFM segment; the most frequent move is from “{before}” to “{now}” ({count}).",
        "{n} customers changed RFM segment; the most frequent move is from “{before}” to “{now}” ({count}).",
        moved["customers"].sum(),
        before=words.label(most["rfm_before"]),
        now=words.label(most["rfm_now"]),
        count=words.number(most["customers"]),
    )


def findings_over(findings: pd.DataFrame, *, words: Words) -> str:
    """Say how many findings are new, still there and gone."""
    counts = findings["status"].value_counts() if len(findings) else {}
    new = words.plural("{n} finding is new", "{n} findings are new", counts.get("new", 0))
    still = words.plural("{n} is still there", "{n} are still there", counts.get("still", 0))
    gone = words.plural("{n} is gone", "{n} are gone", counts.get("gone", 0))
    return words.say("{new}, {still}, {gone}.", new=new, still=still, gone=gone)


def restated(restated: pd.DataFrame, published: pd.DataFrame, *, words: Words) -> str:
    """Say whether the figures published earlier still hold."""
    if not len(published):
        return words.say("No report of these periods was published before: nothing to hold against today's figures.")
    if not len(restated):
        return words.say("Every figure published earlier is still what the data say.")
    first = restated.iloc[0]
    return words.plural(
        "{n} figure published earlier has changed: {measure} in {period}, from {was} to {now}.",
        "{n} figures published earlier have changed, the most: {measure} in {period}, from {was} to {now}.",
        len(restated),
        measure=words.label(first["name"]),
        period=words.period(first["period"]),
        was=words.value(first["was"], first["unit"]),
        now=words.value(first["now"], first["unit"]),
    )
