"""The classes of customers: movement, lifecycle, the RFM grid and scores, size. Cut-offs are in ``test_rulers.py``."""

import io

import pandas as pd
import pytest

from portfolio.topics.lifecycle.numbers import STATES as LIFECYCLES
from portfolio.topics.movement.numbers import MOVES
from portfolio.topics.rfm.numbers import SEGMENTS as RFM_SEGMENTS
from portfolio.topics.rfm.numbers import segment_of as rfm_segment

AS_OF = pd.Timestamp("2025-12-31")  # last day of 2025-H2


def table(text):
    return pd.read_csv(io.StringIO(text), sep=r"\s+", dtype="string", na_values="-", keep_default_na=False)


def orders_on(**days):
    """One order of 10 on each day named, for each customer."""
    rows = [(customer, day, "10", f"{customer}{i}") for customer, given in days.items() for i, day in enumerate(given)]
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id"])


def days_ago(*days):
    return [f"{AS_OF - pd.Timedelta(days=n):%Y-%m-%d}" for n in days]


def classes(book, column):
    return book.run(book.customers).set_index("customer_id")[column].to_dict()


# ---- movement


def test_movements(make_book):
    lines = orders_on(
        new=["2025-07-01"],
        retained=["2025-06-30", "2025-12-31"],
        reactivated=["2024-12-31", "2025-07-01"],
        lapsed=["2025-01-01"],
        absent=["2024-12-31"],
    )
    lines.loc[len(lines)] = ["credited", "2025-08-01", "-5", "c1"]
    lines.loc[len(lines)] = ["lapsed", "2025-08-01", "-5", "c2"]  # a credit note makes nobody active
    found = classes(make_book(lines, "2025-H2"), "movement")
    assert found == {**{name: name for name in (*MOVES, "absent")}, "credited": "absent"}


# ---- lifecycle


def test_each_state_of_the_lifecycle(make_book):
    customers = table(
        """
        customer_id created_date
        prospect    2025-01-01
        """
    )
    lines = orders_on(
        new=["2025-07-01"],
        loyal=["2024-07-01", "2025-06-30", "2025-12-01"],  # each of 2024-H2, 2025-H1, 2025-H2
        regular=["2024-06-30", "2025-06-30", "2025-12-01"],  # not in 2024-H2
        at_risk=[*days_ago(100, 90, 80, 70, 50)[:-1], "2025-06-01"],
        inactive=["2025-01-01"],
        lost=["2024-01-01"],
    )
    # at_risk: days 1 June, 100, 90, 80 and 70 days ago: intervals 112, 10, 10, 10, median 10, silent for 70.
    assert classes(make_book(lines, "2025-H2", customers=customers), "lifecycle") == {name: name for name in LIFECYCLES}


@pytest.mark.parametrize(
    ("thresholds", "states"),
    [
        ({}, {90: "regular", 91: "inactive", 365: "inactive", 366: "lost"}),
        (
            {"inactive_after_days": 30, "lost_after_days": 60},
            {30: "regular", 31: "inactive", 60: "inactive", 61: "lost"},
        ),
    ],
)
def test_days_of_silence(make_book, thresholds, states):
    lines = orders_on(**{str(days): days_ago(400, days) for days in states})
    found = classes(make_book(lines, "2025-H2", thresholds=thresholds), "lifecycle")
    assert found == {str(days): state for days, state in states.items()}


INTERVALS = {
    # days of silence, intervals from the latest: state
    (40, (20, 300)): "regular",  # median 160
    (40, (20, 20, 300)): "regular",  # exactly twice 20
    (41, (20, 20, 300)): "at_risk",
    (42, (20, 21, 300)): "regular",  # exactly twice 21
    (43, (20, 21, 300)): "at_risk",
    (41, (20, 21, 20, 300)): "regular",  # median of 20, 20, 21, 300 is 20.5, its double 41
    (42, (20, 21, 20, 300)): "at_risk",
}


@pytest.fixture(scope="module")
def states_by_interval(make_book):
    days = {case: [case[0] + sum(case[1][:n]) for n in range(len(case[1]) + 1)] for case in INTERVALS}
    lines = orders_on(**{str(case): days_ago(*given) for case, given in days.items()})
    return classes(make_book(lines, "2025-H2"), "lifecycle")


@pytest.mark.parametrize("case", INTERVALS)
def test_twice_the_median_interval(states_by_interval, case):
    assert states_by_interval[str(case)] == INTERVALS[case]


@pytest.mark.parametrize(
    ("thresholds", "state"),
    [
        ({}, "regular"),  # two orders are too few
        ({"at_risk_min_orders": 2}, "at_risk"),  # the only interval is 15, silent for 40
        ({"at_risk_min_orders": 2, "at_risk_interval_factor": 3.0}, "regular"),
    ],
)
def test_least_orders_and_factor_are_thresholds(make_book, thresholds, state):
    # The first order, 55 days ago, is of 6 November: before the period, so that the customer is not new.
    book = make_book(orders_on(ann=days_ago(40, 55)), "2025-11-15..2025-12-31", thresholds=thresholds)
    assert classes(book, "lifecycle")["ann"] == state


def test_first_match_wins(make_book):
    # Two years as one period, so that its new customers may be silent for a year.
    lines = orders_on(
        new_though_long_silent=["2024-01-05"],
        lost_though_every_interval_is_short=["2023-01-01", "2023-01-02", "2023-01-03"],
    )
    found = classes(make_book(lines, "2024-01-01..2025-12-31"), "lifecycle")
    assert found == {"new_though_long_silent": "new", "lost_though_every_interval_is_short": "lost"}
    lines = orders_on(
        new_though_overdue=["2025-11-01", "2025-11-02", "2025-11-03"],
        inactive_though_overdue=["2025-06-01", "2025-06-02", "2025-06-03"],
        inactive_though_loyal=["2024-08-01", "2025-02-01", "2025-08-01"],
        at_risk_though_loyal=["2024-12-30", "2025-02-01", "2025-10-26", "2025-10-27", "2025-10-28", "2025-10-29"],
    )
    found = classes(make_book(lines, "2025-H2"), "lifecycle")
    assert found == {
        "new_though_overdue": "new",
        "inactive_though_overdue": "inactive",
        "inactive_though_loyal": "inactive",
        "at_risk_though_loyal": "at_risk",
    }


@pytest.mark.parametrize(("periods", "state"), [(1, "loyal"), (2, "loyal"), (3, "regular")])
def test_loyal_periods_is_a_threshold(make_book, periods, state):
    # Ordered in 2025-H2 and 2025-H1, and in 2024-H1, but not in 2024-H2.
    lines = orders_on(ann=["2024-06-30", "2025-03-01", "2025-12-30"])
    assert classes(make_book(lines, "2025-H2", thresholds={"loyal_periods": periods}), "lifecycle")["ann"] == state


def test_loyalty_counts_fiscal_periods(make_book):
    # Quarters of a year that starts in February: 2026-Q1 is February to April 2025; those before it start in
    # November and August.
    lines = orders_on(
        loyal=["2024-08-01", "2025-01-31", "2025-04-30"], regular=["2024-07-31", "2025-01-31", "2025-04-30"]
    )
    found = classes(make_book(lines, "2026-Q1", fiscal_year_start=2), "lifecycle")
    assert found == {"loyal": "loyal", "regular": "regular"}


# ---- RFM

# DEFINITIONS, RFM: the segment of each cell. One line a recency, 5 first; one column a frequency, 1 first.
GRID = {
    5: ["new_customers", "potential_loyalists", "potential_loyalists", "champions", "champions"],
    4: ["promising", "potential_loyalists", "potential_loyalists", "loyal", "loyal"],
    3: ["about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"],
    2: ["hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"],
    1: ["hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"],
}
CELLS = [(r, f, GRID[r][f - 1]) for r in GRID for f in range(1, 6)]
# With these cut-offs the score of a frequency is the number of orders, and that of a recency falls every 10 days.
GIVEN = {"rfm_cutoffs": {"recency": [10, 20, 30, 40], "frequency": [1, 2, 3, 4], "monetary": [10, 20, 30, 40]}}


@pytest.mark.parametrize(("r", "f", "segment"), CELLS)
def test_segment_of_each_of_the_25_cells(r, f, segment):
    assert rfm_segment(r, f) == segment


@pytest.fixture(scope="module")
def cells(make_book):
    rows = []
    for r, f, _ in CELLS:
        [day] = days_ago((6 - r) * 10)  # exactly on a cut-off: not strictly below it
        rows += [(f"r{r}f{f}", day, 10, f"o{n}") for n in range(f)]
    rows.append(("lost", "2024-12-31", 10, "o"))
    rows.append(("credited", "2025-12-31", -10, "o"))
    orders = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id"])
    book = make_book(orders, "2025-H2", thresholds=GIVEN)
    return book.run(book.customers).set_index("customer_id")


@pytest.mark.parametrize(("r", "f", "segment"), CELLS)
def test_customer_of_each_of_the_25_cells(cells, r, f, segment):
    found = cells.loc[f"r{r}f{f}"]
    # 10 an order: M has the score of F.
    assert (found.rfm_r, found.rfm_f, found.rfm_m, found.rfm_segment) == (r, f, f, segment)


def test_customers_outside_the_grid(cells):
    scores = ["rfm_r", "rfm_f", "rfm_m"]
    assert cells.loc["lost", "rfm_segment"] == "lost"
    assert cells.loc["credited", "rfm_segment"] == "prospects"
    assert cells.loc[["lost", "credited"], scores].isna().all(axis=None)
    assert set(cells["rfm_segment"]) == set(RFM_SEGMENTS)


def test_high_potential_is_much_money_in_few_orders(make_book):
    customers = {
        # amount of an order, orders: flagged
        (41, 1): True,  # 41 is above the four cut-offs
        (20.5, 2): True,
        (40, 1): False,  # M = 4
        (20, 3): False,  # M = 5, F = 3
    }
    rows = [(str(case), "2025-12-31", case[0], f"o{n}") for case in customers for n in range(case[1])]
    lines = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id"])
    found = classes(make_book(lines, "2025-H2", thresholds=GIVEN), "high_potential")
    assert found == {str(case): flagged for case, flagged in customers.items()}


def test_high_potential_is_never_unknown(cells):
    assert cells["high_potential"].notna().all()
    assert not cells.loc[["lost", "credited"], "high_potential"].any()


# ---- size


def test_limits_of_sizes_belong_to_the_size(make_book):
    lines = table(
        """
        customer_id order_date  amount order_id
        a           2025-12-31  100    1
        b           2025-12-31  99.99  1
        c           2025-12-31  20     1
        d           2025-12-31  19.99  1
        e           2025-12-31  10     1
        e           2025-12-31  -15    1
        absent      2025-01-01  500    1
        credited    2025-12-31  -10    1
        """
    )
    book = make_book(lines, "2025-H2", thresholds={"size_limits": {"large": 100, "medium": 20}})
    assert classes(book, "size") == {
        "a": "large", "b": "medium", "c": "medium", "d": "small", "e": "small", "absent": "absent", "credited": "absent"
    }  # fmt: skip


def test_size_by_margin(make_book):
    lines = table(
        """
        customer_id order_date  amount cost order_id
        a           2025-12-01  100    99   1
        b           2025-12-01  50     10   1
        """
    )
    limits = {"large": 40, "medium": 1}
    book = make_book(lines, "2025-H2", thresholds={"size_by": "margin", "size_limits": limits})
    assert classes(book, "size") == {"a": "medium", "b": "large"}  # margins of 1 and 40
