"""The days that orders cover, and what is taken for a usual gap between two of them."""

import datetime as dt

import pandas as pd
import pytest

from portfolio.base.span import Span
from portfolio.params.periods import parse_period

DAY = dt.date
H2 = parse_period("2025-H2")


def spanned(make_book, days, amount=10):
    return make_book(pd.DataFrame({"customer_id": "a", "order_date": days, "amount": amount}), "2025-H2").span


@pytest.mark.parametrize(
    ("days", "slack"),
    [
        (["2025-07-01"], 7),  # no gap to learn from
        (["2025-07-01", "2025-07-01", "2025-07-02", "2025-07-03"], 7),  # a week always is usual
        (["2025-07-01", "2025-07-11", "2025-07-21", "2025-12-21"], 30),  # three times the median of 10, 10 and 153
        (["2024-01-01", "2024-07-01", "2025-01-01"], 91),  # a quarter never is
    ],
)
def test_the_usual_gap_is_three_times_the_median_one(make_book, days, slack):
    found = spanned(make_book, days)
    assert (str(found.first), str(found.last), found.slack) == (days[0], days[-1], slack)


def test_days_of_credit_notes_are_no_days_with_orders(make_book):
    days = ["2025-07-01", "2025-07-02", "2025-07-03", "2025-07-21", "2025-07-31"]
    # Days with orders are 1, 21 and 31 July: gaps of 20 and 10.
    found = spanned(make_book, days, amount=[10, -1, -1, 10, 10])
    assert found.slack == 45


def test_orders_cover_a_day_when_they_start_a_usual_gap_after_it():
    span = Span(DAY(2025, 1, 8), DAY(2025, 12, 31), 7)
    assert span.covers(DAY(2025, 1, 1))
    assert not span.covers(DAY(2024, 12, 31))


@pytest.mark.parametrize(
    ("last", "stops"),
    [
        (DAY(2025, 12, 24), None),  # seven days before the end of the period
        (DAY(2025, 12, 23), DAY(2025, 12, 23)),
        (DAY(2025, 6, 30), DAY(2025, 6, 30)),  # before its start
        (DAY(2026, 3, 1), None),
    ],
)
def test_orders_stop_in_a_period_when_they_end_more_than_a_usual_gap_before_it(last, stops):
    assert Span(DAY(2025, 1, 1), last, 7).stops(H2) == stops


def test_a_period_that_starts_after_the_last_order_is_not_complete():
    # A usual gap reaches past 1 July, and yet no order is of that day or later.
    assert Span(DAY(2025, 1, 1), DAY(2025, 6, 29), 7).stops(parse_period("2025-07-01")) == DAY(2025, 6, 29)


@pytest.mark.parametrize(
    ("first", "ruler"),
    [
        (DAY(2023, 7, 8), "2024-H1"),  # its window of twelve months starts on 1 July 2023
        (DAY(2023, 7, 9), "2024-H2"),
        (DAY(2025, 1, 8), "2025-H2"),
        (DAY(2025, 1, 9), "2025-H2"),  # no window is covered: the period given
    ],
)
def test_the_ruler_is_of_the_first_period_whose_window_orders_cover(first, ruler):
    assert Span(first, DAY(2025, 12, 31), 7).ruler_period(H2, 12).name == ruler
