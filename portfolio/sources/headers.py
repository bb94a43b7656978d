"""The headers of a source: as they stand in it, as the engine knows them, and the one a params file names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portfolio.errors import N_, DataError, nearest

UNNAMED = "column_{number}"
# How a params file names a column by its place.
PLACE = re.compile(r"column_(\d{1,6})")


@dataclass(frozen=True)
class Headers:
    """``shown`` are the headers as in the source, trimmed; ``names`` the engine's, which no two columns share.

    DuckDB takes ``f`` and ``F`` for one column, and files repeat headers, so the two lists differ at times.
    """

    shown: tuple[str, ...]
    names: tuple[str, ...]

    def name(self, given: str) -> str | None:
        """Return the engine's name of the column a header stands for, or ``column_3``; None when there is none.

        Raises
        ------
        LookupError
            If several columns have that header.
        """
        found = self.places(given)
        if len(found) > 1:
            raise LookupError(given)
        if found:
            return self.names[found[0]]
        place = PLACE.fullmatch(given)
        return self.names[int(place[1]) - 1] if place and 0 < int(place[1]) <= len(self.names) else None

    def places(self, given: str) -> list[int]:
        """Return where the columns with a header stand, counted from 0: as it is written, else in any case."""
        wanted = clean_header(given)
        for same in (str, str.casefold):
            found = [place for place, shown in enumerate(self.shown) if same(shown) == same(wanted)]
            if found:
                return found
        return []

    def shown_of(self, name: str) -> str:
        """Return the header of an engine's column."""
        return self.shown[self.names.index(name)]


def place_of(place: int) -> str:
    """Return how a params file names the column at a place, counted from 0."""
    return UNNAMED.format(number=place + 1)


def clean_header(header: object) -> str:
    """Return a header without byte-order mark, outer spaces and line ends."""
    return " ".join(str(header if header is not None else "").replace("\ufeff", "").split())


def unique_headers(headers: Iterable[object]) -> Headers:
    """Give every column a name of its own: an empty header its number, a second ``Montant`` the name ``Montant_2``."""
    shown = [clean_header(header) or UNNAMED.format(number=i) for i, header in enumerate(headers, start=1)]
    return Headers(tuple(shown), unique_names(shown))


def unique_names(wanted: Sequence[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names, with a number after those that another one, or one of ``taken``, has already in any case."""
    used = {name.casefold() for name in taken}
    names = []
    for name in wanted:
        candidate, number = name, 1
        while candidate.casefold() in used:
            number += 1
            candidate = f"{name}_{number}"
        used.add(candidate.casefold())
        names.append(candidate)
    return tuple(names)


def same_headers(first: Headers, other: Headers, first_file: object, other_file: object) -> None:
    """Hold two files of one table to the same headers, in any order.

    Raises
    ------
    DataError
        Naming the file and the column that is missing or too many.
    """
    here, there = Counter(first.names), Counter(other.names)
    for missing in here - there:
        raise DataError(
            N_(
                "{file}: the column {column} of {first} is missing. "
                "Files read together need the same headers: {headers}."
            ),
            file=other_file,
            column=missing,
            first=first_file,
            headers=", ".join(first.shown),
        )
    for extra in there - here:
        raise DataError(
            N_("{file}: the column {column} is not in {first}. Files read together need the same headers: {headers}."),
            file=other_file,
            column=extra,
            first=first_file,
            headers=", ".join(first.shown),
        )


def find_column(headers: Headers, given: str, source: object, table: str) -> str:
    """Return the engine's name of a column that the params file names.

    Raises
    ------
    DataError
        If no column, or more than one, has that header; it names the source, the nearest header and all of them.
    """
    try:
        found = headers.name(given)
    except LookupError as error:
        raise DataError(
            N_(
                "{source}: several columns are named {given}, so the table {table} cannot tell which. "
                "Give the place of the one meant, as {place}."
            ),
            source=source,
            given=given,
            table=table,
            place=place_of(headers.places(given)[-1]),
        ) from error
    if found:
        return found
    near = nearest(given, headers.shown)
    message = (
        N_("{source}: the table {table} has no column {given}. Did you mean {nearest}? Its columns are: {headers}.")
        if near
        else N_("{source}: the table {table} has no column {given}. Its columns are: {headers}.")
    )
    raise DataError(message, source=source, table=table, given=given, nearest=near, headers=", ".join(headers.shown))
