"""What stands out: the SWOT."""

from portfolio.review.findings import numbers, shown
from portfolio.show.section import Section

findings = Section("findings", numbers.with_topics, shown.swot)
over_periods = Section(
    "findings_over_periods", numbers.over_periods, shown.periods_table, shown.periods_sentence, over_books=True
)
