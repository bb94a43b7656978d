"""What the customers of a book are worth together: the book as a capital, cut and split, beside the simple formula.

Values of customers are decimals in the engine, so that parts sum up to the whole to the last digit. Definition:
Lifetime value, predicted.
"""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.params.columns import MONEY
from portfolio.topics.lifetime.numbers import simple_by
from portfolio.topics.prediction.btyd import lifetime_value, lifetime_value_by
from portfolio.topics.prediction.btyd.intervals import log_interval
from portfolio.topics.prediction.checks.backtest import UNPREDICTABLE, model_error, unpredictable
from portfolio.topics.prediction.checks.numbers import unforetold
from portfolio.topics.prediction.histories import DAYS_A_WEEK, distinct_histories
from portfolio.topics.prediction.margins import basis, in_margin
from portfolio.topics.prediction.predictions import (
    WEEKS_A_MONTH,
    YEAR,
    Prediction,
    customer_predictions,
    prediction,
    ranked,
)
from portfolio.topics.prediction.units import LEVEL
from portfolio.topics.rates import ratio

INTERVAL = ["low", "high"]
# Over the shorter and the longer horizon: the value of a customer, and its variance by chance.
VALUES, CHANCES = ("lifetime_value_short", "lifetime_value"), ("chance_short", "chance_long")
CAPITAL = ["months", "customers", "capital", *INTERVAL, "value", "value_low", "value_high", "basis"]
BY = [
    "value_of", "customers", "capital", *INTERVAL, "share", "value", "probability_alive", "few", "counted", "forecast",
    "actual",
]  # fmt: skip
FIRST = [
    "customer_id", "name", "value_rank", "frequency", "last_order_date", "probability_alive", "expected_purchases",
    "expected_value", "lifetime_value", *INTERVAL,
]  # fmt: skip
WHY = ["value_of", "customers", "simple", "horizon", "discount", "rates", "gone", "predicted"]
DECILES = 10
BRIDGE_STEPS = ("before", "model", "gone", "worth_less", "worth_more", "left_segment", "joined_segment", "new", "now")
# Under it a customer is more likely gone than not.
GONE = 0.5


def capital(book: Book) -> pd.DataFrame:
    """Say what all customers are worth together, over both horizons.

    Returns
    -------
    DataFrame
        ``CAPITAL``, a row a horizon: ``months``, ``customers``, ``capital`` (money, discounted) with its 95 % interval,
        ``value``, the same for a customer on average, and ``basis`` (margin or revenue). Empty without a model, and
        for a segment that the model does not foretell. The interval is predictive: it holds the parameters, chance,
        and how far the model was wrong in its earlier forecasts.
    """
    found = prediction(book)
    if not foretold(found):
        return pd.DataFrame(columns=CAPITAL)
    rows = []
    for months, column, chance in zip(found.horizons, VALUES, CHANCES, strict=True):
        row = _sums(found, found.of_customers, months, column, chance).iloc[0]
        of_one = [ratio(row[name], row["customers"]) for name in ("capital", *INTERVAL)]
        rows.append((months, int(row["customers"]), row["capital"], row["low"], row["high"], *of_one, basis(book)))
    return pd.DataFrame(rows, columns=CAPITAL)


def foretold(found: Prediction) -> bool:
    """Whether there are values, and the model foretells the customers well enough for their sum to be told."""
    return found.valued and unforetold(found.book).empty


def capital_told(book: Book) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``capital``, and the last forecast where it is not told because of it."""
    return capital(book), unforetold(book)


def capital_by(book: Book, attribute: str) -> pd.DataFrame:
    """Cut the capital over the longer horizon by an attribute: ``region``, ``account_manager``, ``size`` ...

    Returns
    -------
    DataFrame
        ``BY``, a row a value, the largest capital first: ``value_of`` (empty for customers without one, so that the
        rows sum up to the whole), ``customers``, ``capital`` with its interval, ``share``, ``value`` (of a customer),
        ``probability_alive`` (mean), ``few`` (fewer than ``min_customers``), ``counted`` (the capital as counted in the
        sum of all). Where the model does not foretell the customers, ``capital``, its interval, ``share`` and ``value``
        are missing, and ``forecast`` and ``actual`` say how many purchases it last forecast, and how many came. Empty
        where no customer has a value.
    """
    found = prediction(book)
    if not foretold(found):
        return pd.DataFrame(columns=BY)
    values = book.customers.select("customer_id", value_of=book.customers[attribute].cast("string").fill_null(""))
    table = found.of_customers.join(values, "customer_id")
    cut = _sums(found, table, found.horizons[1], VALUES[1], CHANCES[1], "value_of")
    if set(cut["value_of"]) <= {""}:
        return pd.DataFrame(columns=BY)
    cut["share"] = [ratio(money, cut["capital"].sum()) for money in cut["capital"]]
    cut["value"] = [ratio(money, n) for money, n in zip(cut["capital"], cut["customers"], strict=True)]
    cut["few"] = cut["customers"] < book.thresholds.min_customers
    cut["counted"] = cut["capital"]
    # The last forecasts of parts of a segment are not told apart.
    missed = pd.DataFrame(columns=UNPREDICTABLE) if book.segment else unpredictable(book, attribute)
    cut = cut.merge(missed.astype({"forecast": "float64", "actual": "float64"}), on="value_of", how="left")
    cut.loc[cut["forecast"].notna(), ["capital", *INTERVAL, "share", "value"]] = np.nan
    return cut.sort_values(["capital", "counted", "value_of"], ascending=[False, False, True], ignore_index=True)[BY]


def _sums(found: Prediction, table: ibis.Table, months: int, column: str, chance: str, *by: str) -> pd.DataFrame:
    """Sum a value of customers in the engine, by a column or not, with the predictive interval of the sum."""
    book, units = found.book, found.fits.units
    rows = book.run(
        table.group_by(*by, "unit").agg(
            customers=_.count(),
            capital=_[column].sum().cast("float64"),
            alive=_.probability_alive.sum(),
            chance=_[chance].sum(),
        )
    ).sort_values([*by, "unit"], ignore_index=True)
    usable = ((table.frequency > 0) & (table.repeat_amount > 0)).ifelse(1, 0)
    histories = distinct_histories(book, table.mutate(valued=usable), *by, "unit", "valued")
    rate, weeks = book.thresholds.yearly_discount_rate, months * WEEKS_A_MONTH
    errors = []
    for number, of_unit in histories.groupby("unit"):
        groups = of_unit[by[0]] if by else np.full(len(of_unit), "")
        model = units[int(number)].model
        known = lifetime_value_by(model, found.fits.values, of_unit, groups, weeks, rate)
        error = (known["standard_error"] / known["expected"].where(known["expected"] > 0)).rename("error")
        errors.append(error.rename_axis("of").reset_index().assign(unit=number))
    rows["of"] = rows[by[0]] if by else ""
    rows = rows.merge(pd.concat(errors), on=["of", "unit"], how="left")
    # The models know amounts: the margin rates are observed. Errors of units are added up, as if they went together.
    rows["parameters"] = rows["capital"].abs() * rows["error"]
    rows["factors"] = (rows["capital"] * rows["unit"].map(lambda number: units[int(number)].factor_error)) ** 2
    sums = rows.groupby("of", sort=True)[["customers", "capital", "alive", "chance", "parameters", "factors"]]
    sums = sums.sum(min_count=1).rename_axis("value_of").reset_index()
    wrong = model_error(book) * sums["capital"]
    error = np.sqrt(sums["parameters"] ** 2 + sums["factors"] + sums["chance"] + wrong**2)
    ends = signed_interval(sums["capital"], error)
    return sums.assign(
        low=ends["low"].to_numpy(), high=ends["high"].to_numpy(), probability_alive=sums["alive"] / sums["customers"]
    )


def signed_interval(value: pd.Series, error: pd.Series) -> pd.DataFrame:
    """Return the interval of money that is of one sign, symmetric on the log scale: ``low``, ``high``."""
    ends = log_interval(value.abs(), error, LEVEL)
    sign = np.sign(value.to_numpy(dtype=float))
    told = [sign * ends[end] for end in INTERVAL]
    return pd.DataFrame({"low": np.minimum(*told), "high": np.maximum(*told)})


def reconciliation(book: Book, attribute: str) -> pd.DataFrame:
    """Walk from the simple formula to the prediction, customer on average, by an attribute.

    Returns
    -------
    DataFrame
        ``WHY``, for the customers who ordered in the trailing window, largest value first: ``simple`` (the sources'
        formula, in margin where the cost is measured), then what each difference adds: ``horizon`` (the longer horizon
        in place of the whole lifespan), ``discount``, ``rates`` (each customer's own frequency and value in place of
        the segment's means, were nobody gone yet), ``gone`` (the chance that the customer has left), and ``predicted``:
        their sum. Empty while the simple formula has no value; customers whom the model does not foretell are left out.
    """
    found = prediction(book)
    margin = in_margin(book)
    simple = simple_by(book, attribute)
    simple = simple.assign(simple=simple["value_margin" if margin else "value"]).dropna(subset="simple")
    if not foretold(found) or simple.empty:
        return pd.DataFrame(columns=WHY)
    active = book.customers.filter(_.trailing_orders > 0)
    values = active.select("customer_id", value_of=active[attribute].cast("string"))
    alive = (_.probability_alive > 0).ifelse(_.lifetime_value.cast("float64") / _.probability_alive, 0.0)
    means = (
        found.of_customers.join(values, "customer_id")
        .group_by("value_of")
        .agg(predicted=_.lifetime_value.cast("float64").mean(), if_alive=alive.mean())
    )
    table = simple.merge(book.run(means), on="value_of")
    if not book.segment:
        table = table[~table["value_of"].isin(unpredictable(book, attribute)["value_of"])]
    years, rate = found.horizons[1] / YEAR, book.thresholds.yearly_discount_rate
    yearly = table["average_basket"] * table["orders_per_year"] * (table["margin_rate"] if margin else 1.0)
    within = yearly * [_years(kept, years, 0.0) for kept in table["yearly_retention"]]
    discounted = yearly * [_years(kept, years, rate) for kept in table["yearly_retention"]]
    table = table.assign(
        horizon=within - table["simple"],
        discount=discounted - within,
        rates=table["if_alive"] - discounted,
        gone=table["predicted"] - table["if_alive"],
    )
    return table[WHY].sort_values(["predicted", "value_of"], ascending=[False, True], ignore_index=True)


def _years(kept: float, years: float, rate: float) -> float:
    """Years of a customer's purchases within a horizon: one whole, then those of who is kept, from mid-year."""
    starts = np.arange(np.ceil(years))
    lengths = np.minimum(years - starts, 1.0)
    return float(np.sum(lengths * kept**starts * (1 + rate) ** -(starts + lengths / 2)))


def distribution(book: Book) -> pd.DataFrame:
    """Share the capital over the longer horizon out by tenths of the customers, those worth most first.

    Returns
    -------
    DataFrame
        ``decile`` (1 to 10), ``customers``, ``capital``, ``share``, ``value`` (of a customer), ``probability_alive``.
    """
    found = prediction(book)
    if not foretold(found):
        return pd.DataFrame(columns=["decile", "customers", "capital", "share", "value", "probability_alive"])
    table = found.of_customers
    order = ibis.window(order_by=[table.lifetime_value.desc(), table.customer_id])
    placed = table.select(
        "lifetime_value", "probability_alive", place=ibis.row_number().over(order), everyone=table.count().over()
    )
    tenths = placed.group_by(decile=(_.place * DECILES // _.everyone + 1).cast("int64")).agg(
        customers=_.count(),
        capital=_.lifetime_value.sum().cast("float64"),
        probability_alive=_.probability_alive.mean(),
    )
    rows = book.run(tenths).sort_values("decile", ignore_index=True)
    rows["share"] = [ratio(money, rows["capital"].sum()) for money in rows["capital"]]
    rows["value"] = rows["capital"] / rows["customers"]
    return rows[["decile", "customers", "capital", "share", "value", "probability_alive"]]


def leaving(book: Book) -> pd.DataFrame:
    """Say how much money leaves with the customers who may be gone.

    Returns
    -------
    DataFrame
        One row: ``customers`` (who ordered in the trailing window), ``value`` (money they bring over the shorter
        horizon, discounted, as expected), ``at_risk`` (money they would bring besides if none of them were gone:
        the sum of (1 - probability of being alive) x value if alive), ``share`` (of the two together).

    Notes
    -----
    Customers silent for longer than the trailing window are left out: what they would have brought is lost already.
    """
    found = prediction(book)
    if not found.valued:
        return pd.DataFrame(columns=["customers", "value", "at_risk", "share"])
    table = found.of_customers.semi_join(book.customers.filter(_.trailing_orders > 0), "customer_id")
    row = (
        book.run(table.agg(customers=_.count(), value=_.lifetime_value_short.sum(), if_alive=_.value_if_alive.sum()))
        .fillna(0)
        .iloc[0]
    )
    value, if_alive = float(row["value"]), float(row["if_alive"])
    lost = if_alive - value
    return pd.DataFrame(
        [(int(row["customers"]), value, lost, ratio(lost, if_alive))],
        columns=["customers", "value", "at_risk", "share"],
    )


def capital_bridge(book: Book) -> pd.DataFrame:
    """Split the change of the capital over the longer horizon since the period before.

    Returns
    -------
    DataFrame
        ``step``, ``customers``, ``capital``: levels ``before`` and ``now``, signed changes between them, which sum up
        to the last digit. ``model``: the customers of before, with the same histories, under the models of now;
        ``gone``: customers whose probability of being alive fell under a half; ``worth_less`` and ``worth_more``: the
        other customers of before; ``new``: first bought in the period; ``left_segment`` and ``joined_segment``, only
        where the segment is a class that changes. Empty without a model on both days.
    """
    columns = ["step", "customers", "capital"]
    earlier = book.previous
    now = prediction(book)
    then = prediction(earlier) if earlier is not None else None
    if then is None or not (then.valued and foretold(now)):
        return pd.DataFrame(columns=columns)
    # Valued anew with the horizons of before, whose thresholds are the same.
    anew = customer_predictions(earlier, then.fits.histories, now.fits)
    old = then.of_customers.select("customer_id", was=_.lifetime_value).join(
        anew.select("customer_id", anew=_.lifetime_value, alive=_.probability_alive), "customer_id"
    )
    young = now.of_customers.select("customer_id", "first_day", value=_.lifetime_value, still=_.probability_alive)
    both = old.outer_join(young, "customer_id")
    change = both.mutate(change=(_.value - _.anew).cast(MONEY))
    step = ibis.cases(
        (change.was.isnull() & (change.first_day >= book.period.start), "new"),
        (change.was.isnull(), "joined_segment"),
        (change.value.isnull(), "left_segment"),
        ((change.still < GONE) & (change.alive >= GONE), "gone"),
        (change.change < 0, "worth_less"),
        else_="worth_more",
    )
    table = (
        change.mutate(step=step)
        .group_by("step")
        .agg(
            customers=_.count(),
            was=_.was.sum().cast(MONEY),
            anew=_.anew.sum().cast(MONEY),
            value=_.value.sum().cast(MONEY),
        )
    )
    rows = book.run(table).set_index("step").astype("float64").fillna(0.0)
    known = rows[~rows.index.isin(["new", "joined_segment"])]
    moves = {name: (row["customers"], row["value"] - row["anew"]) for name, row in rows.iterrows()}
    moves["before"] = (known["customers"].sum(), known["was"].sum())
    moves["model"] = (known["customers"].sum(), known["anew"].sum() - known["was"].sum())
    moves["now"] = (rows["customers"].sum() - moves.get("left_segment", (0, 0))[0], rows["value"].sum())
    always = [name for name in BRIDGE_STEPS if not name.endswith("_segment")]
    kept = [(name, *moves.get(name, (0, 0.0))) for name in BRIDGE_STEPS if name in always or name in moves]
    return pd.DataFrame(kept, columns=columns).astype({"customers": np.int64, "capital": "float64"})


def first_customers(book: Book, rows: int = 10) -> pd.DataFrame:
    """Return the customers who are worth most, each with the interval of what the customer will bring.

    Returns
    -------
    DataFrame
        ``FIRST``: ``expected_purchases`` over 12 months, ``lifetime_value`` with its 95 % interval. Empty without a
        model.
    """
    found = prediction(book)
    if not found.valued:
        return pd.DataFrame(columns=FIRST)
    known = book.customers.select("customer_id", "name", "last_order_date")
    table = ranked(found).order_by(_.value_rank, _.customer_id).limit(rows)
    shown = book.run(table.join(known, "customer_id")).sort_values(["value_rank", "customer_id"], ignore_index=True)
    weeks, rate = found.horizons[1] * WEEKS_A_MONTH, book.thresholds.yearly_discount_rate
    rounded = shown.assign(recency=shown["recency_days"] / DAYS_A_WEEK, T=shown["T_days"] / DAYS_A_WEEK)
    value = shown["lifetime_value"].astype("float64")
    known = pd.Series(0.0, index=shown.index)
    factors = shown["unit"].map(lambda number: found.fits.units[int(number)].factor_error)
    for number, rows in rounded.groupby("unit"):
        told = lifetime_value(found.fits.units[int(number)].model, found.fits.values, rows, weeks, rate)
        known[rows.index] = told["standard_error"] / told["lifetime_value"]
    error = np.sqrt(value**2 * (known**2 + factors**2 + model_error(book) ** 2) + shown[CHANCES[1]])
    ends = signed_interval(value, error)
    return shown.assign(lifetime_value=value, low=ends["low"], high=ends["high"])[FIRST]
