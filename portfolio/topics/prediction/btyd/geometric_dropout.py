"""BG/NBD and MBG/NBD in one: customers may leave after a purchase, with a chance of their own.

They differ in one thing, the number k of occasions at which a customer with x repeat purchases could have left:
BG/NBD counts the repeat purchases (k = x), MBG/NBD the first purchase too (k = x + 1). With buying rates Gamma(r,
alpha) and chances of leaving Beta(a, b), the likelihood of a history is

    Gamma(r+x)/Gamma(r) alpha^r (alpha+T)^-(r+x) B(a, b+k)/B(a, b) (1 + odds),
    odds = a/(b+k-1) ((alpha+T)/(alpha+recency))^(r+x) where k > 0, else 0,

and odds are those of having left. Fader, Hardie and Lee (2005), "Counting your customers the easy way", equations 6
and 10; Batislam, Denizel and Filiztekin (2007), "Empirical validation and comparison of models for customer base
analysis".
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from .purchases import PurchaseModel, rate_start, silent_share
from .quadrature import beta_nodes

CHUNK = 8_192  # rows at a time, so that the work stays in the processor's cache


class GeometricDropoutLikelihood:
    """Log-likelihood of histories in (r, alpha, a, b), with its derivatives in their logarithms.

    What depends on x or on T alone is counted beforehand: Gamma(r+x)/Gamma(r) is the product of r+j over j < x,
    which needs no special function and stays exact when r is large or a is nearly 0.
    """

    def __init__(self, read, first_occasion):
        weight, x = read.customers, read.frequency
        occasions = x + first_occasion
        self.total = weight.sum()
        self.beyond_x = _count_beyond(x, weight)
        self.beyond_k = _count_beyond(occasions, weight)
        number, self.T = pd.factorize(read.T)
        self.T_customers = np.bincount(number, weights=weight)
        self.T_purchases = np.bincount(number, weights=weight * x)
        self.size = len(read)
        self.could_leave = np.flatnonzero(occasions > 0)
        self.rows = [column[self.could_leave] for column in (x, occasions, read.recency, read.T, weight)]

    def evaluate(self, point):
        """Log-likelihood, gradient and Hessian at the log parameters `point`."""
        r, alpha, a, b = parameters = np.exp(point)
        slope, curve = np.zeros(4), np.zeros((4, 4))

        j = np.arange(len(self.beyond_x))
        value = self.beyond_x @ np.log(r + j)
        slope[0] = self.beyond_x @ (1 / (r + j))
        curve[0, 0] = -self.beyond_x @ (1 / (r + j) ** 2)

        j = np.arange(len(self.beyond_k))
        value -= self.beyond_k @ np.log1p(a / (b + j))
        slope[2] = -self.beyond_k @ (1 / (a + b + j))
        slope[3] = self.beyond_k @ (a / ((b + j) * (a + b + j)))
        curve[2, 2] = curve[2, 3] = curve[3, 2] = self.beyond_k @ (1 / (a + b + j) ** 2)
        curve[3, 3] = curve[2, 2] - self.beyond_k @ (1 / (b + j) ** 2)

        log_T = np.log1p(self.T / alpha)
        exponents = r * self.T_customers + self.T_purchases
        purchases = self.T_purchases.sum()
        value -= exponents @ log_T + purchases * np.log(alpha)
        slope[0] -= self.T_customers @ log_T
        slope[1] += exponents @ (self.T / (alpha * (alpha + self.T))) - purchases / alpha
        curve[0, 1] = curve[1, 0] = self.T_customers @ (self.T / (alpha * (alpha + self.T)))
        curve[1, 1] = exponents @ (1 / (alpha + self.T) ** 2) - r * self.total / alpha**2

        gradient = parameters * slope
        hessian = np.outer(parameters, parameters) * curve + np.diag(gradient)
        for start in range(0, len(self.could_leave), CHUNK):
            rows = [column[start : start + CHUNK] for column in self.rows]
            parts = _gone_terms(*rows, *parameters)
            value += parts[0]
            gradient += parts[1]
            hessian += parts[2]
        return value, gradient, hessian

    def log_odds_gone(self, point):
        """Logarithm of the odds of having left, by history; minus infinity for those who could not have left."""
        r, alpha, a, b = np.exp(point)
        x, occasions, recency, T, _ = self.rows
        odds = np.full(self.size, -np.inf)
        odds[self.could_leave] = np.log(a / (b + occasions - 1)) + (r + x) * np.log((alpha + T) / (alpha + recency))
        return odds


def _count_beyond(counts, weight):
    """Customers whose count exceeds j, for j = 0, 1, ..."""
    at = np.bincount(counts, weights=weight)
    return at[::-1].cumsum()[::-1][1:]


def _gone_terms(x, occasions, recency, T, weight, r, alpha, a, b):
    """Sum of log(1 + odds), its gradient and Hessian in the log parameters."""
    late, early = 1 / (alpha + T), 1 / (alpha + recency)
    ratio = np.log(early / late)
    spread = late - early
    exponent = r + x
    left = 1 / (b + occasions - 1)
    log_odds = np.log(a * left) + exponent * ratio
    small = np.exp(-np.abs(log_odds))
    value = weight @ (np.maximum(log_odds, 0) + np.log1p(small))
    gone = np.where(log_odds > 0, 1, small) / (1 + small)

    towards = np.empty((4, len(x)))  # derivatives of the log odds
    towards[0] = r * ratio
    towards[1] = alpha * exponent * spread
    towards[2] = 1
    towards[3] = -b * left
    expected = weight * gone
    # einsum, not @: on a busy machine the threads of @ wait on each other, for longer than the work takes.
    gradient = np.einsum("in,n->i", towards, expected)
    hessian = np.einsum("in,jn->ij", towards * (expected * (1 - gone)), towards)
    hessian[np.diag_indices(4)] += gradient * [1, 1, 0, 1]
    cross = r * alpha * (expected @ spread)
    hessian[0, 1] += cross
    hessian[1, 0] += cross
    hessian[1, 1] += alpha**2 * ((expected * exponent) @ (early**2 - late**2))
    hessian[3, 3] += b**2 * (expected @ left**2)
    return value, gradient, hessian


@dataclass(frozen=True, kw_only=True)
class GeometricDropoutModel(PurchaseModel):
    """Base of the two models; ``first_occasion`` is 1 where a customer may leave after the first purchase."""

    names: ClassVar = ("r", "alpha", "a", "b")
    scaled_names: ClassVar = ("alpha",)
    first_occasion: ClassVar[int]

    @classmethod
    def _likelihood(cls, read):
        return GeometricDropoutLikelihood(read, cls.first_occasion)

    @classmethod
    def _starts(cls, read):
        r, alpha = rate_start(read)
        gone = silent_share(read)
        occasions = read.customers @ (read.frequency + cls.first_occasion) / read.customers.sum()
        chance = min(gone / max(occasions, 1.0), 0.9)
        return [[r, alpha, 3 * chance, 3 * (1 - chance)], [r / 2, alpha / 2, 0.3, 0.3], [1, 1, 0.1, 5]]

    def _expected_if_alive(self, x, T, horizons, weights):
        def discounted(p, points, exponent, times):
            bought = -np.expm1(-exponent * np.log1p(times[..., None] * p)) / p
            return np.asarray(weights) @ (bought @ points)

        return self._mean_over_chances(x, T, horizons, discounted)

    def _moments(self, x, T, horizon):
        def pairs(p, points, exponent, times):
            grown = times[..., None] * p
            still = np.exp(-exponent * np.log1p(grown))
            # 1 - still (1 + exponent grown/(1 + grown)) cancels where grown is small: its series there.
            exact = 1 - still * (1 + exponent * grown / (1 + grown))
            series = exponent * (exponent + 1) * grown**2 * (1 / 2 - (exponent + 2) * grown / 3)
            gone_twice = np.where(grown * (exponent + 2) < 1e-4, series, exact)
            return (2 * (1 - p) / p**2 * gone_twice @ points)[0]

        return self._expected_if_alive(x, T, [horizon], [1.0]), self._mean_over_chances(x, T, [horizon], pairs)

    def _expected_new(self, t):
        survive_first = self.b / (self.a + self.b) if self.first_occasion else 1.0
        return survive_first * self._expected_if_alive(np.array([0]), np.array([0.0]), [t], [1.0])[0]

    def _mean_over_chances(self, x, T, horizons, function):
        """Mean of `function` over the chance p of leaving, which is Beta(a, b + k) for whoever is alive.

        Given p, and the buying rate integrated out, E[Y(t)] is (1 - (1 + p t/(alpha+T))^-(r+x)) / p. Its mean is the
        2F1 expression of the papers; as a Gauss sum it has no pole at a = 1 and no overflow at large x.
        """
        values = np.empty(len(x))
        order = np.argsort(x, kind="stable")
        counts, starts = np.unique(x[order], return_index=True)
        for count, rows in zip(counts, np.split(order, starts[1:]), strict=True):
            exponent = self.r + count
            times = np.multiply.outer(np.asarray(horizons), 1 / (self.alpha + T[rows]))
            p, points = beta_nodes(self.a, self.b + count + self.first_occasion, _nodes_needed(times.max(), exponent))
            block = max(1, 2**21 // (len(p) * len(times)))
            for start in range(0, len(rows), block):
                some = slice(start, start + block)
                values[rows[some]] = function(p, points, exponent, times[:, some])
        return values


def _nodes_needed(longest, exponent):
    # The integrand's singularity lies at p = -1/longest, and a Gauss rule gains a factor rho^2 with each node; its
    # fall over the interval is resolved by nodes as the square root of the purchases expected of whoever never leaves.
    # 500 nodes serve horizons up to 3,000 times alpha + T, and up to 25,000 such purchases.
    if longest <= 0:
        return 2
    smooth = 20 / np.arccosh(1 + 2 / longest) + 10
    return int(np.clip(max(smooth, 3 * np.sqrt(exponent * longest) + 10), 16, 500))
