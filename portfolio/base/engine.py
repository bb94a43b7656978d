"""The engine: the one place that holds the connection. Everything else hands it expressions.

run    an expression -> a report-sized table, or one value
keep   an expression -> a table computed once, in the engine
read   a file -> a table        write   an expression -> a Parquet file
"""

from __future__ import annotations

import shutil
import weakref
from itertools import count
from pathlib import Path
from typing import Any

import ibis

# No number may depend on the order of the rows, and not keeping it takes less memory. Days are those of UTC,
# whatever the machine.
SETTINGS = {
    "TimeZone": "UTC",
    "preserve_insertion_order": False,
    "parquet_metadata_cache": True,
}


class Engine:
    """A DuckDB connection of its own, quiet."""

    def __init__(self) -> None:
        self._connection = ibis.duckdb.connect()
        for name, value in SETTINGS.items():
            self._connection.settings[name] = value
        self._serial = count()

    def run(self, expression: ibis.Expr) -> Any:
        """Return a table as a DataFrame, one value as itself."""
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
        return self._connection.read_parquet(str(path))

    def read_csv(self, path: Path, name: str, **options: Any) -> ibis.Table:
        """Return the rows of a CSV file under a name; ``options`` are those of DuckDB's reader."""
        return self._connection.read_csv(str(path), table_name=name, **options)

    def scratch(self, name: str) -> ibis.Table:
        """Return a table that a reader left beside its rows, as the lines that it refused."""
        return self._connection.table(name, database="temp")

    def write(self, expression: ibis.Table, path: Path) -> None:
        """Write a table to a Parquet file."""
        self._connection.to_parquet(expression, path, compression="snappy")

    def clear_with(self, folder: Path) -> None:
        """Remove a folder when the connection goes: its tables live as long, and so do the files they read."""
        weakref.finalize(self._connection, shutil.rmtree, folder, ignore_errors=True)
