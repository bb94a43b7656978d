"""The cut-offs that customers are measured with: quantiles, limits of sizes, and frozen rulers."""

import math

import numpy as np
import pandas as pd
import pytest

from portfolio.params.periods import parse_period
from portfolio.topics.rates import first_ranks

AS_OF = pd.Timestamp("2025-12-31")


def customers_with(*given):
    """Orders that give customers a, b, c ... the recency in days, the orders and the revenue asked for."""
    rows = []
    for customer, (days, orders, revenue) in zip("abcdefghijklmnopqrstuvwxyz", given, strict=False):
        day = f"{AS_OF - pd.Timedelta(days=days):%Y-%m-%d}"
        rows += [(customer, day, f"{revenue / orders:.4f}", f"{customer}{n}") for n in range(orders)]
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id"])


def revenues(*amounts):
    return customers_with(*((10, 1, amount) for amount in amounts))


def scores(book):
    found = book.run(book.customers).set_index("customer_id").sort_index()
    return {name: found[name].tolist() for name in ("rfm_r", "rfm_f", "rfm_m")}


def sizes(book):
    return book.run(book.customers).set_index("customer_id")["size"].to_dict()


# ---- RFM


def test_quantiles_are_linear_interpolations(make_book):
    book = make_book(customers_with((10, 1, 100), (20, 2, 200), (30, 3, 300), (40, 4, 400), (50, 5, 1000)), "2025-H2")
    # Of five values the 20 % quantile stands at 0.8 of the way from the first to the second, and so on.
    assert book.rulers["rfm"].recency == pytest.approx((18, 26, 34, 42), rel=1e-12)
    assert book.rulers["rfm"].frequency == pytest.approx((1.8, 2.6, 3.4, 4.2), rel=1e-12)
    assert book.rulers["rfm"].monetary == pytest.approx((180, 260, 340, 520), rel=1e-12)  # 400 + 0.2 x 600
    assert scores(book) == {"rfm_r": [5, 4, 3, 2, 1], "rfm_f": [1, 2, 3, 4, 5], "rfm_m": [1, 2, 3, 4, 5]}


def test_quantiles_are_those_of_numpy(make_book):
    amounts = [3.5, 12, 12, 80, 7.25, 41, 0.5, 19]
    book = make_book(revenues(*amounts), "2025-H2")
    assert book.rulers["rfm"].monetary == pytest.approx(np.quantile(amounts, [0.2, 0.4, 0.6, 0.8]), rel=1e-12)


def test_equal_values_score_equally(make_book):
    book = make_book(customers_with(*[(10, 2, 100)] * 7), "2025-H2")
    # No cut-off lies strictly below the common value: the lowest score of F and M, the highest of R.
    assert scores(book) == {"rfm_r": [5] * 7, "rfm_f": [1] * 7, "rfm_m": [1] * 7}


def test_ties_at_a_cut_off(make_book):
    # Orders 1, 1, 1, 1, 5: the first three quantiles are 1, the 80 % one is 1 + 0.2 x 4 = 1.8.
    book = make_book(customers_with(*[(10, 1, 100)] * 4, (10, 5, 100)), "2025-H2")
    assert book.rulers["rfm"].frequency == pytest.approx((1, 1, 1, 1.8), rel=1e-12)
    assert scores(book)["rfm_f"] == [1, 1, 1, 1, 5]


def test_one_customer(make_book):
    book = make_book(customers_with((10, 2, 100)), "2025-H2")
    assert (book.rulers["rfm"].recency, book.rulers["rfm"].frequency, book.rulers["rfm"].monetary) == (
        (10,) * 4,
        (2,) * 4,
        (100,) * 4,
    )
    assert scores(book) == {"rfm_r": [5], "rfm_f": [1], "rfm_m": [1]}


def test_customers_without_an_order_in_the_window_do_not_bend_the_ruler(make_book):
    rows = customers_with((10, 1, 100), (20, 1, 100), (365, 1, 9999))  # 365 days before is 31 December 2024
    rows.loc[len(rows)] = ["z", "2025-12-01", "-50", "c"]  # a credit note alone
    book = make_book(rows, "2025-H2")
    assert book.rulers["rfm"].recency == pytest.approx((12, 14, 16, 18), rel=1e-12)
    assert book.rulers["rfm"].monetary == (100, 100, 100, 100)


def test_money_of_zero_or_less_is_scored(make_book):
    rows = customers_with((10, 1, 1), (10, 1, 1), (10, 1, 1))
    rows.loc[len(rows)] = ["a", "2025-12-01", "-101", "a0"]
    rows.loc[len(rows)] = ["b", "2025-12-01", "-1", "b0"]
    book = make_book(rows, "2025-H2")  # revenues -100, 0, 1: quantiles at 0.4, 0.8, 1.2, 1.6
    assert book.rulers["rfm"].monetary == pytest.approx((-60, -20, 0.2, 0.6), rel=1e-12)
    assert scores(book)["rfm_m"] == [1, 3, 5]


def test_nobody_to_measure(make_book):
    rows = pd.DataFrame(
        [("ann", "2023-01-01", 10, "1"), ("bob", "2025-12-01", -10, "1")],
        columns=["customer_id", "order_date", "amount", "order_id"],
    )
    rulers = make_book(rows, "2025-H2").rulers
    assert (
        rulers["rfm"].recency,
        rulers["rfm"].frequency,
        rulers["rfm"].monetary,
        rulers["sizes"].large,
        rulers["sizes"].medium,
    ) == (None,) * 5


def test_given_cut_offs_are_taken_as_they_are(make_book):
    given = {"recency": [30, 60, 90, 180], "frequency": [1, 2, 3, 5], "monetary": [50, 100, 200, 400]}
    limits = {"large": 1000, "medium": 100}
    book = make_book(
        customers_with((60, 2, 401), (61, 6, 50)), "2025-H2", thresholds={"rfm_cutoffs": given, "size_limits": limits}
    )
    assert book.rulers["rfm"].recency == (30, 60, 90, 180)
    assert (book.rulers["sizes"].large, book.rulers["sizes"].medium) == (1000, 100)
    # 60 days: above 30 only, so 5 - 1; 61 days: above 30 and 60.
    assert scores(book) == {"rfm_r": [4, 3], "rfm_f": [2, 5], "rfm_m": [5, 1]}


# ---- sizes


@pytest.mark.parametrize("n", range(1, 200))
def test_first_ranks_round_up_without_the_error_of_floats(n):
    assert first_ranks(n, 0.2) == -(-n // 5)
    assert first_ranks(n, 0.2, 0.3) == -(-n // 2)
    assert first_ranks(n, 0.1, 0.2) == -(-3 * n // 10)  # 0.1 + 0.2 is 0.30000000000000004


def test_the_trap_of_floats_is_real():
    assert math.ceil(0.07 * 100) == 8
    assert first_ranks(100, 0.07) == 7


@pytest.mark.parametrize(
    ("n", "large", "medium"),
    [(1, 1, 0), (2, 1, 0), (3, 1, 1), (5, 1, 2), (6, 2, 1), (15, 3, 5)],  # ceil(0.2 n), ceil(0.5 n) less these
)
def test_first_fifth_then_up_to_the_half(make_book, n, large, medium):
    book = make_book(revenues(*range(10, 10 + n)), "2025-H2")
    found = pd.Series(sizes(book)).value_counts()
    assert [found.get(size, 0) for size in ("large", "medium", "small")] == [large, medium, n - large - medium]


def test_limits_are_the_money_of_the_last_of_each_size(make_book):
    book = make_book(revenues(10, 20, 30, 40, 50), "2025-H2")
    assert (book.rulers["sizes"].large, book.rulers["sizes"].medium) == (50, 30)
    assert sizes(book) == {"a": "small", "b": "small", "c": "medium", "d": "medium", "e": "large"}


def test_equal_customers_are_of_equal_size(make_book):
    # The first of five holds 50; so do two others: all three are large. The limit of medium, at rank 3, is 50 as well.
    assert sizes(make_book(revenues(50, 50, 50, 10, 10), "2025-H2")) == {
        "a": "large", "b": "large", "c": "large", "d": "small", "e": "small"
    }  # fmt: skip
    assert set(sizes(make_book(revenues(*[10] * 5), "2025-H2")).values()) == {"large"}


def test_sizes_bear_on_active_customers_and_the_period(make_book):
    rows = revenues(10, 20, 30, 40, 50)
    rows.loc[len(rows)] = ["y", "2025-03-01", "9000", "y0"]  # before the period
    rows.loc[len(rows)] = ["z", "2025-12-01", "-1", "z0"]  # credited only
    rows.loc[len(rows)] = ["a", "2025-03-01", "9000", "a9"]  # counts for nothing in the size of a
    book = make_book(rows, "2025-H2")
    assert (book.rulers["sizes"].large, book.rulers["sizes"].medium) == (50, 30)
    assert sizes(book) == {
        "a": "small", "b": "small", "c": "medium", "d": "medium", "e": "large", "y": "absent", "z": "absent"
    }  # fmt: skip


def test_shares_of_sizes_are_thresholds(make_book):
    thresholds = {"large_share": 0.5, "medium_share": 0.25}
    book = make_book(revenues(10, 20, 30, 40), "2025-H2", thresholds=thresholds)
    assert (book.rulers["sizes"].large, book.rulers["sizes"].medium) == (30, 20)


def test_limits_by_margin(make_book):
    rows = revenues(100, 90, 80, 70, 60).assign(cost=[99, 50, 60, 45, 57])  # margins 1, 40, 20, 25, 3
    book = make_book(rows, "2025-H2", thresholds={"size_by": "margin"})
    assert (book.rulers["sizes"].large, book.rulers["sizes"].medium) == (40, 20)
    assert sizes(book) == {"a": "small", "b": "large", "c": "medium", "d": "medium", "e": "small"}


# ---- one ruler for several books


@pytest.fixture(scope="module")
def two_semesters(make_book):
    """Everybody bought 10, 20 ... 50 in 2025-H1, and twice as much in 2025-H2."""
    rows = [
        (customer, day, amount * factor, f"{customer}{day}")
        for customer, amount in zip("abcde", (10, 20, 30, 40, 50), strict=True)
        for day, factor in (("2025-06-30", 1), ("2025-12-31", 2))
    ]
    lines = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id"])
    return make_book(lines, "2025-H2", thresholds={"trailing_months": 6})


def test_a_book_has_its_own_ruler(two_semesters):
    assert two_semesters.rulers["rfm"].monetary == pytest.approx((36, 52, 68, 84), rel=1e-12)
    assert sizes(two_semesters) == {"a": "small", "b": "small", "c": "medium", "d": "medium", "e": "large"}


def test_a_frozen_ruler_shows_the_movement(two_semesters):
    first = two_semesters.at(parse_period("2025-H1"))
    assert first.rulers["rfm"].monetary == pytest.approx((18, 26, 34, 42), rel=1e-12)
    assert (first.rulers["sizes"].large, first.rulers["sizes"].medium) == (50, 30)
    then = first.at(parse_period("2025-H2"), first.rulers)
    assert then.rulers == first.rulers
    # 20, 40 ... 100 against 18, 26, 34, 42; and against 50 and 30.
    assert scores(then)["rfm_m"] == [2, 4, 5, 5, 5]
    assert sizes(then) == {"a": "small", "b": "medium", "c": "large", "d": "large", "e": "large"}


def test_previous_is_measured_with_this_books_ruler(two_semesters):
    previous = two_semesters.previous
    assert previous.rulers == two_semesters.rulers
    # 10 ... 50 against 36, 52, 68, 84; and against 100 and 60.
    assert scores(previous)["rfm_m"] == [1, 1, 1, 2, 2]
    assert set(sizes(previous).values()) == {"small"}


def test_the_ruler_of_a_segment_is_that_of_the_whole(make_book):
    customers = pd.DataFrame({"customer_id": list("abcde"), "region": ["N", "N", "N", "S", "S"]})
    lines = revenues(10, 20, 30, 40, 50)
    whole = make_book(lines, "2025-H2", customers=customers)
    south = make_book(lines, "2025-H2", "region=S", thresholds={"min_customers": 1}, customers=customers)
    assert south.rulers == whole.rulers
    assert sizes(south) == {"d": "medium", "e": "large"}
