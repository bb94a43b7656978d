"""Intervals of predictions by the delta method."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from .optimise import covariance_from

STEP = 1e-4  # of the log parameters, for central differences: error of the order of its square


def slopes_of(model, predict):
    """How the array `predict(model)` moves with the logarithm of each parameter: a row by parameter.

    Central differences. A parameter whose error is not told (`covariance_of`) counts as known, and its row is 0.
    """
    told = np.diag(covariance_of(model)) > 0
    slopes = np.zeros((len(told), len(np.atleast_1d(predict(model)))))
    for number in np.flatnonzero(told):
        step = np.zeros(len(told))
        step[number] = STEP
        up, down = (np.asarray(predict(model.at(model.point + signed)), dtype=float) for signed in (step, -step))
        with np.errstate(invalid="ignore"):  # an infinite expectation has no error
            slopes[number] = (up - down) / (2 * STEP)
    return slopes


def covariance_of(model):
    """Covariance of the logarithms of the parameters, 0 for one at the edge of its search, which counts as known.

    Along a direction in which the likelihood is flat, the logarithms count as uncertain by 3: where a prediction is
    flat there too, as it is when nobody leaves, this adds nothing. All 0 for given parameters.
    """
    if model.information is None:
        return np.zeros((len(model.names), len(model.names)))
    return np.nan_to_num(covariance_from(model.information, flattest=1 / 9))


def delta_error(model, predict):
    """Standard errors of the array `predict(model)`, from the uncertainty of the parameters: NaN for given ones."""
    if model.information is None:
        return np.full_like(np.asarray(predict(model), dtype=float), np.nan)
    slopes = slopes_of(model, predict)
    with np.errstate(invalid="ignore"):
        return np.sqrt(np.maximum(np.einsum("in,ij,jn->n", slopes, covariance_of(model), slopes), 0))


def log_interval(expected, error, level):
    """Interval symmetric on the log scale, so that it stays positive.

    Returns
    -------
    DataFrame
        ``expected``, ``standard_error``, ``low``, ``high``.
    """
    expected, error = np.asarray(expected, dtype=float), np.asarray(error, dtype=float)
    with np.errstate(over="ignore", invalid="ignore"):
        ratio = np.divide(error, expected, out=np.where(np.isnan(error), np.nan, 0.0), where=expected > 0)
        factor = np.exp(np.minimum(ndtri((1 + level) / 2) * ratio, 700))
    columns = {"expected": expected, "standard_error": error, "low": expected / factor, "high": expected * factor}
    return pd.DataFrame(columns)


def count_interval(expected, variance, level):
    """Interval of a number of purchases that scatters by `variance`: quantiles of the negative binomial distribution
    with that mean and variance, of the Poisson's where the variance is no larger than the mean. NaN where it is not
    told.

    Returns
    -------
    DataFrame
        ``expected``, ``standard_error``, ``low``, ``high``.
    """
    from scipy.stats import nbinom

    expected, variance = np.asarray(expected, dtype=float), np.asarray(variance, dtype=float)
    mean = np.maximum(expected, 1e-9)
    # A share of 1 - 1e-9 is Poisson's to the ninth digit.
    share = np.minimum(mean / np.maximum(variance, 1e-300), 1 - 1e-9)
    size = mean * share / (1 - share)
    quantiles = (nbinom.ppf(side, size, share) for side in ((1 - level) / 2, (1 + level) / 2))
    low, high = (np.where(np.isnan(variance), np.nan, each) for each in quantiles)
    # Of less than one purchase the quantiles are both 0.
    low, high = np.minimum(low, expected), np.maximum(high, expected)
    return pd.DataFrame({"expected": expected, "standard_error": np.sqrt(variance), "low": low, "high": high})
