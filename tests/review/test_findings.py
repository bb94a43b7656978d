"""Findings: what stands out, with its evidence and the money at stake. The rules stand in the topics."""

import pandas as pd
import pytest

from portfolio.review.findings.numbers import COLUMNS, findings, with_topics
from portfolio.review.findings.shown import swot
from portfolio.show.words import Words
from portfolio.topics import TOPICS
from portfolio.topics.contract import QUADRANTS


def by_rule(book):
    return findings(book).set_index("rule")


@pytest.fixture(scope="module")
def shop_findings(shop):
    return by_rule(shop)


# ---- the shop of conftest.py


def test_columns_and_order(shop):
    found = findings(shop)
    assert list(found.columns) == COLUMNS
    assert not found.empty
    order = found["quadrant"].map(list(QUADRANTS).index)
    assert order.is_monotonic_increasing
    for _, quadrant in found.groupby("quadrant"):
        assert quadrant["money"].is_monotonic_decreasing
        assert len(quadrant) <= 5


def test_every_finding_comes_from_a_rule(shop_findings):
    known = {rule.rule for topic in TOPICS for rule in topic.findings}
    assert set(shop_findings.index) <= known


def test_revenue_grows(shop_findings):
    found = shop_findings.loc["revenue_vs_previous"]
    # 820 after 700: 17 % more, past the 3 % worth a word.
    assert found[["quadrant", "measure", "value", "unit", "compared_with", "reference", "money"]].tolist() == [
        "strength", "revenue", 820, "money", "previous", 700, 120
    ]  # fmt: skip


def test_fewer_new_customers(shop_findings):
    found = shop_findings.loc["new_customers_vs_previous"]
    assert found[["quadrant", "value", "compared_with", "reference"]].tolist() == ["weakness", 1, "previous", 3]
    assert found["money"] >= 0


def test_money_of_inactive_customers(shop_findings):
    found = shop_findings.loc["inactive_money"]
    assert found[["quadrant", "money", "customers"]].tolist() == ["threat", 650, 2]  # bob 350, eve 300 over the year


def test_customers_worth_winning_back(shop_findings):
    found = shop_findings.loc["lapsed_winback"]
    assert found[["quadrant", "money", "customers"]].tolist() == ["opportunity", 400, 1]  # bob, the semester before


def test_one_more_order_of_the_promising(shop_findings):
    found = shop_findings.loc["promising_potential"]
    assert found[["quadrant", "money", "customers"]].tolist() == ["opportunity", 50, 1]  # dan, whose basket is 50


def test_margin_rate_falls(shop_findings):
    found = shop_findings.loc["margin_rate_falling"]
    assert found["quadrant"] == "threat"
    assert found[["value", "reference"]].tolist() == pytest.approx([255 / 650, 340 / 700], rel=1e-12)


def test_dependence_on_the_first_customers(shop_findings):
    found = shop_findings.loc["first_customers_dependence"]
    assert found["quadrant"] == "threat"
    assert found["value"] == 1  # there are fewer than ten of them


def test_nothing_is_said_where_nobody_is_concerned(shop_findings):
    assert not {"at_risk_money", "cannot_lose_money", "high_potential_upgrade"} & set(shop_findings.index)


def test_nothing_is_said_without_the_table(shop_findings):
    assert not {"detractors", "contracts_ending", "nps_vs_target", "revenue_vs_target"} & set(shop_findings.index)


def test_nothing_to_compare_with_in_the_first_period(start):
    found = findings(start)
    assert not (found["compared_with"] == "previous").any()


def test_at_most_so_many_a_quadrant(make_book, shop_tables):
    orders, customers = shop_tables
    book = make_book(
        orders, "2025-H2", thresholds={"min_customers": 2, "findings_per_quadrant": 1}, customers=customers
    )
    found = findings(book)
    assert not found["quadrant"].is_unique, "all of them: the cap is for the page only"
    page = swot(*with_topics(book), words=Words("en", thresholds=book.thresholds, vocabulary=book.topics.vocabulary))
    assert page.html.count("<li>") == found["quadrant"].nunique()
    # What is left is what weighs most: bob's 400, and not dan's 50.
    assert "€400 at most to win" in page.html


# ---- targets


@pytest.mark.parametrize(
    ("target", "quadrant"),
    [
        (750, "strength"),  # 820 is better than the target, and than 700 before
        (1000, None),  # short of the target, but on the mend
        (815, None),  # less than 1 % from it
    ],
)
def test_a_figure_with_a_target_is_judged_by_it(make_book, shop_tables, target, quadrant):
    orders, customers = shop_tables
    given = pd.DataFrame({"measure": ["revenue"], "target": [target]})
    book = make_book(orders, "2025-H2", thresholds={"min_customers": 2}, customers=customers, targets=given)
    found = by_rule(book).filter(like="revenue_vs", axis=0)
    if quadrant is None:
        assert found.empty
    else:
        assert list(found.index) == ["revenue_vs_target"]
        assert found[["quadrant", "value", "compared_with", "reference", "money"]].to_numpy().tolist() == [
            [quadrant, 820, "target", target, 820 - target]
        ]


def test_few_customers_silence_rates_and_not_revenue(make_book, shop_tables):
    orders, customers = shop_tables
    found = by_rule(make_book(orders, "2025-H2", customers=customers))  # four active customers, where 30 are asked for
    assert found.loc["revenue_vs_previous", "quadrant"] == "strength"
    assert not (found["unit"] == "rate")[lambda rates: rates.index.str.contains("_vs_")].any()


def test_short_of_the_target_and_worsening(make_book, table):
    orders = table(
        """
        customer_id order_date  amount order_id
        a           2025-06-01  100    1
        a           2025-12-01  80     2
        """
    )
    given = pd.DataFrame({"measure": ["revenue"], "target": [90]})
    found = by_rule(make_book(orders, "2025-H2", thresholds={"min_customers": 1}, targets=given)).loc[
        "revenue_vs_target"
    ]
    assert found[["quadrant", "value", "reference", "money"]].tolist() == ["weakness", 80, 90, 10]


@pytest.mark.parametrize("before", [140, 110], ids=["on the mend", "worse"])
def test_a_period_sold_at_a_loss_is_told_as_a_loss(make_book, before):
    orders = pd.DataFrame(
        [("a", "2025-06-01", 100, before), ("a", "2025-12-01", 100, 130)],
        columns=["customer_id", "order_date", "amount", "cost"],
    )
    book = make_book(orders, "2025-H2", thresholds={"min_customers": 1})
    found = by_rule(book)
    assert found.loc["sold_at_a_loss", ["quadrant", "value", "money"]].tolist() == ["weakness", -0.3, 30]
    assert "strength" not in set(found[found["measure"] == "margin_rate"]["quadrant"])
    page = swot(*with_topics(book), words=Words("en", "EUR", vocabulary=book.topics.vocabulary))
    assert "The period was sold at a loss: a margin rate of -30.0%." in page.html
    assert "€30 over the period" in page.html


def test_a_period_sold_for_what_it_cost_is_no_loss(make_book):
    orders = pd.DataFrame([("a", "2025-12-01", 100, 100)], columns=["customer_id", "order_date", "amount", "cost"])
    assert "sold_at_a_loss" not in by_rule(make_book(orders, "2025-H2")).index


# ---- rates by attribute


def regions(kept):
    """Of 100 customers of each region in 2025-H1, so many bought again in 2025-H2. All orders are of 10."""
    rows = [(f"{region}{i}", "2025-06-01", 10, "1") for region in kept for i in range(100)]
    rows += [(f"{region}{i}", "2025-12-01", 10, "2") for region, n in kept.items() for i in range(n)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id"])
    orders["cost"] = 6
    customers = pd.DataFrame({"customer_id": orders["customer_id"].unique()})
    return orders, customers.assign(region=customers["customer_id"].str[0])


def retention(book):
    found = findings(book)
    return found[found["rule"] == "retention_vs_portfolio"].set_index("segment")


def test_regions_that_keep_more_or_fewer(make_book):
    orders, customers = regions({"N": 50, "S": 90})
    found = retention(make_book(orders, "2025-H2", customers=customers))
    # Of 200 customers 140 stayed. The intervals of 50 % and 90 % of 100 leave 70 % out.
    columns = ["quadrant", "measure", "value", "compared_with", "reference", "customers"]
    assert found.loc["region=N", columns].tolist() == ["weakness", "retention_rate", 0.5, "portfolio", 0.7, 100]
    assert found.loc["region=S", columns].tolist() == ["strength", "retention_rate", 0.9, "portfolio", 0.7, 100]
    assert (found["money"] > 0).all()


def test_a_gap_within_the_interval_is_no_finding(make_book):
    orders, customers = regions({"N": 66, "S": 74})  # 66 % of 100: 56 to 75 %
    assert retention(make_book(orders, "2025-H2", customers=customers)).empty


def test_a_rate_over_few_customers_is_no_finding(make_book):
    orders, customers = regions({"N": 50, "S": 90})
    # With 30, the default, both regions make one: see above.
    assert retention(make_book(orders, "2025-H2", thresholds={"min_customers": 101}, customers=customers)).empty


# ---- other tables


def test_contracts_that_end_within_six_months_and_detractors(make_book, shop_tables):
    orders, customers = shop_tables
    contracts = pd.DataFrame(
        [
            ("ann", "P", "2025-01-01", "2026-03-31", 1000),
            ("bob", "P", "2025-01-01", "2026-12-31", 2000),  # later
            ("cat", "P", "2025-01-01", "2025-12-01", 4000),  # over
            ("dan", "P", "2025-01-01", None, 8000),  # open-ended
            ("eve", "P", "2026-02-01", "2026-05-31", 16000),  # not running yet
        ],
        columns=["customer_id", "product", "start_date", "end_date", "annual_amount"],
    )
    surveys = pd.DataFrame({"customer_id": ["ann", "bob"], "date": "2025-09-01", "nps": [9, 3]})
    found = by_rule(make_book(orders, "2025-H2", customers=customers, contracts=contracts, surveys=surveys))
    assert found.loc["contracts_ending", ["quadrant", "money"]].tolist() == ["threat", 1000]
    assert found.loc["detractors", ["quadrant", "money", "customers"]].tolist() == ["threat", 350, 1]


def test_an_account_manager_with_too_many(make_book):
    load = {"Ann": 30, "Bob": 10, "Cat": 10}
    ids = [f"{manager}{i}" for manager, n in load.items() for i in range(n)]
    orders = pd.DataFrame({"customer_id": ids, "order_date": "2025-07-01", "amount": 10})
    customers = pd.DataFrame({"customer_id": ids, "account_manager": [name[:3] for name in ids]})
    found = by_rule(make_book(orders, "2025-H2", customers=customers)).loc["account_manager_load"]
    assert found[["quadrant", "segment"]].tolist() == ["weakness", "account_manager=Ann"]  # three times the median
