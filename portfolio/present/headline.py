"""The first figures of a report: value, change, target, sparkline, and one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from portfolio.present import sentences
from portfolio.present.changes import Change, change
from portfolio.present.charts.sparkline import sparkline
from portfolio.present.templating import render
from portfolio.present.words import Words, missing

if TYPE_CHECKING:
    import pandas as pd

NAMES = (
    "revenue",
    "active_customers",
    "retention_rate",
    "average_basket",
    "margin_rate",
    "new_customers",
    "top_20_percent_share",
)
MOST = 7


class Tile(NamedTuple):
    """One figure of the headline."""

    label: str
    value: str
    change: Change | None
    target: str
    met: str
    line: Markup


def headline(
    metrics: pd.DataFrame,
    history: pd.DataFrame | None,
    names: Sequence[str],
    words: Words,
    sentence: Callable[..., str] = sentences.headline,
) -> tuple[str, str]:
    """Return the fragment and the same as plain lines."""
    rows = {row["name"]: row for row in metrics.to_dict("records")}
    known = [rows[name] for name in names if name in rows and not missing(rows[name]["value"])][:MOST]
    tiles = [_tile(row, history, words) for row in known]
    lead = sentence(metrics, words=words)
    fragment = render("headline.html", tiles=tiles, sentence=lead, on=words.say("on {period}", period=words.before))
    lines = [lead, *(f"{tile.label}: {tile.value} {tile.change or ''}".strip() for tile in tiles)]
    return fragment, "\n".join(lines)


def _tile(row: dict, history: pd.DataFrame | None, words: Words) -> Tile:
    target, met = "", ""
    if not missing(row.get("target")):
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
        change(row["value"], row.get("previous"), row["unit"], row["direction"], words),
        target,
        met,
        _line(row, history, words),
    )


def _line(row: dict, history: pd.DataFrame | None, words: Words) -> Markup:
    if history is None or not len(history):
        return Markup()
    if "period" in history:
        if row["name"] not in history:
            return Markup()
        values, periods = list(history[row["name"]]), list(history["period"])
    else:
        from portfolio.present.charts.history import periods_of

        periods = periods_of(history)
        found = history[history["name"] == row["name"]]
        values = [found[period].iloc[0] for period in periods] if len(found) else []
    return sparkline(values, periods, row["unit"], words=words)
