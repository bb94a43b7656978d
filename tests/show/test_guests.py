"""An analyst's own tables and charts: figures in the language, colours of the page, a text a picture."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from portfolio.errors import ReportError
from portfolio.show import guests, style
from portfolio.show.mime import VIEW
from portfolio.show.view import View
from portfolio.show.words import NOTHING


@pytest.fixture
def show(shop):
    return View(shop, "en")


def cells(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_a_frame_is_a_table_in_words(french):
    frame = pd.DataFrame(
        {
            "region": ["Bretagne", None],
            "revenue": [1234567.5, np.nan],
            "rows": [12000, 3],
            "day": pd.to_datetime(["2026-01-02", None]),
            "kept": [True, False],
            "share": [0.125, 0.5],
        }
    )
    table = guests.table(frame, "", french)
    assert [column.head for column in table.columns][:2] == ["Région", "Chiffre d’affaires"]
    assert [column.figures for column in table.columns] == [False, True, True, False, False, True]
    assert cells(table) == [
        ["Bretagne", "1\u202f234\u202f567,50", "12\u202f000", "2 janv. 2026", "oui", "0,125"],
        [NOTHING, NOTHING, "3", NOTHING, "non", "0,500"],
    ]
    assert table.caption == "Tableau de 2 lignes"


def test_an_index_that_says_something_stands_first(english):
    named = pd.DataFrame({"n": [1, 2]}, index=pd.Index(["a", "b"], name="size"))
    assert cells(guests.table(named, "Mine", english)) == [["a", "1"], ["b", "2"]]
    assert guests.table(named, "Mine", english).caption == "Mine"
    pairs = pd.MultiIndex.from_tuples([("a", 2025), ("b", 2026)], names=["size", "year"])
    assert cells(guests.table(pd.DataFrame({"n": [1, 2]}, index=pairs), "", english))[1] == ["b", "2026", "2"]
    columns = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("n", "sum"), ("n", "mean")]))
    assert [column.head for column in guests.table(columns, "", english).columns] == ["N · sum", "N · mean"]


def test_what_is_too_much_for_a_page_is_counted(english):
    table = guests.table(pd.DataFrame(np.ones((150, 33), dtype=int)), "", english)
    assert (len(table.rows), len(table.columns)) == (100, 30)
    assert table.notes == ("50 more rows are not shown.", "3 more columns are not shown.")


def test_names_of_the_data_are_text(english):
    table = guests.table(pd.DataFrame({"<b>": ["<script>alert(1)</script>"]}), "<i>", english)
    for raw in ("<script", "<b>", "<i>"):
        assert raw not in table.html


def test_moments_and_days(english):
    moments = pd.DataFrame({"at": pd.to_datetime(["2026-01-02 10:30"]), "on": [dt.date(2026, 1, 2)]})
    at, on = cells(guests.table(moments, "", english))[0]
    assert "10:30" in at
    assert on == "2 Jan 2026"


def drawing():
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([1, 2], [3, 4], color=style.colour("accent"), label="Ours")
    axes.set(title="My line", xlabel="Month", ylabel="Orders")
    axes.legend()
    return figure


def test_a_figure_is_in_the_colours_of_the_page(show):
    shown = show.guest(drawing(), "Two months", "A line that rises")
    html = shown.html["en"]
    assert "<figcaption>Two months</figcaption>" in html
    svg = ET.fromstring(html).find(".//svg")
    assert svg.attrib["aria-label"] == "A line that rises"
    assert "var(--accent)" in html
    assert "<script" not in html


def test_a_figure_without_a_text_gets_one_from_its_words(show, words):
    figure = drawing()
    axes = [words.say("across: {label}", label="Month"), words.say("upwards: {label}", label="Orders")]
    what = " · ".join(["My line", *axes, "Ours"])
    assert guests.described(figure, words) == words.say("Chart: {what}", what=what)
    figure.axes[0].remove()
    assert guests.described(figure, words) == words.say("Chart without a description")


def test_axes_and_grids_are_figures(show):
    import matplotlib

    matplotlib.use("agg")
    import seaborn as sns

    figure = drawing()
    assert guests.figure_of(figure.axes[0]) is figure
    grid = sns.relplot(pd.DataFrame({"x": [1, 2], "y": [1, 2]}), x="x", y="y")
    assert guests.figure_of(grid) is grid.figure
    assert show.guest(grid).kind == "picture"


def test_very_many_points_are_a_bitmap(show):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().scatter(range(20_000), range(20_000))
    assert '<img src="data:image/png;base64,' in show.guest(figure, alt="Points").html["en"]
    assert 'alt="Points"' in show.guest(figure, alt="Points").html["en"]


def test_show_takes_what_it_is_given_and_gives_it_back(show):
    series = pd.Series([1.5, 2.5], index=["a", "b"], name="revenue")
    assert show(series, title="A series") is series
    bundle = show.guest(series, "A series")._repr_mimebundle_()
    assert "A series" in bundle[VIEW]["html"]["fr"]
    assert "€" not in bundle["text/plain"]


def test_anything_else_is_an_error_that_says_what_can_be_shown(show):
    with pytest.raises(ReportError, match="not list"):
        show([1, 2])
