"""Raw rows into typed rows under our own names: which column is which, and how its texts are read.

headers of the source  ->  our columns, typed  +  the line's fingerprint  +  its columns as they were, for examples
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis

from portfolio.errors import N_, DataError, Problems, nearest
from portfolio.params.columns import CUSTOMER_BASE, Column, Table
from portfolio.sources.doubts import doubtful_ids, foreign_money
from portfolio.sources.formats import ISO, find_date_formats, find_decimal
from portfolio.sources.headers import find_column, place_of, unique_names
from portfolio.sources.ledger import Note
from portfolio.sources.parsing import (
    Reading,
    alike_of,
    fingerprint_of,
    parsed,
    stands_for_nothing,
    text_of,
    whole_number_text,
)
from portfolio.sources.raw import Raw

# A fingerprint of the whole line, unmapped columns too: two lines that differ in any of them are no duplicates.
LINE = "__line"
# Whether a row needs a date or a number, and has a text that is none.
UNREAD = "__unread"
SHOWN = "__shown_{number}"
TEXT = "__text_{number}"
SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Typed:
    """Typed rows. ``columns`` are ours that the source holds; ``attributes`` the further ones that it keeps;
    ``shown`` maps the columns kept for examples to their headers."""

    rows: ibis.Table
    columns: tuple[str, ...]
    attributes: tuple[str, ...]
    shown: dict[str, str]
    notes: tuple[Note, ...]


def type_columns(raw: Raw, table: Table, source, taken: tuple[str, ...] = (), currency: str = "EUR") -> Typed:
    """Give the columns of a raw table our names and types.

    Parameters
    ----------
    raw
        The rows as they stand in the source.
    table
        What the table holds.
    source
        Its ``Source`` of the params.
    taken
        Names that no further column may have.
    currency
        Of the portfolio: signs of others are said.

    Raises
    ------
    DataError, Problems
        If columns are missing or misspelt, or a date column mixes formats.
    """
    mapping = map_columns(raw, table, source)
    attributes = _attributes(raw, table, source, mapping, taken) if table.keeps_other_columns else {}
    readings, notes = _readings(raw, table, source, mapping)
    rows, texts = _trimmed(raw, [*mapping.values(), *attributes.values()], source.empty)

    values = {
        name: parsed(rows[texts[column]], table[name].type, readings.get(name, Reading()))
        for name, column in mapping.items()
    }
    if source.whole_number_ids:
        values |= {name: whole_number_text(value) for name, value in values.items() if name.endswith("_id")}
    if source.join_alike_ids:
        values |= {name: alike_of(value) for name, value in values.items() if name.endswith("_id")}
    if source.empty is None:
        values |= {
            name: ibis.ifelse(stands_for_nothing(value), ibis.null("string"), value)
            for name, value in values.items()
            if name.endswith("_id")
        }
    notes = (
        *raw.notes, *_repeated(raw, table, mapping), *notes,
        *_left_empty(raw, rows, table, mapping, texts, values), *_doubts(raw, table, source, mapping, currency),
    )  # fmt: skip
    unread = _unread(raw, rows, table, mapping, texts, values)
    values |= {name: rows[texts[column]].cast("string") for name, column in attributes.items()}

    used = sorted({*mapping.values()}, key=raw.headers.names.index)
    shown = {SHOWN.format(number=i): column for i, column in enumerate(used)}
    line = fingerprint_of(rows[name] for name in raw.rows.columns)
    rows = rows.select(
        **values, **{LINE: line, UNREAD: unread}, **{name: rows[column] for name, column in shown.items()}
    )
    return Typed(
        rows,
        _measured(table, mapping),
        tuple(attributes),
        {name: raw.headers.shown_of(column) for name, column in shown.items()},
        notes,
    )


def _measured(table: Table, mapping: dict[str, str]) -> tuple[str, ...]:
    """Return our columns that hold something: the source's, and those that the rules make of them."""
    made = {"amount", *(["cost"] if "margin" in mapping else [])} if table.name == "orders" else set()
    return tuple(name for name in table.names if name in mapping or name in made)


def map_columns(raw: Raw, table: Table, source) -> dict[str, str]:
    """Return our columns with the engine's name of each: as mapped, else under our own name.

    Raises
    ------
    DataError, Problems
        If a column that is mapped, or needed, is not there.
    """
    found: dict[str, str] = {}
    problems: list[DataError] = []
    told: set[str] = set()
    for name, header in source.columns.items():
        if name in table:
            try:
                found[name] = find_column(raw.headers, header, raw.source, table.name)
            except DataError as problem:
                problems.append(problem)
    for name in table.names:
        if name not in source.columns:
            try:
                column = raw.headers.name(name)
            except LookupError:
                column = None
                if name in table.required or (table.name, name) == ("orders", "amount"):
                    problems.append(_not_told(raw, table, name))
                    told.add(name)
            if column:
                found[name] = column
    problems += _missing(raw, table, {*found, *source.columns, *told})
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    # An amount that is given needs no price.
    return {
        name: found[name] for name in table.names if name in found and not (name == "unit_price" and "amount" in found)
    }


def _not_told(raw: Raw, table: Table, name: str) -> DataError:
    """Return the problem of several columns named as one of ours."""
    return DataError(
        N_(
            "{source}: several columns are named {column}, so the table {table} cannot tell which. "
            "Give the place of one, as `columns: {{{column}: {place}}}`."
        ),
        source=raw.source,
        column=name,
        table=table.name,
        place=place_of(raw.headers.places(name)[-1]),
    )


def _missing(raw: Raw, table: Table, known: set[str]) -> Iterator[DataError]:
    for name in table.required:
        if name in known:
            continue
        if table.name == "orders" and name == "amount":
            if {"quantity", "unit_price"} <= known:
                continue
            yield DataError(
                N_(
                    "{source}: the table orders needs an amount. Name its column, as `columns: {{amount: ...}}`, "
                    "or those of quantity and unit_price. The columns of the source are: {headers}."
                ),
                source=raw.source,
                headers=", ".join(raw.headers.shown),
            )
            continue
        near = nearest(name, raw.headers.shown)
        yield DataError(
            N_(
                "{source}: the table {table} needs {column}. Name its column, as `columns: {{{column}: {nearest}}}`. "
                "The columns of the source are: {headers}."
            ),
            source=raw.source,
            table=table.name,
            column=name,
            nearest=near or "...",
            headers=", ".join(raw.headers.shown),
        )


def _attributes(raw: Raw, table: Table, source, mapping: dict[str, str], taken: tuple[str, ...]) -> dict[str, str]:
    """Return the further columns, under names of their own: mapped ones, then all that is left."""
    mapped = {
        name: find_column(raw.headers, header, raw.source, table.name)
        for name, header in source.columns.items()
        if name not in table
    }
    # Where rows repeat a customer, the columns that are not mapped are of the row and not of the customer.
    others = () if source.one_row_per_customer else raw.headers.names
    left = [name for name in others if name not in {*mapping.values(), *mapped.values()}]
    # A segment is written region=Bretagne,size=large: neither sign can be in a name.
    wanted = [name.replace("=", "_").replace(",", "_") for name in left]
    return mapped | dict(
        zip(unique_names(wanted, taken=[*table.names, *CUSTOMER_BASE.names, *taken, *mapped]), left, strict=True)
    )


def _readings(raw: Raw, table: Table, source, mapping: dict[str, str]) -> tuple[dict[str, Reading], list[Note]]:
    notes: list[Note] = []
    readings: dict[str, Reading] = {}
    kinds = {name: (table[name], raw.rows[column]) for name, column in mapping.items()}
    dates: dict[str, tuple[tuple[str, ...], tuple[Note, ...]]] = {}
    for name, (column, values) in kinds.items():
        if column.type != "date":
            continue
        dates[name] = _date_formats(raw, source, column, values, raw.headers.shown_of(mapping[name]))
    for name, (formats, found) in _settled(dates).items():
        readings[name] = Reading(formats)
        notes += found

    numbers = [
        name
        for name, (column, values) in kinds.items()
        if column.type in ("money", "number", "integer") and values.type().is_string()
    ]
    mark = source.csv.decimal
    if mark is None and numbers:
        columns = [mapping[name] for name in numbers]
        likely = "," if raw.delimiter == ";" else "."
        mark, found = find_decimal(raw.engine, raw.rows, columns, [raw.headers.shown_of(c) for c in columns], likely)
        notes += found
    readings |= {name: Reading(decimal=mark or ".", either_decimal=raw.loose_cells) for name in numbers}
    return readings, notes


def _settled(dates: dict[str, tuple[tuple[str, ...], tuple[Note, ...]]]):
    """Read dates that several formats read as the other dates of the source, where these leave no doubt."""
    sure = {formats[0] for formats, notes in dates.values() if formats and not any(note.doubt for note in notes)}
    for name, (formats, notes) in dates.items():
        doubt = next((note for note in notes if note.doubt), None)
        could = [format for format in sure if doubt and format in (formats[0], *doubt.values["formats"].split(", "))]
        if len(could) == 1:
            said = Note(notes[0].message, notes[0].values | {"format": could[0]})
            dates[name] = ((could[0], *formats[1:]), (said,))
    return dates


def _date_formats(raw: Raw, source, column: Column, values: ibis.Column, header: str):
    dtype = values.type()
    if dtype.is_date():
        return (), ()
    if dtype.is_timestamp():
        zoned = Note(N_("Days of {column} are those of UTC."), {"column": header})
        return (), (zoned,) if dtype.timezone else ()
    given = source.date or source.csv.date
    if given is not None:
        return (*([given] if isinstance(given, str) else given), *([ISO] if raw.loose_cells else [])), ()
    return find_date_formats(
        raw.engine,
        raw.rows,
        values.get_name(),
        header,
        raw.source,
        real_dates=raw.loose_cells,
        required=column.required,
    )


def _trimmed(raw: Raw, columns: list[str], empty: tuple[str, ...] | None) -> tuple[ibis.Table, dict[str, str]]:
    """Add the columns without outer blanks, and return where each is: a step of its own, since the reading of a number
    names its text five times."""
    texts = {column: TEXT.format(number=i) for i, column in enumerate(dict.fromkeys(columns))}
    values = {text: raw.rows[column] for column, text in texts.items()}
    values = {text: text_of(value) if value.type().is_string() else value for text, value in values.items()}
    if empty:
        values = {
            text: ibis.ifelse(stands_for_nothing(value, empty), ibis.null("string"), value)
            if value.type().is_string()
            else value
            for text, value in values.items()
        }
    return raw.rows.mutate(**values), texts


def _unread(raw: Raw, rows: ibis.Table, table: Table, mapping, texts, values) -> ibis.Value:
    """Say of each row whether it has a text that is no date or number, where one is needed."""
    needed = [name for name in table.required if table[name].type != "text" and name in mapping]
    if table.name == "orders" and "amount" not in mapping:
        needed += ["quantity", "unit_price"]
    lost = ibis.literal(False)
    for name in needed:
        text = rows[texts[mapping[name]]]
        if text.type().is_string():
            lost |= values[name].isnull() & text.notnull() & ~stands_for_nothing(text)
    return lost


def _doubts(raw: Raw, table: Table, source, mapping: dict[str, str], currency: str) -> Iterator[Note]:
    for name, column in mapping.items():
        if raw.rows[column].type().is_string():
            header = raw.headers.shown_of(column)
            if name == "customer_id":
                yield from doubtful_ids(raw.engine, raw.rows, column, header, source)
            elif table[name].type == "money":
                yield from foreign_money(raw.engine, raw.rows, column, header, currency)


def _repeated(raw: Raw, table: Table, mapping: dict[str, str]) -> Iterator[Note]:
    """Yield our columns that several of the source are named after, so that none is read."""
    for name in table.names:
        places = [] if name in mapping else raw.headers.places(name)
        if len(places) > 1:
            yield Note(
                N_(
                    "{places} columns are named {column}: none of them is read. "
                    "Give the place of one, as `columns: {{{column}: {place}}}`."
                ),
                {"places": len(places), "column": name, "place": place_of(places[-1])},
                doubt=True,
            )


def _left_empty(raw: Raw, rows: ibis.Table, table: Table, mapping, texts, values) -> Iterator[Note]:
    """Yield what could not be read in columns that a row does without: they are left empty there, and it is said."""
    checked = [
        name
        for name, column in mapping.items()
        if table[name].type != "text" and not table[name].required and raw.rows[column].type().is_string()
    ]
    if not checked:
        return
    counts = {}
    for i, name in enumerate(checked):
        text = rows[texts[mapping[name]]]
        lost = text.notnull() & values[name].isnull()
        counts |= {f"rows_{i}": lost.sum().fill_null(0), f"example_{i}": text.min(where=lost)}
    found = raw.engine.run(rows.aggregate(**counts)).iloc[0]
    for i, name in enumerate(checked):
        if found[f"rows_{i}"] > 0:
            yield Note(
                N_("{column}: {rows} values could not be read and are left empty, for example {example}."),
                {
                    "column": raw.headers.shown_of(mapping[name]),
                    "rows": int(found[f"rows_{i}"]),
                    "example": str(found[f"example_{i}"])[:SHOWN_CHARACTERS],
                },
            )
