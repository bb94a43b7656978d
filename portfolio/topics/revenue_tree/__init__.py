"""Why revenue changed: more customers, more orders each, or larger baskets."""

from portfolio.topics.revenue_tree.topic import TOPIC, by, over_periods, whole

__all__ = ["TOPIC", "by", "over_periods", "whole"]
