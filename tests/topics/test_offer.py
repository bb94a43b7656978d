"""What customers buy of what is sold, worked out by hand."""

import pandas as pd
import pytest

from portfolio.review.findings.numbers import findings
from portfolio.review.findings.shown import told
from portfolio.show.words import Words
from portfolio.topics.offer import shown
from portfolio.topics.offer.numbers import categories, little_known, taken_up


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
    limits = {"size_limits": {"large": 1, "medium": 0.5}, "little_known_share": 0.3}
    return make_book(orders, "2025-H2", thresholds=limits)


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


def test_most_bought_first_then_by_name(make_book, table):
    orders = table(
        """
        customer_id order_date  amount category order_id
        a           2025-07-01  9      Z        1
        a           2025-07-01  9      Y        1
        a           2025-07-01  9      X        1
        b           2025-07-01  1      Y        1
        b           2025-07-01  1      W        1
        """
    )
    assert categories(make_book(orders, "2025-H2"))["category"].tolist() == ["Y", "W", "X", "Z"]


def test_customers_without_a_place_are_peers(make_book, table):
    orders = table(
        """
        customer_id order_date  amount category order_id
        a           2025-07-01  10     X        1
        b           2025-07-01  10     X        1
        c           2025-07-01  10     Y        1
        d           2025-07-01  10     X        1
        """
    )
    customers = table("customer_id region\n a N\n b S\n c -\n d -")
    book = make_book(orders, "2025-H2", thresholds={"size_limits": {"large": 1, "medium": 0.5}}, customers=customers)
    found = categories(book).set_index("category").loc["Y", ["lacking", "whitespace"]]
    assert found.tolist() == [3, 5]  # d alone has a peer, c: half of the two buy it for 10


def test_peers_are_of_the_same_place(make_book, table):
    orders = table(
        """
        customer_id order_date  amount category order_id
        a           2025-07-01  10     X        1
        a           2025-07-01  600    Y        1
        b           2025-07-01  10     X        1
        c           2025-07-01  10     X        1
        d           2025-07-01  10     X        1
        d           2025-07-01  4      Y        1
        e           2025-07-01  10     X        1
        """
    )
    customers = pd.DataFrame({"customer_id": list("abcde"), "region": ["N", "N", "S", "S", None]})
    limits = {"size_limits": {"large": 1, "medium": 0.5}}
    book = make_book(orders, "2025-H2", thresholds=limits, customers=customers)
    # b: half of the north buys Y for 600; c: half of the south for 4; e, who is nowhere, has no peer.
    found = categories(book).set_index("category").loc["Y", ["lacking", "whitespace"]]
    assert found.tolist() == [3, 302]


@pytest.mark.parametrize(
    "line",
    ["z 2024-12-31 100 X 1", "z 2025-07-01 -100 X 1", "z 2026-01-01 100 Y 1"],
    ids=["before the window", "a credit note alone", "after the period"],
)
def test_who_has_no_order_in_the_window_is_neither_a_peer_nor_a_buyer_to_be(make_book, table, line):
    orders = table(
        f"""
        customer_id order_date  amount category order_id
        a           2025-07-01  100    X        1
        a           2025-07-01  50     Y        1
        b           2025-07-01  100    X        1
        {line}
        """
    )
    customers = pd.DataFrame({"customer_id": ["a", "b", "y", "z"]})  # y never ordered
    limits = {"size_limits": {"large": 1, "medium": 0.5}}
    found = categories(make_book(orders, "2025-H2", thresholds=limits, customers=customers)).set_index("category")
    assert found["coverage"].to_dict() == {"X": 1, "Y": 0.5}
    # b alone lacks Y: half of two peers buy it, for 50.
    assert found.loc["Y", ["lacking", "whitespace"]].tolist() == [1, 25]


def test_who_gave_back_all_of_a_category_does_not_buy_it(make_book, table):
    orders = table(
        """
        customer_id order_date  amount category order_id
        a           2025-07-01  100    X        1
        a           2025-07-01  50     Y        1
        a           2025-07-02  -50    Y        1
        b           2025-07-01  100    X        1
        b           2025-07-01  30     Y        1
        """
    )
    limits = {"size_limits": {"large": 1, "medium": 0.5}}
    found = categories(make_book(orders, "2025-H2", thresholds=limits)).set_index("category")
    assert found.loc["Y", ["customers", "lacking", "whitespace"]].tolist() == [1, 1, 15]  # half of them, for 30


def test_the_sentence_and_the_swot_name_the_same_category(make_book):
    # Of ten customers all buy X, five Y for 1,000, one Z for 400 and another V for 300. Y has most to win, 5 x 0.5 x
    # 1,000, but half of the customers know it; of the little known ones, Z 9 x 0.1 x 400 is before V 9 x 0.1 x 300.
    names = "abcdefghij"
    rows = [(name, "X", 10) for name in names] + [(name, "Y", 1000) for name in names[:5]]
    orders = pd.DataFrame([*rows, ("a", "Z", 400), ("b", "V", 300)], columns=["customer_id", "category", "amount"])
    orders = orders.assign(order_date="2025-07-01", order_id="1")
    limits = {"size_limits": {"large": 1, "medium": 0.5}, "little_known_share": 0.15}
    book = make_book(orders, "2025-H2", thresholds=limits)
    table = categories(book)
    assert table.set_index("category")["whitespace"].to_dict() == pytest.approx(
        {"X": 0, "Y": 2500, "Z": 360, "V": 270}, rel=1e-12
    )
    found = findings(book).query("rule == 'whitespace'")
    assert sorted(found["segment"]) == ["category=V", "category=Z"]
    # Nobody knows in the first period how many take up what they lack: nothing is expected.
    assert found["expected"].isna().all()
    words = Words("en", "EUR", vocabulary=book.topics.vocabulary)
    assert shown.sentence(table, words=words).startswith("“Z” has most to win: 10% of customers buy it")
    first = told(next(found.itertuples()), book.topics, words)
    assert first.money == ""


def test_what_is_expected_is_what_customers_take_up(make_book):
    # Ten customers known in 2025-H1 had bought X and not Y; a took Y up: 1 in 10, and 1 - 0.9^2 in a year. One peer in
    # ten buys Y, for 100: each of the nine others is expected to bring 10 x 0.19.
    rows = [(name, day, "X", 10) for name in "abcdefghij" for day in ("2025-03-01", "2025-07-01")]
    orders = pd.DataFrame(
        [*rows, ("a", "2025-07-01", "Y", 100)], columns=["customer_id", "order_date", "category", "amount"]
    )
    limits = {"size_limits": {"large": 1, "medium": 0.5}, "little_known_share": 0.15}
    book = make_book(orders, "2025-H2", thresholds=limits)
    assert taken_up(book) == pytest.approx(0.19)
    found = findings(book).set_index("rule").loc["whitespace"]
    assert found[["customers", "gross", "exposed"]].tolist() == pytest.approx([9, 9 * 1.9, 9 * 20])


def test_a_category_worth_less_than_the_least_is_no_finding(book):
    # Z could bring 37.5 of 890.
    assert [one.segment for one in little_known(book, 37.5 / 890)] == ["category=Z"]
    assert little_known(book, 37.6 / 890) == []


def test_without_categories(make_book, table):
    orders = table("customer_id order_date amount order_id\n ann 2025-07-01 10 1")
    assert categories(make_book(orders, "2025-H2")).empty
