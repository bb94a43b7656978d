"""Intervals of predictions by the delta method."""

import numpy as np
import pandas as pd
from scipy.stats import norm

STEP = 1e-4  # of the log parameters, for central differences: error of the order of its square


def delta_error(model, predict):
    """Standard errors of the array `predict(model)`, from the uncertainty of the parameters of `model`.

    The gradient in the logarithms of the parameters is taken by central differences. A parameter at the edge of its
    search counts as known; errors are NaN without a covariance (parameters given, or not told apart by the data).
    """
    if model.covariance is None or np.isnan(model.covariance).all():
        return np.full_like(np.asarray(predict(model), dtype=float), np.nan)
    known = np.isnan(np.diag(model.covariance))
    slopes = []
    for number in np.flatnonzero(~known):
        step = np.zeros(len(known))
        step[number] = STEP
        up, down = (np.asarray(predict(model.at(model.point + signed)), dtype=float) for signed in (step, -step))
        slopes.append((up - down) / (2 * STEP))
    covariance = model.covariance[np.ix_(~known, ~known)]
    return np.sqrt(np.einsum("in,ij,jn->n", np.array(slopes), covariance, np.array(slopes)))


def log_interval(expected, error, level):
    """Interval symmetric on the log scale, so that it stays positive.

    Returns
    -------
    DataFrame
        ``expected``, ``standard_error``, ``low``, ``high``.
    """
    expected, error = np.asarray(expected, dtype=float), np.asarray(error, dtype=float)
    ratio = np.divide(error, expected, out=np.where(np.isnan(error), np.nan, 0.0), where=expected > 0)
    factor = np.exp(norm.ppf((1 + level) / 2) * ratio)
    columns = {"expected": expected, "standard_error": error, "low": expected / factor, "high": expected * factor}
    return pd.DataFrame(columns)
