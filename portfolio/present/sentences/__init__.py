"""What happened, in one sentence a section. ``view.text(sentences.movement, frame)`` shows it."""

from portfolio.present.sentences.customers import by_attribute, lifecycle, rfm, targets
from portfolio.present.sentences.headline import comparison, headline, movement
from portfolio.present.sentences.money import categories, concentration, lifetime, revenue_bridge, seasons, sizes

__all__ = [
    "by_attribute",
    "categories",
    "comparison",
    "concentration",
    "headline",
    "lifecycle",
    "lifetime",
    "movement",
    "revenue_bridge",
    "rfm",
    "seasons",
    "sizes",
    "targets",
]
