"""Figures against their goals."""

from portfolio.review.targets import numbers, shown
from portfolio.show.section import Section

targets = Section("targets", numbers.targets, shown.bullets, shown.table, shown.sentence)
