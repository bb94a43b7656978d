"""Who is forecast alike: groups that the one-population model misses get a model, or a factor, of their own.

    the last period, forecast by one model for all, and what came
        --> groups whose forecast missed otherwise than the others' (Holm over all groups tested)
        --> each fitted on its own where its customers buy or leave differently (likelihood ratio, Holm)
        --> times what came over what was forecast, where that still missed

A group is all customers of one value of an attribute who are in no group before it; the last unit holds all others.
Nothing here asks the engine. Definition: Lifetime value, predicted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from portfolio.topics.prediction.btyd.intervals import count_interval, covariance_of
from portfolio.topics.prediction.btyd.purchases import PurchaseModel, slope_names

LEVEL = 0.95
# Earlier forecasts from which their errors tell how far the model itself is wrong, and those that are looked at.
ENOUGH_FORECASTS, LAST_FORECASTS = 3, 6


class Group(NamedTuple):
    """The customers of a value of an attribute; of no attribute, all who are in no other group."""

    attribute: str
    value: str


OTHERS = Group("", "")


@dataclass(frozen=True)
class Unit:
    """Customers who are forecast alike, and how the last forecast of them turned out.

    Attributes
    ----------
    group
        Who they are.
    model
        Fitted on them: alone where ``own``, else with all who have none of their own.
    factor, factor_error
        What came over what was forecast, which the forecast is multiplied by, and its relative standard error; 1 and 0
        where the model held.
    customers, one, expected, low, high, actual
        Of the last period: customers, purchases forecast by one model for all, by this model with its interval
        (parameters and chance), and what came. NaN without an earlier period.
    """

    group: Group
    model: PurchaseModel
    own: bool = False
    factor: float = 1.0
    factor_error: float = 0.0
    customers: int = 0
    one: float = np.nan
    expected: float = np.nan
    low: float = np.nan
    high: float = np.nan
    actual: float = np.nan

    @property
    def missed(self) -> bool:
        """Whether the model of the unit missed the last period by more than its interval."""
        return bool(self.actual < self.low or self.actual > self.high)


def differing(cells: pd.DataFrame, attributes: Sequence[str], model: PurchaseModel, least: int) -> list[Group]:
    """Find the groups that one model misses otherwise than the other customers.

    Parameters
    ----------
    cells
        A row by combination of ``attributes``: sums of ``customers``, ``expected``, ``chance``, slopes and ``actual``.
    least
        Customers that a group has at least, and that remain.

    Returns
    -------
    list of Group
        The most evident first; each is looked for among those who are in none before.
    """
    found: list[Group] = []
    rest = cells
    while True:
        tested = {}
        for attribute in attributes:
            for value, inside in rest.groupby(attribute):
                outside = rest[rest[attribute] != value]
                if value and min(inside["customers"].sum(), outside["customers"].sum()) >= least:
                    tested[Group(attribute, str(value))] = _chance_of_gap(inside, outside, model)
        if not tested:
            return found
        group = min(tested, key=lambda each: (*tested[each], each))
        # Holm: the smallest of them, times their number.
        if tested[group][0] * len(tested) > 1 - LEVEL:
            return found
        found.append(group)
        rest = rest[rest[group.attribute] != group.value]


def _chance_of_gap(inside: pd.DataFrame, outside: pd.DataFrame, model: PurchaseModel) -> tuple[float, float]:
    """Return how likely the gaps between forecast and actual of two groups, as shares of the forecast, differ as they
    do; and a number that is lower the more the first is missed, which of two that stand alone tells who is apart."""
    shares, errors = [], []
    for each in (inside, outside):
        expected, variance = total_of(each, model)
        if expected <= 0:
            return 1.0, 0.0
        shares.append(each["actual"].sum() / expected)
        errors.append(variance / expected**2)
    error = np.sqrt(sum(errors))
    chance = float(2 * ndtr(-abs(shares[0] - shares[1]) / error)) if error > 0 else 1.0
    return chance, -abs(shares[0] - 1)


def total_of(sums: pd.DataFrame, model: PurchaseModel) -> tuple[float, float]:
    """Return the purchases that rows of sums expect together, and their variance (parameters and chance)."""
    slopes = sums[slope_names(model)].sum().to_numpy(dtype=float)
    return float(sums["expected"].sum()), float(sums["chance"].sum() + slopes @ covariance_of(model) @ slopes)


def tested(unit: Unit, sums: pd.DataFrame, least: int) -> Unit:
    """Return a unit with what its model forecast of the last period beside what came: where that missed, it is
    rescaled from now on.

    Parameters
    ----------
    sums
        One row of ``customers``, ``one``, ``expected``, ``chance``, slopes and ``actual``, by the model as it stood
        before the period, which is ``unit.model``.
    least
        Customers under which nothing is learnt from a miss.
    """
    row = sums.iloc[0]
    expected, variance = total_of(sums, unit.model)
    interval = count_interval([expected], [variance], LEVEL).iloc[0]
    actual, customers = float(row["actual"]), int(row["customers"])
    told = Unit(
        unit.group, unit.model, unit.own, customers=customers, one=float(row["one"]), expected=expected,
        low=float(interval["low"]), high=float(interval["high"]), actual=actual,
    )  # fmt: skip
    if not told.missed or customers < least or actual <= 0 or expected < 1:
        return told
    factor = actual / expected
    return replace(told, factor=factor, factor_error=float(np.sqrt(variance * grown(factor))) / actual)


def own_error(forecasts: pd.DataFrame) -> float:
    """Return how far the model itself was wrong in earlier forecasts, as a share: what is left of the mean square of
    their errors once chance and parameters are taken away. 0 where they are fewer than three.

    Parameters
    ----------
    forecasts
        ``expected``, ``variance`` (parameters, chance, factors) and ``actual`` of each.
    """
    told = forecasts[forecasts["expected"] > 0].tail(LAST_FORECASTS)
    if len(told) < ENOUGH_FORECASTS:
        return 0.0
    squares = ((told["actual"] - told["expected"]) ** 2 - told["variance"]) / told["expected"] ** 2
    return float(np.sqrt(max(squares.mean(), 0.0)))


def combined(sums: pd.DataFrame, units: Mapping[int, Unit]) -> tuple[float, float]:
    """Return the purchases that rows of sums expect together, factors included, and their variance.

    Parameters
    ----------
    sums
        A row by ``unit``: ``expected``, ``chance``, slopes, as the models say.
    """
    expected = variance = 0.0
    for number, rows in sums.groupby("unit"):
        unit = units[int(number)]
        of_model, own = total_of(rows, unit.model)
        expected += unit.factor * of_model
        variance += grown(unit.factor) * own + (unit.factor * of_model * unit.factor_error) ** 2
    return expected, variance


def grown(factor: float) -> float:
    """Return how a variance grows with a factor: as a count's where it falls, as a multiple's where it rises."""
    return factor * max(factor, 1.0)
