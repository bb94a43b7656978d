"""What a notebook shows, with a section of an invented topic: every language at once, fragments fit for a page."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import IPython.display
import pandas as pd
import pytest
from matplotlib.figure import Figure

from portfolio.errors import ReportError
from portfolio.params import Thresholds
from portfolio.params.periods import parse_period
from portfolio.show import style
from portfolio.show.charts.kit import chart, message
from portfolio.show.mime import ACTIONS, VIEW
from portfolio.show.section import Section
from portfolio.show.table import Column, build
from portfolio.show.view import Fragment, View
from portfolio.show.vocabulary import Vocabulary

TOY = Vocabulary() | Vocabulary(
    labels={"gone": "Lost", "seen": "New"},
    meanings={"gone": "Last order more than {lost} ago.", "seen": "First order in the period."},
)


def measure(book, times=1):
    return pd.DataFrame({"who": ["<b>", "b"], "n": [3.0 * times, 5.0 * times]})


@chart(height=100, needs=("n",))
def picture(frame, *given, ax, words):
    """Draw two bars, clipped, so that the picture has ids."""
    ax.bar([0, 1], list(frame["n"]))
    ax.plot([0, 1], [0, 9])
    ax.grid()
    return message(ax, words.label("customers"), words.list(words.number(n) for n in frame["n"]) + ".")


def table(frame, *given, words):
    makers = [
        (Column(words.label("name")), lambda row: row.who, ""),
        (Column(words.label("orders")), lambda row: words.number(row.n), ""),
    ]
    return build(words.label("customers"), frame.itertuples(), makers, words)


def sentence(frame, *given, words):
    return words.plural("{n} customer", "{n} customers", frame["n"].sum()) + "."


def fragment(frame, *given, words):
    return Fragment("actions", f"<p>{words.label('customers')}</p>", data={ACTIONS: {"rows": len(frame)}})


toy = Section("toy", measure, picture, table, sentence, fragment, define=["gone", "seen", "no such name"])


def make_book(languages=("en", "fr"), period="2026-H1", **thresholds):
    """A stand-in with what a View takes of a Book."""
    return SimpleNamespace(
        portfolio=SimpleNamespace(languages=languages),
        currency="EUR",
        period=parse_period(period),
        thresholds=Thresholds(**thresholds),
        topics=SimpleNamespace(vocabulary=TOY),
    )


def bundles(view, section=toy, *given, **how):
    frames = section.frames(view.books if section.over_books else view.book, *given)
    return [each._repr_mimebundle_() for each in view.shown(section, frames, *given, **how)]


def test_every_language_as_well_formed_fragments():
    kinds = []
    for found in bundles(View(make_book())):
        kinds.append(found[VIEW]["kind"]) if VIEW in found else None
        html = found[VIEW]["html"]
        assert set(html) == {"en", "fr"}
        assert html["en"] != html["fr"]
        for each in html.values():
            ET.fromstring(f"<div>{each}</div>")
            assert "<b>" not in each
        assert found["text/plain"]
        assert html["en"] in found["text/html"]
        json.dumps(found, allow_nan=False)
    assert kinds == ["picture", "table", "text", "actions"]


def test_what_the_page_shows_and_the_console():
    drawn, cells, told, listed = bundles(View(make_book()))
    assert "<svg" in drawn[VIEW]["html"]["fr"]
    assert drawn["text/plain"] == "Customers. 3 and 5."
    assert cells["text/plain"].splitlines() == ["Customers", "Name | Orders", "<b> | 3", "b | 5"]
    assert told["text/plain"] == "8 customers."
    assert "8 clients." in told[VIEW]["html"]["fr"]
    assert listed[ACTIONS] == {"rows": 2}


def test_definitions_stand_under_the_sentence_with_the_thresholds_used():
    told = ET.fromstring(bundles(View(make_book(lost_after_days=200)))[2][VIEW]["html"]["en"])
    terms = [(each.find("dt").text, each.find("dd").text) for each in told.findall(".//dl/div")]
    assert terms == [("Lost", "Last order more than 200 days ago."), ("New", "First order in the period.")]
    bare = Section("bare", measure, sentence)
    assert "<details" not in bundles(View(make_book()), bare)[0][VIEW]["html"]["en"]


def test_language_of_the_notebook():
    told = bundles(View(make_book(), "fr"))[2]
    assert "8 clients." in told["text/html"]
    assert told["text/plain"] == "8 clients."


def test_a_portfolio_of_one_language_has_no_other():
    told = bundles(View(make_book(languages=("fr",)), "en"))[2]
    assert list(told[VIEW]["html"]) == ["fr"]
    assert told["text/plain"] == "8 clients."


def test_showing_displays_each_piece_and_gives_the_table(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython.display, "display", shown.append)
    frame = View(make_book())(toy, 10)
    pd.testing.assert_frame_equal(frame, measure(None, 10))
    assert [each.kind for each in shown] == ["picture", "table", "text", "actions"]
    assert str(shown[2]) == "80 customers."


def test_an_analyst_s_own_chart_stands_in_for_the_section_s():
    @chart(height=50)
    def mine(frame, *given, ax, words):
        return message(ax, "Mine", "All mine.")

    drawn, cells, *_rest = bundles(View(make_book()), toy, chart=mine)
    assert drawn["text/plain"] == "Mine. All mine."
    assert cells["text/plain"].startswith("Customers")


def test_the_same_picture_twice_has_no_id_twice():
    view = View(make_book())
    one, two = (bundles(view)[0][VIEW]["html"]["en"] for _ in range(2))
    ids = [each.attrib["id"] for each in ET.fromstring(f"<p>{one}{two}</p>").iter() if "id" in each.attrib]
    assert ids
    assert len(ids) == len(set(ids))


def test_what_is_not_measured_leaves_no_gap():
    nothing = Section("nothing", lambda book: measure(book).iloc[:0], picture, table)
    for found in bundles(View(make_book()), nothing):
        assert set(found[VIEW]["html"].values()) == {""}
        assert found[VIEW]["kind"] == "absent"
        assert found["text/plain"] == "No figures for H1\xa02026."


def test_a_section_over_several_books_takes_them_all():
    counted = Section("counted", lambda books: measure(None, len(books)), sentence, over_books=True)
    books = [make_book(period="2025-H2"), make_book(period="2026-H1")]
    view = View(books)
    assert bundles(view, counted)[0]["text/plain"] == "16 customers."
    assert view.book is books[-1]
    assert bundles(View(books[1]), counted)[0]["text/plain"] == "8 customers.", "one book is a list of one"


def test_a_section_called_gives_its_table_the_first_where_there_are_several():
    assert toy(None)["n"].to_list() == [3, 5]
    pair = Section("pair", lambda book: (measure(book, 2), measure(book)), sentence)
    assert pair(None)["n"].to_list() == [6, 10]
    assert len(pair.frames(None)) == 2


# ---- what an analyst made


def guest(*given, **how):
    return View(make_book()).guest(*given, **how)._repr_mimebundle_()


def test_a_table_of_an_analyst_is_written_as_those_of_a_section():
    frame = pd.DataFrame({"customers": [1234, 5], "share": [0.25, None], "note": ["<b>", None]})
    found = guest(frame, title="Mine")
    assert found[VIEW]["kind"] == "table"
    root = ET.fromstring(found[VIEW]["html"]["fr"])
    assert root.find(".//caption").text == "Mine"
    assert root.find(".//thead/tr/th").text == "Clients"
    assert found["text/plain"].splitlines()[2:] == ["1,234 | 0.250 | <b>", "5 | – | –"]
    assert guest(frame["customers"])[VIEW]["kind"] == "table"


def test_a_table_too_long_for_a_page_is_cut_and_says_so():
    found = guest(pd.DataFrame({"n": range(130)}))
    assert "30 more rows are not shown." in found[VIEW]["html"]["en"]
    assert found["text/plain"].startswith("Table of 130 rows")


def test_a_figure_of_an_analyst_has_colours_of_the_page_and_an_alternative_text():
    figure = Figure()
    axes = figure.subplots()
    axes.bar([0, 1], [1, 2], color=style.colour("good"))
    axes.set(title="Sales", xlabel="month")
    for given in (figure, axes):
        found = guest(given)
        html = found[VIEW]["html"]["en"]
        assert found[VIEW]["kind"] == "picture"
        assert "var(--good)" in html
        assert 'aria-label="Chart: Sales · across: month"' in html
    told = guest(figure, title="Mine", alt="Two bars")
    assert ">Mine</figcaption>" in told[VIEW]["html"]["fr"]
    assert 'aria-label="Two bars"' in told[VIEW]["html"]["fr"]
    assert told["text/plain"] == "Two bars"


def test_anything_else_is_refused_with_what_is_allowed():
    with pytest.raises(ReportError) as error:
        View(make_book())("text")
    assert "a DataFrame" in str(error.value)
    assert "str" in str(error.value)


def test_a_section_is_frozen():
    with pytest.raises(AttributeError):
        toy.name = "other"
