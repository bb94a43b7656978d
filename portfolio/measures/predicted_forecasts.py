"""What we forecast, and what came: period after period, each with the model of its own day."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from portfolio.base.book import Book
from portfolio.measures.predicted_holdout import TOTAL, published, total
from portfolio.measures.predicted_models import before


def forecasts(books: Iterable[Book]) -> pd.DataFrame:
    """Set what was forecast at the end of each period's predecessor beside what came.

    Returns
    -------
    DataFrame
        ``predicted_holdout.TOTAL``, a row a period that could be forecast, oldest first. The model of each is the one
        that would have been chosen on that day, fitted on what was known then; the customers are those known then.
    """
    ordered = sorted(books, key=lambda book: book.period.start)
    rows = []
    for number, book in enumerate(ordered):
        # The book before is open already where periods follow each other.
        follows = number and ordered[number - 1].period == book.period.previous
        rows.append(total(published(book, ordered[number - 1] if follows else before(book))))
    known = [row for row in rows if len(row)]
    return pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=TOTAL)


def last_books(book: Book, length: int = 6) -> list[Book]:
    """Return the book and those of the periods before it, oldest first, at most so many."""
    books = [book]
    while len(books) < length and before(books[0]) is not None:
        books.insert(0, before(books[0]))
    return books
