"""A section: one question, the measure that answers it, and how the answer is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, init=False)
class Section:
    """One question of a report, bound to its measure and to what shows it.

    Attributes
    ----------
    name
        What to call it, and the id of its place in a page.
    numbers
        ``numbers(book, ...) -> DataFrame``, or a tuple of them.
    shown
        Functions of these tables, in the order of the page: charts, tables (``-> Table``), sentences (``-> str``),
        fragments (``-> Fragment``). What was given to the measure beside the book is given to them too.
    define
        Names whose meanings stand under the section, folded.
    over_books
        Whether the measure takes the books of several periods rather than one.
    """

    name: str
    numbers: Callable[..., Any]
    shown: tuple[Callable[..., Any], ...]
    define: tuple[str, ...]
    over_books: bool

    def __init__(
        self,
        name: str,
        numbers: Callable[..., Any],
        *shown: Callable[..., Any],
        define: Sequence[str] = (),
        over_books: bool = False,
    ) -> None:
        values = {"name": name, "numbers": numbers, "shown": shown, "define": tuple(define), "over_books": over_books}
        for field, value in values.items():
            object.__setattr__(self, field, value)

    def frames(self, *given: Any) -> tuple[Any, ...]:
        """Return the tables of the measure."""
        found = self.numbers(*given)
        return found if isinstance(found, tuple) else (found,)

    def __call__(self, *given: Any) -> Any:
        """Return the table of the section, the first of them where there are several."""
        return self.frames(*given)[0]
