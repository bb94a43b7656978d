"""Small, medium and large customers, and who moved between."""

from portfolio.topics.sizes.topic import TOPIC, last_two, migration, over_periods

__all__ = ["TOPIC", "last_two", "migration", "over_periods"]
