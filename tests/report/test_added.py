"""What an analyst adds is on the page, made safe; what a page cannot hold is said in its place and named in the run."""

import base64
import io
import re
from types import SimpleNamespace

import nbformat
import pytest
from IPython.core.events import EventManager, available_events

from portfolio.report import added, kernel, shell
from portfolio.report.export import export
from tests.report.test_document import ABOUT, code, notebook, text, view

new = nbformat.v4.new_output
PNG = {"image/png": "iVBORw0KGgo=\n"}


def page(*outputs, language="en"):
    made = export(notebook(text("# R"), text("## My own"), code(*outputs)), ABOUT, language)
    assert not shell.check(made.html)
    return made


def html(data, **metadata):
    return page(new("display_data", data=data, metadata=metadata)).html


def test_prints_are_text_and_prints_in_a_row_are_one():
    made = page(
        new("stream", name="stdout", text="one <b>\n"),
        new("stream", name="stdout", text="\x1b[31mtwo\x1b[0m"),
        new("execute_result", data={"text/plain": "42"}),
    )
    assert re.findall(r'<pre class="printed">(.*?)</pre>', made.html, re.S) == ["one &lt;b&gt;\ntwo", "42"]
    assert not made.lost


def test_html_keeps_what_it_says_and_loses_what_it_does():
    found = html(
        {
            "text/html": "<p onclick='x()' style='color:red'>My <b>HTML</b></p><style>p{color:red}</style><h1>Big</h1>"
            "<img src='http://x/y.png' alt='far'><img src='data:image/png;base64,AA' alt='near'>"
            "<a href='javascript:x()'>bad</a><a href='https://example.org'>good</a>"
        }
    )
    for kept in ("My <b>HTML</b>", "Big", 'src="data:image/png;base64,AA" alt="near"', 'href="https://example.org"'):
        assert kept in found, kept
    added = found.partition("My <b>")[2].partition("</section>")[0]
    for lost in ("onclick", "color:red", "<h1", "http://x", "javascript:"):
        assert lost not in added, lost


def test_a_table_of_html_scrolls_as_ours():
    assert '<div class="table-scroll"><table>' in html({"text/html": "<table border=1><tr><td>1</td></tr></table>"})


def test_markdown():
    found = html({"text/markdown": "Some *words*, <i>raw</i>", "text/plain": "<IPython>"})
    assert "Some <em>words</em>, &lt;i&gt;raw&lt;/i&gt;" in found
    assert "IPython" not in found


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text/markdown", "words ![far](http://x/y.png) [bad](javascript:x()) <img src=http://x/y.png onerror=x()>"),
        ("text/html", "words <svg onload='x()'><image href='http://x/y.png'/></svg>"),
        ("text/html", "words <img src='data:text/html,x()' onerror='x()'><a href='data:text/html,x()'>bad</a>"),
        ("text/html", "words <form action='http://x/y'><input onfocus='x()' autofocus></form>"),
        ("text/html", "words <a href='JaVa&#115;cript:x()'>bad</a><base href='http://x/y'>"),
    ],
)
def test_hostile_outputs_do_nothing_and_ask_nothing_of_a_network(kind, given):
    added = html({kind: given}).partition("My own</h2>")[2].partition("</section>")[0]
    assert "words" in added
    assert not re.search(r"<[^>]*(\bon\w+=|http://|javascript:|data:text|<svg|<form|<input|<base)", added, re.I)


def test_an_svg_is_an_image_that_runs_nothing():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><title>A disc</title><script>alert(1)</script></svg>'
    found = html({"image/svg+xml": drawing, "text/plain": "<SVG>"})
    encoded, alt = re.search(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', found).groups()
    assert (base64.b64decode(encoded).decode(), alt) == (drawing, "A disc")


def test_a_picture_has_the_text_it_was_given_or_that_of_its_place():
    assert 'alt="Five &#34;bars&#34;"' in html(PNG, **{"image/png": {"alt": 'Five "bars"'}}).replace("&quot;", "&#34;")
    assert 'alt="Picture of “My own”"' in html(PNG)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"text/html": "<script>alert(1)</script><div id=x></div>"}, "text/html"),
        ({"application/vnd.plotly.v1+json": {}, "text/html": "<div></div><script></script>"}, "plotly"),
        ({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Slider()"}, "widget-view"),
        ({"application/javascript": "alert(1)"}, "javascript"),
    ],
)
def test_what_lives_off_a_script_is_said_in_its_place_and_named(data, kind):
    made = page(new("display_data", data=data))
    assert re.search(rf'class="nothing">An output of [^<]*{kind}[^<]* needs a script', made.html)
    assert len(made.lost) == 1
    assert made.lost[0].startswith("“My own”: An output of")
    assert "alert" not in made.html


def test_a_scripted_output_that_brings_a_picture_shows_the_picture():
    found = html({"application/vnd.plotly.v1+json": {}, "text/html": "<script></script>", **PNG})
    assert "iVBORw0KGgo=" in found
    assert "lives off" not in found


def test_stderr_is_named_and_not_shown_but_for_what_libraries_say_of_themselves():
    mine = "/tmp/ipykernel_1/2.py:2: UserWarning: careful\n  warn()\n"
    theirs = "/x/site-packages/lib/a.py:7: DeprecationWarning: old\nmore of it\n"
    made = page(new("stream", name="stderr", text=theirs + mine))
    assert made.lost == ("“My own”: written to stderr: /tmp/ipykernel_1/2.py:2: UserWarning: careful",)
    assert "careful" not in made.html
    assert not page(new("stream", name="stderr", text=theirs)).lost


def test_what_is_for_the_runner_or_an_error_is_not_shown():
    made = page(
        new("display_data", data={"application/vnd.portfolio.metrics+json": {"metrics": []}, "text/plain": "dumped"}),
        new("error", ename="KeyError", evalue="raw", traceback=["Traceback"]),
        view(html="<p>the view</p>"),
    )
    assert "the view" in made.html
    for hidden in ("secret_code", "dumped", "Traceback", "KeyError"):
        assert hidden not in made.html


def test_a_frame_that_a_section_has_shown_is_not_shown_again():
    shown = {
        "application/vnd.portfolio.view+json": {"kind": "table", "html": {"en": "<p>the frame</p>"}, "again": True}
    }
    assert "the frame" not in page(new("execute_result", data=shown)).html
    assert "the frame" in page(new("display_data", data=shown)).html, "asked for by display()"


def test_a_page_shows_the_beginning_of_what_is_printed_without_end():
    whole = "x" * added.MOST_PRINTED
    assert "was printed" not in page(new("stream", text=whole)).html
    shown = page(new("stream", text=whole * 3)).html
    assert whole in shown
    assert whole + "x" not in shown
    assert "More was printed: the first 20,000 characters are shown." in shown


def test_a_notebook_keeps_the_beginning_of_what_a_cell_prints():
    events, stream = EventManager(None, available_events), io.StringIO()
    kernel._bound(stream, SimpleNamespace(events=events))
    for _cell in range(2):
        events.trigger("pre_run_cell", None)
        for _line in range(3 * kernel.MOST_PRINTED // 1000):
            print("x" * 999, file=stream)
    assert stream.getvalue().count(kernel.CUT) == 2
    assert len(stream.getvalue()) == 2 * (kernel.MOST_PRINTED + len(kernel.CUT))
