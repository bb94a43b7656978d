"""Where the change of revenue comes from."""

from portfolio.topics.bridge.topic import TOPIC, over_periods, revenue

__all__ = ["TOPIC", "over_periods", "revenue"]
