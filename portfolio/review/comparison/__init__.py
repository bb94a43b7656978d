"""What was restated since it was published."""

from portfolio.review.comparison import numbers, shown
from portfolio.show.section import Section

restated = Section("restated", numbers.published, shown.table, shown.sentence, over_books=True)
