"""What customers are worth: purchases to come, discounted, times their value.

Times are in weeks unless `periods_per_year` says otherwise: pass 365.25 for histories in days.
"""

import numpy as np
import pandas as pd

from .histories import TIMING, VALUE, read_histories
from .intervals import delta_error, log_interval

WEEKS_PER_YEAR = 365.25 / 7


def discounted_expected_purchases(
    model, histories, horizon, yearly_discount_rate, *, step=None, periods_per_year=WEEKS_PER_YEAR
):
    """Purchases expected in the next `horizon`, each discounted to today: a Series aligned to the rows.

    The purchases expected in each step are discounted from the middle of the step. At a rate of 0 it is
    ``model.expected_purchases(histories, horizon)``.

    Parameters
    ----------
    model : fitted model of purchases
    histories : table with ``frequency``, ``recency``, ``T``
    horizon : float, weeks
    yearly_discount_rate : float, 0.10 for 10 % a year
    step : float, weeks; a twelfth of a year when not given
    periods_per_year : float, units of time in a year

    Raises
    ------
    InvalidHistories
        With all the problems of the table.
    ValueError
        When the horizon is negative, the rate is -1 or less, or the step is not above 0.
    """
    times, factors = _discounting(horizon, yearly_discount_rate, step, periods_per_year)
    read = read_histories(histories, TIMING)
    return read.series(model._expected(read, times, factors), "discounted_purchases")


def lifetime_value(
    purchases, values, histories, horizon, yearly_discount_rate, *, level=0.95, periods_per_year=WEEKS_PER_YEAR
):
    """Value to come of a customer with each history over `horizon`, discounted by months.

    Parameters
    ----------
    purchases : fitted model of purchases
    values : fitted GammaGammaModel; fitted on margins, the result is margin, else revenue
    histories : table with ``frequency``, ``recency``, ``T``, ``monetary_value``, optionally ``customers``
    horizon : float, weeks
    yearly_discount_rate : float
    level : float, of the interval

    Returns
    -------
    DataFrame
        Aligned to the rows: ``probability_alive``, ``discounted_purchases``, ``expected_value`` (of a purchase),
        ``lifetime_value``, and its ``standard_error``, ``low`` and ``high``: the interval of the expectation by the
        delta method, the two models being estimated independently.
    """
    times, factors = _discounting(horizon, yearly_discount_rate, None, periods_per_year)
    timing, value = read_histories(histories, TIMING), read_histories(histories, VALUE)
    count, worth = purchases._expected(timing, times, factors), values._expected(value)
    error = np.hypot(
        worth * delta_error(purchases, lambda model: model._expected(timing, times, factors)),
        count * delta_error(values, lambda model: model._expected(value)),
    )
    interval = log_interval(count * worth, error, level).rename(columns={"expected": "lifetime_value"})
    estimates = pd.DataFrame(
        {
            "probability_alive": purchases._alive(timing),
            "discounted_purchases": count,
            "expected_value": worth,
        }
    )
    return pd.concat([estimates, interval], axis=1).set_index(timing.index)


def lifetime_value_by(
    purchases, values, histories, groups, horizon, yearly_discount_rate, *, level=0.95, periods_per_year=WEEKS_PER_YEAR
):
    """Value to come of all customers of each group together: a row by group.

    Parameters as in `lifetime_value`, and ``groups``: labels aligned to the rows of `histories`. A history that
    several groups share has a row in each, with its ``customers`` there.

    Returns
    -------
    DataFrame
        By group, in sorted order: ``customers``, ``expected``, ``standard_error``, ``low``, ``high``. The interval
        is that of the expectation (delta method); those of groups do not add up, for their errors go together.
    """
    times, factors = _discounting(horizon, yearly_discount_rate, None, periods_per_year)
    timing, value = read_histories(histories, TIMING), read_histories(histories, VALUE)
    number, labels = pd.factorize(np.asarray(groups), sort=True)
    if len(number) != len(timing) or (number < 0).any():
        raise ValueError(f"groups must label each of the {len(timing)} rows of the histories, none missing")

    def add_up(each):
        return np.bincount(number, weights=timing.customers * each, minlength=len(labels))

    count, worth = purchases._expected(timing, times, factors), values._expected(value)
    error = np.hypot(
        delta_error(purchases, lambda model: add_up(model._expected(timing, times, factors) * worth)),
        delta_error(values, lambda model: add_up(count * model._expected(value))),
    )
    table = log_interval(add_up(count * worth), error, level).set_index(pd.Index(labels, name="group"))
    table.insert(0, "customers", add_up(1.0))
    return table


def _discounting(horizon, yearly_rate, step, periods_per_year):
    """Times t_k and factors c_k such that the discounted sum of increments of f is the sum of c_k f(t_k)."""
    step = periods_per_year / 12 if step is None else step
    if not (np.isfinite(horizon) and horizon >= 0 and yearly_rate > -1 and step > 0 and periods_per_year > 0):
        raise ValueError(
            "the horizon must be 0 or more, the yearly rate above -1, the step and the periods of a year above 0; "
            f"given {horizon}, {yearly_rate}, {step}, {periods_per_year}"
        )
    steps = max(1, int(np.ceil(horizon / step - 1e-9)))  # 36 months are 36 steps, whatever the rounding
    ends = np.append(step * np.arange(1, steps), horizon)
    middles = (ends + np.append(0.0, ends[:-1])) / 2
    discount = (1 + yearly_rate) ** (-middles / periods_per_year)
    factors = discount - np.append(discount[1:], 0.0)
    # By parts: at a rate of 0 all factors but the last are 0, so the sum is f(horizon) itself.
    needed = factors != 0
    return ends[needed], factors[needed]
