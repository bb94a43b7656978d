"""The models behind a prediction: fitted on the whole portfolio's histories, chosen on the last period.

    histories up to the period before --> three models --> which one the period surprised least
    histories up to now               --> the three again, and the values of purchases

A segment is valued with the whole portfolio's models: a customer is worth the same in every report, and segments add
up. Definition: Lifetime value, predicted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.errors import N_
from portfolio.topics.contract import Reason
from portfolio.topics.prediction.btyd import MODELS, GammaGammaModel, NoRepeatPurchases, choose, hold_out
from portfolio.topics.prediction.btyd.purchases import PurchaseModel
from portfolio.topics.prediction.histories import (
    counted_histories,
    distinct_histories,
    distinct_values,
    in_bins,
    in_weeks,
    step_for,
)

# Past this correlation, the value of purchases can no longer be held to be independent of their number.
DEPENDENT = 0.3
# Orders that stop so many days before the as-of date are a file that ends, and the models take it for silence.
STOPPED_DAYS = 7
SELECTION = ["model", "parameters", "log_likelihood", "holdout_log_likelihood", "converged", "chosen"]
# What a report must say of its models, as keys that the topic says in words.
NOT_CONVERGED, ALL_ALIVE = "not_converged", "all_alive"
COARSE_TIME, COARSE_MONEY, LEFT_OUT, DEPENDENCE, INDEPENDENCE, FEW, STOP = (
    "coarse_time", "coarse_money", "values_left_out", "dependence", "independence", "few_repeat_buyers", "orders_stop",
)  # fmt: skip
# The same where they are also why a figure has no value.
NO_REPEAT = Reason(
    "no_repeat_purchases",
    N_("No customer has bought on a second day yet: there is nothing to learn a model from"),
)
NO_HOLDOUT = Reason("no_holdout", N_("No earlier period with repeat purchases to test the model on"))
NO_VALUE = Reason("no_value_model", N_("The values of purchases are too scattered for a mean"))


@dataclass(frozen=True, eq=False)
class Fits:
    """The models of a portfolio on a day.

    Attributes
    ----------
    histories
        Of every customer up to the as-of date, kept in the engine, in bins of time ``step_days`` wide.
    purchases
        The chosen model of purchases, fitted on them; None when nobody bought again.
    every
        The models fitted on them, by name.
    calibrated
        The chosen model, fitted up to the end of the period before; None without one.
    selection
        ``SELECTION``: a row a model.
    values
        Gamma-Gamma model of the amount of a purchase.
    correlation
        Of frequency and monetary value, over ``repeat_buyers`` customers.
    left_out
        Repeat buyers whose mean amount is 0 or less.
    statuses
        What a report must say, as keys.
    """

    histories: ibis.Table
    step_days: int = 1
    money_bins: float = 0.0
    purchases: PurchaseModel | None = None
    every: dict[str, PurchaseModel] = field(default_factory=dict)
    calibrated: PurchaseModel | None = None
    selection: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SELECTION))
    values: GammaGammaModel | None = None
    correlation: float = np.nan
    customers: int = 0
    one_time_buyers: int = 0
    repeat_buyers: int = 0
    left_out: int = 0
    statuses: tuple[str, ...] = ()


def fits(book: Book) -> Fits:
    """Return the models of the whole portfolio as of the book's day, fitted once."""
    return book.whole.once("purchase_fits", lambda: _fits(book.whole))


def histories(book: Book) -> tuple[ibis.Table, int]:
    """Return the histories of the whole portfolio, kept in the engine, and the width of its bins in days."""

    def compute() -> tuple[ibis.Table, int]:
        # Kept narrow: at five million customers every column counts.
        counted = book.whole.keep_for_later("histories", lambda: counted_histories(book.whole))
        step = step_for(book, counted, book.thresholds.distinct_histories_limit)
        return in_weeks(in_bins(counted, step)), step

    return book.whole.once("purchase_histories", compute)


def notes(book: Book) -> pd.DataFrame:
    """Return what a report must say of its models: ``status`` (a key), ``value`` (the figure that goes with it)."""
    found = fits(book)
    values = {
        FEW: found.repeat_buyers,
        ALL_ALIVE: found.one_time_buyers,
        COARSE_TIME: found.step_days,
        COARSE_MONEY: found.money_bins,
        LEFT_OUT: found.left_out,
        DEPENDENCE: found.correlation,
        INDEPENDENCE: found.correlation,
        STOP: (book.as_of - book.span.last).days,
    }
    rows = [(status, float(values.get(status, np.nan))) for status in found.statuses]
    return pd.DataFrame(rows, columns=["status", "value"])


def _fits(book: Book) -> Fits:
    table, step = histories(book)
    counts = book.run(
        table.agg(
            customers=_.count(),
            again=_.count(where=_.frequency > 0),
            left_out=_.count(where=(_.frequency > 0) & (_.repeat_amount <= 0)),
        )
    ).iloc[0]
    customers, again = int(counts["customers"]), int(counts["again"])
    known = {"customers": customers, "one_time_buyers": customers - again, "step_days": step}
    if not again:
        return Fits(table, statuses=(NO_REPEAT.name,), **known)
    counted = distinct_histories(book, table)
    every = {model.__name__: model.fit(counted) for model in MODELS}
    selection, calibrated = _select(book, table, every)
    chosen = every[selection.loc[selection["chosen"], "model"].iloc[0]]
    values, bins = _values(book, table)
    usable = table.filter(_.repeat_amount > 0, _.frequency > 0)
    paired = usable.agg(r=usable.frequency.cast("float64").corr(usable.monetary_value, how="pop"))
    correlation = float(book.run(paired)["r"].iloc[0])
    said = {
        NO_HOLDOUT.name: calibrated is None,
        FEW: again < book.thresholds.min_customers,
        NOT_CONVERGED: not chosen.converged,
        ALL_ALIVE: type(chosen).__name__ == "BetaGeoModel",
        COARSE_TIME: step > 1,
        COARSE_MONEY: bins > 0,
        NO_VALUE.name: values is None,
        LEFT_OUT: counts["left_out"] > 0,
        DEPENDENCE: abs(correlation) > DEPENDENT,
        INDEPENDENCE: abs(correlation) <= DEPENDENT,
        STOP: (book.as_of - book.span.last).days > STOPPED_DAYS,
    }
    return Fits(
        table,
        money_bins=bins,
        purchases=chosen,
        every=every,
        calibrated=calibrated,
        selection=selection,
        values=values,
        correlation=correlation,
        repeat_buyers=again,
        left_out=int(counts["left_out"]),
        statuses=tuple(key for key, holds in said.items() if holds),
        **known,
    )


def _values(book: Book, table: ibis.Table) -> tuple[GammaGammaModel | None, float]:
    pairs, bins = distinct_values(book, table, book.thresholds.distinct_histories_limit)
    try:
        model = GammaGammaModel.fit(pairs)
    except NoRepeatPurchases:
        return None, bins
    # With q of 1 or less the mean of all customers is infinite: a few extreme values, and no sum to trust.
    return (model if model.q > 1 else None), bins


def _select(book: Book, now: ibis.Table, every: dict) -> tuple[pd.DataFrame, PurchaseModel | None]:
    """Choose the model under which the period was least surprising, given what came before it."""
    earlier = book.previous
    then = histories(earlier)[0] if earlier is not None else None
    calibration = distinct_histories(earlier, then) if then is not None else pd.DataFrame({"frequency": []})
    if (calibration["frequency"] > 0).any():
        table, fitted = hold_out(calibration, distinct_histories(book, now.semi_join(then, "customer_id")))
        # Those that the values come from are fitted on everything: they have to converge too.
        table["converged"] = [each.converged and every[name].converged for name, each in fitted.items()]
    else:
        rows = [(name, model.log_likelihood, np.nan, model.converged) for name, model in every.items()]
        table = pd.DataFrame(rows, columns=["model", "log_likelihood", "holdout_log_likelihood", "converged"])
        fitted = {}
    chosen = choose(table)
    table["chosen"] = table["model"] == chosen
    table["parameters"] = [len(every[name].names) for name in table["model"]]
    return table[SELECTION], fitted.get(chosen)
