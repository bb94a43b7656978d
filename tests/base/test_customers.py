"""The customer base: what is known of each customer on the last day of a period, worked out by hand.

The period is 2025-H2 unless a test says otherwise: 1 July to 31 December 2025. The trailing window is 2025 as a whole.
"""

import io

import ibis
import pandas as pd
import pytest


def table(text):
    """A table written as it reads; ``-`` is a missing value."""
    return pd.read_csv(io.StringIO(text), sep=r"\s+", dtype="string", na_values="-", keep_default_na=False)


def base(book):
    """The customer base by customer, whatever its row order."""
    return book.run(book.customers).set_index("customer_id")


LINES = table(
    """
    customer_id order_date  amount  order_id cost
    ann         2024-03-01  10      a0       4
    ann         2025-02-10  100     a1       60
    ann         2025-08-01  300     a2       180
    ann         2025-08-01  100     a2       70
    ann         2025-12-01  200     a3       -
    bob         2025-03-15  400     b1       200
    bob         2025-07-10  -50     b9       -25
    eve         2025-06-30  200     e1       100
    eve         2025-07-01  120.5   e2       60
    eve         2025-07-02  -20.25  e2       -10
    eve         2026-01-01  999     e3       1
    jon         2026-01-01  10      j1       1
    kim         2026-01-01  10      k1       1
    fay         2025-09-09  -30     f9       -
    """
)
CUSTOMERS = table(
    """
    customer_id created_date region   account_manager
    ann         2024-03-01   Bretagne Zoe
    bob         2025-03-15   -        Zoe
    gus         2025-12-31   Corse    Max
    hal         2026-01-01   Corse    Max
    ivy         -            Corse    Max
    jon         -            Corse    Max
    kim         2025-12-01   Corse    Max
    """
)


@pytest.fixture(scope="module")
def customers(make_book):
    return base(make_book(LINES, "2025-H2", customers=CUSTOMERS))


def test_one_row_for_whoever_ordered_was_credited_or_is_known(customers):
    # fay was only credited; gus was entered on the last day, hal a day later. ivy has no date of entry; nor has jon,
    # who first bought after the period: nobody knew him. kim was entered before she bought.
    assert sorted(customers.index) == ["ann", "bob", "eve", "fay", "gus", "ivy", "kim"]
    assert customers.index.is_unique


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        (
            # H2: a2 of 400 in two lines, a3 of 200. H1: a1. Of the 600, the cost of 400 is known: 180 + 70.
            # The trailing year adds a1: 700, of which 500 costed at 310. The year before it: a0.
            "ann",
            {
                "lines": 3, "orders": 2, "previous_orders": 1, "trailing_orders": 3, "earlier_trailing_orders": 1,
                "orders_ever": 4, "recent_periods": 2,
                "revenue": 600, "gross_sales": 600, "returns": 0, "margin": 150, "costed_revenue": 400,
                "previous_revenue": 100, "trailing_revenue": 700, "trailing_margin": 190,
                "trailing_costed_revenue": 500, "revenue_ever": 710,
            },
        ),
        (
            # b9 only gives money back: a document, not an order. Its margin: -50 - (-25) = -25.
            "bob",
            {
                "lines": 1, "orders": 0, "previous_orders": 1, "trailing_orders": 1, "earlier_trailing_orders": 0,
                "orders_ever": 1, "recent_periods": 1,
                "revenue": -50, "gross_sales": 0, "returns": 50, "margin": -25, "costed_revenue": -50,
                "previous_revenue": 400, "trailing_revenue": 350, "trailing_margin": 175,
                "trailing_costed_revenue": 350, "revenue_ever": 350,
            },
        ),
        (
            # e3 is of the day after the period: unknown to it. e2 is one order of 120.5 with 20.25 returned.
            "eve",
            {
                "lines": 2, "orders": 1, "previous_orders": 1, "trailing_orders": 2, "earlier_trailing_orders": 0,
                "orders_ever": 2, "recent_periods": 2,
                "revenue": 100.25, "gross_sales": 120.5, "returns": 20.25, "margin": 50.25, "costed_revenue": 100.25,
                "previous_revenue": 200, "trailing_revenue": 300.25, "trailing_margin": 150.25,
                "trailing_costed_revenue": 300.25, "revenue_ever": 300.25,
            },
        ),
        (
            "fay",
            {"lines": 1, "orders": 0, "orders_ever": 0, "recent_periods": 0, "revenue": -30, "returns": 30,
             "gross_sales": 0, "revenue_ever": -30},
        ),
        ("gus", {"lines": 0, "orders": 0, "orders_ever": 0, "recent_periods": 0, "revenue": 0, "revenue_ever": 0}),
    ],
)  # fmt: skip
def test_counts_and_money(customers, customer, expected):
    assert {name: float(customers.loc[customer, name]) for name in expected} == expected


@pytest.mark.parametrize(
    ("customer", "first", "last", "days"),
    [
        ("ann", "2024-03-01", "2025-12-01", 30),  # 1 to 31 December
        ("bob", "2025-03-15", "2025-03-15", 291),  # the credit note of July is no order: 16 + 275
        ("eve", "2025-06-30", "2025-07-01", 183),
    ],
)
def test_days_of_orders(customers, customer, first, last, days):
    found = customers.loc[customer]
    assert (str(found.first_order_date)[:10], str(found.last_order_date)[:10]) == (first, last)
    assert found.days_since_last_order == days


@pytest.mark.parametrize("customer", ["fay", "gus", "ivy", "kim"])
def test_no_days_without_an_order(customers, customer):
    days = ["first_order_date", "last_order_date", "days_since_last_order", "median_interval"]
    assert customers.loc[customer, days].isna().all()


def test_attributes_of_the_customers_table(customers):
    assert customers.loc["ann", "region"] == "Bretagne"
    assert customers.loc["gus", "account_manager"] == "Max"
    assert pd.isna(customers.loc["bob", "region"])
    assert pd.isna(customers.loc["eve", "region"])  # in no row of the customers table


def test_without_a_customers_table(make_book):
    found = base(make_book(LINES, "2025-H2"))
    assert sorted(found.index) == ["ann", "bob", "eve", "fay"]


def test_an_order_over_two_periods_is_one_order_of_its_first_positive_day(make_book):
    lines = table(
        """
        customer_id order_date  amount order_id
        ann         2025-06-20  -5     o1
        ann         2025-06-30  10     o1
        ann         2025-07-02  40     o1
        bob         2025-06-30  -10    o2
        bob         2025-07-01  30     o2
        """
    )
    now = base(make_book(lines, "2025-H2"))
    # ann's order is of 30 June; her line of July is revenue of July. bob's is an order from 1 July on.
    assert now.loc["ann", ["orders", "previous_orders", "orders_ever"]].tolist() == [0, 1, 1]
    assert float(now.loc["ann", "revenue"]) == 40
    assert float(now.loc["ann", "previous_revenue"]) == 5
    assert now.loc["bob", ["orders", "previous_orders", "orders_ever"]].tolist() == [1, 0, 1]
    assert str(now.loc["bob", "first_order_date"])[:10] == "2025-07-01"
    before = base(make_book(lines, "2025-H1"))
    assert before.loc["ann", ["orders", "orders_ever"]].tolist() == [1, 1]
    assert before.loc["bob", ["orders", "orders_ever"]].tolist() == [0, 0]
    assert float(before.loc["bob", "revenue"]) == -10


def test_the_same_order_number_of_two_customers_is_two_orders(make_book):
    lines = table(
        """
        customer_id order_date  amount order_id
        ann         2025-07-02  10     1
        bob         2025-07-02  10     1
        """
    )
    assert base(make_book(lines, "2025-H2"))["orders"].tolist() == [1, 1]


def test_an_order_that_comes_to_nothing_is_an_order(make_book):
    lines = table(
        """
        customer_id order_date  amount order_id
        ann         2025-07-02  10     1
        ann         2025-07-02  -15    1
        """
    )
    ann = base(make_book(lines, "2025-H2")).loc["ann"]
    assert (ann.orders, float(ann.revenue), float(ann.gross_sales), float(ann.returns)) == (1, -5, 10, 15)


def test_median_interval(make_book):
    days = {
        "three": ["2025-01-01", "2025-01-11", "2025-01-31"],  # 10 and 20
        "four": ["2025-01-01", "2025-01-11", "2025-01-31", "2025-03-02"],  # 10, 20 and 30
        "twice_in_a_day": ["2025-01-01", "2025-01-11", "2025-01-11", "2025-01-31"],  # no interval of 0
        "two_days": ["2025-01-01", "2025-01-11"],  # too few to be at risk, yet an interval
        "a_single_day": ["2025-01-01", "2025-01-01", "2025-01-01"],
    }
    rows = [(customer, day, "10", str(n)) for customer, given in days.items() for n, day in enumerate(given)]
    lines = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount", "order_id"])
    found = base(make_book(lines, "2025-H2"))["median_interval"]
    assert found.dropna().to_dict() == {"three": 15, "four": 20, "twice_in_a_day": 15, "two_days": 10}


@pytest.mark.parametrize(
    ("period", "months", "first_day"),
    [
        ("2025-H2", 12, "2025-01-01"),
        ("2025-H1", 12, "2024-07-01"),
        ("2025-07", 12, "2024-08-01"),
        ("2025-H2", 3, "2025-10-01"),
        ("2024-02-01..2024-02-29", 12, "2023-03-01"),
    ],
)
def test_trailing_window_begins_on_its_first_day(make_book, period, months, first_day):
    first = pd.Timestamp(first_day)
    lines = pd.DataFrame(
        {
            "customer_id": ["in", "out", "anchor"],
            "order_date": [first, first - pd.Timedelta(days=1), first],
            "amount": "10",
            "order_id": "1",
        }
    )
    lines["order_date"] = lines["order_date"].dt.strftime("%Y-%m-%d")
    found = base(make_book(lines, period, thresholds={"trailing_months": months}))
    assert found.loc["in", ["trailing_orders", "earlier_trailing_orders"]].tolist() == [1, 0]
    assert found.loc["out", ["trailing_orders", "earlier_trailing_orders"]].tolist() == [0, 1]
    assert found.loc[["in", "out"], "trailing_revenue"].astype(float).tolist() == [10, 0]


def test_fiscal_years_move_the_periods(make_book):
    # A year that starts in July and is named after its end: 2025-H2 is January to June 2025, 2025-H1 the six
    # months before.
    lines = table(
        """
        customer_id order_date  amount order_id
        ann         2024-07-01  1      1
        ann         2024-12-31  2      2
        ann         2025-01-01  4      3
        ann         2025-06-30  8      4
        ann         2025-07-01  16     5
        """
    )
    ann = base(make_book(lines, "2025-H2", fiscal_year_start=7)).loc["ann"]
    assert (ann.orders, float(ann.revenue)) == (2, 12)
    assert (ann.previous_orders, float(ann.previous_revenue)) == (2, 3)
    assert (ann.orders_ever, float(ann.revenue_ever)) == (4, 15)


def test_cents_add_up_exactly(make_book):
    # Ten times 0.1 as floats is 0.9999999999999999.
    lines = pd.DataFrame({"customer_id": "ann", "order_date": "2025-07-01", "amount": ["0.1"] * 10, "order_id": "1"})
    assert float(base(make_book(lines, "2025-H2")).loc["ann", "revenue"]) == 1.0


def test_the_columns_of_the_base_are_those_that_columns_names(make_book):
    from portfolio.params.columns import CUSTOMER_BASE, IBIS_TYPES, TABLES

    book = make_book(LINES, "2025-H2", customers=CUSTOMERS)
    schema = {name: str(kind) for name, kind in book.facts.schema().items()}
    promised = {column.name: column.type for table in (CUSTOMER_BASE, TABLES["customers"]) for column in table.columns}
    assert set(schema) == set(promised)
    spelled = {kind: str(ibis.dtype(name)) for kind, name in IBIS_TYPES.items()}
    assert dict(schema.items()) == {name: spelled[kind] for name, kind in promised.items()}


def test_nobody_is_a_prospect_before_being_known(make_book):
    """A record without a date of entry, whose customer's lines all come after the period, is not of the period."""
    lines = table(
        """
        customer_id order_date  amount
        old         2025-03-01  10
        both        2025-03-01  10
        both        2026-02-01  10
        later       2026-02-01  10
        """
    )
    known = pd.DataFrame({"customer_id": ["old", "both", "later", "never"], "region": "Corse"})
    assert sorted(base(make_book(lines, "2025-H2", customers=known)).index) == ["both", "never", "old"]
    assert sorted(base(make_book(lines, "2026-H1", customers=known)).index) == ["both", "later", "never", "old"]
