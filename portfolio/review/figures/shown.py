"""The first figures of a report: value, change, target, line, and one sentence; and the figures for machines."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup, escape

from portfolio.show.changes import Change, change, verdict
from portfolio.show.charts.sparkline import sparkline
from portfolio.show.mime import METRICS
from portfolio.show.templating import render
from portfolio.show.view import Fragment
from portfolio.show.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd

    from portfolio.review.figures.headlines import Measured

MOST = 7


class Tile(NamedTuple):
    """One figure of the headline."""

    label: str
    value: str
    changes: list[tuple[Change, str]]
    target: str
    met: str
    line: Markup
    note: str


def headline(
    metrics: pd.DataFrame,
    recent: pd.DataFrame,
    names: list[str],
    sentence: Callable[..., str],
    measured: Measured,
    *given: Any,
    words: Words,
) -> Fragment:
    """Show the first figures as tiles, and the sentence that says what happened; hand all figures to the runner."""
    rows = {row["name"]: row for row in metrics.to_dict("records")}
    known = [rows[name] for name in names if name in rows and not missing(rows[name]["value"])][:MOST]
    tiles = [_tile(row, recent, words) for row in known]
    lead = sentence(words=words)
    warnings = [*filter(None, [_incomplete(measured, words)]), *_doubts(measured, words)]
    html = render("headline.html", tiles=tiles, sentence=lead, warnings=[_with_keys(warning) for warning in warnings])
    lines = [*warnings, lead, *(_line_of(tile) for tile in tiles)]
    told = {"ruler": measured.ruler, "metrics": _as_data(metrics)}
    if measured.incomplete:
        told["incomplete"] = measured.incomplete.isoformat()
    return Fragment("headline", html, "\n".join(filter(None, lines)), {METRICS: told})


def _doubts(measured: Measured, words: Words) -> list[str]:
    """Return what may be wrong in the sources, with the key that settles it."""
    return [
        words.say("{table}: {doubt}", table=words.label(table), doubt=words.note(note))
        for table, note in measured.doubts
    ]


def _with_keys(text: str) -> Markup:
    """Return a sentence as HTML, keys of params as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _incomplete(measured: Measured, words: Words) -> str:
    if measured.incomplete is None:
        return ""
    return words.say(
        "Orders stop on {date}: {period} is not complete. Changes are on the same days of the period before.",
        date=words.date(measured.incomplete),
        period=words.now,
    )


def _tile(row: dict, recent: pd.DataFrame, words: Words) -> Tile:
    target, met = "", ""
    if not missing(row["target"]) and not row["doubt"]:
        reached = row["value"] <= row["target"] if row["direction"] == "down" else row["value"] >= row["target"]
        met = "good" if reached else "bad"
        goal = words.value(row["target"], row["unit"], short=True)
        target = (
            words.say("✓ target of {target} met", target=goal)
            if reached
            else words.say("✗ target of {target} missed", target=goal)
        )
    return Tile(
        words.label(row["name"]),
        words.value(row["value"], row["unit"], short=True),
        [(each, words.say("on {period}", period=then)) for each, then in changes(row, words)],
        target,
        met,
        _line(row, recent, words),
        _note(row, words),
    )


def _line_of(tile: Tile) -> str:
    told = "; ".join(f"{each} {on}" for each, on in tile.changes)
    return f"{tile.label}: {tile.value} {told}".strip()


def changes(row: dict, words: Words) -> list[tuple[Change, str]]:
    """Return the changes of a figure since the period before and since a year ago, each with its period; once where
    these are the same."""
    told = (
        {words.before: "previous", words.year_before: "year_ago"} if words.year_before else {words.before: "previous"}
    )
    found = [
        (change(row["value"], row[name], row["unit"], row["direction"], words, row[f"sure_{name}"]), then)
        for then, name in told.items()
    ]
    return [(each, then) for each, then in found if each]


def _note(row: dict, words: Words) -> str:
    if row["doubt"]:
        return words.say("Some may be older customers: the orders do not go back far enough.")
    if not missing(row["aside"]):
        return words.say("{money} set aside, more than this gap.", money=words.money(row["aside"], short=True))
    return ""


def _line(row: dict, recent: pd.DataFrame, words: Words) -> Markup:
    if row["name"] not in recent:
        return Markup()
    return sparkline(list(recent[row["name"]]), list(recent["period"]), row["unit"], words=words)


def _as_data(metrics: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the figures as plain data, for metrics.json."""
    rows = []
    for row in metrics.to_dict("records"):
        given = {name: row[name] for name in ("name", "unit", "direction")}
        given |= {name: number(row[name]) for name in ("value", "previous", "year_ago", "target", "n")}
        judged = {
            name: verdict(row["value"], row[name], row["direction"], row[f"sure_{name}"])
            for name in ("previous", "year_ago")
        }
        given |= {"since": {name: found for name, found in judged.items() if found}} if any(judged.values()) else {}
        given |= {"reason": row["reason"]} if row["reason"] else {}
        rows.append(given | ({"doubt": "short_history"} if row["doubt"] else {}))
    return rows


def number(value: Any) -> float | int | None:
    """Return a number as JSON writes it, whole ones without a point; None where there is none."""
    if missing(value):
        return None
    value = float(value)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
