"""Figures restated since they were published."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portfolio.show.table import Column, Table, build, cell
from portfolio.show.words import NOTHING, Words, missing

if TYPE_CHECKING:
    import pandas as pd

# Figures restated that are shown at once; those that changed less are folded under them.
RESTATED = 12


def table(frame: pd.DataFrame, published: pd.DataFrame, reports_dir: str, *, words: Words) -> Table:
    """Show the figures published earlier that the data of today no longer give."""

    def change(row: object) -> object:
        if missing(row.change):
            return NOTHING
        if row.unit == "rate":
            return words.points(row.change)
        text = words.value(row.change, row.unit)
        return cell(f"+{text}" if row.change > 0 else text)

    def why(row: object) -> str:
        return (
            words.say("The definition has changed")
            if bool(row.definitions_changed)
            else words.say("The data have changed")
        )

    makers = [
        (Column(words.label("measure")), lambda row: words.label(row.name), ""),
        (Column(words.label("period"), False), lambda row: words.period(row.period), ""),
        (Column(words.say("Published")), lambda row: words.value(row.was, row.unit), ""),
        (Column(words.say("Today")), lambda row: words.value(row.now, row.unit), ""),
        (Column(words.say("Change")), change, ""),
        (Column(words.label("why"), False), why, ""),
    ]
    rows = list(frame.itertuples())
    table = build(words.say("Figures restated since they were published"), rows[:RESTATED], makers, words)
    if len(rows) <= RESTATED:
        return table
    return replace(table, more=build(words.say("The other figures restated"), rows[RESTATED:], makers, words))


def sentence(restated: pd.DataFrame, published: pd.DataFrame, reports_dir: str, *, words: Words) -> str:
    """Say whether the figures published earlier still hold."""
    if not len(published):
        return words.say("No report of these periods was published before: nothing to compare with today's figures.")
    if not len(restated):
        return words.say("No published figure has changed.")
    first = restated.iloc[0]
    return words.plural(
        "{n} figure published earlier has changed: {measure} in {period}, from {was} to {now}.",
        "{n} figures published earlier have changed, the most: {measure} in {period}, from {was} to {now}.",
        len(restated),
        measure=words.label(first["name"]),
        period=words.period(first["period"]),
        was=words.value(first["was"], first["unit"]),
        now=words.value(first["now"], first["unit"]),
    )
