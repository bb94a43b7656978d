"""Clean tables that a database holds: written there by ``portfolio load``, read by the engine that works there.

orders, customers ...       the kept rows of each table, for anybody to read
orders_set_aside ...        the others: reason, row, and the day and money of an order line
portfolio_tables            of each table, its ledger and digest as JSON
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import pandas as pd

from portfolio.base.cache import Cache
from portfolio.base.cleaning import CleanTables, Tables, settings
from portfolio.base.digests import Digest
from portfolio.base.engine import Elsewhere
from portfolio.base.set_aside import REASON, ROW
from portfolio.errors import N_, DataError
from portfolio.params import Params
from portfolio.secrets import shown_url
from portfolio.sources.ledger import Ledger, TableLedger

TOLD, ASIDE = "portfolio_tables", "{table}_set_aside"
# What the ledger asks of order lines that are set aside.
MEASURED = ("order_date", "amount")


def load(clean: CleanTables, target: Elsewhere, on_table: Callable[[str, int], None] = lambda name, rows: None) -> None:
    """Write clean tables to a database, in place of those that were written there before.

    Parameters
    ----------
    clean
        Tables that were read from files.
    target
        Where to.
    on_table
        Told of each table that is there, and its rows.

    Raises
    ------
    DataError
        The database holds a table of such a name that was not written so; nothing is written then.
    """
    before = set(_told(target)) if TOLD in target.tables() else set()
    names = [name for table in clean.tables for name in (table, ASIDE.format(table=table))]
    known = {name for table in before for name in (table, ASIDE.format(table=table))}
    if others := sorted((set(names) & set(target.tables())) - known):
        raise DataError(
            N_(
                "The database holds tables of other origin: {tables}. Give a schema of its own, as postgres://…/db/schema."
            ),
            tables=", ".join(others),
        )
    told = {name: text for name, text in (_told(target) if before else {}).items() if name not in clean.tables}
    with TemporaryDirectory(prefix="portfolio-") as folder:
        file = Path(folder) / "rows.parquet"

        def write(name: str, rows: ibis.Table) -> None:
            clean.engine.write(rows, file)
            target.load(name, file)

        for table in clean.tables:
            rows = clean.marked[table]
            aside = rows.filter(rows[REASON].notnull())
            kept = [name for name in MEASURED if name in rows.columns]
            write(ASIDE.format(table=table), aside.select(*kept, reason=aside[REASON], row=aside[ROW]))
            write(table, clean.tables[table])
            told[table] = json.dumps({"ledger": asdict(clean.ledger[table]), "digest": asdict(clean.digests[table])})
            on_table(table, clean.ledger[table].rows_kept)
        write(TOLD, ibis.memtable(pd.DataFrame(sorted(told.items()), columns=["name", "told"])))


def _told(target: Elsewhere) -> dict[str, str]:
    found = target.run(target.table(TOLD))
    return dict(zip(found["name"], found["told"], strict=True))


def loaded_tables(params: Params, engine: Elsewhere, cache: Cache, reading: str) -> CleanTables:
    """Return the clean tables of a params file that a database holds.

    Parameters
    ----------
    params
        Say which tables.
    engine
        Works where they are.
    cache
        Where customer bases are kept.
    reading
        As in ``CleanTables``.

    Raises
    ------
    DataError
        The database does not hold them.
    """
    told = _told(engine) if TOLD in engine.tables() else {}
    if missing := [name for name in params.portfolio.tables if name not in told]:
        raise DataError(
            N_("{source}: the tables {tables} are not there. Write them: portfolio load {file} --to URL."),
            source=shown_url(params.portfolio.engine),
            tables=", ".join(missing),
            file=params.path.name,
        )
    content = {name: json.loads(told[name]) for name in params.portfolio.tables}
    tables = {name: engine.table(name) for name in content}
    return CleanTables(
        engine,
        Tables(tables),
        Ledger(tuple(TableLedger.from_dict(each["ledger"]) for each in content.values())),
        {name: _marked(rows, engine.table(ASIDE.format(table=name))) for name, rows in tables.items()},
        digests={name: Digest(**each["digest"]) for name, each in content.items()},
        cache=cache,
        reading=reading,
        settings=settings(params),
    )


def _marked(kept: ibis.Table, aside: ibis.Table) -> ibis.Table:
    columns = {name: kept[name] for name in MEASURED if name in kept.columns}
    nothing = ibis.null("string")
    others = aside.select(*columns, **{REASON: aside.reason, ROW: aside.row})
    return kept.select(**columns, **{REASON: nothing, ROW: nothing}).union(others)
