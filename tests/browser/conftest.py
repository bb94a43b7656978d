"""A headless Chromium without a network, and the folders of reports that it opens."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def browser():
    """Chromium; where it is missing a skip, and in continuous integration a failure."""
    path = CHROMIUM if Path(CHROMIUM).is_file() else shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        told = "chromium is missing: install it with apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def small_reports(small, published, tmp_path_factory):
    """The reports of the small portfolio, one of which failed after a good version."""
    from portfolio.params import load_params
    from portfolio.report.job import Choice
    from portfolio.report.runner import run

    folder = tmp_path_factory.mktemp("browser")
    shutil.copytree(published, folder / "reports", ignore=shutil.ignore_patterns(".*"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMALL", "user")
        choice = Choice(notebook="small_review", segment="region=Bretagne")
        run(load_params(small.write_portfolio(folder)), folder / "reports", choice, processes=2, force=True)
    return folder / "reports"


@pytest.fixture(scope="session", params=["small", pytest.param("demo", marks=pytest.mark.slow)])
def reports(request):
    """A folder of published reports: the small portfolio's, and the demo's, whose run takes a minute."""
    return request.getfixturevalue(f"{request.param}_reports")


@pytest.fixture(scope="session")
def pages(reports):
    """The pages to open: the galleries, and one of each name; a report of a segment comes before the others."""
    paths = sorted(reports.rglob("*.html"), key=lambda path: len(path.parts))
    return sorted({path.name: path for path in paths if path.name != "index.html"}.values())


@pytest.fixture(scope="session")
def visits(browser, pages):
    """What one visit of each page finds."""
    return {path: visit(browser, path) for path in pages}


def visit(browser, path):
    """Open a page as a manager's browser does, and answer every question about it that needs no axe."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    found = {"asked": [], "said": [], "sideways": {}}
    page.on("request", lambda request: found["asked"].append(request.url))
    page.on("console", lambda message: found["said"].append(message.text))
    page.on("pageerror", lambda error: found["said"].append(str(error)))
    page.goto(path.as_uri())
    found["lang"] = page.get_attribute("html", "lang")
    found["other"] = page.eval_on_selector_all(".languages a", "found => found.map(a => a.hreflang)")
    found["links"] = page.eval_on_selector_all("a[href]", "found => found.map(a => a.getAttribute('href'))")
    found["ids"] = page.eval_on_selector_all("[id]", "found => found.map(e => e.id)")
    found["levels"] = page.eval_on_selector_all("h1,h2,h3,h4,h5,h6", "found => found.map(h => +h.tagName[1])")
    found["scripts"] = page.locator("script").count()
    found["light"] = page.evaluate(COLOURS)
    # A phone, a desk at 200 %, a desk.
    for width in (390, 640, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        found["sideways"][width] = page.evaluate("document.scrollingElement.scrollWidth")
    page.emulate_media(color_scheme="dark")
    found["dark"] = page.evaluate(COLOURS)
    page.emulate_media(color_scheme="light")
    found["pdf"] = page.pdf(prefer_css_page_size=True, print_background=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins, at 96 dots an inch
    found["cut"] = page.eval_on_selector_all("figure, table, h1, h2", CUT)
    context.close()
    return found


COLOURS = """() => [document.body, document.querySelector('figure svg text') || document.querySelector('h1')]
    .map(e => getComputedStyle(e)).map(style => [style.backgroundColor, style.fill, style.color].join())"""
CUT = """found => found.filter(e => e.getBoundingClientRect().right > 704).map(e => e.outerHTML.slice(0, 200))"""
