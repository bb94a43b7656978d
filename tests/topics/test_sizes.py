"""Sizes and migration on the shop of ``conftest.py``. Limits and their ties are in ``tests/base/test_rulers.py``."""

import pandas as pd
import pytest

from portfolio.params.periods import parse_period
from portfolio.review.figures.numbers import metrics
from portfolio.topics.prediction.value.numbers import capital_by
from portfolio.topics.sizes.numbers import last_two, migration, over_periods, sizes, values


def test_sizes(shop):
    # Of four active customers the first is large and the second medium: ann 600, cat 150, eve 100, dan 50.
    found = sizes(shop)
    assert found["size"].tolist() == ["large", "medium", "small"]
    assert set(found["period"]) == {"2025-H2"}
    found = found.set_index("size")
    assert found["customers"].tolist() == [1, 1, 2]
    assert found["revenue"].tolist() == [600, 150, 150]
    assert found["share"].tolist() == pytest.approx([600 / 900, 150 / 900, 150 / 900], rel=1e-12)
    # ann: a2 alone is costed, 400 - 250; cat 150 - 90; eve 100 - 50 and dan 50 - 30.
    assert found["margin"].tolist() == [150, 60, 70]
    assert found["margin_rate"].tolist() == pytest.approx([150 / 400, 60 / 150, 70 / 150], rel=1e-12)
    assert found["limit"].tolist()[:2] == [600, 150]
    assert found["limit"].isna().tolist() == [False, False, True]


@pytest.fixture
def first_ruler(make_book, shop_tables):
    """Return the shop measured with the limits of 2025-H1: bob 400, eve 200, ann 100, so 400 and 200."""
    orders, customers = shop_tables
    return make_book(orders, "2025-H2", thresholds={"min_customers": 2}, ruler="2025-H1", customers=customers)


def test_sizes_over_periods_have_the_one_ruler(first_ruler):
    first = first_ruler.at(parse_period("2025-H1"))
    found = over_periods([first_ruler, first])  # given in any order
    assert found["period"].tolist() == ["2025-H1"] * 3 + ["2025-H2"] * 3
    assert found["limit"].tolist()[:2] == [400, 200]
    assert found["limit"].tolist()[3:5] == [400, 200]
    assert found["customers"].tolist() == [1, 1, 1, 1, 0, 3]
    assert found["revenue"].tolist() == [400, 200, 100, 600, 0, 300]
    assert found["share"].tolist() == pytest.approx([4 / 7, 2 / 7, 1 / 7, 6 / 9, 0, 3 / 9], rel=1e-12)


def test_the_table_and_the_figures_count_alike(first_ruler):
    for book in (first_ruler, first_ruler.previous):
        table = sizes(book).set_index("size")["customers"]
        assert [values(book)[f"size_{size}_customers"][0] for size in table.index] == table.tolist()
        assert last_two(book).set_index(["period", "size"])["customers"][book.period.name].tolist() == table.tolist()


def test_last_two(shop, start):
    assert list(last_two(shop)["period"].unique()) == ["2025-H1", "2025-H2"]
    assert list(last_two(start)["period"].unique()) == ["2023-H2"]


def test_migration(first_ruler):
    # Limits 400 and 200: bob was large, eve medium, ann small; now ann is large, cat, dan and eve small.
    found = migration(first_ruler)
    assert list(found.columns) == ["size_before", "size_now", "customers", "revenue_before", "revenue_now"]
    # Those who are absent from both are in no pair.
    assert list(found.itertuples(name=None)) == [
        (0, "large", "absent", 1, 400, -50),  # the credit note of bob
        (1, "medium", "small", 1, 200, 100),
        (2, "small", "large", 1, 100, 600),
        (3, "absent", "small", 2, 0, 200),
    ]


def test_those_who_were_not_there_brought_nothing(shop):
    # Limits 600 and 150: cat alone is medium now. dan was there, absent.
    found = migration(shop).set_index(["size_before", "size_now"])
    assert found.loc[("absent", "medium")].tolist() == [1, 0, 150]
    assert found.loc[("absent", "small")].tolist() == [1, 0, 50]


def test_migration_of_the_first_period(start):
    assert migration(start).empty


def test_nobody_active(empty):
    found = sizes(empty)
    assert found["customers"].tolist() == [0, 0, 0]
    assert found["revenue"].tolist() == [0, 0, 0]
    assert found["margin_rate"].isna().all()


def test_a_size_without_any_cost_has_no_margin(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id cost
        a           2025-07-01  100    1        -
        b           2025-07-01  90     1        60
        c           2025-07-01  1      1        1
        d           2025-07-01  1      1        0
        e           2025-07-01  1      1        -
        """
    )
    found = sizes(make_book(orders, "2025-H2", thresholds={"size_limits": {"large": 100, "medium": 50}}))
    assert found["margin"].isna().tolist() == [True, False, False]
    assert found["margin"].tolist()[1:] == [30, 1]
    assert found["margin_rate"].tolist()[1:] == pytest.approx([1 / 3, 1 / 2], rel=1e-12)


def test_sizes_by_margin(make_book, shop_tables):
    orders, customers = shop_tables
    book = make_book(orders, "2025-H2", thresholds={"size_by": "margin"}, customers=customers)
    found = sizes(book).set_index("size")
    # Margins: ann 150, cat 60, eve 50, dan 20.
    assert found["limit"].tolist()[:2] == [150, 60]
    assert found["customers"].tolist() == [1, 1, 2]


def test_the_large_customers_of_a_semester_are_as_many_behind_every_door(make_book):
    # Customer n of ten buys for 20 n a month, in one to five purchases, and for twice as much from 2025-H2 on.
    # The ruler is 2024-H2, where 9 and 10 are the first fifth: 6 x 20 x 9. Later 5 to 10 are above it: 6 x 40 x 5.
    times = (1, 2, 4, 5)
    rows = [
        (f"c{n}", f"{month}-{1 + 5 * place + n:02}", 20 * n / times[n % 4] * (1 + (month > "2025-06")))
        for n in range(1, 11)
        for month in pd.period_range("2024-01", "2025-12", freq="M").astype(str)
        for place in range(times[n % 4])
    ]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    now = make_book(orders, "2025-H2", thresholds={"min_customers": 1}, ruler=None)
    assert now.rulers["sizes"] == (1080, 720)
    before, large = 2, 6
    then = now.previous
    for book, expected in ((now, large), (then, before)):
        period = book.period.name
        assert sizes(book).set_index("size").loc["large", "customers"] == expected
        assert over_periods([then, now]).set_index(["period", "size"]).loc[(period, "large"), "customers"] == expected
        assert metrics(book).set_index("name").loc["size_large_customers", "value"] == expected
        assert capital_by(book, "size").set_index("value_of").loc["large", "customers"] == expected
    assert metrics(now).set_index("name").loc["size_large_customers", "previous"] == before
