"""Raw sources to clean tables, and the ledger of what was set aside.

    source -> raw rows -> typed rows -> one pass of the rules -> Parquet of every row with its reason
                                                                   kept rows  -> tables
                                                                   reasons    -> ledger

The pass reads each source once and writes as it reads, so memory does not grow with the rows.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path

import ibis

from portfolio.base.columns import TABLES, Table
from portfolio.base.ledger import EXAMPLES, Ledger, SetAside, TableLedger
from portfolio.base.reading import LINE, SHOWN_CHARACTERS, Typed, type_columns
from portfolio.base.rules import CLEAN_ORDERS, REASON, REPEATED, clean_orders, clean_rows, reason_without
from portfolio.base.sources import Raw, fingerprint, read_source
from portfolio.errors import N_, DataError, PortfolioError, Problems

ROW = "__row"
# No number may depend on the order of the rows, and not keeping it takes less memory.
SETTINGS = {
    "TimeZone": "UTC",
    "preserve_insertion_order": False,
    "parquet_metadata_cache": True,
}


@dataclass(frozen=True, eq=False)
class CleanTables:
    """Clean tables in the engine, and how they came about.

    Attributes
    ----------
    con
        The Ibis DuckDB connection.
    tables
        Our tables that the params name, kept rows only.
    ledger
        Rows read, kept and set aside.
    files
        The Parquet file of each table: every row, ``__reason`` for those set aside.
    fingerprint
        Of the sources they were made from.
    """

    con: object
    tables: dict[str, ibis.Table]
    ledger: Ledger
    files: dict[str, Path]
    fingerprint: str

    def measured(self, table: str, column: str | None = None) -> bool:
        """Say whether the sources hold a table, or a column of it."""
        return table in self.tables and (column is None or column in self.ledger[table].columns)

    def set_aside(self, table: str) -> ibis.Table:
        """Return the rows set aside of a table: ``reason``, and ``row`` as it stands in the source."""
        rows = self.con.read_parquet(str(self.files[table]))
        return rows.filter(rows[REASON].notnull()).select(reason=rows[REASON], row=rows[ROW])


def connect():
    """Return a fresh DuckDB connection, quiet, whose days are those of UTC whatever the machine."""
    con = ibis.duckdb.connect()
    for name, value in SETTINGS.items():
        con.settings[name] = value
    return con


def clean_tables(params, con=None) -> CleanTables:
    """Read and clean every table of a params file.

    Parameters
    ----------
    params
        The ``Params``.
    con
        Ibis DuckDB connection to use, or None for one of its own.

    Raises
    ------
    DataError
        If a source cannot be read or used.
    Problems
        If several cannot, all at once.
    """
    con = con or connect()
    workspace = Path(tempfile.mkdtemp(prefix="portfolio-"))
    # The tables live as long as the connection, and so do their files.
    weakref.finalize(con, shutil.rmtree, workspace, ignore_errors=True)
    ledgers, files, problems = [], {}, []
    names = [name for name in TABLES if name in params.portfolio.tables]
    for name in names:
        try:
            ledger, files[name] = _clean_table(con, params, TABLES[name], workspace)
            ledgers.append(ledger)
        except PortfolioError as problem:
            problems += problem.problems if isinstance(problem, Problems) else [problem]
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    return CleanTables(
        con,
        {name: kept_rows(con, name, file) for name, file in files.items()},
        Ledger(tuple(ledgers)),
        files,
        fingerprint(params),
    )


def kept_rows(con, table: str, file: Path) -> ibis.Table:
    """Return the rows of a table's Parquet file that are kept, with its own columns and attributes."""
    rows = con.read_parquet(str(file))
    columns = CLEAN_ORDERS if table == "orders" else [name for name in rows.columns if name not in (REASON, ROW, LINE)]
    return rows.filter(rows[REASON].isnull()).select(*columns)


def _clean_table(con, params, table: Table, workspace: Path) -> tuple[TableLedger, Path]:
    source = params.portfolio.tables[table.name]
    raw = read_source(con, table.name, source, params.path.parent, workspace / "raw")
    typed = type_columns(raw, table, source)
    if table.name == "orders":
        marked = clean_orders(typed.rows, drop_duplicates=source.drop_duplicates, line=LINE)
    else:
        marked = clean_rows(
            typed.rows,
            table,
            drop_duplicates=source.drop_duplicates,
            one_row_per_customer=source.one_row_per_customer,
            line=LINE,
        )
    file = workspace / f"{table.name}.parquet"
    con.to_parquet(_with_row(marked, typed), file, compression="snappy")
    shutil.rmtree(workspace / "raw" / table.name)
    rows = con.read_parquet(str(file))
    ledger = _ledger(rows, raw, typed, table)
    _check(ledger, params.portfolio.thresholds.set_aside_limit, table)
    if table.name == "customers":
        _check_unique(rows.filter(rows[REASON].isnull()), raw)
    return ledger, file


def _with_row(marked: ibis.Table, typed: Typed) -> ibis.Table:
    """Write out, for the rows set aside only, what the source says."""
    cells = [
        f"{header}=" + marked[name].cast("string").substr(0, SHOWN_CHARACTERS).fill_null("")
        for name, header in typed.shown.items()
    ]
    row = ibis.ifelse(marked[REASON].notnull(), ibis.literal("; ").join(cells), ibis.null("string"))
    return marked.mutate(**{ROW: row}).drop(*typed.shown)


def _ledger(rows: ibis.Table, raw: Raw, typed: Typed, table: Table) -> TableLedger:
    counted = rows.group_by(reason=rows[REASON]).agg(rows=ibis._.count(), different=ibis._[LINE].nunique())
    counts = {count["reason"]: count for count in counted.to_pyarrow().to_pylist()}
    kept = counts.pop(None, {"rows": 0, "different": 0})
    by_reason = {reason: count["rows"] for reason, count in counts.items()}
    examples = _examples(rows) if by_reason else {}
    order = [*(reason_without(name) for name in table.required), "zero_amount", REPEATED, "duplicate"]
    set_aside = [SetAside(r, by_reason[r], examples.get(r, ())) for r in order if r in by_reason]
    if raw.unreadable.rows:
        set_aside.append(raw.unreadable)
    return TableLedger(
        table.name,
        raw.source,
        kept["rows"] + sum(s.rows for s in set_aside),
        kept["rows"],
        tuple(set_aside),
        kept["rows"] - kept["different"],
        typed.notes,
        (*typed.columns, *typed.attributes),
    )


def _examples(rows: ibis.Table) -> dict[str, tuple[str, ...]]:
    """Return the first rows of each reason in the order of their text: the order of the source does not matter."""
    distinct = rows.filter(rows[REASON].notnull()).select(reason=rows[REASON], row=rows[ROW]).distinct()
    first = distinct.mutate(rank=ibis.row_number().over(group_by="reason", order_by="row"))
    found = first.filter(first["rank"] < EXAMPLES).order_by("reason", "row").execute()
    return {reason: tuple(group) for reason, group in found.groupby("reason")["row"]}


def _check(ledger: TableLedger, limit: float, table: Table) -> None:
    """Stop when nothing is left, or when more was set aside than the limit allows."""
    if not ledger.rows_read:
        if table.name == "orders":
            raise DataError(N_("{source}: the table orders has headers and no row."), source=ledger.source)
        return
    set_aside = sum(aside.rows for aside in ledger.set_aside if aside.reason != REPEATED)
    values = {
        "source": ledger.source,
        "table": ledger.table,
        "rows": set_aside,
        "read": ledger.rows_read,
        "reasons": "; ".join(
            f"{s.reason} {s.rows}" + (f" ({s.examples[0]})" if s.examples else "") for s in ledger.set_aside
        ),
        "limit": limit,
    }
    if not ledger.rows_kept:
        raise DataError(
            N_(
                "{source}: all {read} rows of the table {table} were set aside: {reasons}. "
                "See whether the columns and formats of the params are those of the source."
            ),
            **values,
        )
    if set_aside > limit * ledger.rows_read:
        raise DataError(
            N_(
                "{source}: {rows} of the {read} rows of the table {table} were set aside, more than set_aside_limit "
                "({limit}) allows: {reasons}. Mend the source, or the columns and formats of the params; "
                "if these rows are rightly left out, raise `thresholds: {{set_aside_limit: ...}}`."
            ),
            **values,
        )


def _check_unique(customers: ibis.Table, raw: Raw) -> None:
    counts = customers.group_by("customer_id").agg(rows=ibis._.count())
    repeated = counts.filter(counts.rows > 1)
    ids, rows = repeated.aggregate(ids=ibis._.count(), rows=ibis._.rows.sum()).execute().iloc[0]
    if not ids:
        return
    first = repeated.order_by("customer_id").limit(5).execute().customer_id
    raise DataError(
        N_(
            "{source}: {ids} customers stand more than once in the table customers, in {rows} rows: {first}. "
            "Each customer_id needs one row; if the rows are wholly equal, set `drop_duplicates: true`."
        ),
        source=raw.source,
        ids=int(ids),
        rows=int(rows),
        first=", ".join(first) + (", ..." if ids > len(first) else ""),
    )
