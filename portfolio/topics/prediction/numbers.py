"""The figures of the prediction, its lists and its finding. Definition: Lifetime value, predicted."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.errors import N_
from portfolio.topics.contract import NO_ORDER, Reason
from portfolio.topics.prediction.checks.numbers import published, top_customers, total
from portfolio.topics.prediction.fits import NO_HOLDOUT, NO_REPEAT, NO_VALUE
from portfolio.topics.prediction.predictions import Prediction, prediction, ranked
from portfolio.topics.prediction.value.numbers import capital, foretold, leaving

# Who is held for alive with more than that needs no call.
SURE = 0.9


def values(book: Book) -> dict[str, tuple[float, float]]:
    """Return each figure that there is with what it is counted over."""
    found, held = prediction(book), published(book)
    if not found.customers:
        return {}
    row = book.run(
        found.of_customers.agg(
            n=_.count(),
            alive=_.probability_alive.mean(),
            purchases=_.expected_purchases_next_period.sum(),
            revenue=_.expected_revenue_next_period.sum().cast("float64"),
        )
    ).iloc[0]
    n = int(row["n"])
    figures = {
        "probability_alive_mean": (row["alive"], n),
        "expected_purchases_next_period": (row["purchases"], n),
        "expected_revenue_next_period": (row["revenue"], n),
        "frequency_value_correlation": (found.fits.correlation, found.fits.repeat_buyers - found.fits.left_out),
    }
    for each in _capital(book).itertuples():
        figures[f"clv_{each.months}_months"] = (each.value, each.customers)
        figures[f"capital_{each.months}_months"] = (each.capital, each.customers)
    for each in leaving(book).itertuples():
        figures["at_risk_value"] = (each.at_risk, each.customers)
    for each in total(held).itertuples():
        figures["forecast_error"] = (each.error, each.customers)
    for each in top_customers(held).itertuples():
        figures["top_20_percent_hit_rate"] = (each.share, each.customers)
    return figures


def _capital(book: Book) -> pd.DataFrame:
    return book.once("capital", lambda: capital(book))


def interval(book: Book, months: int, ends: tuple[str, str]) -> tuple[float, float]:
    """Return the ends of the 95 % interval of a value over a horizon; NaN where it is not told."""
    for row in _capital(book).itertuples():
        if row.months == months:
            return tuple(float(getattr(row, end)) for end in ends)
    return np.nan, np.nan


NOT_PREDICTABLE = Reason("not_predictable", N_("Not predictable"))


def no_prediction(book: Book) -> Reason:
    """Return why a figure of the prediction has no value."""
    found = prediction(book)
    if found.valued and not foretold(found):
        return NOT_PREDICTABLE
    if found.of_customers is None:
        return NO_REPEAT
    if not found.customers:
        return NO_ORDER
    return NO_VALUE if found.fits.values is None else NO_REPEAT


def no_forecast(book: Book) -> Reason:
    """Return why a figure of the test has no value."""
    found = prediction(book)
    return NO_HOLDOUT if found.of_customers is not None and found.customers else no_prediction(book)


def may_be_gone(book: Book) -> ibis.Table | None:
    """Return the customers of the trailing window who may be gone; those whom nobody gains from are left out. None
    without values."""
    told = _told(book)
    return None if told is None else told.filter(_.trailing_orders > 0, _.probability_alive < SURE, _.loss > 0)


def most_valuable(book: Book) -> ibis.Table | None:
    """Return every customer who ever ordered, with ``predicted_value``: money over the longer horizon, discounted."""
    return _told(book)


def _told(book: Book) -> ibis.Table | None:
    found: Prediction = prediction(book)
    if not found.valued:
        return None
    table = ranked(found)
    told = table.select(
        "customer_id", "probability_alive", "expected_purchases", "expected_value", "value_rank",
        predicted_value=table.lifetime_value.cast("float64"),
        loss=(table.value_if_alive - table.lifetime_value_short).cast("float64"),
    )  # fmt: skip
    return book.customers.filter(_.orders_ever > 0).join(told, "customer_id")


def who_may_be_gone(book: Book) -> ibis.Table | None:
    """Return the customers of the trailing window with something to lose; None without values, and
    where the model does not foretell the customers."""
    told = _told(book) if foretold(prediction(book)) else None
    return None if told is None else told.filter(_.trailing_orders > 0, _.loss > 0)


def outlook(book: Book) -> ibis.Table | None:
    """Return what is to be expected of each customer who ever ordered; None without values.

    Returns
    -------
    ibis.Table
        ``customer_id``; ``chance`` of still being a customer; ``worth``, what they bring over the shorter horizon (12
        months by default) if they are, discounted; ``rate``, of margin (1 where money is in revenue).
    """
    found: Prediction = prediction(book)
    if not found.valued:
        return None
    table = found.of_customers
    return table.select(
        "customer_id",
        chance=table.probability_alive,
        worth=table.value_if_alive.cast("float64"),
        rate=table.margin_rate,
    )


def share_at_risk(book: Book) -> tuple[str, float, str]:
    """Return the share of the value of the next months that leaves with customers who may be gone."""
    table = leaving(book)
    return "value_at_risk", float(table["share"].iloc[0]) if len(table) else np.nan, "rate"
