"""What a table holds, as short texts: two tables with the same rows have the same, in whatever order they stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field

import ibis
from ibis import _

from portfolio.base.cache import short
from portfolio.base.engine import Engine
from portfolio.sources.ledger import TableLedger
from portfolio.sources.typed import LINE

UNDATED = ""


@dataclass(frozen=True)
class Digest:
    """What a table holds.

    Attributes
    ----------
    whole
        Of every row, and of the ledger.
    months
        Of the order lines of each month, ``2025-07``; "" for those without a usable date.
    undated
        How many customers have no ``created_date``.
    """

    whole: str
    months: dict[str, str] = field(default_factory=dict)
    undated: int = 0

    def before(self, end: dt.date) -> dict[str, str]:
        """Return the months before a day, and the lines without a date; within a month, the whole counts."""
        months = {month: text for month, text in self.months.items() if month < f"{end:%Y-%m}"}
        return months if end.day == 1 else months | {"whole": self.whole}


def digest_of(engine: Engine, rows: ibis.Table, ledger: TableLedger) -> Digest:
    """Return the digest of the rows of a table, those set aside too. It is a sum over hashes of rows."""
    content = ibis.struct({name: rows[name] for name in rows.columns if name != LINE}).hash()
    hashed = rows.mutate(content=content.cast("decimal(38, 0)"))
    sums = {"rows": _.count(), "content": _.content.sum().cast("string")}
    counted = {name: value for name, value in asdict(ledger).items() if name != "source"}
    if ledger.table != "orders":
        found = engine.run(hashed.agg(**sums)).iloc[0]
        undated = engine.run(rows.filter(rows.created_date.isnull()).count()) if ledger.table == "customers" else 0
        return Digest(short(found["rows"], found["content"], counted), undated=int(undated))
    month = hashed.order_date.strftime("%Y-%m").fill_null(UNDATED)
    found = engine.run(hashed.group_by(month=month).agg(**sums)).sort_values("month")
    months = {row.month: short(row.rows, row.content) for row in found.itertuples()}
    return Digest(short(months, counted), months)
