"""The lists to work from, on the shop of ``conftest.py``."""

import pandas as pd
import pytest

from portfolio.review.findings.numbers import findings
from portfolio.review.lists.numbers import lists as actions


@pytest.fixture(scope="module")
def lists(shop):
    return actions(shop)


def test_every_list_is_there(lists):
    assert list(lists) == [
        "cannot_lose", "at_risk", "overdue", "inactive", "win_back", "high_potential", "second_purchase", "champions"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "customers", "money"),
    [
        ("cannot_lose", [], []),
        ("at_risk", ["eve"], [300]),
        ("overdue", [], []),
        ("inactive", ["bob", "eve"], [350, 300]),  # ranked by the money of the year
        ("win_back", ["bob"], [400]),  # what he brought in the period before
        ("high_potential", [], []),
        ("second_purchase", [], []),  # dan ordered before 2025
        ("champions", ["ann"], [700]),
    ],
)
def test_who_is_on_each_list(lists, name, customers, money):
    found = lists[name]
    assert found["customer_id"].tolist() == customers
    assert found["money_at_stake"].astype(float).tolist() == money
    assert set(found["why"]) <= {name}
    assert found.attrs["customers"] == len(customers)


def test_what_is_said_of_a_customer(lists):
    bob = lists["win_back"].iloc[0]
    wanted = ["name", "account_manager", "region", "email", "lifecycle", "rfm_segment", "size", "orders"]
    assert bob[wanted].tolist() == [
        "Bob", "Zoe", "Bretagne", "bob@example.com", "inactive", "hibernating", "absent", 1
    ]  # fmt: skip
    assert (str(bob.last_order_date)[:10], bob.days_since_last_order) == ("2025-03-15", 291)


def test_lists_are_cut_and_say_of_how_many(make_book, shop_tables):
    orders, customers = shop_tables
    found = actions(make_book(orders, "2025-H2", thresholds={"action_list_rows": 1}, customers=customers))["inactive"]
    assert found["customer_id"].tolist() == ["bob"]
    assert found.attrs["customers"] == 2


@pytest.fixture(scope="module")
def contacts(make_book, shop_tables):
    """Return the lists of the shop where bob closes his account on a day, and eve refuses to be contacted."""
    orders, customers = shop_tables
    customers = customers.assign(
        closed_date=["-", "2025-12-31", *["-"] * 6], consent=[*["-"] * 4, "false", *["-"] * 3]
    ).replace("-", None)
    return actions(make_book(orders, "2025-H2", customers=customers))


def test_who_refused_or_is_closed_is_on_no_list(contacts):
    listed = {customer for frame in contacts.values() for customer in frame["customer_id"]}
    assert listed == {"ann"}


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("inactive", {"closed": 1, "refused": 1}),  # bob, whose account closes on the last day, and eve
        ("win_back", {"closed": 1}),
        ("at_risk", {"refused": 1}),
        ("champions", {}),
        ("cannot_lose", {}),
    ],
)
def test_how_many_are_left_out_and_why(contacts, name, left_out):
    assert contacts[name].attrs["left_out"] == left_out
    assert contacts[name].attrs["customers"] == (name == "champions")


@pytest.mark.parametrize(
    ("opt_in", "ann", "bob"),
    [
        ("persons", None, "bob@example.com"),
        ("everyone", None, None),
        ("nobody", "ann@example.com", "bob@example.com"),
    ],
)
def test_no_email_to_a_person_who_did_not_agree(make_book, shop_tables, opt_in, ann, bob):
    orders, customers = shop_tables
    # ann is a person and bob a company; neither has said whether they may be written to. Both may be called.
    customers = customers.assign(
        birth_year=["1980", *["-"] * 7], sector=["-", "Food", *["-"] * 6], phone="01"
    ).replace("-", None)  # fmt: skip
    found = actions(make_book(orders, "2025-H2", thresholds={"opt_in": opt_in}, customers=customers))
    written = [found[name]["email"].iloc[0] for name in ("champions", "win_back")]
    assert [None if pd.isna(email) else email for email in written] == [ann, bob]
    assert [found[name]["phone"].iloc[0] for name in ("champions", "win_back")] == ["01", "01"]


def test_an_account_that_closes_the_day_after_is_still_to_be_called(make_book, shop_tables):
    orders, customers = shop_tables
    customers = customers.assign(closed_date=["-", "2026-01-01", *["-"] * 6]).replace("-", None)
    found = actions(make_book(orders, "2025-H2", customers=customers))
    assert found["inactive"]["customer_id"].tolist() == ["bob", "eve"]
    assert found["inactive"].attrs["left_out"] == {}


def test_equal_money_is_ranked_the_same_whatever_the_rows(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id
        b           2025-01-01  10     1
        c           2025-01-01  10     1
        a           2025-01-01  10     1
        """
    )
    for rows in (orders, orders.iloc[::-1]):
        found = actions(make_book(rows, "2025-H2"))["win_back"]
        assert found["customer_id"].tolist() == ["a", "b", "c"]


def test_without_a_customers_table(make_book, shop_tables):
    orders, _ = shop_tables
    found = actions(make_book(orders, "2025-H2"))["win_back"]
    assert found["customer_id"].tolist() == ["bob"]


CUTOFFS = {"recency": [30, 60, 90, 180], "frequency": [1, 2, 3, 5], "monetary": [50, 100, 200, 400]}


def test_the_second_purchase_is_for_customers_of_one_order_ever(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id
        once        2025-12-01  90     1
        returned    2025-12-01  80     1
        returned    2025-12-05  -10    2
        two_days    2025-12-01  40     1
        two_days    2025-12-02  20     1
        twice       2025-11-20  100    1
        twice       2025-12-01  100    2
        one_day     2025-12-01  50     1
        one_day     2025-12-01  50     2
        back        2022-06-01  100    1
        back        2025-12-01  100    2
        long_ago    2025-07-01  100    1
        given_back  2025-12-01  -100   1
        """
    )
    found = actions(make_book(orders, "2025-H2", thresholds={"rfm_cutoffs": CUTOFFS}))["second_purchase"]
    # A document over two days is one order, and a credit note is none; who came on 1 July came 183 days ago.
    assert found["customer_id"].tolist() == ["once", "returned", "two_days"]
    assert found["money_at_stake"].tolist() == [90, 70, 60]


def test_high_potential_has_the_same_money_in_the_list_and_in_the_swot(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id
        two         2025-03-01  600    1
        two         2025-12-01  300    2
        one         2025-12-01  401    1
        low         2025-12-01  400    1
        often       2025-10-01  300    1
        often       2025-11-01  300    2
        often       2025-12-01  300    3
        """
    )
    book = make_book(orders, "2025-H2", thresholds={"rfm_cutoffs": CUTOFFS})
    listed = actions(book)["high_potential"].set_index("customer_id")["money_at_stake"]
    # One more order each, at their own average basket: 900 in two orders, 401 in one.
    assert listed.to_dict() == {"two": 450, "one": 401}
    found = findings(book).set_index("rule").loc["high_potential_upgrade"]
    assert found[["quadrant", "customers", "money", "kind"]].tolist() == ["opportunity", 2, 851, "possible"]
