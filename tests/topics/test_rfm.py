"""RFM on the shop of ``conftest.py``. The 25 cells and the ties are in ``tests/base``.

    customer  R    F  M    scores   segment
    ann       30   3  700  5 5 5    champions
    dan       50   1  50   4 1 1    promising
    cat       87   1  150  3 1 2    about_to_sleep
    eve       183  2  300  2 4 3    at_risk
    bob       291  1  350  1 1 4    hibernating

fay and gus never ordered: prospects. hal is lost.
"""

import pytest

from portfolio.topics.rfm.numbers import SEGMENTS as RFM_SEGMENTS
from portfolio.topics.rfm.numbers import (
    cutoffs,
    grid,
    migration,
    one_more_order,
    one_order,
    scores,
    segments,
    values,
)


def test_cutoffs(shop):
    found = cutoffs(shop).set_index("dimension")
    assert list(found.index) == ["recency", "frequency", "monetary"]
    # Of five values in order: the first + 0.8 of the step to the second, the second + 0.6 of the next, and so on.
    assert found.loc["recency"].tolist() == pytest.approx([46, 72.2, 125.4, 204.6], rel=1e-12)
    assert found.loc["frequency"].tolist() == pytest.approx([1, 1, 1.4, 2.2], rel=1e-12)
    assert found.loc["monetary"].tolist() == pytest.approx([130, 240, 320, 420], rel=1e-12)


def test_scores(shop):
    found = scores(shop)
    assert found.groupby("dimension", sort=False)["score"].apply(list).to_dict() == {
        name: [1, 2, 3, 4, 5] for name in ("recency", "frequency", "monetary")
    }
    assert found.groupby("dimension", sort=False)["customers"].apply(list).to_dict() == {
        "recency": [1, 1, 1, 1, 1],
        "frequency": [3, 0, 0, 1, 1],
        "monetary": [1, 1, 1, 1, 1],
    }


def test_grid(shop):
    found = grid(shop)
    assert len(found) == 25
    assert {(r, f) for r, f in found[["r", "f"]].itertuples(index=False)} == {
        (r, f) for r in range(1, 6) for f in range(1, 6)
    }
    some = found[found["customers"] > 0].set_index(["r", "f"])
    assert some["customers"].to_dict() == {(5, 5): 1, (4, 1): 1, (3, 1): 1, (2, 4): 1, (1, 1): 1}
    assert some["revenue"].to_dict() == {(5, 5): 700, (4, 1): 50, (3, 1): 150, (2, 4): 300, (1, 1): 350}
    assert found.set_index(["r", "f"]).loc[(3, 3), ["rfm_segment", "customers", "revenue"]].tolist() == [
        "need_attention", 0, 0
    ]  # fmt: skip


def test_segments(shop):
    found = segments(shop)
    assert found["rfm_segment"].tolist() == list(RFM_SEGMENTS)
    found = found.set_index("rfm_segment")
    customers = found["customers"]
    assert customers[customers > 0].to_dict() == {
        "champions": 1, "promising": 1, "about_to_sleep": 1, "at_risk": 1, "hibernating": 1, "lost": 1, "prospects": 2
    }  # fmt: skip
    assert found.loc["prospects", "share"] == 2 / 8
    # Over 2025: 700 + 50 + 150 + 300 + 350 - 30 (credited to fay) = 1520.
    assert found.loc["prospects", "revenue"] == -30
    assert found["revenue"].sum() == 1520
    assert found.loc["champions", "revenue_share"] == pytest.approx(700 / 1520, rel=1e-12)
    assert found["high_potential"].sum() == 0


def test_average_basket_of_segments(shop):
    found = segments(shop).set_index("rfm_segment")["average_basket"]
    assert found["champions"] == pytest.approx(700 / 3, rel=1e-12)
    assert found["at_risk"] == 150
    assert found[["lost", "prospects", "loyal"]].isna().all()  # without an order in the window


def test_previous_customers_with_this_periods_cutoffs(shop):
    # On 30 June 2025, over the 12 months before: ann 140 days, bob 107, eve 0, one order each. Against 46, 72.2, 125.4
    # and 204.6: ann 2, bob 3, eve 5. dan (May 2024) and hal are out of the window; gus is on the list; cat and fay are
    # not there yet.
    found = segments(shop).set_index("rfm_segment")["previous_customers"]
    assert found[found > 0].to_dict() == {
        "hibernating": 1, "about_to_sleep": 1, "new_customers": 1, "lost": 2, "prospects": 1
    }  # fmt: skip


def test_migration(shop):
    # From the segments of 30 June, above; cat and fay were not there, and count as prospects.
    found = migration([shop.previous, shop])
    assert list(found.itertuples(index=False, name=None)) == [
        ("new_customers", "at_risk", 1, 300),
        ("about_to_sleep", "hibernating", 1, 350),
        ("hibernating", "champions", 1, 700),
        ("lost", "promising", 1, 50),
        ("lost", "lost", 1, 0),
        ("prospects", "about_to_sleep", 1, 150),
        ("prospects", "prospects", 2, -30),
    ]


def test_figures_are_counted_over_all_customers(shop):
    found = values(shop)
    assert (found["rfm_prospects"], found["high_potential_customers"]) == ((2, 8), (0, 8))


def test_one_more_order_is_worth_the_average_basket(shop):
    bought = shop.customers.filter(shop.customers.trailing_orders > 0)
    found = shop.run(bought.select("customer_id", more=one_more_order(bought))).set_index("customer_id")["more"]
    assert found.astype(float).to_dict() == {"ann": 233.3333, "bob": 350, "cat": 150, "dan": 50, "eve": 150}


def test_one_order_is_one_ever_and_of_late(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id
        once        2025-12-31  10     1
        promising   2025-12-20  10     1
        long_ago    2025-01-31  10     1
        twice       2025-12-31  10     1
        twice       2024-01-31  10     2
        """
    )
    given = {"recency": [10, 20, 30, 40], "frequency": [1, 2, 3, 4], "monetary": [10, 20, 30, 40]}
    book = make_book(orders, "2025-H2", thresholds={"rfm_cutoffs": given})
    assert sorted(book.run(one_order(book))["customer_id"]) == ["once", "promising"]


def test_high_potential_stays_in_its_segment(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id
        a           2025-12-01  1      1
        b           2025-12-01  2      1
        c           2025-12-01  3      1
        d           2025-12-01  4      1
        e           2025-12-01  5      1
        """
    )
    # Equal recencies score 5, single orders 1: new customers; e is alone above the 80 % quantile, 4.2.
    found = segments(make_book(orders, "2025-H2")).set_index("rfm_segment")
    assert found.loc["new_customers", ["customers", "high_potential"]].tolist() == [5, 1]


def test_first_period(start):
    found = segments(start).set_index("rfm_segment")
    # hal alone: every cut-off is his own value, so R = 5 and F = 1.
    assert found.loc["new_customers", ["customers", "share", "revenue", "revenue_share"]].tolist() == [1, 1, 500, 1]
    assert found["previous_customers"].isna().all()


def test_nobody_scored(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id
        ann         2023-01-01  100    1
        bob         2025-12-01  -5     1
        """
    )
    book = make_book(orders, "2025-H2")
    assert grid(book)["customers"].sum() == 0
    assert scores(book)["customers"].sum() == 0
    assert cutoffs(book)[["q1", "q2", "q3", "q4"]].isna().all(axis=None)
    found = segments(book).set_index("rfm_segment")["customers"]
    assert found[found > 0].to_dict() == {"lost": 1, "prospects": 1}
