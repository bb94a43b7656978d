"""What a notebook shows: both languages at once, figures for machines as plain data, fragments fit for a page."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from portfolio.show import charts, sentences, tables
from portfolio.show.view import ACTIONS, METRICS, VIEW, View

UNKNOWN = re.compile(r"\bnan\b")
SENTENCES = {
    "by_attribute": ("regions",),
    "categories": ("categories",),
    "comparison": ("history",),
    "concentration": ("concentration",),
    "findings_over": ("findings_over",),
    "headline": ("metrics",),
    "lifecycle": ("lifecycle",),
    "lifetime": ("lifetime",),
    "movement": ("movement",),
    "movements": ("movements",),
    "nps": ("nps", "nps"),
    "restated": ("restated", "restated"),
    "revenue_bridge": ("revenue_bridge",),
    "revenue_bridges": ("revenue_bridges",),
    "rfm": ("rfm_segments",),
    "rfm_migration": ("rfm_migration",),
    "seasons": ("months",),
    "sizes": ("sizes",),
    "targets": ("targets",),
}


def shown(view, frames):
    yield view.headline(frames["metrics"](), frames["headline_history"]())
    yield view.headline(frames["metrics"](), frames["history"]())
    yield view.findings(frames["findings"]())
    yield view.picture(charts.movement_bridge, frames["movement"]())
    yield view.table(tables.rfm_segments, frames["rfm_segments"]())
    yield view.table(tables.ledger, frames["ledger"]())
    yield view.text(sentences.movement, frames["movement"](), define=("retention_rate", "no such measure"))
    yield view.actions(frames["actions"]())
    yield view.not_measured("surveys")
    yield view.foot()


def bundle(displayable) -> dict:
    return displayable._repr_mimebundle_()


def test_both_languages_as_well_formed_fragments(view, frames):
    for displayable in shown(view, frames):
        found = bundle(displayable)
        html = found[VIEW]["html"]
        assert set(html) == {"en", "fr"}
        assert html["en"] != html["fr"]
        for fragment in html.values():
            ET.fromstring(f"<div>{fragment}</div>".replace("&nbsp;", ""))
            assert "<script" not in fragment
        assert found["text/plain"]
        assert html["en"] in found["text/html"]
        json.dumps(found, allow_nan=False)


def test_language_of_the_notebook(book, frames):
    found = bundle(View(book, "fr").text(sentences.movement, frames["movement"]()))
    assert "n’ont pas repassé commande" in found["text/html"]
    assert "n’ont pas repassé commande" in found["text/plain"]


def test_a_portfolio_of_one_language_has_no_other(book, frames):
    book.portfolio.languages = ("fr",)
    found = bundle(View(book, "en").text(sentences.movement, frames["movement"]()))
    assert list(found[VIEW]["html"]) == ["fr"]
    assert "clients" in found["text/html"]


def test_the_first_period_has_none_to_compare_with(frames, words):
    moved = frames["movement"]().assign(before=0, lapsed=0, new=788, reactivated=0, retention_rate=np.nan)
    assert sentences.movement(moved, words=words).startswith(("788 customers are active;", "788 clients sont actifs"))
    bridge = frames["revenue_bridge"]()
    bridge.loc[0, "revenue"] = 0.0
    assert "€" not in sentences.revenue_bridge(bridge, words=words)


def test_sources_are_shown_without_folders_nor_passwords(view, frames):
    from portfolio.show.foot import shown as source

    assert source("/home/me/data/orders.csv") == "orders.csv"
    assert source("C:\\data\\orders.csv") == "orders.csv"
    assert source("postgres://me:secret@host/base?sslmode=require") == "postgres://host/base"


def test_same_picture_twice_has_no_id_twice(view, frames):
    given = frames["pareto_curve"](), frames["concentration"]()
    one, two = (bundle(view.picture(charts.pareto_curve, *given))[VIEW]["html"]["en"] for _ in range(2))
    ids = [element.attrib["id"] for element in ET.fromstring(f"<p>{one}{two}</p>").iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))


def test_what_is_not_measured_leaves_no_gap(view, frames):
    for displayable in (
        view.picture(charts.lifecycle, frames["lifecycle"]().iloc[:0]),
        view.table(tables.lifecycle, frames["lifecycle"]().iloc[:0]),
        view.table(tables.lifecycle, None),
    ):
        found = bundle(displayable)
        assert set(found[VIEW]["html"].values()) == {""}
        assert found["text/plain"] == "No figures for H1\xa02026."
    assert view.findings(frames["findings"]().iloc[:0]).html["fr"].count("<section") == 4
    assert 'class="nothing"' in view.actions({"at_risk": frames["actions"]()["overdue"]}).html["fr"]


@pytest.mark.parametrize("name", SENTENCES)
def test_sentences(name, frames, words):
    sentence = getattr(sentences, name)
    given = [frames[frame]() for frame in SENTENCES[name]]
    options = {"attribute": "region"} if name == "by_attribute" else {}
    told = sentence(*given, words=words, **options)
    assert told.endswith(".")
    assert any(character.isdigit() for character in told)
    assert not UNKNOWN.search(told)
    empty = sentence(*(frame.iloc[:0] for frame in given), words=words, **options)
    assert not UNKNOWN.search(empty)
    for frame in given:
        for column in frame.select_dtypes("number").columns:
            frame[column] = np.nan
    assert not UNKNOWN.search(sentence(*given, words=words, **options))


def test_all_sentences_are_tested():
    assert set(SENTENCES) | {"predicted"} == set(sentences.__all__)


def test_sentence_by_hand(frames, words):
    told = sentences.headline(frames["metrics"](), words=words)
    expected = {
        "en": "Revenue is €1.05M in H1\xa02026, up 3.4% on H2\xa02025, from 788 active customers; "
        "75% of the customers of H2\xa02025 ordered again.",
        "fr": "Le chiffre d’affaires est de 1,05\xa0M\xa0€ en S1\xa02026, en hausse de 3,4\xa0% par rapport à "
        "S2\xa02025, avec 788 clients actifs\u202f; 75\xa0% des clients de S2\xa02025 ont repassé commande.",
    }
    assert told == expected[words.language]


def test_one_customer_is_said_in_the_singular(frames):
    from portfolio.show.words import Words

    frame = frames["movement"]().assign(lapsed=1, new=1, reactivated=0)
    told = sentences.movement(frame, words=Words("fr", period="2026-H1", previous="2025-H2"))
    assert told.startswith("1 client de S2\xa02025 n’a pas repassé commande")
    assert "1 client est nouveau et 0 est revenu." in told


def test_metrics_are_numbers_or_null(view, frames):
    rows = bundle(view.metrics(frames["metrics"]()))[METRICS]
    by_name = {row["name"]: row for row in rows}
    assert by_name["revenue"] == {
        "name": "revenue",
        "value": 1046341,
        "unit": "money",
        "direction": "up",
        "previous": 1012340.5,
        "target": 1100000,
        "n": 788,
    }
    assert by_name["nps"]["value"] is None
    assert by_name["nps"]["reason"] == "no_survey"
    assert VIEW not in bundle(view.metrics(frames["metrics"]()))
    json.dumps(rows, allow_nan=False)


def test_actions_are_plain_data(view, frames):
    found = bundle(view.actions(frames["actions"]()))
    assert list(found[ACTIONS]) == ["cannot_lose"], "an empty list makes no file"
    table = found[ACTIONS]["cannot_lose"]
    kinds = {column["name"]: (column["type"], column["unit"]) for column in table["columns"]}
    assert kinds["money_at_stake"] == ("money", "currency")
    assert kinds["last_order_date"] == ("date", "")
    assert kinds["days_since_last_order"] == ("integer", "days")
    assert kinds["customer_id"] == ("text", "")
    first = dict(zip(kinds, table["rows"][0], strict=True))
    assert first["customer_id"] == "00000"
    assert first["last_order_date"] == "2025-11-03"
    assert first["money_at_stake"] == 12450.25
    assert first["name"] == "<script>alert(1)</script>"
    assert table["rows"][7][1] is None
    json.dumps(table, allow_nan=False)
    french = found[VIEW]["html"]["fr"]
    assert 'href="actions/cannot_lose.fr.xlsx"' in french
    assert 'href="actions/cannot_lose.fr.csv"' in french
    assert "&lt;script&gt;" in french


def test_findings_are_ranked_by_money_and_told(view, frames):
    html = view.findings(frames["findings"]()).html["en"]
    opportunities = html[html.index("Opportunities") : html.index("Threats")]
    assert opportunities.index("€320K") < opportunities.index("€148K") < opportunities.index("€31K")
    assert "Nadia Le Goff looks after 312 customers, against 121.5 for the median account manager." in html
    assert "over 2,410 orders" in html
    # A rule no one wrote a sentence for is told all the same.
    assert "Revenue below H2\xa02025: €1,200 against €2,400." in html
    assert "are for people to add" in html


def test_headline(view, frames):
    html = view.headline(frames["metrics"](), frames["headline_history"]()).html["en"]
    root = ET.fromstring(html)
    tiles = root.findall(".//dl/div")
    assert 5 <= len(tiles) <= 7
    revenue = "".join(tiles[0].itertext())
    assert "€1.05M" in revenue
    assert "+3.4%" in revenue
    assert "target of €1.1M missed" in revenue
    assert "better" in revenue
    assert tiles[0].find(".//svg") is not None


def test_foot(view):
    html = view.foot().html["fr"]
    for part in ("30 juin 2026", "orders.csv", "30\u202f480 lignes lues", "Sans client", "params/demo.yml"[-8:], "UTC"):
        assert part in html, part


def test_nothing_is_mutated(view, frames):
    import pandas as pd

    given = {name: frames[name]() for name in ("metrics", "headline_history", "findings")}
    kept = {name: frame.copy(deep=True) for name, frame in given.items()}
    view.headline(given["metrics"], given["headline_history"])
    view.metrics(given["metrics"])
    view.findings(given["findings"])
    for name, frame in given.items():
        pd.testing.assert_frame_equal(frame, kept[name])
