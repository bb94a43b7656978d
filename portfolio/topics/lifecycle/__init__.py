"""Where customers stand in their life with the company."""

from portfolio.topics.lifecycle.topic import TOPIC, states

__all__ = ["TOPIC", "states"]
