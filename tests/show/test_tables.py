"""Tables: the cells of their frames, in words, without any change to the frame."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from portfolio.show import tables
from portfolio.show.words import NOTHING

TABLES = {
    "activity": ("activity",),
    "by_attribute": ("regions",),
    "categories": ("categories",),
    "findings_over": ("findings_over",),
    "history": ("history", "metrics"),
    "lifecycle": ("lifecycle",),
    "lifetime": ("lifetime",),
    "lifetime_by": ("lifetime_by",),
    "migration": ("migration",),
    "movement": ("movement",),
    "movements": ("movements",),
    "nps": ("nps", "nps"),
    "restated": ("restated",),
    "revenue_bridge": ("revenue_bridge",),
    "revenue_bridges": ("revenue_bridges",),
    "rfm_cutoffs": ("cutoffs",),
    "rfm_migration": ("rfm_migration",),
    "rfm_scores": ("scores",),
    "rfm_segments": ("rfm_segments",),
    "sizes": ("sizes_over",),
    "targets": ("targets",),
}
OPTIONS = {"by_attribute": {"attribute": "region"}, "lifetime_by": {"attribute": "size"}}


def make(name, given, words):
    return getattr(tables, name)(*given, words=words, **OPTIONS.get(name, {}))


@pytest.fixture(params=TABLES)
def name(request):
    return request.param


@pytest.fixture
def given(name, frames):
    return [frames[frame]() for frame in TABLES[name]]


def test_all_tables_are_tested():
    assert set(TABLES) | {"ledger", "action_list", "predicted", "Table", "Column", "Cell"} == set(tables.__all__)


def test_fragment(name, given, words):
    table = make(name, given, words)
    root = ET.fromstring(table.html)
    region = root.find("div")
    assert region.attrib["tabindex"] == "0"
    assert region.attrib["role"] == "region"
    assert region.attrib["aria-label"] == root.find(".//caption").text == table.caption
    assert all(head.attrib["scope"] == "col" for head in root.findall(".//thead/tr/th"))
    rows = [row for row in root.findall("div/table/tbody/tr") if row[0].attrib["scope"] == "row"]
    assert len(rows) == len(table.rows) > 0
    for row in rows:
        assert row[0].attrib["scope"] == "row"
        assert len(row) == len(table.columns)


def test_nothing_is_mutated(name, given, words):
    before = [frame.copy(deep=True) for frame in given]
    make(name, given, words)
    for frame, kept in zip(given, before, strict=True):
        pd.testing.assert_frame_equal(frame, kept)


def test_no_name_of_the_data_is_left(name, given, words):
    """No raw column name, no NaN, no text of pandas."""
    text = make(name, given, words).text
    assert not re.search(r"\bnan\b|\bNaT\b|_|<NA>|dtype", text), text


def test_holes(name, given, words):
    for column in given[0].select_dtypes("number").columns:
        given[0][column] = given[0][column].astype("float64").where(given[0].index != given[0].index[0], np.nan)
    assert not re.search(r"\bnan\b", make(name, given, words).text)


def test_empty(name, given, words):
    assert make(name, [frame.iloc[:0] for frame in given], words).rows == ()


def texts(table, row: int) -> list[str]:
    return [cell.text for cell in table.rows[row]]


def test_lifecycle_by_hand(frames, words):
    table = tables.lifecycle(frames["lifecycle"](), words=words)
    risk = table.rows[4]
    assert risk[0].text == words.label("at_risk")
    assert risk[1].text == "97"
    assert risk[2].text == words.percent(97 / 1891)
    # 80 before, 97 now: 21.2 % more, and more customers at risk is worse.
    assert (risk[3].text, risk[3].arrow, risk[3].tone) == (words.percent(0.2125, signed=True), "▲", "bad")
    assert risk[3].spoken == words.say("worse")
    assert risk[4].text == words.money(143020, digits=0)
    assert table.total[1].text == words.number(1891)


def test_a_column_never_measured_goes_and_a_note_says_so(frames, words):
    frame = frames["sizes"]().assign(margin=np.nan, margin_rate=np.nan)
    table = tables.sizes(frame, words=words)
    heads = [column.head for column in table.columns]
    assert words.label("margin_rate") not in heads
    assert words.label("margin_rate") in table.notes[0]


def test_first_period_has_no_change(frames, words):
    frame = frames["rfm_segments"]().assign(previous_customers=np.nan)
    heads = [column.head for column in tables.rfm_segments(frame, words=words).columns]
    assert words.say("Change on {period}", period=words.before) not in heads


def test_targets_are_met_or_missed_in_words(frames, words):
    table = tables.targets(frames["targets"](), words=words)
    results = [row[-1] for row in table.rows]
    assert [cell.arrow for cell in results] == ["✗", "✓", "✓", "", "✗"]
    assert results[0].text == words.say("missed")
    assert results[3].text == NOTHING


def test_history_has_change_target_and_trend(frames, words):
    table = tables.history(
        frames["history"](), frames["metrics"](), names=["revenue", "nps", "margin_rate"], words=words
    )
    assert [row[0].text for row in table.rows] == [words.label("revenue"), words.label("margin_rate")]
    revenue = table.rows[0]
    assert revenue[6].text == words.percent(1046341 / 1012340.5 - 1, signed=True)
    assert revenue[7].text == words.money(1.1e6, short=True)
    assert revenue[8].svg.startswith("<svg")
    # A rate changes in points.
    assert table.rows[1][6].text == words.points(0.3834 - 0.3911)


def test_history_leaves_the_counts_of_the_file_out(frames, words):
    frame = frames["history"]()
    frame.loc[len(frame)] = {"name": "rows_read", "unit": "count", "direction": "none"}
    assert len(tables.history(frame, words=words).rows) == len(frame) - 1


def test_history_by_group(frames, words):
    frame = frames["history"]()
    for name in ("rfm_champions", "margin", "no_such_measure"):
        frame.loc[len(frame)] = {"name": name, "unit": "count", "direction": "none", "2026-H1": 3.0}
    frame.loc[frame["name"] == "margin", "2026-H1"] = np.nan
    table = tables.history(frame, words=words)
    assert [group.title for group in table.groups] == [words.say("Activity"), words.say("Movement of customers")]
    assert sum(group.rows for group in table.groups) == len(table.rows)
    assert [row[0].text for row in table.more.rows] == [words.label("rfm_champions"), words.label("no_such_measure")]
    assert table.notes == (words.say("Not measured: {measures}.", measures=words.inline("margin")),)
    assert "<details>" in table.html


def test_every_measure_has_its_group():
    from portfolio.measures.metrics import METRICS
    from portfolio.show.tables.measures import group_of

    assert [name for name in METRICS if not group_of(name) and not name.startswith("rows_")] == []


def test_few_customers_are_marked(frames, words):
    table = tables.by(frames["regions"](), attribute="region", words=words)
    rates = [row[7].text for row in table.rows]
    assert [rate.endswith("*") for rate in rates] == list(frames["regions"]()["few"])
    assert table.notes


def test_ledger(frames, words):
    table = tables.ledger(frames["ledger"](), words=words)
    assert texts(table, 0)[:4] == [words.label("orders"), words.number(30480), words.number(30235), "245"]
    assert "214" in texts(table, 0)[4]
    assert ET.fromstring(table.html) is not None


def test_action_list_shows_trouble_as_text(frames, trouble, words):
    frame = frames["actions"]()["cannot_lose"]
    table = tables.action_list(frame, name="cannot_lose", words=words)
    assert len(table.rows) == 5
    assert table.rows[0][0].text == trouble[0]
    assert "<script" not in table.html
    assert words.date(pd.Timestamp("2025-11-03"), "medium") in table.html


def test_migration_says_which_way(frames, words):
    table = tables.migration(frames["migration"](), words=words)
    assert [cell.arrow for cell in table.rows[1][1:]] == ["▲", "=", "▼", "▼"]
    assert table.rows[3][4].text == NOTHING
