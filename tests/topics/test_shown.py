"""The contract of what sections show: whatever the book, pictures, tables and sentences that hold together.

Every section of every topic and of the review, over the books of ``conftest.py``; then over tables that lack figures.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from portfolio.show import style, svg
from portfolio.show.svg import Picture
from portfolio.show.table import Table
from portfolio.show.view import Fragment

LANGUAGES = ("en", "fr")
UNKNOWN = re.compile(r"\b(nan|NaN|NaT|None|inf)\b|<NA>|&lt;NA&gt;")
NOT_IN_A_PAGE = ("<?xml", "<!DOCTYPE", "<metadata", "<style", "<script", "dc:", "http")
VARIABLES = {f"var(--{name})" for name in style.COLOURS}


def check(piece: Picture | Table | Fragment | str) -> None:
    """Hold a piece to what every piece is."""
    kinds = {Picture: check_picture, Table: check_table, Fragment: check_fragment, str: check_sentence}
    kinds[type(piece)](piece)


def check_picture(picture: Picture) -> None:
    """A picture says its message and its figures, with colours of the page; or there is none, and that is said."""
    if not picture.svg:
        assert picture.title == ""
        assert 'class="nothing"' in picture.html
        return
    assert picture.title
    assert picture.alt.startswith(picture.title)
    assert re.search(r"\d", picture.alt.removeprefix(picture.title))
    assert not UNKNOWN.search(picture.alt)
    assert not UNKNOWN.search(picture.svg)
    root = ET.fromstring(picture.svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == picture.alt
    assert "viewBox" in root.attrib
    assert not {"width", "height"} & set(root.attrib)
    svg = picture.svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not [forbidden for forbidden in NOT_IN_A_PAGE if forbidden in svg]
    assert not re.findall(r"#[0-9a-fA-F]{6}\b|rgba?\(", svg)
    assert set(re.findall(r"var\([^)]*\)", svg)) <= VARIABLES
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"#([\w.-]+)", svg)) <= set(ids)


def check_table(table: Table) -> None:
    """A table has a caption, scoped heads, and a cell a column in each row."""
    root = ET.fromstring(table.html)
    region = root.find("div")
    assert region.attrib["role"] == "region"
    assert region.attrib["tabindex"] == "0"
    assert region.attrib["aria-label"] == root.find(".//caption").text == table.caption != ""
    heads = root.findall("div/table/thead/tr/th")
    assert [head.attrib["scope"] for head in heads] == ["col"] * len(table.columns)
    rows = [row for row in root.findall("div/table/tbody/tr") if row[0].attrib["scope"] == "row"]
    assert len(rows) == len(table.rows)
    assert {len(row) for row in [*rows, *root.findall("div/table/tfoot/tr")]} <= {len(table.columns)}
    assert not UNKNOWN.search(table.html)
    assert "_" not in table.text
    if table.more:
        check_table(table.more)


def check_fragment(fragment: Fragment) -> None:
    """A fragment is well-formed, of a kind, without anything active."""
    assert fragment.kind
    assert not UNKNOWN.search(fragment.html)
    assert "<script" not in fragment.html
    assert len(ET.fromstring(f"<div>{fragment.html}</div>")) == 1


def check_sentence(sentence: str) -> None:
    """A sentence ends, and no place in it is left open; it may be that there is nothing to say."""
    assert sentence == "" or sentence.endswith(".")
    assert not UNKNOWN.search(sentence)
    assert not re.search(r"[{}]", sentence)


def test_every_piece_holds_together(walk, book_and_section):
    for language in LANGUAGES:
        for piece in walk.made(*book_and_section, language):
            check(piece)


# Pieces that speak where a forecast missed or was met, which is not so of the full book; tests of the topic show them.
AT_TIMES = {"prediction.caution": "caution", "prediction.capital_by": "by_sentence"}


def test_every_piece_shows_something_of_a_full_book(walk, section):
    made = zip(walk.pieces(section), walk.made("whole", section, "en"), strict=True)
    silent = {piece.__name__ for piece, shown in made if not speaks(shown)}
    assert silent == {AT_TIMES[section]} if section in AT_TIMES else not silent


def speaks(piece: Picture | Table | Fragment | str) -> bool:
    return bool(piece.svg if isinstance(piece, Picture) else piece.rows if isinstance(piece, Table) else piece)


def test_each_language_has_its_words(walk, section, texts):
    if section == "prediction.caution":
        return  # a sentence that is not said of the full book
    english, french = (set().union(*map(texts, walk.made("whole", section, each))) for each in LANGUAGES)
    assert english - french
    assert french - english


# ---- pictures


def charts(walk, section):
    """Each chart of a section with what it takes of the whole book."""
    frames = (*walk.frames("whole", section), *walk.given(section))
    pieces = walk.pieces(section)
    return [(piece, frames) for piece in pieces if hasattr(piece, "shows")]


def test_a_picture_is_the_same_twice_and_its_ids_are_its_own(walk, section):
    words = walk.words("whole", "en")
    for (chart, frames), made in zip(
        charts(walk, section),
        [piece for piece in walk.made("whole", section, "en") if isinstance(piece, Picture)],
        strict=True,
    ):
        assert svg.draw(chart, *frames, words=words) == made
        other = svg.draw(chart, *frames, words=words, mark="other")
        ids = [set(re.findall(r'\bid="([^"]+)"', picture.svg)) for picture in (made, other)]
        assert not ids[0] & ids[1]


def test_a_chart_draws_in_an_axes_of_ones_own(walk, section):
    """In an analyst's figure, whose settings it leaves alone."""
    words = walk.words("whole", "fr")
    for chart, frames in charts(walk, section):
        figure, settings = Figure(), dict(mpl.rcParams)
        axes, other = figure.subplots(2)
        place = axes.get_position().bounds
        assert chart(*frames, ax=axes, words=words) is axes
        assert axes.get_title(loc="left")
        assert axes.get_label().startswith(axes.get_title(loc="left"))
        assert axes.get_position().bounds == place
        assert not other.has_data()
        assert dict(mpl.rcParams) == settings


def test_nothing_is_mutated(walk, section):
    kept = walk.frames("whole", section)
    frames = walk.changed("whole", section, pd.DataFrame.copy)
    walk.show(section, frames, walk.words("whole", "en"))
    for frame, before in zip(frames, kept, strict=True):
        assert_equal(frame, before)


def assert_equal(one: Any, other: Any) -> None:
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_equal(one[key], other[key])
    else:
        assert one is other or one == other


# ---- tables that lack figures


def measured(frame: pd.DataFrame) -> list[str]:
    """The columns that may lack a figure. Whole numbers are counts and places, which a measure always knows."""
    return [name for name in frame.columns if pd.api.types.is_float_dtype(frame[name])]


def without_figures(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**dict.fromkeys(measured(frame), np.nan))


def with_holes(frame: pd.DataFrame) -> pd.DataFrame:
    """Each column lacks a figure, each in another row."""
    holed = frame.copy()
    for place, name in enumerate(measured(frame)):
        holed.loc[holed.index[[place % max(len(holed), 1)]] if len(holed) else [], name] = np.nan
    return holed


def negated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{name: -frame[name] for name in measured(frame)})


def no_row(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0]


def first_row(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.head(1)


# A language each: what lacks a figure lacks it in both.
@pytest.mark.parametrize(
    ("change", "language"), [(without_figures, "fr"), (with_holes, "en"), (negated, "fr"), (first_row, "en")]
)
def test_tables_that_lack_figures(walk, section, change, language):
    frames = walk.changed("whole", section, change)
    for piece in walk.show(section, frames, walk.words("whole", language)):
        check(piece)


def test_empty_tables_show_nothing(walk, section):
    frames = walk.changed("whole", section, no_row)
    for language in LANGUAGES:
        for piece in walk.show(section, frames, walk.words("whole", language)):
            check(piece)
            assert not isinstance(piece, Picture) or piece.svg == ""
            assert not isinstance(piece, Table) or piece.rows == ()
