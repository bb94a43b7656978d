"""The Gamma-Gamma model of the value of a purchase."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from .errors import NoRepeatPurchases
from .histories import VALUE, grouped, read_histories
from .intervals import delta_error, log_interval
from .model import FittedModel


class GammaGammaLikelihood:
    """Log-likelihood of mean values in (p, q, v), with its derivatives in their logarithms.

    Fader and Hardie (2013), "The Gamma-Gamma model of monetary value", equation 1a: a mean value z of x purchases has

        Gamma(px+q) / (Gamma(px) Gamma(q)) z^(px-1) x^(px) v^q / (v + xz)^(px+q).
    """

    def __init__(self, read):
        weight = read.customers
        self.x, number = np.unique(read.frequency, return_inverse=True)
        self.customers = np.bincount(number, weights=weight)
        self.total = weight.sum()
        self.weight, self.frequency = weight, read.frequency
        self.spent = read.frequency * read.monetary_value
        self.logs = weight @ np.log(read.monetary_value)
        self.weighted_logs = (weight * read.frequency) @ np.log(self.spent)

    def evaluate(self, point):
        """Log-likelihood, gradient and Hessian at the log parameters `point`."""
        p, q, v = parameters = np.exp(point)
        x, n = self.x, self.customers
        whole, part = p * x + q, p * x
        log = np.log(v + self.spent)
        exponent = p * self.frequency + q
        far = 1 / (v + self.spent)
        logged = self.weight * log

        value = (
            n @ (gammaln(whole) - gammaln(part))
            - self.total * (gammaln(q) - q * np.log(v))
            + p * self.weighted_logs
            - self.logs
            - (exponent * logged).sum()
        )
        both, own = digamma(whole), digamma(part)
        slope = np.array(
            [
                n @ (x * (both - own)) + self.weighted_logs - (self.frequency * logged).sum(),
                n @ both - self.total * (digamma(q) - np.log(v)) - logged.sum(),
                self.total * q / v - (self.weight * exponent * far).sum(),
            ]
        )
        both, own = polygamma(1, whole), polygamma(1, part)
        curve = np.zeros((3, 3))
        curve[0, 0] = n @ (x**2 * (both - own))
        curve[0, 1] = curve[1, 0] = n @ (x * both)
        curve[1, 1] = n @ both - self.total * polygamma(1, q)
        curve[0, 2] = curve[2, 0] = -(self.weight * self.frequency * far).sum()
        curve[1, 2] = curve[2, 1] = self.total / v - (self.weight * far).sum()
        curve[2, 2] = (self.weight * exponent * far**2).sum() - self.total * q / v**2
        gradient = parameters * slope
        return value, gradient, np.outer(parameters, parameters) * curve + np.diag(gradient)


@dataclass(frozen=True)
class GammaGammaModel(FittedModel):
    """Gamma-Gamma: a customer's purchases scatter about a mean of the customer's own; means differ among customers.

    It assumes that how much a customer spends at a time does not depend on how often.

    Parameters
    ----------
    p : shape of the Gamma distribution of one customer's purchases
    q, v : shape and rate of the Gamma distribution of the customers' scales; `v` is in money

    Attributes
    ----------
    left_out : float
        Customers with repeat purchases left out of the fit: their ``monetary_value`` is 0, negative or missing.

    Notes
    -----
    Fader and Hardie (2013), "The Gamma-Gamma model of monetary value": likelihood 1a, conditional expectation 5.
    """

    p: float
    q: float
    v: float
    left_out: float = 0.0

    names: ClassVar = ("p", "q", "v")
    scaled_names: ClassVar = ("v",)

    @classmethod
    def fit(cls, histories):
        """Fit by maximum likelihood on the repeat buyers with a positive value.

        Parameters
        ----------
        histories : table with ``frequency``, ``monetary_value`` and optionally ``customers``

        Raises
        ------
        InvalidHistories
            With all the problems of the table.
        NoRepeatPurchases
            When no repeat buyer has a positive value.
        """
        read = read_histories(histories, VALUE)
        usable = _usable(read)
        left_out = float(read.customers[(read.frequency > 0) & ~usable].sum())
        if not usable.any():
            raise NoRepeatPurchases(
                f"{read.customers.sum():.0f} customers were given, {left_out:.0f} of them with repeat purchases but no "
                "positive monetary_value, the others without repeat purchases; the model needs customers with "
                "repeat purchases of a positive value"
            )
        kept = read.rows(usable)
        kept = kept if kept.counted else grouped(kept)
        total = kept.customers.sum()
        # The geometric mean: unlike the mean it does not run away with one very large sale.
        scale = np.exp(kept.customers @ np.log(kept.monetary_value) / total)
        scaled = replace(kept, monetary_value=kept.monetary_value / scale)
        model = cls._fit(scaled, scale, total * np.log(scale), left_out=left_out)
        if model.q <= 1:
            model = replace(
                model,
                status=model.status + "; q is 1 or less, so the mean value of all customers is "
                "infinite: a few values are extreme",
            )
        return model

    def log_likelihood_of(self, histories):
        """Log-likelihood of the usable rows of `histories` under this model's parameters: one number."""
        read = read_histories(histories, VALUE)
        return float(GammaGammaLikelihood(read.rows(_usable(read))).evaluate(self.point)[0])

    def expected_value(self, histories):
        """Expected value of a purchase of a customer with each history: a Series aligned to the rows.

        One-time buyers, and repeat buyers whose value is 0, negative or missing, get the mean of all customers,
        p v / (q - 1); it is infinite where q is 1 or less.
        """
        read = read_histories(histories, VALUE)
        return read.series(self._expected(read), "expected_value")

    def expected_value_interval(self, histories, level=0.95):
        """Expected values with the interval of that expectation, by the delta method.

        Returns
        -------
        DataFrame
            ``expected``, ``standard_error``, ``low``, ``high``, aligned to the rows.
        """
        read = read_histories(histories, VALUE)
        error = delta_error(self, lambda model: model._expected(read))
        return log_interval(self._expected(read), error, level).set_index(read.index)

    def _expected(self, read):
        usable = _usable(read)
        x = np.where(usable, read.frequency, 0)
        spent = np.where(usable, read.frequency * read.monetary_value, 0.0)
        shape = self.p * x + self.q - 1
        return np.divide(self.p * (self.v + spent), shape, out=np.full(len(x), np.inf), where=shape > 0)

    @classmethod
    def _likelihood(cls, read):
        return GammaGammaLikelihood(read)

    @classmethod
    def _starts(cls, read):
        # In scaled units the typical value is 1, hence p v about q. Spread of the logs: 1/q among customers.
        spread = read.customers @ np.log(read.monetary_value) ** 2 / read.customers.sum()
        q = float(np.clip(1 + 1 / max(spread, 1e-3), 1.2, 50))
        return [[q, q, 1.0], [1.0, 3.0, 3.0], [10.0, 2.0, 0.2]]


def _usable(read):
    value = read.monetary_value
    return (read.frequency > 0) & np.isfinite(value) & (np.nan_to_num(value, posinf=0.0) > 0)
