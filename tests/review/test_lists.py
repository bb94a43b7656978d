"""The lists to work from, on the shop of ``conftest.py``."""

import hashlib
import sys

import ibis
import pandas as pd
import pytest

from portfolio.base.book import Book
from portfolio.review.findings.numbers import findings
from portfolio.review.lists.answers import answers_of
from portfolio.review.lists.numbers import every
from portfolio.review.lists.numbers import lists as actions
from portfolio.review.lists.record import record_of, uplift
from portfolio.review.outlook import valued
from portfolio.topics.contract import ActionList, Topic, Topics
from portfolio.topics.rfm.numbers import one_more_order


@pytest.fixture(scope="module")
def lists(shop):
    return actions(shop)


def test_every_list_is_there(lists):
    assert list(lists) == [
        "cannot_lose", "at_risk", "overdue", "win_back", "inactive", "high_potential", "second_purchase", "champions"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "customers", "met"),
    [
        ("cannot_lose", [], 0),
        ("at_risk", ["eve"], 1),
        ("overdue", [], 0),
        ("win_back", ["bob"], 1),
        ("inactive", [], 2),  # bob and eve, whose first action stands on a list above
        ("high_potential", [], 0),
        ("second_purchase", [], 0),  # dan ordered before 2025
        ("champions", ["ann"], 1),
    ],
)
def test_who_is_on_each_list(lists, name, customers, met):
    found = lists[name]
    assert found["customer_id"].tolist() == customers
    facts = {each: found.attrs[each] for each in ("met", "customers", "elsewhere", "left_out", "held")}
    assert facts == {
        "met": met, "customers": len(customers), "elsewhere": met - len(customers), "left_out": {}, "held": 0
    }  # fmt: skip


def test_the_other_lists_of_a_customer_are_named_beside(lists):
    assert lists["at_risk"]["other_lists"].tolist() == ["inactive"]
    assert lists["champions"]["other_lists"].tolist() == [""]


def test_a_list_is_ranked_by_what_a_call_can_change(shop, lists):
    told = shop.run(valued(shop, shop.customers)).set_index("customer_id")["recoverable"]
    for frame in lists.values():
        money = frame.set_index("customer_id")["recoverable"]
        assert money.to_dict() == pytest.approx(told[money.index].to_dict())
        assert frame.attrs["recoverable"] == pytest.approx(money.sum()) or frame.empty


def test_what_is_said_of_a_customer(lists):
    bob = lists["win_back"].iloc[0]
    wanted = ["name", "account_manager", "region", "email", "trailing_orders", "last_order_amount"]
    assert bob[wanted].tolist() == ["Bob", "Zoe", "Bretagne", "bob@example.com", 1, 400]
    assert (str(bob.last_order_date)[:10], bob.days_since_last_order) == ("2025-03-15", 291)


def test_the_last_order_is_that_of_its_day_and_of_its_largest_product(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id product
        a           2025-01-01  900    1        old
        a           2025-02-01  10     2        pen
        a           2025-02-01  30     2        ink
        a           2025-02-01  25     3        pen
        a           2025-02-01  -20    4        ink
        """
    )
    found = actions(make_book(orders, "2025-H2"))["win_back"].iloc[0]
    assert found[["last_order_amount", "last_order_product"]].tolist() == [65, "pen"]  # 35 of pens, 30 of ink


def test_lists_are_cut_and_say_of_how_many(make_book, table):
    orders = table("customer_id order_date amount order_id\n a 2025-01-01 10 1\n b 2025-01-01 20 1")
    found = actions(make_book(orders, "2025-H2", thresholds={"action_list_rows": 1}))["win_back"]
    assert found["customer_id"].tolist() == ["b"]  # nothing can be expected: who brings most comes first
    assert found.attrs["customers"] == 2
    assert pd.isna(found.attrs["recoverable"])


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
    assert contacts[name].attrs["elsewhere"] == 0


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
    assert found["win_back"]["customer_id"].tolist() == ["bob"]
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
    assert sorted(found["customer_id"]) == ["once", "returned", "two_days"]


def test_high_potential_speaks_of_the_same_customers_in_the_list_and_in_the_swot(make_book, table):
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
    listed = actions(book)["high_potential"]
    # One more order each, at their own average basket: 900 in two orders, 401 in one.
    told = book.run(valued(book, book.customers, one_more_order)).set_index("customer_id")
    assert listed.set_index("customer_id")["recoverable"].to_dict() == pytest.approx(
        told.loc[["two", "one"], "recoverable"].to_dict()
    )
    found = findings(book).set_index("rule").loc["high_potential_upgrade"]
    assert found[["quadrant", "customers"]].tolist() == ["opportunity", 2]
    assert found["expected"] == pytest.approx(told.loc[["two", "one"], "gain"].sum(), abs=1e-3)


# ---- whom nobody calls


@pytest.fixture(scope="module")
def many(make_book):
    """Of 200 customers all ordered in 2025-H1; the first hundred of them also in 2025-H2, for 50 each."""
    rows = [(f"c{i:03}", "2025-03-01", 100 + i) for i in range(200)]
    rows += [(f"c{i:03}", "2025-09-01", 50) for i in range(100)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    people = pd.DataFrame({"customer_id": sorted(set(orders["customer_id"]))})
    return make_book(
        orders,
        "2025-H2",
        customers=people.assign(consent=["false" if i == 199 else "-" for i in range(200)]).replace("-", None),
    )


def alike(book, share=0.0):
    """The book with two lists that overlap: all who ever ordered, and the absent; all are as likely to stay."""
    known = pd.DataFrame({"customer_id": [f"c{i:03}" for i in range(200)], "chance": 0.5, "rate": 1.0})
    known["worth"] = 100.0
    absent = ActionList("absent", lambda book: book.customers.filter(book.customers.orders == 0), "?", "?", "?", 1)
    known_list = ActionList("known", lambda book: book.customers, "?", "?", "?", 2)
    topic = Topic("given", "?", lists=(known_list, absent), outlook=lambda book: ibis.memtable(known))
    params = book.params.model_copy(update={"portfolio": book.portfolio.model_copy(update={"holdout": share})})
    return Book(params, book.clean, book.period, Topics((topic,), book.thresholds), shelf={})


def test_a_tenth_is_held_out_the_same_in_every_period_and_nobody_has_two_first_actions(many):
    book = alike(many, 0.1)
    found = every(book)
    held = [f"c{i:03}" for i in range(200) if int(hashlib.md5(f"c{i:03}".encode()).hexdigest()[:8], 16) < 0.1 * 16**8]
    assert sorted(found.held["customer_id"]) == [name for name in held if name != "c199"]
    assert 8 < len(held) < 32
    listed = [customer for frame in found.by_name.values() for customer in frame["customer_id"]]
    assert len(listed) == len(set(listed))
    assert not {*listed} & {*held, "c199"}
    assert sorted({*listed, *held, "c199"}) == [f"c{i:03}" for i in range(200)]
    assert found.by_name["absent"].attrs["left_out"] == {"refused": 1}
    # 0.5 x 0.5 x 100 of each.
    on = found.by_name["known"]
    assert on.attrs["recoverable"] == pytest.approx(25 * len(on))


def test_nobody_is_held_out_unless_the_params_say_so(many):
    assert every(alike(many)).held.empty


def test_the_record_is_what_became_of_those_who_met_the_rule_a_period_ago(many):
    found = record_of(alike(many), [*alike(many).topics[0].lists])
    # At the end of 2025-H1 the 200 were known, and nobody was absent. The first hundred came back; they brought least.
    assert found == {
        "known": {
            "customers": 200, "ordered": 100, "money": 5000, "most": 100, "most_ordered": 0, "least": 100,
            "least_ordered": 100, "before": "2025-H1",
        }
    }  # fmt: skip


def test_the_uplift_sets_those_on_the_list_against_those_held_out(many):
    book = alike(many, 0.5)
    held = [i for i in range(199) if int(hashlib.md5(f"c{i:03}".encode()).hexdigest()[:8], 16) < 0.5 * 16**8]
    found = record_of(book, [*book.topics[0].lists])["known"]["uplift"]
    assert found["kept"] == len(held)
    assert found["called"] == 199 - len(held)
    kept, called = sum(i < 100 for i in held), 100 - sum(i < 100 for i in held)
    assert found["difference"] == pytest.approx(called / found["called"] - kept / found["kept"])


def test_an_uplift_published():
    # Newcombe 1998, table II, method 10: 56/70 - 48/80 is 0.2, from 0.0524 to 0.3339.
    found = uplift(56, 70, 48, 80)
    assert [found[name] for name in ("difference", "low", "high")] == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)


def test_there_is_no_record_in_the_first_period(start):
    assert record_of(start, [each for topic in start.topics for each in topic.lists]) == {}


# ---- what was written into the workbooks


ANSWERS = [
    # Called on the day that they ordered, on the day after, and before; 50 each on 2025-09-01.
    ("c001", "known", "reached", "2025-09-01"),
    ("c002", "known", "ordered", "2025-09-02"),
    ("c003", "known", "not_reached", "2025-08-01"),
    ("c003", "known", "reached", "2025-08-15"),  # again: one customer
    ("c004", "", "reached", "2025-08-01"),
    ("c005", "known", "wants_no_contact", "2025-08-01"),
    ("c006", "known", "wants_no_contact", "2025-03-01"),  # in the period before
    ("c007", "known", "wants_no_contact", "2026-01-15"),  # after the period
    ("nobody", "known", "reached", "2025-08-01"),
]


@pytest.fixture(scope="module")
def answered(many):
    """The book of ``alike`` whose workbooks came back: only what reads the files is replaced."""
    book = alike(many)
    frame = pd.DataFrame(ANSWERS, columns=["customer_id", "list", "result", "date"])
    frame["date"] = pd.to_datetime(frame["date"]).dt.date
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[answers_of.__module__], "read_answers", lambda patterns, folder: frame)
        answers_of(book)
    return book


def test_what_came_of_the_calls_of_the_period(answered):
    assert answers_of(answered) == {
        # c001, c003 and c005 ordered from the day of the call on.
        "known": {"called": 4, "reached": 4, "ordered": 3, "money": 150.0},
        "": {"called": 1, "reached": 1, "ordered": 1, "money": 50.0},
    }


def test_who_answered_that_they_want_no_contact_is_on_no_list(answered):
    found = actions(answered)
    listed = {customer for frame in found.values() for customer in frame["customer_id"]}
    assert not {"c005", "c006"} & listed
    assert "c007" in listed
    assert found["known"].attrs["left_out"] == {"refused": 3}  # c199 too
    assert found["known"].attrs["answers"]["called"] == 4
