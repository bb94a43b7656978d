"""What holds for any portfolio: partitions, identities, and changes of the file that change nothing.

Portfolios are a few lines of a few customers, on days that stand at the limits of periods and states, with orders that
straddle periods, credit notes, ties and missing costs. A second computation, in plain Python, one customer at a time,
stands beside the engine's.
"""

import datetime as dt
import math
from decimal import Decimal
from itertools import pairwise
from statistics import median

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from portfolio.base.segments import Segment
from portfolio.review.figures.numbers import value_of
from portfolio.topics import TOPICS
from portfolio.topics.activity.history import history as headline_history
from portfolio.topics.activity.numbers import activity, months
from portfolio.topics.bridge.numbers import revenue_bridge
from portfolio.topics.concentration.numbers import concentration, pareto_curve
from portfolio.topics.lifecycle.numbers import STATES as LIFECYCLES
from portfolio.topics.lifecycle.numbers import lifecycle
from portfolio.topics.movement.numbers import MOVES, movement
from portfolio.topics.places.numbers import by
from portfolio.topics.rfm.numbers import SEGMENTS as RFM_SEGMENTS
from portfolio.topics.rfm.numbers import cutoffs, grid, scores, segments
from portfolio.topics.rfm.numbers import segment_of as rfm_segment
from portfolio.topics.sizes.numbers import SIZES, migration, sizes

FIGURES = {figure.name: figure for topic in TOPICS if not topic.apart for figure in topic.figures}

# A book and its figures take half a second: few examples, the same ones each time, and no search for a smaller one.
SOME = settings(max_examples=5, deadline=None, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate))
FEW = settings(SOME, max_examples=3)
MANY = settings(SOME, max_examples=10)
START, END, AS_OF = dt.date(2025, 7, 1), dt.date(2026, 1, 1), dt.date(2025, 12, 31)
PREVIOUS = dt.date(2025, 1, 1)
# 90, 91, 365 and 366 days before the as-of date, ends of periods and of the trailing window, and days between.
DAYS = [
    *(AS_OF - dt.timedelta(days=n) for n in (0, 1, 10, 20, 40, 41, 90, 91, 184, 185, 364, 365, 366, 500, 730)),
    dt.date(2024, 7, 1),
    dt.date(2024, 1, 1),
    dt.date(2023, 12, 31),
    dt.date(2026, 1, 1),
]
REGIONS = {"a": "N", "b": "N", "c": "S", "d": "S", "e": "S", "f": "N"}
CENTS = st.one_of(st.sampled_from([1000, 1000, 2000, -1000]), st.integers(-3000, -2), st.integers(2, 9000))
COSTS = st.one_of(st.none(), st.integers(0, 3000))
LINE = st.tuples(st.sampled_from(sorted(REGIONS)), st.sampled_from(DAYS), CENTS, st.sampled_from("12345"), COSTS)
LINES = st.lists(LINE, min_size=1, max_size=30)


def frame(lines):
    rows = [(who, str(day), cents / 100, f"{who}{order}", cost) for who, day, cents, order, cost in lines]
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id", "cost"])
    orders["amount"] = orders["amount"].map("{:.2f}".format)
    orders["cost"] = pd.array([None if cost is None else f"{cost / 100:.2f}" for *_, cost in lines], dtype="string")
    return orders


def customers_of(orders):
    ids = sorted(set(orders["customer_id"]))
    return pd.DataFrame({"customer_id": ids, "region": [REGIONS[name[0]] for name in ids]})


@pytest.fixture(scope="module")
def book_of(make_book):
    def make(orders, **thresholds):
        thresholds = {"min_customers": 1, **thresholds}
        return make_book(orders, "2025-H2", thresholds=thresholds, customers=customers_of(orders))

    return make


def figures(book):
    """Every figure of the book and what it is counted over, as text: NaN equals NaN and nothing is rounded."""
    return {name: repr(value_of(book, name)) for name in FIGURES}


def same(left, right):
    return left == right or (math.isnan(left) and math.isnan(right))


# ---- one book


@SOME
@given(lines=LINES)
def test_classes_are_partitions(book_of, lines):
    book = book_of(frame(lines))
    base = book.run(book.customers)
    # The customers table has no dates: whoever bought first after the period was not known then.
    everybody = {who for who, day, *_ in lines if day < END}
    assert sorted(base["customer_id"]) == sorted(everybody)
    for column, allowed in (
        ("movement", (*MOVES, "absent")),
        ("lifecycle", LIFECYCLES),
        ("rfm_segment", RFM_SEGMENTS),
        ("size", SIZES),
    ):
        assert set(base[column]) <= set(allowed)
    total = len(everybody)
    assert lifecycle(book)["customers"].sum() == total
    assert lifecycle(book)["share"].sum() == pytest.approx(1 if total else 0)
    cells, by_segment = grid(book), segments(book).set_index("rfm_segment")
    assert by_segment["customers"].sum() == total
    in_cells = cells.groupby("rfm_segment")["customers"].sum()
    assert in_cells.to_dict() == by_segment.loc[in_cells.index, "customers"].to_dict()
    assert (scores(book).groupby("dimension")["customers"].sum() == cells["customers"].sum()).all()
    active = activity(book)["active_customers"][0]
    assert sizes(book)["customers"].sum() == active
    assert (base["orders"] > 0).sum() == active == (base["size"] != "absent").sum()


@SOME
@given(lines=LINES)
def test_identities(book_of, lines):
    book = book_of(frame(lines))
    moved, done = movement(book).iloc[0], activity(book).iloc[0]
    assert moved.now == done.active_customers
    if book.previous is None:
        assert moved.before == 0
        assert moved[["lapsed", "retained", "new", "reactivated"]].isna().all()
    else:
        assert moved.now == moved.before - moved.lapsed + moved.new + moved.reactivated
        assert moved.before == moved.lapsed + moved.retained
    assert done.gross_sales - done.returns == pytest.approx(done.revenue, abs=1e-9)  # cents as floats
    bridge = revenue_bridge(book).set_index("step")["revenue"]
    assert bridge.drop("now").sum() == pytest.approx(bridge["now"], abs=1e-9)
    assert bridge["now"] == pytest.approx(done.revenue, abs=1e-9)
    by_month = months(book)
    assert by_month["revenue"].tail(6).sum() == pytest.approx(done.revenue, abs=1e-9)
    last = headline_history(book).iloc[-1]
    for name in ("active_customers", "orders", "revenue", "average_basket", "margin_rate"):
        assert same(last[name], done[name]), name
    assert same(last.new_customers, moved.new)
    assert same(last.retention_rate, moved.retention_rate)
    if not (moves := migration(book)).empty:
        assert moves.loc[moves["size_now"] != "absent", "customers"].sum() == moved.now
        assert moves.loc[moves["size_before"] != "absent", "customers"].sum() == moved.before
    held, curve = concentration(book).iloc[0], pareto_curve(book)
    if held.customers_with_positive_revenue:
        n = held.customers_with_positive_revenue
        assert held.top_20_percent_customers == -(-n // 5)
        assert -1e-12 <= held.gini < 1
        assert curve["revenue_share"].is_monotonic_increasing
        assert (curve["revenue_share"] >= curve["customers_share"] - 1e-12).all()  # the largest come first


# Days of the two periods and of the one before them, so that customers meet in every step.
AROUND = [dt.date(2024, 12, 31), PREVIOUS, dt.date(2025, 6, 30), START, AS_OF]


@SOME
@given(lines=st.lists(st.tuples(LINE, st.sampled_from(AROUND)), min_size=10, max_size=40))
def test_the_revenue_bridge_is_the_partition_of_the_movement(book_of, lines):
    lines = [(who, day, *rest) for (who, _, *rest), day in lines]
    book, facts = book_of(frame(lines)), naive_facts(lines)
    found = revenue_bridge(book).set_index("step")
    count, money = found["customers"], found["revenue"]
    moves = {who: naive_movement(fact) for who, fact in facts.items()}
    moved = {move: {who for who in facts if moves[who] == move} for move in (*MOVES, "absent")}
    change = {who: float(fact["revenue"] - fact["previous_revenue"]) for who, fact in facts.items()}
    steps = {
        "lapsed": moved["lapsed"],
        "decreased": {who for who in moved["retained"] if change[who] < 0},
        "increased": {who for who in moved["retained"] if change[who] >= 0},
        "new": moved["new"],
        "reactivated": moved["reactivated"],
        # Without an order in either period, and with a line in one of them that is not undone there.
        "credited": {who for who in moved["absent"] if facts[who]["revenue"] or facts[who]["previous_revenue"]},
    }
    assert count.drop(["before", "now"]).to_dict() == {
        step: len(members) for step, members in steps.items() if members or step != "credited"
    }
    for step, members in steps.items():
        assert money.get(step, 0) == pytest.approx(sum(change[who] for who in members), abs=1e-9), step
    assert count["before"] - count["lapsed"] + count["new"] + count["reactivated"] == count["now"]
    assert money.drop(["before", "now"]).sum() == pytest.approx(sum(change.values()), abs=1e-9)  # cents as floats
    assert money["now"] - money["before"] == pytest.approx(sum(change.values()), abs=1e-9)


@SOME
@given(lines=LINES)
def test_values_of_an_attribute_sum_to_the_whole(book_of, lines):
    book = book_of(frame(lines))
    parts = by(book, "region").set_index("value_of")
    done, moved = activity(book).iloc[0], movement(book).iloc[0]
    base = book.run(book.customers)
    some = [name for name in ("N", "S") if base[base["region"] == name]["orders_ever"].sum()]
    assert sorted(parts.index) == some  # those where somebody ever ordered
    if len(some) < 2:
        return
    assert parts["active_customers"].sum() == done.active_customers
    assert parts["before"].sum() == moved.before
    assert parts["revenue"].sum() == pytest.approx(done.revenue, abs=1e-9)
    if done.revenue:
        assert parts["revenue_share"].sum() == pytest.approx(1)
    # Each row is what the book of that segment says.
    north = book.narrow(Segment((("region", "N"),)))
    own, own_moved, row = activity(north).iloc[0], movement(north).iloc[0], parts.loc["N"]
    for name in ("active_customers", "revenue", "average_basket", "margin_rate"):
        assert same(row[name], own[name]), name
    assert same(row.retention_rate, own_moved.retention_rate)
    assert same(row.retention_low, own_moved.retention_low)


# ---- the same in plain Python


def naive_facts(lines):
    """One dict a customer, from the definitions, by loops."""
    facts = {}
    for who in {line[0] for line in lines if line[1] < END}:
        own = [(day, Decimal(cents) / 100, order) for name, day, cents, order, _ in lines if name == who and day < END]
        first = {}
        for day, amount, order in own:
            if amount > 0:
                first[order] = min(day, first.get(order, day))
        days = sorted(set(first.values()))
        window = [day for day in first.values() if day >= PREVIOUS]  # the trailing year is 2025
        facts[who] = {
            "orders": len(first),
            "now": any(day >= START for day in days),
            "before": any(PREVIOUS <= day < START for day in days),
            "new": bool(days) and days[0] >= START,
            "R": (AS_OF - days[-1]).days if days else None,
            "F": len(window),
            "M": sum((amount for day, amount, _ in own if day >= PREVIOUS), Decimal(0)),
            "revenue": sum((amount for day, amount, _ in own if day >= START), Decimal(0)),
            "previous_revenue": sum((amount for day, amount, _ in own if PREVIOUS <= day < START), Decimal(0)),
            "interval": median([(b - a).days for a, b in pairwise(days)]) if len(days) > 1 else None,
            "recent": len({(day.year, day.month > 6) for day in days if day >= dt.date(2024, 7, 1)}),
        }
    return facts


def naive_lifecycle(fact):
    if not fact["orders"]:
        return "prospect"
    if fact["new"]:
        return "new"
    if fact["R"] > 365:
        return "lost"
    if fact["R"] > 90:
        return "inactive"
    if fact["orders"] >= 3 and fact["interval"] is not None and fact["R"] > 2 * fact["interval"]:
        return "at_risk"
    return "loyal" if fact["recent"] == 3 else "regular"


def naive_movement(fact):
    if fact["now"]:
        return "new" if fact["new"] else "retained" if fact["before"] else "reactivated"
    return "lapsed" if fact["before"] else "absent"


@MANY
@given(lines=LINES)
def test_against_plain_python(book_of, lines):
    facts = naive_facts(lines)
    book = book_of(frame(lines))
    base = book.run(book.customers).set_index("customer_id")
    assert base["movement"].to_dict() == {who: naive_movement(fact) for who, fact in facts.items()}
    assert base["lifecycle"].to_dict() == {who: naive_lifecycle(fact) for who, fact in facts.items()}
    assert {who: Decimal(str(value)) for who, value in base["revenue"].items()} == {
        who: fact["revenue"] for who, fact in facts.items()
    }
    scored = {who: fact for who, fact in facts.items() if fact["F"]}
    expected = {who: "lost" if fact["orders"] else "prospects" for who, fact in facts.items()}
    if scored:
        ruler = cutoffs(book).set_index("dimension")[["q1", "q2", "q3", "q4"]]
        for dimension, name in (("recency", "R"), ("frequency", "F"), ("monetary", "M")):
            quantiles = np.quantile([float(fact[name]) for fact in scored.values()], [0.2, 0.4, 0.6, 0.8])
            # numpy and the engine interpolate with other roundings.
            assert ruler.loc[dimension].to_numpy(dtype=float) == pytest.approx(quantiles, rel=1e-9, abs=1e-9)
        for who, fact in scored.items():
            r = 5 - (ruler.loc["recency"] < fact["R"]).sum()
            f = 1 + (ruler.loc["frequency"] < fact["F"]).sum()
            assert (base.loc[who, "rfm_r"], base.loc[who, "rfm_f"]) == (r, f)
            expected[who] = rfm_segment(r, f)
    assert base["rfm_segment"].to_dict() == expected


# ---- another file, the same figures


@FEW
@given(lines=LINES, data=st.data())
def test_a_line_in_two_and_rows_in_another_order_change_only_the_lines(book_of, lines, data):
    who, day, cents, order, cost = lines[0]
    part = 1 if cents > 0 else -1
    pieces = [(who, day, part, order, cost), (who, day, cents - part, order, None if cost is None else 0)]
    other = data.draw(st.permutations([*lines[1:], *pieces]))
    one, two = book_of(frame(lines)), book_of(frame(other))
    before, after = figures(one), figures(two)
    changed = {name for name in before if before[name] != after[name]}
    # The ledger counts lines; the money it sets aside is the same, of so many more lines.
    assert {name for name in changed if not name.startswith("rows_")} <= {"lines_kept", "money_set_aside"}
    assert same(value_of(one, "money_set_aside")[0], value_of(two, "money_set_aside")[0])


# Counts and money double when each customer is there twice; shares and means stay. What is left out depends on
# quantiles and ceilings, or is not of the customers.
LEFT_OUT = ("rfm_", "size_", "top_20", "rows_", "customers_for")
REPLICATED = {
    name: 2 if declared.unit in ("count", "money") and not name.startswith(("lifetime", "average")) else 1
    for name, declared in FIGURES.items()
    if not name.startswith(LEFT_OUT)
}


@FEW
@given(lines=LINES)
def test_every_customer_twice_keeps_shares_and_means(book_of, lines):
    ruler = {
        "rfm_cutoffs": {"recency": [30, 60, 90, 180], "frequency": [1, 2, 3, 4], "monetary": [10, 20, 40, 80]},
        "size_limits": {"large": 50, "medium": 20},
    }
    orders = frame(lines)
    twins = orders.assign(customer_id=orders["customer_id"] + "2", order_id=orders["order_id"] + "2")
    once, twice = book_of(orders, **ruler), book_of(pd.concat([orders, twins]), **ruler)
    for name, factor in REPLICATED.items():
        # Gini subtracts (n + 1) / n from a ratio: a few roundings of doubles.
        assert value_of(twice, name)[0] == pytest.approx(
            factor * value_of(once, name)[0], rel=1e-12, abs=1e-12, nan_ok=True
        ), name
    for measure in (lifecycle, segments, sizes):
        assert measure(twice)["share"].tolist() == pytest.approx(measure(once)["share"].tolist(), nan_ok=True)


@FEW
@given(lines=LINES)
def test_amounts_four_times_as_high_scale_money_alone(book_of, lines):
    # By a power of two, so that floats scale without rounding.
    fourfold = [(who, day, 4 * cents, order, cost and 4 * cost) for who, day, cents, order, cost in lines]
    one, four = (book_of(frame(given)) for given in (lines, fourfold))
    for name, declared in FIGURES.items():
        factor = 4 if declared.unit == "money" else 1
        assert same(value_of(four, name)[0], factor * value_of(one, name)[0]), name
