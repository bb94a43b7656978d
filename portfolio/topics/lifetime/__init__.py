"""What a customer is worth over the years, by the simple formula."""

from portfolio.topics.lifetime.topic import TOPIC, by, simple

__all__ = ["TOPIC", "by", "simple"]
