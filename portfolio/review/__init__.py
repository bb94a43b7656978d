"""What looks across topics: figures, findings, lists, targets, comparison, and where the figures come from.

Everything here walks the topics and names none. A notebook shows ``review.headline`` and the others as any section.
"""

from portfolio.review.comparison import restated
from portfolio.review.figures import headline, headline_over_periods, history
from portfolio.review.findings import findings
from portfolio.review.findings import over_periods as findings_over_periods
from portfolio.review.foot import foot
from portfolio.review.lists import lists
from portfolio.review.targets import targets

__all__ = [
    "findings", "findings_over_periods", "foot", "headline", "headline_over_periods", "history", "lists", "restated",
    "targets",
]  # fmt: skip
