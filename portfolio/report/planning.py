"""What a run has to make: a params file and the words of the command -> frozen jobs.

requests of the params file -> periods resolved -> segments resolved -> one Job a report
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from portfolio.base.book import Book
from portfolio.base.cleaning import CleanTables
from portfolio.base.segments import parse_segment, resolve_segment, values
from portfolio.base.span import Span, span_of
from portfolio.errors import N_, ParamsError, PortfolioError, Problems
from portfolio.params import Params, SegmentBy
from portfolio.params.notebook import PROJECT, Notebook, read_notebook
from portfolio.params.periods import Period, parse_periods
from portfolio.report import paths
from portfolio.report.job import Choice, Job, scope_of
from portfolio.review.opening import check_ruler, check_span, latest_day
from portfolio.topics.contract import Topics

# Names of a notebook's own parameters, and their values as text.
Given = tuple[tuple[str, str], ...]


class _Planner:
    """Resolves requests against the data, opening the book of each period once."""

    def __init__(self, params: Params, clean: CleanTables, topics: Topics, as_of: dt.date | None) -> None:
        self.params = params
        self.clean = clean
        self.topics = topics
        self.as_of = as_of
        self._books: dict[Period, Book] = {}

    @cached_property
    def span(self) -> Span:
        found = span_of(self.clean)
        check_ruler(self.params, found)
        return found

    def book(self, period: Period) -> Book:
        return self._books.setdefault(period, Book(self.params, self.clean, period, self.topics))

    def periods(self, wanted: str | tuple[str, ...]) -> tuple[Period, ...]:
        found = parse_periods(
            wanted if isinstance(wanted, str) else list(wanted),
            fiscal_year_start=self.params.portfolio.fiscal_year_start,
            as_of=latest_day(self.span, self.as_of),
        )
        for period in found:
            check_span(period, self.span)
        return found

    def segments(self, wanted: str | SegmentBy | None, period: Period) -> list[str]:
        if not wanted:
            return [""]
        book = self.book(period)
        if isinstance(wanted, str):
            return [str(resolve_segment(book, parse_segment(wanted)))]
        least = book.thresholds.min_customers
        found = values(book, *wanted.by)
        kept = [str(segment) for segment, customers in found if customers >= least]
        if not kept:
            raise ParamsError(
                N_("No value of {by} has {least} customers, the least of thresholds.min_customers."),
                by=", ".join(wanted.by),
                least=least,
            )
        return kept


def plan_jobs(
    params: Params,
    clean: CleanTables,
    topics: Topics,
    choice: Choice,
    published: Mapping[str, str] | None = None,
) -> list[Job]:
    """Return the jobs of a params file, each once, in the order of the file.

    Parameters
    ----------
    params
        The validated file.
    clean
        The clean tables: ``latest`` and the values of a segment are read off them.
    topics
        What is measured: their classes can be segments.
    choice
        The words of the command.
    published
        Segment folder -> segment, of reports published earlier.

    Raises
    ------
    Problems
        Everything that cannot be done, at once, each with its line in the file: unknown notebook, period,
        segment, parameter.
    """
    planner = _Planner(params, clean, topics, choice.as_of)
    problems: list[PortfolioError] = []
    found: dict[tuple[str, str, str], tuple[Notebook, Period, str, str, Given]] = {}
    for place, notebook in _chosen(params, choice):
        try:
            given = _given(notebook, params.reports[place], choice)
            for name, last, segment in _reviews(planner, notebook, params.reports[place], choice):
                key = (notebook.name, name, scope_of(segment, given))
                if found.setdefault(key, (notebook, last, name, segment, given))[0].path != notebook.path:
                    twice = N_("Two notebooks are called {name}: their reports would stand in the same place.")
                    raise ParamsError(twice, name=notebook.name)
        except PortfolioError as problem:
            of_the_file = choice.period is None and choice.segment is None and not choice.parameters
            problems.append(params.located(("reports", place), problem) if of_the_file else problem)
    if problems:
        raise Problems({str(problem): problem for problem in problems}.values())
    folders = paths.segment_folders((scope for *_rest, scope in found), published)
    return [
        Job(
            notebook=notebook,
            period=name,
            last=last,
            segment=segment,
            stem=paths.stem(notebook.name, name, folders[scope], notebook.compares),
            params_file=_portable(params.path),
            language=params.portfolio.languages[0],
            given=given,
        )
        for (_name, _period, scope), (notebook, last, name, segment, given) in found.items()
    ]


def _chosen(params: Params, choice: Choice) -> list[tuple[int, Notebook]]:
    """Return the place of each request in the file, with its notebook."""
    if not params.reports:
        raise ParamsError(N_("{file} asks for no report: name some under reports."), file=params.path)
    notebooks = [read_notebook(params.notebook_file(request)) for request in params.reports]
    chosen = [(place, one) for place, one in enumerate(notebooks) if choice.notebook in (None, one.name)]
    if not chosen:
        raise ParamsError(
            N_('The params file asks for no report of the notebook "{name}". It asks for: {known}.'),
            name=choice.notebook or "-",
            known=", ".join(sorted({one.name for one in notebooks})) or "-",
        )
    return chosen


def _reviews(planner: _Planner, notebook: Notebook, request, choice: Choice) -> Iterable[tuple[str, Period, str]]:
    """Give (period's text, last period, segment) of each report that a request asks for."""
    wanted = choice.segment if choice.segment is not None else request.segment
    if wanted and "segment" not in notebook.parameters:
        raise ParamsError(N_("The notebook {notebook} takes no segment."), notebook=notebook.name)
    periods = planner.periods(choice.period or request.period)
    if not notebook.compares:
        for period in periods:
            for segment in planner.segments(wanted, period):
                yield period.name, period, segment
    elif len(periods) > 1:
        for segment in planner.segments(wanted, periods[-1]):
            yield _range_name(notebook, periods), periods[-1], segment
    elif not choice.period:
        raise ParamsError(
            N_("{notebook} compares periods: ask for a range of several, as 2024-H1..latest, not {period}."),
            notebook=notebook.name,
            period=periods[0].name,
        )


def _range_name(notebook: Notebook, periods: tuple[Period, ...]) -> str:
    for before, after in itertools.pairwise(periods):
        if before.end != after.start:
            raise ParamsError(
                N_("{notebook} compares periods that follow one another: {before} and {after} do not."),
                notebook=notebook.name,
                before=before.name,
                after=after.name,
            )
    return f"{periods[0].name}..{periods[-1].name}"


def _given(notebook: Notebook, request, choice: Choice) -> Given:
    """Return the notebook's own parameters: those of the file, and in their place those of the command."""
    given = request.parameters | dict(choice.parameters)
    for _name, problem in notebook.problems(given):
        raise problem
    for name, text in given.items():
        notebook.typed(name, text)
    return tuple((name, given[name]) for name in notebook.own if name in given)


def _portable(path: Path) -> str:
    """Return the params file as seen from the project, so that executed notebooks name no one's home."""
    return path.relative_to(PROJECT).as_posix() if path.is_relative_to(PROJECT) else str(path)
