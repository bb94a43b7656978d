"""Which model: the one under which what came later was least surprising."""

import numpy as np
import pandas as pd

from .beta_geo import BetaGeoModel
from .errors import InvalidHistories
from .histories import TIMING, read_histories
from .modified_beta_geo import ModifiedBetaGeoModel
from .pareto_nbd import ParetoNBDModel

MODELS = (BetaGeoModel, ModifiedBetaGeoModel, ParetoNBDModel)


def hold_out(calibration, full, fitted):
    """Say how likely models fitted on the calibration held what came after it.

    The holdout log-likelihood is that of what came after the calibration, given what came in it: the log-likelihood
    of the full histories less that of the calibration's, under the parameters of the calibration. It is a difference of
    two sums over the same customers, so each side may be counted by distinct history on its own.

    Parameters
    ----------
    calibration, full : tables with ``frequency``, ``recency``, ``T`` and optionally ``customers``
        The same customers at the end of the calibration and at the end of the holdout.
    fitted : dict of models of purchases by name, fitted on the calibration

    Returns
    -------
    DataFrame
        A row by model: ``model``, ``log_likelihood`` (calibration), ``holdout_log_likelihood``, ``converged``.

    Raises
    ------
    InvalidHistories
        With all the problems of a table, or where the two hold different numbers of customers.
    """
    before, after = (read_histories(table, TIMING).customers.sum() for table in (calibration, full))
    if before != after:
        raise InvalidHistories(
            [f"calibration and full must hold the same customers; they have {before:g} and {after:g} of them"]
        )
    rows = [
        {
            "model": name,
            "log_likelihood": model.log_likelihood,
            "holdout_log_likelihood": model.log_likelihood_of(full) - model.log_likelihood_of(calibration),
            "converged": model.converged,
        }
        for name, model in fitted.items()
    ]
    return pd.DataFrame(rows)


def choose(table):
    """Return the name of the model with the highest holdout log-likelihood, or, where none was held out, likelihood.

    A model whose fit did not converge is chosen only where none did.
    """
    held = table["holdout_log_likelihood"] if "holdout_log_likelihood" in table else table["log_likelihood"] * np.nan
    score = held if held.notna().any() else table["log_likelihood"]
    eligible = table["converged"] | (not table["converged"].any())
    return table.loc[score.where(eligible, -np.inf).idxmax(), "model"]
