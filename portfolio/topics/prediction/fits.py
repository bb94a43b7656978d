"""The models behind a prediction: fitted on the whole portfolio's histories, chosen on the last period.

    histories up to the period before --> three models --> which one the period surprised least
                                                       --> whom it missed: groups with a model or a factor of their own
    histories up to now               --> the three again, and the values of purchases

What is fitted is kept in the cache of the run: every report of a day has the same models, and one of them fits.

A segment is valued with the whole portfolio's models: a customer is worth the same in every report, and segments add
up. Definition: Lifetime value, predicted.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from scipy.special import chdtrc

from portfolio.base.book import Book
from portfolio.errors import N_
from portfolio.topics.contract import Reason
from portfolio.topics.prediction.btyd import (
    MODELS,
    GammaGammaModel,
    InvalidHistories,
    NoRepeatPurchases,
    choose,
    hold_out,
)
from portfolio.topics.prediction.btyd.purchases import PurchaseModel
from portfolio.topics.prediction.histories import (
    counted_histories,
    distinct_histories,
    distinct_values,
    in_bins,
    in_weeks,
    step_for,
)
from portfolio.topics.prediction.stored import COLUMNS, model_of, row_of, table_of
from portfolio.topics.prediction.told import (
    TOLD,
    attributes,
    next_period_weeks,
    summed,
    told,
    with_groups,
    with_unit,
)
from portfolio.topics.prediction.units import LEVEL, OTHERS, Group, Unit, differing, tested

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
    selection
        ``SELECTION``: a row a model.
    values
        Gamma-Gamma model of the amount of a purchase.
    correlation
        Of frequency and monetary value, over ``repeat_buyers`` customers.
    left_out
        Repeat buyers whose mean amount is 0 or less.
    units
        Who is forecast alike, and by which model: those of one value of an attribute, and last all others.
    statuses
        What a report must say, as keys.
    """

    histories: ibis.Table
    step_days: int = 1
    money_bins: float = 0.0
    purchases: PurchaseModel | None = None
    every: dict[str, PurchaseModel] = field(default_factory=dict)
    selection: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SELECTION))
    values: GammaGammaModel | None = None
    correlation: float = np.nan
    customers: int = 0
    one_time_buyers: int = 0
    repeat_buyers: int = 0
    left_out: int = 0
    units: tuple[Unit, ...] = ()
    statuses: tuple[str, ...] = ()


def fits(book: Book) -> Fits:
    """Return the models of the whole portfolio as of the book's day, fitted once for all reports."""
    return book.whole.once("purchase_fits", lambda: _fits(book.whole))


def groups(found: Fits) -> list[Group]:
    """Return the groups of customers that are forecast alike, by number; the last holds all others."""
    return [unit.group for unit in found.units]


def placed(book: Book, found: Fits, table: ibis.Table) -> ibis.Table:
    """Add to histories of the whole portfolio the number of the ``unit`` that a customer is forecast with."""
    return with_unit(with_groups(book, table) if len(found.units) > 1 else table, groups(found))


def histories(book: Book) -> tuple[ibis.Table, int]:
    """Return the histories of the whole portfolio, kept in the engine, and the width of its bins in days."""

    def compute() -> tuple[ibis.Table, int]:
        # Kept narrow: at five million customers every column counts.
        counted = book.whole.cached("histories", lambda: counted_histories(book.whole))
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
    fitted = _fitted(book)
    known = {**fitted.known, "step_days": step}
    if not fitted.every:
        return Fits(table, statuses=(NO_REPEAT.name,), **known)
    selection, units = _chosen(book, fitted)
    chosen = fitted.every[selection.loc[selection["chosen"], "model"].iloc[0]]
    said = {
        NO_HOLDOUT.name: selection["holdout_log_likelihood"].isna().all(),
        FEW: known["repeat_buyers"] < book.thresholds.min_customers,
        NOT_CONVERGED: not chosen.converged,
        ALL_ALIVE: type(chosen).__name__ == "BetaGeoModel",
        COARSE_TIME: step > 1,
        COARSE_MONEY: known["money_bins"] > 0,
        NO_VALUE.name: fitted.values is None,
        LEFT_OUT: known["left_out"] > 0,
        DEPENDENCE: abs(known["correlation"]) > DEPENDENT,
        INDEPENDENCE: abs(known["correlation"]) <= DEPENDENT,
        STOP: (book.as_of - book.span.last).days > STOPPED_DAYS,
    }
    return Fits(
        table,
        purchases=chosen,
        every=fitted.every,
        selection=selection,
        values=fitted.values,
        units=units,
        statuses=tuple(key for key, holds in said.items() if holds),
        **known,
    )


@dataclass(frozen=True, eq=False)
class _Fitted:
    """The models fitted on the histories of a day, whichever is chosen."""

    every: dict[str, PurchaseModel]
    values: GammaGammaModel | None
    known: dict[str, Any]


KNOWN = {
    "customers": "int64", "one_time_buyers": "int64", "repeat_buyers": "int64", "left_out": "int64",
    "correlation": "float64", "money_bins": "float64",
}  # fmt: skip


def _fitted(book: Book) -> _Fitted:
    """Return the models of a day, from the cache of the run where they are there."""

    def compute() -> ibis.Table:
        every, values, known = _fit(book)
        models = [*every.values(), *([values] if values else [])]
        # A row without a model where nothing could be fitted: the counts are told all the same.
        rows = [row_of(model) for model in models] or [dict.fromkeys(COLUMNS)]
        return table_of(({**row, **known} for row in rows), KNOWN)

    def read() -> _Fitted:
        rows = book.run(book.cached("models", compute)).sort_values("place").to_dict("records")
        known = {name: (int if kind == "int64" else float)(rows[0][name]) for name, kind in KNOWN.items()}
        models = {row["model"]: model_of(row) for row in rows if isinstance(row["model"], str)}
        return _Fitted(models, models.pop(GammaGammaModel.__name__, None), known)

    return book.once("purchase_models", read)


def _fit(book: Book) -> tuple[dict[str, PurchaseModel], GammaGammaModel | None, dict[str, Any]]:
    table, _step = histories(book)
    usable = (table.frequency > 0) & (table.repeat_amount > 0)
    counts = book.run(
        table.agg(
            customers=_.count(),
            again=_.count(where=_.frequency > 0),
            left_out=_.count(where=(_.frequency > 0) & (_.repeat_amount <= 0)),
            correlation=table.frequency.cast("float64").corr(table.monetary_value, how="pop", where=usable),
        )
    ).iloc[0]
    customers, again = int(counts["customers"]), int(counts["again"])
    known = {
        "customers": customers, "one_time_buyers": customers - again, "repeat_buyers": again,
        "left_out": int(counts["left_out"]), "correlation": float(counts["correlation"]), "money_bins": 0.0,
    }  # fmt: skip
    if not again:
        return {}, None, known | {"correlation": np.nan}
    counted = distinct_histories(book, table)
    values, known["money_bins"] = _values(book, table)
    return {model.__name__: model.fit(counted) for model in MODELS}, values, known


def _values(book: Book, table: ibis.Table) -> tuple[GammaGammaModel | None, float]:
    pairs, bins = distinct_values(book, table, book.thresholds.distinct_histories_limit)
    try:
        model = GammaGammaModel.fit(pairs)
    except NoRepeatPurchases:
        return None, bins
    # With q of 1 or less the mean of all customers is infinite: a few extreme values, and no sum to trust.
    return (model if model.q > 1 else None), bins


UNIT = {
    "log_likelihood_before": "float64", "holdout_log_likelihood": "float64", "converged_before": "boolean",
    "attribute": "string", "value": "string", "own": "boolean", "factor": "float64", "factor_error": "float64",
    "customers": "int64", "one": "float64", "expected": "float64", "low": "float64", "high": "float64",
    "actual": "float64",
}  # fmt: skip
OF_UNIT = tuple(UNIT)[6:]


def _chosen(book: Book, fitted: _Fitted) -> tuple[pd.DataFrame, tuple[Unit, ...]]:
    """Return how the models did on the last period, and who is forecast by which from now on."""

    def compute() -> ibis.Table:
        selection = _select(book, fitted)
        name = selection.loc[selection["chosen"], "model"].iloc[0]
        names = dict(zip(UNIT, ("log_likelihood", "holdout_log_likelihood", "converged"), strict=False))
        rows = [
            {"model": row["model"], "attribute": None, **{column: row[of] for column, of in names.items()}}
            for row in selection.to_dict("records")
        ]
        for unit in _units(book, fitted.every[name]):
            more = {each: getattr(unit, each) for each in ("own", *OF_UNIT)}
            rows.append({**row_of(unit.model), "attribute": unit.group.attribute, "value": unit.group.value, **more})
        return table_of(rows, UNIT)

    rows = book.run(book.cached("units", compute)).sort_values("place")
    of_models = rows["attribute"].isna()
    selection = (
        rows[of_models]
        .rename(columns={"log_likelihood": "_", "converged": "__"})
        .rename(columns={"log_likelihood_before": "log_likelihood", "converged_before": "converged"})
    )
    selection["converged"] = selection["converged"].astype(bool)
    selection["parameters"] = [len(fitted.every[name].names) for name in selection["model"]]
    selection["chosen"] = selection["model"] == choose(selection)
    units = tuple(
        Unit(
            Group(row["attribute"], row["value"]),
            model_of(row),
            bool(row["own"]),
            **{name: int(row[name]) if name == "customers" else float(row[name]) for name in OF_UNIT},
        )
        for row in rows[~of_models].to_dict("records")
    )
    return selection[SELECTION].reset_index(drop=True), units


def _select(book: Book, fitted: _Fitted) -> pd.DataFrame:
    """Choose the model under which the period was least surprising, given what came before it."""
    earlier = book.previous
    before = _fitted(earlier).every if earlier is not None else {}
    if before:
        then = histories(earlier)[0]
        calibration = distinct_histories(earlier, then)
        full = distinct_histories(book, histories(book)[0].semi_join(then, "customer_id"))
        table = hold_out(calibration, full, before)
        # Those that the values come from are fitted on everything: they have to converge too.
        table["converged"] = [before[name].converged and fitted.every[name].converged for name in table["model"]]
    else:
        rows = [(name, model.log_likelihood, np.nan, model.converged) for name, model in fitted.every.items()]
        table = pd.DataFrame(rows, columns=["model", "log_likelihood", "holdout_log_likelihood", "converged"])
    table["chosen"] = table["model"] == choose(table)
    return table


def _units(book: Book, chosen: PurchaseModel) -> list[Unit]:
    """Say who is forecast alike from the day of a book on, as the last period showed."""
    earlier = book.previous
    before = _fitted(earlier).every if earlier is not None else {}
    if not before:
        return [Unit(OTHERS, chosen, customers=_fitted(book).known["customers"])]
    least, weeks = book.thresholds.min_customers, next_period_weeks(earlier)
    names, model = attributes(book), before[type(chosen).__name__]
    then, now = (with_groups(book, histories(each)[0]) for each in (earlier, book))
    then = then.join(now.select("customer_id", since=now.frequency), "customer_id")
    then = then.mutate(actual=_.since - _.frequency)
    alike = told(book, with_unit(then, [OTHERS]), [model], weeks).mutate(one=_.expected)
    apart = [OTHERS]
    if names and _fitted(earlier).known["repeat_buyers"] >= least:
        apart = [*differing(book.run(summed(alike, *names)), names, model, least), OTHERS]
    known = book.keep(with_unit(alike.drop("unit", *TOLD), apart))
    owners = _with_own(book, known, apart, model)
    models = _fit_each(book, known, owners, len(apart), model)
    sums = book.run(summed(told(book, known, models, weeks), "unit")).set_index("unit")
    later = _fit_each(book, with_unit(now, apart), owners, len(apart), chosen)
    units = []
    for number, group in enumerate(apart):
        unit = Unit(group, models[number], number in owners)
        if number in sums.index:
            unit = tested(unit, sums.loc[[number]], least)
        units.append(replace(unit, model=later[number]))
    return units


def _with_own(book: Book, known: ibis.Table, apart: list[Group], model: PurchaseModel) -> set[int]:
    """Return which groups buy or leave differently from all others: by the likelihood ratio, Holm over the groups."""
    chances = {}
    for number in range(len(apart) - 1):
        try:
            inside, outside = (
                type(model).fit(distinct_histories(book, known.filter(condition)))
                for condition in (known.unit == number, known.unit != number)
            )
        except (NoRepeatPurchases, InvalidHistories):
            continue
        gain = inside.log_likelihood + outside.log_likelihood - model.log_likelihood
        if inside.converged and outside.converged:
            chances[number] = float(chdtrc(len(model.names), max(2 * gain, 0.0)))
    refused = set()
    for rank, number in enumerate(sorted(chances, key=chances.__getitem__)):
        if chances[number] * (len(chances) - rank) > 1 - LEVEL:
            break
        refused.add(number)
    return refused


def _fit_each(book: Book, known: ibis.Table, owners: set[int], count: int, whole: PurchaseModel) -> list[PurchaseModel]:
    """Return the model of each group: its own, or that of all who have none of their own."""
    if not owners:
        return [whole] * count
    fit = type(whole).fit
    own = {number: fit(distinct_histories(book, known.filter(known.unit == number))) for number in owners}
    try:
        shared = fit(distinct_histories(book, known.filter(~known.unit.isin(sorted(owners)))))
    except (NoRepeatPurchases, InvalidHistories):  # nobody is left, or nobody who bought again
        shared = whole
    return [own.get(number, shared) for number in range(count)]
