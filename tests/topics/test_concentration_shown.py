"""Concentration shown: the share of the first fifth, marked on its curve."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.show.svg import draw
from portfolio.topics.concentration import shown


@pytest.fixture
def held():
    return pd.DataFrame(
        [
            {
                "customers_with_positive_revenue": 781, "customers_without_revenue": 7, "top_20_percent_customers": 157,
                "top_20_percent_share": 0.7123, "customers_for_80_percent": 243, "gini": 0.6411,
            }
        ]
    )  # fmt: skip


@pytest.fixture
def curve():
    x = np.linspace(0, 1, 101)
    return pd.DataFrame({"customers_share": x, "revenue_share": 1 - (1 - x) ** 5.58})


def test_picture(held, curve, english, written):
    picture = draw(shown.pareto_chart, held, curve, words=english)
    assert picture.title == "20% of customers bring 71% of revenue"
    assert picture.alt.endswith("243 customers of 781 bring 80% of revenue. Gini index: 0.64.")
    assert "71% of revenue" in written(picture)


def test_sentence(held, curve, words):
    expected = {
        "en": "The top 157 customers (20%) bring 71% of revenue; 243 bring 80%.",
        "fr": "Les 157 premiers clients (20\u00a0%) apportent 71\u00a0% du chiffre d’affaires\u00a0; "
        "243 en apportent 80\u00a0%.",
    }
    assert shown.sentence(held, curve, words=words) == expected[words.language]


def test_nobody_has_revenue(held, curve, english):
    nobody = held.assign(top_20_percent_share=np.nan, customers_for_80_percent=np.nan, gini=np.nan)
    assert shown.sentence(nobody, curve[:0], words=english) == "No customer has revenue above 0 in H1\u00a02026."
    assert draw(shown.pareto_chart, nobody, curve[:0], words=english).svg == ""
