"""The revenue tree: worked out by hand, summed to the cent, its limits, who is named, what was restated."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.params.periods import parse_period
from portfolio.topics.revenue_tree import shown
from portfolio.topics.revenue_tree.numbers import by, level, movers, over_periods, tree
from portfolio.topics.revenue_tree.split import Level, logarithmic_mean, split

NAN = math.nan
NOTHING = pd.DataFrame(columns=["period", "name", "was", "now"])
MADE_OF = ["customers", "frequency", "basket", "credited"]


def test_the_logarithmic_mean():
    assert logarithmic_mean(1500, 1000) == pytest.approx(500 / math.log(1.5))
    assert logarithmic_mean(7, 7) == 7
    assert logarithmic_mean(-1500, -1000) == pytest.approx(-500 / math.log(1.5))


def test_a_split_by_hand():
    # 10 customers x 2 orders x 50 is 1,000; 12 x 2.5 x 50 is 1,500. L is 500 / ln 1.5 = 1,233.15, and it adds
    # L ln 1.2 = 224.83 for the customers and L ln 1.25 = 275.17 for their orders. Units: 2 an order to 1.5, L ln 0.75.
    found = split(Level(10, 20, 40, 1000), Level(12, 30, 45, 1500))
    assert found == {
        "customers": 224.83, "frequency": 275.17, "basket": 0.0, "units": -354.76, "price": 354.76, "credited": 0.0
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        # Nobody before, or nobody now: the customers made all of it.
        (Level(0, 0, 0, 0), Level(2, 3, 6, 90), {"customers": 90, "price": 0}),
        (Level(2, 3, 6, 90), Level(0, 0, 0, 0), {"customers": -90, "units": 0}),
        # A credit note alone is made by no factor.
        (Level(2, 3, 6, 90), Level(0, 0, -1, -20), {"customers": -90, "credited": -20}),
        # Through 0, which the basket alone can pass, whatever the others did.
        (Level(2, 4, 8, 100), Level(3, 9, 9, -50), {"basket": -150, "price": -150}),
        (Level(2, 4, 8, 0), Level(3, 9, 9, 50), {"basket": 50, "price": 50}),
        # Below 0 on both sides it is as above.
        (Level(1, 1, 1, -100), Level(2, 2, 2, -200), {"customers": -100}),
        (Level(0, 0, 0, 0), Level(0, 0, 0, 0), {}),
    ],
)
def test_limits(before, now, expected):
    nothing = dict.fromkeys([*MADE_OF, "units", "price"], 0.0)
    assert split(before, now) == nothing | expected


@pytest.mark.parametrize("units", [NAN, 0, -2])
def test_units_that_are_not_known_leave_the_basket_whole(units):
    found = split(Level(10, 20, 40, 1000), Level(10, 20, units, 1500))
    assert found["basket"] == 500
    assert math.isnan(found["units"])
    assert math.isnan(found["price"])


COUNTS = st.integers(1, 50)
LEVELS = st.one_of(
    st.just(Level(0.0, 0.0, 0.0, 0.0)),
    st.builds(lambda cents: Level(0.0, 0.0, -1.0, cents / 100), st.integers(-100_000, -1)),
    st.builds(
        lambda customers, more, units, cents: Level(customers, customers + more, units, cents / 100),
        COUNTS, COUNTS, st.one_of(st.just(NAN), COUNTS), st.integers(-100_000, 100_000_000),
    ),
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(LEVELS, LEVELS)
def test_it_sums_to_the_cent_and_back(before, now):
    there, back = split(before, now), split(now, before)
    assert sum(round(100 * there[name]) for name in MADE_OF) == round(100 * now.revenue) - round(100 * before.revenue)
    if not math.isnan(there["units"]):
        assert round(100 * there["units"]) + round(100 * there["price"]) == round(100 * there["basket"])
    # Time reversal: what a factor adds one way it takes away the other, but for the cent that rounding leaves.
    assert all(there[name] == pytest.approx(-back[name], abs=0.021) for name in MADE_OF)


# ---- of a book


def test_the_shop(shop):
    # 3 customers, 3 orders, 700; 4 customers, 5 orders, 820: fay's credit note of -30 and bob's of -50 among them.
    assert tuple(level(shop))[:2] == (4, 5)
    found = tree(shop).set_index("step")
    assert found.loc[["before", "now"], "revenue"].tolist() == [700, 820]
    assert found.loc[["customers", "frequency", "basket"], "was"].tolist() == pytest.approx([3, 1, 700 / 3])
    mean = 120 / math.log(820 / 700)
    expected = [mean * math.log(4 / 3), mean * math.log(1.25), mean * math.log(164 / (700 / 3))]
    assert found.loc[["customers", "frequency", "basket"], "revenue"].tolist() == pytest.approx(expected, abs=0.011)
    assert "units" not in found.index, "the orders have no quantity"
    assert not found.loc[["customers", "frequency", "basket"], "sure"].any()


def test_the_first_period_has_no_tree(start, english):
    found = tree(start), movers(start)
    assert not len(found[0])
    assert not len(found[1])
    assert shown.sentence(*found, words=english) == "There is no earlier period to compare with."


def test_the_customers_who_moved_most(shop):
    found = movers(shop).set_index("customer_id")
    assert found["change"].to_dict() == {"ann": 500, "bob": -450, "cat": 150, "eve": -100, "dan": 50, "fay": -30}
    # Of +120, more than 24: ann, cat and dan. Bob, who makes none of it, is not named.
    assert found.index[found["named"]].tolist() == ["ann", "cat", "dan"]
    assert found["every_named"].unique().tolist() == [3]
    assert found.loc["ann", "share"] == pytest.approx(500 / 120)
    # One order of 100, then two of 300: L ln 2 and L ln 3 with L = 500 / ln 6.
    ann = found.loc["ann", ["customers", "frequency", "basket"]].tolist()
    assert ann == pytest.approx([0, 500 * math.log(2) / math.log(6), 500 * math.log(3) / math.log(6)], abs=0.006)
    assert found.loc["bob", ["customers", "credited"]].tolist() == [-400, -50]
    assert found.loc["fay", "credited"] == -30
    assert (found[MADE_OF].sum(axis=1) - found["change"]).abs().max() < 0.001  # floats of cents
    # Those who are named are counted, shown or not.
    assert movers(shop, most=1)["every_named"].tolist() == [3]


def test_segments_sum_up(shop):
    found = by(shop, "region").set_index("value_of")
    # Corse: cat, dan and eve; Bretagne: ann and bob. Fay, who is not in the customer file, has no region.
    assert found["change"].to_dict() == {"Corse": 100, "Bretagne": 50}
    assert found.loc["Corse", MADE_OF].sum() == pytest.approx(100)
    assert found.loc["Bretagne", MADE_OF].sum() == pytest.approx(50)


def test_units_come_with_the_sign_of_the_amount(make_book, table):
    orders = table(
        """
        customer_id order_date amount quantity
        ann         2025-02-01 100    2
        ann         2025-08-01 300    3
        ann         2025-08-02 -50    1
        bob         2025-08-03 50     -1
        """
    )
    found = tree(make_book(orders, "2025-H2")).set_index("step")
    # 2 units at 50 become 3 less 1 returned, and bob's: 3 in two orders, at 100.
    assert found.loc["units", ["was", "value"]].tolist() == [2, 1.5]
    assert found.loc["price", ["was", "value"]].tolist() == [50, 100]
    lacking = make_book(orders.assign(quantity=["2", None, "1", "1"]), "2025-H2")
    assert "units" not in tree(lacking)["step"].tolist()


def test_what_was_restated_is_a_step_of_its_own(shop):
    books = [shop.at(parse_period("2025-H1")), shop]
    whole = over_periods(books, NOTHING).set_index("step")["revenue"]
    assert "restated" not in whole
    restated = pd.DataFrame(
        [("2025-H1", "revenue", 750.0, 700.0), ("2025-H1", "orders", 9, 3)], columns=NOTHING.columns
    )
    found = over_periods(books, restated).set_index("step")["revenue"]
    assert found[["before", "restated", "now"]].tolist() == [750, -50, 820]
    assert found.drop("now").sum() == pytest.approx(820)
    assert found[["customers", "frequency", "basket"]].equals(whole[["customers", "frequency", "basket"]])


def test_the_sentence_claims_what_is_more_than_chance_alone(english):
    steps = ["before", "customers", "frequency", "basket", "now"]
    frame = pd.DataFrame(
        {"step": steps, "revenue": [1000.0, 200, -50, 350, 1500], "sure": [None, True, False, True, None]}
    )
    people = pd.DataFrame(
        {"customer_id": ["a", "b"], "name": ["Ann", None], "change": [300.0, 120], "named": True, "every_named": 2}
    )
    assert shown.sentence(frame, people, words=english) == (
        "What changed more than chance: active customers (+€200) and average basket (+€350). Of a change of +€500, "
        "2 customers make more than a fifth each, first: Ann (+€300) and b (+€120)."
    )
    none = frame.assign(sure=[None, False, False, False, None])
    assert shown.sentence(none, people.assign(named=False), words=english) == (
        "Neither customers, nor orders per customer, nor the average basket changed more than chance."
    )
