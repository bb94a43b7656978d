"""Ratios and proportions, and what chance alone could make of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd


def ratio(numerator: float, denominator: float) -> float:
    """Return numerator / denominator, NaN when the denominator is 0 or unknown."""
    return float(numerator) / float(denominator) if denominator and not pd.isna(denominator) else np.nan


def wilson(successes: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a proportion (Wilson 1927, JASA 22), NaN when n is 0."""
    if not n:
        return np.nan, np.nan
    from scipy.stats import binomtest  # takes as long to import as everything else a run needs to plan

    interval = binomtest(int(successes), int(n)).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def proportions_differ(successes: float, n: float, other_successes: float, other_n: float) -> float:
    """Return the p-value of two proportions being one, 1 where nothing varies: Pearson's chi-square, or Fisher's exact
    test where a count under 5 is expected and the chi-square is said not to hold (Cochran 1954)."""
    table = [[successes, n - successes], [other_successes, other_n - other_successes]]
    if not all(map(sum, table)) or not all(map(sum, zip(*table, strict=True))):
        return 1.0
    from scipy.stats import chi2_contingency, fisher_exact  # slow to import

    test = chi2_contingency(table, correction=False)
    return float(fisher_exact(table).pvalue if test.expected_freq.min() < 5 else test.pvalue)


def ratios_differ(mine: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the p-value of two ratios of sums over customers being one; 1 where chance has no part.

    Parameters
    ----------
    mine, theirs
        Sums over customers of: the numerator y, the denominator x, y squared, x y, x squared.

    Notes
    -----
    The variance of a ratio r = sum(y) / sum(x) is sum((y - r x)^2) / sum(x)^2: Cochran 1977, Sampling Techniques, 6.4.
    """
    from scipy.stats import norm

    rates, variance = [], 0.0
    for y, x, yy, xy, xx in (mine, theirs):
        rate = ratio(y, x)
        rates.append(rate)
        variance += (yy - 2 * rate * xy + rate**2 * xx) / x**2 if x else np.nan
    return float(2 * norm.sf(abs(rates[0] - rates[1]) / math.sqrt(variance))) if variance > 0 else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for being looked at together (Holm 1979, Scand. J. Statist. 6)."""
    adjusted, worst = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = worst
    return adjusted


def first_ranks(n: int, *shares: float) -> int:
    """Return ceil(sum of shares x n) without the rounding error of floats: 0.2 of 15 is 3."""
    return math.ceil(sum(Fraction(str(share)) for share in shares) * n)
