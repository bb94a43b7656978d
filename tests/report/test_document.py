"""From an executed notebook to a page: what readers see, and what never reaches them."""

import datetime as dt
import re
from html import unescape

import nbformat
import pytest

from portfolio.errors import ReportError
from portfolio.report import document, shell
from portfolio.report.export import About, export
from portfolio.show.vocabulary import Vocabulary
from portfolio.show.words import Words

ABOUT = About(
    portfolio="Small & <b>co</b>",
    currency="EUR",
    period="2025-H1",
    scope="region=<i>Bretagne</i>",
    as_of=dt.date(2025, 6, 30),
    languages=("en", "fr"),
    vocabulary=Vocabulary(),
    name="review",
    gallery="../",
    made=dt.datetime(2025, 7, 1, 8, 0, tzinfo=dt.UTC),
    version="0.1.0",
    data="abcdef0123456789",
)


def text(source):
    return nbformat.v4.new_markdown_cell(source)


def view(kind="text", html="<p>shown</p>", **fragments):
    data = {document.VIEW: {"kind": kind, "html": {"en": html, "fr": f"{html}<!-- fr -->", **fragments}}}
    return nbformat.v4.new_output("display_data", data=data)


def code(*outputs, source="secret_code()"):
    return nbformat.v4.new_code_cell(source, outputs=list(outputs))


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def rendered(*cells, language="en"):
    return export(notebook(*cells), ABOUT, language).html


def test_the_title_says_whose_what_when_and_of_whom():
    html = rendered(text("# Review\n\nIntro"), text("## One"))
    (title,) = re.findall(r"<h1>(.*?)</h1>", html, re.S)
    assert "Small &amp; &lt;b&gt;co&lt;/b&gt;" in title
    assert "Review" in title
    assert re.search(r"H1\s2025", title)
    assert "&lt;i&gt;Bretagne&lt;/i&gt;" in title
    assert "<i>Bretagne" not in html
    assert "<b>co" not in html


def test_sections_start_at_second_level_headings_and_close():
    html = rendered(text("# R"), text("## One\n\nA.\n\n## Two\n\n### Two *and a half*"), code(view()), text("## One"))
    assert re.findall(r'<section aria-labelledby="([\w-]+)">\s*<div class="prose">\s*<h2 id="\1">', html) == [
        "one",
        "two",
        "one-2",
    ]
    assert html.count("<section") == html.count("</section>") == 3
    contents = html.partition('<nav class="contents"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="#([\w-]+)">', contents) == ["one", "two", "one-2"]
    assert '<h3 id="two-and-a-half">Two <em>and a half</em></h3>' in html
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_each_language_has_its_fragments():
    assert "<!-- fr -->" not in rendered(code(view()))
    assert "<!-- fr -->" in rendered(code(view()), language="fr")
    assert '<html lang="fr">' in rendered(language="fr")
    assert 'href="review.en.html" hreflang="en"' in rendered(language="fr")


def test_the_foot_stands_in_the_page_s_foot():
    html = rendered(text("## A"), code(view("foot", "<p>the sources</p>")))
    assert "the sources" in html.partition("<footer>")[2]
    assert "the sources" not in html.partition("<footer>")[0]
    assert "abcdef012345" in html.partition("<footer>")[2]


def test_html_in_markdown_is_text_and_nothing_is_fetched():
    html = rendered(
        text("## A\n\n<script>alert(1)</script> [x](javascript:alert(1)) ![p](http://x/y.png)\n\n|a|b|\n|-|-|\n|1|2|")
    )
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html
    assert "<table>" in html


def test_a_picture_and_its_table_stand_side_by_side():
    picture, table = view("picture", "<figure></figure>"), view("table", "<table></table>")
    wide = view("table", "<table><tbody><tr>" + "<td>1,234,567</td>" * 6 + "</tr></tbody></table>")

    def besides(*cells):
        return rendered(*cells).count('<div class="beside">')

    assert besides(code(picture), code(table)) == 1
    assert besides(code(picture, table, picture, table)) == 2
    assert besides(code(picture), text("Said between."), code(table)) == 0
    assert besides(code(picture), code(view()), code(table)) == 0
    assert besides(code(picture), code(wide)) == 0
    assert besides(code(picture)) == 0


def test_the_head_holds_the_policy_and_no_script():
    html = rendered(text("# R"))
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    assert policy + "base-uri 'none'; form-action 'none'" in unescape(html.split("<title>")[0])
    assert not re.search(r"<script|<link|https?://|@import|url\(", html)
    assert shell.check(html) == []


ACTIVE = [
    "<script>alert(1)</script>",
    "<SCRIPT >",
    '<p onclick="x()">',
    "<svg/onload=alert(1)>",
    "<iframe src=x>",
    "<form>",
    '<base href="//elsewhere">',
    '<meta http-equiv="refresh" content="0;url=https://elsewhere">',
    '<meta content="0;url=https://elsewhere" HTTP-EQUIV=Refresh>',
    '<a href="javascript:alert(1)//x.en.html">',
    '<a href="&#106;ava\tscript:alert(1)">',
    '<a href="x" href="vbscript:x">',
    '<a href="data:text/html,x">',
    '<svg><a xlink:href="javascript:alert(1)">',
    '<svg><animate attributeName="href" to="javascript:alert(1)">',
    "<svg><style><img src=x onerror=alert(1)>",
    '<img src="https://elsewhere/x.png">',
    "<textarea><script>alert(1)</script></textarea>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[><script>alert(1)</script>]]>",
]


@pytest.mark.parametrize("evil", ACTIVE)
def test_a_page_with_anything_active_is_refused(evil):
    with pytest.raises(ReportError):
        shell.check(f"<p>{evil}</p>")


QUIET = [
    '<p>&lt;script&gt; onclick="x" </p><td title="a = b">on = "x"</td>',
    """<img src="data:image/png;base64,x" alt="Online='x' or">""",
    """<svg aria-label="online = 'y'"><text>on='x'</text></svg>""",
    '<a href="#a">a</a><a href="2025-H1/x:y.html">x</a><a href="tel:+33">t</a><a href="mailto:a@b.fr">m</a>',
    '<a href="https://elsewhere/?q=a:b">e</a><a href="../region=a,b=c/x.html">r</a>',
]


@pytest.mark.parametrize("text", QUIET)
def test_text_about_scripts_and_links_that_a_reader_follows_are_no_scripts(text):
    assert shell.check(text) == []


def test_a_large_page_is_said():
    assert shell.check("x" * 1_100_000) == ["1.1 MB, over 1 MB"]


def test_the_notebook_is_not_changed():
    cells = notebook(text("# R\n\n## A"), code(view("picture"), view("table")))
    before = nbformat.writes(cells)
    document.lay_out(cells, Words("en"))
    assert nbformat.writes(cells) == before
