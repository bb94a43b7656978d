"""Small frames that show how a model thinks: whom it holds for alive, its parameters, one customer's story."""

from __future__ import annotations

import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.prediction.fits import fits, notes
from portfolio.topics.prediction.histories import DAYS_A_WEEK, distinct_histories, purchase_days
from portfolio.topics.prediction.told import next_period_weeks

FREQUENCIES = (0, 1, 2, 3, 5, 8, 12, 20)
SILENT_WEEKS = (0, 4, 8, 13, 26, 39, 52, 78, 104)


def parameters(book: Book) -> pd.DataFrame:
    """Return the parameters of every model, with their errors.

    Returns
    -------
    DataFrame
        ``model``, ``parameter``, ``estimate``, ``standard_error``, ``low``, ``high`` (95 %), ``log_likelihood``,
        ``chosen``. Errors are missing where the data do not tell the parameters apart.
    """
    found = fits(book)
    models = {**found.every, **({"GammaGammaModel": found.values} if found.values is not None else {})}
    columns = ["model", "parameter", "estimate", "standard_error", "low", "high", "log_likelihood", "chosen"]
    tables = [
        model.confidence_intervals()
        .reset_index()
        .assign(
            model=name,
            log_likelihood=model.log_likelihood,
            chosen=model is found.purchases or name == "GammaGammaModel",
        )
        for name, model in models.items()
    ]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def alive_matrix(book: Book) -> pd.DataFrame:
    """Return the chance that a customer known for long is alive, by repeat purchases and time since the last.

    Returns
    -------
    DataFrame
        ``frequency``, ``silent_weeks``, ``recency`` (weeks from the first purchase to the last), ``T`` (the longest of
        the book), ``probability_alive``, missing where no history is: silent for longer than known.
    """
    columns = ["frequency", "silent_weeks", "recency", "T", "probability_alive"]
    found = fits(book)
    if found.purchases is None:
        return pd.DataFrame(columns=columns)
    longest = float(book.run(found.histories.agg(T=_["T"].max()))["T"].iloc[0])
    silent = [weeks for weeks in SILENT_WEEKS if weeks < longest]
    grid = pd.MultiIndex.from_product([FREQUENCIES, silent], names=columns[:2]).to_frame(index=False)
    # Who bought once only is silent since then.
    grid["T"] = np.where(grid["frequency"] == 0, grid["silent_weeks"], longest)
    grid["recency"] = grid["T"] - grid["silent_weeks"]
    grid["probability_alive"] = found.purchases.probability_alive(grid)
    return grid[columns]


def one_time_buyers(book: Book) -> pd.DataFrame:
    """Return what each model says of the customers who bought once only.

    Returns
    -------
    DataFrame
        A row a model: ``model``, ``customers`` (one-time buyers), ``probability_alive`` (their mean),
        ``expected_purchases`` (of all of them together, over the next period), ``chosen``.
    """
    columns = ["model", "customers", "probability_alive", "expected_purchases", "chosen"]
    found = fits(book)
    once = distinct_histories(book, found.histories.filter(_.frequency == 0)) if found.every else pd.DataFrame()
    if once.empty:
        return pd.DataFrame(columns=columns)
    n = once["customers"].sum()
    rows = [
        (
            name,
            int(n),
            float(once["customers"] @ model.probability_alive(once) / n),
            float(once["customers"] @ model.expected_purchases(once, next_period_weeks(book))),
            model is found.purchases,
        )
        for name, model in found.every.items()
    ]
    return pd.DataFrame(rows, columns=columns)


def alive_history(book: Book, customer_id: str) -> pd.DataFrame:
    """Tell the story of one customer: the chance of being alive, as it could be seen each week.

    Returns
    -------
    DataFrame
        ``day`` (every week from the first purchase, every day of purchase, and the as-of date),
        ``probability_alive`` (knowing what was bought up to that day), ``bought`` (whether it is a day of purchase).
        Empty for a customer without purchase, or without a model.
    """
    columns = ["day", "probability_alive", "bought"]
    found = fits(book)
    bought = book.run(purchase_days(book).filter(_.customer_id == customer_id).select("day").order_by("day"))
    if found.purchases is None or bought.empty:
        return pd.DataFrame(columns=columns)
    days = pd.DatetimeIndex(pd.to_datetime(bought["day"]))
    seen = pd.date_range(days[0], pd.Timestamp(book.as_of), freq="7D").union(days).union([pd.Timestamp(book.as_of)])

    def weeks(when: pd.DatetimeIndex) -> np.ndarray:
        return ((when - days[0]) / np.timedelta64(1, "D")).to_numpy() / DAYS_A_WEEK

    alive = found.purchases.alive_over_time(weeks(days), weeks(seen))
    return pd.DataFrame({"day": seen, "probability_alive": alive, "bought": seen.isin(days)})[columns]


def selection(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how well each model foretold the last period, and what a report must say of them."""
    return fits(book).selection, notes(book)
