"""Findings that one measure makes by itself: whitespace, dependence, margin, load, contracts, detractors."""

from __future__ import annotations

import numpy as np
from ibis import _

from portfolio.base.book import Book
from portfolio.base.periods import months_before
from portfolio.measures import concentration, offer, predicted_value, segments, voice
from portfolio.measures.activity import activity, ratio

# Dependence is said of the first ten customers.
FIRST_CUSTOMERS = 10


def run(book: Book, rule: dict) -> list[tuple]:
    """Return the rows, in the columns of ``findings``, of a rule of the list ``measured``."""
    rows = _MEASURES[rule["rule"]](book, rule["least"])
    return [
        (
            rule["quadrant"],
            rule["rule"],
            measure,
            segment,
            float(value),
            unit,
            compared,
            float(reference),
            float(money),
            int(n),
        )
        for measure, segment, value, unit, compared, reference, money, n in rows
    ]


def _whitespace(book: Book, least: float) -> list[tuple]:
    """Categories that fewer than a share ``least`` of the customers buy."""
    table = offer.categories(book)
    return [
        ("coverage", f"category={row.category}", row.coverage, "rate", "", np.nan, row.whitespace, row.lacking)
        for row in table.itertuples()
        if row.coverage < least
    ]


def _first_customers(book: Book, least: float) -> list[tuple]:
    first = concentration.ranked(book).filter(_["rank"] <= FIRST_CUSTOMERS)
    row = book.execute(first.agg(n=_.count(), money=_.revenue.sum().cast("float64"))).iloc[0]
    total = book.execute(concentration.ranked(book).agg(total=_.revenue.sum().cast("float64")))["total"].iloc[0]
    share = ratio(row["money"], total)
    if not share >= least:
        return []
    return [("first_customers_share", "", share, "rate", "", np.nan, row["money"], row["n"])]


def _margin_falling(book: Book, least: float) -> list[tuple]:
    if book.previous is None:
        return []
    now, then = activity(book).iloc[0], activity(book.previous).iloc[0]
    fall = then["margin_rate"] - now["margin_rate"]
    if not fall >= least:
        return []
    money = fall * now["revenue"]
    return [
        ("margin_rate", "", now["margin_rate"], "rate", "previous", then["margin_rate"], money, now["active_customers"])
    ]


def _account_manager_load(book: Book, least: float) -> list[tuple]:
    """An account manager who has ``least`` times the median number of customers; the money is theirs."""
    table = segments.by_attribute(book, "account_manager")
    if len(table) < 3:
        return []
    median = table["customers"].median()
    return [
        (
            "customers",
            f"account_manager={row.value_of}",
            row.customers,
            "count",
            "portfolio",
            median,
            row.revenue,
            row.customers,
        )
        for row in table.itertuples()
        if row.customers >= least * median
    ]


def _contracts_ending(book: Book, least: float) -> list[tuple]:
    """Running contracts that end within six months of the as-of date, by their amount a year."""
    if not book.measured("contracts", "end_date"):
        return []
    horizon = months_before(book.period.end, -6)
    ending = book.table("contracts").filter(
        _.start_date < book.period.end, _.end_date >= book.period.end, _.end_date < horizon
    )
    row = book.execute(ending.agg(n=_.count(), money=_.annual_amount.sum().cast("float64"))).iloc[0]
    return [("contracts", "", row["n"], "count", "", np.nan, row["money"], row["n"])] if row["n"] > least else []


def _detractors(book: Book, least: float) -> list[tuple]:
    row = voice.nps(book).iloc[0]
    if not row["detractors"] > least:
        return []
    return [("customers", "", row["detractors"], "count", "", np.nan, row["detractors_revenue"], row["detractors"])]


def _value_at_risk(book: Book, least: float) -> list[tuple]:
    """Value of the next months that leaves with customers who may be gone, as the purchase model has it."""
    table = predicted_value.at_risk(book)
    if table.empty or not table["share"].iloc[0] >= least:
        return []
    row = table.iloc[0]
    return [("value_at_risk", "", row["share"], "rate", "", np.nan, row["at_risk"], row["customers"])]


_MEASURES = {
    "whitespace": _whitespace,
    "first_customers_dependence": _first_customers,
    "margin_rate_falling": _margin_falling,
    "account_manager_load": _account_manager_load,
    "contracts_ending": _contracts_ending,
    "detractors": _detractors,
    "value_at_risk": _value_at_risk,
}
