"""Where we win and lose: the book cut by an attribute of its customers."""

from portfolio.topics.places.numbers import place
from portfolio.topics.places.topic import TOPIC, by

__all__ = ["TOPIC", "by", "place"]
