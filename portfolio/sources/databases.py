"""A table or a query of any database that Ibis reaches, into one Parquet file, batch by batch."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from ibis.backends import BaseBackend

from portfolio.errors import N_, DataError, nearest
from portfolio.secrets import shown_url, sound_url, without
from portfolio.sources.headers import Headers, unique_headers
from portfolio.sources.ledger import Note
from portfolio.sources.texts import cell_text

logger = logging.getLogger(__name__)

BATCH_ROWS = 100_000
# Seconds before a database that is away is tried again.
WAITS = (1.0, 4.0)
# Of the driver, by the scheme: how long to wait for an answer, and when a server that says nothing is gone.
PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
PATIENT = ("postgres", "postgresql")
# PostgreSQL's codes of what passes: connection lost, shutting down, starting up, too many connections.
AWAY_STATES = ("57P01", "57P02", "57P03", "53300")
AWAY = re.compile(
    r"refused|timed? ?out|timeout expired|connection (?:reset|lost|is closed)|closed the connection|closed unexpectedly"
    r"|starting up|shutting down|too many (?:clients|connections)|temporary failure in name resolution"
    r"|no route to host|network is unreachable|database is locked|could not set lock",
    re.IGNORECASE,
)
IN_FILES = ("sqlite", "duckdb")


class _AwayError(DataError):
    """A database does not answer, and may later."""


def stage_database(
    url: str, folder: Path, table: str | None, query: str | None, workspace: Path
) -> tuple[Path, Headers]:
    """Copy the rows of a table or of a query into Parquet, never all in memory at once.

    A database that is away is tried again, which is said as a warning of this module's logger.

    Parameters
    ----------
    url
        Ibis URL. The file of a ``sqlite:///`` or ``duckdb:///`` URL may stand relative to ``folder``.
    folder
        Folder of the params file.
    table, query
        One of them. A table may be written ``schema.table``.
    workspace
        Folder for the copy.

    Raises
    ------
    DataError
        If the database cannot be reached or has no such table, or the query fails.
    """
    return _patiently(lambda: _stage(url, folder, table, query, workspace))


def reach(url: str, folder: Path) -> BaseBackend:
    """Connect to a database; one that is away is tried again, as ``stage_database`` does.

    Raises
    ------
    DataError
        If it cannot be reached.
    """
    return _patiently(lambda: _connected(url, folder))


def _patiently(work: Callable[[], Any]) -> Any:
    for wait in WAITS:
        try:
            return work()
        except _AwayError as problem:
            again = N_("{problem} Trying again in {seconds} s.")
            logger.warning(Note(again, {"problem": problem, "seconds": f"{wait:g}"}))
            time.sleep(wait)
    return work()


def _connected(url: str, folder: Path) -> BaseBackend:
    try:
        return ibis.connect(_located(sound_url(url), folder), **_patience(url))
    except DataError:
        raise
    except Exception as error:  # each driver has errors of its own
        message = N_("{source}: the database cannot be reached ({why}).")
        raise _kind(error)(message, source=shown_url(url), why=_hidden(error, url)) from None


def _stage(url: str, folder: Path, table: str | None, query: str | None, workspace: Path) -> tuple[Path, Headers]:
    shown = shown_url(url)
    if (table is None) == (query is None):
        raise DataError(N_("{source}: give a database either a `table` or a `query`."), source=shown)
    con = _connected(url, folder)
    try:
        _keep_within(con)
        rows = _queried(con, query) if query else _table(con, table, shown)
        headers = unique_headers(rows.columns)
        target = workspace / "rows.parquet"
        _write(con, rows, headers, target)
    except DataError:
        raise
    except Exception as error:
        message = (
            N_("{source}: the query `{query}` cannot be read ({why}).")
            if query
            else N_("{source}: the table {table} cannot be read ({why}).")
        )
        raise _kind(error)(message, source=shown, query=query, table=table, why=_hidden(error, url)) from None
    finally:
        con.disconnect()
    return target, headers


def _keep_within(con) -> None:
    """Shut what a query of DuckDB's could reach beside its own file: other files, the network, extensions."""
    if con.name == "duckdb":
        for setting in ("autoinstall_known_extensions", "autoload_known_extensions", "enable_external_access"):
            con.raw_sql(f"SET {setting} = false")
        con.raw_sql("SET lock_configuration = true")


def _queried(con, query: str) -> ibis.Table:
    """Return the rows of a query. Ibis would make a view to learn the columns, which who may only read cannot."""
    if con.name != "postgres":
        return con.sql(query)
    bare = sqlglot.parse_one(query, read=con.dialect).sql(con.dialect)
    with closing(con.con.cursor()) as cursor:
        cursor.execute(f"SELECT * FROM (\n{bare}\n) AS asked LIMIT 0")
        names = [column.name for column in cursor.description]
        types = [_type_of(con, column) for column in cursor.description]
    con.con.rollback()
    return con.sql(bare, schema=dict(zip(names, types, strict=True)))


def _type_of(con, column) -> dt.DataType:
    """Return the type of a column of PostgreSQL's, texts where Ibis knows none."""
    try:
        return con.compiler.type_mapper.from_string(column.type_display)
    except Exception:  # sqlglot's, of a type that it does not know
        return dt.string


def _patience(url: str) -> dict[str, int]:
    """Return what bounds the wait for a server, but for what the URL says itself."""
    parts = urlsplit(sound_url(url))
    return {} if parts.scheme not in PATIENT else {k: v for k, v in PATIENCE.items() if k not in parse_qs(parts.query)}


def _kind(error: BaseException) -> type[DataError]:
    """Return what an error of a driver is: of a database that is away, or of another kind. Only the first passes."""
    found: BaseException | None = error
    while found:
        state = getattr(found, "sqlstate", None)
        if isinstance(found, ConnectionError | TimeoutError) or (
            state in AWAY_STATES or state.startswith("08") if state else AWAY.search(str(found))
        ):
            return _AwayError
        found = found.__cause__
    return DataError


def _hidden(error: Exception, url: str) -> str:
    return without(" ".join(str(error).split()), url)


def _located(url: str, folder: Path) -> str:
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in IN_FILES:
        return url
    near = (folder / rest.lstrip("/")).resolve()
    path = near if near.exists() or not rest.startswith("/") else Path("/" + rest.lstrip("/"))
    if not path.exists():
        raise DataError(N_("{source}: there is no such file: {file}."), source=shown_url(url), file=near)
    return f"{scheme}://{path}" + ("?read_only=True" if scheme.lower() == "duckdb" else "")


def _table(con, table: str, shown: str) -> ibis.Table:
    schema, _, name = table.rpartition(".")
    known = con.list_tables(database=schema) if schema else con.list_tables()
    if name not in known:
        raise DataError(
            N_("{source}: there is no table {table}. Nearest: {nearest}. Its tables are: {tables}."),
            source=shown,
            table=table,
            nearest=nearest(name, known) or "-",
            tables=", ".join(sorted(known)[:30]) or "-",
        )
    return con.table(name, database=schema or None)


def _write(con, rows: ibis.Table, headers: Headers, target: Path) -> None:
    if con.name == "sqlite":
        schema = pa.schema([(name, pa.string()) for name in headers.names])
    else:
        rows = rows.mutate(
            **{name: rows[name].cast("string") for name in rows.columns if not _plain(rows[name].type())}
        )
        types = [field.type for field in rows.schema().to_pyarrow()]
        schema = pa.schema(list(zip(headers.names, types, strict=True)))
    with pq.ParquetWriter(target, schema) as writer:
        for batch in _batches(con, rows):
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))


def _plain(dtype) -> bool:
    if dtype.is_decimal():
        return dtype.precision is not None
    return dtype.is_numeric() or dtype.is_string() or dtype.is_date() or dtype.is_timestamp() or dtype.is_boolean()


def _batches(con, rows: ibis.Table) -> Iterator[pa.RecordBatch]:
    if con.name != "sqlite":
        yield from con.to_pyarrow_batches(rows, chunk_size=BATCH_ROWS)
        return
    # SQLite lets any value stand in any column, so its rows come as texts; and Ibis would read them whole first.
    with closing(con.raw_sql(con.compile(rows))) as cursor:
        while values := cursor.fetchmany(BATCH_ROWS):
            columns = [[cell_text(cell, whole=False) for cell in column] for column in zip(*values, strict=True)]
            yield pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in columns], names=list(rows.columns))
