"""The simple lifetime value: average basket x orders a year x lifespan, over the trailing 12 months."""

import math

import pandas as pd
import pytest

from portfolio.review.figures.numbers import metrics
from portfolio.topics.lifetime.numbers import simple, simple_by
from portfolio.topics.lifetime.topic import TOPIC


@pytest.fixture(scope="module")
def book(make_book, table):
    """In 2024 a, b, c and d bought; of these a and b did in 2025, and e is new."""
    orders = table(
        """
        customer_id order_date  amount cost order_id
        a           2024-01-01  100    50   a1
        b           2024-02-01  100    50   b1
        c           2024-03-01  100    50   c1
        d           2024-12-31  100    50   d1
        a           2025-01-01  200    120  a2
        a           2025-07-01  110    66   a3
        a           2025-07-02  -10    -6   a3
        b           2025-12-31  100    60   b2
        e           2025-08-01  150    90   e1
        e           2025-09-01  50     30   e2
        """
    )
    customers = pd.DataFrame({"customer_id": list("abcde"), "region": ["N", "N", "N", "S", "S"]})
    return make_book(orders, "2025-H2", thresholds={"min_customers": 1}, customers=customers)


def test_simple(book, one):
    found = one(simple(book))
    # 2025: revenue 200 + 100 + 100 + 200 = 600 in 5 orders of 3 customers.
    assert found.customers == 3
    assert found.average_basket == 120
    assert found.orders_per_year == pytest.approx(5 / 3, rel=1e-12)
    assert found.yearly_retention == 0.5  # a and b of a, b, c, d
    assert found.lifespan_years == 2
    assert not found.lifespan_capped
    assert found.margin_rate == pytest.approx(0.4, rel=1e-12)  # costs are 60 %
    assert found.value == pytest.approx(400, rel=1e-12)  # 120 x 5 / 3 x 2
    assert found.value_margin == pytest.approx(160, rel=1e-12)


def test_simple_by(book):
    found = simple_by(book, "region").set_index("value_of")
    # N: revenue 400 in 3 orders of a and b, of three in 2024 two stayed: 1 / (1 - 2/3) = 3 years.
    assert found.loc["N", ["customers", "orders_per_year"]].tolist() == [2, 1.5]
    assert found.loc["N", "average_basket"] == pytest.approx(400 / 3, rel=1e-12)
    assert found.loc["N", "lifespan_years"] == pytest.approx(3, rel=1e-12)
    assert found.loc["N", "value"] == pytest.approx(600, rel=1e-12)
    # S: 200 in 2 orders of e; d left: one year.
    assert found.loc["S", ["customers", "average_basket", "orders_per_year", "lifespan_years", "value"]].tolist() == [
        1, 100, 2, 1, 200
    ]  # fmt: skip
    assert list(found.index) == ["N", "S"]  # largest value first


def test_lifespan_is_capped_and_says_so(shop, one):
    # In 2024 only dan bought, and he did in 2025: retention 1, no end to the lifespan.
    found = one(simple(shop))
    assert (found.yearly_retention, found.lifespan_years, bool(found.lifespan_capped)) == (1, 10, True)
    # 2025: 700 + 820 = 1520 in 8 orders of 5 customers: 190 x 1.6 x 10.
    assert (found.customers, found.average_basket) == (5, 190)
    assert found.value == pytest.approx(3040, rel=1e-12)
    assert found.value_margin == pytest.approx(3040 * 595 / 1350, rel=1e-12)  # margins 340 and 255 of 700 and 650


def test_the_cap_is_a_threshold(make_book, shop_tables, one):
    orders, _ = shop_tables
    found = one(simple(make_book(orders, "2025-H2", thresholds={"lifespan_cap_years": 4})))
    assert (found.lifespan_years, bool(found.lifespan_capped)) == (4, True)


@pytest.mark.parametrize(("stayed", "years", "capped"), [(8, 5, False), (9, 10, False), (10, 10, True)])
def test_around_the_cap(make_book, one, stayed, years, capped):
    # Of ten customers, nine stayed: 10 years, which is the cap and not beyond it (1 / (1 - 0.9) exceeds 10 as floats).
    rows = [(f"c{i}", "2024-01-01", 10, "1") for i in range(10)]
    rows += [(f"c{i}", "2025-12-01", 10, "2") for i in range(stayed)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id"])
    found = one(simple(make_book(orders, "2025-H2")))
    assert found.lifespan_years == pytest.approx(years, rel=1e-12)
    assert bool(found.lifespan_capped) is capped


def test_orders_that_do_not_cover_two_windows(make_book, table, one):
    orders = table(
        """
        customer_id order_date  amount order_id
        a           2024-09-01  100    1
        a           2025-03-01  100    2
        """
    )
    found = one(simple(make_book(orders, "2025-H2")))
    assert found[["yearly_retention", "lifespan_years", "value", "value_margin"]].isna().all()
    assert (found.customers, found.average_basket, found.orders_per_year) == (1, 100, 1)


def test_orders_that_just_cover_two_windows(make_book, table, one):
    orders = table(
        """
        customer_id order_date  amount order_id
        a           2024-01-01  100    1
        a           2025-03-01  100    2
        b           2024-01-01  100    2
        """
    )
    found = one(simple(make_book(orders, "2025-H2")))
    assert (found.yearly_retention, found.lifespan_years, found.value) == (0.5, 2, 200)


def test_without_costs_no_margin(make_book, table, one):
    orders = table(
        """
        customer_id order_date  amount order_id
        a           2024-01-01  100    1
        a           2025-03-01  100    2
        b           2024-01-01  100    2
        """
    )
    found = one(simple(make_book(orders, "2025-H2")))
    assert math.isnan(found.margin_rate)
    assert math.isnan(found.value_margin)


def test_nobody_in_the_window(make_book, table, one):
    orders = table(
        """
        customer_id order_date  amount order_id
        a           2023-01-01  100    1
        """
    )
    found = one(simple(make_book(orders, "2025-H2")))
    assert found.customers == 0
    assert found[["average_basket", "orders_per_year", "value"]].isna().all()


def test_orders_a_year_from_a_window_of_six_months(make_book, table, one):
    orders = table(
        """
        customer_id order_date  amount order_id
        a           2024-01-01  100    1
        a           2025-08-01  100    2
        a           2025-09-01  100    3
        """
    )
    found = one(simple(make_book(orders, "2025-H2", thresholds={"trailing_months": 6})))
    assert found.orders_per_year == 4


@pytest.mark.parametrize(("first", "per_year"), [("2025-01-08", 1.25), ("2025-01-09", math.nan)])
def test_nothing_is_brought_to_a_year_while_orders_do_not_cover_one(make_book, one, first, per_year):
    # Days of orders are a day apart, so that a week without is usual. Five orders of four customers in 2025.
    days = [("z", first), ("a", "2025-07-01"), ("b", "2025-07-02"), ("c", "2025-07-03"), ("c", "2025-07-04")]
    orders = pd.DataFrame(days, columns=["customer_id", "order_date"]).assign(amount=10)
    book = make_book(orders, "2025-H2")
    found = one(simple(book))
    assert (found.customers, found.average_basket) == (4, 10)
    assert found.orders_per_year == pytest.approx(per_year, nan_ok=True)
    assert found[["yearly_retention", "lifespan_years", "value"]].isna().all()
    reasons = metrics(book, TOPIC).set_index("name")["reason"]
    assert reasons["orders_per_year"] == ("short_history" if math.isnan(per_year) else "")
    assert reasons["lifetime_value"] == "short_history"
