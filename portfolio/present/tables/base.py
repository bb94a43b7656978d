"""A table as plain data: caption, columns, rows of cells. What a template writes and a test reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markupsafe import Markup

from portfolio.present import style
from portfolio.present.changes import Change
from portfolio.present.templating import render
from portfolio.present.words import NOTHING, Words, missing


class Cell(NamedTuple):
    """What stands in a cell: a text, with an arrow, a tone and its word, a mark of colour, a picture."""

    text: str
    arrow: str = ""
    tone: str = ""
    spoken: str = ""
    mark: str = ""
    svg: Markup = Markup()


class Column(NamedTuple):
    """A column: its head, whether it holds figures, which stand to the right, or sentences, which need room."""

    head: str
    figures: bool = True
    sentences: bool = False

    @property
    def kind(self) -> str:
        """The class of its cells."""
        return "figure" if self.figures else "prose" if self.sentences else ""


@dataclass(frozen=True)
class Table:
    """A table for people. The first cell of a row is its head."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def html(self) -> str:
        """The fragment."""
        return render("table.html", table=self)

    @property
    def text(self) -> str:
        """The table as plain lines."""
        lines = [" | ".join(column.head for column in self.columns)]
        lines += [
            " | ".join(f"{cell.arrow} {cell.text}".strip() for cell in row) for row in (*self.rows, self.total) if row
        ]
        return "\n".join([self.caption, *lines])


# What makes a column: head, how to write a row's cell, and the same for the total.
Maker = tuple[Column, Callable[[Any], Any], Any]


def build(
    caption: str,
    rows: Iterable[Any],
    makers: Sequence[Maker],
    words: Words,
    *,
    notes: Sequence[str] = (),
    total: bool = False,
) -> Table:
    """Make a table; a column without any figure goes, and a note says that it is not measured."""
    records = list(rows)
    body = [tuple(cell(write(record)) for _, write, _ in makers) for record in records]
    foot = tuple(cell(last) for _, _, last in makers) if total and records else ()
    kept = [
        place
        for place in range(len(makers))
        if place == 0 or any(row[place].text != NOTHING or row[place].svg for row in body)
    ]
    gone = [makers[place][0].head for place in range(len(makers)) if place not in kept and records]
    lines = list(notes)
    if gone:
        lines.append(words.say("No figures for: {columns}.", columns=words.list(gone)))

    def keep(row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(row[place] for place in kept)

    return Table(
        caption,
        keep([maker[0] for maker in makers]),
        tuple(keep(row) for row in body),
        keep(foot) if foot else (),
        tuple(lines),
    )


def cell(given: Any) -> Cell:
    """Return a cell of a text, a change, a picture, or nothing."""
    if isinstance(given, Cell):
        return given
    if isinstance(given, Change):
        return Cell(given.text, given.arrow, given.tone, given.spoken)
    if isinstance(given, Markup):
        return Cell("" if given else NOTHING, svg=given)
    return Cell(NOTHING if missing(given) else str(given))


def head(name: str, words: Words) -> Cell:
    """Return the head of the row of a state, segment or size, with its colour."""
    return Cell(words.label(name), mark=style.variable(name))


def money_digits(values: Iterable[float]) -> int:
    """Return the decimals that a column of money needs: cents only where figures are small."""
    return 2 if max((abs(float(value)) for value in values if not missing(value)), default=0) < 1000 else 0
