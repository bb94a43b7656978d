"""The book cut by an attribute, on the shop of ``conftest.py``.

Bretagne: ann, bob, gus, hal. Corse: cat, dan, eve (ivy comes in 2026). fay is in no row of the customers table.
"""

import pandas as pd
import pytest

from portfolio.topics.places.numbers import by, place
from portfolio.topics.rates import wilson


def test_by(shop):
    found = by(shop, "region")
    assert found["value_of"].tolist() == ["Bretagne", "Corse"]  # largest revenue first
    found = found.set_index("value_of")
    assert found["customers"].tolist() == [3, 3]  # gus never ordered
    assert found["active_customers"].tolist() == [1, 3]
    assert found["revenue"].tolist() == [550, 300]  # 600 - 50; 150 + 50 + 100
    assert found["revenue_share"].tolist() == pytest.approx([550 / 820, 300 / 820], rel=1e-12)
    assert found["previous_revenue"].tolist() == [500, 200]
    assert found["revenue_change"].tolist() == pytest.approx([0.1, 0.5], rel=1e-12)
    assert found["average_basket"].tolist() == [275, 100]  # 2 orders of ann; c1, d2 and e2
    assert found["margin_rate"].tolist() == pytest.approx([125 / 350, 130 / 300], rel=1e-12)


def test_retention_by(shop):
    found = by(shop, "region").set_index("value_of")
    assert found["before"].tolist() == [2, 1]  # ann and bob; eve
    assert found["retention_rate"].tolist() == [0.5, 1]
    assert found.loc["Bretagne", ["retention_low", "retention_high"]].tolist() == pytest.approx(wilson(1, 2))
    assert found["few"].tolist() == [False, True]  # min_customers is 2


def test_by_a_class(shop):
    found = by(shop, "size").set_index("value_of")
    assert found.loc["large", ["active_customers", "revenue"]].tolist() == [1, 600]
    assert found.loc["small", ["active_customers", "revenue"]].tolist() == [2, 150]


def test_a_value_without_an_order_is_left_out(make_book, table):
    orders = table("customer_id order_date amount order_id\n ann 2025-07-01 10 1\n bob 2025-07-01 20 1")
    customers = table("customer_id region\n lead Alsace\n ann Bretagne\n gus Corse\n bob Vosges")
    found = by(make_book(orders, "2025-H2", customers=customers), "region")
    assert found["value_of"].tolist() == ["Vosges", "Bretagne"]
    assert found["margin_rate"].isna().all(), "no cost is known"


def test_first_period(start):
    found = by(start, "region").set_index("value_of")
    assert found.loc["Bretagne", ["customers", "revenue", "previous_revenue", "before"]].tolist() == [1, 500, 0, 0]
    assert found.loc["Bretagne", ["revenue_change", "retention_rate", "retention_low"]].isna().all()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"region": ["N", "S"], "country": ["FR", "BE"]}, "region"),
        ({"region": ["N", "N"], "country": ["FR", "BE"]}, "country"),
        ({"city": ["Brest", "Nice"]}, "city"),
    ],
)
def test_place_is_the_first_with_two_values(make_book, columns, expected):
    orders = pd.DataFrame({"customer_id": ["a", "b"], "order_date": "2025-07-01", "amount": 1})
    customers = pd.DataFrame({"customer_id": ["a", "b"], **columns})
    assert place(make_book(orders, "2025-H2", customers=customers)) == expected
