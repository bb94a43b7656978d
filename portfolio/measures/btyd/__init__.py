"""Buy-till-you-die models: how many purchases will come, of what value, and who is still a customer."""

from .beta_geo import BetaGeoModel
from .errors import InvalidHistories, NoRepeatPurchases
from .gamma_gamma import GammaGammaModel
from .modified_beta_geo import ModifiedBetaGeoModel
from .pareto_nbd import ParetoNBDModel

__all__ = [
    "BetaGeoModel",
    "GammaGammaModel",
    "InvalidHistories",
    "ModifiedBetaGeoModel",
    "NoRepeatPurchases",
    "ParetoNBDModel",
]
