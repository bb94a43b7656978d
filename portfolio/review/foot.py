"""The foot of a report: where its figures come from."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import portfolio
from portfolio.base.book import Book
from portfolio.review.opening import unused_tables
from portfolio.show.section import Section
from portfolio.show.templating import render
from portfolio.show.view import Fragment
from portfolio.show.words import Words
from portfolio.sources.ledger import Ledger


def shown(source: str) -> str:
    """Return a source as a reader may see it: the name of a file; a database without its password."""
    if "://" in source:
        parts = urlsplit(source)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    return source.replace("\\", "/").rsplit("/", 1)[-1]


class Source(NamedTuple):
    """What a report was made of."""

    as_of: dt.date
    segment: str
    ruler: str
    params_file: str
    fingerprint: str
    unused: tuple[str, ...]


def made_of(book: Book) -> tuple[Ledger, Source]:
    """Return the ledger, and what else tells where the figures come from."""
    source = Source(
        as_of=book.as_of,
        segment=str(book.segment),
        ruler=str(book.ruler_period),
        params_file=book.params.path.name,
        fingerprint=book.clean.fingerprint,
        unused=tuple(unused_tables(book.params, book.topics)),
    )
    return book.ledger, source


def fragment(ledger: Ledger, source: Source, *, words: Words) -> Fragment:
    """Show sources, day, rows read and set aside, parameters, version, fingerprint, time."""
    lines = [
        (words.say("As of"), words.date(source.as_of)),
        (words.label("segment"), words.segment(source.segment) or words.label("all")),
        (words.say("Source"), words.list(dict.fromkeys(words.name(shown(entry.source)) for entry in ledger.tables))),
    ]
    lines += [(words.label(entry.table), _rows(entry, entry.table in source.unused, words)) for entry in ledger.tables]
    lines += [
        (words.say("Cut-offs"), words.say("measured on {period}, for every report", period=words.period(source.ruler))),
        (words.say("Parameters"), words.name(source.params_file)),
        (words.say("Program"), words.say("portfolio {version}", version=portfolio.__version__)),
        (words.say("Data fingerprint"), source.fingerprint[:16]),
        (words.say("Made on"), words.time(dt.datetime.now(dt.UTC))),
    ]
    return Fragment("foot", render("foot.html", title=words.say("Where these figures come from"), lines=lines))


def _rows(entry: Any, unused: bool, words: Words) -> str:
    """Say the rows read, kept and set aside of a table, why, the equal lines kept, and whether no measure uses it."""
    aside = sum(reason.rows for reason in entry.set_aside)
    read = words.plural("{n} row read", "{n} rows read", entry.rows_read)
    text = words.say("{read}, all kept", read=read)
    if aside:
        reasons = [
            words.say("{attribute}: {value}", attribute=words.label(reason.reason), value=words.number(reason.rows))
            for reason in entry.set_aside
            if reason.rows
        ]
        text = words.plural(
            "{read}, {kept} kept, {n} row set aside ({reasons})",
            "{read}, {kept} kept, {n} rows set aside ({reasons})",
            aside,
            read=read,
            kept=words.number(entry.rows_kept),
            reasons=" · ".join(reasons),
        )
    # Two equal lines can be real: they are kept, unless the params say otherwise, and counted.
    if entry.table == "orders" and entry.duplicates:
        equal = words.plural("{n} line equal to another", "{n} lines equal to another", entry.duplicates)
        text = words.say("{text}; {equal}", text=text, equal=equal)
    if unused:
        text = words.say("{text}; no measure uses this table", text=text)
    return text


foot = Section("foot", made_of, fragment)
