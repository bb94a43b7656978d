"""What customers buy of what is sold, worked out by hand."""

import pytest

from portfolio.topics.offer.numbers import categories


@pytest.fixture(scope="module")
def book(make_book, table):
    """a to d are active and of one size; e bought earlier in the year, f before it."""
    orders = table(
        """
        customer_id order_date  amount category order_id
        a           2025-07-01  100    X        1
        b           2025-07-01  60     X        1
        b           2025-08-01  40     X        2
        c           2025-07-01  100    X        1
        d           2025-07-01  100    X        1
        e           2025-01-01  40     X        1
        a           2025-07-01  100    Y        1
        b           2025-07-01  300    Y        1
        c           2025-01-01  50     Z        9
        f           2024-12-31  70     Z        1
        """
    )
    return make_book(orders, "2025-H2", thresholds={"size_limits": {"large": 1, "medium": 0.5}})


def test_categories(book):
    found = categories(book)
    assert found["category"].tolist() == ["X", "Y", "Z"]  # most bought first
    found = found.set_index("category")
    assert found["customers"].tolist() == [5, 2, 1]  # f is out of the window
    assert found["coverage"].tolist() == [1, 2 / 5, 1 / 5]
    assert found["revenue"].tolist() == [440, 400, 50]
    assert found["median_spend"].tolist() == [100, 200, 50]
    # Of the active a to d: nobody is without X; c and d without Y; a, b and d without Z. e and f are neither peers nor
    # buyers to be.
    assert found["lacking"].tolist() == [0, 2, 3]


def test_whitespace(book):
    # Y: half of the four large customers buy it, for a median of 200; c and d lack it: 2 x 0.5 x 200. e has no peer who
    # buys it. Z: a quarter buys it, for 50; a, b and d lack it: 3 x 0.25 x 50.
    assert categories(book).set_index("category")["whitespace"].to_dict() == {"X": 0, "Y": 200, "Z": 37.5}


def test_peers_are_of_the_same_size(make_book, table):
    orders = table(
        """
        customer_id order_date  amount category order_id
        a           2025-07-01  1000   X        1
        a           2025-07-01  600    Y        1
        b           2025-07-01  1000   X        1
        c           2025-07-01  10     X        1
        d           2025-07-01  10     X        1
        d           2025-07-01  4      Y        1
        """
    )
    book = make_book(orders, "2025-H2", thresholds={"size_limits": {"large": 1000, "medium": 500}})
    # b: half of the large buy Y for 600; c: half of the small for 4.
    assert categories(book).set_index("category").loc["Y", "whitespace"] == 302


def test_without_categories(make_book, table):
    orders = table("customer_id order_date amount order_id\n ann 2025-07-01 10 1")
    assert categories(make_book(orders, "2025-H2")).empty
