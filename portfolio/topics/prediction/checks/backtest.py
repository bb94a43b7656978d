"""The last forecast of the whole portfolio and of each of its segments, beside what came: paid once a run.

    customers known before the period, forecast then --> summed by each attribute and class --> what came

The interval holds parameters, chance, and the errors of the model's own earlier forecasts (three at least).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.topics.prediction.btyd.intervals import count_interval
from portfolio.topics.prediction.fits import NO_HOLDOUT, Fits, fits, histories, placed
from portfolio.topics.prediction.told import attributes, next_period_weeks, summed, told
from portfolio.topics.prediction.units import LAST_FORECASTS, LEVEL, combined, own_error

BACKTEST = {
    "attribute": "string", "value_of": "string", "customers": "int64", "one": "float64", "expected": "float64",
    "variance": "float64", "actual": "float64", "tested": "boolean",
}  # fmt: skip
UNPREDICTABLE = ["value_of", "forecast", "actual"]


def backtest(book: Book) -> pd.DataFrame:
    """Return what was forecast one period ago, of the whole portfolio and by attribute and class, and what came.

    Returns
    -------
    DataFrame
        A row by ``attribute`` ("" for the whole) and ``value_of`` with ``min_customers`` customers or more:
        ``customers`` known then, of the attribute's value then; purchases forecast by ``one`` model for all;
        ``expected``, as was forecast, with its ``variance`` (parameters, chance, factors), the interval ``low``,
        ``high`` of 95 %, which the model's own errors widen, and ``actual``; ``tested`` (the model had been tested on
        an earlier period); ``missed`` (actual outside the interval). No row without a forecast.
    """
    whole = book.whole
    return whole.once("backtest", lambda: _with_interval(whole, pd.concat([_of_whole(whole), _of_parts(whole)])))


def last_forecast(book: Book) -> pd.DataFrame:
    """Return the row of ``backtest`` for the whole portfolio; no row without a forecast."""
    return book.whole.once("last_forecast", lambda: _with_interval(book.whole, _of_whole(book.whole)))


def model_error(book: Book) -> float:
    """Return how far the model itself was wrong in its forecasts up to the day of a book, as a share: 0 where fewer
    than three can be told. Those of a model not yet tested on any period are left out: it is another."""

    def compute() -> float:
        rows, each = [], book.whole
        while each is not None and len(rows) < LAST_FORECASTS:
            rows.insert(0, _of_whole(each).query("tested"))
            each = each.previous
        return own_error(pd.concat(rows, ignore_index=True))

    return book.whole.once("model_error", compute)


def unpredictable(book: Book, attribute: str) -> pd.DataFrame:
    """Return the values of an attribute whose customers the model does not foretell.

    Returns
    -------
    DataFrame
        ``UNPREDICTABLE``: ``forecast`` and ``actual`` purchases of the last period. Either the last forecast missed by
        more than its interval, or the model would have, were it not for the factor that it needs there since.
    """
    found = backtest(book)
    rows = found[found["attribute"] == attribute]
    apart = {unit.group.value for unit in fits(book).units if unit.group.attribute == attribute and unit.missed}
    by_factor = rows["value_of"].isin(sorted(apart))
    rows = rows.assign(forecast=np.where(by_factor, rows["one"], rows["expected"]))
    return rows[by_factor | rows["missed"]][UNPREDICTABLE].reset_index(drop=True)


def _with_interval(book: Book, sums: pd.DataFrame) -> pd.DataFrame:
    wrong = model_error(book.previous) if len(sums) else 0.0
    variance = sums["variance"] + (wrong * sums["expected"]) ** 2
    ends = count_interval(sums["expected"], variance, LEVEL)
    found = sums.assign(low=ends["low"].to_numpy(), high=ends["high"].to_numpy())
    found["missed"] = (found["actual"] < found["low"]) | (found["actual"] > found["high"])
    return found.reset_index(drop=True)


def _of_whole(book: Book) -> pd.DataFrame:
    """Return the sums of the whole portfolio, from the cache of the run where they are there."""
    return _kept(book, "forecast", lambda: [("", book.run(summed(_told(book), "unit")).assign(value_of=""))])


def _of_parts(book: Book) -> pd.DataFrame:
    """Return the sums by attribute and class, from the cache of the run where they are there."""

    def sums() -> list[tuple[str, pd.DataFrame]]:
        then = book.previous
        names = [*attributes(book), *then.classes]
        values = {f"of_{name}": then.everyone[name].cast("string") for name in names}
        table = book.keep(_told(book).join(then.everyone.select("customer_id", **values), "customer_id"))
        return [(n, book.run(summed(table.rename(value_of=f"of_{n}"), "value_of", "unit"))) for n in names]

    return _kept(book, "backtest", sums, *book.classes_told)


def _kept(book: Book, kind: str, sums: Callable[[], list[tuple[str, pd.DataFrame]]], *depends: Any) -> pd.DataFrame:
    earlier = book.previous
    found = fits(earlier) if earlier is not None else None

    def compute() -> ibis.Table:
        parts = [] if found is None or found.purchases is None else sums()
        rows = [row for name, of_name in parts for row in _rows(name, of_name, found, book.thresholds.min_customers)]
        return ibis.memtable(pd.DataFrame(rows, columns=list(BACKTEST)), schema=BACKTEST)

    def read() -> pd.DataFrame:
        rows = book.run(book.cached(kind, compute, *depends))
        return rows.sort_values(["attribute", "value_of"], ignore_index=True)

    return book.once(f"{kind}_sums", read)


def _told(book: Book) -> ibis.Table:
    """Return what was forecast one period ago of each customer known then, and what came."""

    def compute() -> ibis.Table:
        earlier = book.previous
        found = fits(earlier)
        now = histories(book)[0].select("customer_id", since=_.frequency)
        known = placed(earlier, found, histories(earlier)[0]).join(now, "customer_id")
        known = known.mutate(actual=known.since - known.frequency)
        models = [unit.model for unit in found.units]
        return book.keep(told(book, known, models, next_period_weeks(earlier), found.purchases))

    return book.once("told_forecast", compute)


def _rows(name: str, sums: pd.DataFrame, found: Fits, least: int) -> Iterator[tuple]:
    tested = NO_HOLDOUT.name not in found.statuses
    units = dict(enumerate(found.units))
    for value, rows in sums.dropna(subset="value_of").groupby("value_of"):
        customers = int(rows["customers"].sum())
        if not name or (value and customers >= least):
            one, actual = (float(rows[each].sum()) for each in ("one", "actual"))
            yield name, value, customers, one, *combined(rows.sort_values("unit"), units), actual, tested
