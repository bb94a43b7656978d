"""Sources into raw rows. The only reader of input: files, workbooks, databases.

    CSV, Excel, database -> Parquet of the raw columns -> Ibis table        Parquet files are read where they stand

Every column keeps its header and its content; what they mean is for ``reading.py``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from portfolio.errors import N_, DataError, nearest
from portfolio.params.checks import is_url, matching_files
from portfolio.secrets import shown_url
from portfolio.sources.csv_files import stage_csv
from portfolio.sources.databases import stage_database
from portfolio.sources.excel import stage_excel
from portfolio.sources.file_names import plainly_named
from portfolio.sources.headers import Headers, clean_header, find_column, same_headers
from portfolio.sources.ledger import Note, SetAside
from portfolio.sources.parsing import text_of

CSV = (".csv", ".txt", ".tsv", ".tab", ".dat")
EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
PARQUET = (".parquet", ".pq")
DATABASE = {".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite", ".duckdb": "duckdb"}
BLOCK = 4 << 20
NOTHING = SetAside("unreadable", 0)


@dataclass(frozen=True)
class Raw:
    """The rows of a table as they stand in its source.

    Attributes
    ----------
    table
        Our name of the table.
    source
        What to call it in a message: the file, or the URL without its password.
    engine
        Holds the rows, and runs what is asked of them.
    rows
        The raw columns.
    headers
        Their headers.
    unreadable
        Lines that do not have the fields of the others.
    notes
        What was found of the source, and chosen.
    loose_cells
        Whether a column may hold real dates and numbers among its texts, as in a workbook.
    delimiter
        Of a CSV file.
    """

    table: str
    source: str
    engine: object
    rows: ibis.Table
    headers: Headers
    unreadable: SetAside = NOTHING
    notes: tuple[Note, ...] = ()
    loose_cells: bool = False
    delimiter: str | None = None


def read_source(engine, table: str, source, folder: Path, workspace: Path) -> Raw:
    """Read the source of a table.

    Parameters
    ----------
    engine
        Reads and writes.
    table
        Our name of the table.
    source
        Its ``Source`` of the params.
    folder
        Folder of the params file.
    workspace
        Folder for copies, which must last as long as the rows are used.

    Raises
    ------
    DataError
        If the source is missing, empty, of no known kind, or unreadable.
    """
    workspace = workspace / table
    workspace.mkdir(parents=True, exist_ok=True)
    url, files = locate(source, folder)
    if url:
        parquet, headers = stage_database(url, folder, source.table, source.query, workspace)
        raw = Raw(table, shown_url(url), engine, engine.read(parquet), headers, loose_cells=url.startswith("sqlite"))
    else:
        raw = _read_files(engine, table, source, files, workspace)
    return _filtered(raw, source.filters)


def locate(source, folder: Path) -> tuple[str | None, list[Path]]:
    """Return the database's URL, or the files, of a source.

    Raises
    ------
    DataError
        If there is no such file, or none that the glob names.
    """
    if is_url(source.source):
        return source.source, []
    files = [Path(os.path.normpath(path)) for path in matching_files(source.source, folder)]
    if files:
        kind = DATABASE.get(files[0].suffix.lower())
        return (f"{kind}://{files[0].resolve()}", []) if kind and len(files) == 1 else (None, files)
    wanted = Path(os.path.normpath(folder / source.source))
    beside = [path.name for path in wanted.parent.iterdir()] if wanted.parent.is_dir() else []
    near = nearest(wanted.name, beside)
    raise DataError(
        N_("{file}: there is no such file. Did you mean {nearest}?") if near else N_("{file}: there is no such file."),
        file=wanted,
        nearest=near,
    )


def _read_files(engine, table: str, source, files: list[Path], workspace: Path) -> Raw:
    kinds = {_kind(path) for path in files}
    if len(kinds) > 1:
        raise DataError(
            N_("{source}: the files are of several kinds ({kinds}). Read together, they need to be of one."),
            source=source.source,
            kinds=", ".join(sorted(kinds)),
        )
    kind = kinds.pop()
    parts: list[Raw] = []
    for number, path in enumerate(files):
        place = workspace / str(number)
        place.mkdir(exist_ok=True)
        part = _read_file(engine, table, source, kind, path, place)
        if parts:
            same_headers(parts[0].headers, part.headers, parts[0].source, part.source)
        parts.append(part)
    first = parts[0]
    rows = first.rows if len(parts) == 1 else ibis.union(*(_alike(part.rows, first.headers, parts) for part in parts))
    unreadable = sum(part.unreadable.rows for part in parts)
    examples = sorted(example for part in parts for example in part.unreadable.examples)[:3]
    return Raw(
        table,
        first.source if len(parts) == 1 else str(files[0].parent / Path(source.source).name),
        engine,
        rows,
        first.headers,
        SetAside("unreadable", unreadable, tuple(examples), unreadable),
        tuple({str(note): note for part in parts for note in part.notes}.values()),
        first.loose_cells,
        first.delimiter,
    )


def _alike(rows: ibis.Table, headers: Headers, parts: list[Raw]) -> ibis.Table:
    """Return the columns in the order of the first file, as text where the files do not agree on the type."""
    return rows.select(
        **{
            name: rows[name] if len({part.rows[name].type() for part in parts}) == 1 else rows[name].cast("string")
            for name in headers.names
        }
    )


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix == ".gz":
        suffix = Path(path.stem).suffix.lower()
    for kind, suffixes in (("CSV", CSV), ("Excel", EXCEL), ("Parquet", PARQUET)):
        if suffix in suffixes:
            return kind
    raise DataError(
        N_("{file}: a file ending in {suffix} cannot be read. Known: {known}, or the URL of a database."),
        file=path,
        suffix=suffix or "-",
        known=", ".join([*CSV, ".csv.gz", *EXCEL, *PARQUET, *DATABASE]),
    )


def _read_file(engine, table: str, source, kind: str, path: Path, workspace: Path) -> Raw:
    if kind == "CSV":
        found = stage_csv(engine, path, source.csv, workspace)
        rows = engine.read(found.parquet)
        return Raw(
            table, str(path), engine, rows, found.headers, found.unreadable, found.notes, delimiter=found.delimiter
        )
    if kind == "Excel":
        parquet, headers, notes = stage_excel(path, source.sheet, workspace)
        return Raw(table, str(path), engine, engine.read(parquet), headers, notes=notes, loose_cells=True)
    try:
        shown = pq.read_schema(path).names
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(N_("{file}: cannot be read as Parquet ({why})."), file=path, why=error) from error
    rows = engine.read(plainly_named(path, workspace))
    # DuckDB renames a column that another one has in other case; the order stays.
    return Raw(table, str(path), engine, rows, Headers(tuple(map(clean_header, shown)), tuple(rows.columns)))


def _filtered(raw: Raw, filters: Mapping[str, object]) -> Raw:
    """Keep the rows whose columns have the values asked for, compared as text as it stands in the source."""
    rows, notes = raw.rows, raw.notes
    for header, wanted in filters.items():
        column = rows[find_column(raw.headers, header, raw.source, raw.table)]
        values = [_written(value) for value in (wanted if isinstance(wanted, list | tuple) else [wanted])]
        text = text_of(column)
        # A number typed as 1.0 answers to 1; a boolean to true, in any case.
        text = text.re_replace(r"\.0+$", "") if column.type().is_floating() else text
        kept = rows.filter(text.isin(values))
        if not raw.engine.run(kept.count()):
            known = raw.engine.run(rows.select(value=text).distinct().order_by("value").limit(20)).value.dropna()
            raise DataError(
                N_("{source}: no row has {header} = {given}. Values found: {known}."),
                source=raw.source,
                header=header,
                given=", ".join(values),
                known=", ".join(known) or "-",
            )
        rows = kept
        notes = (
            *notes,
            Note(N_("Only rows with {header} = {values}."), {"header": header, "values": ", ".join(values)}),
        )
    return replace(raw, rows=rows, notes=notes)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def reading(params) -> str:
    """Return a text that changes when the sources are others, or are read in another way; not their content."""
    options = {
        name: source.model_dump(mode="json") | {"source": shown_url(source.source)}
        for name, source in sorted(params.portfolio.tables.items())
    }
    given = params.portfolio.thresholds
    told = [
        str(params.path.parent), options, params.portfolio.currency,
        given.set_aside_limit, given.unreadable_limit, given.orders_ahead_days,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def state_of(table: str, source, folder: Path) -> str:
    """Return a text that changes when the source of a table, or how it is read, changes; empty for a database.

    It is a sha256 over the bytes of every file and over the mapping options.
    """
    files = files_of(source, folder)
    if not files:
        return ""
    digest = hashlib.sha256(json.dumps([table, str(folder), source.model_dump(mode="json")], sort_keys=True).encode())
    for path in files:
        digest.update(path.name.encode())
        for block in _blocks(path):
            digest.update(block)
    return digest.hexdigest()


def files_of(source, folder: Path) -> list[Path]:
    """Return the files that a source is read from; none of a database given by its URL."""
    url, files = locate(source, folder)
    return [Path(url.partition("://")[2])] if url and not is_url(source.source) else files


def _blocks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            yield block
