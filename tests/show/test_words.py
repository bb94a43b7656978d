"""The words of each language: numbers as its readers write them, forms that agree, errors said again."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from portfolio.show.definitions import DEFINITIONS
from portfolio.show.labels import ACTIONS, LABELS

from portfolio.errors import N_, ParamsError, Problems
from portfolio.show.words import NOTHING, Words

EN, FR = Words("en"), Words("fr")
NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("written", "english", "french"),
    [
        (lambda w: w.number(1234.56, 1), "1,234.6", f"1{NARROW}234,6"),
        (lambda w: w.number(-0.04), "0", "0"),
        (lambda w: w.percent(0.71234), "71.2%", f"71,2{NO_BREAK}%"),
        (lambda w: w.percent(12.345), "1,234.5%", f"1{NARROW}234,5{NO_BREAK}%"),
        (lambda w: w.money(1234.5), "€1,234.50", f"1{NARROW}234,50{NO_BREAK}€"),
        (lambda w: w.money(1234.5, "USD"), "US$1,234.50", f"1{NARROW}234,50{NO_BREAK}$US"),
        (lambda w: w.money(1046341, short=True), "€1.05M", f"1,05{NO_BREAK}M{NO_BREAK}€"),
        (lambda w: w.money(2_000_000, short=True), "€2M", f"2{NO_BREAK}M{NO_BREAK}€"),
        (lambda w: w.money(-148200, short=True, signed=True), "-€148K", f"-148{NO_BREAK}k{NO_BREAK}€"),
        (lambda w: w.money(9800, short=True, signed=True), "+€9,800", f"+9{NARROW}800{NO_BREAK}€"),
        (lambda w: w.points(-0.0213), "-2.1 pts", "-2,1 pts"),
        (lambda w: w.date(dt.date(2025, 12, 31)), "31 December 2025", "31 décembre 2025"),
        (lambda w: w.period("2025-H2"), f"H2{NO_BREAK}2025", f"S2{NO_BREAK}2025"),
        (lambda w: w.period("2025-Q3"), f"Q3{NO_BREAK}2025", f"T3{NO_BREAK}2025"),
        (lambda w: w.period("2025-07"), "July 2025", "juillet 2025"),
        (lambda w: w.period("2025"), "2025", "2025"),
        (
            lambda w: w.period("2024-H1..2025-H2"),
            f"H1{NO_BREAK}2024 to H2{NO_BREAK}2025",
            f"S1{NO_BREAK}2024 à S2{NO_BREAK}2025",
        ),
        (lambda w: w.list(["a", "b", "c"]), "a, b and c", "a, b et c"),
        (lambda w: w.value(14, "days"), "14 days", "14 jours"),
        (lambda w: w.value(1, "days"), "1 day", "1 jour"),
        (lambda w: w.label("average_basket"), "Average basket", "Panier moyen"),
        (lambda w: w.label("rfm_cannot_lose"), "RFM: Cannot lose", f"RFM{NARROW}: À ne pas perdre"),
        (lambda w: w.label("size_large_revenue"), "Large: Revenue", f"Grands{NARROW}: Chiffre d’affaires"),
        (lambda w: w.segment("region=Bretagne,size=large"), "Region: Bretagne, Size: Large", None),
    ],
)
def test_written(written, english, french):
    assert written(EN) == english
    if french is not None:
        assert written(FR) == french


@pytest.mark.parametrize("nothing", [None, np.nan, float("nan"), pd.NaT, pd.NA])
def test_nothing_is_a_dash(nothing, words):
    assert {words.number(nothing), words.money(nothing), words.percent(nothing), words.value(nothing, "days")} == {
        NOTHING
    }


def test_plural_zero_is_singular_in_french_and_plural_in_english():
    said = ("{n} customer", "{n} customers")
    assert [EN.plural(*said, n) for n in (0, 1, 2)] == ["0 customers", "1 customer", "2 customers"]
    assert [FR.plural(*said, n) for n in (0, 1, 2)] == ["0 client", "1 client", "2 clients"]


def test_a_data_value_is_not_translated_but_a_class_is():
    assert FR.value_of("region", "new") == "new"
    assert FR.value_of("size", "large") == "Grands"


def test_right_to_left_names_are_fenced():
    assert EN.name("شركة") == "\u2068شركة\u2069"
    assert EN.name("a\nb  c") == "a b c"


def test_braces_in_the_data_stay_as_they_are():
    assert EN.say("{attribute}: {value}", attribute="a", value="{0} {x}") == "a: {0} {x}"


def test_every_metric_has_its_words(words):
    from portfolio.measures.metrics import METRICS, REASONS

    for name in [*METRICS, *REASONS.values()]:
        # A name made plain for want of words would still be in English.
        made_plain = name.replace("_", " ").capitalize()
        assert words.label(name) != made_plain or name in LABELS, name


def test_every_segment_has_its_action(words):
    from portfolio.measures.actions import LISTS

    from portfolio.topics.rfm.numbers import SEGMENTS as RFM_SEGMENTS

    for name in RFM_SEGMENTS:
        assert words.action(name)
    for name in LISTS:
        assert name in LABELS
        assert words.why(name)
        assert words.action(name)
    assert set(ACTIONS) <= set(LABELS)


def test_every_rule_has_its_sentence():
    from portfolio.measures.findings import rules
    from portfolio.show.findings import RULES

    stated = {rule["rule"] for kind in ("stocks", "measured") for rule in rules()[kind]}
    assert stated <= set(RULES)


def test_definitions_are_said_in_french():
    for name in DEFINITIONS:
        assert FR.definition(name) not in ("", EN.definition(name)), name
    assert EN.definition("no such measure") == ""


def test_errors_are_said_again_in_the_language_of_the_reader():
    error = ParamsError(N_('"{given}" is not a table. Allowed: {allowed}.'), given="clients", allowed=["a", "b"])
    assert FR.explain(error) == f"«{NARROW}clients{NARROW}» n’est pas une table. Permises{NARROW}: a et b."
    assert EN.explain(Problems([error, error])).count("\n") == 1
    plain = ParamsError(N_("Set `thresholds: {{set_aside_limit: ...}}`."))
    assert EN.explain(plain) == "Set `thresholds: {set_aside_limit: ...}`."
    assert "ValueError" in FR.explain(ValueError("boom\nmore"))
    assert "more" not in FR.explain(ValueError("boom\nmore"))


def test_markdown_without_translation_stays():
    assert FR.translate_markdown("## Nobody wrote this") == "## Nobody wrote this"
    assert FR.translate_markdown("") == ""
