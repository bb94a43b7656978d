"""Intervals of predictions by the delta method."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from .optimise import covariance_from

STEP = 1e-4  # of the log parameters, for central differences: error of the order of its square


def delta_error(model, predict):
    """Standard errors of the array `predict(model)`, from the uncertainty of the parameters of `model`.

    The gradient in the logarithms of the parameters is taken by central differences. A parameter at the edge of its
    search counts as known. Along a direction in which the likelihood is flat, the logarithms count as uncertain by 3:
    where the prediction is flat there too, as it is when nobody leaves, this adds nothing. NaN for given parameters.
    """
    here = np.asarray(predict(model), dtype=float)
    if model.information is None:
        return np.full_like(here, np.nan)
    covariance = covariance_from(model.information, flattest=1 / 9)
    told = ~np.isnan(np.diag(covariance))
    slopes = np.zeros((len(told), len(here)))
    for number in np.flatnonzero(told):
        step = np.zeros(len(told))
        step[number] = STEP
        up, down = (np.asarray(predict(model.at(model.point + signed)), dtype=float) for signed in (step, -step))
        with np.errstate(invalid="ignore"):  # an infinite expectation has no error
            slopes[number] = (up - down) / (2 * STEP)
    return np.sqrt(np.maximum(np.einsum("in,ij,jn->n", slopes[told], covariance[np.ix_(told, told)], slopes[told]), 0))


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


def plain_interval(expected, error, level):
    """Interval symmetric about `expected`, cut at 0: for totals, which chance scatters evenly. Columns as above."""
    reach = ndtri((1 + level) / 2) * error
    low = np.maximum(expected - reach, 0)
    return pd.DataFrame({"expected": expected, "standard_error": error, "low": low, "high": expected + reach})
