"""A chart to a fragment of a page: its colours, its ids, its words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import pandas as pd
import pytest

from portfolio.show import style
from portfolio.show.charts.kit import chart, message
from portfolio.show.svg import Picture, draw


@chart(height=lambda frame: 20 * len(frame), needs=("n",))
def toy(frame, *, ax, words):
    """Draw bars in two colours, a clipped line and a text."""
    ax.set_position((0, 0, 1, 1))
    ax.bar([0, 1], list(frame["n"])[:2], color=[style.colour("good"), style.colour("at_risk")])
    ax.plot([0, 1], [0, 1], color="black")
    ax.text(0, 0, "<b> & $x_1$", weight="bold")
    return message(ax, "Two & bars", words.list(words.number(n) for n in frame["n"]) + ".")


@pytest.fixture
def frame():
    return pd.DataFrame({"n": [3.0, 5.0, 8.0]})


def test_a_picture(frame, english):
    picture = draw(toy, frame, words=english)
    assert (picture.title, picture.alt) == ("Two & bars", "Two & bars. 3, 5 and 8.")
    root = ET.fromstring(picture.svg)
    assert root.attrib["aria-label"] == picture.alt
    assert [float(n) for n in root.attrib["viewBox"].split()] == [0, 0, style.WIDTH, 60]
    assert {"var(--good)", "var(--seg-at-risk)", "var(--ink)"} <= set(re.findall(r"var\(.*?\)", picture.svg))
    assert "#" not in re.sub(r"#p[\w.-]+", "", picture.svg), "ids alone"
    assert "<b> & $x_1$" in "".join(root.itertext()), "text is text"
    assert "font-weight:700" in picture.svg
    assert "DejaVu" not in picture.svg, "the page has the font"
    assert "Two" not in "".join(root.itertext()), "the message stands outside the drawing"


def test_a_fragment_has_its_message_above_and_is_escaped(frame, english):
    figure = ET.fromstring(draw(toy, frame, words=english).html)
    assert figure.find("figcaption").text == "Two & bars"
    assert figure.find("svg") is not None or figure.find("{http://www.w3.org/2000/svg}svg") is not None


def test_a_mark_sets_the_ids_of_equal_pictures_apart(frame, english):
    one, other = (re.findall(r'\bid="(.*?)"', draw(toy, frame, words=english, mark=mark).svg) for mark in "ab")
    assert one
    assert not set(one) & set(other)


def test_nothing_to_draw_is_said(frame, words):
    for given in (frame.iloc[:0], frame.assign(n=float("nan")), None):
        picture = draw(toy, given, words=words)
        assert picture == Picture("", words.say("No figures for {period}.", period=words.now), "")
        assert picture.html == f'<p class="nothing">{picture.alt}</p>'


def test_settings_and_figures_are_left_as_they_were(frame, english):
    settings = dict(mpl.rcParams)
    draw(toy, frame, words=english)
    assert dict(mpl.rcParams) == settings
