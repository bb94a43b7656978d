"""Sources that are older than they should be, by days worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from portfolio.base.arrival import Late, due_after, late_sources


@pytest.fixture
def late(make_book, table):
    """Return a function that says which sources of a book are late on a day, given what is expected of them."""
    orders = table(
        """
        customer_id order_date  amount
        ann         2025-01-01  10
        bob         2025-01-11  10
        ann         2025-01-21  10
        bob         2025-01-31  10
        """
    )

    def of(expects: dict[str, str], day: str, **tables) -> list[Late]:
        book = make_book(orders, "2025-H1", **tables)
        portfolio = book.params.portfolio.model_copy(update={"expects": expects})
        params = book.params.model_copy(update={"portfolio": portfolio})
        return list(late_sources(params, book.clean, dt.date.fromisoformat(day)))

    return of


@pytest.mark.parametrize(
    ("every", "due"),
    [
        ("every day", "2025-02-01"),
        ("every week", "2025-02-07"),
        ("every month", "2025-02-28"),
        ("every quarter", "2025-04-30"),
        ("every half-year", "2025-07-31"),
        ("every year", "2026-01-31"),
    ],
)
def test_what_comes_next_is_due_an_interval_after_the_last(every, due):
    assert due_after(dt.date(2025, 1, 31), every) == dt.date.fromisoformat(due)


def test_orders_are_late_once_their_usual_gap_has_passed_too(late):
    # Ten days from order to order: thirty say nothing. Due on 28 February, 30 days more are 30 March.
    assert late({"orders": "every month"}, "2025-03-30") == []
    assert late({"orders": "every month"}, "2025-03-31") == [
        Late("orders", "every month", dt.date(2025, 1, 31), dt.date(2025, 2, 28), 30)
    ]


def test_another_table_is_late_after_a_week(late, table):
    surveys = table("customer_id date nps\nann 2025-01-31 9\nbob 2025-01-02 3")
    assert late({"surveys": "every month"}, "2025-03-07", surveys=surveys) == []
    assert late({"surveys": "every month"}, "2025-03-08", surveys=surveys) == [
        Late("surveys", "every month", dt.date(2025, 1, 31), dt.date(2025, 2, 28), 7)
    ]


def test_days_to_come_do_not_make_a_source_fresh(late, table):
    surveys = table("customer_id date nps\nann 2025-01-31 9\nbob 2052-01-31 3")
    (one,) = late({"surveys": "every month"}, "2025-03-08", surveys=surveys)
    assert one.last == dt.date(2025, 1, 31)


def test_a_contract_came_when_it_started_and_not_when_it_ends(late, table):
    contracts = table("customer_id product start_date end_date\nann Site 2025-01-31 2025-12-31")
    (one,) = late({"contracts": "every week"}, "2026-01-05", contracts=contracts)
    assert one.last == dt.date(2025, 1, 31)


def test_a_table_without_a_row_is_late(late, table):
    surveys = table("customer_id date nps\nann 2025-06-30 9")
    assert late({"surveys": "every year"}, "2025-06-29", surveys=surveys) == [
        Late("surveys", "every year", None, None, 7)
    ]


def test_several_come_in_the_order_of_the_file_and_only_those_that_are_late(late, table):
    surveys = table("customer_id date nps\nann 2025-01-31 9")
    interactions = table("customer_id date kind\nann 2025-06-28 call")
    expects = {"surveys": "every month", "interactions": "every week", "orders": "every quarter"}
    found = late(expects, "2025-06-30", surveys=surveys, interactions=interactions)
    assert [one.table for one in found] == ["surveys", "orders"]
    assert late({}, "2035-01-01") == []


@pytest.mark.parametrize(
    "one",
    [
        Late("orders", "every month", dt.date(2025, 1, 31), dt.date(2025, 2, 28), 30),
        Late("surveys", "every day", None, None, 7),
    ],
)
def test_it_is_the_same_again_out_of_json(one):
    assert Late.from_dict(one.to_dict()) == one
