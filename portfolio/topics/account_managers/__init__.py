"""What each account manager looks after."""

from portfolio.topics.account_managers.topic import TOPIC

__all__ = ["TOPIC"]
