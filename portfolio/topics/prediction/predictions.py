"""What each customer is likely to bring: alive or not, purchases to come, their value. Joined in the engine.

    distinct histories --(models)--> predictions --(frequency, recency, T)--> customers

Definition: Lifetime value, predicted. A prediction is an expectation: it is right on average, over many customers.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.params.columns import MONEY
from portfolio.topics.prediction.btyd import (
    WEEKS_PER_YEAR,
    GammaGammaModel,
    discounted_expected_purchases,
)
from portfolio.topics.prediction.fits import Fits, fits, placed
from portfolio.topics.prediction.histories import DAYS, KEYS, distinct_histories, in_bins, in_weeks
from portfolio.topics.prediction.margins import margin_rates
from portfolio.topics.prediction.told import next_period_weeks
from portfolio.topics.prediction.units import Unit, grown

WEEKS_A_MONTH = WEEKS_PER_YEAR / 12
YEAR = 12
COUNTED = ("customer_id", "first_day", "frequency", *DAYS, "repeat_amount", "margin_rate")
CENTS = 4  # decimals of MONEY: sums of rounded values do not depend on the order of the rows


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the models say of the customers of a book.

    Attributes
    ----------
    book
        The book; its segment's customers are those told of.
    fits
        The models, of the whole portfolio.
    of_customers
        Ibis table of ``customer_predictions``; None when nobody bought again.
    customers
        How many they are: none in a segment that nobody is in on that day.
    """

    book: Book
    fits: Fits
    of_customers: ibis.Table | None
    customers: int

    @property
    def horizons(self) -> tuple[int, int]:
        """Months of the shorter and of the longer horizon."""
        return self.book.thresholds.value_horizons_months

    @property
    def valued(self) -> bool:
        """Whether there are purchases to come, and they have a value."""
        return self.customers > 0 and self.fits.values is not None


def prediction(book: Book) -> Prediction:
    """Return what the models say of the customers of a book, computed once.

    Notes
    -----
    The models are those of the whole portfolio (``predicted_models``).
    """

    def compute() -> Prediction:
        if book.segment:
            whole = prediction(book.whole)
            table = whole.of_customers
            if table is not None:
                table = book.keep(table.semi_join(book.customers, "customer_id"))
            return Prediction(book, whole.fits, table, _count(book, table))
        found = fits(book)
        table = None
        if found.purchases is not None:
            told = book.cached(
                "predictions", lambda: customer_predictions(book, found.histories, found), *book.classes_told
            )
            table = in_weeks(in_bins(told, found.step_days))
        return Prediction(book, found, table, _count(book, table))

    return book.once("prediction", compute)


def _count(book: Book, table: ibis.Table | None) -> int:
    return 0 if table is None else int(book.run(table.agg(n=_.count()))["n"].iloc[0])


def customer_predictions(book: Book, histories: ibis.Table, found: Fits) -> ibis.Table:
    """Predict for every customer: once for each distinct history, then joined in the engine.

    Parameters
    ----------
    book
        Its thresholds give the horizons and the discount rate, its period the length of the next one.
    histories
        A table of ``purchase_histories`` of the whole portfolio.
    found
        Who is forecast by which model, and the model of values.

    Returns
    -------
    ibis.Table
        The counted histories with ``unit``; ``probability_alive``; ``expected_purchases_next_period``,
        ``expected_purchases`` (12 months); ``margin_rate`` (1 where values are in revenue); ``expected_amount`` of a
        purchase and ``expected_value``, the same x the margin rate; ``lifetime_value_short`` and ``lifetime_value``
        (money, over the shorter and the longer horizon, discounted); ``value_if_alive`` (as ``lifetime_value_short``,
        were the customer surely not gone); ``expected_revenue_next_period`` (money, not discounted); ``chance_short``
        and ``chance_long``, the variances of the two values that come of the purchases themselves. Money is null
        without a model of values.
    """
    known = placed(book, found, histories)
    distinct = distinct_histories(book, known, "unit")
    said = [predict(book, rows, found.units[int(number)]) for number, rows in distinct.groupby("unit")]
    told = book.keep(ibis.memtable(pd.concat(said, ignore_index=True)))
    table = known.join(told, ["unit", *KEYS], how="inner").join(margin_rates(book), "customer_id")
    table = table.select(*COUNTED, *(name for name in told.columns if name not in KEYS))
    table = table.mutate(expected_amount=expected_amount(table, found.values))
    table = table.mutate(expected_value=table.expected_amount * table.margin_rate)

    def money(number: ibis.Value, of_one: ibis.Value) -> ibis.Value:
        return (number * of_one).round(CENTS).cast(MONEY)

    return table.mutate(
        lifetime_value_short=money(table.discounted_short, table.expected_value),
        lifetime_value=money(table.discounted, table.expected_value),
        value_if_alive=money(table.discounted_if_alive, table.expected_value),
        expected_revenue_next_period=money(table.expected_purchases_next_period, table.expected_amount),
        chance_short=chance_of_value(table, table.discounted_short, table.chance_short, found.values),
        chance_long=chance_of_value(table, table.discounted, table.chance_long, found.values),
    ).drop("discounted_short", "discounted", "discounted_if_alive")


def ranked(found: Prediction) -> ibis.Table:
    """Return the customers of a prediction with ``value_rank``: 1 is worth most in the whole portfolio."""
    whole = prediction(found.book.whole).of_customers
    by_value = [whole.lifetime_value.desc(), whole.expected_purchases.desc()]
    rank = (ibis.rank().over(ibis.window(order_by=by_value)) + 1).cast("int64")
    table = whole.mutate(value_rank=rank)
    return table.semi_join(found.book.customers, "customer_id") if found.book.segment else table


def predict(book: Book, distinct: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Return the predictions of purchases for distinct histories of a unit, beside ``unit`` and ``KEYS``."""
    rate, purchases = book.thresholds.yearly_discount_rate, unit.model
    short, long = (months * WEEKS_A_MONTH for months in book.thresholds.value_horizons_months)
    alive = purchases.probability_alive(distinct)
    discounted = {
        weeks: unit.factor * discounted_expected_purchases(purchases, distinct, weeks, rate) for weeks in (short, long)
    }

    def chance(weeks: float) -> pd.Series:
        # Discounted purchases scatter by as large a share as the others.
        bought = purchases.expected_purchases(distinct, weeks)
        told = grown(unit.factor) * purchases.chance(distinct, weeks) / unit.factor**2
        return told * (discounted[weeks] / bought.where(bought > 0, 1.0)) ** 2

    return pd.DataFrame(
        {
            "unit": distinct["unit"],
            **{name: distinct[name].astype("int32") for name in KEYS},
            "probability_alive": alive,
            "expected_purchases_next_period": unit.factor
            * purchases.expected_purchases(distinct, next_period_weeks(book)),
            "expected_purchases": unit.factor * purchases.expected_purchases(distinct, YEAR * WEEKS_A_MONTH),
            "discounted_short": discounted[short],
            "discounted": discounted[long],
            # Purchases to come are those of a customer still there, times the chance of that.
            "discounted_if_alive": np.divide(
                discounted[short], alive, out=np.zeros(len(alive)), where=alive.to_numpy() > 0
            ),
            "chance_short": chance(short),
            "chance_long": chance(long),
        }
    )


def expected_amount(table: ibis.Table, model: GammaGammaModel | None) -> ibis.Value:
    """Return the expected amount of a purchase: Gamma-Gamma's closed form, p (v + x z) / (p x + q - 1).

    Who has bought once, or whose repeat purchases bring 0 or less, gets the mean of all customers. Fader and Hardie
    (2013), "The Gamma-Gamma model of monetary value", equation 5.
    """
    if model is None:
        return ibis.null().cast("float64")
    usable = (table.frequency > 0) & (table.repeat_amount > 0)
    times = usable.ifelse(table.frequency, 0).cast("float64")
    spent = usable.ifelse(table.repeat_amount.cast("float64"), 0.0)
    return model.p * (model.v + spent) / (model.p * times + (model.q - 1))


def chance_of_value(
    table: ibis.Table, purchases: ibis.Value, chance: ibis.Value, model: GammaGammaModel | None
) -> ibis.Value:
    """Return the variance of what a customer brings that comes of chance: how many purchases, and of what amount.

    With N purchases of a mean m that is itself known only so far, Var = Var(N) (m2 + Var(m)) + E(N)2 Var(m) + E(N) s2:
    under the Gamma-Gamma model of shape a = p x + q, Var(m) = m2 / (a - 2) and s2 = m2 (a - 1) / (p (a - 2)). Where a
    is 2 or less both are infinite, and the number of purchases alone is counted.
    """
    if model is None:
        return ibis.null().cast("float64")
    usable = (table.frequency > 0) & (table.repeat_amount > 0)
    square = table.expected_value * table.expected_value
    beyond = model.p * usable.ifelse(table.frequency, 0).cast("float64") + (model.q - 2)
    of_mean = (beyond > 0).ifelse(square / beyond.nullif(0.0), 0.0)
    of_one = of_mean * (beyond + 1) / model.p
    return chance * (square + of_mean) + purchases * purchases * of_mean + purchases * of_one
