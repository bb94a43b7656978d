"""What is to be expected of customers: the money of findings and lists. Definition: Money of a finding.

customers + outlook of a topic --> exposed, loss, gain, recoverable, never more than what the customer brings
"""

from __future__ import annotations

from collections.abc import Callable

import ibis

from portfolio.base.book import Book
from portfolio.review.figures.numbers import able

# What is at stake with a customer: a column of money, or what gives one; None is what they would bring.
Stake = str | Callable[[ibis.Table], ibis.Value] | None
COLUMNS = ("exposed", "loss", "gain", "recoverable")


def outlook(book: Book) -> ibis.Table | None:
    """Return the outlook that a topic of the book declares; None where nothing can be expected."""
    found = (topic.outlook(book) for topic in able(book) if topic.outlook)
    return next((table for table in found if table is not None), None)


def valued(book: Book, customers: ibis.Table, stake: Stake = None) -> ibis.Table:
    """Add to customers the money that hangs on each, p being the chance of still being a customer.

    Parameters
    ----------
    customers
        With the columns of the customer base.
    stake
        The revenue at stake with each; by default what they would bring over the next 12 months if still there.

    Returns
    -------
    ibis.Table
        The customers with ``exposed`` (revenue of the trailing window, 0 at least), ``loss`` = (1 - p) x stake,
        ``gain`` = p x stake, ``recoverable`` = p (1 - p) x stake, in margin where it is known. Nobody loses or gains
        more than what the customer brings. All but ``exposed`` are null where nothing can be expected.
    """
    customers = customers.mutate(exposed=brings(customers))
    expected = outlook(book)
    if expected is None:
        return customers.mutate(**{name: ibis.null("float64") for name in COLUMNS[1:]})
    # Names that no topic of a company's own can have.
    # A kept table may hold them as decimals of few digits, of which products keep no more.
    p, worth, rate = (expected[name].cast("float64") for name in ("chance", "worth", "rate"))
    known = expected.select(of_outlook=expected.customer_id, p_of=p, worth_of=worth, rate_of=rate)
    table = customers.left_join(known, customers.customer_id == known.of_outlook)
    if stake is None:
        at_stake = table.worth_of
    else:
        at_stake = (stake(table) if callable(stake) else table[stake]).cast("float64") * table.rate_of
    # Who was never seen to buy has no chance of still being a customer.
    p = table.p_of.fill_null(0.0)
    table = table.mutate(p_of=p, at_stake=_within(at_stake.fill_null(0.0), table.exposed))
    table = table.mutate(
        loss=(1 - table.p_of) * table.at_stake,
        gain=table.p_of * table.at_stake,
        recoverable=table.p_of * (1 - table.p_of) * table.at_stake,
    )
    return table.drop("of_outlook", "p_of", "worth_of", "rate_of", "at_stake")


def brings(customers: ibis.Table) -> ibis.Value:
    """Return what each customer brings over the trailing window, 0 at least."""
    money = customers.trailing_revenue.cast("float64")
    return (money > 0).ifelse(money, 0.0)


def _within(money: ibis.Value, most: ibis.Value) -> ibis.Value:
    return ibis.cases((money < 0, 0.0), (money > most, most), else_=money)
