"""What chance alone could make of a change: each test on either side of its limit, and the bootstrap against draws."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from portfolio.params.periods import parse_period
from portfolio.review.figures.numbers import metrics, sure
from portfolio.topics.chance import DEVIATE, Sums, beyond, counts_differ, errors, intervals_differ, proportions_differ


def test_counts():
    # Of 30 in all, 10 or fewer, or as many above, come with probability 0.099 when each is as likely here as there;
    # of 35, 10 come with 0.017; of 5 and 6, none comes with 0.0625 and 0.031.
    assert [counts_differ(*pair) for pair in ((10, 20), (10, 25), (25, 10), (0, 5), (0, 6))] == [
        False, True, True, False, True
    ]  # fmt: skip
    assert counts_differ(0, 0) is False
    assert counts_differ(3, math.nan) is None


def test_proportions():
    # z = 0.11 / sqrt(0.795 x 0.205 x 2 / 100) = 1.93, and 0.12 / sqrt(0.79 x 0.21 x 2 / 100) = 2.08.
    assert proportions_differ(0.85, 100, 0.74, 100) is False
    assert proportions_differ(0.85, 100, 0.73, 100) is True
    # Fisher: 2 / 20 ways for three of three beside none, 2 / 70 for four of four.
    assert proportions_differ(1, 3, 0, 3) is False
    assert proportions_differ(1, 4, 0, 4) is True
    assert proportions_differ(1, 8, 1, 5) is False
    assert proportions_differ(0.5, 0, 0.5, 5) is None
    assert proportions_differ(math.nan, 5, 0.5, 5) is None


def test_intervals():
    # Errors of 3 and 4 are one of 5 together.
    here, there = ((30 - 3 * DEVIATE, 30 + 3 * DEVIATE), (20 - 4 * DEVIATE, 20 + 4 * DEVIATE))
    assert intervals_differ(30, here, 20, there) is True
    assert intervals_differ(29, here, 20, there) is False
    assert beyond(math.nan, 1) is None


def basket(shop):
    return errors(shop, {"previous": shop.previous}, {"basket": Sums(("revenue",), ("orders",))})["basket", "previous"]


def test_the_error_of_a_sum_is_the_root_of_the_squares_of_the_changes(shop):
    # ann +500, bob -450, cat +150, dan +50, eve -100, fay -30.
    found = errors(shop, {"previous": shop.previous}, {"revenue": Sums(("revenue",))})
    assert found == {("revenue", "previous"): pytest.approx(math.sqrt(488_400), rel=1e-12)}
    assert sure(shop)["revenue", "previous"] is False  # 820 beside 700


def test_the_error_of_a_ratio_is_that_of_its_influences(shop):
    # The basket is 820 / 5 = 164 after 700 / 3. Each moves it by (revenue - 164 orders) / 5 now, and did so by
    # (revenue - 233.33 orders) / 3 then.
    now = {"ann": 54.4, "bob": -10, "cat": -2.8, "dan": -22.8, "eve": -12.8, "fay": -6}
    then = {"ann": -400 / 9, "bob": 500 / 9, "eve": -100 / 9}
    expected = sum((now[name] - then.get(name, 0)) ** 2 for name in now)
    assert basket(shop) == pytest.approx(math.sqrt(expected), rel=1e-12)


def test_a_figure_without_a_value_has_no_error(start, shop):
    assert errors(start, {}, {"revenue": Sums(("revenue",))}) == {}
    found = errors(shop, {"year_ago": shop.year_ago}, {"basket": Sums(("revenue",), ("orders",))})
    assert math.isnan(found["basket", "year_ago"])  # nobody ordered a year ago
    assert sure(shop)["average_basket", "year_ago"] is None


@pytest.fixture(scope="module")
def many():
    """Orders of 300 customers over two semesters, most of them small."""
    draw = np.random.default_rng(7)
    days = {"2025-02-03": 0.7, "2025-03-04": 0.3, "2025-08-05": 0.8, "2025-09-06": 0.3}
    rows = [
        (f"c{n}", day, round(float(draw.lognormal(5, 0.8)), 2))
        for n in range(300)
        for day, share in days.items()
        if draw.random() < share
    ]
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])


def test_the_error_is_that_of_a_poisson_bootstrap(make_book, many):
    """20,000 draws: their own error is 0.5 %, and a ratio is smooth to within a few more."""
    shop = make_book(many, "2025-H2")
    semester = np.where(many["order_date"] < "2025-07", "then", "now")
    table = many.pivot_table("amount", "customer_id", semester, ["sum", "count"], fill_value=0)
    weights = np.random.default_rng(1).poisson(1, (20_000, len(table)))
    sums = {key: weights @ table[key].to_numpy() for key in table.columns}
    change = sums["sum", "now"] / sums["count", "now"] - sums["sum", "then"] / sums["count", "then"]
    assert basket(shop) == pytest.approx(change.std(), rel=0.03)


def test_the_error_does_not_hang_on_the_order_of_the_rows(make_book, many):
    books = [make_book(rows, "2025-H2") for rows in (many, many.sample(frac=1, random_state=3))]
    first, second = map(basket, books)
    assert first == pytest.approx(second, rel=1e-9)  # sums of floats, made in another order


def test_figures_of_a_history_that_is_too_short_are_not_judged(newcomers_in_doubt):
    found = metrics(newcomers_in_doubt).set_index("name")
    assert found.loc["new_customers", "sure_previous"] is None
    assert found.loc["active_customers", "sure_previous"] is not None


@pytest.fixture
def newcomers_in_doubt(make_book):
    orders = pd.DataFrame(
        [("z", "2025-02-01", 10), ("a", "2025-07-01", 10)], columns=["customer_id", "order_date", "amount"]
    )
    return make_book(orders, "2025-H2")


def test_a_figure_that_was_in_doubt_a_year_ago_is_not_judged_on_it(shop):
    # 2024-H2 has a year of orders before it from July 2023, and the first is of December.
    assert shop.at(parse_period("2025-H1")).year_ago.period.name == "2024-H1"
    judged = sure(shop.at(parse_period("2025-H1")))
    assert judged["new_customers", "year_ago"] is None
