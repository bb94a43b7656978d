"""The cut-offs that customers are measured with: quantiles, limits of sizes, and frozen rulers."""

import math

import numpy as np
import pandas as pd
import pytest

from portfolio.params.periods import parse_period
from portfolio.topics.rates import first_ranks
from portfolio.topics.rfm.numbers import newer_ruler

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


# ---- one ruler for the books of a portfolio


SEMESTERS = ("2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31")


@pytest.fixture(scope="module")
def semesters(make_book):
    """Everybody buys at the end of each semester: 10, 20 ... 50 in 2024-H1, then two, three and four times as much."""
    rows = [
        (customer, day, amount * factor, f"{customer}{day}")
        for customer, amount in zip("abcde", (10, 20, 30, 40, 50), strict=True)
        for factor, day in enumerate(SEMESTERS, start=1)
    ]
    lines = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id"])

    def of(period="2025-H2", **given):
        return make_book(lines, period, thresholds={"trailing_months": 6}, **{"ruler": None} | given)

    return of


def limits(book):
    return tuple(book.rulers["sizes"])


def test_the_ruler_is_of_the_first_period_whose_window_is_covered(semesters):
    # Orders start on 30 June 2024, and half a year between days of orders is usual here, a quarter at most: the
    # window of 2024-H1 is not covered, that of 2024-H2 is.
    book = semesters()
    assert book.ruler_period.name == "2024-H2"
    assert limits(book) == (100, 60)
    assert book.rulers["rfm"].monetary == pytest.approx((36, 52, 68, 84), rel=1e-12)
    # 40, 80 ... 200 against these.
    assert scores(book)["rfm_m"] == [2, 4, 5, 5, 5]
    assert sizes(book) == {"a": "small", "b": "medium", "c": "large", "d": "large", "e": "large"}


def test_every_book_of_the_portfolio_is_measured_with_it(semesters):
    book = semesters()
    others = [book.previous, book.at(parse_period("2024-H2")), semesters("2024-H2"), semesters("2025-H1").previous]
    for other in others:
        assert other.ruler_period == book.ruler_period
        assert other.rulers == book.rulers
    # 20 ... 100 of 2024-H2, the same seen from any report.
    assert scores(others[1]) == scores(others[2]) == scores(others[3])
    assert sizes(others[1]) == {"a": "small", "b": "small", "c": "medium", "d": "medium", "e": "large"}


def test_the_period_given_as_ruler_measures_them_all(semesters):
    book = semesters(ruler="2025-H1")
    assert limits(book) == limits(book.previous) == limits(book.at(parse_period("2024-H1"))) == (150, 90)
    assert sizes(book)["c"] == "medium"  # 120


def test_the_last_period_is_the_ruler_where_no_window_is_covered(make_book):
    book = make_book(revenues(10, 20, 30, 40, 50), "2025-H1", ruler=None)
    assert book.ruler_period.name == "2025-H2"


def test_quarters_have_a_ruler_of_quarters(semesters):
    assert semesters("2025-Q4").ruler_period.kind == "quarter"
    # A ruler given for semesters is none for quarters.
    assert semesters("2025-Q4", ruler="2025-H1").ruler_period.kind == "quarter"


def test_the_ruler_of_a_segment_is_that_of_the_whole(make_book):
    customers = pd.DataFrame({"customer_id": list("abcde"), "region": ["N", "N", "N", "S", "S"]})
    lines = revenues(10, 20, 30, 40, 50)
    whole = make_book(lines, "2025-H2", customers=customers)
    south = make_book(lines, "2025-H2", "region=S", thresholds={"min_customers": 1}, customers=customers)
    assert south.rulers == whole.rulers
    assert sizes(south) == {"d": "medium", "e": "large"}


# ---- a ruler that has grown old


# Twenty customers bring 10, 20 ... 200 in 2024-H2: of nineteen steps of 10, a fifth is 38.
LIMITS = (0, 48, 86, 124, 162)


def spread(make_book, counts, period="2025-H2"):
    """The book whose customers stand in these numbers at the monetary scores of 2024-H2, all with other amounts."""
    amounts = [limit + 1 + n for limit, count in zip(LIMITS, counts, strict=True) for n in range(count)]
    rows = [(f"c{n}", "2024-12-31", 10 * (n + 1)) for n in range(20)]
    rows += [(f"c{n}", "2025-12-31", amount) for n, amount in enumerate(amounts)]
    lines = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    return make_book(lines, period, thresholds={"trailing_months": 6}, ruler="2024-H2")


@pytest.mark.parametrize(
    ("counts", "crowded"),
    [
        ([1, 8, 4, 4, 3], []),  # 5 % and 40 %: just within
        ([1, 9, 4, 4, 2], [(2, 0.45)]),
        ([0, 8, 4, 4, 4], [(1, 0.0)]),
        ([4, 4, 4, 8, 0], [(5, 0.0)]),
    ],
)
def test_a_newer_ruler_is_proposed_where_a_score_holds_too_few_or_too_many(make_book, counts, crowded):
    # Everybody ordered once, the last day: the cut-offs of no period spread recency or frequency, and none is blamed.
    found = newer_ruler(spread(make_book, counts))
    assert found[["dimension", "score", "share"]].to_numpy().tolist() == [["monetary", *each] for each in crowded]
    assert set(found["ruler"]) <= {"2024-H2"}
    assert set(found["newer"]) <= {"2025-H2"}


def test_no_newer_ruler_is_proposed_in_the_period_of_the_ruler(make_book):
    assert newer_ruler(spread(make_book, [20, 0, 0, 0, 0], "2024-H2")).empty
