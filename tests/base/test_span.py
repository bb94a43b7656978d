"""The days that orders cover: which period is the latest one, and which is not complete."""

import datetime as dt

import pandas as pd
import pytest

from portfolio.base.span import Span
from portfolio.params.periods import parse_period
from portfolio.review.figures.numbers import metrics
from portfolio.review.findings.numbers import findings
from portfolio.review.opening import open_book

DAY = dt.date.fromisoformat


def lines(days, amount=10):
    days = [str(day)[:10] for day in days]
    return pd.DataFrame({"customer_id": "a", "order_date": days, "amount": amount, "order_id": days})


# ---- the usual gap


@pytest.mark.parametrize(
    ("days", "slack"),
    [
        (["2025-07-01"], 7),
        (pd.date_range("2025-07-01", periods=9, freq="D"), 7),
        (pd.date_range("2025-07-01", periods=9, freq="3D"), 9),
        (pd.date_range("2025-01-01", periods=9, freq="30D"), 90),
        (pd.date_range("2025-01-01", periods=9, freq="31D"), 91),
        # Gaps of 1, 4, 5 and 100 days: the median is 4.5, and 13.5 is no day.
        (["2025-07-01", "2025-07-02", "2025-07-06", "2025-07-11", "2025-10-19"], 13),
    ],
    ids=["one day", "a week at least", "three gaps", "a month", "a quarter at most", "half days"],
)
def test_slack_is_three_times_the_median_gap_between_days_with_orders(make_book, days, slack):
    assert make_book(lines(days), "2025-H2").span.slack == slack


def test_lines_of_one_day_and_credit_notes_make_no_gap(make_book):
    days = ["2025-07-01", "2025-07-01", "2025-07-11", "2025-07-12", "2025-07-13", "2025-07-21"]
    orders = lines(days).assign(amount=[10, 20, 10, -1, -1, 10])
    assert make_book(orders, "2025-H2").span.slack == 30


# ---- what orders cover


def test_orders_cover_a_day_when_they_start_a_usual_gap_after_it():
    span = Span(DAY("2025-01-08"), DAY("2025-12-31"), 7)
    assert span.covers(DAY("2025-01-01"))
    assert not span.covers(DAY("2024-12-31"))


@pytest.mark.parametrize(
    ("last", "stops"),
    [
        (DAY("2025-12-24"), None),  # seven days before the end of the period
        (DAY("2025-12-23"), DAY("2025-12-23")),
        (DAY("2025-06-30"), DAY("2025-06-30")),  # before its start
        (DAY("2026-03-01"), None),
    ],
)
def test_orders_stop_in_a_period_when_they_end_more_than_a_usual_gap_before_it(last, stops):
    assert Span(DAY("2025-01-01"), last, 7).stops(parse_period("2025-H2")) == stops


@pytest.mark.parametrize(
    ("first", "ruler"),
    [
        (DAY("2023-07-08"), "2024-H1"),  # its window of twelve months starts on 1 July 2023
        (DAY("2023-07-09"), "2024-H2"),
        (DAY("2025-01-08"), "2025-H2"),
        (DAY("2025-01-09"), "2025-H2"),  # no window is covered: the period given
    ],
)
def test_the_ruler_is_of_the_first_period_whose_window_orders_cover(first, ruler):
    assert Span(first, DAY("2025-12-31"), 7).ruler_period(parse_period("2025-H2"), 12).name == ruler


# ---- latest


@pytest.fixture
def export(tmp_path):
    """Write an order each fifth day up to a day, fifteen days without one being usual; return the params file."""

    def write(last, more=(), **other):
        days = [str(day.date()) for day in pd.date_range(end=last, periods=150, freq="5D")]
        rows = [f"a,{day},10" for day in days] + list(more)
        (tmp_path / "orders.csv").write_text("customer_id,order_date,amount\n" + "\n".join(rows) + "\n")
        (tmp_path / "customers.csv").write_text("customer_id,region\na,N\nb,S\n")
        (tmp_path / "params.yml").write_text(
            "portfolio:\n  name: Test\n  thresholds: {min_customers: 1}\n  tables:\n"
            "    orders: {source: orders.csv}\n    customers: {source: customers.csv}\n"
        )
        return tmp_path / "params.yml"

    return write


@pytest.mark.parametrize(
    ("last", "as_of", "latest"),
    [
        ("2025-12-30", "2026-01-15", "2025-H2"),
        ("2025-12-30", "2025-12-30", "2025-H1"),
        ("2025-12-30", "2025-07-01", "2025-H1"),
        ("2025-05-31", "2025-07-15", "2024-H2"),
        ("2025-05-31", "2026-07-15", "2024-H2"),
        ("2025-06-15", "2025-07-15", "2025-H1"),
        ("2025-06-14", "2025-07-15", "2024-H2"),
    ],
)
def test_latest_is_the_last_period_that_is_over_and_that_orders_reach_the_end_of(export, last, as_of, latest):
    assert open_book(export(last), as_of=DAY(as_of)).period.name == latest


def test_a_segment_without_recent_orders_does_not_change_latest(export):
    file = export("2025-12-30", more=["b,2024-02-01,10"])
    assert open_book(file, "latest", "region=S", as_of=DAY("2026-01-15")).period.name == "2025-H2"
    assert open_book(file, "2025-H2", "region=S").incomplete is None


# ---- a period that is not complete


@pytest.mark.parametrize(
    ("period", "stops"),
    [("2025-H1", None), ("2025-Q2", None), ("2025-06", None), ("2025-07", "2025-06-28"), ("2025-H2", "2025-06-28")],
)
def test_a_period_without_any_order_is_never_complete(period, stops):
    span = Span(DAY("2024-01-01"), DAY("2025-06-28"), slack=91)  # it would reach 27 September
    assert span.stops(parse_period(period)) == (stops and DAY(stops))


@pytest.fixture(scope="module")
def stopped(make_book):
    """Return the book of 2025-H1, the export of which stops on 31 May."""
    days = ["2024-01-10", "2024-05-31", "2024-06-01", "2024-07-01", "2024-11-30", "2024-12-01", "2025-01-02"]
    last = pd.date_range("2025-05-22", "2025-05-31")
    orders = lines([*days, *last]).assign(amount=[5, 6, 7, 10, 30, 3000, 40, *[1] * len(last)])
    return make_book(orders, "2025-H1", thresholds={"min_customers": 1})


def test_a_period_whose_orders_stop_early_is_compared_with_the_same_days(stopped):
    assert stopped.incomplete == DAY("2025-05-31")
    found = metrics(stopped).set_index("name").loc["revenue", ["value", "previous"]]
    assert found.tolist() == [50, 40]  # to 30 November, without the 3,000 of December
    before = stopped.at(parse_period("2024-H2"))
    assert before.incomplete is None
    assert metrics(before).set_index("name").loc["revenue", ["value", "previous"]].tolist() == [3040, 18]


def test_its_findings_are_compared_with_the_same_days_too(stopped, beyond_chance):
    with beyond_chance():
        found = findings(stopped).set_index("rule").loc["revenue_vs_previous"]
    # 10 more in half a year is 20 in a year, of revenue: no cost is known.
    assert found[["quadrant", "value", "reference", "gross"]].tolist() == ["strength", 50, 40, 20]


def test_the_same_days_are_measured_with_the_one_ruler(stopped):
    days = stopped.compared["previous"]
    assert (days.period.start, days.as_of) == (DAY("2024-07-01"), DAY("2024-11-30"))
    assert days.ruler_period == stopped.ruler_period
    assert days.rulers == stopped.rulers


def test_the_ruler_of_some_days_is_theirs_alone(stopped):
    days = stopped.compared["previous"]
    # A range of the same days asked for by itself is measured as ranges are.
    asked = stopped.at(days.period)
    assert asked is not days
    assert asked.ruler_period.kind == "dates" != days.ruler_period.kind
    assert stopped.compared["previous"] is days
