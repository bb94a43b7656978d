"""The words of each language: numbers as its readers write them, forms that agree, errors said again."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from portfolio.errors import N_, ParamsError, Problems
from portfolio.params import Thresholds
from portfolio.show.vocabulary import Phrase, Vocabulary
from portfolio.show.words import NOTHING, Words
from portfolio.sources.ledger import Note

# Words of an invented topic, among messages that the catalogue has in French.
TOY = Vocabulary() | Vocabulary(
    labels={
        "basket": "Average basket",
        "toy_lost": ("RFM", "Cannot lose"),
        "toy_capital": Phrase("Value of the portfolio over {n} months", {"n": 1200}),
        "toy": "Size",
        "big": "Large",
    },
    meanings={
        "gone": "Last order more than {lost} ago.",
        "seen": lambda thresholds: (
            "First order in the period." if thresholds.min_customers == 30 else "No orders so far."
        ),
    },
    actions={"big": "Promise them the moon."},
    subjects={"toy=big": "Large customers"},
    directions={"big": "up"},
    classes=frozenset({"toy"}),
)
EN, FR = Words("en", vocabulary=TOY), Words("fr", vocabulary=TOY)
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
        (lambda w: w.money(1046341, short=True), "€1.05M", f"1,05{NO_BREAK}M€"),
        (lambda w: w.money(2_000_000, short=True), "€2M", f"2{NO_BREAK}M€"),
        (lambda w: w.money(-148200, short=True, signed=True), "-€148K", f"-148{NO_BREAK}k€"),
        (lambda w: w.money(9800, short=True, signed=True), "+€9,800", f"+9{NARROW}800{NO_BREAK}€"),
        (lambda w: w.points(-0.0213), "-2.1 pts", f"-2,1{NO_BREAK}pts"),
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
        (lambda w: w.value(3.9, "years"), "3.9 years", f"3,9{NO_BREAK}ans"),
        (lambda w: w.value(-0.5, "points"), "-0.5", "-0,5"),
        (lambda w: w.value(1234.5, "money"), "€1,235", f"1{NARROW}235{NO_BREAK}€"),
        (lambda w: w.label("basket"), "Average basket", "Panier moyen"),
        (lambda w: w.label("toy_lost"), "RFM: Cannot lose", f"RFM{NO_BREAK}: À ne pas perdre"),
        (
            lambda w: w.label("toy_capital"),
            "Value of the portfolio over 1,200 months",
            f"Valeur du portefeuille sur 1{NARROW}200 mois",
        ),
        (lambda w: w.segment("region=Bretagne,toy=big"), "Region: Bretagne, Size: Large", None),
        (lambda w: w.members("region=Bretagne,toy=big"), "Bretagne, Large", "Bretagne, Grands"),
        (lambda w: w.subject("toy=big"), "Large customers", "Grands clients"),
        (lambda w: w.subject("region=Bretagne"), "Bretagne", "Bretagne"),
        (lambda w: w.subject("account_manager=Ada"), "Customers of Ada", "Clients suivis par Ada"),
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
    assert FR.value_of("toy", "big") == "Grands"
    assert FR.value_of("region", "big") == "big"


def test_right_to_left_names_are_fenced():
    assert EN.name("شركة") == "\u2068شركة\u2069"
    assert EN.name("a\nb  c") == "a b c"


def test_braces_in_the_data_stay_as_they_are():
    assert EN.say("{attribute}: {value}", attribute="a", value="{0} {x}") == "a: {0} {x}"


def test_a_name_without_words_is_made_plain():
    assert EN.label("no_such_figure") == "No such figure"
    assert EN.label("Sites web") == "Sites web", "a text of the data stays as it is"


def test_within_a_sentence_a_label_is_small_but_for_names():
    assert EN.inline("basket") == "average basket"
    assert EN.inline("nps") == "Net Promoter Score"
    assert EN.inline("toy_lost") == "RFM: Cannot lose"


def test_definitions_say_the_thresholds_that_were_used():
    assert EN.definition("gone") == "Last order more than 365 days ago."
    given = Words("en", thresholds=Thresholds(lost_after_days=200, min_customers=5), vocabulary=TOY)
    assert given.definition("gone") == "Last order more than 200 days ago."
    assert (EN.definition("seen"), given.definition("seen")) == ("First order in the period.", "No orders so far.")
    assert EN.definition("no such measure") == ""


def test_thresholds_in_words():
    rules = Words("en", thresholds=Thresholds(at_risk_interval_factor=1.5, trailing_months=6)).rules
    assert (rules["times"], rules["months"], EN.rules["times"]) == ("1.5 times", "6", "twice")
    assert FR.rules["inactive"] == "90 jours"


def test_what_a_vocabulary_says_of_a_value():
    assert EN.action("big") == "Promise them the moon."
    assert EN.direction("big") == "up"
    assert (EN.action("basket"), EN.why("basket"), EN.direction("basket")) == ("", "", "none")


def test_the_later_vocabulary_has_the_word():
    both = Vocabulary(labels={"a": "x", "b": "y"}) | Vocabulary(labels={"b": "z"}, classes=frozenset("c"))
    assert dict(both.labels) == {"a": "x", "b": "z"}
    assert both.classes == {"c"}
    names = TOY.names()
    assert names.labels == TOY.labels
    assert (names.meanings, names.directions, names.classes) == ({}, {}, TOY.classes)


def test_periods_told_where_none_is_given():
    assert (EN.now, EN.before) == ("this period", "the previous period")
    assert Words("fr", period="2025-H1", previous="2024-H2").before == f"S2{NO_BREAK}2024"


def test_notes_of_the_ledger():
    note = Note("{n} rows", {"n": 3})
    assert EN.note(note) == "3 rows"


def test_errors_are_said_again_in_the_language_of_the_reader():
    error = ParamsError(N_('"{given}" is not a table. Allowed: {allowed}.'), given="clients", allowed=["a", "b"])
    assert FR.explain(error) == f"«{NO_BREAK}clients{NO_BREAK}» n’est pas une table. Permises{NO_BREAK}: a et b."
    assert EN.explain(Problems([error, error])).count("\n") == 1
    plain = ParamsError(N_("Set `thresholds: {{set_aside_limit: ...}}`."))
    assert EN.explain(plain) == "Set `thresholds: {set_aside_limit: ...}`."
    assert "ValueError" in FR.explain(ValueError("boom\nmore"))
    assert "more" not in FR.explain(ValueError("boom\nmore"))


def test_markdown_without_translation_stays():
    assert FR.translate_markdown("## Nobody wrote this") == "## Nobody wrote this"
    assert FR.translate_markdown("") == ""


def test_a_name_of_10000_characters_is_cut():
    assert EN.name("N" * 10_000) == "N" * 119 + "…"
    assert EN.name("N" * 120) == "N" * 120
