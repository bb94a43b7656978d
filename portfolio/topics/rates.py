"""Ratios and proportions, and what chance alone could make of them."""

from __future__ import annotations

import math
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


def first_ranks(n: int, *shares: float) -> int:
    """Return ceil(sum of shares x n) without the rounding error of floats: 0.2 of 15 is 3."""
    return math.ceil(sum(Fraction(str(share)) for share in shares) * n)
