"""Whom to call: why, how many, how much, the first of them, and links to the spreadsheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from portfolio.base.contact import CLOSED, REFUSED
from portfolio.params.columns import Column as Described
from portfolio.review.figures.shown import number
from portfolio.show.mime import ACTIONS
from portfolio.show.table import Column, Table, build, money_digits
from portfolio.show.templating import render
from portfolio.show.view import Fragment
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

PREVIEW = 5
SHOWN = ("name", "customer_id", "account_manager", "region", "phone", "last_order_date", "orders", "money_at_stake")


def lists(summary: pd.DataFrame, lists: Mapping[str, pd.DataFrame], *given: Any, words: Words) -> Fragment:
    """Show the lists to work from, and hand them to the runner for the spreadsheets."""
    kept = {name: frame for name, frame in lists.items() if len(frame)}
    html = render(
        "actions.html",
        lists=[_told(name, frame, words) for name, frame in kept.items()],
        language=words.language,
        excel=words.say("Excel spreadsheet"),
        csv=words.say("CSV file"),
        preview=words.say("See the first customers"),
        nothing=words.say("No customer to call for {period}.", period=words.now),
    )
    data = {name: _as_data(frame) for name, frame in kept.items()}
    return Fragment("actions", html, "\n".join(map(words.label, kept)), {ACTIONS: data})


def _told(name: str, frame: pd.DataFrame, words: Words) -> dict[str, Any]:
    return {
        "name": name,
        "title": words.label(name),
        "why": words.why(name),
        "action": words.action(name),
        "count": words.plural(
            "{n} customer, {money} at stake", "{n} customers, {money} at stake", len(frame),
            money=words.money(frame["money_at_stake"].sum(), short=True),
        ),
        "more": " ".join(_more(frame, words)),
        "table": first_customers(frame, name, words=words).html,
    }  # fmt: skip


def _more(frame: pd.DataFrame, words: Words) -> Iterator[str]:
    """Say of how many customers the list is the first part, and who was left out."""
    everyone, left_out = frame.attrs["customers"], frame.attrs["left_out"]
    if everyone > len(frame):
        yield words.say("The first of {all}.", all=words.number(everyone))
    if refused := left_out.get(REFUSED):
        yield words.plural(
            "{n} more refused to be contacted, and is left out.",
            "{n} more refused to be contacted, and are left out.",
            refused,
        )
    if closed := left_out.get(CLOSED):
        yield words.plural("{n} closed account is left out.", "{n} closed accounts are left out.", closed)


def first_customers(frame: pd.DataFrame, name: str, *, words: Words) -> Table:
    """Show the first customers of a list: whom to call, since when, and the money at stake."""
    first = frame.head(PREVIEW)
    described = {column.name: column for column in frame.attrs["columns"]}
    columns = [column for column in SHOWN if column in frame and not first[column].isna().all()]
    if "name" in columns:
        columns.remove("customer_id")

    def maker(column: str) -> tuple:
        kind = described[column].type
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
            return words.value_of(column, value)

        return (Column(words.label(column), kind in ("money", "integer", "number")), write, "")

    caption = words.say("{list}: the first customers", list=words.label(name))
    return build(caption, first.to_dict("records"), [maker(column) for column in columns], words)


def _as_data(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a list as plain data: columns with their type and unit, rows of texts, numbers and ISO dates."""
    described: list[Described] = frame.attrs["columns"]
    kinds = {column.name: column.type for column in described}
    columns = [{"name": column.name, "type": column.type, "unit": column.unit} for column in described]
    rows = [[_plain(value, kinds[name]) for name, value in record.items()] for record in frame.to_dict("records")]
    return {"columns": columns, "rows": rows}


def _plain(value: Any, kind: str) -> Any:
    if missing(value):
        return None
    match kind:
        case "date":
            return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)[:10]
        case "money" | "number" | "integer":
            return number(value)
        case "boolean":
            return bool(value)
    return str(value)
