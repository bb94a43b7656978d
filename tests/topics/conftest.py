"""The walk of the contract: every section that topics and the review declare, over books of every kind.

Nothing here names a topic: what one declares is walked as soon as it is declared.
"""

from __future__ import annotations

import html
import inspect
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from portfolio import DEFINITIONS, review
from portfolio.base.book import Book
from portfolio.base.segments import parse_segment
from portfolio.show import svg
from portfolio.show.mime import METRICS
from portfolio.show.section import Section
from portfolio.show.svg import Picture
from portfolio.show.table import Table
from portfolio.show.view import Fragment
from portfolio.show.words import Words
from portfolio.topics import TOPICS

LANGUAGES = ("en", "fr")
# What sections take beside a book, by the name of the parameter; the folder of reports is made.
GIVEN = {
    "attribute": "region",
    "customer_id": "c03",
    # Revenue of one period as it was published, before a line came late.
    "restated": pd.DataFrame({"period": ["2025-H1"], "name": ["revenue"], "was": [10.0], "now": [20.0]}),
}


def _declared() -> Iterator[tuple[str, Section, tuple[Any, ...]]]:
    """Every section with its name, and topics it is asked for: those that publish their own figures and lists."""
    for topic in TOPICS:
        yield from ((f"{topic.name}.{section.name}", section, ()) for section in topic.sections)
    for name in review.__all__:
        section = getattr(review, name)
        yield f"review.{name}", section, ()
        parameters = inspect.signature(section.numbers).parameters.values()
        if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
            yield from ((f"review.{name}({topic.name})", section, (topic,)) for topic in TOPICS if topic.apart)


SECTIONS = {name: (section, asked) for name, section, asked in _declared()}
# A book of five semesters; the first of them; a segment; a period without a line; one customer alone. ``alone`` is
# the first book without the others, for what bears on several.
BOOKS = ("whole", "first", "segment", "empty", "one", "alone")


def rows() -> pd.DataFrame:
    """Five semesters of 90 customers, with a return now and then, one customer who leaves in two; and four who bought
    once."""
    days = pd.date_range("2023-07-03", "2025-12-20", freq="17D")
    once = [(f"c{n}", f"2025-0{n - 86}-02", 40.0 + n, 20.0, "Conseil") for n in range(90, 94)]
    often = [
        {
            "customer_id": f"c{n:02}",
            "order_date": day.date().isoformat(),
            "amount": ((n * 37 + place * 11 + 7) % 97 + 3) * (1 if (n + place) % 13 else -0.2) * (1 + 20 * (n < 9)),
            "cost": float((n * 37 + place * 11) % 50),
            "category": ("Conseil", "Sites", "Formation")[(n + place) % 3 if n % 4 else 0],
        }
        for n in range(90)
        for place, day in enumerate(days)
        if (place + n) % (2 + n % 5) == 0 and (n % 2 or day.year < 2025 or n < 20)
    ]
    return pd.DataFrame([*often, *(dict(zip(often[0], each, strict=True)) for each in once)])


class Walk:
    """Runs sections over books and shows what comes, each once."""

    def __init__(self, make_book: Any, folder: Path) -> None:
        self._make, self._folder, self._made = make_book, folder, {}

    @cached_property
    def whole(self) -> Book:
        """The book of five semesters, with a table of each kind that sections read."""
        people = pd.DataFrame(
            {
                "customer_id": [f"c{n:02}" for n in range(96)],
                "region": [("Bretagne", "Occitanie")[n % 2] for n in range(96)],
                "account_manager": [("Ada Le Goff", "Bob Noël", "Zoé Roux")[min(n % 5, 2)] for n in range(96)],
            }
        )
        answers = pd.DataFrame(
            [(f"c{n:02}", day, n % 11) for n in range(60) for day in ("2025-03-03", "2025-11-03")],
            columns=["customer_id", "date", "nps"],
        )
        goals = pd.DataFrame(
            {
                "measure": ["revenue", "retention_rate", "orders"],
                "target": [50000, 0.9, 100],
                "segment": ["", "region=Bretagne", ""],
            }
        )
        running = pd.DataFrame(
            [(f"c{n:02}", "Conseil", "2025-01-01", f"2026-0{1 + n % 9}-28", 1000 + n) for n in range(20)],
            columns=["customer_id", "product", "start_date", "end_date", "annual_amount"],
        )
        return self._make(rows(), "2025-H2", customers=people, surveys=answers, targets=goals, contracts=running)

    @cached_property
    def books(self) -> dict[str, list[Book]]:
        """The books of each kind, oldest first: the last one is that of the period."""
        one = [("c03", f"{day}", 10.5) for day in ("2024-09-01", "2025-03-01", "2025-09-01")]
        quiet = [("c03", "2025-03-31", 100), ("c04", "2025-02-01", 50), ("c03", "2025-07-01", 100)]
        names = ["customer_id", "order_date", "amount"]
        every = _with_those_before(self.whole)
        return {
            "whole": every,
            "first": every[:1],
            "segment": _with_those_before(self.whole.narrow(parse_segment("region=Bretagne"))),
            "empty": _with_those_before(self._make(pd.DataFrame(quiet, columns=names), "2025-Q2")),
            "one": _with_those_before(self._make(pd.DataFrame(one, columns=names), "2025-H2")),
            "alone": every[-1:],
        }

    sections = tuple(SECTIONS)

    def words(self, book: str, language: str) -> Words:
        """Return the words of a book's reports."""
        last = self.books[book][-1]
        return Words(
            language,
            last.currency,
            period=last.period.name,
            previous=last.period.previous.name,
            thresholds=last.thresholds,
            vocabulary=last.topics.vocabulary,
        )

    def given(self, name: str) -> list[Any]:
        """Return what a section is given beside the book."""
        section, asked = SECTIONS[name]
        parameters = list(inspect.signature(section.numbers).parameters.values())[1:]
        needed = [one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD and one.default is one.empty]
        supplied = {**GIVEN, "reports_dir": str(self._folder)}
        return [*(supplied[one] for one in needed), *asked]

    def frames(self, book: str, name: str) -> tuple[Any, ...]:
        """Return the tables of a section over a book."""
        return self._once((book, name), lambda: self.frames_of(self.books[book], name))

    def frames_of(self, books: list[Book], name: str) -> tuple[Any, ...]:
        """Return the tables of a section over books, those of its kind or the same elsewhere."""
        section, _asked = SECTIONS[name]
        if "reports_dir" in inspect.signature(section.numbers).parameters:
            self._published  # noqa: B018
        return section.frames(books if section.over_books else books[-1], *self.given(name))

    def made(self, book: str, name: str, language: str) -> list[Picture | Table | Fragment | str]:
        """Return what a section shows of a book, in a language; its tables are copies, should it change them."""
        words, frames = self.words(book, language), self.changed(book, name, pd.DataFrame.copy)
        return self._once((book, name, language), lambda: self.show(name, frames, words))

    def show(self, name: str, frames: tuple[Any, ...], words: Words) -> list[Picture | Table | Fragment | str]:
        """Return what a section shows of tables."""
        section, _asked = SECTIONS[name]
        given = (*frames, *self.given(name))
        return [
            svg.draw(piece, *given, words=words) if hasattr(piece, "shows") else piece(*given, words=words)
            for piece in section.shown
        ]

    def changed(self, book: str, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> tuple[Any, ...]:
        """Return the tables of a section over a book, each changed."""
        return tuple(changed(frame, change) for frame in self.frames(book, name))

    def pieces(self, name: str) -> tuple[Any, ...]:
        """Return what shows a section, in the order of the page."""
        return SECTIONS[name][0].shown

    def _once(self, key: object, compute: Any) -> Any:
        if key not in self._made:
            self._made[key] = compute()
        return self._made[key]

    @cached_property
    def _published(self) -> None:
        """Publish the figures of the last two periods, their first ones otherwise than the data say today."""
        for book in self.books["whole"][-2:]:
            figures = review.headline.shown[0](*review.headline.frames(book), words=Words("en")).data[METRICS][
                "metrics"
            ]
            for row, factor in zip(figures[:3], (1.1, 0.5, 2), strict=True):
                row["value"] *= factor
            folder = self._folder / book.period.name
            folder.mkdir()
            content = {
                "portfolio": book.portfolio.name, "segment": "", "period": book.period.name,
                "definitions": DEFINITIONS, "metrics": figures,
            }  # fmt: skip
            (folder / "portfolio_review.metrics.json").write_text(json.dumps(content), encoding="utf-8")


def changed(frame: Any, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Any:
    """Return a table changed, and tables by name each changed; anything else as it is."""
    if isinstance(frame, pd.DataFrame):
        return change(frame)
    return {name: changed(each, change) for name, each in frame.items()} if isinstance(frame, dict) else frame


def _with_those_before(book: Book) -> list[Book]:
    books = [book]
    while books[0].previous is not None:
        books.insert(0, book.at(books[0].period.previous))
    return books


@pytest.fixture(scope="session")
def walk(make_book, tmp_path_factory) -> Walk:
    """Return what runs and shows sections."""
    return Walk(make_book, tmp_path_factory.mktemp("reports"))


def _texts(piece: Picture | Table | Fragment | str) -> list[str]:
    if isinstance(piece, str):
        return [piece] if piece else []
    found = []
    for element in ET.fromstring(f"<div>{piece.html}</div>").iter():
        texts = (element.text, element.tail, element.attrib.get("aria-label"))
        found += [html.unescape(text).strip() for text in texts if text and text.strip()]
    return found


@pytest.fixture(scope="session")
def texts():
    """Return a function that gives each text a reader meets in what is shown."""
    return _texts


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test every ``section`` by name, or every ``book_and_section``: a kind of book and a section."""
    if "section" in metafunc.fixturenames:
        metafunc.parametrize("section", SECTIONS, scope="session")
    if "book_and_section" in metafunc.fixturenames:
        cases = [
            (book, name)
            for book in BOOKS
            for name, (section, _asked) in SECTIONS.items()
            if book != "alone" or section.over_books
        ]
        metafunc.parametrize("book_and_section", cases, ids=["-".join(case) for case in cases], scope="session")
