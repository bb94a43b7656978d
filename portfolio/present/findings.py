"""Findings in words: the SWOT, each with its evidence and the money at stake.

A rule has its sentence in ``RULES``; a rule without one is told by the general sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from portfolio.errors import N_
from portfolio.present.templating import render
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd

QUADRANTS = ("strength", "weakness", "opportunity", "threat")

ABOVE = {
    "target": N_("{measure} above target: {value} for {reference}."),
    "previous": N_("{measure} above {before}: {value} against {reference}."),
    "portfolio": N_("{who}: {inline} {value}, against {reference} for the whole portfolio."),
    "": N_("{measure}: {value}."),
}
BELOW = ABOVE | {
    "target": N_("{measure} below target: {value} for {reference}."),
    "previous": N_("{measure} below {before}: {value} against {reference}."),
}
RULES = {
    "at_risk_money": N_("Customers at risk, silent for more than {times} their usual interval, could leave."),
    "inactive_money": N_("Inactive customers have not ordered for more than {inactive}, and may be lost already."),
    "cannot_lose_money": N_("Customers who ordered the most often have gone silent."),
    "lapsed_winback": N_("Customers who ordered in {before} and not since are worth winning back."),
    "promising_potential": N_("Promising customers and potential loyalists could each place one more order."),
    "high_potential_upgrade": N_("High-potential customers order seldom, for large amounts."),
    "whitespace": N_("“{segment}”: only {value} of customers buy it, and the others could."),
    "first_customers_dependence": N_("The first {n} customers bring {value} of revenue: losing one would show."),
    "margin_rate_falling": N_("The margin rate is falling: {value} against {reference} in {before}."),
    "account_manager_load": N_(
        "{segment} looks after {value} customers, against {reference} for the median account manager."
    ),
    "contracts_ending": N_("Contracts end within six months: {value} to renew."),
    "detractors": N_("Customers who would not recommend the company may leave."),
    "value_at_risk": N_("{value} of what customers would bring may leave with those who seem gone."),
}
# The customers of a segment, as a sentence begins with them.
WHO = {
    "size=large": N_("Large customers"),
    "size=medium": N_("Medium-sized customers"),
    "size=small": N_("Small customers"),
    "account_manager": N_("Customers of {value}"),
    "sector": N_("Sector {value}"),
    "region": N_("{value}"),
    "country": N_("{value}"),
    "city": N_("{value}"),
}
# What to do first: by rule, else by measure and quadrant.
FIRST = {
    "at_risk_money": N_("First: call the largest, list “Later than usual”."),
    "inactive_money": N_("First: ask the largest what happened, list “Inactive”."),
    "cannot_lose_money": N_("First: their account manager calls them now, list “Cannot lose”."),
    "lapsed_winback": N_("First: make the largest an offer, list “To win back”."),
    "promising_potential": N_("First: make each a second offer."),
    "high_potential_upgrade": N_("First: propose an upgrade, list “High potential”."),
    "whitespace": N_("First: show it to customers whose peers buy it."),
    "first_customers_dependence": N_("First: meet each of them, and win more customers of middle size."),
    "margin_rate_falling": N_("First: look at discounts and costs, category by category."),
    "account_manager_load": N_("First: hand some customers over to colleagues."),
    "contracts_ending": N_("First: call before the end date, the largest first."),
    "detractors": N_("First: call each, and ask what went wrong."),
    "value_at_risk": N_("First: call those of the list “Valuable, and perhaps gone”, in the report on lifetime value."),
    ("retention_rate", "weakness"): N_("First: call those who left, and ask why."),
    ("retention_rate", "strength"): N_("First: find out what keeps them, and do it elsewhere."),
    ("margin_rate", "weakness"): N_("First: look at their prices, discounts and costs."),
    ("margin_rate", "strength"): N_("First: win more customers like these."),
    ("revenue", "weakness"): N_("First: see below which customers took it away."),
    ("average_basket", "weakness"): N_("First: propose a second category with each order."),
    ("new_customers", "weakness"): N_("First: see which sources brought new customers before."),
    ("nps", "weakness"): N_("First: call the detractors, and ask what went wrong."),
}


# Measures of the book itself that metrics count over orders.
OVER_ORDERS = frozenset({"orders", "average_basket", "margin_rate", "return_rate"})


class Finding(NamedTuple):
    """A finding in words: what stands out, what it rests on, the money at stake."""

    quadrant: str
    sentence: str
    evidence: str
    money: str
    first: str = ""


def told(row: object, words: Words) -> Finding:
    """Return one row of ``measures.findings`` in words."""
    places = words.rules | {
        "measure": words.label(row.measure),
        "inline": words.inline(row.measure),
        "segment": words.members(row.segment) or words.label("all"),
        "who": _who(str(row.segment or ""), words),
        "value": words.value(row.value, row.unit),
        "reference": words.value(row.reference, row.unit),
        "before": words.before,
        "n": words.number(row.customers),
    }
    message = _message(row)
    said = "{value}" in message
    count = "" if said and row.unit == "count" and row.value == row.customers else _count(row, words)
    named = "{segment}" in message or "{who}" in message
    evidence = ["" if named else words.segment(row.segment), "" if said else _value(row, words), count]
    first = FIRST.get(row.rule) or FIRST.get((row.measure, row.quadrant), "")
    return Finding(
        str(row.quadrant),
        words.say(message, **places),
        " · ".join(part for part in evidence if part),
        words.money(row.money, short=True),
        words.say(first),
    )


def _who(segment: str, words: Words) -> str:
    """Return the customers of a segment as the subject of a sentence."""
    attribute, _, _value_of = segment.partition("=")
    message = WHO.get(segment) or WHO.get(attribute)
    if not segment or not message or "," in segment:
        return words.segment(segment) or words.label("all")
    return words.say(message, value=words.members(segment))


def _message(row: object) -> str:
    if row.rule in RULES:
        return RULES[row.rule]
    compared = row.compared_with if row.compared_with in ABOVE and not missing(row.reference) else ""
    return (BELOW if compared and row.value < row.reference else ABOVE)[compared]


def _value(row: object, words: Words) -> str:
    """Say the value and what it is compared with, where the sentence does not; a count is said once, by itself."""
    if row.measure == "customers" and row.value == row.customers:
        return ""
    label, value = words.label(row.measure), words.value(row.value, row.unit)
    if missing(row.reference):
        return words.say("{attribute}: {value}", attribute=label, value=value)
    reference = words.value(row.reference, row.unit)
    return words.say("{measure}: {value} against {reference}", measure=label, value=value, reference=reference)


def _count(row: object, words: Words) -> str:
    """Say over how many customers, orders or contracts."""
    if missing(row.customers):
        return ""
    if row.measure in OVER_ORDERS and row.rule.endswith(("_vs_target", "_vs_previous")):
        return words.plural("over {n} order", "over {n} orders", row.customers)
    if row.measure == "contracts":
        return words.plural("{n} contract", "{n} contracts", row.customers)
    if row.rule == "whitespace":
        return words.plural("{n} customer without it", "{n} customers without it", row.customers)
    return words.plural("{n} customer", "{n} customers", row.customers)


def findings(frame: pd.DataFrame, words: Words) -> str:
    """Return the fragment: four titled lists, each by money at stake, then what people have to add."""
    rows = _ranked(frame, words)
    quadrants = [
        (name, words.label(name), [finding for finding in rows if finding.quadrant == name]) for name in QUADRANTS
    ]
    return render(
        "findings.html",
        quadrants=quadrants,
        at_stake=words.say("at stake"),
        nothing=words.say("Nothing of the kind in the figures."),
        people=words.say(
            "Found in the company's own figures only. The market's opportunities and threats (competitors, rules, "
            "technology, the economy) are for people to add."
        ),
    )


def spoken(frame: pd.DataFrame, words: Words) -> str:
    """Return the findings as plain lines."""
    rows = _ranked(frame, words)
    return "\n".join(
        f"{words.label(each.quadrant)} | {each.sentence} {each.evidence} | {each.money} {each.first}" for each in rows
    )


def _ranked(frame: pd.DataFrame, words: Words) -> list[Finding]:
    if not len(frame):
        return []
    ranked = frame.sort_values("money", ascending=False, kind="stable")
    return [told(row, words) for row in ranked.itertuples()]
