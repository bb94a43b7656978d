"""How much of the revenue hangs on how few."""

from portfolio.topics.concentration.topic import TOPIC, pareto

__all__ = ["TOPIC", "pareto"]
