"""What customers are likely to bring: alive or not, purchases to come, their value; and how far to trust it.

histories   counted in the engine: what the models need to know of each customer
btyd/       the models: buy till you die, and Gamma-Gamma
fits        models of a portfolio on a day, chosen on the last period   stored   the same as a table, for a run
units       who is forecast apart: groups that one model missed        told     what models say, ready to be summed
predictions what they say of each customer
value/      what the customers are worth together     checks/   what was forecast and what came
models/     how a model thinks                        each with numbers.py, shown.py and its sections
"""

from portfolio.topics.prediction.checks.sections import (
    apart,
    by_frequency,
    caution,
    forecasts,
    forecasts_by,
    last_forecasts,
    tracking,
)
from portfolio.topics.prediction.models.sections import alive, history, one_time_buyers, parameters, selection, trust
from portfolio.topics.prediction.topic import TOPIC
from portfolio.topics.prediction.value.sections import (
    bridge,
    capital,
    distribution,
    first_customers,
    leaving,
    reconciliation,
)
from portfolio.topics.prediction.value.sections import by as capital_by

__all__ = [
    "TOPIC", "alive", "apart", "bridge", "by_frequency", "capital", "capital_by", "caution", "distribution",
    "first_customers", "forecasts", "forecasts_by", "history", "last_forecasts", "leaving", "one_time_buyers",
    "parameters", "reconciliation", "selection", "tracking", "trust",
]  # fmt: skip
