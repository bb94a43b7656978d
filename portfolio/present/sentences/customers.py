"""Sentences on states, segments and targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.words import Words

if TYPE_CHECKING:
    import pandas as pd


def lifecycle(lifecycle: pd.DataFrame, *, words: Words) -> str:
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


def rfm(segments: pd.DataFrame, *, words: Words) -> str:
    """Say what the champions bring, and what the customers to call are worth."""
    rows = segments.set_index("rfm_segment")
    if not rows["revenue"].sum() > 0:
        return words.say("No customer ordered over the last {months} months.", months=words.months)
    first = words.plural(
        "{n} champion brings {share} of the revenue of the last {months} months",
        "{n} champions bring {share} of the revenue of the last {months} months",
        rows["customers"].get("champions", 0),
        months=words.months,
        share=words.percent(rows["revenue_share"].get("champions", 0.0), 0),
    )
    call = rows.reindex(["at_risk", "cannot_lose"]).fillna(0)
    second = words.plural(
        "{n} good customer who went silent is worth {money}",
        "{n} good customers who went silent are worth {money}",
        call["customers"].sum(),
        money=words.money(call["revenue"].sum(), short=True),
    )
    return words.say("{first}; {second}.", first=first, second=second)


def by_attribute(frame: pd.DataFrame, *, attribute: str, words: Words) -> str:
    """Say which value brings most, and which keeps its customers least."""
    if not len(frame) or not frame["revenue"].notna().any():
        return words.say(
            "{attribute}: not measured, the customers table does not give it.", attribute=words.label(attribute)
        )
    top = frame.loc[frame["revenue"].idxmax()]
    first = words.say(
        "{attribute}: {name} brings most, {share} of revenue",
        attribute=words.label(attribute),
        name=words.value_of(attribute, top["value_of"]),
        share=words.percent(top["revenue_share"], 0),
    )
    sure = frame[frame["retention_rate"].notna() & ~frame["few"].astype(bool)]
    if len(sure) < 2:
        return f"{first}."
    least = sure.loc[sure["retention_rate"].idxmin()]
    second = words.say(
        "the lowest retention is {rate}, for {name} (95% interval: {low} to {high})",
        name=words.value_of(attribute, least["value_of"]),
        rate=words.percent(least["retention_rate"], 0),
        low=words.percent(least["retention_low"], 0),
        high=words.percent(least["retention_high"], 0),
    )
    return words.say("{first}; {second}.", first=first, second=second)


def targets(targets: pd.DataFrame, *, words: Words) -> str:
    """Say how many targets are met, and which are missed."""
    known = targets[targets["value"].notna()]
    if not len(known):
        return words.say("No target for {period}: the table targets gives them.", period=words.now)
    met = known["met"].astype(bool)
    first = words.plural(
        "{n} target met out of {all}", "{n} targets met out of {all}", met.sum(), all=words.number(len(known))
    )
    missed = [
        words.inline(row.measure) + (f" ({words.members(row.segment)})" if str(row.segment or "") else "")
        for row in known[~met].itertuples()
    ]
    if not missed:
        return f"{first}."
    return words.say("{first}; missed: {measures}.", first=first, measures=words.list(missed))
