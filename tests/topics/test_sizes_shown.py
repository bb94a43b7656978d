"""Sizes shown: what is not measured is not drawn, and a move has its direction."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.show.svg import draw
from portfolio.show.words import NOTHING
from portfolio.topics.sizes import shown


@pytest.fixture
def sizes():
    """Two semesters: large customers earn 30 % then 28 %, small ones 44 % then 46 %."""
    rows = [
        (period, size, 150 + 10 * n, base * 1000.0 * (1 + 0.1 * n), base / 990, 1000.0, rate + step * n, limit)
        for n, period in enumerate(("2025-H2", "2026-H1"))
        for size, base, rate, step, limit in (
            ("large", 610, 0.30, -0.02, 2100.0), ("medium", 260, 0.36, 0, 820.0), ("small", 120, 0.44, 0.02, np.nan)
        )
    ]  # fmt: skip
    columns = ["period", "size", "customers", "revenue", "share", "margin", "margin_rate", "limit"]
    return pd.DataFrame(rows, columns=columns)


def test_title_and_figures(sizes, english, written):
    picture = draw(shown.sizes_chart, sizes, words=english)
    assert picture.title == "Margin rate: 28% for large customers, 46% for small ones"
    assert "Large: H2\u00a02025: revenue €610K, margin rate 30% and H1\u00a02026: revenue €671K" in picture.alt
    for figure in ("€610K", "€671K", "28%", "46%"):
        assert figure in written(picture)


def test_sentence(sizes, english):
    assert shown.sentence(sizes, words=english) == (
        "160 large customers bring 62% of revenue; their margin rate is 28.0%, that of small customers 46.0%."
    )


def test_a_column_never_measured_goes_and_a_note_says_so(sizes, words, written):
    frame = sizes.assign(margin=np.nan, margin_rate=np.nan)
    table = shown.sizes_table(frame, words=words)
    heads = [column.head for column in table.columns]
    assert words.label("margin_rate") not in heads
    assert words.label("margin_rate").lower() in table.notes[0].lower()
    picture = draw(shown.sizes_chart, frame, words=words)
    assert words.label("margin_rate") not in written(picture)
    assert picture.title.startswith(("Large customers bring 62%", "Les grands clients"))


def test_sizes_stand_together_over_the_periods(sizes, english):
    table = shown.sizes_table(sizes, words=english)
    assert [(row[0].text, row[1].text) for row in table.rows[:2]] == [
        ("Large", "H2\u00a02025"), ("Large", "H1\u00a02026")
    ]  # fmt: skip


@pytest.fixture
def migration():
    names = ("large", "medium", "small", "absent")
    counts = [[112, 31, 8, 11], [28, 140, 51, 30], [6, 47, 175, 162], [10, 32, 138, None]]
    rows = [
        (before, now, counts[i][j])
        for i, before in enumerate(names)
        for j, now in enumerate(names)
        if counts[i][j] is not None
    ]
    frame = pd.DataFrame(rows, columns=["size_before", "size_now", "customers"])
    return frame.assign(revenue_before=1000.0, revenue_now=900.0)


def test_migration_says_which_way(migration, words):
    table = shown.migration_table(migration, words=words)
    assert [cell.arrow for cell in table.rows[1][1:]] == ["▲", "=", "▼", "▼"]
    assert table.rows[3][4].text == NOTHING


def test_moves_between_sizes_are_counted(migration, english, written):
    picture = draw(shown.migration_chart, migration, words=english)
    # Up: 28, 6 and 47. Down: 31, 8 and 51. Who came or went is neither.
    assert picture.title == "81 customers moved up a size, 90 moved down"
    for row in migration.itertuples():
        assert str(row.customers) in written(picture).split()
