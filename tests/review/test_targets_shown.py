"""Targets shown: met, missed or not measured, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.review.targets import shown
from portfolio.show.svg import draw
from portfolio.show.words import NOTHING

NAN = np.nan


@pytest.fixture
def targets():
    rows = [
        ("revenue", "", 1046341.0, 1100000.0, "money", "up", -53659.0, False, 91541.0),
        ("retention_rate", "", 0.7497, 0.74, "rate", "up", 0.0097, True, NAN),
        ("return_rate", "", 0.0238, 0.03, "rate", "down", -0.0062, True, NAN),
        ("nps", "", NAN, 30.0, "points", "up", NAN, None, NAN),
        ("new_customers", "region=Provence-Alpes-Côte d'Azur", 12.0, 20.0, "count", "up", -8.0, False, NAN),
        ("reactivated_customers", "", 30.0, 20.0, "count", "up", 10.0, None, NAN),
    ]
    return pd.DataFrame(
        rows, columns=["measure", "segment", "value", "target", "unit", "direction", "gap", "met", "aside"]
    )


def test_met_or_missed_in_words(targets, words):
    table = shown.table(targets, words=words)
    results = [row[-1] for row in table.rows]
    assert [cell.arrow for cell in results] == ["✗", "✓", "✓", "", "✗", ""]
    assert results[0].text.startswith(words.say("missed"))
    assert words.money(91541, short=True) in results[0].text
    assert results[5].text == words.say("not judged")
    assert results[3].text == NOTHING


def test_gaps_have_the_unit_of_their_measure(targets, english):
    gaps = [row[4].text for row in shown.table(targets, words=english).rows]
    assert gaps == ["-€53,659", "+1.0 pt", "-0.6 pts", "–", "-8", "+10"]


def test_segments_are_a_column_where_there_are_some(targets, english):
    table = shown.table(targets, words=english)
    assert [row[1].text for row in table.rows[3:]] == [
        "Whole portfolio",
        "Region: Provence-Alpes-Côte d'Azur",
        "Whole portfolio",
    ]
    assert len(shown.table(targets.head(3), words=english).columns) == len(table.columns) - 1


def test_sentence(targets, english):
    assert shown.sentence(targets, words=english) == (
        "2 targets met out of 4; missed: revenue and new customers (Provence-Alpes-Côte d'Azur). Not missed for sure, "
        "since the money set aside is more than the gap: revenue: €54K off, €92K set aside."
    )
    assert shown.sentence(targets[1:3], words=english) == "2 targets met out of 2."


def test_bullets(targets, english, written):
    picture = draw(shown.bullets, targets, words=english)
    assert picture.title == "2 targets met out of 4"
    for text in ("€1.05M for €1.1M", "✗ missed", "✓ met", "not measured", "not judged"):
        assert text in written(picture)
    assert "New customers · Provence-Alpes-Côte d'Azur: 12 for 20, ✗ missed" in picture.alt
