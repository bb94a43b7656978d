"""The engine: the one place that holds the connection. Everything else hands it expressions.

run    an expression -> a report-sized table, or one value
keep   an expression -> a table computed once, in the engine
read   a file -> a table        write   an expression -> a Parquet file
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import ibis

from portfolio.base import scratch
from portfolio.base.cache import Cache
from portfolio.base.compiled import Compiler
from portfolio.errors import N_, EngineError

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

    Parameters
    ----------
    memory, threads
        The most it takes, in bytes; by default what DuckDB takes by itself.
    spill
        An existing folder for what has no room in memory; by default one of this process.
    cache
        Where other processes find what this one has translated to SQL.
    """

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

    def drop(self, table: ibis.Table) -> None:
        """Drop a table that was kept, or a view that was read."""
        name = table.op().name
        if isinstance(table.op(), ibis.expr.operations.DatabaseTable) and name.startswith("kept_"):
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

    def clear_with(self, folder: Path) -> None:
        """Remove a folder of ``scratch`` when the connection goes: its tables live as long, and so do their files."""
        weakref.finalize(self._connection, scratch.remove, folder)


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
    spill = Path(env[SPILL]) if env.get(SPILL) else spill or scratch.own()
    given: dict[str, Any] = {}
    if memory:
        given["memory_limit"] = f"{memory}B"
    if threads:
        given["threads"] = threads
    # Two engines must not take the same names for their files.
    given["temp_directory"] = str(spill / f"{os.getpid()}-{next(_serial)}")
    return given
