"""Names within sentences: French joins them to their prepositions, English has its own words before them."""

from __future__ import annotations

import pytest

from portfolio.show.joined import Joining
from portfolio.show.words import Words

FR = Joining("fr")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("S2\u00a02025", "au S2\u00a02025, du S2\u00a02025, au S2\u00a02025, le S2\u00a02025"),
        ("T1\u00a02026", "au T1\u00a02026, du T1\u00a02026, au T1\u00a02026, le T1\u00a02026"),
        ("2025", "en 2025, de 2025, à 2025, 2025"),
        ("avril 2026", "en avril 2026, d’avril 2026, à avril 2026, avril 2026"),
        ("1 janv. 2026", "le 1 janv. 2026, du 1 janv. 2026, au 1 janv. 2026, le 1 janv. 2026"),
        ("période précédente", "sur la période précédente, de la période précédente, à la période précédente, "
         "la période précédente"),
        ("Bretagne", "en Bretagne, de Bretagne, à Bretagne, la Bretagne"),
        ("Île-de-France", "en Île-de-France, d’Île-de-France, à Île-de-France, l’Île-de-France"),
        ("Pays de la Loire", "dans les Pays de la Loire, des Pays de la Loire, aux Pays de la Loire, "
         "les Pays de la Loire"),
        ("Élise Martin", "pour Élise Martin, d’Élise Martin, à Élise Martin, Élise Martin"),
    ],
)  # fmt: skip
def test_french_joins_a_name_to_its_preposition(name, told):
    assert FR.vformat("{x:in}, {x:of}, {x:to}, {x:the}", (), {"x": name}) == told


def test_a_span_of_periods_has_two_articles():
    span = "S1\u00a02024 à S2\u00a02025"
    assert FR.vformat("{x:of}", (), {"x": span}) == "du S1\u00a02024 au S2\u00a02025"


def test_other_places_are_written_as_python_writes_them():
    assert FR.vformat("{n} {x:.1f}", (), {"n": 3, "x": 2.25}) == "3 2.2"
    assert Joining("en").vformat("{x:in}", (), {"x": "H2 2025"}) == "H2 2025"


@pytest.mark.parametrize(
    ("gap", "english", "french"),
    [(-0.018, "-1.8 pts", "-1,8\u00a0pt"), (0.02, "+2.0 pts", "+2,0\u00a0pts"), (0.0, "0.0 pts", "0,0\u00a0pt")],
)
def test_french_has_points_under_two_in_the_singular(gap, english, french):
    assert (Words("en").points(gap), Words("fr").points(gap)) == (english, french)
