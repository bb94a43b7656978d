"""What was sold in the period, to how many, and when."""

from portfolio.topics.activity.topic import TOPIC, months

__all__ = ["TOPIC", "months"]
