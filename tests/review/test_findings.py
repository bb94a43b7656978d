"""Findings: what stands out, with its evidence and the money at stake. The rules stand in the topics."""

import numpy as np
import pandas as pd
import pytest

from portfolio.base.book import Book
from portfolio.params import Params
from portfolio.review.findings.numbers import COLUMNS, findings, over_periods, with_topics
from portfolio.review.findings.shown import swot
from portfolio.review.opening import topics_of
from portfolio.show.words import Words
from portfolio.topics import TOPICS
from portfolio.topics.contract import (
    COUNT,
    DOWN,
    PREVIOUS,
    QUADRANTS,
    TARGET,
    THREAT,
    UP,
    Evidence,
    Figure,
    Found,
    Gap,
    Stock,
    Topic,
    Topics,
)

# Half a year to a year, at the shop's margin rate of the year: ann, eve, bob, cat and dan, whose costs are known.
A_YEAR_IN_MARGIN = 2 * (190 + 150 + 175 + 60 + 20) / (500 + 300 + 350 + 150 + 50)


def by_rule(book):
    return findings(book).set_index("rule")


@pytest.fixture(scope="module")
def shop_findings(shop, beyond_chance):
    with beyond_chance():
        return by_rule(shop)


# ---- the shop of conftest.py


def test_columns_and_order(shop):
    found = findings(shop)
    assert list(found.columns) == COLUMNS
    assert not found.empty
    order = found["quadrant"].map(list(QUADRANTS).index)
    assert order.is_monotonic_increasing
    for _, quadrant in found.groupby("quadrant"):
        assert quadrant["expected"].dropna().is_monotonic_decreasing
        assert len(quadrant) <= 5


def test_every_finding_comes_from_a_rule(shop_findings):
    known = {rule.rule for topic in TOPICS for rule in topic.findings}
    assert set(shop_findings.index) <= known


def test_a_change_within_chance_is_no_finding(shop, make_book):
    """Of four customers nobody can tell; where 200 bring 13 instead of 10, and all but 20 of them more, one can."""
    assert "revenue_vs_previous" not in by_rule(shop).index
    rows = [(f"c{i}", "2025-06-01", 10) for i in range(200)] + [
        (f"c{i}", "2025-12-01", 7 if i < 20 else 14) for i in range(200)
    ]
    book = make_book(pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"]), "2025-H2")
    found = by_rule(book).loc["revenue_vs_previous", ["quadrant", "value", "reference"]]
    assert found.tolist() == ["strength", 2660, 2000]


def test_revenue_grows(shop_findings):
    found = shop_findings.loc["revenue_vs_previous"]
    # 820 after 700: 17 % more, past the 3 % worth a word.
    assert found[["quadrant", "measure", "value", "unit", "compared_with", "reference"]].tolist() == [
        "strength", "revenue", 820, "money", "previous", 700
    ]  # fmt: skip
    assert found["gross"] == pytest.approx(120 * A_YEAR_IN_MARGIN)


def test_fewer_new_customers(shop_findings):
    found = shop_findings.loc["new_customers_vs_previous"]
    assert found[["quadrant", "value", "compared_with", "reference"]].tolist() == ["weakness", 1, "previous", 3]
    assert found["gross"] >= 0


def test_money_of_inactive_customers(shop_findings):
    found = shop_findings.loc["inactive_money"]
    assert found[["quadrant", "exposed", "customers"]].tolist() == ["threat", 650, 2]  # bob 350, eve 300 over the year


def test_customers_worth_winning_back(shop_findings):
    found = shop_findings.loc["lapsed_winback"]
    assert found[["quadrant", "exposed", "customers"]].tolist() == [
        "opportunity",
        350,
        1,
    ]  # bob, 50 of his 400 returned


def test_one_more_order_of_the_promising(shop_findings):
    found = shop_findings.loc["promising_potential"]
    assert found[["quadrant", "exposed", "customers"]].tolist() == ["opportunity", 50, 1]  # dan


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
    # What is left is what weighs most: bob, and not dan.
    assert book.topics.rules["lapsed_winback"].first in page.html
    assert book.topics.rules["promising_potential"].first not in page.html


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
        assert found[["quadrant", "value", "compared_with", "reference"]].to_numpy().tolist() == [
            [quadrant, 820, "target", target]
        ]
        assert found["gross"].tolist() == pytest.approx([(820 - target) * A_YEAR_IN_MARGIN])


def test_few_customers_silence_rates_and_not_revenue(make_book, shop_tables, beyond_chance):
    orders, customers = shop_tables
    with beyond_chance():  # four active customers, where 30 are asked for
        found = by_rule(make_book(orders, "2025-H2", customers=customers))
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
    # 10 short in half a year is 20 in a year, of revenue: no cost is known.
    assert found[["quadrant", "value", "reference", "gross"]].tolist() == ["weakness", 80, 90, 20]


@pytest.mark.parametrize("before", [140, 110], ids=["on the mend", "worse"])
def test_a_period_sold_at_a_loss_is_told_as_a_loss(make_book, before):
    orders = pd.DataFrame(
        [("a", "2025-06-01", 100, before), ("a", "2025-12-01", 100, 130)],
        columns=["customer_id", "order_date", "amount", "cost"],
    )
    book = make_book(orders, "2025-H2", thresholds={"min_customers": 1})
    found = by_rule(book)
    assert found.loc["sold_at_a_loss", ["quadrant", "value", "expected"]].tolist() == ["weakness", -0.3, 60]
    assert "strength" not in set(found[found["measure"] == "margin_rate"]["quadrant"])
    page = swot(*with_topics(book), words=Words("en", "EUR", vocabulary=book.topics.vocabulary))
    assert "The period was sold at a loss: a margin rate of -30.0%." in page.html
    assert "€60 expected loss" in page.text


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
    return found[found["rule"] == "retention_vs_others"].set_index("segment")


def test_regions_that_keep_more_or_fewer(make_book):
    orders, customers = regions({"N": 50, "S": 90})
    found = retention(make_book(orders, "2025-H2", customers=customers))
    # Each is set against the other: 50 of 100 stayed, and 90 of 100.
    columns = ["quadrant", "measure", "value", "compared_with", "reference", "customers"]
    assert found.loc["region=N", columns].tolist() == ["weakness", "retention_rate", 0.5, "others", 0.9, 100]
    assert found.loc["region=S", columns].tolist() == ["strength", "retention_rate", 0.9, "others", 0.5, 100]
    # 40 points of the 1000 before, over two semesters, at a margin rate of 40 %.
    assert found["gross"].tolist() == pytest.approx([320, 320], abs=0.01)


def test_a_gap_within_the_interval_is_no_finding(make_book):
    orders, customers = regions({"N": 66, "S": 74})  # z = 1.23
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
    assert found.loc["contracts_ending", ["quadrant", "exposed", "customers"]].tolist() == ["threat", 700, 1]
    assert found.loc["detractors", ["quadrant", "exposed", "customers"]].tolist() == ["threat", 350, 1]


def test_an_account_manager_with_too_many(make_book):
    load = {"Ann": 30, "Bob": 10, "Cat": 10}
    ids = [f"{manager}{i}" for manager, n in load.items() for i in range(n)]
    orders = pd.DataFrame({"customer_id": ids, "order_date": "2025-07-01", "amount": 10})
    customers = pd.DataFrame({"customer_id": ids, "account_manager": [name[:3] for name in ids]})
    found = by_rule(make_book(orders, "2025-H2", customers=customers)).loc["account_manager_load"]
    assert found[["quadrant", "segment"]].tolist() == ["weakness", "account_manager=Ann"]  # three times the median


# ---- a customer counts once a quadrant


def test_a_customer_counts_in_the_most_severe_finding_that_names_it(shop_findings):
    # The first customers are ann (700 over the year), cat (150), dan (50) and eve, whose 300 are those of the inactive.
    found = shop_findings.loc["first_customers_dependence"]
    assert found[["exposed", "customers", "counted_above"]].tolist() == [900, 4, 1]
    # Nobody is left for the value at risk: all of its customers are in the two findings above.
    threats = shop_findings[shop_findings["quadrant"] == "threat"]
    assert threats["exposed"].sum() == 700 + 150 + 50 + 350 + 300
    assert not threats.loc["value_at_risk", "told"]


def test_customers_of_two_parts_count_in_the_larger_gap(make_book):
    """Max looks after the region T and half of N, Zoe after S and the other half; 10 from each customer before."""
    orders, customers = regions({"N": 50, "S": 90, "T": 50})
    # Zoe's former customers of N have left before: they are in no gap, and change no share.
    former = pd.DataFrame({"customer_id": [f"N{i}" for i in range(101, 201, 2)], "order_date": "2024-01-01"})
    orders = pd.concat([orders, former.assign(amount=10, order_id="0", cost=6)])
    customers = pd.concat([customers, former[["customer_id"]].assign(region="N")], ignore_index=True)
    half = customers["customer_id"].str[1:].astype(int) % 2 == 0
    # Of the 50 customers of N who stayed, c0 to c49, 25 are even.
    max_ = customers["region"].eq("T") | (customers["region"].eq("N") & half)
    found = retention(
        make_book(orders, "2025-H2", customers=customers.assign(account_manager=np.where(max_, "M", "Z")))
    )
    # Of Zoe's 150 customers 115 stayed, of Max's 75: 26.7 points of 1500 before, as much as 40 of the 1000 of S, 90 %
    # against 50. Between equals the account manager comes first in the alphabet. N and T: 50 % against 70.
    assert found[["quadrant", "customers", "counted_above"]].T.to_dict("list") == {
        "region=S": ["strength", 100, 100],
        "account_manager=Z": ["strength", 150, 0],
        "account_manager=M": ["weakness", 150, 0],
        "region=N": ["weakness", 100, 50],
        "region=T": ["weakness", 100, 100],
    }
    # Two semesters, at a margin rate of 40 %. Zoe's half of N brought 750 of the 1500 of N.
    assert found["expected"].to_dict() == pytest.approx(
        {
            "region=S": 0,
            "account_manager=Z": (115 / 150 - 75 / 150) * 1500 * 2 * 0.4,
            "account_manager=M": (115 / 150 - 75 / 150) * 1500 * 2 * 0.4,
            "region=N": (0.7 - 0.5) * 1000 * 2 * 0.4 * 750 / 1500,
            "region=T": 0,
        },
        abs=1e-2,
    )


# ---- new, worse, the same, better, resolved


def test_new_and_resolved_are_judged_on_all_findings_and_not_on_those_shown(make_book, shop_tables, beyond_chance):
    orders, customers = shop_tables
    # In 2026-H1 cat alone orders, for 999. One finding a quadrant is shown.
    thresholds = {"min_customers": 2, "findings_per_quadrant": 1}
    now = make_book(orders, "2026-H1", thresholds=thresholds, ruler="2025-H2", customers=customers)
    threats = findings(now.previous).query("quadrant == 'threat'")["rule"].tolist()
    with beyond_chance():
        found = over_periods([now.previous, now])[0].set_index(["quadrant", "rule"])["status"].to_dict()
    assert threats[:2] == ["inactive_money", "first_customers_dependence"]
    expected = {
        ("threat", "inactive_money"): "same",  # bob and eve, and now ann, dan and eve
        ("strength", "revenue_vs_previous"): "better",  # 999 after 820: more than the 3 % of its rule
        ("strength", "average_basket_vs_previous"): "new",  # 999 after 164, which was less than 233
        ("weakness", "average_basket_vs_previous"): "resolved",
        ("weakness", "retention_vs_previous"): "new",
        ("strength", "active_customers_vs_previous"): "resolved",
    }
    assert {finding: found[finding] for finding in expected} == expected


# ---- rules of a company's own


def with_rules(book, **rules):
    """The book of the same portfolio whose params change or add these rules."""
    content = book.params.model_dump(mode="json")
    params = Params.model_validate(content | {"portfolio": content["portfolio"] | {"findings": rules}})
    return Book(params, book.clean, book.period, topics_of(params))


@pytest.fixture(scope="module")
def own(make_book, shop_tables, table, beyond_chance):
    """The shop with a rule on figures of every kind, and rules of ours changed."""
    orders, customers = shop_tables
    targets = table("measure target\n churn_rate 0.5\n lifetime_value 2000\n active_customers 5")
    book = make_book(orders, "2025-H2", thresholds={"min_customers": 2}, customers=customers, targets=targets)
    ruled = with_rules(
        book,
        own_gini={"figure": "gini"},
        own_orders={"figure": "orders", "least": 0.5},
        own_gross_sales={"figure": "gross_sales", "against": "previous"},
        own_churn={"figure": "churn_rate", "against": "target", "least": 0.1},
        own_lifetime={"figure": "lifetime_value", "against": "target"},
        own_too_small={"figure": "orders", "least": 0.7},
        own_basket={"figure": "average_basket", "against": "previous", "by": ["region"]},
        own_unmoved={"figure": "revenue", "against": "others"},
        revenue_vs_previous={"least": 0.2},
        new_customers_vs_previous=False,
        active_customers_vs_previous={"against": "target"},
    )
    with beyond_chance():
        return by_rule(ruled)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # Of 100, 200 and 400 it was 3400 / 2100 - 4 / 3; less is better, and it has no price.
        ("own_gini", ["weakness", "gini", 6200 / 3600 - 1.25, "previous", 3400 / 2100 - 4 / 3, np.nan]),
        # Two orders more, of 164 each.
        ("own_orders", ["strength", "orders", 5, "previous", 3, 328 * A_YEAR_IN_MARGIN]),
        ("own_gross_sales", ["strength", "gross_sales", 920, "previous", 700, 220 * A_YEAR_IN_MARGIN]),
        # A sixth of the 700 of the semester before.
        ("own_churn", ["strength", "churn_rate", 1 / 3, "target", 0.5, 700 / 6 * A_YEAR_IN_MARGIN]),
        ("own_lifetime", ["strength", "lifetime_value", 3040, "target", 2000, np.nan]),
    ],
)
def test_a_rule_on_any_figure_and_its_money(own, rule, expected):
    found = own.loc[rule, ["quadrant", "measure", "value", "compared_with", "reference", "gross"]].tolist()
    assert found[:2] + found[3:4] == expected[:2] + expected[3:4]
    assert found[2::2] + found[5:] == pytest.approx(expected[2::2] + expected[5:], rel=1e-5, nan_ok=True)


def test_rules_changed_or_left_out(own, shop_findings):
    changed = ["revenue_vs_previous", "new_customers_vs_previous", "active_customers_vs_previous"]
    # 17 % more is less than 20; four of five customers asked for, where they were three, is on the mend.
    assert not {*changed, "own_too_small"} & set(own.index)
    assert set(changed) <= set(shop_findings.index)


def test_a_figure_that_is_its_reference_is_neither_better_nor_worse(own):
    assert "own_unmoved" not in own.index


def test_parts_are_set_against_what_the_rule_says(own):
    # Corse: eve's basket of 200 before, and 100 now over three orders: 300 less, 600 in a year, at the margin rate of
    # cat, dan and eve: 230 of 500. Bretagne has one customer left.
    found = own.loc["own_basket", ["quadrant", "segment", "value", "compared_with", "reference", "gross"]].tolist()
    assert found == ["weakness", "region=Corse", 100, "previous", 200, pytest.approx(600 * 0.46)]


# ---- when a figure is better or worse, on figures whose values are given


# Figure: which way is good, before, now, target, least, and what comes of it.
JUDGED = {
    # Better than the target, and as before or a little less well.
    "up_kept": (UP, 100, 100, 90, 0.0, "strength"),
    "up_a_little_down": (UP, 100.01, 100, 90, 0.0, None),
    "down_kept": (DOWN, 100, 100, 110, 0.0, "strength"),
    "down_a_little_up": (DOWN, 99.99, 100, 110, 0.0, None),
    # Worse than the target, and as before or a little on the mend.
    "up_still_short": (UP, 100, 100, 110, 0.0, "weakness"),
    "up_on_the_mend": (UP, 99.99, 100, 110, 0.0, None),
    "down_still_over": (DOWN, 100, 100, 90, 0.0, "weakness"),
    "down_on_the_mend": (DOWN, 100.01, 100, 90, 0.0, None),
    # Nothing before says that it worsens.
    "up_at_first": (UP, np.nan, 100, 90, 0.0, "strength"),
    "down_at_first": (DOWN, np.nan, 100, 90, 0.0, "weakness"),
    # On the target.
    "up_reached": (UP, 100, 100, 100, 0.0, None),
    "down_reached": (DOWN, 100, 100, 100, 0.0, None),
    # A tenth of the reference, and a little less.
    "up_just_enough": (UP, 100, 110, 100, 0.1, "strength"),
    "up_too_little": (UP, 100, 109.99, 100, 0.1, None),
    "down_just_enough": (DOWN, 100, 110, 100, 0.1, "weakness"),
    "down_too_little": (DOWN, 100, 109.99, 100, 0.1, None),
    "up_unknown": (UP, 100, np.nan, 90, 0.0, None),
}


@pytest.fixture(scope="module")
def judged(make_book):
    """Return the findings of a portfolio of one topic whose figures are those above, and of one whose tables lack."""

    def values(book):
        place = 2 if book.period.name == "2025-H2" else 1
        return {name: (case[place], 5) for name, case in JUDGED.items()}

    def always(book, least):
        return [Evidence("up_kept", "", 1, COUNT, "", np.nan, 1, 1)]

    def everybody(book):
        return book.customers

    topics = (
        Topic(
            "judged",
            "?",
            figures=tuple(Figure(name, COUNT, case[0], name) for name, case in JUDGED.items()),
            values=values,
            findings=tuple(Gap(name, name, TARGET, case[4]) for name, case in JUDGED.items()),
        ),
        Topic(
            "without_its_table",
            "?",
            needs=("orders", "contracts"),
            figures=(Figure("kept", COUNT, UP, "kept"),),
            values=lambda book: {"kept": (10 if book.period.name == "2025-H2" else 5, 5)},
            findings=(
                Found("always", THREAT, always, 0, ""),
                Stock("everybody", THREAT, everybody, 1, ""),
                Gap("kept", "kept", PREVIOUS, 0.1),
            ),
        ),
    )
    orders = pd.DataFrame({"customer_id": "a", "order_date": ["2025-06-01", "2025-07-01"], "amount": 10})
    goals = pd.DataFrame([(name, case[3]) for name, case in JUDGED.items()], columns=["measure", "target"])
    book = make_book(orders, "2025-H2", targets=goals)
    return by_rule(Book(book.params, book.clean, book.period, Topics(topics, book.thresholds)))["quadrant"].to_dict()


@pytest.mark.parametrize("name", JUDGED)
def test_better_and_not_worsening_or_worse_and_not_on_the_mend(judged, name):
    assert judged.get(name) == JUDGED[name][-1]


def test_a_topic_whose_tables_lack_finds_nothing(judged):
    assert set(judged) <= set(JUDGED)


# ---- a fall that is worse is a weakness


def test_a_rate_that_falls_by_more_than_chance_is_a_weakness(make_book):
    """Of 250 customers 200 came back in 2025-H1, and of these 127 in 2025-H2: 80 %, then 63.5 %. All bring 10."""
    days = {"2024-12-01": 250, "2025-06-01": 200, "2025-12-01": 127}
    rows = [(f"c{i}", day, 10) for day, n in days.items() for i in range(n)]
    book = make_book(pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"]), "2025-H2")
    found = by_rule(with_rules(book, own_churn={"figure": "churn_rate", "least": 0.02}))
    columns = ["quadrant", "value", "reference", "gross"]
    for rule, value, reference in (("retention_vs_previous", 0.635, 0.8), ("own_churn", 0.365, 0.2)):
        quadrant, *told = found.loc[rule, columns]
        assert quadrant == "weakness"
        assert told == pytest.approx([value, reference, 660], rel=1e-4)


@pytest.mark.parametrize(
    ("kept", "quadrants"),
    [
        ({"N": 50, "S": 90}, {"region=N": "weakness", "region=S": "strength"}),
        ({"N": 66, "S": 74}, {}),  # within the intervals: see above
    ],
)
def test_churn_makes_the_findings_that_retention_makes(make_book, kept, quadrants):
    orders, customers = regions(kept)
    churn = {"figure": "churn_rate", "against": "others", "by": ["region"], "least": 0.03}
    found = findings(with_rules(make_book(orders, "2025-H2", customers=customers), own_churn=churn))
    for rule in ("own_churn", "retention_vs_others"):
        assert found[found["rule"] == rule].set_index("segment")["quadrant"].to_dict() == quadrants


# ---- a history too short to judge


@pytest.mark.parametrize(("first", "quadrant"), [("2024-07-08", "strength"), ("2024-07-09", None)])
def test_newcomers_who_may_be_older_make_no_finding(newcomers, first, quadrant):
    # Four new customers where two are asked for, worth 10 each a semester; those of the region bring 30 in all.
    book = newcomers(first)
    found = by_rule(with_rules(book, own_by={"figure": "new_customers", "against": "target", "by": ["region"]}))
    expected = [[quadrant, 4, 2, 40], [quadrant, 3, 1, 30]] if quadrant else []
    rules = [rule for rule in ("new_customers_vs_target", "own_by") if rule in found.index]
    assert found.loc[rules, ["quadrant", "value", "reference", "gross"]].to_numpy().tolist() == expected
