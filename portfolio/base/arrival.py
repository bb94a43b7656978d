"""Has the source arrived? ``expects:`` of the params file against the last day that each table tells.

    table -> last day -> due, an interval later -> late, once the usual gap has passed too

A table whose rows are dated tells it by the last of these days, later ones than the as-of day apart; another by the
day its newest file was written.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from portfolio.base.cleaning import CleanTables
from portfolio.base.span import LEAST_SLACK, span_of
from portfolio.params import Params
from portfolio.params.checks import EVERY
from portfolio.params.columns import TABLES
from portfolio.params.periods import months_before
from portfolio.sources.raw import files_of


@dataclass(frozen=True)
class Late:
    """A source that is older than it should be.

    Attributes
    ----------
    table
        The table.
    every
        What the params file expects: ``every month``.
    last
        The last day that the table tells; None where it has no row until then.
    due
        The day by which later rows were due: an interval after the last day.
    slack
        Days after it that say nothing: the usual gap between days with orders, or a week.
    """

    table: str
    every: str
    last: dt.date | None
    due: dt.date | None
    slack: int

    def to_dict(self) -> dict[str, str | int | None]:
        """Return it as texts and numbers."""
        return {
            "table": self.table,
            "expects": self.every,
            "last": self.last.isoformat() if self.last else None,
            "due": self.due.isoformat() if self.due else None,
            "slack_days": self.slack,
        }

    @classmethod
    def from_dict(cls, given: dict) -> Late:
        """Make it again from what ``to_dict`` gave, be it through JSON."""
        last, due = (given[key] and dt.date.fromisoformat(given[key]) for key in ("last", "due"))
        return cls(given["table"], given["expects"], last, due, given["slack_days"])


def due_after(last: dt.date, every: str) -> dt.date:
    """Return the day an interval after another: a month after 31 January is 28 or 29 February.

    Examples
    --------
    >>> due_after(dt.date(2026, 1, 31), "every month")
    datetime.date(2026, 2, 28)
    """
    days, months = EVERY[every]
    return months_before(last, -months) + dt.timedelta(days=days)


def late_sources(params: Params, clean: CleanTables, as_of: dt.date) -> tuple[Late, ...]:
    """Return the sources that are late on a day, in the order of the params file.

    A source is late when the as-of day is past the day that its rows were due, and past the usual gap too.
    """
    found = []
    for table, every in params.portfolio.expects.items():
        slack = span_of(clean).slack if table == "orders" else LEAST_SLACK
        last = _last_day(params, clean, table, as_of)
        due = due_after(last, every) if last else None
        if due is None or due + dt.timedelta(days=slack) < as_of:
            found.append(Late(table, every, last, due, slack))
    return tuple(found)


def _last_day(params: Params, clean: CleanTables, table: str, as_of: dt.date) -> dt.date | None:
    column = TABLES[table].dated
    if column is None:
        files = files_of(params.portfolio.tables[table], params.path.parent)
        return max(dt.date.fromtimestamp(Path(file).stat().st_mtime) for file in files)
    rows = clean.tables[table]
    last = clean.engine.run(rows.agg(last=rows[column].max(where=rows[column] <= as_of))).iloc[0]["last"]
    return None if pd.isna(last) else pd.Timestamp(last).date()
