"""Recency, frequency, monetary value: scores, segments, and what to do with each."""

from portfolio.topics.rfm.topic import TOPIC, cutoffs, migration, scores, segments

__all__ = ["TOPIC", "cutoffs", "migration", "scores", "segments"]
