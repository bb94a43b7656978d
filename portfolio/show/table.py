"""A table as plain data: caption, columns, rows of cells. What a template writes and a test reads."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from markupsafe import Markup

from portfolio.show import style
from portfolio.show.changes import Change
from portfolio.show.templating import render
from portfolio.show.words import NOTHING, Words, missing


class Cell(NamedTuple):
    """What stands in a cell: a text, with an arrow, a tone and its word, a mark of colour, a picture."""

    text: str
    arrow: str = ""
    tone: str = ""
    spoken: str = ""
    mark: str = ""
    svg: Markup = Markup()


class Column(NamedTuple):
    """A column: its head, whether it holds figures, which stand to the right, or sentences, which need room.

    An ``optional`` one goes without a word when it has nothing to show, as a change in the first period.
    """

    head: str
    figures: bool = True
    sentences: bool = False
    optional: bool = False

    @property
    def kind(self) -> str:
        """The class of its cells."""
        return "figure" if self.figures else "prose" if self.sentences else ""


class Group(NamedTuple):
    """Rows that belong together: their title, and how many they are."""

    title: str
    rows: int


# More columns than that are set in a smaller type.
ROOMY = 10


@dataclass(frozen=True)
class Table:
    """A table for people. The first cell of a row is its head; ``more`` is what few read, folded under it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = field(default=())
    groups: tuple[Group, ...] = ()
    more: Table | None = None

    @property
    def dense(self) -> bool:
        """Whether it has too many columns for the type of the others."""
        return len(self.columns) > ROOMY

    @property
    def bodies(self) -> list[tuple[str, tuple[tuple[Cell, ...], ...]]]:
        """The rows by group, with the title of each."""
        rows = iter(self.rows)
        groups = self.groups or (Group("", len(self.rows)),)
        return [(group.title, tuple(itertools.islice(rows, group.rows))) for group in groups]

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
        return "\n".join([self.caption, *lines, *([self.more.text] if self.more else [])])


# Characters of a cell: a name of 10,000 would be a page of its own.
LONGEST_CELL = 300
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
    gone = [maker[0].head for place, maker in enumerate(makers) if place not in kept and not maker[0].optional]
    lines = list(notes)
    if gone and records:
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
    text = NOTHING if missing(given) else str(given)
    return Cell(text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…")


def head(name: str, words: Words) -> Cell:
    """Return the head of the row of a state, segment or size, with its colour."""
    return Cell(words.label(name), mark=style.variable(name))


def money_digits(values: Iterable[float]) -> int:
    """Return the decimals that a column of money needs: cents only where figures are small."""
    return 2 if max((abs(float(value)) for value in values if not missing(value)), default=0) < 1000 else 0
