"""The BG/NBD model of Fader, Hardie and Lee (2005)."""

from dataclasses import dataclass
from typing import ClassVar

from .geometric_dropout import GeometricDropoutModel


@dataclass(frozen=True)
class BetaGeoModel(GeometricDropoutModel):
    """BG/NBD: a customer may leave after each repeat purchase.

    So it gives a probability of being alive of 1 to every one-time buyer, however long ago: nobody can leave before
    the first repeat purchase. Look at ModifiedBetaGeoModel or ParetoNBDModel beside it where one-time buyers matter.

    Parameters
    ----------
    r, alpha : shape and rate of the Gamma distribution of buying rates; `alpha` is in the unit of time (weeks)
    a, b : of the Beta distribution of the chance of leaving

    Notes
    -----
    Fader, Hardie and Lee (2005), "Counting your customers the easy way: an alternative to the Pareto/NBD model",
    Marketing Science 24 (2): likelihood equation 6, E[X(t)] 9, conditional expectation 10.
    """

    r: float
    alpha: float
    a: float
    b: float

    first_occasion: ClassVar[int] = 0
