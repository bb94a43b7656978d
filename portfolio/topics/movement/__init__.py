"""Who came, who stayed, who came back and who left."""

from portfolio.topics.movement.topic import TOPIC, customers, over_periods

__all__ = ["TOPIC", "customers", "over_periods"]
