"""Intervals of predictions by the delta method."""

import numpy as np
import pandas as pd
from scipy.stats import norm

STEP = 1e-4  # of the log parameters, for central differences: error of the order of its square


def delta_interval(models, predict, level, outcome_variance=0.0):
    """Interval of `predict(*models)` from the uncertainty of the parameters of `models`.

    The gradient in the logarithms of the parameters is taken by central differences; models are independent of
    each other. The interval is symmetric on the log scale, so it stays positive. A parameter at the edge of its
    search counts as known; without a covariance (parameters given) the interval is NaN.

    Parameters
    ----------
    models : tuple of FittedModel
    predict : function of the models -> array
    level : float, for instance 0.95
    outcome_variance : float or array, added for what chance does beyond the expectation

    Returns
    -------
    DataFrame
        ``expected``, ``standard_error``, ``low``, ``high``, a row by value predicted.
    """
    expected = np.asarray(predict(*models), dtype=float)
    variance = np.zeros_like(expected) + outcome_variance
    for place, model in enumerate(models):
        if model.covariance is None or np.isnan(model.covariance).all():
            variance = np.full_like(expected, np.nan)
            break
        known = np.isnan(np.diag(model.covariance))
        slopes = np.zeros((len(known), len(expected)))
        for number in np.flatnonzero(~known):
            step = np.zeros(len(known))
            step[number] = STEP
            up, down = (
                predict(*models[:place], model.at(model.point + signed), *models[place + 1:])
                for signed in (step, -step)
            )
            slopes[number] = (np.asarray(up) - np.asarray(down)) / (2 * STEP)
        variance = variance + np.einsum("in,ij,jn->n", slopes, np.nan_to_num(model.covariance), slopes)
    error = np.sqrt(variance)
    ratio = np.divide(error, expected, out=np.where(np.isnan(error), np.nan, 0.0), where=expected > 0)
    factor = np.exp(norm.ppf((1 + level) / 2) * ratio)
    columns = {"expected": expected, "standard_error": error, "low": expected / factor, "high": expected * factor}
    return pd.DataFrame(columns)
