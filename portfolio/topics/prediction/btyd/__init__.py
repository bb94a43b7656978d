"""Buy-till-you-die models: how many purchases will come, of what value, and who is still a customer.

Models are fitted on histories (the module `histories` tells their columns) and are frozen. They know neither the order
file nor the engine: what comes in is a table of histories, what goes out is aligned to its rows.
"""

from .beta_geo import BetaGeoModel
from .errors import InvalidHistories, NoRepeatPurchases
from .gamma_gamma import GammaGammaModel
from .modified_beta_geo import ModifiedBetaGeoModel
from .pareto_nbd import ParetoNBDModel
from .selection import MODELS, choose, hold_out
from .value import (
    WEEKS_PER_YEAR,
    discounted_expected_purchases,
    lifetime_value,
    lifetime_value_by,
)

__all__ = [
    "MODELS",
    "WEEKS_PER_YEAR",
    "BetaGeoModel",
    "GammaGammaModel",
    "InvalidHistories",
    "ModifiedBetaGeoModel",
    "NoRepeatPurchases",
    "ParetoNBDModel",
    "choose",
    "discounted_expected_purchases",
    "hold_out",
    "lifetime_value",
    "lifetime_value_by",
]
