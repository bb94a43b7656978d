"""The rows of the orders file: read, kept and set aside, with their money, up to the end of the period."""

from decimal import Decimal

import pytest

from portfolio.review.figures.numbers import value_of
from portfolio.review.opening import open_book

ORDERS = """\
customer_id,order_date,amount,order_id
a,2025-02-01,100,1
,2025-03-01,30,2
,2025-08-01,70.25,3
b,,50,4
b,2025-08-02,0,5
b,2025-08-03,x,6
a,2025-08-01,120,7
a,2025-08-01,120,7
,2025-08-01,-0.25,8
"""
LATER = ",2026-02-01,500,9\na,2026-02-01,900,10\nb,2026-02-01,0,11\n"


@pytest.fixture
def books(tmp_path):
    """Return a function that opens the book of a period, or of a segment, over some order lines."""
    (tmp_path / "customers.csv").write_text("customer_id,region\na,N\nb,S\n")
    (tmp_path / "params.yml").write_text(
        "portfolio:\n  name: Test\n  thresholds: {min_customers: 1, set_aside_limit: 1, unreadable_limit: 1}\n"
        "  tables:\n    orders: {source: orders.csv, drop_duplicates: true}\n    customers: {source: customers.csv}\n"
    )

    def of(period, lines=ORDERS, segment=""):
        (tmp_path / "orders.csv").write_text(lines)
        return open_book(tmp_path / "params.yml", period, segment)

    return of


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2025-H1", {"": (1, "100"), "no_customer": (1, "30"), "no_date": (1, "0")}),
        (
            "2025-H2",
            {
                "": (2, "120"), "no_customer": (3, "70"), "no_date": (1, "0"), "no_amount": (1, "0"),
                "zero_amount": (1, "0"), "duplicate": (1, "120"),
            },
        ),
    ],
)  # fmt: skip
def test_rows_up_to_the_end_of_the_period_and_money_in_it_by_reason(books, period, expected):
    found = books(period).lines_by_reason
    assert found == {reason: (rows, Decimal(money)) for reason, (rows, money) in expected.items()}


def test_rows_and_money_of_the_whole_file(books):
    found = books("2025-H2").clean.lines_by_reason()
    assert {reason: lines.money for reason, lines in found.items()} == {
        "": 220, "no_customer": 100, "no_date": 50, "no_amount": 0, "zero_amount": 0, "duplicate": 120
    }  # fmt: skip
    assert sum(lines.rows for lines in found.values()) == 9


FIGURES = {
    "rows_read": 9, "rows_kept": 2, "rows_set_aside": 7, "rows_no_customer": 3, "rows_no_date": 1, "rows_no_amount": 1,
    "rows_zero_amount": 1, "rows_duplicate": 1,
    "money_set_aside": 70,  # the copy of a line that is kept is no money lost
}  # fmt: skip


@pytest.mark.parametrize("lines", [ORDERS, ORDERS + LATER], ids=["now", "with later rows"])
def test_rows_that_come_later_change_nothing(books, lines):
    book = books("2025-H2", lines)
    assert {name: value_of(book, name)[0] for name in FIGURES} == FIGURES


def test_a_segment_has_the_ledger_of_the_file_and_no_money_aside_of_its_own(books):
    book = books("2025-H2", segment="region=N")
    assert {name: value_of(book, name)[0] for name in FIGURES} == FIGURES
    assert book.topics.figures["revenue"].aside(book) == 0
    assert book.whole.topics.figures["revenue"].aside(book.whole) == 70
