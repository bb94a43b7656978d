"""The foot of a report: where its figures come from."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import portfolio
from portfolio.present.templating import render
from portfolio.present.words import Words


def shown(source: str) -> str:
    """Return a source as a reader may see it: the name of a file; a database without its password."""
    if "://" in source:
        parts = urlsplit(source)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
    return source.replace("\\", "/").rsplit("/", 1)[-1]


def foot(book: Any, now: dt.datetime, words: Words) -> str:
    """Return the fragment: sources, day, rows read and set aside, parameters, version, fingerprint, time."""
    entries = tuple(book.ledger.tables) if getattr(book, "ledger", None) else ()
    lines = [
        (words.say("As of"), words.date(book.as_of)),
        (words.label("segment"), words.segment(book.segment) if str(book.segment) else words.label("all")),
    ]
    if entries:
        lines.append(
            (words.say("Source"), words.list(dict.fromkeys(words.name(shown(entry.source)) for entry in entries)))
        )
    lines += [(words.label(entry.table), _rows(entry, words)) for entry in entries]
    path = getattr(getattr(book, "params", None), "path", None)
    if path is not None:
        lines.append((words.say("Parameters"), words.name(getattr(path, "name", path))))
    lines.append((words.say("Program"), words.say("portfolio {version}", version=portfolio.__version__)))
    fingerprint = getattr(book, "fingerprint", None) or getattr(getattr(book, "clean", None), "fingerprint", None)
    if isinstance(fingerprint, str) and fingerprint:
        lines.append((words.say("Data fingerprint"), fingerprint[:16]))
    lines.append((words.say("Made on"), words.time(now)))
    return render("foot.html", title=words.say("Where these figures come from"), lines=lines)


def _rows(entry: Any, words: Words) -> str:
    """Say the rows read, kept and set aside of a table, with the reasons, and the equal lines that were kept."""
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
    return text
