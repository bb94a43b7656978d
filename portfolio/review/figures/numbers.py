"""The figures of a book, whatever topic declares them: what metrics.json holds."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from portfolio.base.book import Book
from portfolio.review.figures.goals import goals
from portfolio.topics import chance
from portfolio.topics.contract import COUNTS, INTERVAL, PROPORTION, Figure, Sums, Topic

# What figures stand beside, in this order.
COMPARED = ("previous", "year_ago")
NOTHING = (np.nan, 0)


def chosen(book: Book, *topics: Topic) -> list[Topic]:
    """Return the topics named, or, when none is, all but those that a notebook of their own publishes."""
    return list(topics) or [topic for topic in book.topics if not topic.apart]


def able(book: Book, *topics: Topic) -> list[Topic]:
    """Return the topics named, or all, whose tables the sources hold: the others find nothing and list nobody."""
    return [topic for topic in topics or book.topics if all(book.measured(table) for table in topic.needs)]


def figures_of(book: Book, *topics: Topic) -> list[Figure]:
    """Return the figures of some topics, in the order of the story."""
    return [figure for topic in chosen(book, *topics) for figure in topic.figures_of(book.thresholds)]


def value_of(book: Book, name: str) -> tuple[float, float]:
    """Return a figure of the book with what it is counted over: (value, n); NaN where there is none."""
    topic = book.topics.topic_of(name)
    return book.once(("values", topic.name), lambda: topic.values(book)).get(name, NOTHING)


def metrics(book: Book, *topics: Topic) -> pd.DataFrame:
    """Return the figures of the book beside those of the period before, of a year ago, and their targets.

    Parameters
    ----------
    topics
        Those whose figures are wanted; when none is named, all that have no notebook of their own.

    Returns
    -------
    DataFrame
        ``name``, ``value``, ``unit``, ``direction``, ``previous``, ``year_ago``, ``target``, ``n`` (what the value is
        counted over), ``reason`` (a key, where the value is NaN), ``doubt`` (whether the history is too short to judge
        it), ``aside`` (money set aside, where it is more than the gap to the target, or than the change; else NaN),
        ``sure_previous`` and ``sure_year_ago`` (whether the change is more than chance; None where that is not told).
        ``previous`` and ``year_ago`` are those of the same days where orders stop before the end of the period.
    """
    earlier, targets, rows = book.compared, goals(book), []
    book.together(*earlier.values())
    judged = sure(book, *topics)
    for figure in figures_of(book, *topics):
        value, n = value_of(book, figure.name)
        missing = pd.isna(value)
        rows.append(
            {
                "name": figure.name,
                "value": np.nan if missing else float(value),
                "unit": figure.unit,
                "direction": figure.direction,
                **{
                    name: float(value_of(earlier[name], figure.name)[0]) if name in earlier else np.nan
                    for name in COMPARED
                },
                "target": targets.get(figure.name, np.nan),
                "n": int(n),
                "reason": _reason(figure, book) if missing else "",
                "doubt": bool(figure.doubt and figure.doubt(book)),
                **{f"sure_{name}": judged.get((figure.name, name)) for name in COMPARED},
            }
        )
        rows[-1]["aside"] = _aside(figure, book, rows[-1])
    return pd.DataFrame(rows)


def sure(book: Book, *topics: Topic) -> dict[tuple[str, str], bool | None]:
    """Say whether each figure has changed more than chance since each earlier book; None where nobody can tell."""
    return book.once(("sure", *(topic.name for topic in topics)), lambda: _sure(book, figures_of(book, *topics)))


def _sure(book: Book, figures: list[Figure]) -> dict[tuple[str, str], bool | None]:
    earlier = book.compared
    known = [figure for figure in figures if figure.chance and not (figure.doubt and figure.doubt(book))]
    summed = {figure.name: figure.chance for figure in known if isinstance(figure.chance, Sums)}
    errors = chance.errors(book, earlier, summed)
    return {
        (figure.name, name): _differs(figure, book, then, errors.get((figure.name, name), np.nan))
        for figure in known
        for name, then in earlier.items()
    }


def _differs(figure: Figure, book: Book, then: Book, error: float) -> bool | None:
    now, before = (value_of(each, figure.name) for each in (book, then))
    if pd.isna(now[0]) or pd.isna(before[0]) or (figure.doubt and figure.doubt(then)):
        return None
    if figure.chance == COUNTS:
        return chance.counts_differ(now[0], before[0])
    if figure.chance == PROPORTION:
        return chance.proportions_differ(*now, *before)
    if figure.chance == INTERVAL:
        return chance.intervals_differ(now[0], figure.interval(book), before[0], figure.interval(then))
    return chance.beyond(now[0] - before[0], error)


def _aside(figure: Figure, book: Book, row: dict) -> float:
    reference = row["previous"] if pd.isna(row["target"]) else row["target"]
    if figure.aside is None or pd.isna(reference) or pd.isna(row["value"]):
        return np.nan
    money = figure.aside(book)
    return money if money > abs(row["value"] - reference) else np.nan


def _reason(figure: Figure, book: Book) -> str:
    return (figure.reason(book) if callable(figure.reason) else figure.reason).name


def history(books: Iterable[Book]) -> pd.DataFrame:
    """Set the figures of several books side by side.

    Returns
    -------
    DataFrame
        ``name``, ``unit``, ``direction``, then one column a period, oldest first.
    """
    ordered = sorted(books, key=lambda book: book.period.start)
    ordered[-1].together(*ordered, *ordered[-1].compared.values())
    figures = figures_of(ordered[0])
    table = pd.DataFrame(
        [(figure.name, figure.unit, figure.direction) for figure in figures], columns=["name", "unit", "direction"]
    )
    for book in ordered:
        table[book.period.name] = [float(value_of(book, figure.name)[0]) for figure in figures]
    return table


def recent(book: Book, *topics: Topic) -> pd.DataFrame:
    """Return figures of the last periods, a row each, for the lines beside the first figures.

    Returns
    -------
    DataFrame
        ``period``, oldest first, and a column for each figure that a topic follows. Empty when none does.
    """
    found = [topic.history(book).set_index("period") for topic in chosen(book, *topics) if topic.history]
    return pd.concat(found, axis=1).reset_index() if found else pd.DataFrame({"period": []})
