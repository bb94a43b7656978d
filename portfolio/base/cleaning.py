"""Raw sources to clean tables, and the ledger of what was set aside.

    source -> raw rows -> typed rows -> one pass of the rules -> Parquet of every row with its reason, in the cache
                                                                   kept rows  -> tables
                                                                   reasons    -> ledger
                                                                   all rows   -> digests

The pass reads each source once and writes as it reads, so memory does not grow with the rows. A source that is as it
was is not read again.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import pandas as pd
from pandas import isna

from portfolio.base import scratch
from portfolio.base.cache import Cache, key_of, short
from portfolio.base.digests import Digest, digest_of
from portfolio.base.engine import Engine
from portfolio.base.set_aside import (
    CLEAN_ORDERS,
    FUTURE,
    REASON,
    REPEATED,
    ROW,
    clean_orders,
    clean_rows,
    reason_without,
)
from portfolio.errors import N_, DataError, EngineError, PortfolioError, Problems
from portfolio.params import Thresholds
from portfolio.params.columns import TABLES, Table
from portfolio.params.periods import Period
from portfolio.secrets import shown_url
from portfolio.sources.ledger import EXAMPLES, Ledger, Note, SetAside, TableLedger
from portfolio.sources.raw import Raw, files_of, read_source, reading, state_of
from portfolio.sources.typed import LINE, SHOWN_CHARACTERS, UNREAD, Typed, type_columns

# Columns of ours in the Parquet file of a table.
OURS = (REASON, ROW, LINE, UNREAD)
# How often sources that change meanwhile are read.
TRIES = 3
_today = dt.date.today
# The tables that this process has asked for: what a report is made of.
READ: set[str] = set()


class Lines(NamedTuple):
    """Order lines: how many, and their money."""

    rows: int
    money: Decimal


class Tables(dict[str, ibis.Table]):
    """Tables by name, which notes those asked for in ``READ``."""

    def __getitem__(self, name: str) -> ibis.Table:
        READ.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default=None):
        READ.add(name)
        return super().get(name, default)


@dataclass(frozen=True, eq=False)
class CleanTables:
    """Clean tables in the engine, and how they came about.

    Attributes
    ----------
    engine
        Holds the tables, and runs what is asked of them.
    tables
        Our tables that the params name, kept rows only.
    ledger
        Rows read, kept and set aside.
    marked
        Each table with every row, ``__reason`` for those set aside.
    files
        The Parquet files of ``marked``, where the tables come from files.
    digests
        What each table holds, as a text that changes when it does.
    cache
        Where customer bases are kept for others to read; None is in the engine.
    reading
        Of which sources these are, and how they are read.
    settings
        Of the params that they were read for.
    """

    engine: Engine
    tables: dict[str, ibis.Table]
    ledger: Ledger
    marked: dict[str, ibis.Table] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    digests: dict[str, Digest] = field(default_factory=dict)
    cache: Cache | None = None
    reading: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """A text that changes when what the tables hold does, or what was set aside; not with the order of rows."""
        return key_of({name: digest.whole for name, digest in self.digests.items()})

    def measured(self, table: str, column: str | None = None) -> bool:
        """Say whether the sources hold a table, or a column of it."""
        if column and table in self.tables:
            READ.add(table)
        return table in self.tables and (column is None or column in self.ledger[table].columns)

    def lines_by_reason(self, period: Period | None = None) -> dict[str, Lines]:
        """Count the order lines up to the end of a period, and their money in it, by why they are set aside.

        The empty reason is that of the lines kept. Lines without a usable date, or that cannot be read, count whatever
        the period. Without a period all lines count.
        """
        return self.lines_by_reasons([period])[0]

    def lines_by_reasons(self, periods: Sequence[Period | None]) -> list[dict[str, Lines]]:
        """Return ``lines_by_reason`` of several periods, in one scan."""
        aside = self.ledger["orders"].set_aside
        found = [{"": Lines(self.ledger["orders"].rows_kept, Decimal(0))} for _period in periods]
        if "orders" in self.marked:
            rows = self.marked["orders"]
            sums = {}
            for n, period in enumerate(periods):
                known = period and ((rows.order_date < period.end) | rows.order_date.isnull())
                here = period and (rows.order_date >= period.start) & (rows.order_date < period.end)
                sums |= {f"rows_{n}": rows.count(where=known), f"money_{n}": rows.amount.sum(where=here).cast("string")}
            for row in self.engine.run(rows.group_by(reason=rows[REASON].fill_null("")).agg(**sums)).to_dict("records"):
                for n, lines in enumerate(found):
                    if row[f"rows_{n}"]:
                        money = row[f"money_{n}"]
                        lines[row["reason"]] = Lines(int(row[f"rows_{n}"]), Decimal(0 if isna(money) else money))
        else:
            for lines in found:
                lines |= {each.reason: Lines(each.rows, Decimal(0)) for each in aside}
        unreadable = {each.reason: Lines(each.rows, Decimal(0)) for each in aside if each.reason == "unreadable"}
        return [lines | unreadable for lines in found]

    def set_aside(self, table: str) -> ibis.Table:
        """Return the rows set aside of a table: ``reason``, and ``row`` as it stands in the source."""
        rows = self.marked[table]
        return rows.filter(rows[REASON].notnull()).select(reason=rows[REASON], row=rows[ROW])


def clean_tables(params, taken: Iterable[str] = (), cache: Cache | None = None) -> CleanTables:
    """Read and clean every table of a params file whose source is not as it was when it was last read.

    All are of one moment: where a file is written while they are read, they are read again.

    Parameters
    ----------
    params
        The ``Params``.
    taken
        Names that no further column of the customers table may have: those of the classes.
    cache
        Where the tables, and what is made of them, are kept; by default all go with the engine.

    Raises
    ------
    DataError
        If a source cannot be read or used, or is still being written.
    Problems
        If several cannot, all at once.
    """
    for _try in range(TRIES):
        before = _written(params)
        try:
            clean = _clean_tables(params, taken, cache)
        except PortfolioError:
            if _written(params) == before:
                raise
            continue
        now = _written(params)
        if now == before:
            return clean
        clean.engine.close()
    changed = sorted({path for path, *_when in set(before) ^ set(now)})
    raise DataError(
        N_("{files} changed while the sources were read. Run again when what writes there has ended."),
        files=", ".join(changed),
    )


def _written(params) -> list[tuple]:
    """Return the files of the sources, and what tells that one was written."""
    found = []
    for source in params.portfolio.tables.values():
        with suppress(PortfolioError, OSError):
            for path in files_of(source, params.path.parent):
                told = path.stat()
                found.append((str(path), told.st_mtime_ns, told.st_size, told.st_ino))
    return found


def _clean_tables(params, taken: Iterable[str], cache: Cache | None) -> CleanTables:
    if cache:
        cache.check()
    workspace = scratch.make()
    limits = params.portfolio.limits
    engine = Engine(limits.memory, limits.threads, workspace)
    engine.clear_with(workspace)
    found, problems = {}, []
    for name in (name for name in TABLES if name in params.portfolio.tables):
        try:
            found[name] = _cleaned(
                engine, params, TABLES[name], workspace, tuple(taken), cache or Cache(workspace / "cache")
            )
        except (EngineError, OSError) as problem:
            shown = shown_url(params.portfolio.tables[name].source)
            message = N_("{source}: it cannot be read, or its copy cannot be written ({why}).")
            why = problem.values["why"] if isinstance(problem, EngineError) else problem
            problems.append(DataError(message, source=shown, why=why))
        except PortfolioError as problem:
            problems += problem.problems if isinstance(problem, Problems) else [problem]
    if problems:
        raise problems[0] if len(problems) == 1 else Problems(problems)
    return of_files(
        engine,
        {name: file for name, (_ledger, file, _digest) in found.items()},
        Ledger(tuple(ledger for ledger, _file, _digest in found.values())),
        digests={name: digest for name, (_ledger, _file, digest) in found.items()},
        cache=cache,
        reading=reading(params),
        settings=settings(params),
    )


def of_files(engine: Engine, files: dict[str, Path], ledger: Ledger, **others: Any) -> CleanTables:
    """Return the clean tables that Parquet files hold, ``__reason`` telling the rows set aside."""
    marked = {name: engine.read(file) for name, file in files.items()}
    kept = Tables({name: kept_rows(name, rows) for name, rows in marked.items()})
    return CleanTables(engine, kept, ledger, marked, files, **others)


def settings(params) -> dict[str, str]:
    """Return the params file, and a text that changes when what it says of the portfolio does: but for what only bounds
    a run, and for a password."""
    told = params.portfolio.model_dump(mode="json", exclude={"cache", "limits", "expects"})
    for source in told["tables"].values():
        source["source"] = shown_url(source["source"])
    told["engine"] = shown_url(told["engine"])
    return {"file": str(params.path), "told": short(told)}


def _cleaned(
    engine: Engine, params, table: Table, workspace: Path, taken: tuple[str, ...], cache: Cache
) -> tuple[TableLedger, Path, Digest]:
    """Return the ledger, the Parquet file and the digest of a table, made where the cache has them not."""
    source, folder = params.portfolio.tables[table.name], params.path.parent
    state = state_of(table.name, source, folder)
    thresholds, today = params.portfolio.thresholds, _today()
    key = key_of(state, taken, params.portfolio.currency, thresholds.orders_ahead_days)
    # A database says nothing of what it holds until it is read.
    while told := cache.find(f"{table.name}-{key}.json") if state else None:
        content = json.loads(told.read_text(encoding="utf-8"))
        if content["until"] and today >= dt.date.fromisoformat(content["until"]):
            # The day of an order that was ahead has come: these rows are set aside no more.
            key = key_of(key, content["until"])
            continue
        file = cache.find(f"{table.name}-{key}.parquet")
        if not file:
            break
        ledger, digest = TableLedger.from_dict(content["ledger"]), Digest(**content["digest"])
        _check(ledger, thresholds, table)
        return ledger, file, digest
    ledger, made = _clean_table(engine, params, table, workspace, taken, today)
    digest = digest_of(engine, engine.read(made), ledger)
    if not state or state != state_of(table.name, source, folder):
        # It is none that can be known again, or it changed while it was read: kept under what was read.
        name = f"{table.name}-{key_of(digest.whole, taken)}.parquet"
        return ledger, cache.make(name, lambda path: shutil.move(made, path)), digest
    until = _until(engine.read(made), engine, thresholds) if table.name == "orders" else None
    content = {"ledger": asdict(ledger), "digest": asdict(digest), "until": until}
    content = json.dumps(content, ensure_ascii=False, indent=1)
    file = cache.make(f"{table.name}-{key}.parquet", lambda path: shutil.move(made, path))
    cache.make(f"{table.name}-{key}.json", lambda path: path.write_text(content, encoding="utf-8"))
    return ledger, file, digest


def kept_rows(table: str, rows: ibis.Table) -> ibis.Table:
    """Return the rows of a table that are kept, with its own columns and attributes."""
    columns = CLEAN_ORDERS if table == "orders" else [name for name in rows.columns if name not in OURS]
    return rows.filter(rows[REASON].isnull()).select(*columns)


def _until(rows: ibis.Table, engine: Engine, thresholds: Thresholds) -> str | None:
    """Return the day when the first order that was set aside for its date no longer is; None without one."""
    first = engine.run(rows.agg(first=rows.order_date.min(where=rows[REASON] == FUTURE))).iloc[0]["first"]
    if isna(first):
        return None
    return (pd.Timestamp(first).date() - dt.timedelta(days=thresholds.orders_ahead_days)).isoformat()


def _clean_table(
    engine: Engine, params, table: Table, workspace: Path, taken: tuple[str, ...], today: dt.date
) -> tuple[TableLedger, Path]:
    source = params.portfolio.tables[table.name]
    raw = read_source(engine, table.name, source, params.path.parent, workspace / "raw")
    typed = type_columns(raw, table, source, taken, params.portfolio.currency)
    thresholds = params.portfolio.thresholds
    if table.name == "orders":
        last = today + dt.timedelta(days=thresholds.orders_ahead_days)
        marked = clean_orders(typed.rows, drop_duplicates=source.drop_duplicates, line=LINE, last=last)
    else:
        marked = clean_rows(
            typed.rows,
            table,
            drop_duplicates=source.drop_duplicates,
            one_row_per_customer=source.one_row_per_customer,
            line=LINE,
        )
    file = workspace / f"{table.name}.parquet"
    engine.write(_with_row(marked, typed), file)
    shutil.rmtree(workspace / "raw" / table.name)
    rows = engine.read(file)
    ledger = _ledger(rows, raw, typed, table, params.portfolio.currency)
    _check(ledger, thresholds, table)
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


def _ledger(rows: ibis.Table, raw: Raw, typed: Typed, table: Table, currency: str) -> TableLedger:
    counted = rows.group_by(reason=rows[REASON]).agg(
        rows=ibis._.count(), different=ibis._[LINE].nunique(), unread=ibis._[UNREAD].sum()
    )
    counts = {count["reason"]: count for count in raw.engine.run(counted).to_dict("records")}
    counts = {None if isna(reason) else reason: count for reason, count in counts.items()}
    kept = counts.pop(None, {"rows": 0, "different": 0})
    examples = _examples(raw.engine, rows) if counts else {}
    # A row without customer is one, whatever else it has.
    readable = {reason_without(column.name) for column in table.columns if column.type == "text"}
    by_reason = {
        reason: SetAside(
            reason, int(count["rows"]), examples.get(reason, ()), 0 if reason in readable else int(count["unread"])
        )
        for reason, count in counts.items()
    }
    order = [*(reason_without(name) for name in table.required), "zero_amount", FUTURE, REPEATED, "duplicate"]
    set_aside = [by_reason[reason] for reason in order if reason in by_reason]
    if raw.unreadable.rows:
        set_aside.append(raw.unreadable)
    return TableLedger(
        table.name,
        raw.source,
        kept["rows"] + sum(s.rows for s in set_aside),
        kept["rows"],
        tuple(set_aside),
        kept["rows"] - kept["different"],
        (*typed.notes, *([_ahead(raw.engine, rows, currency)] if FUTURE in by_reason else [])),
        (*typed.columns, *typed.attributes),
    )


def _ahead(engine: Engine, rows: ibis.Table, currency: str) -> Note:
    ahead = rows.filter(rows[REASON] == FUTURE)
    found = engine.run(ahead.agg(rows=ahead.count(), last=ahead.order_date.max(), money=ahead.amount.sum())).iloc[0]
    return Note(
        N_(
            "Order lines dated after today: {rows}, up to {last}. They are set aside, with {money} {currency}. "
            "If orders are placed ahead, give `thresholds: {{orders_ahead_days: ...}}`."
        ),
        {
            "rows": int(found["rows"]), "last": pd.Timestamp(found["last"]).date().isoformat(),
            "money": float(found["money"]), "currency": currency,
        },
        doubt=True,
    )  # fmt: skip


def _examples(engine: Engine, rows: ibis.Table) -> dict[str, tuple[str, ...]]:
    """Return the first rows of each reason in the order of their text: the order of the source does not matter."""
    distinct = rows.filter(rows[REASON].notnull()).select(reason=rows[REASON], row=rows[ROW]).distinct()
    first = distinct.mutate(rank=ibis.row_number().over(group_by="reason", order_by="row"))
    found = engine.run(first.filter(first["rank"] < EXAMPLES).order_by("reason", "row"))
    return {reason: tuple(group) for reason, group in found.groupby("reason")["row"]}


def _check(ledger: TableLedger, thresholds: Thresholds, table: Table) -> None:
    """Stop when nothing is left, or when more was set aside, or could not be read, than the limits allow."""
    if not ledger.rows_read:
        if table.name == "orders":
            raise DataError(N_("{source}: the table orders has headers and no row."), source=ledger.source)
        return
    set_aside = sum(aside.rows for aside in ledger.set_aside if aside.reason != REPEATED)
    unread = [aside for aside in ledger.set_aside if aside.unread]
    values = {
        "source": ledger.source,
        "table": ledger.table,
        "rows": set_aside,
        "unread": sum(aside.unread for aside in unread),
        "read": ledger.rows_read,
        "reasons": _reasons(ledger.set_aside),
    }
    if not ledger.rows_kept:
        raise DataError(
            N_(
                "{source}: all {read} rows of the table {table} were set aside: {reasons}. "
                "See whether the columns and formats of the params are those of the source."
            ),
            **values,
        )
    if values["unread"] > thresholds.unreadable_limit * ledger.rows_read:
        raise DataError(
            N_(
                "{source}: {unread} of the {read} rows of the table {table} cannot be read, more than unreadable_limit "
                "({limit}) allows: {reasons}. Mend the source, or the columns and formats of the params; "
                "if these rows are rightly left out, raise `thresholds: {{unreadable_limit: ...}}`."
            ),
            **values | {"limit": thresholds.unreadable_limit, "reasons": _reasons(unread)},
        )
    if set_aside > thresholds.set_aside_limit * ledger.rows_read:
        raise DataError(
            N_(
                "{source}: {rows} of the {read} rows of the table {table} were set aside, more than set_aside_limit "
                "({limit}) allows: {reasons}. Mend the source, or the columns and formats of the params; "
                "if these rows are rightly left out, raise `thresholds: {{set_aside_limit: ...}}`."
            ),
            limit=thresholds.set_aside_limit,
            **values,
        )


def _reasons(set_aside: Iterable[SetAside]) -> str:
    return "; ".join(f"{s.reason} {s.rows}" + (f" ({s.examples[0]})" if s.examples else "") for s in set_aside)


def _check_unique(customers: ibis.Table, raw: Raw) -> None:
    counts = customers.group_by("customer_id").agg(rows=ibis._.count())
    repeated = counts.filter(counts.rows > 1)
    ids, rows = raw.engine.run(repeated.aggregate(ids=ibis._.count(), rows=ibis._.rows.sum())).iloc[0]
    if not ids:
        return
    first = raw.engine.run(repeated.order_by("customer_id").limit(5)).customer_id
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
