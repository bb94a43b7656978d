"""Charts: the figures of their tables in the drawing and in the alternative text, whatever the table holds."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from portfolio.show import charts, figure, style
from portfolio.show.charts.kit import reach, shorten, steps, wide
from portfolio.show.words import Words

# Every chart with the tables it takes.
CHARTS = {
    "movement_bridge": ("movement",),
    "revenue_bridge": ("revenue_bridge",),
    "months": ("months",),
    "lifecycle": ("lifecycle",),
    "pareto_curve": ("pareto_curve", "concentration"),
    "rfm_grid": ("rfm_grid",),
    "rfm_segments": ("rfm_segments",),
    "sizes": ("sizes_over",),
    "size_migration": ("migration",),
    "by_attribute": ("regions",),
    "lifetime": ("lifetime_by",),
    "targets": ("targets",),
    "history": ("history",),
    "movements": ("movements",),
    "revenue_bridges": ("revenue_bridges",),
    "rfm_migration": ("rfm_migration",),
}
OPTIONS = {"by_attribute": {"attribute": "region"}, "lifetime": {"attribute": "size"}}


def draw(name, tables, words):
    return figure.draw(getattr(charts, name), *tables, words=words, **OPTIONS.get(name, {}))


def parsed(picture) -> ET.Element:
    return ET.fromstring(picture.svg)


def written(picture) -> str:
    return " ".join(element.text or "" for element in parsed(picture).iter("text"))


@pytest.fixture(params=CHARTS)
def name(request):
    return request.param


@pytest.fixture
def french():
    return Words("fr", "EUR", period="2026-H1", previous="2025-H2")


@pytest.fixture
def tables(name, frames):
    return [frames[frame]() for frame in CHARTS[name]]


def test_all_charts_are_tested():
    assert set(CHARTS) | {"sparkline", "predicted"} == set(charts.__all__)


def test_fragment(name, tables, words):
    picture = draw(name, tables, words)
    root = parsed(picture)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == picture.alt
    assert "viewBox" in root.attrib
    assert "width" not in root.attrib
    assert picture.alt.startswith(picture.title)
    assert re.search(r"\d", picture.title)
    assert len(re.findall(r"\d+", picture.alt)) >= 3
    for forbidden in ("<?xml", "<!DOCTYPE", "<metadata", "<style", "<script", "dc:", "http"):
        assert forbidden not in picture.svg.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_colours_are_variables(name, tables, french):
    svg = draw(name, tables, french).svg
    assert not re.findall(r"#[0-9a-fA-F]{6}\b", svg)
    declared = {f"var(--{key})" for key in style.COLOURS}
    assert set(re.findall(r"var\([^)]*\)", svg)) <= declared


def test_nothing_is_mutated(name, tables, french):
    before = [table.copy(deep=True) for table in tables]
    draw(name, tables, french)
    for table, kept in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, kept)


def test_the_same_twice(name, tables, french):
    assert draw(name, tables, french).svg == draw(name, tables, french).svg


def test_empty(name, tables, french):
    picture = draw(name, [table.iloc[:0] for table in tables], french)
    assert picture.svg == ""
    assert 'class="nothing"' in picture.html
    assert draw(name, [None] * len(tables), french).svg == ""


def test_no_figure(name, tables, french):
    """A table of unknowns is as good as none, or draws what it knows; it never fails."""
    blank = [table.copy() for table in tables]
    for table in blank:
        for column in table.select_dtypes("number").columns:
            table[column] = np.nan
    draw(name, blank, french)


def test_one_row(name, tables, french):
    draw(name, [table.head(1) for table in tables], french)


def test_holes(name, tables, french):
    """Each column of figures lacks one, each in another row."""
    holed = tables[0].copy()
    for place, column in enumerate(holed.select_dtypes("number").columns.difference(["r", "f"])):
        holed[column] = holed[column].astype("float64")
        holed.loc[holed.index[place % len(holed)], column] = np.nan
    draw(name, [holed, *tables[1:]], french)


def test_negative(name, tables, french):
    turned = tables[0].copy()
    for column in turned.select_dtypes("number").columns.difference(["r", "f"]):
        turned[column] = -turned[column].astype("float64")
    draw(name, [turned, *tables[1:]], french)


def test_an_axes_of_ones_own(name, tables, french):
    """A chart draws in the axes of an analyst's figure and returns it."""
    axes = Figure().add_subplot()
    settings = dict(mpl.rcParams)
    assert getattr(charts, name)(*tables, ax=axes, words=french, **OPTIONS.get(name, {})) is axes
    assert axes.get_title(loc="left")
    assert dict(mpl.rcParams) == settings


def test_trouble_in_names(frames, trouble, french):
    picture = draw("by_attribute", [frames["regions"](trouble)], french)
    text = written(picture)
    assert "<script>alert(1)</script>" in text
    assert "<script" not in picture.html
    assert "$a_b^2$ & co" in text, "no mathtext"
    assert "שלום עולם" in text
    assert "شركة" in text
    assert "x" * 90 not in text
    assert "…" in text
    assert draw("lifetime", [frames["regions"](trouble).assign(value=10.0)], french).svg


def test_thirty_regions(frames, french):
    picture = draw("by_attribute", [frames["regions"]([f"Région {n}" for n in range(30)])], french)
    assert all(f"Région {n}" in written(picture) for n in range(30))


def test_figures_of_the_bridge(frames, french):
    picture = draw("movement_bridge", [frames["movement"]()], french)
    assert picture.title == "788 clients actifs, 23 de moins qu’en S2\u00a02025"
    for part in ("811", "-203", "+118", "+62", "788"):
        assert part in written(picture)
        assert part in picture.alt


def test_bars_start_at_zero_and_are_to_scale(frames, french):
    axes = Figure(figsize=(6, 4)).add_axes((0, 0, 1, 1))
    charts.lifecycle(frames["lifecycle"](), ax=axes, words=french)
    assert [round(bar.get_width()) for bar in axes.patches] == list(frames["lifecycle"]()["customers"])
    assert all(bar.get_x() == 0 for bar in axes.patches)
    assert axes.get_xlim()[0] == 0


def test_steps_of_the_revenue_bridge_join(frames, french):
    axes = Figure(figsize=(6, 4)).add_axes((0, 0, 1, 1))
    bridge = frames["revenue_bridge"]()
    charts.revenue_bridge(bridge, ax=axes, words=french)
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    starts = [bar.get_x() for bar in axes.patches]
    assert starts[2:6] == pytest.approx(ends[1:5])
    assert ends[-1] == pytest.approx(bridge["revenue"].iloc[-1]) == pytest.approx(ends[-2])


def test_every_cell_of_the_grid_has_its_count(frames, french):
    grid = frames["rfm_grid"]()
    text = written(draw("rfm_grid", [grid], french)).split()
    for count in grid["customers"]:
        assert str(count) in text


def test_same_segment_same_colour(frames, french):
    for name, frame in (("rfm_segments", "rfm_segments"), ("rfm_grid", "rfm_grid"), ("lifecycle", "lifecycle")):
        assert "var(--seg-at-risk)" in draw(name, [frames[frame]()], french).svg


def test_ids_differ_from_picture_to_picture(frames, french):
    first, second = (
        figure.draw(charts.pareto_curve, frames["pareto_curve"](), frames["concentration"](), words=french, mark=mark)
        for mark in "ab"
    )
    ids = [set(re.findall(r'id="([^"]+)"', each.svg)) for each in (first, second)]
    assert not ids[0] & ids[1]
    used = set(re.findall(r"#([\w.-]+)", first.svg))
    assert used <= ids[0]


def test_sparkline(french):
    line = charts.sparkline([1.0, None, 3.0], ["2024-H1", "2024-H2", "2025-H1"], "count", words=french)
    assert ET.fromstring(line).attrib["role"] == "img"
    assert french.period("2025-H1") in line
    assert "3" in line
    assert charts.sparkline([1.0, None], ["2024-H1", "2024-H2"], "count", words=french) == ""
    assert charts.sparkline([2.0, 2.0], ["2024-H1", "2024-H2"], "count", words=french)


def test_helpers():
    assert reach([]) == (0, 1)
    assert reach([float("nan"), -2]) == (-2, 0)
    assert steps(0, 100) == [0, 25, 50, 75, 100]
    assert steps(0, 0) == [0]
    assert wide("MM") == pytest.approx(2 * wide("M"))
    assert wide("a\nbb") == wide("bb")
    assert shorten("court") == "court"
    assert wide(shorten("x" * 200)) <= 180
