"""The money of findings, on customers whose outlook is given: what each brings, the chance that they are still there.

Definition: Money of a finding.
"""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from portfolio.base.book import Book
from portfolio.params import Thresholds
from portfolio.review.findings.numbers import _moved, _stocks, _with_money, findings
from portfolio.review.outlook import valued
from portfolio.topics import TOPICS
from portfolio.topics.contract import (
    COUNT,
    DOWN,
    MONEY,
    OPPORTUNITY,
    OTHER_CUSTOMERS,
    PREVIOUS,
    RATE,
    THREAT,
    UP,
    WEAKNESS,
    Figure,
    Gap,
    Stock,
    Topic,
    Topics,
)  # fmt: skip
from portfolio.topics.rates import holm, proportions_differ, ratios_differ

# Each customer's revenue of the year; the chance of still being a customer, the margin of 12 months if so, the rate.
OUTLOOK = {
    "ann": (1000, 0.5, 400.0, 0.4),
    "bob": (1000, 0.9, 400.0, 0.4),
    "cat": (100, 0.5, 400.0, 0.4),  # worth more than she brings
    "dan": (-50, 0.5, 400.0, 0.4),  # gave back more than he bought
    "eve": (200, np.nan, np.nan, np.nan),  # not in the outlook
}


@pytest.fixture(scope="module")
def bare(make_book):
    """Return a book whose five customers bring what OUTLOOK says, all in 2025-H2."""
    rows = [(name, "2025-07-01", max(brings, 1)) for name, (brings, *_rest) in OUTLOOK.items()]
    rows += [(name, "2025-07-02", brings - 1) for name, (brings, *_rest) in OUTLOOK.items() if brings < 0]
    return make_book(pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"]), "2025-H2")


def outlook_of(table=OUTLOOK):
    rows = [(name, p, worth, rate) for name, (_brings, p, worth, rate) in table.items() if p == p]
    known = pd.DataFrame(rows, columns=["customer_id", "chance", "worth", "rate"])
    return lambda book: ibis.memtable(known)


def with_topic(book, *rules, outlook=None, **declared):
    topic = Topic("given", "?", findings=tuple(rules), outlook=outlook or outlook_of(), **declared)
    topics = Topics((topic,), book.thresholds)
    return Book(book.params, book.clean, book.period, topics)


def named(*names):
    return lambda book: book.customers.filter(book.customers.customer_id.isin(names))


# ---- of one customer


def test_nobody_loses_or_gains_more_than_what_they_bring(bare):
    book = with_topic(bare)
    found = book.run(valued(book, book.customers)).set_index("customer_id")[["exposed", "loss", "gain", "recoverable"]]
    assert {name: row.tolist() for name, row in found.iterrows()} == {
        "ann": pytest.approx([1000, 200, 200, 100]),  # 0.5 x 400, and 0.5 x 0.5 x 400
        "bob": pytest.approx([1000, 40, 360, 36]),
        "cat": pytest.approx([100, 50, 50, 25]),  # 100 at stake, and not 400
        "dan": [0, 0, 0, 0],
        "eve": [200, 0, 0, 0],
    }


def test_a_stake_of_revenue_counts_in_margin(bare):
    book = with_topic(bare)
    found = book.run(valued(book, book.customers, "trailing_revenue")).set_index("customer_id")
    # 1000 at a margin rate of 40 %, half a chance.
    assert found.loc["ann", ["gain", "recoverable"]].tolist() == pytest.approx([200, 100])


def test_an_outlook_kept_as_decimals_of_few_digits_counts_as_numbers(bare):
    rows = ibis.memtable(pd.DataFrame({"customer_id": ["ann"], "chance": [0.5], "worth": [400.0], "rate": [1.0]}))
    kept = rows.cast({"chance": "decimal(2, 1)", "worth": "decimal(4, 1)", "rate": "decimal(2, 1)"})
    book = with_topic(bare, Stock("one", THREAT, named("ann"), 1, "?"), outlook=lambda book: kept)
    assert findings(book)["recoverable"].tolist() == [100]


def test_nothing_is_expected_where_nothing_is_known(bare):
    book = with_topic(bare, outlook=lambda book: None)
    found = book.run(valued(book, book.customers)).set_index("customer_id")
    assert found["exposed"].sum() == 2300
    assert found[["loss", "gain", "recoverable"]].isna().all(axis=None)


# ---- of findings


def test_each_customer_counts_in_the_most_severe_finding_of_a_quadrant(bare):
    rules = [
        Stock("second", THREAT, named("ann", "cat"), 2, "?"),
        Stock("first", THREAT, named("ann", "bob"), 1, "?"),
        Stock("chance", OPPORTUNITY, named("ann"), 1, "?"),
    ]
    found = findings(with_topic(bare, *rules)).set_index("rule")
    columns = ["customers", "counted_above", "exposed", "expected", "recoverable", "gross"]
    assert found.loc["first", columns].tolist() == pytest.approx([2, 0, 2000, 240, 136, 240])
    assert found.loc["second", columns].tolist() == pytest.approx([2, 1, 100, 50, 25, 250])
    # Another quadrant counts ann too: what she would bring if she stays.
    assert found.loc["chance", columns].tolist() == pytest.approx([1, 0, 1000, 200, 100, 200])
    assert found.index.tolist() == ["chance", "first", "second"]


def with_thresholds(book, **thresholds):
    portfolio = book.portfolio.model_copy(update={"thresholds": Thresholds(**thresholds)})
    params = book.params.model_copy(update={"portfolio": portfolio})
    return Book(params, book.clean, book.period, book.topics)


@pytest.mark.parametrize(("floor", "told"), [(0.022, True), (0.023, False)])
def test_findings_under_the_floor_are_kept_and_not_told(bare, floor, told):
    # 50 of expected loss, of 2250 of revenue: 2.22 %.
    book = with_topic(bare, Stock("one", THREAT, named("cat"), 1, "?"))
    assert findings(with_thresholds(book, finding_floor=floor))["told"].tolist() == [told]


NAMES = list(OUTLOOK)
CUSTOMERS = st.lists(st.sampled_from(NAMES), unique=True)
CHANCES = st.lists(st.floats(0, 1), min_size=len(NAMES), max_size=len(NAMES))
WORTHS = st.lists(st.floats(-1e4, 1e4), min_size=len(NAMES), max_size=len(NAMES))


@pytest.fixture(scope="module")
def guessed(bare):
    """Return a book, and what holds its outlook: the base is made once for all guesses."""
    held = {}
    return with_topic(bare, outlook=lambda book: held["outlook"](book)), held


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(sets=st.lists(CUSTOMERS, min_size=1, max_size=4), chances=CHANCES, worths=WORTHS)
def test_a_quadrant_expects_no_more_than_its_customers_bring_and_no_customer_twice(guessed, sets, chances, worths):
    book, held = guessed
    held["outlook"] = outlook_of(
        {name: (OUTLOOK[name][0], p, worth, 0.4) for name, p, worth in zip(NAMES, chances, worths, strict=True)}
    )
    quadrants = (THREAT, OPPORTUNITY)
    rules = [Stock(f"{q}_{n}", q, named(*names), n, "?") for q in quadrants for n, names in enumerate(sets)]
    every = _with_money(book, [*_stocks(book, rules)])
    concerned = {name for names in sets for name in names}
    brought = sum(max(OUTLOOK[name][0], 0) for name in concerned)
    for quadrant in quadrants:
        found = every[every["quadrant"] == quadrant]
        assert found["expected"].sum() <= brought + 0.01
        assert found["exposed"].sum() == pytest.approx(brought)
        assert (found["customers"] - found["counted_above"]).sum() == len(concerned)
        assert (found["recoverable"].fillna(0) <= found["expected"] + 0.01).all()


# ---- segments against the others


def test_a_segment_is_set_against_the_others_and_not_against_a_whole_that_holds_it(bare):
    def values(book):
        return {"share": (book.run(book.customers.filter(book.customers.customer_id == "ann").count()), 100)}

    figure = Figure("share", COUNT, UP, "share")
    rule = Gap("share_vs_others", "share", OTHER_CUSTOMERS, 0.0, by=("customer_id",))
    book = with_thresholds(with_topic(bare, rule, figures=(figure,), values=values), min_customers=1)
    found = findings(book).set_index("segment")
    # Ann is not among the others of ann; she is among those of bob, whose figure is 0.
    assert found.loc["customer_id=bob", ["value", "reference"]].tolist() == [0, 1]
    assert "customer_id=ann" not in found.index, "a reference of 0 tells nothing"


def test_the_others_have_the_totals_of_the_whole_less_those_of_the_part(shop):
    sums = next(topic.totals for topic in shop.topics if topic.name == "activity")
    part = shop.parts("region")["Corse"]
    others = shop.without(part)
    counted = Book(shop.params, shop.clean, shop.period, shop.topics, others.segment)
    assert counted.totals(sums) == pytest.approx(others.totals(sums))
    assert others.totals(sums)["active_customers"] + part.totals(sums)["active_customers"] == 4
    known = shop.run(shop.customers.agg(n=shop.customers.count()))["n"].iloc[0]
    held = [int(shop.run(each.customers.count())) for each in (part, counted)]
    assert sum(held) == known, "those without a region are among the others"


def test_holm():
    # Holm 1979: the smallest times 4, the next times 3, never less than the one before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_two_proportions():
    # z = 0.08 / sqrt(0.7 x 0.3 x 2 / 100) = 1.2344.
    assert proportions_differ(66, 100, 74, 100) == pytest.approx(0.2170, abs=1e-4)
    assert proportions_differ(5, 5, 7, 7) == 1.0
    assert proportions_differ(0, 0, 7, 9) == 1.0


def test_two_ratios():
    # Margins of 4 and 6 on revenues of 10 each: r = 0.5, residuals -1 and 1, variance 2 / 20^2; the others 0.2 exactly.
    mine, theirs = (10, 20, 52, 100, 200), (4, 20, 8, 40, 200)
    # z = 0.3 / sqrt(0.005) = 4.2426.
    assert ratios_differ(mine, theirs) == pytest.approx(2.21e-5, rel=1e-2)
    assert ratios_differ(theirs, theirs) == 1.0


def test_many_segments_are_tested_together(make_book):
    """Of six regions of 100, five keep 70 and one 57: alone p is 0.009, and of six tests together 0.06."""
    kept = {"A": 57, "B": 70, "C": 70, "D": 70, "E": 70, "F": 70}
    rows = [(f"{region}{i}", "2025-06-01", 10) for region in kept for i in range(100)]
    rows += [(f"{region}{i}", "2025-12-01", 10) for region, n in kept.items() for i in range(n)]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    people = pd.DataFrame({"customer_id": orders["customer_id"].unique()})
    regions = people.assign(region=people["customer_id"].str[0])
    book = make_book(orders, "2025-H2", customers=regions)
    movement = tuple(topic for topic in TOPICS if topic.name == "movement")
    book = Book(book.params, book.clean, book.period, Topics(movement, book.thresholds))
    assert proportions_differ(57, 100, 350, 500) < 0.05 / 4
    assert "retention_vs_others" not in set(findings(book)["rule"])


# ---- worse, the same, better


RULES = (
    Stock("stock", THREAT, named(), 1, "?"),
    Stock("chance", OPPORTUNITY, named(), 1, "?"),
    Gap("rate", "rate", PREVIOUS, 0.01),
    Gap("money", "money", PREVIOUS, 0.05),
)
FIGURES = (
    Figure("rate", RATE, UP, "rate", interval=lambda book: (0, 1)),
    Figure("money", MONEY, DOWN, "money"),
)


@pytest.mark.parametrize(
    ("rule", "quadrant", "now", "before", "status"),
    [
        # 100 customers of 10 each: the sum moves by 1.96 x sqrt(2 x 100 x 10^2) = 277 by chance.
        ("stock", THREAT, {"gross": 1270, "spread": 1e4}, {"gross": 1000, "spread": 1e4}, "same"),
        ("stock", THREAT, {"gross": 1280, "spread": 1e4}, {"gross": 1000, "spread": 1e4}, "worse"),
        ("stock", THREAT, {"gross": 720, "spread": 1e4}, {"gross": 1000, "spread": 1e4}, "better"),
        ("chance", OPPORTUNITY, {"gross": 1280, "spread": 1e4}, {"gross": 1000, "spread": 1e4}, "better"),
        # Without money, the customers: 1.96 x sqrt(200) = 27.7.
        ("stock", THREAT, {"gross": np.nan, "value": 127}, {"gross": np.nan, "value": 100}, "same"),
        ("stock", THREAT, {"gross": np.nan, "value": 128}, {"gross": np.nan, "value": 100}, "worse"),
        # Of 100 and 100, 50 % and 36.5 %: 1.96 x sqrt(0.25 / 100 + 0.2318 / 100) = 13.6 points.
        ("rate", WEAKNESS, {"value": 0.365}, {"value": 0.5}, "same"),
        ("rate", WEAKNESS, {"value": 0.36}, {"value": 0.5}, "worse"),
        ("rate", WEAKNESS, {"value": 0.64}, {"value": 0.5}, "better"),
        # 5 % of 1000, and less is better.
        ("money", WEAKNESS, {"value": 1050}, {"value": 1000}, "same"),
        ("money", WEAKNESS, {"value": 1051}, {"value": 1000}, "worse"),
    ],
)  # fmt: skip
def test_worse_and_better_are_more_than_chance(bare, rule, quadrant, now, before, status):
    usual = {"customers": 100, "value": 100, "gross": np.nan, "spread": np.nan}
    row = {"rule": rule, "measure": rule, "quadrant": quadrant} | usual | now
    row |= {f"{name}_before": value for name, value in (usual | before).items()}
    assert _moved(row, with_topic(bare, *RULES, figures=FIGURES)) == status
