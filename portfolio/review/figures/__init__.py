"""The figures of a book, whatever topic declares them: first ones, all of them, across periods."""

from portfolio.review.figures import headlines, periods, shown
from portfolio.show.section import Section

headline = Section("headline", headlines.headline, shown.headline)
headline_over_periods = Section("headline", headlines.over_periods, shown.headline, over_books=True)
history = Section(
    "history", headlines.history, periods.multiples, periods.table, headlines.say_history, over_books=True
)
