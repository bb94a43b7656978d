"""Purchase histories, counted in the engine: what buy-till-you-die models need to know of each customer.

    order lines --(customer, day)--> days of purchase --(customer)--> histories --(distinct)--> a table for the models

A day of purchase is a day with a positive line; its money is net of the returns of that day. Customers stay in the
engine: what comes to Python is each distinct history once, with the number of customers who share it. Definition:
Lifetime value, predicted.
"""

from __future__ import annotations

import datetime as dt

import ibis
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.params.columns import MONEY

DAYS_A_WEEK = 7
DAYS = ("recency_days", "T_days")
# What makes two histories the same: repeat purchases, and the bins of time that the two durations fall in.
KEYS = ("frequency", "recency_bin", "T_bin")
# Widths of the bins of time, in days, tried in turn until the distinct histories are few enough.
STEPS = (1, 7, 14, 28, 56)
# Widths of the grid of money, as shares of the amount.
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)


def purchase_days(book: Book, until: dt.date | None = None) -> ibis.Table:
    """Return the days on which customers bought.

    Parameters
    ----------
    book
        Its lines, those of the segment's customers, are read.
    until
        The last day known; the book's as-of date when not given.

    Returns
    -------
    ibis.Table
        One row per ``customer_id`` and ``day`` with a positive line: ``amount`` (money, net of that day's returns),
        ``margin`` and ``costed_amount`` (of the lines whose cost is known).
    """
    lines = book.orders.filter(_.order_date <= (until or book.as_of))
    margin = (lines.amount - lines.cost).cast(MONEY)
    days = lines.group_by("customer_id", day=lines.order_date).agg(
        amount=lines.amount.sum().cast(MONEY),
        margin=margin.sum().cast(MONEY),
        costed_amount=lines.amount.sum(where=lines.cost.notnull()).cast(MONEY),
        positive=(lines.amount > 0).ifelse(1, 0).max(),
    )
    return days.filter(_.positive == 1).drop("positive")


def purchase_histories(book: Book, until: dt.date | None = None) -> ibis.Table:
    """Return the history of each customer with a day of purchase.

    Parameters
    ----------
    book
        Its customers.
    until
        The last day known; the book's as-of date when not given.

    Returns
    -------
    ibis.Table
        One row per ``customer_id``: ``first_day``; ``frequency`` (days of purchase after the first);
        ``recency_days`` and ``T_days`` (whole days from the first purchase to the last one, and to the last day known);
        ``recency`` and ``T`` (the same in weeks); ``repeat_amount`` (money, over the repeat purchases only);
        ``monetary_value`` (its mean, null without repeat purchase).
    """
    return in_weeks(counted_histories(book, until))


def counted_histories(book: Book, until: dt.date | None = None) -> ibis.Table:
    """Return what ``purchase_histories`` counts, without what follows from it: the part worth keeping in the engine."""
    last_known = until or book.as_of
    days = purchase_days(book, until)
    bought = days.group_by("customer_id").agg(
        first_day=days.day.min(),
        last_day=days.day.max(),
        purchases=days.count(),
        amount=days.amount.sum(),
        first_amount=days.amount.argmin(days.day),
    )
    return bought.select(
        "customer_id",
        "first_day",
        frequency=(bought.purchases - 1).cast("int32"),
        recency_days=bought.last_day.delta(bought.first_day, unit="day").cast("int32"),
        T_days=ibis.literal(last_known).delta(bought.first_day, unit="day").cast("int32"),
        repeat_amount=(bought.amount - bought.first_amount).cast(MONEY),
    )


def in_weeks(histories: ibis.Table) -> ibis.Table:
    """Add to counted histories ``recency``, ``T`` and ``monetary_value``."""
    times = _.frequency.cast("float64").nullif(0.0)
    return histories.mutate(
        recency=_.recency_days.cast("float64") / DAYS_A_WEEK,
        T=_.T_days.cast("float64") / DAYS_A_WEEK,
        monetary_value=_.repeat_amount.cast("float64") / times,
    )


def in_bins(histories: ibis.Table, step_days: int) -> ibis.Table:
    """Add ``recency_bin`` and ``T_bin``: which bin, so many days wide, each time falls in; a day is a bin of
    its own."""
    return histories.mutate(
        recency_bin=(histories.recency_days // step_days).cast("int32"),
        T_bin=(histories.T_days // step_days).cast("int32"),
    )


def step_for(book: Book, histories: ibis.Table, limit: int) -> int:
    """Return the narrowest bins of time, in days, at which the distinct histories are within the limit."""
    for step in STEPS[:-1]:
        distinct = in_bins(histories, step).select(*KEYS).distinct().count()
        if int(book.run(distinct)) <= limit:
            return step
    return STEPS[-1]


def distinct_histories(book: Book, histories: ibis.Table, *by: str) -> pd.DataFrame:
    """Count the customers of each distinct history.

    Parameters
    ----------
    histories
        A table with ``KEYS``, ``recency_days``, ``T_days`` and ``repeat_amount``.
    by
        Further columns that tell histories apart.

    Returns
    -------
    DataFrame
        ``by``, ``KEYS``, ``customers``, ``recency`` and ``T`` (weeks, the means of the bin), in sorted order; with
        ``monetary_value``, the mean of those who share the history, where ``by`` has ``valued``.
    """
    counted = histories.group_by(*by, *KEYS).agg(
        customers=_.count(),
        money=_.repeat_amount.sum().cast("float64"),
        **{name: _[name].cast("int64").sum().cast("float64") for name in DAYS},
    )
    found = book.run(counted).sort_values([*by, *KEYS], ignore_index=True)
    for name, days in zip(("recency", "T"), DAYS, strict=True):
        found[name] = found.pop(days) / found["customers"] / DAYS_A_WEEK
    if "valued" in by:
        # An expected value rises in a straight line with the mean: the mean of a group tells all of it.
        mean = found["money"] / (found["customers"] * found["frequency"]).where(found["valued"] == 1)
        found["monetary_value"] = mean.fillna(0.0)
    return found.drop(columns="money")


def distinct_values(book: Book, histories: ibis.Table, limit: int) -> tuple[pd.DataFrame, float]:
    """Count the customers of each distinct pair of frequency and mean value, among repeat buyers.

    Parameters
    ----------
    histories
        A table of ``purchase_histories``.
    limit
        Most pairs told apart. Beyond, amounts are gathered in bins of 1 % of the amount (2, 5, 10 and 20 % when
        needed), each at the mean of its customers.

    Returns
    -------
    (DataFrame, float)
        ``frequency``, ``monetary_value``, ``customers``, in sorted order; and the width of the bins, 0 when every
        pair is told. Values of 0 or less are in, one row a frequency at most: the model leaves them out and counts
        them.
    """
    bought = histories.filter(_.frequency > 0)
    # Of values of 0 or less only the number is of use.
    bought = bought.select("frequency", money=ibis.greatest(bought.repeat_amount, ibis.literal(0).cast(MONEY)))
    pairs = bought.group_by("frequency", "money").agg(customers=_.count())
    width = 0.0
    if int(book.run(pairs.count())) > limit:
        for width in SHARES:
            mean = (_.money.cast("float64") / _.frequency).nullif(0.0)
            bins = bought.mutate(bin=(mean.ln() / width).floor().cast("int64"))
            pairs = bins.group_by("frequency", "bin").agg(money=_.money.sum().cast("float64"), customers=_.count())
            if int(book.run(pairs.count())) <= limit:
                break
        pairs = pairs.mutate(money=_.money / _.customers)
    found = book.run(pairs.select("frequency", "customers", money=_.money.cast("float64")))
    found["monetary_value"] = found.pop("money") / found["frequency"]
    return found.sort_values(["frequency", "monetary_value"], ignore_index=True), width


def first_days(book: Book, histories: ibis.Table) -> pd.DataFrame:
    """Count the customers who bought first on each day: ``first_day``, ``customers``."""
    counted = histories.group_by("first_day").agg(customers=_.count())
    return book.run(counted).sort_values("first_day", ignore_index=True)
