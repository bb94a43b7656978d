"""The simple lifetime value, shown: its factors, its value by attribute, and what stops it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.show.svg import draw
from portfolio.topics.lifetime import shown


@pytest.fixture
def simple():
    """434 x 5 x 4 = 8,680, and 38 % of it in margin: 3,298.40."""
    return pd.DataFrame(
        [
            {
                "average_basket": 434.0, "orders_per_year": 5.0, "lifespan_years": 4.0, "lifespan_capped": False,
                "margin_rate": 0.38, "value": 8680.0, "value_margin": 3298.4, "customers": 1031,
                "yearly_retention": 0.75,
            }
        ]
    )  # fmt: skip


def test_sentence(simple, english):
    assert shown.sentence(simple, words=english) == (
        "A customer is worth €8,680 over 4.0 years: 5.0 orders a year of €434; in margin, €3,298."
    )
    assert shown.sentence(simple.assign(value_margin=np.nan), words=english).endswith("orders a year of €434.")
    assert "twice 12 months" in shown.sentence(simple.assign(value=np.nan), words=english)


def test_factors(simple, english):
    table = shown.table(simple, words=english)
    assert [(row[0].text, row[1].text) for row in table.rows] == [
        ("Average basket", "€434.00"), ("Orders per customer per year", "5.00"), ("Yearly retention", "75.0%"),
        ("Lifespan", "4.0 years"), ("Lifetime value", "€8,680"), ("Margin rate", "38.0%"),
        ("Lifetime value in margin", "€3,298"),
    ]  # fmt: skip
    assert table.notes == ()


def test_what_is_not_measured_is_not_a_row_and_a_stopped_lifespan_is_said(simple, english):
    table = shown.table(simple.assign(margin_rate=np.nan, value_margin=np.nan, lifespan_capped=True), words=english)
    assert len(table.rows) == 5
    assert table.notes == ("Retention is so high that the lifespan is capped at 4 years.",)


def test_by_attribute(simple, english, written):
    frame = pd.concat([simple] * 3, ignore_index=True).assign(
        value=[41230.0, 6120.5, 1890.0], value_of=["large", "medium", "small"]
    )
    picture = draw(shown.chart_of_values, frame, "size", words=english)
    assert picture.title == "“Large” customers are worth most: €41K each over their lifetime"
    for figure in ("€41K", "€6,121", "€1,890"):
        assert figure in written(picture)
    assert "var(--seg-large)" in picture.svg, "a size has its colour"
    other = draw(shown.chart_of_values, frame.assign(value_of=["large", "b", "c"]), "region", words=english)
    assert "var(--seg-large)" not in other.svg, "a region called so has not"


def test_trouble_in_names(simple, trouble, french, written):
    frame = pd.concat([simple] * len(trouble), ignore_index=True).assign(value_of=trouble)
    picture = draw(shown.chart_of_values, frame, "region", words=french)
    assert "<script>alert(1)</script>" in written(picture)
    assert "<script" not in picture.html
