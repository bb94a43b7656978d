"""The published pages as a manager's browser opens them: from a file, with no network and no script."""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise

import pytest

pytestmark = [pytest.mark.browser]


def test_a_page_asks_for_nothing_but_itself(visits):
    for path, found in visits.items():
        assert found["asked"] == [path.as_uri()]


def test_a_page_holds_no_script_and_logs_nothing(visits):
    for path, found in visits.items():
        assert found["said"] == [], path
        assert found["scripts"] == 0


def test_the_policy_stops_what_would_come_through(browser, pages, tmp_path):
    """The check above would pass without the policy: this one would not."""
    text = next(path for path in pages if path.name.startswith("index")).read_text(encoding="utf-8")
    evil = tmp_path / "evil.html"
    evil.write_text(text.replace("</main>", "<img src=x onerror='document.title=1'><script>document.title=2</script>"))
    context = browser.new_context(offline=True)
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(evil.as_uri())
    assert page.title() not in ("1", "2")
    assert any("Content Security Policy" in line for line in said)
    context.close()


def test_axe_finds_nothing(browser, pages):
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    for path in pages:
        # The policy of the page would stop axe itself.
        context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True, offline=True)
        page = context.new_page()
        page.goto(path.as_uri())
        page.evaluate(axe)
        everything, colours = "{}", "{runOnly: ['color-contrast', 'link-in-text-block']}"
        for scheme, rules in (("light", everything), ("dark", colours)):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(f"axe.run(Object.assign({rules}, {{resultTypes: ['violations']}}))")["violations"]
            told = [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]
            assert told == [], (path, scheme)
        context.close()


def test_no_page_scrolls_sideways_on_a_phone_a_desk_or_at_twice_the_size(visits):
    for path, found in visits.items():
        assert all(needed <= width for width, needed in found["sideways"].items()), (path, found["sideways"])


def test_dark_mode_follows_the_system_charts_included(visits):
    for path, found in visits.items():
        assert all(light != dark for light, dark in zip(found["light"], found["dark"], strict=True)), path


def test_links_lead_somewhere(visits):
    for path, found in visits.items():
        assert found["links"]
        assert len(set(found["ids"])) == len(found["ids"]), path
        for link in found["links"]:
            there = link[1:] in found["ids"] if link.startswith("#") else (path.parent / link).resolve().is_file()
            assert there, (path, link)


def test_one_first_heading_and_no_level_skipped(visits):
    for path, found in visits.items():
        assert found["levels"][0] == 1
        assert found["levels"].count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(found["levels"])), (path, found["levels"])


def test_nothing_is_cut_on_a4(visits):
    for path, found in visits.items():
        assert found["pdf"].startswith(b"%PDF"), path
        assert found["cut"] == [], path


def test_a_page_speaks_its_language_and_links_to_the_other(visits):
    for path, found in visits.items():
        assert path.name.endswith(f".{found['lang']}.html")
        assert len(found["other"]) == 1
        assert found["other"] != [found["lang"]]
