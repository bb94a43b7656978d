"""Tables as plain data, and the fragment that a template writes of them."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from markupsafe import Markup

from portfolio.show.changes import Change
from portfolio.show.table import Cell, Column, Group, build, cell, head, money_digits
from portfolio.show.words import NOTHING


@pytest.fixture
def frame():
    return pd.DataFrame({"who": ["<b>", "b"], "n": [1200.0, np.nan], "never": np.nan, "prose": ["one.", "two."]})


@pytest.fixture
def makers(english):
    return [
        (Column("Who"), lambda row: row.who, "Total"),
        (Column("Figure"), lambda row: english.number(row.n), "1,200"),
        (Column("Never"), lambda row: english.number(row.never), ""),
        (Column("What to do", False, True), lambda row: row.prose, ""),
    ]


@pytest.fixture
def table(frame, makers, english):
    return build("Some rows", frame.itertuples(), makers, english, notes=["A note."], total=True)


def test_rows_and_total(table):
    assert [[each.text for each in row] for row in table.rows] == [["<b>", "1,200", "one."], ["b", NOTHING, "two."]]
    assert [each.text for each in table.total] == ["Total", "1,200", ""]


def test_a_column_never_measured_goes_and_a_note_says_so(table, frame, makers, english):
    assert [column.head for column in table.columns] == ["Who", "Figure", "What to do"]
    assert table.notes == ("A note.", "No figures for: Never.")
    makers[2] = (Column("Never", optional=True), *makers[2][1:])
    assert build("Some rows", frame.itertuples(), makers, english).notes == ()


def test_no_row_is_an_empty_table(makers, english):
    table = build("Some rows", [], makers, english, total=True)
    assert (table.rows, table.total, table.notes) == ((), (), ())


def test_fragment(table):
    root = ET.fromstring(table.html)
    assert root.find(".//caption").text == "Some rows"
    assert [each.attrib["scope"] for each in root.findall(".//thead/tr/th")] == ["col"] * 3
    first, second = root.findall(".//tbody/tr")
    assert (first[0].tag, first[0].attrib["scope"], first[0].text) == ("th", "row", "<b>")
    assert [each.attrib["class"] for each in second[1:]] == ["figure", "prose"]
    assert root.find(".//tfoot/tr/th").text == "Total"
    assert [note.text for note in root.findall("p")] == ["A note.", "No figures for: Never."]
    assert "dense" not in table.html


def test_many_columns_are_set_smaller(frame, makers, english):
    assert build("Wide", frame.itertuples(), [*makers[:2]] * 6, english).dense


def test_groups_have_a_head_and_what_few_read_is_folded(table):
    grouped = replace(table, groups=(Group("First", 1), Group("Second", 1)), more=replace(table, caption="The others"))
    root = ET.fromstring(grouped.html)
    bodies = root.findall("div/table/tbody")
    assert [body[0][0].text for body in bodies] == ["First", "Second"]
    assert {body[0][0].attrib["scope"] for body in bodies} == {"rowgroup"}
    assert [body[1][0].text for body in bodies] == ["<b>", "b"]
    assert root.find("details/summary").text == "The others"
    assert "The others" in grouped.text


def test_a_cell_of_anything():
    assert cell(None) == cell(np.nan) == cell(Markup()) == Cell(NOTHING)
    assert cell(3) == Cell("3")
    assert cell(Change("▲", "+1", "good", "better")) == Cell("+1", "▲", "good", "better")
    assert cell(Markup("<svg/>")).svg == "<svg/>"
    assert cell(Cell("x", mark="var(--good)")) == Cell("x", mark="var(--good)")


def test_a_change_is_said_without_colour(english):
    worse = Change("▼", "-2", "bad", "worse")
    makers = [(Column("A"), lambda row: "a", ""), (Column("B"), lambda row: worse, "")]
    table = build("T", ["row"], makers, english)
    span = ET.fromstring(table.html).find(".//td/span")
    assert span.attrib["class"] == "change bad"
    assert "".join(span.itertext()) == "▼ -2 (worse)"
    assert "▼ -2" in table.text


def test_the_head_of_a_segment_has_its_colour(words):
    assert head("at_risk", words) == Cell(words.label("at_risk"), mark="var(--seg-at-risk)")


def test_cents_where_figures_are_small():
    assert money_digits([12.5, None, -999.0]) == 2
    assert money_digits([12.5, -1000.0]) == 0
    assert money_digits([]) == 2


def test_plain_lines(table):
    assert table.text.splitlines() == [
        "Some rows", "Who | Figure | What to do", "<b> | 1,200 | one.", "b | – | two.", "Total | 1,200 | "
    ]  # fmt: skip


def test_a_cell_of_10000_characters_is_cut():
    assert cell("N" * 10_000).text == "N" * 299 + "…"
