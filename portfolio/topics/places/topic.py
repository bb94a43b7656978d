"""The book cut by an attribute of its customers: its section."""

from portfolio.errors import N_
from portfolio.topics.contract import Section, Topic
from portfolio.topics.places import numbers, shown

by = Section("by", numbers.by, shown.chart_of_values, shown.table, shown.sentence)

TOPIC = Topic("places", title=N_("Where do we win and lose?"), totals=numbers.totals, sections=(by,))
