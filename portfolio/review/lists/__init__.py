"""Whom to call, and why."""

from portfolio.review.lists import numbers, shown
from portfolio.show.section import Section

lists = Section("lists", numbers.summary, shown.lists)
