"""What models say of each customer's purchases in a period, joined in the engine, ready to be summed over anyone.

histories + unit --(model of the unit, each distinct history once)--> expected, chance, slopes
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.places.numbers import PLACES
from portfolio.topics.prediction.btyd.purchases import PurchaseModel
from portfolio.topics.prediction.histories import DAYS_A_WEEK, KEYS, distinct_histories
from portfolio.topics.prediction.units import Group

SLOPES = ("slope_0", "slope_1", "slope_2", "slope_3")
# What is summed of customers.
TOLD = ("expected", "chance", *SLOPES)
SUMS = ("one", *TOLD, "actual")


def attributes(book: Book) -> list[str]:
    """Return the attributes whose groups may be forecast apart: the place, and the account manager."""
    place = next((name for name in PLACES if book.measured("customers", name)), None)
    return [name for name in (place, "account_manager") if name and book.measured("customers", name)]


def next_period_weeks(book: Book) -> float:
    """Return the length of the period to come, in weeks."""
    return (book.period.next.end - book.period.end).days / DAYS_A_WEEK


def with_groups(book: Book, histories: ibis.Table) -> ibis.Table:
    """Add to histories of the whole portfolio the attributes that groups are told by, "" where there is none."""
    names = attributes(book)
    if not names:
        return histories
    facts = book.facts
    texts = {name: facts[name].cast("string").fill_null("") for name in names}
    return histories.join(facts.select("customer_id", **texts), "customer_id")


def with_unit(histories: ibis.Table, groups: Sequence[Group]) -> ibis.Table:
    """Add ``unit``: which of the groups a customer is the first of, the last one being all others."""
    cases = [(histories[group.attribute] == group.value, number) for number, group in enumerate(groups[:-1])]
    number = ibis.cases(*cases, else_=len(groups) - 1) if cases else ibis.literal(len(groups) - 1)
    return histories.mutate(unit=number.cast("int64"))


def told(
    book: Book,
    histories: ibis.Table,
    models: Sequence[PurchaseModel],
    weeks: float,
    one: PurchaseModel | None = None,
) -> ibis.Table:
    """Join to histories with ``unit`` what the model of the unit says of the weeks to come.

    Returns
    -------
    ibis.Table
        With ``expected`` purchases, ``chance`` (their variance under the model) and ``SLOPES``: summed over customers
        of a unit, all that an interval is made of; and ``one``, the purchases by one model for all, where it is given.
    """
    counted = distinct_histories(book, histories, "unit")
    parts = []
    for number, rows in counted.groupby("unit"):
        spread = models[int(number)].spread(rows, weeks).drop(columns="customers")
        beside = {} if one is None else {"one": one.expected_purchases(rows, weeks)}
        parts.append(pd.concat([rows[["unit", *KEYS]], spread], axis=1).assign(**beside))
    said = ibis.memtable(pd.concat(parts, ignore_index=True))
    return histories.join(book.keep(said), ["unit", *KEYS])


def summed(table: ibis.Table, *by: str) -> ibis.Table:
    """Sum ``SUMS`` of customers, and count them."""
    sums = {name: table[name].cast("float64").sum() for name in SUMS}
    return (table.group_by(*by) if by else table).agg(customers=_.count(), **sums)
