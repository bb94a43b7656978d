"""What customers buy from the range, and what they do not know we sell."""

from portfolio.topics.offer.topic import TOPIC, categories

__all__ = ["TOPIC", "categories"]
