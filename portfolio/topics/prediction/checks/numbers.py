"""Is the model right? What it said at the end of the period before, against what came. Never mind how well it fits.

    histories up to the period before --(model fitted on them alone)--> expected in the period
    the same customers, up to now     --------------------------------> what they did

The customers are those known before the period: new ones cannot be foretold by their history. Definition: Lifetime
value, predicted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.params.columns import MONEY
from portfolio.topics.prediction.btyd.intervals import count_interval
from portfolio.topics.prediction.checks.backtest import UNPREDICTABLE, backtest, model_error, unpredictable
from portfolio.topics.prediction.fits import Fits, fits, histories, placed
from portfolio.topics.prediction.histories import (
    DAYS,
    DAYS_A_WEEK,
    KEYS,
    first_days,
    purchase_days,
)
from portfolio.topics.prediction.margins import in_margin, margin_rates
from portfolio.topics.prediction.predictions import CENTS, expected_amount
from portfolio.topics.prediction.told import SLOPES, next_period_weeks, summed, told
from portfolio.topics.prediction.units import LEVEL, combined
from portfolio.topics.rates import first_ranks, ratio

# Classes of customers by their repeat purchases before the period: the least of each.
CLASSES = (0, 1, 2, 3, 4, 5, 10, 20, 40)
TOP = 0.2
TOTAL = [
    "period", "model", "customers", "one", "expected", "low", "high", "actual", "error", "missed",
    "expected_revenue", "actual_revenue", "revenue_error", "expected_margin", "actual_margin", "margin_error",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Held:
    """A forecast of a period and what came.

    Attributes
    ----------
    book
        The period forecast.
    earlier
        The period before, at the end of which it was made.
    found
        The models of that day.
    customers
        Ibis table, one row per ``customer_id`` of the segment known before the period: the history then (``KEYS``),
        ``one`` (purchases by one model for all), ``expected`` (purchases as forecast), what its interval is made of
        (``told``, of the model), ``expected_money``, ``expected_margin``, ``actual`` (days of purchase in the period),
        ``actual_money``, ``actual_margin``.
    """

    book: Book
    earlier: Book
    found: Fits
    customers: ibis.Table


def published(book: Book) -> Held | None:
    """Return what was forecast one period ago, with the models chosen then, against the period."""
    earlier = book.previous
    if earlier is None or fits(earlier).purchases is None:
        return None
    return book.once("published_forecast", lambda: _held(book, earlier, fits(earlier)))


def _held(book: Book, earlier: Book, found: Fits) -> Held | None:
    known = placed(earlier, found, histories(earlier)[0])
    if book.segment:
        # Those of the segment before the period: its classes of now would choose who bought.
        known = known.semi_join(earlier.customers, "customer_id")
    known = book.keep(known)
    if not int(book.run(known.count())):  # nobody was in the segment then
        return None
    models = [unit.model for unit in found.units]
    expected = told(book, known, models, next_period_weeks(earlier), found.purchases)
    factors = ibis.cases(
        *((expected.unit == number, unit.factor) for number, unit in enumerate(found.units)), else_=1.0
    )
    expected = expected.mutate(told=expected.expected, expected=expected.expected * factors)
    # The book's own segment may have other customers by now: lines are the whole portfolio's.
    days = purchase_days(book.whole).filter(_.day >= book.period.start)
    came = days.group_by("customer_id").agg(
        actual=_.count(), actual_money=_.amount.sum(), margin=_.margin.sum(), costed=_.costed_amount.sum()
    )
    table = expected.join(margin_rates(earlier), "customer_id")
    table = table.left_join(came, "customer_id")
    money, nothing = table.expected * expected_amount(table, found.values), ibis.literal(0).cast(MONEY)
    table = table.select(
        "customer_id", "first_day", *DAYS, *KEYS, "unit", "one", "expected", "told", "chance", *SLOPES,
        expected_money=money.round(CENTS).cast(MONEY),
        expected_margin=(money * table.margin_rate).round(CENTS).cast(MONEY),
        actual=ibis.coalesce(table.actual, 0).cast("int64"),
        actual_money=ibis.coalesce(table.actual_money, nothing).cast(MONEY),
        actual_margin=(
            ibis.coalesce(table.margin, nothing)
            # A line whose cost is not known counts at the rate that was forecast with.
            + (ibis.coalesce(table.actual_money, nothing) - ibis.coalesce(table.costed, nothing)) * table.margin_rate
        ).round(CENTS).cast(MONEY),
    )  # fmt: skip
    return Held(book, earlier, found, book.keep(table))


def total(held: Held | None) -> pd.DataFrame:
    """Say how the total compares with the forecast.

    Returns
    -------
    DataFrame
        ``TOTAL``, one row: ``period``; ``model`` (name); ``customers``; purchases ``expected``, with the interval
        ``low``, ``high`` in which 95 % of totals should fall (parameters, chance, the model's own errors in earlier
        forecasts), and ``actual``; before them ``one``, by one model for all; ``error``
        (expected / actual - 1); ``missed`` (actual outside the interval); the same in revenue, of the days of
        purchase, and in margin, NaN where no cost is known. No row without a forecast.
    """
    if held is None:
        return pd.DataFrame(columns=TOTAL)
    book = held.book
    row = book.run(
        held.customers.agg(
            customers=_.count(),
            one=_.one.sum(),
            actual=_.actual.sum(),
            money=_.expected_money.sum().cast("float64"),
            actual_money=_.actual_money.sum().cast("float64"),
            margin=_.expected_margin.sum().cast("float64"),
            actual_margin=_.actual_margin.sum().cast("float64"),
        )
    ).iloc[0]
    sums = summed(held.customers.drop("expected").rename(expected="told"), "unit")
    expected, variance = combined(book.run(sums).sort_values("unit"), dict(enumerate(held.found.units)))
    wrong = model_error(held.earlier) * expected
    interval = count_interval([expected], [variance + wrong**2], LEVEL).iloc[0]
    actual = float(row["actual"])
    missed = not interval["low"] <= actual <= interval["high"]
    values = (
        book.period.name, type(held.found.purchases).__name__, int(row["customers"]), float(row["one"]), expected,
        interval["low"], interval["high"], actual, ratio(expected - actual, actual), missed,
        row["money"], row["actual_money"], ratio(row["money"] - row["actual_money"], row["actual_money"]),
        *_margin(row, in_margin(book)),
    )  # fmt: skip
    return pd.DataFrame([values], columns=TOTAL)


def _margin(row: pd.Series, measured: bool) -> tuple[float, float, float]:
    """Return margin forecast, margin actual, and the error as a share of the actual, whatever its sign."""
    if not measured:
        return np.nan, np.nan, np.nan
    expected, actual = row["margin"], row["actual_margin"]
    return expected, actual, ratio(expected - actual, abs(actual))


def by_frequency(held: Held | None) -> pd.DataFrame:
    """Compare forecast and actual purchases of customers by how often they had bought again before.

    Returns
    -------
    DataFrame
        ``least`` and ``most`` repeat purchases before the period (most is missing in the last class), ``customers``,
        ``expected`` and ``actual`` purchases of a customer.
    """
    columns = ["least", "most", "customers", "expected", "actual"]
    if held is None:
        return pd.DataFrame(columns=columns)
    frequency = held.customers.frequency
    least = ibis.cases(*((frequency >= value, value) for value in CLASSES[:0:-1]), else_=CLASSES[0])
    table = held.customers.group_by(least=least.cast("int64")).agg(
        customers=_.count(), expected=_.expected.mean(), actual=_.actual.mean()
    )
    found = held.book.run(table).sort_values("least", ignore_index=True)
    ends = dict(zip(CLASSES, [value - 1 for value in CLASSES[1:]], strict=False))
    return found.assign(most=found["least"].map(ends).astype("float64"))[columns]


def top_customers(held: Held | None) -> pd.DataFrame:
    """Say how many of the customers who then brought most the model had put first.

    Returns
    -------
    DataFrame
        One row: ``customers`` (in the actual first 20 % by money of the period, at most those who bought), ``found``
        (of them in the model's first 20 %), ``share`` (of the two), ``naive`` (the share that sorting by the revenue of
        the year before the period finds), ``by_chance`` (what a draw would find).
    """
    columns = ["customers", "found", "share", "naive", "by_chance"]
    if held is None:
        return pd.DataFrame(columns=columns)
    then = held.earlier.everyone.select("customer_id", last_year=_.trailing_revenue.cast("float64").fill_null(0.0))
    table = held.book.keep(held.customers.join(then, "customer_id"))
    forecast = table.expected_money if held.found.values is not None else table.expected
    ranked = table.select(
        bought=table.actual_money > 0,
        came=_rank(table.actual_money, table.customer_id),
        told=_rank(forecast, table.customer_id),
        naive=_rank(table.last_year, table.customer_id),
        everyone=table.count().over(),
    )
    n = int(held.book.run(table.agg(n=_.count()))["n"].iloc[0])
    first = first_ranks(n, TOP)
    of_top = ranked.filter(_.came <= first, _.bought)
    counts = of_top.agg(
        customers=_.count(), found=_.count(where=_.told <= first), naive=_.count(where=_.naive <= first)
    )
    row = held.book.run(counts).iloc[0]
    customers, found = int(row["customers"]), int(row["found"])
    shares = ratio(found, customers), ratio(row["naive"], customers), ratio(first, n)
    return pd.DataFrame([(customers, found, *shares)], columns=columns)


def _rank(value: ibis.Value, customer: ibis.Value) -> ibis.Value:
    return ibis.row_number().over(ibis.window(order_by=[value.desc(), customer])) + 1


def tracking(held: Held | None) -> pd.DataFrame:
    """Follow the repeat purchases of the customers known before the period, week by week from the first order.

    Returns
    -------
    DataFrame
        ``week`` (its last day), cumulative ``expected`` and ``actual`` repeat purchases, ``holdout`` (whether the
        model had not seen the week). What is expected of a customer counts from the first purchase only, not from
        what was bought since.
    """
    columns = ["week", "expected", "actual", "holdout"]
    if held is None:
        return pd.DataFrame(columns=columns)
    book = held.book
    starts = first_days(book, held.customers)
    first = pd.to_datetime(starts["first_day"])
    end = pd.Timestamp(book.as_of)
    ends = pd.date_range(end=end, start=first.min(), freq="7D")
    ends = ends + (end - ends[-1])
    # Days since the first purchase, by week and first day; each distinct one is evaluated once.
    ages = (ends.to_numpy()[:, None] - first.to_numpy()[None, :]) / np.timedelta64(1, "D")
    distinct, place = np.unique(np.maximum(ages, 0), return_inverse=True)
    repeats = held.found.purchases.expected_purchases_new(distinct / DAYS_A_WEEK)[place].reshape(ages.shape)
    days = purchase_days(book.whole).join(held.customers.select("customer_id", "first_day"), "customer_id")
    again = days.filter(_.day > _.first_day).group_by("day").agg(purchases=_.count())
    bought = book.run(again).sort_values("day", ignore_index=True)
    done = np.append(0, bought["purchases"].cumsum())
    so_far = np.searchsorted(pd.to_datetime(bought["day"]).to_numpy(), ends.to_numpy(), side="right")
    return pd.DataFrame(
        {
            "week": ends,
            "expected": repeats @ starts["customers"].to_numpy(dtype=float),
            "actual": done[so_far].astype(float),
            "holdout": ends >= pd.Timestamp(book.period.start),
        }
    )[columns]


def forecasts(books: Iterable[Book]) -> pd.DataFrame:
    """Set what was forecast at the end of each period's predecessor beside what came.

    Returns
    -------
    DataFrame
        ``TOTAL``, a row a period that could be forecast, oldest first. The model of each is the one
        that would have been chosen on that day, fitted on what was known then; the customers are those known then.
    """
    ordered = sorted(books, key=lambda book: book.period.start)
    rows = [total(published(book)) for book in ordered]
    known = [row for row in rows if len(row)]
    return pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=TOTAL)


def last_books(book: Book, length: int = 6) -> list[Book]:
    """Return the book and those of the periods before it, oldest first, at most so many."""
    books = [book]
    while len(books) < length and books[0].previous is not None:
        books.insert(0, books[0].previous)
    return books


def last_forecasts(book: Book) -> pd.DataFrame:
    """Return ``forecasts`` of the period and of those before it."""
    return forecasts(last_books(book))


def last_total(book: Book) -> pd.DataFrame:
    """Return ``total`` of what was forecast one period ago, against the period."""
    return total(published(book))


def validated(book: Book) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return ``tracking``, ``total`` and ``top_customers``."""
    held = published(book)
    return tracking(held), total(held), top_customers(held)


def last_by_frequency(book: Book) -> pd.DataFrame:
    """Return ``by_frequency`` of what was forecast one period ago, against the period."""
    return by_frequency(published(book))


def forecasts_by(book: Book, attribute: str) -> pd.DataFrame:
    """Set what was forecast one period ago for each value of an attribute beside what came.

    Returns
    -------
    DataFrame
        Rows of ``backtest``, the most customers first, with ``foretold`` (whether the model foretells the customers
        from now on), ``forecast`` (the forecast that missed, where it does not) and ``least`` (customers of a row).
    """
    found = backtest(book.whole)
    rows = found[found["attribute"] == attribute]
    lost = unpredictable(book.whole, attribute).set_index("value_of")["forecast"].to_dict()
    # What missed is told as it was forecast, or as one model for all would have.
    rows = rows.assign(foretold=~rows["value_of"].isin(sorted(lost)), forecast=rows["value_of"].map(lost))
    rows = rows.assign(least=book.thresholds.min_customers)
    return rows.sort_values(["customers", "value_of"], ascending=[False, True], ignore_index=True)


def apart(book: Book) -> pd.DataFrame:
    """Say who is forecast apart from now on, as the last period showed.

    Returns
    -------
    DataFrame
        A row a unit, the last being all others: ``attribute``, ``value_of``, ``customers``; purchases of the period
        forecast by ``one`` model for all, by its own or the remaining model (``expected``, ``low``, ``high``), and
        ``actual``; ``own`` (fitted on its own), ``factor`` (what came over what was forecast, 1 where that held).
    """
    names = ["customers", "one", "expected", "low", "high", "actual", "own", "factor"]
    rows = [
        (*unit.group, *(getattr(unit, name) for name in names))
        for unit in fits(book).units
        if unit.actual == unit.actual  # a unit that no period has tested has nothing to say
    ]
    return pd.DataFrame(rows, columns=["attribute", "value_of", *names])


def unforetold(book: Book) -> pd.DataFrame:
    """Return the last forecast of a segment where the model does not foretell its customers, as ``unpredictable``: one
    row; none where it does, for the whole portfolio, and over few customers."""
    if not book.segment:
        return pd.DataFrame(columns=UNPREDICTABLE)
    conditions = book.segment.conditions
    if len(conditions) == 1 and (backtest(book)["attribute"] == conditions[0][0]).any():
        [(attribute, value)] = conditions
        found = unpredictable(book, attribute)
        return found[found["value_of"] == value].reset_index(drop=True)
    row = last_total(book)
    row = row[row["missed"].astype(bool) & (row["customers"] >= book.thresholds.min_customers)]
    return row.rename(columns={"expected": "forecast"}).assign(value_of=str(book.segment))[UNPREDICTABLE]
