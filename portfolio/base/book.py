"""The Book: a portfolio over one period, whole or one segment. What every measure takes.

    params file -> clean tables -> facts (one row a customer) -> classes -> the segment's customers

"Book of business" is the field's word for a customer portfolio. Order lines stay in the engine.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from pathlib import Path

import ibis
import pandas as pd
from ibis import _

from portfolio.base import store
from portfolio.base.classes import classify
from portfolio.base.cleaning import CleanTables, clean_tables
from portfolio.base.customers import customer_facts, known_customers, money_of_lines, order_days
from portfolio.base.periods import Period, months_before, parse_period, parse_periods
from portfolio.base.rulers import Ruler, measure_ruler
from portfolio.base.segments import Segment, parse_segment, resolve_segment, select
from portfolio.errors import N_, DataError
from portfolio.params import Params, load_params

PREPARED = "PORTFOLIO_PREPARED"
_serial = count()


@dataclass(frozen=True, eq=False)
class Book:
    """A customer portfolio over one period.

    Attributes
    ----------
    params
        The validated params file.
    clean
        Clean tables and the ledger of rows set aside.
    period
        The period reviewed; its last day is the as-of date.
    segment
        Conditions that the customers meet, with values written as in the data.
    given_ruler
        Cut-offs of another book to measure with, or None for the book's own.
    """

    params: Params
    clean: CleanTables
    period: Period
    segment: Segment = field(default_factory=Segment)
    given_ruler: Ruler | None = None

    @property
    def portfolio(self):
        return self.params.portfolio

    @property
    def thresholds(self):
        return self.params.portfolio.thresholds

    @property
    def currency(self) -> str:
        return self.params.portfolio.currency

    @property
    def as_of(self) -> dt.date:
        return self.period.as_of

    @property
    def trailing_start(self) -> dt.date:
        """First day of the trailing window (12 months by default) that ends with the period."""
        return months_before(self.period.end, self.thresholds.trailing_months)

    @property
    def ledger(self):
        return self.clean.ledger

    def measured(self, table: str, column: str | None = None) -> bool:
        """Whether the sources hold a table, or a column of it."""
        return self.clean.measured(table, column)

    def execute(self, expression: ibis.Table) -> pd.DataFrame:
        """Run an expression in the engine and return a report-sized table."""
        return self.clean.con.to_pandas(expression)

    def once(self, key: str, compute):
        """Return what ``compute()`` gives, computed at the first call for this book."""
        kept = self.__dict__.setdefault("_once", {})
        if key not in kept:
            kept[key] = compute()
        return kept[key]

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Compute a table once and keep it in the engine."""
        return self.clean.con.create_table(f"kept_{next(_serial)}", expression, temp=True)

    @cached_property
    def first_day(self) -> dt.date:
        return self._span[0]

    @cached_property
    def last_day(self) -> dt.date:
        return self._span[1]

    @cached_property
    def _span(self) -> tuple[dt.date, dt.date]:
        return order_span(self.clean)

    @cached_property
    def facts(self) -> ibis.Table:
        """One row per customer of the whole portfolio, without classes. See ``customer_facts``."""
        lines, customers = self.clean.tables["orders"], self.clean.tables.get("customers")
        if customers is not None:
            customers = known_customers(customers, lines, self.period)
        orders = self.keep(order_days(lines, self.period))
        money = money_of_lines(lines, self.period, self.thresholds)
        facts = self.keep(customer_facts(orders, money, customers, self.period, self.thresholds))
        self.clean.con.drop_table(orders.op().name)
        return facts

    @cached_property
    def ruler(self) -> Ruler:
        """The cut-offs that this book's customers are measured with: always the whole portfolio's."""
        return self.given_ruler or measure_ruler(self.facts, self.thresholds, self.execute)

    @cached_property
    def everyone(self) -> ibis.Table:
        """The customer base of the whole portfolio, with classes."""
        return self.keep(classify(self.facts, self.period, self.thresholds, self.ruler))

    @cached_property
    def customers(self) -> ibis.Table:
        """The customer base of the segment, one row per customer, kept in the engine."""
        return self.keep(select(self.everyone, self.segment)) if self.segment else self.everyone

    @cached_property
    def whole(self) -> Book:
        """The book of the whole portfolio over the same period."""
        if not self.segment:
            return self
        return self.narrow(Segment())

    @cached_property
    def orders(self) -> ibis.Table:
        """Clean order lines of the segment's customers, up to the end of the period."""
        return self.table("orders")

    def table(self, name: str) -> ibis.Table:
        """Return a clean table: of the segment's customers where it names customers, and, for orders, up to
        the end of the period.

        Raises
        ------
        DataError
            The sources do not hold it.
        """
        if name not in self.clean.tables:
            raise DataError(N_("Not measured: add the table {table} to the params file."), table=name)
        table = self.clean.tables[name]
        if name == "orders":
            table = table.filter(_.order_date < self.period.end)
        if self.segment and "customer_id" in table.columns:
            table = table.semi_join(self.customers, "customer_id")
        return table

    @cached_property
    def previous(self) -> Book | None:
        """The same book one period earlier, measured with this book's ruler; None before the first order."""
        before = self.period.previous
        if before.end <= self.first_day:
            return None
        return replace(self, period=before, given_ruler=self.ruler)

    def narrow(self, segment: Segment) -> Book:
        """Return the book of a segment of this one, sharing what is computed for the whole portfolio."""
        book = replace(self, segment=segment)
        shared = ("facts", "ruler", "everyone")
        book.__dict__.update({name: self.__dict__[name] for name in shared if name in self.__dict__})
        return book

    def at(self, period: Period, ruler: Ruler | None = None) -> Book:
        """Return the same portfolio and segment over another period, measured with its own ruler or another's."""
        book = replace(self, period=period, given_ruler=ruler)
        if period == self.period and "facts" in self.__dict__:
            book.__dict__["facts"] = self.facts
        return book


def order_span(clean: CleanTables) -> tuple[dt.date, dt.date]:
    """Return the days of the first and the last order line."""
    orders = clean.tables["orders"]
    row = clean.con.to_pandas(orders.agg(first=orders.order_date.min(), last=orders.order_date.max())).iloc[0]
    return pd.Timestamp(row["first"]).date(), pd.Timestamp(row["last"]).date()


def check_span(period: Period, first_day: dt.date, last_day: dt.date) -> None:
    """Check that a period is not wholly before the first order or after the last.

    Raises
    ------
    DataError
        It is; the first and the last day are named.
    """
    if period.end <= first_day or period.start > last_day:
        raise DataError(
            N_("No order in {period}: the orders run from {first} to {last}. Choose a period between them."),
            period=period.name,
            first=first_day.isoformat(),
            last=last_day.isoformat(),
        )


def read_tables(params: Params) -> CleanTables:
    """Return the clean tables: those a run has prepared for these params, else read from the sources."""
    folder = os.environ.get(PREPARED)
    if folder and store.holds(Path(folder), params):
        return store.load(Path(folder))
    return clean_tables(params)


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
        The day that ``latest`` is counted from; by default the day of the last order.

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
    """Open the books of several periods, ``2024-H1..latest``, all measured with the first one's ruler.

    Parameters and errors are those of ``open_book``; with ``single`` a range is an error.
    """
    params = load_params(params_file)
    clean = read_tables(params)
    first_day, last_day = order_span(clean)
    read = parse_period if single else parse_periods
    found = read(periods, fiscal_year_start=params.portfolio.fiscal_year_start, as_of=as_of or last_day)
    spans = (found,) if single else found
    for span in spans:
        check_span(span, first_day, last_day)
    first = Book(params, clean, spans[0])
    books = [first, *(first.at(span, first.ruler) for span in spans[1:])]
    conditions = parse_segment(segment)
    if not conditions:
        return books
    exact = resolve_segment(books[-1], conditions)
    return [book.narrow(exact) for book in books]
