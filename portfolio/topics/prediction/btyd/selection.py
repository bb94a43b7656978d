"""Which model: the one under which what came later was least surprising."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .beta_geo import BetaGeoModel
from .errors import InvalidHistories
from .histories import TIMING, read_histories
from .modified_beta_geo import ModifiedBetaGeoModel
from .pareto_nbd import ParetoNBDModel
from .purchases import PurchaseModel

MODELS = (BetaGeoModel, ModifiedBetaGeoModel, ParetoNBDModel)


@dataclass(frozen=True)
class Selection:
    """The outcome of `select_model`.

    Attributes
    ----------
    table : DataFrame
        A row by model: ``model``, ``parameters`` (their number), ``log_likelihood`` (calibration),
        ``holdout_log_likelihood``, ``converged``, ``chosen``.
    models : dict
        Name -> model fitted on the calibration.
    chosen : PurchaseModel
        The chosen one, fitted on the calibration.
    """

    table: pd.DataFrame
    models: dict[str, PurchaseModel]
    chosen: PurchaseModel


def select_model(calibration, full, models=MODELS):
    """Fit `models` on the calibration and choose by the log-likelihood of the holdout.

    The holdout log-likelihood is that of what came after the calibration, given what came in it: the log-likelihood
    of the full histories less that of the calibration's, under the parameters of the calibration. A model whose fit
    did not converge is chosen only where none did.

    Parameters
    ----------
    calibration, full : tables with ``frequency``, ``recency``, ``T`` and optionally ``customers``
        The same customers in the same rows, at the end of the calibration and at the end of the holdout.
    models : classes of models of purchases

    Returns
    -------
    Selection

    Raises
    ------
    InvalidHistories
        With all the problems of a table, or of the two together.
    NoRepeatPurchases
        When nobody bought again in the calibration.
    """
    _check_pair(read_histories(calibration, TIMING), read_histories(full, TIMING))
    fitted = {model.__name__: model.fit(calibration) for model in models}
    rows = [
        {
            "model": name,
            "parameters": len(model.names),
            "log_likelihood": model.log_likelihood,
            "holdout_log_likelihood": model.log_likelihood_of(full) - model.log_likelihood_of(calibration),
            "converged": model.converged,
        }
        for name, model in fitted.items()
    ]
    table = pd.DataFrame(rows)
    eligible = table.converged | (not table.converged.any())
    best = table.holdout_log_likelihood.where(eligible, -np.inf).idxmax()
    table["chosen"] = table.index == best
    return Selection(table, fitted, fitted[table.model[best]])


def _check_pair(before, after):
    if len(before) != len(after):
        raise InvalidHistories(
            [
                f"calibration and full must hold the same customers in the same rows; they have {len(before)} and "
                f"{len(after)} rows"
            ]
        )
    problems = [
        f"{what} ({np.count_nonzero(wrong)} of {len(wrong)} rows, "
        f"the first is row {before.index[int(np.argmax(wrong))]!r})"
        for what, wrong in {
            "the customers of the two tables differ": before.customers != after.customers,
            "frequency falls from calibration to full": after.frequency < before.frequency,
            "recency falls from calibration to full": after.recency < before.recency,
            "T falls from calibration to full": after.T < before.T,
        }.items()
        if wrong.any()
    ]
    if not before.index.equals(after.index):
        problems.append("the rows of calibration and full are not labelled alike")
    if problems:
        raise InvalidHistories(problems)
