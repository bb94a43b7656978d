"""The Book: a portfolio over one period, whole or one segment. What every measure takes.

    clean tables -> facts (one row a customer) -> classes that topics declare -> the segment's customers -> totals

"Book of business" is the field's word for a customer portfolio. Order lines stay in the engine. What a topic declares
comes to the book with its ``topics``: this room knows none by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import ibis
from ibis import _
from pandas import isna

from portfolio.base.cache import key_of
from portfolio.base.cleaning import READ, CleanTables, Lines
from portfolio.base.customers import customer_facts, known_customers, money_of_lines, order_days
from portfolio.base.segments import Segment, select
from portfolio.base.span import Span, span_of
from portfolio.errors import N_, DataError
from portfolio.params import Params
from portfolio.params.periods import Period, months_before, parse_period, period_of, same_days

# What a topic sums over customers: its customers -> name of a sum -> the sum.
Sums = Callable[[ibis.Table], dict[str, ibis.Value]]
# Lines of these reasons are in the figures: they are kept, or another one like them is.
KEPT_ELSEWHERE = ("", "duplicate")
Totals = dict[Sums | None, dict[str, float]]


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
    topics
        What is measured: classes, cut-offs and sums are taken from their declarations.
    segment
        Conditions that the customers meet, with values written as in the data.
    ruled_by
        The period whose cut-offs measure it, where it is not that of its kind: of some days of a semester.
    shelf
        What the books of one portfolio share: each base, book and model is made once.
    """

    params: Params
    clean: CleanTables
    period: Period
    topics: Any = ()
    segment: Segment = field(default_factory=Segment)
    ruled_by: Period | None = None
    shelf: dict[object, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.shelf.setdefault(("book", *self._key), self)

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

    def section(self, name: str) -> Any:
        """Return a section of the portfolio's topics, as ``renewals.ending``: for a company's own ones."""
        return self.topics.section(name)

    @property
    def ledger(self):
        return self.clean.ledger

    @property
    def classes(self) -> list[str]:
        """The classes that topics give each customer: columns of the base that change from period to period."""
        return [each.name for topic in self.topics for each in topic.classes if each.is_segment]

    @property
    def lines_by_reason(self) -> dict[str, Lines]:
        """Order lines of the whole file up to the end of the period, by why they are set aside; "" is kept."""
        return self.whole.once_together("lines", Book._lines_together)

    @staticmethod
    def _lines_together(books: list[Book]) -> list[dict[str, Lines]]:
        return books[0].clean.lines_by_reasons([book.period for book in books])

    @property
    def money_set_aside(self) -> float:
        """Money of the lines of the period that are set aside, copies of others apart."""
        return float(sum(lines.money for reason, lines in self.lines_by_reason.items() if reason not in KEPT_ELSEWHERE))

    def measured(self, table: str, column: str | None = None) -> bool:
        """Whether the sources hold a table, or a column of it."""
        return self.clean.measured(table, column)

    def run(self, expression: ibis.Expr) -> Any:
        """Run an expression in the engine and return a report-sized table, or one value."""
        return self.clean.engine.run(expression)

    def once(self, key: object, compute: Callable[[], Any]) -> Any:
        """Return what ``compute()`` gives, computed at the first call for this book."""
        return self._shared((key, *self._key), compute)

    def together(self, *others: Book) -> None:
        """Say that figures of this book and of others are wanted: the engine is then asked for them at once."""
        books = list(dict.fromkeys([self, *others]))
        for group in (books, [book.whole for book in books]):
            for book in group:
                self.shelf["together", *book._key] = group

    def once_together(self, key: object, compute: Callable[[list[Book]], list[Any]]) -> Any:
        """Return what ``compute(books)`` gives of this book, computed at the first call for it and for those that are
        wanted with it."""
        if (key, *self._key) not in self.shelf:
            wanted = self.shelf.get(("together", *self._key), [self])
            books = [book for book in wanted if (key, *book._key) not in self.shelf]
            for book, found in zip(books, compute(books), strict=True):
                self.shelf[key, *book._key] = found
        return self.shelf[key, *self._key]

    def _shared(self, key: object, compute: Callable[[], Any]) -> Any:
        if key not in self.shelf:
            self.shelf[key] = compute()
        return self.shelf[key]

    @property
    def _key(self) -> tuple:
        """What tells this book from the others of the portfolio."""
        return self.period, self.segment, self.ruled_by

    def _like(self, **changed: Any) -> Book:
        """Return the book of the portfolio that differs in this, the same object each time."""
        return self.shelf["book", *replace(self, **changed)._key]

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Compute a table once and keep it in the engine."""
        return self.clean.engine.keep(expression)

    def cached(self, kind: str, compute: Callable[[], ibis.Table], *told: Any) -> ibis.Table:
        """Return a table of the whole portfolio at the end of the period, computed once for all runs: the key tells the
        order lines until then, the customer file, the params that it depends on, and what else is ``told``. A topic
        keeps here what takes long."""
        return self.cached_lines(kind, compute, self.thresholds.model_dump(mode="json"), *told)

    def cached_lines(self, kind: str, compute: Callable[[], ibis.Table], *told: Any) -> ibis.Table:
        """Return a table as ``cached`` does, which depends on no threshold but those ``told``: what is counted of the
        lines outlives a change of the others."""
        engine, digests, cache = self.clean.engine, self.clean.digests, self.clean.cache
        READ.update(digests if self.params.topic_files else ("orders", "customers"))
        if not cache:
            return self.keep(compute())
        customers = digests.get("customers")
        key = key_of(
            kind,
            engine.name,
            self.period.name,
            self.portfolio.fiscal_year_start,
            digests["orders"].before(self.period.end),
            # Whether a customer without a date was known then is told by later orders.
            customers and (customers.whole, customers.undated and digests["orders"].whole),
            *told,
        )
        return engine.keep_as(f"{kind}-{key}", compute, cache)

    @property
    def span(self) -> Span:
        """The days that the orders cover."""
        return span_of(self.clean)

    @property
    def incomplete(self) -> dt.date | None:
        """The day of the last order where orders stop before the end of the period, else None."""
        return self.span.stops(self.period)

    @property
    def facts(self) -> ibis.Table:
        """One row per customer of the whole portfolio, without classes. See ``customer_facts``."""
        return self._shared(("facts", self.period), self._facts)

    def _facts(self) -> ibis.Table:
        passing = []

        def compute() -> ibis.Table:
            lines, customers = self.clean.tables["orders"], self.clean.tables.get("customers")
            if customers is not None:
                customers = known_customers(customers, lines, self.period)
            passing.append(self.clean.engine.pass_on(order_days(lines, self.period)))
            money = money_of_lines(lines, self.period, self.thresholds)
            return customer_facts(passing[0], money, customers, self.period, self.thresholds)

        facts = self.cached_lines("facts", compute, self.thresholds.trailing_months, self.thresholds.loyal_periods)
        for orders in passing:  # a row an order, which nothing else needs
            self.clean.engine.drop(orders)
        return facts

    @property
    def ruler_period(self) -> Period:
        """The period whose cut-offs measure every book of the portfolio with periods of this kind.

        It is that of the params (``ruler``), else the first whose trailing window is wholly covered by orders, so that
        a movement is the customer's and not the ruler's.
        """
        return self.ruled_by or self._shared(("ruler", self.period.kind), self._ruler_period)

    def _ruler_period(self) -> Period:
        start = self.portfolio.fiscal_year_start
        given = self.portfolio.ruler and parse_period(self.portfolio.ruler, fiscal_year_start=start)
        if given and given.kind == self.period.kind:
            return given
        if self.period.kind == "dates":
            return self.span.ruler_period(self.period, self.thresholds.trailing_months)
        last = period_of(self.span.last, self.period.kind, start)
        last = last.previous if self.span.stops(last) and last.previous.end > self.span.first else last
        return self.span.ruler_period(last, self.thresholds.trailing_months)

    @property
    def rulers(self) -> Mapping[str, Any]:
        """The cut-offs that customers are measured with, by topic: the portfolio's, the same in every report."""
        return self._shared(("rulers", self.ruler_period), self._rulers)

    def _rulers(self) -> Mapping[str, Any]:
        facts = self.at(self.ruler_period).facts
        return {topic.name: topic.ruler(facts, self.thresholds, self.run) for topic in self.topics if topic.ruler}

    @cached_property
    def everyone(self) -> ibis.Table:
        """The customer base of the whole portfolio, with the classes of every topic."""
        return self.customers if not self.segment else self.whole.customers

    @cached_property
    def customers(self) -> ibis.Table:
        """The customer base of the segment, one row per customer, kept in the engine."""
        if self.segment:
            return self.keep(select(self.everyone, self.segment))
        return self.cached("base", self._with_classes, *self.classes_told)

    @property
    def classes_told(self) -> list[Any]:
        """What the classes of customers depend on, beside what any table of the portfolio does: for keys of ``cached``
        tables that are made of them."""
        ruler, orders = self.ruler_period, self.clean.digests.get("orders")
        told = [ruler.name, orders and orders.before(ruler.end)]
        if own := self.params.topic_files:
            # Nobody knows what a class of a company's own topic reads.
            told += [[path.read_text(encoding="utf-8") for path in own], self.clean.fingerprint]
        return told

    def _with_classes(self) -> ibis.Table:
        table = self.facts
        for topic in self.topics:
            for each in topic.classes:
                table = table.mutate(**{each.name: each.column(table, self)})
        return table

    @property
    def whole(self) -> Book:
        """The book of the whole portfolio over the same period."""
        return self.narrow(Segment()) if self.segment else self

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

    def totals(self, sums: Sums) -> dict[str, float]:
        """Return the sums of a topic over the customers of the book. Those of all topics come from one query."""
        return self._totals[sums]

    @property
    def _totals(self) -> Totals:
        return self.once_together("totals", Book._totals_together)

    @staticmethod
    def _totals_together(books: list[Book]) -> list[Totals]:
        one = books[0]
        if len(books) == 1:
            rows = one.run(one.customers.agg(**one._sums(one.customers)))
            return [one._totals_of(rows.iloc[0])]
        together = ibis.union(*(book.customers.mutate(of_book=n) for n, book in enumerate(books)), distinct=False)
        rows = one.run(together.group_by("of_book").agg(**one._sums(together))).set_index("of_book")
        return [
            one._totals_of(rows.loc[n]) if n in rows.index else book._totals_together([book])[0]
            for n, book in enumerate(books)
        ]

    @property
    def active_customers(self) -> int:
        """How many customers of the book ordered in the period."""
        return int(self._totals[None]["active"])

    def _sums(self, customers: ibis.Table) -> dict[str, ibis.Value]:
        return {"base_active": customers.count(where=_.orders > 0)} | {
            f"{place}_{name}": value
            for place, topic in enumerate(self.topics)
            if topic.totals
            for name, value in topic.totals(customers).items()
        }

    def _totals_of(self, row: Mapping[str, float]) -> Totals:
        found: Totals = {}
        for key, value in row.items():
            place, _sign, name = str(key).partition("_")
            sums = None if place == "base" else self.topics[int(place)].totals
            found.setdefault(sums, {})[name] = value
        return found

    def parts(self, attribute: str) -> dict[str, Book]:
        """Return the book of each value of an attribute, by value. Customers without a value are in none.

        The totals come from one query, with those of the other attributes that findings are looked for by, and those of
        the period before.
        """
        if ("parts", attribute, *self._key) not in self.shelf:
            before = [self.previous] if self.previous else []
            self._measure_parts({attribute, *self._split_by}, [self, *before])
        return self.shelf["parts", attribute, *self._key]

    @cached_property
    def _split_by(self) -> set[str]:
        rules = [rule for topic in self.topics for rule in topic.findings]
        names = {name for rule in rules for name in getattr(rule, "by", ())}
        return {name for name in names if name in self.customers.columns}

    def _measure_parts(self, attributes: set[str], books: list[Book]) -> None:
        names = sorted(attributes)
        together = ibis.union(*(book.customers.mutate(of_book=n) for n, book in enumerate(books)), distinct=False)
        values = ibis.array([f"{n}|" + together[name].cast("string") for n, name in enumerate(names)])
        long = together.mutate(of_part=values.unnest()).filter(_.of_part.notnull())
        rows = self.run(long.group_by("of_book", "of_part").agg(**self._sums(long))).sort_values("of_part")
        for n, book in enumerate(books):
            for name in names:
                self.shelf["parts", name, *book._key] = {}
            for row in rows[rows["of_book"] == n].drop(columns="of_book").to_dict("records"):
                place, _sign, value = row.pop("of_part").partition("|")
                part = book.narrow(Segment((*book.segment.conditions, (names[int(place)], value))))
                part.once("totals", partial(self._totals_of, row))
                self.shelf["parts", names[int(place)], *book._key][value] = part

    def without(self, part: Book) -> Book:
        """Return the book of the customers who are not in a part of this one: what the part is compared with.

        Its totals are those of this book less those of the part.
        """
        shared = len(self.segment.conditions)
        others = self.narrow(Segment(self.segment.conditions, part.segment.conditions[shared:]))
        if ("totals", *others._key) not in self.shelf:
            self.shelf["totals", *others._key] = {
                sums: {name: _known(value) - _known(part.totals(sums)[name]) for name, value in totals.items()}
                for sums, totals in self._totals.items()
            }
        return others

    @property
    def previous(self) -> Book | None:
        """The same book one period earlier; None before the first order."""
        return self._earlier(self.period.previous)

    @property
    def year_ago(self) -> Book | None:
        """The same book over the same period a year earlier; None before the first order."""
        return self._earlier(self.period.year_ago)

    def _earlier(self, period: Period) -> Book | None:
        return None if period.end <= self.span.first else self.at(period)

    @property
    def compared(self) -> dict[str, Book]:
        """The books that changes are told on: ``previous`` and ``year_ago``, as far as there are any.

        They are of the same days where orders stop before the end of the period.
        """
        earlier = {"previous": self.previous, "year_ago": self.year_ago}
        known = {name: book for name, book in earlier.items() if book}
        if self.incomplete is None:
            return known
        stops = self.incomplete
        return {name: self.over_days(same_days(self.period, stops, book.period)) for name, book in known.items()}

    def covers(self, months: int) -> bool:
        """Whether orders cover so many months before the period starts."""
        return self.span.covers(months_before(self.period.start, months))

    def narrow(self, segment: Segment) -> Book:
        """Return the book of a segment of the portfolio over the same period."""
        return self._like(segment=segment)

    def at(self, period: Period) -> Book:
        """Return the same portfolio and segment over another period."""
        return self._like(period=period)

    def over_days(self, days: Period) -> Book:
        """Return the same portfolio and segment over some days of a period, measured with the ruler of this book."""
        return self._like(period=days, ruled_by=self.ruler_period)


def _known(total: Any) -> Any:
    """Return a total, 0 where it is that of nobody."""
    return 0 if isna(total) else total
