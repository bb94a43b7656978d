"""What was sold, shown: the sentence that opens a report, and the season."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.show.svg import draw
from portfolio.topics.activity import shown


@pytest.fixture
def figures():
    rows = [
        ("revenue", 1046341.0, 1012340.5, True),
        ("active_customers", 788.0, 811.0, False),
        ("retention_rate", 608 / 811, 0.771, False),
    ]
    return pd.DataFrame(rows, columns=["name", "value", "previous", "sure_previous"])


def test_lead_by_hand(figures, words):
    expected = {
        "en": "Revenue is €1.05M in H1\xa02026, up 3.4% on H2\xa02025, with 788 active customers; "
        "75% of the customers of H2\xa02025 ordered again.",
        "fr": "Le chiffre d’affaires est de 1,05\xa0M€ au S1\xa02026, en hausse de 3,4\xa0% par rapport au "
        "S2\xa02025, avec 788 clients actifs\u00a0; 75\xa0% des clients du S2\xa02025 ont repassé commande.",
    }
    assert shown.lead(figures, words=words) == expected[words.language]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (1_200_000, ", down 12.8% on H2\xa02025,"),
        (np.nan, "in H1\xa02026, with"),
        (-5, "in H1\xa02026, with"),
    ],
)
def test_lead_says_which_way(figures, english, before, said):
    figures.loc[0, "previous"] = before
    assert said in shown.lead(figures, words=english)


def test_a_change_of_revenue_that_chance_explains_is_none(figures, english):
    figures["sure_previous"] = False
    assert "in H1\xa02026, about the same as in H2\xa02025, with" in shown.lead(figures, words=english)


def test_lead_of_a_period_without_order(figures, english):
    figures["value"] = [0.0, 0.0, np.nan]
    assert shown.lead(figures, words=english) == "No orders in H1\xa02026."


def test_lead_over_periods(english):
    history = pd.DataFrame(
        {
            "name": ["revenue", "active_customers"],
            "unit": ["money", "count"],
            "direction": "up",
            "2024-H1": [800_000.0, 700.0],
            "2026-H1": [1_000_000.0, 686.0],
        }
    )
    assert shown.lead_over(history, words=english) == (
        "From H1\xa02024 to H1\xa02026, revenue went from €800K to €1M (+25.0%), and active customers from 700 to 686 "
        "(-2.0%)."
    )
    assert "only one period" in shown.lead_over(history.drop(columns="2024-H1"), words=english)


@pytest.fixture
def months():
    """Two years: 1,000 more each month, from 1,000 in January 2024; the summer of 2025 is shut."""
    money = [1000.0 * (n + 1) for n in range(24)]
    money[19] = 0.0
    return pd.DataFrame({"month": pd.date_range("2024-01-01", periods=24, freq="MS"), "revenue": money})


def test_best_and_lowest_month_are_those_of_the_last_twelve(months, english, written):
    picture = draw(shown.months_chart, months, words=english)
    assert picture.title == "The best month is December 2025: €24K"
    assert "The lowest is August 2025: €0." in picture.alt
    assert "a year earlier" in written(picture)
    assert shown.months_sentence(months, words=english) == (
        "Over the last 12 months, the best is December 2025 (€24K), the lowest August 2025 (€0)."
    )


def test_the_first_months_have_none_a_year_earlier(months, english, written):
    assert "a year earlier" not in written(draw(shown.months_chart, months.head(6), words=english))
