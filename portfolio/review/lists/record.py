"""The record of a list: what became of those who met its rule a period ago. Definition: Action lists."""

from __future__ import annotations

from math import sqrt
from typing import Any

import ibis
from ibis import _

from portfolio.base.book import Book
from portfolio.base.contact import held_out, reason_not_to_contact
from portfolio.review.customers import customers_of
from portfolio.topics.contract import ActionList
from portfolio.topics.rates import wilson


def record_of(book: Book, declared: list[ActionList]) -> dict[str, dict[str, Any]]:
    """Return, by list, what became in the period of those who met its rule at the end of the one before.

    Returns
    -------
    dict
        ``customers`` who met it, how many ``ordered``, and their ``money``; ``most`` and ``most_ordered`` of the half
        that brought most then, who met it most clearly, ``least`` and ``least_ordered`` of the other half. With a
        holdout also ``uplift``: the share that ordered of those on the list less that of those held out, with
        ``called``, ``kept`` (how many) and its interval ``low``, ``high`` (95 %). No list without such customers.
    """
    then = book.previous
    if then is None:
        return {}
    tables = [(place, customers_of(then, each.customers)) for place, each in enumerate(declared)]
    parts = [
        table.select("customer_id", place=ibis.literal(place, "int64"), weight=table.trailing_revenue.cast("float64"))
        for place, table in tables
        if table is not None
    ]
    if not parts:
        return {}
    met = ibis.union(*parts) if len(parts) > 1 else parts[0]
    order = ibis.window(group_by=met.place, order_by=[met.weight.desc(), met.customer_id])
    met = met.mutate(rank=ibis.row_number().over(order), of=met.count().over(ibis.window(group_by=met.place)))
    share, base, now = book.portfolio.holdout, then.customers, book.everyone
    known = base.select(
        who=base.customer_id,
        may=reason_not_to_contact(base, then.as_of).isnull(),
        held=held_out(base, share),
    )
    came = now.select(id=now.customer_id, came=now.orders > 0, revenue=now.revenue.cast("float64"))
    table = met.inner_join(known, met.customer_id == known.who)
    table = table.left_join(came, table.customer_id == came.id)
    # Who is on several lists was called from the first.
    table = table.mutate(
        came=table.came.fill_null(False),
        first=table.place == table.place.min().over(ibis.window(group_by=table.customer_id)),
        most=2 * table["rank"] < table.of,
    )
    on = table.may & table.first
    counted = table.group_by("place").agg(
        customers=_.count(),
        ordered=_.count(where=_.came),
        money=_.revenue.sum(where=_.came).fill_null(0.0),
        most=_.count(where=_.most),
        most_ordered=_.count(where=_.most & _.came),
        called=_.count(where=on & ~table.held),
        called_ordered=_.count(where=on & ~table.held & table.came),
        kept=_.count(where=on & table.held),
        kept_ordered=_.count(where=on & table.held & table.came),
    )
    found = {}
    for row in book.run(counted).to_dict("records"):
        counts = {name: float(row["money"]) if name == "money" else int(row[name]) for name in row if name != "place"}
        told = {name: counts[name] for name in ("customers", "ordered", "money", "most", "most_ordered")}
        told |= {
            "least": counts["customers"] - counts["most"],
            "least_ordered": counts["ordered"] - counts["most_ordered"],
            "before": then.period.name,
        }
        if share and counts["called"] and counts["kept"]:
            told["uplift"] = uplift(counts["called_ordered"], counts["called"], counts["kept_ordered"], counts["kept"])
        found[declared[int(row["place"])].name] = told
    return found


def uplift(ordered: int, called: int, kept_ordered: int, kept: int) -> dict[str, float]:
    """Return the difference of two shares with its 95 % interval (Newcombe 1998, Statist. Med. 17, method 10)."""
    p, q = ordered / called, kept_ordered / kept
    (low, high), (least, most) = wilson(ordered, called), wilson(kept_ordered, kept)
    return {
        "called": called,
        "kept": kept,
        "share": p,
        "kept_share": q,
        "difference": p - q,
        "low": p - q - sqrt((p - low) ** 2 + (most - q) ** 2),
        "high": p - q + sqrt((high - p) ** 2 + (q - least) ** 2),
    }
