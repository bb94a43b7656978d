"""Concentration: by hand, against brute force, and at the traps of rounding."""

import numpy as np
import pandas as pd
import pytest

from portfolio.topics.concentration.numbers import (
    concentration,
    first_customers,
    first_customers_share,
    pareto_curve,
    values,
)


def revenues(*amounts):
    """One customer for each revenue; an order of 1 is added and taken back, so that all are active."""
    rows = [(f"c{i:03}", amount) for i, given in enumerate(amounts) for amount in (1, given, -1) if amount]
    frame = pd.DataFrame(rows, columns=["customer_id", "amount"])
    return frame.assign(order_date="2025-07-01", order_id="1")


def test_concentration(shop, one):
    found = one(concentration(shop))
    # ann 600, cat 150, eve 100, dan 50; bob and fay were only credited.
    assert (found.customers_with_positive_revenue, found.customers_without_revenue) == (4, 2)
    assert found.top_20_percent_customers == 1  # ceil(0.8)
    assert found.top_20_percent_share == pytest.approx(600 / 900, rel=1e-12)
    assert found.customers_for_80_percent == 2  # 600 is 67 %, 750 is 83 %
    # 2 (1 x 50 + 2 x 100 + 3 x 150 + 4 x 600) / (4 x 900) - 5 / 4
    assert found.gini == pytest.approx(6200 / 3600 - 1.25, rel=1e-12)


def test_figures_are_counted_over_those_who_ordered_or_paid(shop):
    found = values(shop)
    assert found["customers_without_revenue"] == (2, 4)  # bob and fay were credited; four ordered
    assert found["customers_for_80_percent"] == (2, 4)  # and four paid


def test_dependence_is_on_the_first_ten(make_book):
    book = make_book(revenues(*range(1, 13), -5), "2025-H2")
    # 12, 11, ... 3 of 78.
    assert first_customers_share(book) == ("first_customers_share", pytest.approx(75 / 78, rel=1e-12), "rate")
    assert sorted(book.run(first_customers(book))["customer_id"]) == [f"c{i:03}" for i in range(2, 12)]


def test_pareto_curve(shop):
    found = pareto_curve(shop)
    assert list(found.columns) == ["customers_share", "revenue_share"]
    assert found["customers_share"].tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1], rel=1e-12)
    assert found["revenue_share"].tolist() == pytest.approx([0, 6 / 9, 7.5 / 9, 8.5 / 9, 1], rel=1e-12)


@pytest.mark.parametrize(("n", "first"), [(1, 1), (4, 1), (5, 1), (6, 2), (15, 3), (35, 7)])
def test_first_customers_round_up(make_book, one, n, first):
    # 0.2 x 35 is 7.000000000000001 as floats, of which the ceiling is 8.
    found = one(concentration(make_book(revenues(*[1] * n), "2025-H2")))
    assert found.top_20_percent_customers == first
    assert found.top_20_percent_share == pytest.approx(first / n, rel=1e-12)


@pytest.mark.parametrize(
    ("amounts", "customers"),
    [
        ((40, 40, 10, 10), 2),  # exactly 80 %
        ((40, 39.99, 10, 10.01), 3),
        ((0.1,) * 10, 8),  # eight times 0.1 is 0.7999999999999999 as floats
        ((80, 5, 5, 5, 5), 1),
        ((7,), 1),
    ],
)
def test_customers_for_80_percent(make_book, one, amounts, customers):
    assert one(concentration(make_book(revenues(*amounts), "2025-H2"))).customers_for_80_percent == customers


def test_equal_customers_are_not_concentrated(make_book, one):
    book = make_book(revenues(*[12.34] * 7), "2025-H2")
    assert one(concentration(book)).gini == pytest.approx(0, abs=1e-12)


def test_a_single_customer(make_book, one):
    book = make_book(revenues(50), "2025-H2")
    found = one(concentration(book))
    assert (found.top_20_percent_share, found.customers_for_80_percent, found.gini) == (1, 1, 0)
    assert pareto_curve(book).to_numpy().tolist() == [[0, 0], [1, 1]]


def test_revenue_of_zero_or_less_is_apart(make_book, one):
    found = one(concentration(make_book(revenues(60, 40, 0, -500), "2025-H2")))
    assert (found.customers_with_positive_revenue, found.customers_without_revenue) == (2, 2)
    assert found.top_20_percent_share == 0.6


def test_nobody_with_revenue(make_book, empty, one):
    for book, without in ((make_book(revenues(0, -5), "2025-H2"), 2), (empty, 0)):
        found = one(concentration(book))
        assert (found.customers_with_positive_revenue, found.customers_without_revenue) == (0, without)
        assert found[["top_20_percent_share", "customers_for_80_percent", "gini"]].isna().all()
        assert pareto_curve(book)["revenue_share"].isin([0, 1]).all()


@pytest.fixture(scope="module")
def many(make_book):
    """257 customers with revenues of a long tail, in cents, some equal."""
    amounts = np.round(np.random.default_rng(7).pareto(1.2, 257) * 100 + 0.01, 1)
    return amounts, make_book(revenues(*amounts), "2025-H2")


def test_gini_is_half_the_relative_mean_difference(many, one):
    # Gini 1912: the mean of |x_i - x_j| over all pairs, divided by twice the mean.
    amounts, book = many
    brute = np.abs(amounts[:, None] - amounts[None, :]).mean() / (2 * amounts.mean())
    assert one(concentration(book)).gini == pytest.approx(brute, rel=1e-9)  # the floats of the brute force


def test_concentration_of_many(many, one):
    amounts, book = many
    down = np.sort(amounts)[::-1].cumsum() / amounts.sum()
    found = one(concentration(book))
    assert found.top_20_percent_customers == 52  # ceil(51.4)
    assert found.top_20_percent_share == pytest.approx(down[51], rel=1e-9)
    assert found.customers_for_80_percent == np.searchsorted(down, 0.8) + 1


def test_pareto_curve_of_many(many):
    amounts, book = many
    found = pareto_curve(book)
    assert len(found) <= 101
    assert found.iloc[0].tolist() == [0, 0]
    assert found.iloc[-1].tolist() == [1, 1]
    ranks = found["customers_share"].to_numpy() * len(amounts)
    assert ranks == pytest.approx(np.round(ranks), abs=1e-9)  # every point is a number of customers
    down = np.concatenate([[0], np.sort(amounts)[::-1].cumsum()]) / amounts.sum()
    assert found["revenue_share"].to_numpy() == pytest.approx(down[np.round(ranks).astype(int)], rel=1e-9)
    assert (np.diff(found["customers_share"]) > 0).all()
    assert (np.diff(found["customers_share"]) < 0.03).all()  # evenly spread
