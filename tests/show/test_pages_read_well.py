"""What a section shows of a small real book reads well: no leaks of the code, of the other language, of raw figures."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from portfolio.measures import (
    actions,
    activity,
    comparison,
    concentration,
    findings,
    history,
    lifecycle,
    lifetime,
    metrics,
    offer,
    rfm,
    segments,
    sizes,
    targets,
    voice,
)

from portfolio.show import catalogue, charts, sentences, tables
from portfolio.show.view import VIEW, View

LEAKS = {
    "a name of the code": re.compile(r"\b[a-z]+_[a-z_]+\b"),
    "a figure that is none": re.compile(r"\b(nan|NaN|NaT|None|inf)\b|<NA>"),
    "a figure with all its decimals": re.compile(r"\d[.,]\d{4,}"),
    "minus zero": re.compile(r"(?<![\d\w])[-−]0(?![\d.,])"),
    "a place left open": re.compile(r"\{\w*\}"),
    "two spaces": re.compile(r"(?<=\S) {2,}(?=\S)"),
    "empty brackets": re.compile(r"\(\)|“”|«\s*»"),
    "a sentence that ends twice": re.compile(r"\.\.(?!\.)|\. ?;|,,"),
}
# What French writes as English does, or says on purpose.
BOTH = {"RFM", "Net Promoter Score", "Segment", "Concentration", "Notebook"}


def rows(seed: int = 7) -> pd.DataFrame:
    """Five semesters of 90 customers, with a return now and then, and one customer who leaves in two."""
    days = pd.date_range("2023-07-03", "2025-12-20", freq="17D")
    return pd.DataFrame(
        {
            "customer_id": f"c{n:02}",
            "order_date": day.date().isoformat(),
            "amount": ((n * 37 + place * 11 + seed) % 97 + 3) * (1 if (n + place) % 13 else -0.2) * (1 + 20 * (n < 9)),
            "cost": float((n * 37 + place * 11) % 50),
            "category": ("Conseil", "Sites", "Formation")[(n + place) % 3 if n % 4 else 0],
        }
        for n in range(90)
        for place, day in enumerate(days)
        if (place + n) % (2 + n % 5) == 0 and (n % 2 or day.year < 2025 or n < 20)
    )


@pytest.fixture(scope="module")
def book(make_book):
    people = pd.DataFrame(
        {
            "customer_id": [f"c{n:02}" for n in range(96)],
            "region": [("Bretagne", "Occitanie")[n % 2] for n in range(96)],
            "account_manager": [("Ada Le Goff", "Bob Noël", "Zoé Roux")[min(n % 5, 2)] for n in range(96)],
        }
    )
    answers = pd.DataFrame(
        {"customer_id": [f"c{n:02}" for n in range(60)], "date": "2025-11-03", "nps": [n % 11 for n in range(60)]}
    )
    goals = pd.DataFrame(
        {"measure": ["revenue", "retention_rate"], "target": [50000, 0.9], "segment": ["", "region=Bretagne"]}
    )
    return make_book(rows(), "2025-H2", customers=people, surveys=answers, targets=goals)


def shown(book):
    """Everything the notebooks show of a book."""
    view, place = View(book), segments.place(book)
    figures = metrics.metrics(book, targets.goals(book))
    yield view.headline(figures, history.headline_history(book))
    yield view.findings(findings.findings(book))
    books = [book.at(book.period.previous), book] if book.previous else [book]
    over_time, moved, goals = metrics.history(books), activity.movement(book), targets.targets(book)
    told = {"movement": moved, "revenue_bridge": activity.revenue_bridge(book), "lifecycle": lifecycle.lifecycle(book)}
    for name, frame in told.items():
        yield view.picture(getattr(charts, f"{name}_bridge" if name == "movement" else name), frame)
        yield view.table(getattr(tables, name), frame)
        yield view.text(getattr(sentences, name), frame, define=["lost", "at_risk", "retention_rate", "rfm", "size"])
    held, scored = concentration.concentration(book), rfm.segments(book)
    yield view.picture(charts.months, activity.months(book))
    yield view.text(sentences.seasons, activity.months(book))
    yield view.picture(charts.rfm_grid, rfm.grid(book))
    yield view.table(tables.rfm_segments, scored)
    yield view.table(tables.rfm_cutoffs, rfm.cutoffs(book))
    yield view.text(sentences.rfm, scored)
    yield view.picture(charts.pareto_curve, concentration.pareto_curve(book), held)
    yield view.text(sentences.concentration, held)
    by_size = sizes.sizes_over(sizes.last_two(book))
    yield view.picture(charts.sizes, by_size)
    yield view.table(tables.sizes, by_size)
    yield view.text(sentences.sizes, by_size)
    yield view.picture(charts.size_migration, sizes.migration(book))
    for attribute in (place, "account_manager"):
        values = segments.by(book, attribute)
        yield view.picture(charts.by_attribute, values, attribute=attribute)
        yield view.table(tables.by_attribute, values, attribute=attribute)
        yield view.text(sentences.by_attribute, values, attribute=attribute)
    yield view.table(tables.categories, offer.categories(book))
    yield view.text(sentences.categories, offer.categories(book), define=["coverage", "whitespace"])
    yield view.picture(charts.lifetime, lifetime.simple_by(book, place), attribute=place)
    yield view.table(tables.lifetime, lifetime.simple(book))
    yield view.text(sentences.lifetime, lifetime.simple(book), define=["lifetime_value"])
    yield view.picture(charts.targets, goals)
    yield view.table(tables.targets, goals)
    yield view.text(sentences.targets, goals)
    yield view.table(tables.nps, voice.nps(book))
    yield view.text(sentences.nps, voice.nps(book), define=["nps"])
    yield view.picture(charts.history, over_time)
    yield view.table(tables.history, over_time, figures)
    yield view.text(sentences.comparison, over_time)
    yield view.table(tables.movements, comparison.movements(books))
    yield view.text(sentences.movements, comparison.movements(books))
    yield view.table(tables.revenue_bridges, comparison.revenue_bridges(books))
    yield view.text(sentences.revenue_bridges, comparison.revenue_bridges(books))
    if book.previous:
        yield view.table(tables.findings_over, comparison.findings_over(*books))
        yield view.picture(charts.rfm_migration, comparison.rfm_migration(*books))
    yield view.actions(actions.actions(book))
    yield view.foot(book)


def texts(displayables) -> dict[str, list[str]]:
    """Language -> each piece of text of the fragments: what stands in an element, and what is said of it."""
    found = {"en": [], "fr": []}
    for displayable in displayables:
        for language, fragment in displayable._repr_mimebundle_().get(VIEW, {"html": {}})["html"].items():
            root = ET.fromstring(f"<div>{fragment}</div>")
            for element in root.iter():
                pieces = (element.text, element.tail, element.attrib.get("aria-label"))
                found[language] += [html.unescape(piece).strip() for piece in pieces if piece and piece.strip()]
    return found


@pytest.fixture(scope="module")
def whole(book):
    return texts(shown(book))


@pytest.fixture(scope="module")
def first_period(book):
    return texts(shown(book.at(book.period.previous.previous.previous.previous)))


@pytest.fixture(params=["whole", "first_period"])
def read(request):
    return request.getfixturevalue(request.param)


# The names of our tables, and of the files that a reader gives or gets.
NAMED = re.compile(r"\btest\.csv\b|\bmetrics\.json\b")


@pytest.mark.parametrize("leak", LEAKS)
def test_no_leak(read, leak):
    for language, pieces in read.items():
        assert not [text for text in pieces if LEAKS[leak].search(NAMED.sub("", text))], (language, leak)


def test_no_english_in_french(read):
    source = catalogue.read(catalogue.LOCALE / "fr" / "LC_MESSAGES" / "portfolio.po")
    english = set()
    for message in source:
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        english |= {text for text in forms if text and "{" not in text and text not in said}
    assert not {text for text in read["fr"] if text in english and text not in BOTH}
    words = re.compile(r"\b(the|of|and|with|customers?|revenue|orders?|rate)\b", re.I)
    assert not [text for text in read["fr"] if words.search(text) and "table" not in text]


def test_figures_are_those_of_the_reader(whole):
    assert not [text for text in whole["fr"] if re.search(r"\d,\d{3}\b(?!\d)", text)], "a comma between thousands"
    assert not [text for text in whole["en"] if re.search(r"\d \d{3}\b|\d %", text)]


def test_first_period_says_that_there_is_none_before(first_period):
    assert any("no earlier period" in text for text in first_period["en"])
    assert not any("Change on" in text for text in first_period["en"])


def test_thresholds_used_are_those_said(book):
    from dataclasses import replace

    given = book.params.portfolio.thresholds.model_copy(
        update={"lost_after_days": 200, "trailing_months": 6, "at_risk_interval_factor": 1.5}
    )
    params = book.params.model_copy(
        update={"portfolio": book.params.portfolio.model_copy(update={"thresholds": given})}
    )
    words = View(replace(book, params=params)).words
    assert "200 days" in words.definition("lost")
    assert "1.5 times" in words.definition("at_risk")
    assert "last 6 months" in words.definition("rfm")
