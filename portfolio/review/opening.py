"""Opening the books of a portfolio: params, tables, topics, periods, segment."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from portfolio.base import store
from portfolio.base.book import Book
from portfolio.base.cleaning import CleanTables
from portfolio.base.segments import parse_segment, resolve_segment
from portfolio.base.span import Span, span_of
from portfolio.errors import N_, DataError
from portfolio.params import Params, load_params
from portfolio.params.periods import Period, parse_period, parse_periods
from portfolio.review.own import own_topics
from portfolio.topics import TOPICS
from portfolio.topics.contract import Topics

PREPARED = "PORTFOLIO_PREPARED"
# Tables that the base and the review read, whatever the topics.
READ = ("orders", "customers", "targets")


def topics_of(params: Params) -> Topics:
    """Return the topics of a portfolio, under its params. Errors are those of ``own_topics``."""
    return own_topics(params, TOPICS)


def latest_day(span: Span, as_of: dt.date | None = None) -> dt.date:
    """Return the day that ``latest`` is counted from: the as-of day, today by default, no later than orders reach or
    than today.

    So ``latest`` is the last period that is over and complete.
    """
    today = dt.date.today()
    return min(as_of or today, today, span.reach)


def unused_tables(params: Params, topics: Topics) -> list[str]:
    """Return the tables of the params file that no measure uses."""
    used = {*READ, *(table for topic in topics for table in topic.needs)}
    return [table for table in params.portfolio.tables if table not in used]


def check_ruler(params: Params, span: Span) -> None:
    """Check that the period given as ``ruler`` has orders.

    Raises
    ------
    ParamsError
        It has none; the line of the params file is named.
    """
    if params.portfolio.ruler:
        try:
            check_span(parse_period(params.portfolio.ruler, fiscal_year_start=params.portfolio.fiscal_year_start), span)
        except DataError as problem:
            raise params.located(("portfolio", "ruler"), problem) from None


def check_span(period: Period, span: Span) -> None:
    """Check that a period is not wholly before the first order or after the last.

    Raises
    ------
    DataError
        It is; the first and the last day are named.
    """
    if period.end <= span.first or period.start > span.last:
        raise DataError(
            N_("No orders in {period}: the orders run from {first} to {last}. Choose a period between them."),
            period=period.name,
            first=span.first.isoformat(),
            last=span.last.isoformat(),
        )


def read_tables(params: Params) -> CleanTables:
    """Return the clean tables: those a run has prepared for these params, else read from the sources."""
    folder = os.environ.get(PREPARED)
    if folder and store.holds(Path(folder), params):
        return store.load(Path(folder), params)
    return store.open_tables(params, topics_of(params).classes)


def open_book(
    params_file: str | Path = "params/demo.yml",
    period: str = "latest",
    segment: str = "",
    as_of: dt.date | None = None,
) -> Book:
    """Open the book of a portfolio over one period.

    Parameters
    ----------
    params_file
        YAML file; a relative path is tried from the current folder, then from the project's.
    period
        ``2025-H2``, ``2025-Q3``, ``2025-07``, ``2025``, ``2025-01-01..2025-03-31``, ``latest``, ``previous``.
    segment
        ``region=Bretagne,size=large``; empty is the whole portfolio.
    as_of
        The day that ``latest`` is counted from; today by default.

    Raises
    ------
    ParamsError, DataError
        The file, the period, the segment or the data cannot be used.

    Examples
    --------
    >>> book = open_book("params/demo.yml", "2025-H2", "region=Bretagne")  # doctest: +SKIP
    """
    return open_books(params_file, period, segment, as_of, single=True)[0]


def open_books(
    params_file: str | Path = "params/demo.yml",
    periods: str = "latest",
    segment: str = "",
    as_of: dt.date | None = None,
    single: bool = False,
) -> list[Book]:
    """Open the books of several periods, ``2024-H1..latest``, all measured with the portfolio's one ruler.

    Parameters and errors are those of ``open_book``; with ``single`` a range is an error.
    """
    params = load_params(params_file)
    clean = read_tables(params)
    span = span_of(clean)
    check_ruler(params, span)
    start, day = params.portfolio.fiscal_year_start, latest_day(span, as_of)
    if single:
        found = (parse_period(periods, fiscal_year_start=start, as_of=day),)
    else:
        found = parse_periods(periods, fiscal_year_start=start, as_of=day)
    for period in found:
        check_span(period, span)
    first = Book(params, clean, found[0], topics_of(params))
    books = [first.at(period) for period in found]
    conditions = parse_segment(segment)
    if not conditions:
        return books
    exact = resolve_segment(books[-1], conditions)
    return [book.narrow(exact) for book in books]
