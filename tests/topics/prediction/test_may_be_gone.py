"""Who may be gone: the list and its order, on predictions given by hand."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from portfolio.review.lists.numbers import lists
from portfolio.topics.prediction import TOPIC
from portfolio.topics.prediction.fits import Fits
from portfolio.topics.prediction.numbers import who_may_be_gone
from portfolio.topics.prediction.predictions import Prediction

# Customer -> the chance of being alive, and the value over twelve months were that sure.
TOLD = {
    "dead": (0.02, 1000), "half": (0.5, 1000), "likely": (0.85, 1000), "alive": (0.99, 1000), "small": (0.5, 100),
    "lossy": (0.5, -400), "worthless": (0.5, 0), "long_ago": (0.5, 1000),
}  # fmt: skip


@pytest.fixture(scope="module")
def book(make_book):
    """Return a book whose predictions are those given; long_ago has not ordered for more than a year."""
    orders = pd.DataFrame({"customer_id": list(TOLD), "order_date": "2025-08-01", "amount": 1000})
    orders.loc[orders["customer_id"] == "long_ago", "order_date"] = "2024-08-01"
    book = make_book(orders, "2025-H2")
    rows = [(name, p, 1.0, value, p * value, p * value * 2, value, 1.0) for name, (p, value) in TOLD.items()]
    columns = [
        "customer_id", "probability_alive", "expected_purchases", "expected_value", "lifetime_value_short",
        "lifetime_value", "value_if_alive", "margin_rate",
    ]  # fmt: skip
    table = book.keep(ibis.memtable(pd.DataFrame(rows, columns=columns)))
    book.once("prediction", lambda: Prediction(book, Fits(table, values=object()), table, len(TOLD)))
    return book


def test_those_whom_a_call_changes_most_come_first_the_surely_gone_and_the_surely_there_last(book):
    found = lists(book, TOPIC)["may_be_gone"].set_index("customer_id")["recoverable"]
    # p (1 - p) x value: half .25, likely .1275, dead .0196 of 1,000; small .25 of 100. Who is there for sure, .99, is
    # not called, nor is who is sold to at a loss, or for nothing.
    assert list(found.index) == ["half", "likely", "small", "dead"]
    assert found.tolist() == pytest.approx([250, 127.5, 25, 19.6], rel=1e-9)


def test_the_finding_is_the_expected_loss_of_the_same_window(book):
    found = book.run(who_may_be_gone(book)).set_index("customer_id")["loss"]
    # (1 - p) x value.
    assert found.to_dict() == pytest.approx(
        {"dead": 980, "half": 500, "likely": 150, "alive": 10, "small": 50}, rel=1e-9
    )


def test_the_worth_most_are_all_who_ever_ordered_by_what_they_are_likely_to_bring(book):
    found = lists(book, TOPIC)["most_valuable"]
    # The first action of likely, half, small and dead stands on the list above.
    assert " ".join(found["customer_id"]) == "alive long_ago worthless lossy"
    assert found["value_rank"].tolist() == [1, 3, 7, 8]
