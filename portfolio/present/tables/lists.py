"""Lists of customers to work from, and the ledger of rows read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portfolio.present.kinds import kind_of
from portfolio.present.tables.base import Column, Table, build, money_digits
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

PREVIEW = 5
SHOWN = ("name", "customer_id", "account_manager", "region", "phone", "last_order_date", "orders", "money_at_stake")


def action_list(frame: pd.DataFrame, *, name: str, words: Words, rows: int = PREVIEW) -> Table:
    """Show the first customers of a list: whom to call, since when, and the money at stake."""
    first = frame.head(rows)
    columns = [column for column in SHOWN if column in frame and not first[column].isna().all()]
    if "name" in columns:
        columns.remove("customer_id")

    def maker(column: str) -> tuple:
        kind = kind_of(column, frame[column])
        digits = money_digits(first[column]) if kind == "money" else 0

        def write(row: dict) -> str:
            value = row[column]
            if missing(value):
                return NOTHING
            match kind:
                case "money":
                    return words.money(value, digits=digits)
                case "date":
                    return words.date(value, "medium")
                case "integer" | "number":
                    return words.number(value)
            return words.label(value) if column in ("why", "lifecycle", "rfm_segment", "size") else words.name(value)

        return (Column(words.label(column), kind in ("money", "integer", "number")), write, "")

    caption = words.say("{list}: the first customers", list=words.label(name))
    return build(caption, first.to_dict("records"), [maker(column) for column in columns], words)


def ledger(ledger: Any, *, words: Words) -> Table:
    """Show the rows read, kept and set aside of each table, with the reasons."""

    def aside(entry: Any) -> str:
        told = [
            words.say("{attribute}: {value}", attribute=words.label(reason.reason), value=words.number(reason.rows))
            for reason in entry.set_aside
            if reason.rows
        ]
        return " · ".join(told) or words.say("None")

    makers = [
        (Column(words.say("Table")), lambda entry: words.label(entry.table), ""),
        (Column(words.say("Rows read")), lambda entry: words.number(entry.rows_read), ""),
        (Column(words.say("Kept")), lambda entry: words.number(entry.rows_kept), ""),
        (
            Column(words.say("Set aside")),
            lambda entry: words.number(sum(reason.rows for reason in entry.set_aside)),
            "",
        ),
        (Column(words.say("Reasons"), False), aside, ""),
        (Column(words.say("Exact duplicates")), lambda entry: words.number(entry.duplicates), ""),
    ]
    notes = [
        words.say("{attribute}: {value}", attribute=words.label(entry.table), value=words.note(note))
        for entry in ledger.tables
        for note in entry.notes
    ]
    return build(words.say("Rows read, kept and set aside"), ledger.tables, makers, words, notes=notes)
