"""The Pareto/NBD model of Schmittlein, Morrison and Colombo (1987)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .purchases import PurchaseModel, rate_start, silent_share
from .quadrature import legendre_nodes

CHUNK = 2_048  # rows at a time, so that the work stays in the processor's cache
NODES = 32
NEGLIGIBLE = 45.0  # the integrand is cut where it has fallen by exp(-45), below rounding


class ParetoLikelihood:
    """Log-likelihood of histories in (r, alpha, s, beta), with its derivatives in their logarithms.

    The likelihood of a history (Fader and Hardie 2005, "A note on deriving the Pareto/NBD model") is

        Gamma(r+x)/Gamma(r) alpha^r beta^s (still + s J),
        still = (alpha+T)^-(r+x) (beta+T)^-s,
        J = integral over y in [recency, T] of (alpha+y)^-(r+x) (beta+y)^-(s+1) dy.

    The papers write J as a difference of two 2F1 that cancel, overflow or underflow for large x and for
    alpha far from beta. Here the integral itself is taken, by a Gauss rule in log(gamma + y), gamma the smaller of
    alpha and beta: all its terms are positive, and the derivatives are means over the same nodes.
    """

    def __init__(self, read):
        self.rows = [read.frequency, read.recency, read.T, read.customers]
        at = np.bincount(read.frequency, weights=read.customers)
        self.beyond = at[::-1].cumsum()[::-1][1:]
        self.total = read.customers.sum()
        self.size = len(read)

    def evaluate(self, point):
        """Log-likelihood, gradient and Hessian at the log parameters `point`."""
        parameters = np.exp(point)
        r = parameters[0]
        j = np.arange(len(self.beyond))
        # r log(alpha) and s log(beta) are taken row by row, with their counterparts, lest large terms cancel.
        value = self.beyond @ np.log(r + j)
        slope, curve = np.zeros(4), np.zeros((4, 4))
        slope[0] = self.beyond @ (1 / (r + j))
        curve[0, 0] = -self.beyond @ (1 / (r + j) ** 2)
        for chunk in self._chunks():
            x, recency, T, weight = chunk
            still, still_slope, still_curve = _still_terms(x, T, *parameters)
            log_odds, gone_slope, gone_curve = _gone_terms(x, recency, T, *parameters, derivatives=True)
            value += weight @ (still + np.logaddexp(0, log_odds))
            gone = 1 / (1 + np.exp(-log_odds))
            apart = gone_slope - still_slope
            slope += (still_slope + gone * apart) @ weight
            curve += still_curve @ weight + (gone_curve - still_curve) @ (weight * gone)
            curve += (apart * (weight * gone * (1 - gone))) @ apart.T
        gradient = parameters * slope
        return value, gradient, np.outer(parameters, parameters) * curve + np.diag(gradient)

    def log_odds_gone(self, point):
        """Logarithm of the odds of having left, by history."""
        odds = [_gone_terms(x, recency, T, *np.exp(point), derivatives=False) for x, recency, T, _ in self._chunks()]
        return np.concatenate(odds)

    def _chunks(self):
        for start in range(0, self.size, CHUNK):
            yield [column[start : start + CHUNK] for column in self.rows]


def _still_terms(x, T, r, alpha, s, beta):
    """Log of alpha^r beta^s still, with derivatives in (r, alpha, s, beta): by row, (4, rows), (4, 4, rows)."""
    exponent = r + x
    log_alpha, log_beta = np.log1p(T / alpha), np.log1p(T / beta)
    late_alpha, late_beta = 1 / (alpha + T), 1 / (beta + T)
    value = -exponent * log_alpha - x * np.log(alpha) - s * log_beta
    slope = np.array(
        [
            -log_alpha,
            r / alpha - exponent * late_alpha,
            -log_beta,
            s / beta - s * late_beta,
        ]
    )
    curve = np.zeros((4, 4, len(x)))
    curve[0, 1] = curve[1, 0] = 1 / alpha - late_alpha
    curve[1, 1] = exponent * late_alpha**2 - r / alpha**2
    curve[2, 3] = curve[3, 2] = 1 / beta - late_beta
    curve[3, 3] = s * late_beta**2 - s / beta**2
    return value, slope, curve


def _gone_terms(x, recency, T, r, alpha, s, beta, derivatives):
    """Log odds of having left, log(s J / still); and the derivatives of log(alpha^r beta^s s J), as above."""
    exponent = (r + x)[:, None]
    gamma = min(alpha, beta)
    early = (gamma + recency)[:, None]
    early_alpha, early_beta = (alpha + recency)[:, None], (beta + recency)[:, None]
    # With y = early exp(w) - gamma, the integrand falls from w = 0 at this rate at least, and ever faster.
    fall = exponent * early / early_alpha + (s + 1) * early / early_beta - 1
    reach = np.log1p(np.maximum(T - recency, 0)[:, None] / early)
    reach = np.where(fall * reach > NEGLIGIBLE, NEGLIGIBLE / np.maximum(fall, 1e-300), reach)
    nodes, weights = legendre_nodes(NODES)
    w = reach * nodes
    since = early * np.expm1(w)  # y - recency
    log_alpha = w if gamma == alpha else np.log1p(since / early_alpha)
    log_beta = w if gamma == beta else np.log1p(since / early_beta)
    density = np.exp(w - exponent * log_alpha - (s + 1) * log_beta) * weights
    mass = density.sum(axis=1)
    with np.errstate(divide="ignore"):
        log_integral = np.log(mass * reach[:, 0] * early[:, 0])
    log_odds = (
        np.log(s)
        + log_integral
        - np.log(early_beta[:, 0])
        + exponent[:, 0] * np.log((alpha + T) / early_alpha[:, 0])
        + s * np.log((beta + T) / early_beta[:, 0])
    )
    if not derivatives:
        return log_odds

    density /= mass[:, None]
    log_alpha = log_alpha + np.log(early_alpha / alpha)
    log_beta = log_beta + np.log(early_beta / beta)
    far_alpha, far_beta = 1 / (early_alpha + since), 1 / (early_beta + since)
    scores = (-log_alpha, -exponent * far_alpha, -log_beta, -(s + 1) * far_beta)
    means = np.array([np.einsum("nk,nk->n", density, score) for score in scores])
    slope = means + np.array([0, r / alpha, 1 / s, s / beta])[:, None]
    curve = np.empty((4, 4, len(x)))
    for i in range(4):
        weighted = density * (scores[i] - means[i][:, None])
        for k in range(i, 4):
            curve[i, k] = curve[k, i] = np.einsum("nk,nk->n", weighted, scores[k])
    mean_alpha, mean_beta = -means[1] / exponent[:, 0], -means[3] / (s + 1)
    curve[0, 1] += 1 / alpha - mean_alpha
    curve[1, 0] = curve[0, 1]
    curve[2, 3] += 1 / beta - mean_beta
    curve[3, 2] = curve[2, 3]
    curve[1, 1] += exponent[:, 0] * np.einsum("nk,nk->n", density, far_alpha**2) - r / alpha**2
    curve[3, 3] += (s + 1) * np.einsum("nk,nk->n", density, far_beta**2) - s / beta**2
    curve[2, 2] -= 1 / s**2
    return log_odds, slope, curve


@dataclass(frozen=True)
class ParetoNBDModel(PurchaseModel):
    """Pareto/NBD: a customer may leave at any moment, bought again or not.

    Parameters
    ----------
    r, alpha : shape and rate of the Gamma distribution of buying rates
    s, beta : shape and rate of the Gamma distribution of rates of leaving; `alpha` and `beta` are in the unit of
        time (weeks)

    Notes
    -----
    Schmittlein, Morrison and Colombo (1987), "Counting your customers: who are they and what will they do next?",
    Management Science 33 (1); Fader and Hardie (2005), "A note on deriving the Pareto/NBD model and related
    expressions".
    """

    r: float
    alpha: float
    s: float
    beta: float

    names: ClassVar = ("r", "alpha", "s", "beta")
    scaled_names: ClassVar = ("alpha", "beta")

    @classmethod
    def _likelihood(cls, read):
        return ParetoLikelihood(read)

    @classmethod
    def _starts(cls, read):
        r, alpha = rate_start(read)
        # In scaled units the mean T is 1: a share leaves within it when s log(1 + 1/beta) = -log(1 - share).
        leaving = -np.log1p(-silent_share(read)) / np.log(2)
        return [[r, alpha, leaving, 1.0], [r / 2, alpha / 2, 0.5, 0.3], [1, 1, 2, 10]]

    def _expected_if_alive(self, x, T, horizons, weights):
        lived = sum(w * _power_integral(self.s, t / (self.beta + T)) for t, w in zip(horizons, weights, strict=True))
        return (self.r + x) / (self.alpha + T) * (self.beta + T) * lived

    def _moments(self, x, T, horizon):
        """E[Y (Y-1)] is E[rate^2] x 2 times the integral of y P(alive at y) over the horizon."""
        u = horizon / (self.beta + T)
        squares = (self.r + x) * (self.r + x + 1) / (self.alpha + T) ** 2
        lived = (self.beta + T) ** 2 * (_power_integral(self.s - 1, u) - _power_integral(self.s, u))
        return self._expected_if_alive(x, T, [horizon], [1.0]), 2 * squares * lived

    def _expected_new(self, t):
        return self._expected_if_alive(np.array([0.0]), np.array([0.0]), [t], [1.0])[0]


def _power_integral(power, u):
    """Integral of (1 + y)^-power over y in [0, u], as exact near power = 1 as elsewhere."""
    log = np.log1p(u)
    exponent = (1 - power) * log
    ratio = np.divide(np.expm1(exponent), exponent, out=np.ones_like(log), where=np.abs(exponent) > 1e-300)
    return log * ratio
