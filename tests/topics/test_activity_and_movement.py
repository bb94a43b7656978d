"""Activity, movement, the revenue bridge and the months, worked out by hand on the shop of ``conftest.py``."""

import math

import pandas as pd
import pytest

from portfolio.topics.activity import numbers as activity_numbers
from portfolio.topics.activity.numbers import activity, margin_rate_falling, months
from portfolio.topics.bridge.numbers import revenue_bridge
from portfolio.topics.movement.numbers import (
    churn_interval,
    movement,
    retention_interval,
    revenue_before,
    revenue_of_a_customer,
    values,
)
from portfolio.topics.rates import wilson

# ---- activity


def test_activity(shop, one):
    found = one(activity(shop))
    # Orders: e2, a2, c1, d2, a3; b9 and f9 only give money back.
    assert found["period"] == "2025-H2"
    assert (found.active_customers, found.orders, found.lines_kept) == (4, 5, 9)
    # Positive lines 120 + 300 + 100 + 150 + 50 + 200; negative lines 20 + 50 + 30.
    assert (found.gross_sales, found.returns, found.revenue) == (920, 100, 820)
    assert found.average_basket == 164  # 820 / 5
    assert found.return_rate == pytest.approx(100 / 920, rel=1e-12)


def test_margin_bears_on_the_lines_whose_cost_is_known(shop, one):
    found = one(activity(shop))
    # Without a3 (200) and f9 (-30): revenue 650, costs 60 - 10 - 25 + 180 + 70 + 90 + 30 = 395.
    assert found.margin == 255
    assert found.margin_rate == pytest.approx(255 / 650, rel=1e-12)


def test_margin_without_any_cost(empty, make_book, table, one):
    orders = table(
        """
        customer_id order_date  amount order_id
        ann         2025-07-01  10     1
        """
    )
    found = one(activity(make_book(orders, "2025-H2")))
    assert math.isnan(found.margin)
    assert math.isnan(found.margin_rate)
    assert found.revenue == 10


def test_margin_of_a_period_without_any_cost(make_book, table, one):
    orders = table(
        """
        customer_id order_date  amount order_id cost
        ann         2025-06-30  10     1        5
        ann         2025-07-01  10     2        -
        """
    )
    found = one(activity(make_book(orders, "2025-H2")))
    assert math.isnan(found.margin)
    assert math.isnan(found.margin_rate)


def test_a_cost_of_nothing_is_known(make_book, table, one):
    orders = table(
        """
        customer_id order_date  amount order_id cost
        ann         2025-07-01  10     1        0
        ann         2025-07-01  30     1        -
        """
    )
    found = one(activity(make_book(orders, "2025-H2")))
    assert (found.margin, found.margin_rate) == (10, 1)


def test_nobody_active(empty, one):
    found = one(activity(empty))
    assert (found.active_customers, found.orders, found.revenue, found.lines_kept) == (0, 0, 0, 0)
    assert math.isnan(found.average_basket)
    assert math.isnan(found.return_rate)


def test_more_returned_than_sold(make_book, table, one):
    orders = table(
        """
        customer_id order_date  amount order_id
        ann         2025-07-01  10     1
        bob         2025-07-01  -25    2
        """
    )
    found = one(activity(make_book(orders, "2025-H2")))
    assert (found.revenue, found.average_basket, found.return_rate) == (-15, -15, 2.5)


def test_what_figures_of_activity_are_counted_over(shop):
    found = activity_numbers.values(shop)
    assert found["revenue"] == (820, 4)  # active customers
    assert found["orders"] == (5, 5)
    assert found["return_rate"] == (pytest.approx(100 / 920, rel=1e-12), 5)  # orders
    assert found["lines_kept"] == (9, 9)


def test_money_of_activity(shop, empty):
    units = [activity_numbers.revenue_of, activity_numbers.revenue_of_a_customer, activity_numbers.basket_of]
    assert [unit(shop) for unit in units] == [820, 820 / 4, 820 / 5]
    assert [unit(empty) for unit in units] == [0, 0, 0]


def test_margin_lost_to_a_lower_rate(shop, start):
    fall = 340 / 700 - 255 / 650  # the costs of 2025-H1 are 60, 200 and 100
    [found] = margin_rate_falling(shop, fall)
    assert found.money == pytest.approx(fall * 820, rel=1e-12)
    assert found.n == 4
    assert not margin_rate_falling(shop, fall + 0.001)
    assert not margin_rate_falling(start, 0)


# ---- movement


def test_movement(shop, one):
    found = one(movement(shop))
    counts = ["before", "lapsed", "new", "reactivated", "retained", "now"]
    # Before: ann, bob, eve. Bob left, ann and eve stayed, cat is new, dan came back.
    assert found[counts].tolist() == [3, 1, 1, 1, 2, 4]
    assert found.retention_rate == pytest.approx(2 / 3, rel=1e-12)
    assert found.churn_rate == pytest.approx(1 / 3, rel=1e-12)
    assert found[["retention_low", "retention_high"]].tolist() == pytest.approx(wilson(2, 3))


def test_movement_of_the_first_period(start, one):
    found = one(movement(start))
    assert found[["before", "now"]].tolist() == [0, 1]
    # Nobody can tell who is new, and nobody can have left: the orders before are not known.
    assert found[["lapsed", "new", "reactivated", "retained"]].isna().all()
    assert not found["may_be_older"]
    assert found[["retention_rate", "retention_low", "retention_high", "churn_rate"]].isna().all()


def test_movement_when_everybody_leaves(empty, one):
    found = one(movement(empty))
    assert found[["before", "lapsed", "new", "reactivated", "retained", "now"]].tolist() == [2, 2, 0, 0, 0, 0]
    assert (found.retention_rate, found.churn_rate) == (0, 1)


def test_who_seems_new_may_be_older_where_orders_begin_late(shop, shop_tables, make_book):
    orders, _customers = shop_tables
    assert not movement(shop)["may_be_older"].item()  # orders since December 2023, where July 2024 is asked for
    assert movement(make_book(orders[orders["order_date"] >= "2025"], "2025-H2"))["may_be_older"].item()


def test_what_figures_of_movement_are_counted_over(shop):
    found = values(shop)
    assert (found["new_customers"], found["lapsed_customers"]) == ((1, 4), (1, 3))  # of now; of before
    assert found["churn_rate"] == (pytest.approx(1 / 3, rel=1e-12), 3)
    assert retention_interval(shop) == pytest.approx(wilson(2, 3))
    assert churn_interval(shop) == pytest.approx(wilson(1, 3))


def test_money_of_a_movement(shop, start, empty):
    assert revenue_of_a_customer(shop) == 820 / 4  # bob's and fay's credit notes count, they do not
    assert revenue_before(shop) == 700  # ann 100, bob 400, eve 200
    assert (revenue_of_a_customer(start), revenue_before(start)) == (500, 0)
    assert (revenue_of_a_customer(empty), revenue_before(empty)) == (0, 150)  # everybody left


# ---- Wilson's interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3 (score, without continuity
        # correction), printed to four decimals.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (7, 30), (29, 30), (500, 1000)])
def test_wilson_ends_are_where_the_score_test_turns(successes, n):
    # The ends are the proportions p with |successes / n - p| = z sqrt(p (1 - p) / n), z the 97.5 % point.
    z = 1.959963984540054
    for end in wilson(successes, n):
        assert abs(successes / n - end) == pytest.approx(z * math.sqrt(max(end * (1 - end), 0) / n), abs=1e-7)


def test_wilson_of_all_or_nothing_stays_within_0_and_1():
    low, high = wilson(20, 20)
    assert 0 < low < high <= 1
    low, high = wilson(0, 20)
    assert 0 <= low < high < 1


def test_wilson_of_nobody():
    assert all(math.isnan(end) for end in wilson(0, 0))


# ---- revenue bridge


def test_revenue_bridge(shop):
    found = revenue_bridge(shop).set_index("step")
    assert found["revenue"].to_dict() == {
        "before": 700,  # ann 100, bob 400, eve 200
        "lapsed": -450,  # bob, from 400 to -50
        "decreased": -100,  # eve, from 200 to 100
        "increased": 500,  # ann, from 100 to 600
        "new": 150,
        "reactivated": 50,
        "credited": -30,  # fay, without an order in either period
        "now": 820,
    }
    assert found["customers"].to_dict() == {
        "before": 3, "lapsed": 1, "decreased": 1, "increased": 1, "new": 1, "reactivated": 1, "credited": 1, "now": 4
    }  # fmt: skip
    moved = found["customers"]
    assert moved["before"] - moved["lapsed"] == moved["decreased"] + moved["increased"]
    assert list(found.index) == [
        "before", "lapsed", "decreased", "increased", "new", "reactivated", "credited", "now"
    ]  # fmt: skip


def test_those_who_bought_less_and_those_who_bought_more_are_added(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id
        a           2025-01-01  10     1
        a           2025-07-01  9      2
        b           2025-01-01  10     1
        b           2025-07-01  8      2
        c           2025-01-01  10     1
        c           2025-07-01  13     2
        d           2025-01-01  10     1
        d           2025-07-01  14     2
        e           2025-01-01  10     1
        e           2025-07-01  10     2
        """
    )
    found = revenue_bridge(make_book(orders, "2025-H2")).set_index("step")
    assert found.loc["decreased"].tolist() == [2, -3]
    assert found.loc["increased"].tolist() == [3, 7]  # e bought as much


def test_revenue_bridge_of_the_first_period(start):
    found = revenue_bridge(start).set_index("step")
    assert found["revenue"].to_dict() == {
        "before": 0, "lapsed": 0, "decreased": 0, "increased": 0, "new": 500, "reactivated": 0, "now": 500
    }  # fmt: skip


def test_a_late_credit_note_raises_a_customer_who_gave_back_more_before(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id
        ann         2024-01-01  100    1
        ann         2025-01-01  -30    2
        ann         2025-08-01  -10    3
        bob         2025-08-01  50     1
        """
    )
    found = revenue_bridge(make_book(orders, "2025-H2")).set_index("step")["revenue"]
    # ann goes from -30 to -10; wherever she is put, the bridge stands.
    assert (found["before"], found["new"], found["now"]) == (-30, 50, 40)
    assert found.drop("now").sum() == found["now"]


def test_customers_with_credit_notes_alone_have_a_step_of_their_own(make_book, table):
    # Before: ann 100, bob 50, cat -10, eve -4. Bob, who left, and eve, who came back, are in their own steps with
    # their credit notes; cat and dan ordered in neither period; fay has no line in them.
    orders = table(
        """
        customer_id order_date  amount order_id
        ann         2025-02-01  100    1
        ann         2025-08-01  120    2
        bob         2025-02-01  50     1
        bob         2025-08-01  -5     2
        cat         2024-02-01  80     1
        cat         2025-02-01  -10    2
        dan         2024-02-01  80     1
        dan         2025-08-01  -7     2
        eve         2024-02-01  80     1
        eve         2025-03-01  -4     2
        eve         2025-09-01  40     3
        fay         2024-02-01  80     1
        """
    )
    found = revenue_bridge(make_book(orders, "2025-H2"))
    assert {row.step: (row.customers, row.revenue) for row in found.itertuples()} == {
        "before": (2, 136), "lapsed": (1, -55), "decreased": (0, 0), "increased": (1, 20), "new": (0, 0),
        "reactivated": (1, 44), "credited": (2, 3), "now": (2, 148),
    }  # fmt: skip


# ---- months


def test_months(shop):
    found = months(shop)
    assert list(found.columns) == ["month", "revenue", "orders", "active_customers"]
    assert len(found) == 24
    found = found.set_index(found["month"].astype(str).str[:7])
    assert (found.index[0], found.index[-1]) == ("2024-01", "2025-12")
    assert found.loc["2024-05", ["revenue", "orders", "active_customers"]].tolist() == [80, 1, 1]
    assert found.loc["2024-06", ["revenue", "orders", "active_customers"]].tolist() == [0, 0, 0]
    # July: e2 of 120 - 20; b9 gives back 50 and is no order.
    assert found.loc["2025-07", ["revenue", "orders", "active_customers"]].tolist() == [50, 1, 1]
    assert found.loc["2025-09", ["revenue", "orders", "active_customers"]].tolist() == [-30, 0, 0]
    assert found.loc["2025-08", ["revenue", "orders", "active_customers"]].tolist() == [400, 1, 1]
    assert found.loc["2025-07":"2025-12", "revenue"].sum() == 820


def test_a_month_of_credit_notes_has_no_order(make_book, table):
    orders = table("customer_id order_date amount order_id\n ann 2025-11-01 9 1\n ann 2025-12-01 -0.01 2")
    found = months(make_book(orders, "2025-H2"))
    assert found[["revenue", "orders", "active_customers"]].to_numpy().tolist() == [[9, 1, 1], [-0.01, 0, 0]]


def test_months_begin_on_their_first_day(shop):
    assert set(pd.to_datetime(months(shop)["month"]).dt.day) == {1}


def test_months_begin_with_the_first_order(start):
    found = months(start)
    assert found["month"].astype(str).str[:7].tolist() == ["2023-12"]
    assert found["revenue"].tolist() == [500]


def test_a_number_of_months(shop):
    found = months(shop, 3)
    assert found["month"].astype(str).str[:7].tolist() == ["2025-10", "2025-11", "2025-12"]
    assert found["revenue"].tolist() == [150, 50, 200]
