"""Large, medium and small customers, and who moved between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.tables.base import Cell, Column, Table, build, head, money_digits
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

ORDER = ("large", "medium", "small", "absent")


def sizes(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show customers, revenue, share and margin of each size, one row a size and period."""
    several = frame["period"].nunique() > 1
    digits = money_digits(frame["revenue"])
    shown = frame.sort_values("size", key=lambda names: names.map(ORDER.index), kind="stable") if several else frame

    def limit(row: object) -> str:
        return NOTHING if missing(row.limit) else words.say("from {money}", money=words.money(row.limit, digits=0))

    makers = [
        (Column(words.label("size")), lambda row: head(row.size, words), ""),
        *([(Column(words.label("period"), False), lambda row: words.period(row.period), "")] if several else []),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.label("revenue")), lambda row: words.money(row.revenue, digits=digits), ""),
        (Column(words.label("revenue_share")), lambda row: words.percent(row.share), ""),
        (Column(words.label("margin")), lambda row: words.money(row.margin, digits=digits), ""),
        (Column(words.label("margin_rate")), lambda row: words.percent(row.margin_rate), ""),
        (Column(words.label("limit")), limit, ""),
    ]
    # pandas hands a column called "size" to a row as the row's own; records keep it.
    rows = (_Row(**record) for record in shown.to_dict("records"))
    return build(words.say("Customers by size"), rows, makers, words)


class _Row:
    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)


def migration(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show the customers by size before (rows) and size now (columns)."""
    counts = {(row.size_before, row.size_now): row.customers for row in frame.itertuples()}
    known = [name for name in ORDER if any(name in pair for pair in counts)]

    def maker(now: str) -> tuple:
        def write(before: str) -> object:
            if (before, now) == ("absent", "absent"):
                return NOTHING
            count = words.number(counts.get((before, now), 0))
            if before == now:
                return Cell(count, "=")
            better = ORDER.index(now) < ORDER.index(before)
            return Cell(
                count,
                "▲" if better else "▼",
                "good" if better else "bad",
                words.say("larger") if better else words.say("smaller"),
            )

        return (Column(words.say("{size} now", size=words.label(now))), write, "")

    makers = [
        (Column(words.say("Size before")), lambda before: head(before, words), ""),
        *(maker(now) for now in known),
    ]
    caption = words.say("Customers who changed size, {before} to {now}", before=words.before, now=words.now)
    return build(caption, known if counts else [], makers, words)
