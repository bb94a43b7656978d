"""What a notebook shows with: a section in, its picture, table and sentence out, in every language at once.

A displayable carries the MIME type ``VIEW`` for the reports, ``text/html`` for JupyterLab and ``text/plain`` for
everything else.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portfolio.errors import N_, ReportError
from portfolio.show import guests, style, svg
from portfolio.show.mime import VIEW
from portfolio.show.section import Section
from portfolio.show.table import Table
from portfolio.show.templating import render
from portfolio.show.words import Words


class Fragment(NamedTuple):
    """A piece of a page that is neither a picture, nor a table, nor a sentence: its kind, its HTML, the same as plain
    text, and data for the runner by MIME type."""

    kind: str
    html: str
    text: str = ""
    data: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Shown:
    """A displayable: its kind, its fragment in each language, its plain text, and data for the runner."""

    kind: str
    html: Mapping[str, str]
    text: str = ""
    language: str = "en"
    data: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": self.text, **self.data}
        if self.html:
            fragment = self.html.get(self.language) or next(iter(self.html.values()))
            # JupyterLab may take an output off the page when it scrolls away: each brings its own style.
            page = f'<div class="portfolio"><style>{style.css()}</style>{fragment}</div>'
            bundle |= {VIEW: {"kind": self.kind, "html": dict(self.html)}, "text/html": page}
        return bundle

    def __str__(self) -> str:
        return self.text


class View:
    """What a notebook shows with: ``show = View(book, language)``, then ``show(section)``.

    From then on a DataFrame or a matplotlib figure that a cell displays by itself looks as the page does, and is
    published too; ``show(frame_or_figure, title=, alt=)`` gives it a title and an alternative text.

    Parameters
    ----------
    book
        The Book, or the books of several periods, oldest first: the last one's languages, currency and periods.
    language
        That of the notebook in JupyterLab; a report has all those of the portfolio, and no other.
    """

    def __init__(self, book: Any, language: str = "en") -> None:
        self.books = list(book) if isinstance(book, Sequence) else [book]
        self.book = book = self.books[-1]
        languages = tuple(book.portfolio.languages)
        self.language = language if language in languages else languages[0]
        self._words = {
            each: Words(
                each,
                book.currency,
                period=str(book.period),
                previous=str(book.period.previous),
                year_ago=str(book.period.year_ago),
                thresholds=book.thresholds,
                vocabulary=book.topics.vocabulary,
            )
            for each in languages
        }
        self._count = itertools.count()
        self.last: Any = None
        guests.install(self)

    def __call__(
        self,
        shown: Any,
        *given: Any,
        chart: Callable[..., Any] | None = None,
        title: str = "",
        alt: str = "",
    ) -> Any:
        """Show a section and return its table; or show what an analyst made, and return it.

        Parameters
        ----------
        shown
            A section, as ``topics.movement.customers``; or a DataFrame, a Series, a matplotlib figure or axes, a
            seaborn grid.
        given
            What the measure of the section takes beside the book: an attribute, a customer.
        chart
            An analyst's own, in place of the section's.
        title, alt
            Of what an analyst made: what it says, and what a picture shows to those who do not see it.

        Raises
        ------
        ReportError
            It is none of these.
        """
        from IPython.display import display

        if not isinstance(shown, Section):
            display(self.guest(shown, title, alt))
            self.last = shown
            return shown
        section = shown
        frames = section.frames(self.books if section.over_books else self.book, *given)
        for each in self.shown(section, frames, *given, chart=chart):
            display(each)
        # What is no table, as the ledger of the foot, is nothing to go on with.
        self.last = frames[0] if hasattr(frames[0], "columns") else None
        return self.last

    def guest(self, given: Any, title: str = "", alt: str = "") -> Shown:
        """Return what an analyst made as a displayable."""
        import pandas as pd

        if isinstance(given, (pd.DataFrame, pd.Series)):
            frame = given.to_frame() if isinstance(given, pd.Series) else given
            made = {language: guests.table(frame, title, words) for language, words in self._words.items()}
            html = {language: each.html for language, each in made.items()}
            return self._shown("table", html, made[self.language].text)
        figure = guests.figure_of(given)
        if figure is None:
            raise ReportError(
                N_(
                    "show takes a section, a DataFrame, a Series, a matplotlib figure or axes, or a seaborn grid, not "
                    "{given}. Anything else is shown by display(...)."
                ),
                given=type(given).__name__,
            )
        vector, bitmap = guests.drawn(figure)
        mark, told = str(next(self._count)), alt or title
        html = {
            language: guests.picture(vector, bitmap, title, told or guests.described(figure, words), mark)
            for language, words in self._words.items()
        }
        guests.close(figure)
        return self._shown("picture", html, told or guests.described(figure, self._words[self.language]))

    def shown(
        self, section: Section, frames: tuple[Any, ...], *given: Any, chart: Callable[..., Any] | None = None
    ) -> list[Shown]:
        """Return the displayables of a section, in their order; its definitions stand under the last sentence."""
        pieces = [chart if chart and hasattr(piece, "shows") else piece for piece in section.shown]
        return [
            self._picture(piece, *frames, *given)
            if hasattr(piece, "shows")
            else self._piece(piece, *frames, *given, define=section.define)
            for piece in pieces
        ]

    def _picture(self, chart: Callable[..., Any], *given: Any) -> Shown:
        mark = str(next(self._count))
        drawn = {language: svg.draw(chart, *given, words=words, mark=mark) for language, words in self._words.items()}
        if not drawn[self.language].svg:
            return self._nothing()
        html = {language: picture.html for language, picture in drawn.items()}
        return self._shown("picture", html, drawn[self.language].alt)

    def _piece(self, piece: Callable[..., Any], *given: Any, define: Sequence[str]) -> Shown:
        made = {language: piece(*given, words=words) for language, words in self._words.items()}
        mine = made[self.language]
        if isinstance(mine, Table):
            if not mine.rows:
                return self._nothing()
            return self._shown("table", {language: each.html for language, each in made.items()}, mine.text)
        if isinstance(mine, Fragment):
            html = {language: each.html for language, each in made.items()}
            return Shown(mine.kind, html, mine.text or mine.kind, self.language, mine.data)
        html = {language: self._sentence(each, define, self._words[language]) for language, each in made.items()}
        return self._shown("text", html, mine)

    def _sentence(self, sentence: str, define: Sequence[str], words: Words) -> str:
        meanings = [(words.label(name), words.definition(name)) for name in define if words.definition(name)]
        return render("sentence.html", sentence=sentence, title=words.say("Definitions"), definitions=meanings)

    def _nothing(self) -> Shown:
        """Leave no gap in the report: the sentence of the section says what is not measured, and why."""
        words = self._words[self.language]
        text = words.say("No figures for {period}.", period=words.now)
        return Shown("absent", dict.fromkeys(self._words, ""), text, self.language)

    def _shown(self, kind: str, html: Mapping[str, str], text: str) -> Shown:
        return Shown(kind, dict(html), text or kind, self.language)
