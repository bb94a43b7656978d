"""What every fitted model has: parameters, log-likelihood, status, standard errors; and how it is fitted."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.special import ndtri

from .histories import coarse
from .optimise import covariance_from, information_of, maximise, status_of

FIRST_LOOK_ROWS = 10_000  # above, the search runs on cells of histories, and ends on the histories themselves
FIRST_LOOK_LEVELS = 32


@dataclass(frozen=True, kw_only=True)
class FittedModel:
    """Base of the models; frozen.

    Attributes
    ----------
    log_likelihood : float
        At the optimum, over all customers. NaN when the parameters were given.
    status : str
        How the fit ended, in plain language.
    converged : bool
    customers : float
        Customers fitted on.
    information : array or None
        Observed information: minus the Hessian of the log-likelihood in the logarithms of the parameters. NaN for a
        parameter that ended at the edge of the search.
    """

    log_likelihood: float = np.nan
    status: str = "parameters given, not fitted"
    converged: bool = True
    customers: float = np.nan
    information: np.ndarray | None = field(default=None, repr=False, compare=False)

    names: ClassVar[tuple[str, ...]]
    scaled_names: ClassVar[tuple[str, ...]]  # parameters in the unit of the data

    def __post_init__(self):
        wrong = [f"{name}={getattr(self, name)}" for name in self.names if not 0 < getattr(self, name) < np.inf]
        if wrong:
            raise ValueError(f"parameters must be positive numbers; given {', '.join(wrong)}")

    @property
    def parameters(self):
        """The parameters, as a Series by name."""
        return pd.Series({name: getattr(self, name) for name in self.names}, name="estimate", dtype=float)

    @property
    def point(self):
        """The logarithms of the parameters, as an array."""
        return np.log([getattr(self, name) for name in self.names])

    def at(self, point):
        """The same model with the logarithms of its parameters at `point`."""
        return replace(self, **dict(zip(self.names, np.exp(point).tolist(), strict=True)))

    @property
    def standard_errors(self):
        """Standard errors of the parameters, as a Series by name.

        From the observed information (minus the Hessian of the log-likelihood, in the logarithms of the
        parameters), brought to the parameters by the delta method: parameter x error of its logarithm. NaN for given
        parameters, for one at the edge of the search, and for all when the data do not tell them apart.
        """
        if self.information is None:
            return pd.Series(np.nan, index=list(self.names), name="standard_error")
        return (self.parameters * np.sqrt(np.diag(covariance_from(self.information)))).rename("standard_error")

    def confidence_intervals(self, level=0.95):
        """Intervals of the parameters, symmetric on the log scale, so that they stay positive.

        Returns
        -------
        DataFrame
            A row by parameter: ``estimate``, ``standard_error``, ``low``, ``high``.
        """
        estimate, error = self.parameters, self.standard_errors
        factor = np.exp(ndtri((1 + level) / 2) * error / estimate)
        columns = {"estimate": estimate, "standard_error": error, "low": estimate / factor, "high": estimate * factor}
        return pd.DataFrame(columns).rename_axis("parameter")

    @classmethod
    def _fit(cls, histories, scale, jacobian, **more):
        """Fit `histories`, already in scaled units; `jacobian` brings the log-likelihood back to the caller's."""
        first_look = histories
        if len(histories) > FIRST_LOOK_ROWS:
            first_look = coarse(histories, FIRST_LOOK_LEVELS)
        evaluate = cls._likelihood(first_look).evaluate
        optima = [maximise(evaluate, np.log(start)) for start in cls._starts(first_look)]
        best = max(optima, key=lambda optimum: optimum.value if np.isfinite(optimum.value) else -np.inf)
        if first_look is not histories:
            best = maximise(cls._likelihood(histories).evaluate, best.point)
        units = [scale if name in cls.scaled_names else 1.0 for name in cls.names]
        return cls(
            *(np.exp(best.point) * units).tolist(),
            log_likelihood=float(best.value - jacobian),
            status=status_of(best, cls.names),
            converged=best.converged,
            customers=float(histories.customers.sum()),
            information=information_of(best),
            **more,
        )
