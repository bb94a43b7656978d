"""Whom to call: why, how many, how much, the record of each list, its first customers, and the workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from portfolio.base.contact import CLOSED, REFUSED
from portfolio.errors import NN_
from portfolio.params.columns import Column as Described
from portfolio.review.figures.shown import number
from portfolio.show.mime import ACTIONS
from portfolio.show.table import Column, Table, build, money_digits
from portfolio.show.templating import render
from portfolio.show.view import Fragment
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

    from portfolio.review.lists.numbers import Lists

PREVIEW = 5
SHOWN = ("name", "customer_id", "account_manager", "region", "phone", "last_order_date", "recoverable")
# What is told of a list, beside its customers.
FACTS = ("met", "customers", "left_out", "elsewhere", "held", "recoverable", "floor", "record", "answers")
ORDERS = NN_("{n} order", "{n} orders")


def lists(summary: pd.DataFrame, found: Lists, topics: tuple, *given: Any, words: Words) -> Fragment:
    """Show the lists to work from, and hand them to the runner for the spreadsheets."""
    kept = {name: frame for name, frame in found.by_name.items() if frame.attrs["met"]}
    full = {name: frame for name, frame in kept.items() if len(frame)}
    workbook = "_".join(["lists", *(topic.name for topic in topics)])
    html = render(
        "actions.html",
        lists=[_told(name, frame, words) for name, frame in kept.items()],
        language=words.language,
        workbook=workbook if full else "",
        excel=words.say("All lists in one workbook"),
        csv=words.say("CSV file"),
        preview=words.say("See the first customers"),
        nothing=words.say("No customer to call for {period}.", period=words.now),
    )
    data = {
        "workbook": workbook,
        "lists": [{"name": name} | _as_data(frame) | {"facts": facts(frame)} for name, frame in full.items()],
        "held": [[_plain(value, "text") for value in row] for row in found.held.itertuples(index=False)],
        "months": words.thresholds.trailing_months,
    }
    return Fragment("actions", html, "\n".join(map(words.label, kept)), {ACTIONS: data} if full else {})


def _told(name: str, frame: pd.DataFrame, words: Words) -> dict[str, Any]:
    table = first_customers(frame, name, words=words).html if len(frame) else ""
    return {
        "name": name,
        "title": words.label(name),
        "why": words.why(name),
        "action": words.action(name),
        "told": sentences(facts(frame) | {"rows": len(frame)}, words),
        "table": table,
    }


def facts(frame: pd.DataFrame) -> dict[str, Any]:
    """Return what is told of a list as plain data."""
    return {name: number(value) if isinstance(value := frame.attrs[name], float) else value for name in FACTS}


def sentences(facts: Mapping[str, Any], words: Words) -> list[str]:
    """Say how many stand on a list and what a call can change, who is left out, and what became of those of before."""
    return [part for part in (_counted(facts, words), *_left_out(facts, words), *_record(facts, words)) if part]


def _counted(facts: Mapping[str, Any], words: Words) -> str:
    n, money = facts["customers"], facts["recoverable"]
    if not n:
        return words.say("Nobody is left to call.")
    if missing(money):
        said = words.plural("{n} customer.", "{n} customers.", n)
    elif money <= 0 or money < facts["floor"]:
        said = words.plural(
            "{n} customer, and nearly nothing to gain from a call ({money}): leave this list for last.",
            "{n} customers, and nearly nothing to gain from calls ({money}): leave this list for last.",
            n, money=words.money(max(money, 0), short=True),
        )  # fmt: skip
    else:
        said = words.plural(
            "{n} customer, {money} recoverable.", "{n} customers, {money} recoverable.",
            n, money=words.money(money, short=True),
        )  # fmt: skip
    rows = facts.get("rows", n)
    return said if rows >= n else f"{said} {words.say('The first {n} are listed.', n=words.number(rows))}"


def _left_out(facts: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Say who meets the rule and is not on the list."""
    if n := facts["elsewhere"]:
        yield words.plural(
            "{n} more has another first action, on a list above.",
            "{n} more have another first action, on a list above.",
            n,
        )
    if refused := facts["left_out"].get(REFUSED):
        yield words.plural(
            "{n} more refused to be contacted, and is left out.",
            "{n} more refused to be contacted, and are left out.",
            refused,
        )
    if closed := facts["left_out"].get(CLOSED):
        yield words.plural("{n} closed account is left out.", "{n} closed accounts are left out.", closed)
    if held := facts["held"]:
        yield words.plural(
            "{n} more is held out: not to be contacted, to measure what calling changes.",
            "{n} more are held out: not to be contacted, to measure what calling changes.",
            held,
        )


def _record(facts: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Say what became of those who met the rule a period ago, and of those who were called."""
    if record := facts["record"]:
        yield words.plural(
            "Of {n} customer who met this rule in {period}, {ordered} ordered since, for {money}",
            "Of {n} customers who met this rule in {period}, {ordered} ordered since, for {money}",
            record["customers"],
            period=words.period(record["before"]),
            ordered=words.number(record["ordered"]),
            money=words.money(record["money"], short=True),
        ) + (words.say(": {most} of the half that brought most, {least} of the other half.",
            most=words.percent(record["most_ordered"] / record["most"], 0),
            least=words.percent(record["least_ordered"] / record["least"], 0),
        ) if record["most"] and record["least"] else ".")  # fmt: skip
        if gain := record.get("uplift"):
            yield words.say(
                "On the list {share} ordered, of those held out {kept_share}: {difference}, between {low} and {high} "
                "(95%).",
                share=words.percent(gain["share"], 0), kept_share=words.percent(gain["kept_share"], 0),
                difference=words.points(gain["difference"], 0), low=words.points(gain["low"], 0),
                high=words.points(gain["high"], 0),
            )  # fmt: skip
            if gain["low"] <= 0:
                yield words.say("Chance alone could explain that: calling is not shown to change anything.")
    if said := facts["answers"]:
        yield words.plural(
            "{n} called, {reached} reached; {ordered} have ordered since the call, for {money}.",
            "{n} called, {reached} reached; {ordered} have ordered since the call, for {money}.",
            said["called"],
            reached=words.number(said["reached"]),
            ordered=words.number(said["ordered"]),
            money=words.money(said["money"], short=True),
        )


def why(name: str, row: Mapping[str, Any], months: int, words: Words) -> str:
    """Say why a customer stands in a list, with their own figures; where the list does not, why its customers do."""
    message = words.vocabulary.tells.get(name)
    if not message:
        return words.why(name)
    orders, revenue = row["trailing_orders"] or 0, row["trailing_revenue"] or 0.0
    return words.say(
        message,
        orders=words.plural(*ORDERS, orders),
        silent=words.value(row["days_since_last_order"], "days"),
        interval=words.value(row["median_interval"], "days"),
        basket=words.money(revenue / orders if orders else None, digits=0),
        revenue=words.money(revenue, digits=0),
        months=words.number(months),
    )


def first_customers(frame: pd.DataFrame, name: str, *, words: Words) -> Table:
    """Show the first customers of a list: whom to call, since when, why, and what a call can change."""
    first = frame.head(PREVIEW)
    described = {column.name: column for column in frame.attrs["columns"]}
    columns = [column for column in SHOWN if column in frame and not first[column].isna().all()]
    if "name" in columns:
        columns.remove("customer_id")

    def maker(column: str) -> tuple:
        kind = described[column].type if column in described else "text"
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

    def reason(row: dict) -> str:
        return why(name, row, words.thresholds.trailing_months, words)

    makers = [maker(column) for column in columns]
    makers.append((Column(words.label("why"), False, True), reason, ""))
    caption = words.say("{list}: the first customers", list=words.label(name))
    return build(caption, first.to_dict("records"), makers, words)


def _as_data(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a list as plain data: columns with their type and unit, rows of texts, numbers and ISO dates, and beside
    each row the figures that its reason is told with."""
    from portfolio.review.lists.numbers import FIGURES

    described: list[Described] = frame.attrs["columns"]
    columns = [{"name": column.name, "type": column.type, "unit": column.unit} for column in described]
    records = frame.to_dict("records")
    return {
        "columns": columns,
        "rows": [[_plain(record[column.name], column.type) for column in described] for record in records],
        "figures": [{name: number(record[name]) for name in FIGURES} for record in records],
    }


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
