"""The margin rate that each customer's purchases are valued with: their own, their size's, or the portfolio's."""

import pandas as pd
import pytest

from portfolio.topics.prediction.margins import basis, margin_rates
from portfolio.topics.prediction.predictions import prediction, ranked
from portfolio.topics.prediction.value.numbers import capital

LIMITS = {"size_limits": {"large": 1000, "medium": 100}}
# Customer, orders, day of the first (the others follow it), amount and cost of each.
LINES = [
    ("a", 5, "2025-08-01", 200, 100),
    ("b", 1, "2025-08-01", 1000, 1100),
    ("c", 5, "2025-08-01", 10, 15),
    ("d", 1, "2025-08-01", 50, 15),
    ("e", 4, "2025-08-01", 50, 20),
    ("f", 1, "2025-08-01", 200, 200),
    ("g", 1, "2025-02-01", 100, 40),
    ("h", 1, "2024-12-31", 100, 0),
]


def orders_of(lines):
    rows = [
        (customer, str(day.date()), amount, cost, f"{customer}{day.date()}")
        for customer, n, start, amount, cost in lines
        for day in pd.date_range(start, periods=n)
    ]
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "cost", "order_id"])


def rates(book):
    found = book.run(margin_rates(book)).set_index("customer_id")["margin_rate"]
    return found.astype(float).sort_index().to_dict()


def test_own_from_five_orders_on_else_that_of_the_size_else_that_of_all(make_book):
    book = make_book(orders_of(LINES), "2025-H2", thresholds=LIMITS)
    assert basis(book) == "margin"
    # Large, a and b: 500 - 100 of 2,000. Medium, e and f: 120 + 0 of 400. Small, c and d: -25 + 35 of 100. All of the
    # year, g with them: 500 - 100 + 120 + 0 - 25 + 35 + 60 = 590 of 2,600.
    assert rates(book) == pytest.approx(
        {"a": 0.5, "b": 0.2, "c": -0.5, "d": 0.1, "e": 0.3, "f": 0.3, "g": 590 / 2600, "h": 590 / 2600}, rel=1e-12
    )


def test_the_rates_of_a_segment_are_those_of_the_portfolio(make_book):
    book = make_book(orders_of(LINES), "2025-H2", "size=large", {**LIMITS, "min_customers": 1})
    assert rates(book)["b"] == pytest.approx(0.2, rel=1e-12)


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        (orders_of(LINES).drop(columns="cost"), "revenue"),
        (orders_of([("a", 1, "2024-08-01", 100, 60), ("a", 1, "2025-08-01", 100, None)]), "revenue"),
        (orders_of([("a", 1, "2025-08-01", 100, 60)]), "margin"),
        (orders_of([("a", 1, "2025-08-01", 100, 100)]), "margin"),
        (orders_of([("a", 1, "2025-08-01", 100, 160)]), "margin"),
    ],
    ids=["no cost", "none in the window", "a gain", "neither gain nor loss", "a loss"],
)
def test_values_are_in_revenue_only_where_no_cost_tells_the_margin(make_book, orders, told):
    book = make_book(orders, "2025-H2")
    assert basis(book) == told
    expected = 1.0 if told == "revenue" else (100 - orders["cost"].iloc[0]) / 100
    assert set(rates(book).values()) == {expected}


def test_who_is_sold_to_at_a_loss_has_a_value_below_nothing_and_takes_it_from_the_whole(make_book):
    lines = [
        (name, day, 100 + 10 * place, 60 if name < "z" else 1.5 * (100 + 10 * place))
        for place, (name, every) in enumerate(zip("abcdefghz", (11, 17, 23, 29, 37, 45, 60, 90, 14), strict=True))
        for day in pd.date_range(f"2024-0{place + 1}-01", "2025-12-20", freq=f"{every}D")
    ]
    orders = pd.DataFrame(lines, columns=["customer_id", "order_date", "amount", "cost"])
    book = make_book(orders.astype({"order_date": str}), "2025-H2", thresholds={"min_customers": 1})
    found = book.run(ranked(prediction(book))).set_index("customer_id")
    value = found["lifetime_value"].astype(float)
    # Half of what z pays is lost on it; the others leave something.
    assert found.loc["z", "expected_value"] == pytest.approx(-0.5 * found.loc["z", "expected_amount"], rel=1e-12)
    assert value["z"] < 0 < value.drop("z").min()
    assert found["value_rank"].idxmax() == "z"
    whole = capital(book).iloc[1]
    assert whole["capital"] == pytest.approx(value.sum(), rel=1e-12)
    assert whole["capital"] < value.drop("z").sum()
    assert whole["low"] < whole["capital"] < whole["high"]
