"""What charts are drawn with: room for labels, scales from zero, shapes that several topics share."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from portfolio.show import style
from portfolio.show.charts.bars import bars, draw_bars
from portfolio.show.charts.bridge import Step, draw_bridge, say_steps
from portfolio.show.charts.flows import draw_flows
from portfolio.show.charts.heat import draw_heat, name_cells
from portfolio.show.charts.kit import (
    WIDEST,
    beyond,
    chart,
    message,
    own_reach,
    reach,
    room,
    scale,
    shorten,
    wide,
    widest,
    wrap,
)
from portfolio.show.charts.multiples import cells, draw_line
from portfolio.show.charts.points import draw_points
from portfolio.show.charts.sparkline import sparkline


@pytest.fixture
def axes():
    """Axes that fill their figure, as those of a report."""
    return Figure(figsize=(6, 4)).add_axes((0, 0, 1, 1))


# ---- kit


def toy(frame, *others, ax, words):
    return message(ax, "A title", "Figures.")


FRAME = pd.DataFrame({"a": [1.0, np.nan], "b": [1.0, 2.0]})


@pytest.mark.parametrize(
    ("how", "given", "shown"),
    [
        ({}, (FRAME,), True),
        ({}, (FRAME.iloc[:0],), False),
        ({}, (None,), False),
        ({"needs": ("a",)}, (FRAME,), True),
        ({"needs": ("a",), "rows": 2}, (FRAME,), False),
        ({"needs": ("a", "b"), "rows": 1}, (FRAME,), True),
        ({"needs": ("c",)}, (FRAME,), False),
        ({"needs": ("a",)}, (FRAME.assign(a=np.nan),), False),
        ({}, (FRAME, FRAME.iloc[:0]), False),
        ({"first_only": True}, (FRAME, FRAME.iloc[:0]), True),
        ({"first_only": True}, (FRAME.iloc[:0], FRAME), False),
        ({"when": lambda frame, name: name == "b"}, (FRAME, "a"), False),
        ({"when": lambda frame, name: name == "b"}, (FRAME, "b"), True),
    ],
)
def test_when_a_chart_shows(how, given, shown, axes, english):
    drawn = chart(height=100, **how)(toy)
    assert drawn.shows(*given) is shown
    assert drawn(*given, ax=axes, words=english) is axes
    assert axes.get_title(loc="left") == ("A title" if shown else "")
    assert axes.get_label() == ("A title. Figures." if shown else "No figures for H1\xa02026.")


def test_the_height_of_a_chart_may_hang_on_its_table():
    assert chart(height=100)(toy).height(FRAME) == 100
    assert chart(height=lambda frame: 10 * len(frame))(toy).height(FRAME) == 20


def test_range_and_scale():
    assert reach([]) == (0, 1)
    assert reach([float("nan"), -2]) == (-2, 0)
    assert reach([3, 5, math.inf, None]) == (0, 5)
    assert scale(0, 100) == [0, 25, 50, 75, 100]
    assert scale(-10, 30) == [-10, 0, 10, 20, 30]
    assert scale(0, 0.7) == pytest.approx([0, 0.2, 0.4, 0.6])


def test_range_of_lines_and_points_shows_the_change_and_does_not_invent_one():
    assert own_reach([50, 100]) == (50, 100)
    # Never narrower than a tenth of the level: from 100 to 101 spans 10.1.
    low, high = own_reach([100, 101, None, math.nan])
    assert high - low == pytest.approx(10.1)
    assert (low + high) / 2 == pytest.approx(100.5)
    assert own_reach([]) == (0, 1)
    assert own_reach([0, 0]) == (-0.5, 0.5)
    low, high = beyond(0, 100)
    assert low < 0 < 100 < high


def test_widths_of_texts():
    assert wide("MM") == pytest.approx(2 * wide("M"))
    assert wide("M", 24) == pytest.approx(2 * wide("M", 12))
    assert wide("M", bold=True) > wide("i")
    assert wide("a\nbb") == wide("bb")
    assert widest([]) == 0
    assert widest(["i", "MMM"]) == wide("MMM")


def test_long_names_are_cut():
    assert shorten("court") == "court"
    cut = shorten("x" * 200)
    assert wide(cut) <= WIDEST
    assert cut.endswith("…")
    assert shorten("un nom", 1) == "…"


def test_names_are_set_on_as_many_lines_as_they_need():
    assert wrap("un deux trois", wide("un deux")) == "un deux\ntrois"
    assert wrap("un", 1) == "un", "no word is broken"
    assert wrap("", 10) == ""


def test_room_is_made_in_a_report_and_not_in_an_analyst_s_axes(axes):
    room(axes, left=43.2, bottom=28.8)  # a tenth of six inches by four
    assert axes.get_position().bounds == pytest.approx((0.1, 0.1, 0.9, 0.9))
    own = Figure().add_subplot()
    before = own.get_position().bounds
    room(own, left=100)
    assert own.get_position().bounds == before


# ---- shapes


def test_bars_start_at_zero_and_are_to_scale(axes, english):
    spoken = bars(
        axes, english, labels=["a", "b", "c"], values=[10, np.nan, 30], figures=["10", "–", "30"],
        colours=[style.colour("good")] * 3, before=[20, 5, np.nan],
    )  # fmt: skip
    assert spoken == "a: 10, b: – and c: 30."
    found = sorted((bar for bar in axes.patches if bar.get_width() > 0), key=lambda bar: bar.get_y())
    assert [(bar.get_x(), bar.get_width()) for bar in found] == [(0, 10), (0, 30)]
    assert axes.get_xlim()[0] == 0
    assert axes.get_xlim()[1] >= 30
    assert "▎ H2\xa02025" in [text.get_text() for text in axes.texts], "the tick is explained"


def test_bars_of_money_lost_reach_below_zero(axes, english):
    bars(axes, english, labels=["a", "b"], values=[-10, 5], figures=["-10", "5"], colours=["#000000"] * 2)
    low, high = axes.get_xlim()
    assert low <= -10
    assert high >= 5


def test_a_bridge_is_drawn_from_step_to_step(axes, english):
    given = [
        Step("before", "Then", 0, 100, "100"), Step("lapsed", "Gone", 100, 60, "-40"), Step("now", "Now", 0, 60, "60")
    ]  # fmt: skip
    draw_bridge(axes, given)
    found = sorted((bar for bar in axes.patches if bar.get_width()), key=lambda bar: bar.get_y())
    spans = [sorted((bar.get_x(), bar.get_x() + bar.get_width())) for bar in found]
    assert spans == [[0, 100], [60, 100], [0, 60]]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Then", "Gone", "Now"]
    assert say_steps(given, english) == "Then: 100, Gone: -40 and Now: 60."


def test_flows_stack_up_and_down(axes, english):
    told = draw_flows(
        axes, ["2025-H1", "2025-H2"], {"new": [10, 20], "reactivated": [5, np.nan], "lapsed": [-4, -8]},
        lambda value: english.number(value), english,
    )  # fmt: skip
    assert told.startswith("H1\xa02025: New: 10, Reactivated: 5 and Lapsed: -4.")
    first = [bar for bar in axes.patches if bar.get_height() and bar.get_x() < 0 < bar.get_x() + bar.get_width()]
    spans = [sorted((bar.get_y(), bar.get_y() + bar.get_height())) for bar in first]
    assert sorted(spans) == [[-4, 0], [0, 10], [10, 15]]
    assert {"15", "-4", "20", "-8"} <= {text.get_text() for text in axes.texts}, "the sums are written"


@pytest.mark.parametrize("orient", ["v", "h"])
def test_bars_have_their_value_and_their_colour(axes, orient):
    draw_bars(axes, [3, None, -2], [style.colour(name) for name in ("good", "bad", "ink")], width=0.5, orient=orient)
    found = [bar for bar in axes.patches if bar.get_height() and bar.get_width()]
    lengths = [bar.get_height() if orient == "v" else bar.get_width() for bar in found]
    assert [abs(length) for length in lengths] == [3, 2]
    assert {to_hex(bar.get_facecolor()) for bar in found} == {style.colour("good"), style.colour("ink")}


def test_points_stand_over_their_interval(axes):
    draw_points(axes, [1, None, 3], [0.5, 0, np.nan], [1.5, 9, 4], colours=[style.colour("accent")] * 3, shift=0.1)
    points = [each.get_offsets().tolist() for each in axes.collections if not hasattr(each, "get_segments")]
    assert points == [[[1, 0.1], [3, 2.1]]]
    intervals = [each.get_segments() for each in axes.collections if hasattr(each, "get_segments")]
    assert [segment.tolist() for each in intervals for segment in each] == [[[0.5, 0.1], [1.5, 0.1]]]


def test_a_heat_map_has_its_figures_and_colours_of_the_ramp(axes):
    values = pd.DataFrame([[0, 10], [np.nan, 5]])
    draw_heat(axes, values, values.map(lambda n: "" if np.isnan(n) else f"{n:.0f}"), 10)
    name_cells(axes, ["a", "b"], ["c", "d"])
    assert [text.get_text() for text in axes.texts] == ["0", "10", "5"], "what is missing has no figure"
    colours = [to_hex(colour) for colour in axes.collections[0].get_facecolors()]
    assert (colours[0], colours[1]) == (style.ramp()[0], style.ramp()[-1])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]


def test_small_multiples_divide_the_axes(axes):
    found = cells(axes, 2, 3, top=10, between=(6, 4), sharey="row")
    assert found.shape == (2, 3)
    places = [[cell.get_position() for cell in row] for row in found]
    assert places[0][0].y0 > places[1][0].y1
    assert places[0][0].x1 < places[0][1].x0
    found[0, 0].plot([0, 9])
    assert found[0, 1].get_ylim() == found[0, 0].get_ylim() != found[1, 0].get_ylim()


def test_a_line_has_a_gap_where_there_is_no_figure(axes):
    draw_line(axes, pd.Series([1.0, 2.0, np.nan, 4.0]), style.colour("accent"))
    runs = [list(zip(*line.get_data(), strict=True)) for line in axes.lines if len(line.get_xdata())]
    assert runs == [[(0, 1), (1, 2)], [(3, 4)]]
    assert axes.get_xlim() == (0, 3)


def test_sparkline(french):
    line = sparkline([1.0, None, 3.0], ["2024-H1", "2024-H2", "2025-H1"], "count", words=french)
    root = ET.fromstring(line)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "De 1 au S1\xa02024 à 3 au S1\xa02025"
    # From the lowest at the bottom left to the highest at the top right; what is unknown is passed over.
    assert root.find("polyline").attrib["points"].split() == ["3.0,21.0", "93.0,3.0"]
    assert sparkline([1.0, None], ["2024-H1", "2024-H2"], "count", words=french) == ""
    flat = ET.fromstring(sparkline([2.0, 2.0], ["2024-H1", "2024-H2"], "count", words=french))
    assert {point.split(",")[1] for point in flat.find("polyline").attrib["points"].split()} == {"12.0"}
