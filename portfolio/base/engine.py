"""The engine: the one place that holds the connection. Everything else hands it expressions.

run    an expression -> a report-sized table, or one value
keep   an expression -> a table computed once, in the engine
read   a file -> a table        write   an expression -> a Parquet file

``Engine`` is DuckDB, embedded. ``Elsewhere`` is a database or a cluster that holds the clean tables and works on them;
what it has computed is kept beside the run, in a DuckDB of its own, or in a schema of its server.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache as once
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import ibis
import ibis.expr.operations as ops
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import sqlglot as sg
import sqlglot.expressions as sge

from portfolio.base import scratch as folders
from portfolio.base.cache import Cache
from portfolio.base.compiled import Compiler
from portfolio.errors import N_, DataError, EngineError, PortfolioError
from portfolio.params.checks import EMBEDDED, SPARK
from portfolio.secrets import shown_url
from portfolio.sources.databases import reach

# No number may depend on the order of the rows, and not keeping it takes less memory. Days are those of UTC,
# whatever the machine.
SETTINGS = {
    "TimeZone": "UTC",
    "preserve_insertion_order": False,
    "parquet_metadata_cache": True,
}
# What a run gives each of its processes, which stands in place of what the engine is asked to take.
MEMORY, THREADS, SPILL = "PORTFOLIO_MEMORY", "PORTFOLIO_THREADS", "PORTFOLIO_SPILL"
_serial = count()
BATCH_ROWS = 100_000
# PostgreSQL's longest name, the shortest of all.
NAME_CHARACTERS = 63


def shares(memory: int | None, threads: int, processes: int, folder: Path) -> dict[str, str]:
    """Return the environment by which each of several processes takes its share.

    Parameters
    ----------
    memory
        Bytes of all together; None is as the engine takes by itself.
    threads
        Of all together; each takes one at least.
    processes
        How many work at a time.
    folder
        Where each puts what has no room in memory.
    """
    told = {THREADS: str(max(1, threads // processes)), SPILL: str(folder)}
    return told | ({MEMORY: str(memory // processes)} if memory else {})


class Engine:
    """A DuckDB connection of its own, quiet.

    ``name`` is what to call it: whatever is kept for later is another's under another engine.

    Parameters
    ----------
    memory, threads
        The most it takes, in bytes; by default what DuckDB takes by itself.
    spill
        An existing folder for what has no room in memory; by default one of this process.
    cache
        Where other processes find what this one has translated to SQL.
    """

    name = EMBEDDED

    def __init__(
        self,
        memory: int | None = None,
        threads: int | None = None,
        spill: Path | None = None,
        cache: Cache | None = None,
    ) -> None:
        self._connection = ibis.duckdb.connect()
        self._connection.compiler = Compiler(cache)
        given = _given(os.environ, memory, threads, spill)
        for name, value in (SETTINGS | given).items():
            self._connection.settings[name] = value
        self._serial = count()

    def run(self, expression: ibis.Expr) -> Any:
        """Return a table as a DataFrame, one value as itself. What the engine cannot do is an ``EngineError``."""
        with _told():
            return self._connection.to_pandas(expression)

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Compute a table once and keep it in the engine."""
        return self._connection.create_table(f"kept_{next(self._serial)}", expression, temp=True)

    def pass_on(self, expression: ibis.Table) -> ibis.Table:
        """Return a table that is read more than once by what is computed next, and by nothing after: see ``drop``."""
        return self.keep(expression)

    def keep_as(self, name: str, compute: Callable[[], ibis.Table], files: Any) -> ibis.Table:
        """Return a table under a name that tells all that it is made of, computed where the cache has it not."""
        return self.read(files.make(f"{name}.parquet", lambda path: self.write(compute(), path)))

    def drop(self, table: ibis.Table) -> None:
        """Drop a table that was kept, or a view that was read."""
        name = table.op().name
        if isinstance(table.op(), ops.DatabaseTable) and name.startswith("kept_"):
            self._connection.drop_table(name)
        else:
            self._connection.drop_view(name)

    def read(self, path: Path) -> ibis.Table:
        """Return the rows of a Parquet file, as they stand there."""
        with _told():
            return self._connection.read_parquet(str(path), table_name=f"read_{next(self._serial)}")

    def read_csv(self, path: Path, name: str, **options: Any) -> ibis.Table:
        """Return the rows of a CSV file under a name; ``options`` are those of DuckDB's reader."""
        return self._connection.read_csv(str(path), table_name=name, **options)

    def scratch(self, name: str) -> ibis.Table:
        """Return a table that a reader left beside its rows, as the lines that it refused."""
        return self._connection.table(name, database="temp")

    def write(self, expression: ibis.Table, path: Path) -> None:
        """Write a table to a Parquet file. What the engine cannot do is an ``EngineError``."""
        with _told():
            self._connection.to_parquet(expression, path, compression="snappy")

    def close(self) -> None:
        """Give back the memory: nothing can be asked any more."""
        self._connection.disconnect()

    def clear(self) -> None:
        """Drop what a run has kept on a server."""

    def clear_with(self, folder: Path) -> None:
        """Remove a folder of ``scratch`` when the connection goes: its tables live as long, and so do their files."""
        weakref.finalize(self._connection, folders.remove, folder)


class Elsewhere(Engine):
    """A database or a cluster that works on the tables that it holds.

    Nothing is created on it, and the right to read suffices: what is kept is brought beside the run, a row a customer
    at most, and what is asked of it there is answered there. A question that bears on kept rows and on tables of the
    server goes to the server, in terms of its tables. Where it cannot, as it bears on what the models told, what the
    server has to say is brought too. With a ``scratch`` schema, all is kept and asked on the server.

    Parameters
    ----------
    url
        Of the database, as Ibis takes it; ``spark`` is the session that Spark's own configuration describes.
    scratch
        A schema of the server, where tables may be created.
    start
        What the names of these start with, where they are another engine's to clear; by default they are its own.
    memory, threads, spill, cache
        Of the DuckDB beside, see ``Engine``.

    Raises
    ------
    DataError
        If it cannot be reached.
    """

    def __init__(
        self,
        url: str,
        scratch: str | None = None,
        start: str | None = None,
        memory: int | None = None,
        threads: int | None = None,
        spill: Path | None = None,
        cache: Cache | None = None,
    ) -> None:
        super().__init__(memory, threads, spill, cache)
        self._far = _connected(url)
        self.beside = folders.make()
        self.clear_with(self.beside)
        self.name = shown_url(url)
        self._scratch, self.start = scratch, start or f"portfolio_{uuid4().hex[:8]}"
        if scratch and not start:
            self.clear = weakref.finalize(self, _sweep, url, scratch, self.start)
        # What a kept table stands for, in terms of the server's; a table of what the models told stands for nothing.
        self._means: dict[str, Callable[[], ibis.Table | None]] = {}

    def run(self, expression: ibis.Expr) -> Any:
        expression = self._settled(expression)
        return self._far.to_pandas(expression) if self._is_far(expression) else super().run(expression)

    def keep(self, expression: ibis.Table) -> ibis.Table:
        if self._scratch:
            return self._keep_there(f"kept_{os.getpid()}_{next(self._serial)}", expression)
        kept = super().keep(self._near(expression))
        self._means[kept.op().name] = once(lambda: self._meaning(expression))
        return kept

    def pass_on(self, expression: ibis.Table) -> ibis.Table:
        return self.keep(expression) if self._scratch else expression

    def keep_as(self, name: str, compute: Callable[[], ibis.Table], files: Any) -> ibis.Table:
        if self._scratch:
            # The file only tells that the table is there; its lock, that no two processes make it.
            files.make(name, lambda path: path.write_text(self._keep_there(name, compute()).op().name))
            return self._far.table(self._there(name), database=self._scratch)
        kept = super().keep_as(name, compute, files)
        self._means[kept.op().name] = once(lambda: self._meaning(compute()))
        return kept

    def drop(self, table: ibis.Table) -> None:
        if not isinstance(table.op(), ops.DatabaseTable):
            return  # it was passed on as it stands
        if table.op().source is self._far:
            self._far.drop_table(table.op().name, database=self._scratch)
        else:
            super().drop(table)

    def write(self, expression: ibis.Table, path: Path) -> None:
        expression = self._settled(expression)
        if not self._is_far(expression):
            super().write(expression, path)
            return
        schema = expression.schema().to_pyarrow()
        with pq.ParquetWriter(path, schema) as writer:
            for batch in self._far.to_pyarrow_batches(expression, chunk_size=BATCH_ROWS):
                writer.write_table(pa.table(batch.columns, names=schema.names).cast(schema))

    def tables(self) -> list[str]:
        """Return the names of the server's tables."""
        return self._far.list_tables()

    def table(self, name: str) -> ibis.Table:
        """Return a table of the server."""
        # By its whole name: what creates a table in the scratch schema works from there.
        return self._far.table(name, database=self._far.current_database)

    def load(self, name: str, file: Path) -> None:
        """Write the rows of a Parquet file into a table of the server, in place of what it holds."""
        if self._far.name == "postgres":
            self._copy(name, file)
        elif self._far.name == "pyspark":
            self._far.create_table(name, self._far.read_parquet(str(file)), overwrite=True)
        else:
            self._far.create_table(name, pq.read_table(file), overwrite=True)

    def _copy(self, name: str, file: Path) -> None:
        """Write a table as PostgreSQL reads fastest, whole or not at all."""
        rows = pq.ParquetFile(file)
        columns = ibis.Schema.from_pyarrow(rows.schema_arrow).to_sqlglot_column_defs("postgres")
        table = sg.table(name, quoted=True)
        made = sge.Create(kind="TABLE", this=sge.Schema(this=table, expressions=columns))
        with self._far.begin() as cursor:
            cursor.execute(sge.Drop(kind="TABLE", this=table, exists=True).sql("postgres"))
            cursor.execute(made.sql("postgres"))
            with cursor.copy(f"COPY {table.sql('postgres')} FROM STDIN (FORMAT csv)") as copy:
                for batch in rows.iter_batches(BATCH_ROWS):
                    written = pa.BufferOutputStream()
                    pa_csv.write_csv(batch, written, pa_csv.WriteOptions(include_header=False))
                    copy.write(written.getvalue())

    def close(self) -> None:
        super().close()
        with suppress(Exception):
            self._far.disconnect()

    def _there(self, name: str) -> str:
        return f"{self.start}_{name.replace('-', '_')}"[:NAME_CHARACTERS]

    def _keep_there(self, name: str, expression: ibis.Table) -> ibis.Table:
        return self._far.create_table(self._there(name), expression, database=self._scratch)

    def _is_far(self, expression: ibis.Expr) -> bool:
        """Whether a settled expression is one of the server: it reads nothing from beside."""
        return bool(self._scratch) or _sources(expression) == {self._far}

    def _mixed(self, expression: ibis.Expr) -> bool:
        sources = _sources(expression)
        return self._far in sources and len(sources) > 1

    def _can_mean(self, expression: ibis.Expr) -> bool:
        """Whether an expression can be said in terms of the server's tables."""
        op = expression.op()
        return not op.find(ops.InMemoryTable) and all(
            self._means.get(table.name, _nothing)() is not None
            for table in op.find(ops.DatabaseTable)
            if table.source is not self._far
        )

    def _meaning(self, expression: ibis.Table) -> ibis.Table | None:
        return self._meant(expression) if self._can_mean(expression) else None

    def _meant(self, expression: ibis.Expr) -> ibis.Expr:
        """Return an expression with what its kept tables stand for."""
        told = {
            table: self._means[table.name]().op()
            for table in expression.op().find(ops.DatabaseTable)
            if table.source is not self._far
        }
        return expression.op().replace(told).to_expr() if told else expression

    def _settled(self, expression: ibis.Expr) -> ibis.Expr:
        """Return an expression all of one place, the server or beside."""
        if self._scratch or not self._mixed(expression):
            return expression
        return self._meant(expression) if self._can_mean(expression) else self._near(expression)

    def _near(self, expression: ibis.Table) -> ibis.Table:
        """Return an expression that reads from beside only: what the server has to say of it is brought."""
        settled = self._meant(expression) if self._mixed(expression) and self._can_mean(expression) else expression
        brought: dict[ops.Node, ops.Node] = {}
        seen: set[ops.Node] = set()

        def bring(node: ops.Node) -> None:
            if node in seen:
                return
            seen.add(node)
            # A reference stands for one side of a join, and is no table by itself.
            if isinstance(node, ops.Relation) and not isinstance(node, ops.Reference):
                sources = _sources(node.to_expr())
                if sources == {self._far} and not node.find(ops.InMemoryTable):
                    brought[node] = self._bring(node.to_expr()).op()
                    return
            for part in node.__children__:
                bring(part)

        bring(settled.op())
        return settled.op().replace(brought).to_expr() if brought else settled

    def _bring(self, expression: ibis.Table) -> ibis.Table:
        path = self.beside / f"{uuid4().hex}.parquet"
        self.write(expression, path)
        return self.read(path)


def _connected(url: str):
    """Connect to a server, or to Spark's session as its own configuration describes it."""
    if url != SPARK:
        return reach(url, Path())
    try:
        return ibis.pyspark.connect()
    except ImportError as error:
        raise DataError(N_("The engine spark needs pyspark: pip install 'portfolio[spark]'.")) from error


def _sweep(url: str, scratch: str, start: str) -> None:
    """Drop what a run has kept on a server."""
    with suppress(PortfolioError):
        far = _connected(url)
        for name in far.list_tables(database=scratch):
            if name.startswith(start):
                far.drop_table(name, database=scratch, force=True)
        far.disconnect()


def _nothing() -> None:
    """Return what a table stands for that was not kept, but brought."""


def _sources(expression: ibis.Expr) -> set:
    return {table.source for table in expression.op().find(ops.DatabaseTable)}


def open_engine(portfolio: Any, start: str | None = None, cache: Cache | None = None) -> Engine:
    """Return the engine that the params of a portfolio name.

    Parameters
    ----------
    portfolio
        ``engine``, ``scratch`` and ``limits`` are read.
    start
        See ``Elsewhere``.
    cache
        See ``Engine``.
    """
    limits = portfolio.limits
    if portfolio.engine == EMBEDDED:
        return Engine(limits.memory, limits.threads, cache=cache)
    return Elsewhere(portfolio.engine, portfolio.scratch, start, limits.memory, limits.threads, cache=cache)


@contextmanager
def _told() -> Iterator[None]:
    """Say in a sentence what is of the files and of the machine, and not of the program."""
    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.OutOfMemoryException) as error:
        why = next((line for line in str(error).splitlines() if line.strip()), "-")
        raise EngineError(N_("The engine cannot go on ({why})."), why=why) from error


def _given(env: Mapping[str, str], memory: int | None, threads: int | None, spill: Path | None) -> dict[str, Any]:
    memory, threads = int(env.get(MEMORY) or memory or 0), int(env.get(THREADS) or threads or 0)
    spill = Path(env[SPILL]) if env.get(SPILL) else spill or folders.own()
    given: dict[str, Any] = {}
    if memory:
        given["memory_limit"] = f"{memory}B"
    if threads:
        given["threads"] = threads
    # Two engines must not take the same names for their files.
    given["temp_directory"] = str(spill / f"{os.getpid()}-{next(_serial)}")
    return given
