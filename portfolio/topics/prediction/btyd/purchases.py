"""What the three models of purchases share: the fit, the chance of being alive, the purchases to come."""

from abc import abstractmethod
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import expit

from .histories import TIMING, grouped, read_histories, require_repeats
from .intervals import count_interval, covariance_of, delta_error, log_interval, slopes_of
from .model import FittedModel


@dataclass(frozen=True, kw_only=True)
class PurchaseModel(FittedModel):
    """A buy-till-you-die model: customers buy at their own constant rate, until they leave unseen.

    Every method takes ``histories``, a table with the columns ``frequency``, ``recency``, ``T`` and optionally
    ``customers`` (see the module ``histories``), and raises InvalidHistories with all its problems at once.
    Results are Series aligned to its rows. ``horizon`` is in the unit of ``T`` (weeks).
    """

    @classmethod
    def fit(cls, histories):
        """Fit by maximum likelihood.

        Equal histories are counted together, so a table of distinct histories with ``customers`` and a table of
        one row a customer give the same model. Times are scaled inside: days and weeks give equivalent models.

        Returns
        -------
        the fitted model

        Raises
        ------
        InvalidHistories
            With all the problems of the table.
        NoRepeatPurchases
            When nobody bought again.
        """
        read = read_histories(histories, TIMING)
        require_repeats(read)
        counted = read if read.counted else grouped(read)
        scale = counted.customers @ counted.T / counted.customers.sum() or 1.0
        scaled = replace(counted, recency=counted.recency / scale, T=counted.T / scale)
        # The likelihood of x purchases is a density of x times, hence one factor `scale` each.
        jacobian = counted.customers @ counted.frequency * np.log(scale)
        return cls._fit(scaled, scale, jacobian)

    def log_likelihood_of(self, histories):
        """Log-likelihood of `histories` under this model's parameters: one number, summed over customers."""
        return float(self._likelihood(read_histories(histories, TIMING)).evaluate(self.point)[0])

    def probability_alive(self, histories):
        """Probability that a customer with each history has not left: a Series aligned to the rows."""
        read = read_histories(histories, TIMING)
        return read.series(self._alive(read), "probability_alive")

    def expected_purchases(self, histories, horizon):
        """Purchases expected of a customer with each history in the next `horizon`: a Series aligned to the rows."""
        read = read_histories(histories, TIMING)
        return read.series(self._expected(read, [_time(horizon)], [1.0]), "expected_purchases")

    def expected_purchases_interval(self, histories, horizon, level=0.95):
        """Expected purchases with the interval of that expectation, by the delta method.

        It tells how well the expectation is known, not how widely one customer's purchases will scatter.

        Returns
        -------
        DataFrame
            ``expected``, ``standard_error``, ``low``, ``high``, aligned to the rows.
        """
        read = read_histories(histories, TIMING)
        times = [_time(horizon)]
        error = delta_error(self, lambda model: model._expected(read, times, [1.0]))
        return log_interval(self._expected(read, times, [1.0]), error, level).set_index(read.index)

    def total_purchases_interval(self, histories, horizon, level=0.95):
        """Purchases expected of all customers together, with the interval in which the actual total should fall.

        The interval holds both the uncertainty of the parameters (delta method) and chance: the variance of
        each customer's purchases under the model, summed.

        Returns
        -------
        Series
            ``expected``, ``standard_error``, ``low``, ``high``.
        """
        told = self.spread(histories, horizon)
        weight = told.pop("customers")
        sums = told.mul(weight, axis=0).sum()
        slopes = sums[slope_names(self)].to_numpy()
        unknown = slopes @ covariance_of(self) @ slopes if self.information is not None else np.nan
        told = count_interval([sums["expected"]], [sums["chance"] + unknown], level)
        return told.iloc[0].rename("total_purchases")

    def spread(self, histories, horizon):
        """What a total of purchases in the next `horizon` is summed from, whoever is in it.

        Returns
        -------
        DataFrame
            Aligned to the rows, of one customer: ``expected``; ``chance``, the variance of the purchases under the
            model; ``slope_0``, ``slope_1`` ..., how the expected moves with the logarithm of each parameter. Sums of
            slopes times `covariance_of` the parameters give the variance of the expected sum. And ``customers``, the
            weight of the row.
        """
        read = read_histories(histories, TIMING)
        times = [_time(horizon)]
        slopes = slopes_of(self, lambda model: model._expected(read, times, [1.0]))
        columns = {
            "expected": self._expected(read, times, [1.0]),
            "chance": self._chance(read, times[0]),
            **dict(zip(slope_names(self), slopes, strict=True)),
            "customers": read.customers,
        }
        return pd.DataFrame(columns, index=read.index)

    def chance(self, histories, horizon):
        """Variance of the purchases of a customer with each history in the next `horizon`, under the model."""
        read = read_histories(histories, TIMING)
        return read.series(self._chance(read, _time(horizon)), "chance")

    def _chance(self, read, horizon):
        alive = self._alive(read)
        mean, pairs = self._by_pair(read, lambda x, T: self._moments(x, T, horizon))
        return alive * (pairs + mean) - (alive * mean) ** 2

    def expected_purchases_new(self, t):
        """Repeat purchases expected of a random new customer in the time `t` after the first: a float, or as `t`."""
        times = np.atleast_1d(np.asarray(t, dtype=float))
        if not (np.isfinite(times) & (times >= 0)).all():
            raise ValueError("times must be numbers, 0 or more")
        distinct, number = np.unique(times, return_inverse=True)
        values = np.array([self._expected_new(one) for one in distinct])[number]
        return float(values[0]) if np.ndim(t) == 0 else values

    def alive_over_time(self, purchase_times, times):
        """Probability of being alive of one customer, as seen at each of `times`.

        Parameters
        ----------
        purchase_times : array
            Times of the customer's purchases; the earliest is the first purchase. Same unit as ``T``.
        times : array
            When to look; none before the first purchase. What came later is not known then.

        Returns
        -------
        array, a probability by time
        """
        bought = np.sort(np.asarray(purchase_times, dtype=float))
        times = np.asarray(times, dtype=float)
        if not len(bought) or times.min(initial=np.inf) < bought[0]:
            raise ValueError("give at least one purchase, and no time before the first one")
        x = np.searchsorted(bought, times, side="right") - 1
        table = pd.DataFrame({"frequency": x, "recency": bought[x] - bought[0], "T": times - bought[0]})
        return self.probability_alive(table).to_numpy()

    def _alive(self, read):
        return expit(-self._likelihood(read).log_odds_gone(self.point))

    def _expected(self, read, horizons, weights):
        """Sum over `horizons` of weight x purchases expected by then."""
        sums = self._by_pair(read, lambda x, T: (self._expected_if_alive(x, T, horizons, weights),))
        return self._alive(read) * sums[0]

    @staticmethod
    def _by_pair(read, function):
        """The arrays of `function` of (x, T), each pair computed once: whoever is alive has no other past."""
        number, distinct = pd.factorize(read.T)
        code, pairs = pd.factorize(read.frequency * len(distinct) + number)
        return [values[code] for values in function(pairs // len(distinct), distinct[pairs % len(distinct)])]

    @classmethod
    @abstractmethod
    def _likelihood(cls, read):
        """The likelihood of histories: ``evaluate(point)`` and ``log_odds_gone(point)``."""

    @classmethod
    @abstractmethod
    def _starts(cls, read):
        """Where to start the search: a list of parameter arrays, in scaled units."""

    @abstractmethod
    def _expected_if_alive(self, x, T, horizons, weights):
        """Sum over `horizons` of weight x purchases expected by then, given alive at T."""

    @abstractmethod
    def _moments(self, x, T, horizon):
        """E[Y] and E[Y (Y - 1)] of the purchases Y in `horizon`, given alive at T."""

    @abstractmethod
    def _expected_new(self, t):
        """E[X(t)] of a random new customer."""


def slope_names(model):
    """Names of the columns that tell how a prediction moves with each parameter of a model."""
    return [f"slope_{number}" for number in range(len(model.names))]


def _time(horizon):
    if not (np.isscalar(horizon) and np.isfinite(horizon) and horizon >= 0):
        raise ValueError(f"the horizon must be a number, 0 or more, in the unit of T; given {horizon!r}")
    return float(horizon)


def rate_start(read):
    """Method of moments of the negative binomial, as if nobody left: shape r and rate alpha of the buying rates."""
    weight = read.customers / read.customers.sum()
    mean = weight @ read.frequency
    excess = weight @ (read.frequency - mean) ** 2 - mean
    r = float(np.clip(mean**2 / excess, 0.05, 20)) if excess > 0 else 20.0
    return r, r * max(weight @ read.T, 1e-3) / mean


def silent_share(read):
    """Share of the repeat buyers silent for three of their own mean intervals: a first guess of who left."""
    again = read.frequency > 0
    silent = (read.T - read.recency)[again] > 3 * read.recency[again] / read.frequency[again]
    weight = read.customers[again]
    return float(np.clip(weight @ silent / weight.sum(), 0.02, 0.98))
