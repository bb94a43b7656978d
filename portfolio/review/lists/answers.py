"""What sales people wrote into the workbooks: who was called, who was reached, who ordered since, and for how much."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd
from ibis import _

from portfolio.base.book import Book
from portfolio.sources.answers import REACHED, REFUSED, read_answers


def answers(book: Book) -> pd.DataFrame:
    """Return the answers dated up to the last day of the period: ``customer_id``, ``list``, ``result``, ``date``."""

    def read() -> pd.DataFrame:
        found = read_answers(book.portfolio.lists.results, book.params.path.parent)
        return found[found["date"] <= book.as_of].reset_index(drop=True)

    return book.whole.once("answers", read)


def refused_since(book: Book) -> list[str]:
    """Return the customers who answered that they want no contact: they are on no list any more."""
    found = answers(book)
    return sorted(set(found.loc[found["result"] == REFUSED, "customer_id"]))


def answers_of(book: Book) -> dict[str, dict[str, Any]]:
    """Return what came of the calls of the period, by list ("" is that of a sheet that is no list).

    Returns
    -------
    dict
        ``called``; ``reached``; ``ordered``, how many have ordered from the day of the call to the end of the period,
        and their ``money`` since. A customer called twice counts once, from the first call on.
    """
    found = answers(book)
    found = found[found["date"] >= book.period.start]
    if found.empty:
        return {}
    reached = found["result"].isin(REACHED)
    calls = (
        found.assign(reached=reached)
        .groupby(["list", "customer_id"], as_index=False)
        .agg(date=("date", "min"), reached=("reached", "max"))
    )
    told = ibis.memtable(calls).cast({"date": "date", "reached": "boolean"})
    told = told.semi_join(book.customers, "customer_id")
    lines = book.orders.select(of=_.customer_id, day=_.order_date, amount=_.amount.cast("float64"))
    after = told.left_join(lines, [told.customer_id == lines.of, lines.day >= told.date])
    each = after.group_by("list", "customer_id", "reached").agg(
        money=_.amount.sum().fill_null(0.0), ordered=(_.amount > 0).fill_null(False).max()
    )
    rows = book.run(
        each.group_by("list").agg(
            called=_.count(),
            reached=_.count(where=_.reached),
            ordered=_.count(where=_.ordered),
            money=_.money.sum(where=_.ordered).fill_null(0.0),
        )
    )
    return {
        row["list"]: {name: int(row[name]) for name in ("called", "reached", "ordered")}
        | {"money": float(row["money"])}
        for row in rows.to_dict("records")
    }
