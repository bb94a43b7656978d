"""Figures against their goals, on the shop of ``conftest.py``."""

import math
from decimal import Decimal

import pytest

from portfolio.base.cleaning import Lines
from portfolio.errors import DataError
from portfolio.review.figures.goals import goals, goals_table
from portfolio.review.figures.numbers import metrics
from portfolio.review.targets.numbers import targets

GOALS = """
    measure           target period   segment
    revenue           800    2025-H2  -
    revenue           9999   2025-H1  -
    retention_rate    0.7    -        -
    return_rate       0.05   -        -
    active_customers  10     -        -
    active_customers  3      2025-H2  -
    average_basket    100    -        -
    average_basket    150    -        -
    nps               20     -        -
    revenue           600    -        region=Bretagne
    revenue           300    -        region=Corse
"""


@pytest.fixture(scope="module")
def book(make_book, shop_tables, table):
    orders, customers = shop_tables
    return make_book(
        orders, "2025-H2", thresholds={"min_customers": 2}, customers=customers, targets=table(GOALS)
    )  # fmt: skip


def test_goals_of_the_period_go_before_those_of_every_period_and_higher_before_lower(book):
    assert goals(book) == {
        "revenue": 800,
        "retention_rate": 0.7,
        "return_rate": 0.05,
        "active_customers": 3,
        "average_basket": 150,
        "nps": 20,
    }
    table = goals_table(book)
    assert len(table) == 8
    assert list(table.columns) == ["measure", "segment", "target"]


def test_targets(book):
    found = targets(book).set_index(["measure", "segment"])
    value, gap, met = found["value"], found["gap"], found["met"]
    assert value["revenue", ""] == 820
    assert gap["revenue", ""] == 20
    assert found.loc[("revenue", ""), ["unit", "direction"]].tolist() == ["money", "up"]
    assert met["revenue", ""]
    assert gap["retention_rate", ""] == pytest.approx(2 / 3 - 0.7, rel=1e-9)
    assert not met["retention_rate", ""]
    assert value["return_rate", ""] == pytest.approx(100 / 920, rel=1e-12)
    assert not met["return_rate", ""]  # less is better
    assert met["active_customers", ""]
    assert met["average_basket", ""]  # 164
    assert math.isnan(value["nps", ""])
    assert not met["nps", ""]


def test_targets_of_segments(book):
    found = targets(book).set_index(["measure", "segment"])
    assert found.loc[("revenue", "region=Bretagne"), ["value", "target", "gap"]].tolist() == [550, 600, -50]
    assert not found.loc[("revenue", "region=Bretagne"), "met"]
    assert found.loc[("revenue", "region=Corse"), "met"]  # exactly 300


def test_a_segment_has_its_own_goals_alone(make_book, shop_tables, table):
    orders, customers = shop_tables
    book = make_book(
        orders, "2025-H2", "region=Bretagne", {"min_customers": 2}, customers=customers, targets=table(GOALS)
    )
    assert goals(book) == {"revenue": 600}
    found = targets(book)
    assert found[["measure", "value", "target"]].to_numpy().tolist() == [["revenue", 550, 600]]


@pytest.mark.parametrize(
    ("target", "money", "said"),
    [
        (900, "80.01", True),  # 820 misses 900 by 80
        (900, "80", False),
        (800, "20.01", True),  # and meets 800 by 20
        (800, "20", False),
        (None, "120.01", True),  # without a target, what counts is the change, from 700
        (None, "120", False),
    ],
)
def test_money_set_aside_is_told_where_it_is_more_than_the_gap(make_book, shop_tables, table, target, money, said):
    orders, customers = shop_tables
    goal = {} if target is None else {"targets": table(f"measure target\n revenue {target}\n orders 9")}
    book = make_book(orders, "2025-H2", customers=customers, **goal)
    book.shelf["lines", *book._key] = {
        "": Lines(15, Decimal(820)), "no_customer": Lines(1, Decimal(money)), "duplicate": Lines(1, Decimal(5000)),
    }  # fmt: skip
    expected = float(money) if said else math.nan
    assert metrics(book).set_index("name").loc["revenue", "aside"] == pytest.approx(expected, nan_ok=True)
    if target is not None:
        found = targets(book).set_index("measure")["aside"]
        assert found["revenue"] == pytest.approx(expected, nan_ok=True)
        assert math.isnan(found["orders"]), "money says nothing of a number of orders"


def test_without_the_table(shop):
    assert targets(shop).empty
    assert goals(shop) == {}


def test_a_goal_for_a_measure_that_is_none(make_book, shop_tables, table):
    orders, _ = shop_tables
    given = table("measure target\n revenu 800")
    with pytest.raises(DataError) as error:
        targets(make_book(orders, "2025-H2", targets=given))
    assert "revenu" in str(error.value)
    assert "revenue" in str(error.value)


@pytest.mark.parametrize(("first", "met"), [("2024-07-08", True), ("2024-07-09", None)])
def test_new_customers_who_may_be_older_get_no_verdict(newcomers, first, met):
    found = targets(newcomers(first))
    assert found[["segment", "value", "target", "gap"]].to_numpy().tolist() == [["", 4, 2, 2], ["region=N", 3, 1, 2]]
    assert found["met"].tolist() == [met, met]


def test_a_figure_of_a_notebook_of_its_own_can_have_a_target(make_book, shop_tables, table):
    orders, customers = shop_tables
    asked = "measure target\n capital_36_months 1000\n probability_alive_mean 0"
    book = make_book(orders, "2025-H2", customers=customers, targets=table(asked))
    found = targets(book).set_index("measure")
    assert goals(book)["capital_36_months"] == 1000
    assert found.loc["capital_36_months", ["target", "unit", "direction"]].tolist() == [1000, "money", "up"]
    assert found.loc["probability_alive_mean", "met"]


def test_the_names_of_horizons_follow_the_params(make_book, shop_tables, table):
    orders, _ = shop_tables
    given = table("measure target\n capital_36_months 1000")
    book = make_book(orders, "2025-H2", thresholds={"value_horizons_months": [12, 24]}, targets=given)
    with pytest.raises(DataError, match=r"capital_36_months.*Nearest: capital_"):
        goals(book)
