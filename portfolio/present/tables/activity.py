"""What was sold, who came and who left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio.present.changes import change
from portfolio.present.tables.base import Column, Table, build, head, money_digits
from portfolio.present.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

UNITS = {
    "active_customers": ("count", "up"),
    "orders": ("count", "up"),
    "revenue": ("money", "up"),
    "gross_sales": ("money", "up"),
    "returns": ("money", "down"),
    "average_basket": ("money", "up"),
    "return_rate": ("rate", "down"),
    "margin": ("money", "up"),
    "margin_rate": ("rate", "up"),
}


def activity(frame: pd.DataFrame, previous: pd.DataFrame | None = None, *, words: Words) -> Table:
    """Show the activity of the period, beside that of the period before."""
    now = frame.iloc[0] if len(frame) else {}
    then = previous.iloc[0] if previous is not None and len(previous) else {}
    names = [name for name in UNITS if name in now and not missing(now[name])]
    makers = [
        (Column(words.label("measure")), words.label, ""),
        (Column(words.now), lambda name: words.value(now[name], UNITS[name][0]), ""),
        (Column(words.before), lambda name: words.value(then.get(name) if len(then) else None, UNITS[name][0]), ""),
        (
            Column(words.say("Change")),
            lambda name: change(now[name], then.get(name) if len(then) else None, *UNITS[name], words),
            "",
        ),
    ]
    table = build(words.say("Activity, {period}", period=words.now), names, makers, words)
    return table if len(then) else Table(table.caption, table.columns, table.rows)


def movement(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show who left, came and came back, and the retention rate with its interval."""
    row = frame.iloc[0] if len(frame) else {}
    heads = {
        "before": words.say("Active in {period}", period=words.before),
        "now": words.say("Active in {period}", period=words.now),
    }
    signs = {"lapsed": -1, "new": 1, "reactivated": 1}

    def figure(name: str) -> str:
        if missing(row[name]):
            return NOTHING
        return words.signed(signs[name] * row[name]) if name in signs else words.number(row[name])

    makers = [
        (
            Column(words.say("Movement")),
            lambda name: head(name, words)._replace(text=heads.get(name) or words.label(name)),
            "",
        ),
        (Column(words.label("customers")), figure, ""),
    ]
    # In the first period nobody could leave: there is nothing to tell but who is there.
    known = len(row) and row["before"] > 0
    names = [name for name in ("before", "lapsed", "new", "reactivated", "now") if name in row and known]
    notes = []
    if len(row) and not missing(row["retention_rate"]):
        notes.append(
            words.say(
                "Retention rate: {rate} (95% interval: {low} to {high}).",
                rate=words.percent(row["retention_rate"]),
                low=words.percent(row["retention_low"]),
                high=words.percent(row["retention_high"]),
            )
        )
    return build(
        words.say("Customers who left and came, {period}", period=words.now), names, makers, words, notes=notes
    )


def revenue_bridge(frame: pd.DataFrame, *, words: Words) -> Table:
    """Show where the change of revenue comes from."""
    digits = money_digits(frame["revenue"])
    before = frame.loc[frame["step"] == "before", "revenue"]

    def figure(row: object) -> str:
        level = row.step in ("before", "now")
        return words.money(row.revenue, digits=digits, signed=not level)

    def name(row: object) -> object:
        said = {"before": words.before, "now": words.now}.get(row.step)
        return head(row.step, words) if said is None else head(row.step, words)._replace(text=said)

    makers = [
        (Column(words.say("Step")), name, ""),
        (Column(words.label("customers")), lambda row: words.number(row.customers), ""),
        (Column(words.label("revenue")), figure, ""),
    ]
    rows = list(frame.itertuples()) if (before > 0).any() else []
    return build(words.say("Where the change of revenue comes from"), rows, makers, words)
