"""What the first figures of a report are, and what is said of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd

from portfolio.base.book import Book
from portfolio.review.figures import numbers
from portfolio.review.figures.numbers import chosen, figures_of, metrics, recent
from portfolio.sources.ledger import Note
from portfolio.topics.contract import Topic, Topics

# The figures that open a report are those of rank 1 to 7.
FIRST = 7


class Measured(NamedTuple):
    """How the figures of a report are measured.

    Attributes
    ----------
    ruler
        The period whose cut-offs they are measured with.
    incomplete
        The day of the last order, where orders stop before the end of the period; else None.
    doubts
        What may be wrong in the sources, each with its table.
    """

    ruler: str
    incomplete: dt.date | None
    doubts: tuple[tuple[str, Note], ...] = ()


Headline = tuple[pd.DataFrame, pd.DataFrame, list[str], Callable[..., str], Measured]


def headline(book: Book, *topics: Topic) -> Headline:
    """Return the figures, those of the last periods, the names of the first, the sentence that opens, and how they are
    measured."""
    figures = metrics(book, *topics)
    lead = partial(_lead(book, *topics), figures)
    return (
        figures,
        recent(book, *topics),
        _first(book, *topics),
        lead,
        Measured(book.ruler_period.name, book.incomplete, book.ledger.doubts),
    )


def over_periods(books: Sequence[Book]) -> Headline:
    """Return ``headline`` of the last book, its lines being those of the books."""
    figures, _recent, names, lead, measured = headline(books[-1])
    return figures, _as_recent(numbers.history(books)), names, lead, measured


def history(books: Sequence[Book]) -> tuple[pd.DataFrame, pd.DataFrame, Topics]:
    """Return every figure across the books, those of the last one, and the topics."""
    return numbers.history(books), metrics(books[-1]), books[-1].topics


def say_history(history: pd.DataFrame, metrics: pd.DataFrame, topics: Topics, *, words) -> str:
    """Say how the first figures went from the first period to the last."""
    return next(topic.lead_over for topic in topics if topic.lead_over)(history, words=words)


def _first(book: Book, *topics: Topic) -> list[str]:
    """Return the names of the first figures: by their rank, or, of topics that are named, as these declare them."""
    figures = figures_of(book, *topics)
    if topics:
        return [figure.name for figure in figures]
    ranked = sorted((figure for figure in figures if 0 < figure.rank <= FIRST), key=lambda figure: figure.rank)
    return [figure.name for figure in ranked]


def _lead(book: Book, *topics: Topic) -> Callable[..., str]:
    return next((topic.lead for topic in chosen(book, *topics) if topic.lead), _nothing)


def _nothing(metrics: pd.DataFrame, *, words) -> str:
    return ""


def _as_recent(history: pd.DataFrame) -> pd.DataFrame:
    """Return a row a period of a table with a column a period."""
    turned = history.drop(columns=["unit", "direction"]).set_index("name").T
    return turned.rename_axis("period").reset_index()
