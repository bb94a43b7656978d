"""The MBG/NBD model of Batislam, Denizel and Filiztekin (2007)."""

from dataclasses import dataclass
from typing import ClassVar

from .geometric_dropout import GeometricDropoutModel


@dataclass(frozen=True)
class ModifiedBetaGeoModel(GeometricDropoutModel):
    """MBG/NBD: a customer may leave after each purchase, the first one included.

    Parameters
    ----------
    r, alpha : shape and rate of the Gamma distribution of buying rates; `alpha` is in the unit of time (weeks)
    a, b : of the Beta distribution of the chance of leaving

    Notes
    -----
    Batislam, Denizel and Filiztekin (2007), "Empirical validation and comparison of models for customer base
    analysis", International Journal of Research in Marketing 24 (3).
    """

    r: float
    alpha: float
    a: float
    b: float

    first_occasion: ClassVar[int] = 1
