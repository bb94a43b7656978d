"""Nodes for the integrals behind the models' hypergeometric functions."""

from functools import lru_cache

import numpy as np


def beta_nodes(a, b, count):
    """Points and weights of the Gauss rule for the mean of a function of p, where p is Beta(a, b).

    Exact for polynomials of degree below 2 `count`. Gauss-Jacobi by the method of Golub and Welsch (1969), written
    for [0, 1] and for weights that sum to 1, so that it neither overflows nor loses small p.
    """
    k = np.arange(1, count)
    s = a + b - 2
    diagonal = np.empty(count)
    diagonal[0] = a / (a + b)
    diagonal[1:] = (2 * k * (k + s + 1) + s * a) / ((2 * k + s) * (2 * k + s + 2))
    square = k * (k + b - 1) * (k + a - 1) / ((2 * k + s) ** 2 * (2 * k + s + 1))
    # (k + s) / (2 k + s - 1) is 0/0 at k = 1 when a + b = 1, and 1 in the limit.
    square[1:] *= (k[1:] + s) / (2 * k[1:] + s - 1)
    from scipy.linalg import eigh_tridiagonal  # only fits need it

    points, vectors = eigh_tridiagonal(diagonal, np.sqrt(square))
    return np.maximum(points, 1e-30), vectors[0] ** 2


@lru_cache
def legendre_nodes(count):
    """Points and weights of the Gauss-Legendre rule on [0, 1]."""
    points, weights = np.polynomial.legendre.leggauss(count)
    return (points + 1) / 2, weights / 2
