"""Date formats and decimal marks, found from what the columns hold. Evidence is counted over every row, never guessed
from the first ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from portfolio.errors import N_, DataError
from portfolio.sources.ledger import Note
from portfolio.sources.parsing import day_of, is_number, strptime, text_of

# In the order of preference when several read every row: the day first, as most of the world writes.
# %Y takes two digits too, so each format comes with the shape of its texts.
DATE_FORMATS = {
    "%Y-%m-%d": r"^\d{4}-\d{1,2}-\d{1,2}$",
    "%d/%m/%Y": r"^\d{1,2}/\d{1,2}/\d{4}$",
    "%d-%m-%Y": r"^\d{1,2}-\d{1,2}-\d{4}$",
    "%d.%m.%Y": r"^\d{1,2}\.\d{1,2}\.\d{4}$",
    "%Y/%m/%d": r"^\d{4}/\d{1,2}/\d{1,2}$",
    "%Y%m%d": r"^\d{8}$",
    "%d%m%Y": r"^\d{8}$",
    "%d/%m/%y": r"^\d{1,2}/\d{1,2}/\d{2}$",
    "%d-%m-%y": r"^\d{1,2}-\d{1,2}-\d{2}$",
    "%d.%m.%y": r"^\d{1,2}\.\d{1,2}\.\d{2}$",
    "%m/%d/%Y": r"^\d{1,2}/\d{1,2}/\d{4}$",
    "%m-%d-%Y": r"^\d{1,2}-\d{1,2}-\d{4}$",
    "%m/%d/%y": r"^\d{1,2}/\d{1,2}/\d{2}$",
}
ISO = "%Y-%m-%d"


@dataclass(frozen=True)
class Pattern:
    """Texts that the same formats read: how many, and the smallest of them."""

    formats: tuple[str, ...]
    rows: int
    example: str


def date_patterns(engine, column: ibis.Column) -> list[Pattern]:
    """Count the texts of a column by the formats that read them. One scan."""
    texts = column.as_table().select(text=text_of(column)).drop_null("text")
    days = texts.mutate(day=day_of(texts.text)).group_by("day").agg(rows=ibis._.count(), example=ibis._.text.min())
    # The compact formats read any eight digits; a year far off tells that it is the other one.
    reads = {
        f"reads_{i}": (days.day.re_search(shape) & strptime(days.day, format).year().between(1900, 9999)).fill_null(
            False
        )
        for i, (format, shape) in enumerate(DATE_FORMATS.items())
    }
    counted = engine.run(
        days.mutate(**reads).group_by(list(reads)).agg(rows=ibis._.rows.sum(), example=ibis._.example.min())
    )
    return [
        Pattern(
            tuple(format for name, format in zip(reads, DATE_FORMATS, strict=True) if row[name]),
            int(row["rows"]),
            row["example"],
        )
        for row in counted.to_dict("records")
    ]


def choose_date_format(patterns: Sequence[Pattern]) -> tuple[str, dict[str, Pattern]] | None:
    """Return the format that reads most rows, and, for the rows that only others read, those formats.

    None when no format reads any row.
    """
    left = [pattern for pattern in patterns if pattern.formats]
    chosen: dict[str, Pattern] = {}
    while left:
        totals = {f: sum(p.rows for p in left if f in p.formats) for f in DATE_FORMATS}
        best = max(totals, key=totals.__getitem__)
        read = [pattern for pattern in left if best in pattern.formats]
        chosen[best] = Pattern((best,), totals[best], min(p.example for p in read))
        left = [pattern for pattern in left if best not in pattern.formats]
    return (next(iter(chosen)), chosen) if chosen else None


def find_date_formats(
    engine, rows: ibis.Table, column: str, header: str, source: str, *, real_dates: bool, required: bool
) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Find the format of a column of texts.

    Parameters
    ----------
    engine
        Runs what is counted.
    rows, column
        The raw rows, and the column of them.
    header, source
        Its header, and where it comes from, for the messages.
    real_dates
        Whether ISO dates stand for cells that are real dates, as in a workbook, and go with any other format.
    required
        Whether a column that no format reads is an error.

    Returns
    -------
    The formats to read it with, and the notes.

    Raises
    ------
    DataError
        If the column mixes formats; it names them, with their counts and a row of each.
    """
    patterns = date_patterns(engine, rows[column])
    if real_dates:
        patterns = [pattern for pattern in patterns if ISO not in pattern.formats]
    chosen = choose_date_format(patterns)
    also = (ISO,) if real_dates else ()
    if chosen is None:
        if patterns and required and not real_dates:
            raise DataError(
                N_(
                    "{source}: no known date format reads the column {column}, for example {example!r}. "
                    'Give it as `date: "%d/%m/%Y"` or the like.'
                ),
                source=source,
                column=header,
                example=min(pattern.example for pattern in patterns),
            )
        return also, ()
    best, found = chosen
    if len(found) > 1:
        raise DataError(
            N_(
                "{source}: the column {column} mixes date formats: {formats}. "
                "Mend the file, or list them in the order to try: `date: [{listed}]`."
            ),
            source=source,
            column=header,
            formats="; ".join(
                f"{format} × {pattern.rows} ({_row_with(engine, rows, column, pattern.example)})"
                for format, pattern in found.items()
            ),
            listed=", ".join(f'"{format}"' for format in found),
        )
    notes = [Note(N_("Dates of {column} read as {format}."), {"column": header, "format": best})]
    rivals = [f for f in DATE_FORMATS if f != best and all(f in p.formats for p in patterns if p.formats)]
    if rivals:
        notes.append(
            Note(
                N_("The dates of {column} could also be {formats}: give `date:` to be sure."),
                {"column": header, "formats": ", ".join(rivals)},
                doubt=True,
            )
        )
    return (best, *also), tuple(notes)


def _row_with(engine, rows: ibis.Table, column: str, example: str) -> str:
    """Return the first row, in the order of its cells, where the column has this text."""
    found = rows.filter(text_of(rows[column]) == example).order_by(rows.columns).limit(1)
    cells = engine.run(found.select(**{name: found[name].cast("string").fill_null("") for name in found.columns}))
    return ", ".join(cells.iloc[0])


def find_decimal(engine, rows: ibis.Table, columns: Sequence[str], headers: Sequence[str], likely: str):
    """Find the decimal mark of the number columns of a table: the one that makes numbers of most texts.

    Parameters
    ----------
    engine
        Runs what is counted.
    rows, columns, headers
        The table, its columns of texts that hold numbers, and their headers, for the notes.
    likely
        The mark to take when the texts read as well with either.

    Returns
    -------
    The mark, and the notes.
    """
    counts = [_decimal_evidence(engine, rows[name]) for name in columns]
    comma, point, either = (sum(count[i] for count in counts) for i in range(3))
    mark = likely if comma == point else "," if comma > point else "."
    if not (comma or point or either):
        return mark, ()
    values = {"mark": mark, "columns": ", ".join(headers), "comma": comma, "point": point, "either": either}
    if comma and point:
        message = N_(
            "Decimal mark of {columns} found: {mark} ({comma} texts need a comma, {point} a point). "
            "The others are not taken for numbers."
        )
    elif comma or point:
        message = N_("Decimal mark of {columns} found: {mark}.")
    else:
        message = N_(
            "Decimal mark of {columns} taken to be {mark}: {either} texts read either way. "
            "Give `csv: {{decimal: ...}}` to be sure."
        )
    return mark, (Note(message, values, doubt=bool(comma and point) or not (comma or point)),)


def _decimal_evidence(engine, column: ibis.Column) -> tuple[int, int, int]:
    """Count the texts that are numbers with a comma only, with a point only, and either way."""
    texts = column.as_table().select(text=text_of(column)).drop_null("text")
    # Amounts repeat, and the patterns are slow.
    texts = texts.group_by("text").agg(rows=ibis._.count())
    comma, point = is_number(texts.text, ","), is_number(texts.text, ".")
    found = texts.aggregate(
        comma=texts.rows.sum(where=comma & ~point),
        point=texts.rows.sum(where=point & ~comma),
        either=texts.rows.sum(where=comma & point & texts.text.re_search("[.,]")),
    ).fill_null(0)
    return tuple(int(count) for count in engine.run(found).iloc[0])
