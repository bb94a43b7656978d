"""What happened, in one sentence a section. ``view.text(sentences.movement, frame)`` shows it."""

from portfolio.present.sentences import predicted
from portfolio.present.sentences.comparison import (
    comparison,
    findings_over,
    movements,
    restated,
    revenue_bridges,
    rfm_migration,
)
from portfolio.present.sentences.customers import by_attribute, lifecycle, rfm, targets
from portfolio.present.sentences.headline import headline, movement
from portfolio.present.sentences.money import categories, concentration, lifetime, revenue_bridge, seasons, sizes
from portfolio.present.sentences.voice import nps

__all__ = [
    "by_attribute",
    "categories",
    "comparison",
    "concentration",
    "findings_over",
    "headline",
    "lifecycle",
    "lifetime",
    "movement",
    "movements",
    "nps",
    "predicted",
    "restated",
    "revenue_bridge",
    "revenue_bridges",
    "rfm",
    "rfm_migration",
    "seasons",
    "sizes",
    "targets",
]
