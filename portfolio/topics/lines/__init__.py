"""The rows of the orders file: read, kept and set aside."""

from portfolio.topics.lines.topic import TOPIC

__all__ = ["TOPIC"]
