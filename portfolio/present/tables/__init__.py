"""Tables: computed frames in, a plain ``Table`` out, which a template makes HTML of.

``view.table(tables.rfm_segments, frame)`` shows one in a notebook and in a report.
"""

from portfolio.present.tables import predicted
from portfolio.present.tables.activity import activity, movement, revenue_bridge
from portfolio.present.tables.base import Cell, Column, Table
from portfolio.present.tables.comparison import findings_over, movements, restated, revenue_bridges, rfm_migration
from portfolio.present.tables.lists import action_list, ledger
from portfolio.present.tables.measures import history, targets
from portfolio.present.tables.segments import by_attribute, categories, lifetime, lifetime_by
from portfolio.present.tables.sizes import migration, sizes
from portfolio.present.tables.states import lifecycle, rfm_cutoffs, rfm_scores, rfm_segments
from portfolio.present.tables.voice import nps

__all__ = [
    "Cell",
    "Column",
    "Table",
    "action_list",
    "activity",
    "by_attribute",
    "categories",
    "findings_over",
    "history",
    "ledger",
    "lifecycle",
    "lifetime",
    "lifetime_by",
    "migration",
    "movement",
    "movements",
    "nps",
    "predicted",
    "restated",
    "revenue_bridge",
    "revenue_bridges",
    "rfm_cutoffs",
    "rfm_migration",
    "rfm_scores",
    "rfm_segments",
    "sizes",
    "targets",
]
