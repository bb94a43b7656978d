"""Contracts that end."""

from portfolio.topics.contracts.topic import TOPIC

__all__ = ["TOPIC"]
