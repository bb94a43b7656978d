"""What customers say."""

from portfolio.topics.voice.topic import TOPIC, nps

__all__ = ["TOPIC", "nps"]
