"""One CSV file into one Parquet file of texts, with the lines that could not be read counted."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import ibis
from ibis.util import gen_name

from portfolio.errors import N_, DataError, EngineError
from portfolio.sources.encodings import find_encoding, is_gzip, mixed_lines, open_text, to_utf8, with_plain_line_ends
from portfolio.sources.file_names import plainly_named
from portfolio.sources.headers import Headers, unique_headers
from portfolio.sources.ledger import EXAMPLES, Note, SetAside

DELIMITERS = (";", ",", "\t", "|")
WHITESPACE = "whitespace"
SAMPLE_CHARACTERS = 1 << 16
# How Excel is told the delimiter, before the header.
SEPARATOR = re.compile(r"\ufeff?\"?sep=(?P<delimiter>[^\"\r\n])\"?(?:\r\n|\r|\n)", re.IGNORECASE)
SAMPLE_ROWS = 500
# Of a line that is shown.
SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class CsvFile:
    """What was found of a CSV file, and where its rows now stand."""

    path: Path
    parquet: Path
    headers: Headers
    delimiter: str
    unreadable: SetAside
    notes: tuple[Note, ...]


def stage_csv(engine, path: Path, options, workspace: Path) -> CsvFile:
    """Copy a CSV file into Parquet, every column as text.

    Parameters
    ----------
    engine
        Reads and writes.
    path
        The file, compressed with gzip or not.
    options
        ``delimiter`` and ``encoding``, each None to find it; ``header`` names the columns of a file without titles.
    workspace
        Folder for the copy.

    Raises
    ------
    DataError
        If the file is empty or not in the encoding given.
    """
    codec = find_encoding(path, options.encoding)
    with open_text(path, codec) as file:
        sample = file.read(SAMPLE_CHARACTERS)
    if not sample.strip("\ufeff \t\r\n\0" + "".join(DELIMITERS)):
        raise DataError(N_("{file}: the file is empty."), file=path)
    told = SEPARATOR.match(sample)
    sample = sample[told.end() :] if told else sample
    delimiter = _spelled(options.delimiter) or (told["delimiter"] if told else _find_delimiter(sample))
    rows = _sample_rows(sample, delimiter)
    titled = options.header is None
    skip = (_title_rows(sample, delimiter) if titled else 0) + bool(told)
    body = rows[1:] if titled else rows
    fields = Counter(len(row) for row in body or rows).most_common(1)[0][0]
    names = rows[0] if titled else options.header
    # A delimiter at the end of every line makes one more field than there are names.
    headers = unique_headers([*names, *[""] * (fields - len(names))])

    mixed = mixed_lines(path) if options.encoding is None and codec == "cp1252" else None
    plain = codec in ("utf-8", "utf-8-sig") and delimiter != WHITESPACE
    readable = plainly_named(path, workspace) if plain else workspace / "text.csv"
    if delimiter == WHITESPACE:
        _split_on_whitespace(path, codec, readable)
    elif not plain:
        to_utf8(path, codec, readable, by_line=mixed is not None)
    parquet = workspace / "rows.parquet"
    cut = "\t" if delimiter == WHITESPACE else delimiter
    try:
        unreadable = _copy(engine, readable, headers, cut, skip, parquet)
    except EngineError:
        # Lines that end in one way and in another, as in files put one after the other, are too much for the engine.
        again = with_plain_line_ends(readable, workspace / "lines.csv")
        unreadable = _copy(engine, again, headers, cut, skip, parquet)
        again.unlink()
    if not plain:
        readable.unlink()
    return CsvFile(path, parquet, headers, delimiter, unreadable, tuple(_notes(options, codec, delimiter, mixed)))


def _notes(options, codec: str, delimiter: str, mixed: tuple[int, int] | None) -> Iterator[Note]:
    if mixed:
        message = N_(
            "Lines in utf-8: {utf8}; in cp1252: {others}. Each is read as its own. "
            "Give `csv: {{encoding: ...}}` to be sure."
        )
        yield Note(message, {"utf8": mixed[0], "others": mixed[1]}, doubt=True)
    elif options.encoding is None and not codec.startswith("utf-8"):
        yield Note(N_("Encoding found: {encoding}."), {"encoding": codec})
    if options.delimiter is None:
        yield Note(N_("Delimiter found: {delimiter}."), {"delimiter": "tab" if delimiter == "\t" else delimiter})


def _spelled(delimiter: str | None) -> str | None:
    if delimiter is None:
        return None
    return {" ": WHITESPACE, "tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)


def _title_rows(sample: str, delimiter: str) -> int:
    """Count the rows to the header, blank ones before it among them; a quoted header may span lines, but is a row."""
    if delimiter == WHITESPACE:
        return 1
    rows = csv.reader(StringIO(sample.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    return next(number for number, row in enumerate(rows, start=1) if _filled(row))


def _filled(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)


def _sample_rows(sample: str, delimiter: str) -> list[list[str]]:
    """Split the first lines into fields; the last one may be cut short, and goes when there are others."""
    if delimiter == WHITESPACE:
        rows: Iterable[list[str]] = (line.split() for line in sample.splitlines())
    else:
        rows = csv.reader(StringIO(sample.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    try:
        found = list(itertools.islice((row for row in rows if _filled(row)), SAMPLE_ROWS))
    except csv.Error:
        found = [line.split(delimiter) for line in sample.splitlines() if line][:SAMPLE_ROWS]
    complete = len(sample) < SAMPLE_CHARACTERS or len(found) == SAMPLE_ROWS or len(found) < 2
    return found if complete else found[:-1]


def _find_delimiter(sample: str) -> str:
    """Return the delimiter that cuts most lines into as many fields as the first one, then into most fields."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in _sample_rows(sample, delimiter)]
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    scores = {d: score(d) for d in DELIMITERS}
    cutting = {d: s for d, s in scores.items() if s[1] > 1}
    if cutting:
        return max(cutting, key=cutting.__getitem__)
    share, fields = score(WHITESPACE)
    return WHITESPACE if fields > 1 and share > 0.9 else ","


def _split_on_whitespace(path: Path, codec: str, target: Path) -> None:
    with open_text(path, codec) as file, open(target, "w", encoding="utf-8", newline="\n") as out:
        out.writelines("\t".join(fields) + "\n" for fields in map(str.split, file) if fields)


def _copy(engine, path: Path, headers: Headers, delimiter: str, skip: int, parquet: Path) -> SetAside:
    rejects = gen_name("rejects")
    rows = engine.read_csv(
        path,
        f"csv_{rejects}",
        auto_detect=False,
        columns=dict.fromkeys(headers.names, "VARCHAR"),
        header=False,
        skip=skip,
        delim=delimiter,
        quote='"',
        escape='"',
        compression="gzip" if is_gzip(path) else "none",
        store_rejects=True,
        rejects_table=rejects,
        rejects_scan=f"{rejects}_scan",
    )
    engine.write(rows, parquet)
    engine.drop(rows)
    return _unreadable(engine, engine.scratch(rejects))


def _unreadable(engine, rejects: ibis.Table) -> SetAside:
    # One line may be refused for several columns. A quote that is never closed swallows the lines after it: they count.
    lines = rejects.group_by("line").agg(
        text=rejects.csv_line.min(), quote=(rejects.error_type == "UNQUOTED VALUE").any()
    )
    swallowed = lines.text.rstrip().length() - lines.text.rstrip().replace("\n", "").length()
    counted = lines.mutate(rows=ibis.cases((lines.quote, swallowed + 1), else_=1))
    rows = int(engine.run(counted.rows.sum().fill_null(0)))
    if not rows:
        return SetAside("unreadable", 0)
    smallest = engine.run(lines.select("text").distinct().order_by("text").limit(EXAMPLES))
    return SetAside("unreadable", rows, tuple(smallest.text.str.rstrip().str.slice(0, SHOWN_CHARACTERS)), unread=rows)
