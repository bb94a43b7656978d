"""Values of an attribute, shown: whatever they are called, however many, and whether they are many enough to trust."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from portfolio.show.svg import draw
from portfolio.topics.places import shown
from portfolio.topics.places.numbers import by


@pytest.fixture(scope="module")
def regions():
    """Return a function that makes the table of some regions: the first ones larger, the last ones too small."""

    def make(names):
        n = len(names)
        before = [max(220 - 28 * i, 12) for i in range(n)]
        rate = [0.55 + 0.04 * i for i in range(n)]
        revenue = [312000.0 / (1 + 0.6 * i) for i in range(n)]
        return pd.DataFrame(
            {
                "value_of": names,
                "customers": [2 * b for b in before],
                "active_customers": before,
                "revenue": revenue,
                "revenue_share": [money / sum(revenue) for money in revenue],
                "previous_revenue": [money * 0.97 for money in revenue],
                "revenue_change": [0.031 if i % 3 else -0.124 for i in range(n)],
                "change_sure": [i % 2 == 0 for i in range(n)],
                "average_basket": [431.5 + i for i in range(n)],
                "margin_rate": 0.38,
                "retention_rate": rate,
                "retention_low": [r - 0.08 for r in rate],
                "retention_high": [r + 0.08 for r in rate],
                "before": before,
                "few": [b < 30 for b in before],
            }
        )

    return make


@pytest.fixture
def eight(regions):
    return regions(["Bretagne", "Corse", "Occitanie", "Normandie", "Grand Est", "Réunion", "Guyane", "Mayotte"])


def test_title_sentence_and_figures(eight, english, written):
    picture = draw(shown.chart_of_values, eight, "region", words=english)
    # The last, with 24 customers before, are too few: 79 % is that of the seventh, whose interval starts at 71 %, above
    # the 63 % where that of the first ends.
    assert picture.title == "Retention goes from 55% (Bretagne) to 79% (Guyane)"
    assert "Bretagne: revenue €312K, retention 55%" in picture.alt
    assert all(name in written(picture) for name in eight["value_of"])
    assert shown.sentence(eight, "region", words=english) == (
        "Region: Bretagne brings most, 29% of revenue; the lowest retention is 55%, for Bretagne (95% interval: 47% to "
        "63%)."
    )


def test_no_difference_is_claimed_where_the_intervals_touch(eight, english):
    # 42 % to 68 % for Bretagne and 66 % to 92 % for Guyane are no news.
    near = eight.assign(retention_low=eight["retention_rate"] - 0.13, retention_high=eight["retention_rate"] + 0.13)
    assert draw(shown.chart_of_values, near, "region", words=english).title == "Region: Bretagne brings most, €312K"
    assert shown.sentence(near, "region", words=english) == (
        "Region: Bretagne brings most, 29% of revenue; differences in retention are within chance."
    )


@pytest.mark.parametrize("attribute", ["region", "account_manager"])
@pytest.mark.parametrize(
    ("kept", "title"),
    [
        # Of 100 before: 40.4 % to 59.6 % against 82.6 % to 94.5 %; then 56.3 % to 74.5 % against 64.6 % to 81.6 %.
        ((50, 90), "Retention goes from 50% (A) to 90% (B)"),
        ((66, 74), None),
        # Nobody of C stayed, of 29 customers: too few to be told of.
        ((66, 74, 0), None),
    ],
)
def test_a_difference_is_claimed_where_intervals_lie_apart(make_book, english, attribute, kept, title):
    everyone = {name: 29 if name == "C" else 100 for name in "ABC"[: len(kept)]}
    before = [(f"{name}{i}", "2025-06-01") for name, n in everyone.items() for i in range(n)]
    now = [(f"{name}{i}", "2025-12-01") for name, n in zip(everyone, kept, strict=True) for i in range(n)]
    orders = pd.DataFrame(before + now, columns=["customer_id", "order_date"]).assign(amount=10)
    customers = pd.DataFrame({"customer_id": orders["customer_id"].unique()})
    book = make_book(orders, "2025-H2", customers=customers.assign(**{attribute: customers["customer_id"].str[0]}))
    frame = by(book, attribute)
    found = draw(shown.chart_of_values, frame, attribute, words=english).title
    assert found == (title or f"{english.label(attribute)}: B brings most, €740")
    assert ("within chance" in shown.sentence(frame, attribute, words=english)) == (title is None)


def test_few_customers_are_marked(eight, words):
    table = shown.table(eight, "region", words=words)
    place = [column.head for column in table.columns].index(words.label("retention_rate"))
    assert [row[place].text.endswith("*") for row in table.rows] == list(eight["few"])
    assert table.notes
    assert not shown.table(eight.assign(few=False), "region", words=words).notes


def test_the_first_period_has_no_retention(eight, words):
    first = eight.assign(retention_rate=np.nan, retention_low=np.nan, retention_high=np.nan, revenue_change=np.nan)
    table = shown.table(first, "region", words=words)
    assert words.label("retention_rate") not in [column.head for column in table.columns]
    assert table.notes == ()
    assert "Bretagne" in draw(shown.chart_of_values, first, "region", words=words).title


def test_trouble_in_names(regions, trouble, french, written):
    picture = draw(shown.chart_of_values, regions(trouble), "region", words=french)
    text = written(picture)
    assert "<script>alert(1)</script>" in text
    assert "<script" not in picture.html
    assert "$a_b^2$ & co" in text, "no mathtext"
    assert "שלום עולם" in text
    assert "شركة" in text
    assert "x" * 90 not in text
    assert "…" in text
    table = shown.table(regions(trouble), "region", words=french)
    assert table.rows[0][0].text == trouble[0]
    assert "<script" not in table.html


def test_thirty_regions(regions, french, written):
    names = [f"Région {n}" for n in range(30)]
    text = written(draw(shown.chart_of_values, regions(names), "region", words=french))
    assert all(name in text for name in names)
    assert len(shown.table(regions(names), "region", words=french).rows) == 30
