"""The Book: its periods, its segment, its neighbours, and how it opens."""

import datetime as dt

import pandas as pd
import pytest

from portfolio.base.segments import parse_segment, resolve_segment
from portfolio.errors import DataError, ParamsError
from portfolio.params.periods import parse_period
from portfolio.review.opening import open_book, open_books

ORDERS = pd.DataFrame(
    [
        ("a", "2024-08-01", 100, "a1", "Web"),
        ("a", "2025-02-01", 110, "a2", "Web"),
        ("a", "2025-08-01", 120, "a3", "Web"),
        ("b", "2025-02-01", 10, "b1", "Web"),
        ("b", "2026-02-01", 20, "b2", "Web"),
    ],
    columns=["customer_id", "order_date", "amount", "order_id", "category"],
)
CUSTOMERS = pd.DataFrame({"customer_id": ["a", "b"], "region": ["N", "S"]})
SURVEYS = pd.DataFrame({"customer_id": ["a", "b"], "date": ["2025-08-01", "2025-08-02"], "nps": [9, 2]})


@pytest.fixture(scope="module")
def book(make_book):
    return make_book(ORDERS, "2025-H2", thresholds={"min_customers": 1}, customers=CUSTOMERS, surveys=SURVEYS)


def test_days(book):
    assert book.as_of == dt.date(2025, 12, 31)
    assert book.trailing_start == dt.date(2025, 1, 1)
    assert (book.span.first, book.span.last) == (dt.date(2024, 8, 1), dt.date(2026, 2, 1))


def test_what_is_measured(book):
    assert book.measured("orders")
    assert book.measured("orders", "category")
    assert not book.measured("orders", "cost")
    assert book.measured("customers", "region")
    assert not book.measured("customers", "sector")
    assert not book.measured("spend")
    assert not book.measured("spend", "amount")


def test_lines_end_with_the_period(book):
    assert sorted(book.run(book.orders)["order_id"]) == ["a1", "a2", "a3", "b1"]


def test_previous_books_until_the_first_order(book):
    assert book.previous.period.name == "2025-H1"
    assert book.previous.previous.period.name == "2024-H2"
    assert book.previous.previous.previous is None  # no order before 2024-H2


def test_previous_keeps_a_segment_of_attributes(book):
    north = book.narrow(resolve_segment(book, parse_segment("region=N")))
    assert str(north.segment) == "region=N"
    assert str(north.previous.segment) == "region=N"
    assert north.run(north.previous.customers)["customer_id"].tolist() == ["a"]
    assert str(north.whole.segment) == ""
    assert sorted(north.run(north.whole.customers)["customer_id"]) == ["a", "b"]


def test_tables_of_a_segment(book):
    north = book.narrow(resolve_segment(book, parse_segment("region=N")))
    assert north.run(north.table("surveys"))["nps"].tolist() == [9]
    assert sorted(book.run(book.table("surveys"))["nps"]) == [2, 9]


def test_a_table_that_is_not_there(book):
    with pytest.raises(DataError, match="spend"):
        book.table("spend")


def test_the_same_portfolio_at_another_period(book):
    other = book.at(parse_period("2025-H1"))
    assert other.period.name == "2025-H1"
    found = other.run(other.customers).set_index("customer_id")["revenue"]
    assert {name: float(value) for name, value in found.items()} == {"a": 110, "b": 10}


def test_the_base_is_computed_once(book):
    assert book.customers is book.customers
    calls = []
    for _ in range(2):
        assert book.once("test", lambda: calls.append(1) or len(calls)) == 1
    assert calls == [1]


# ---- opening from a params file


@pytest.fixture(scope="module")
def params_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("params")
    # Revenue doubles in the second semester: a ruler of its own would hide it.
    rows = [
        f"{customer},{day},{amount * factor}.00"
        for customer, amount in zip("abcde", (10, 20, 30, 40, 50), strict=True)
        for day, factor in (("2025-06-30", 1), ("2025-12-31", 2))
    ]
    (folder / "orders.csv").write_text("\n".join(["customer_id,order_date,amount", *rows]) + "\n", encoding="utf-8")
    (folder / "params.yml").write_text(
        "portfolio:\n  name: Test\n  tables:\n    orders: {source: orders.csv}\n  thresholds: {min_customers: 1}\n",
        encoding="utf-8",
    )
    return folder / "params.yml"


def test_latest_is_the_last_semester_over_on_the_day_of_the_last_order(params_file):
    assert open_book(params_file).period.name == "2025-H2"
    assert open_book(params_file, "previous").period.name == "2025-H1"
    assert open_book(params_file, as_of=dt.date(2025, 12, 30)).period.name == "2025-H1"


def test_books_of_a_range_share_the_portfolios_ruler(params_file):
    first, second = open_books(params_file, "2025-H1..latest")
    assert (first.period.name, second.period.name) == ("2025-H1", "2025-H2")
    # No window of twelve months is wholly covered: the last period's limits measure both, the first and the third of
    # 20, 40 ... 100.
    assert first.rulers["sizes"] == second.rulers["sizes"] == (100, 60)
    sizes = [book.run(book.customers).set_index("customer_id")["size"].to_dict() for book in (first, second)]
    assert set(sizes[0].values()) == {"small"}  # 10 to 50
    assert sizes[1] == {"a": "small", "b": "small", "c": "medium", "d": "medium", "e": "large"}


def test_a_segment(params_file):
    book = open_book(params_file, "2025-H2", "size=large")
    assert str(book.segment) == "size=large"
    assert book.run(book.customers)["customer_id"].tolist() == ["e"]


def test_a_period_without_orders_between_others_opens(params_file):
    book = open_book(params_file, "2025-Q3")  # the orders are of 30 June and 31 December
    assert set(book.run(book.customers)["movement"]) == {"lapsed"}


@pytest.mark.parametrize("period", ["2020-H1", "2026-H1"])
def test_a_period_outside_the_orders_names_their_days(params_file, period):
    with pytest.raises(DataError) as error:
        open_book(params_file, period, as_of=dt.date(2026, 12, 31))
    for word in (period, "2025-06-30", "2025-12-31"):
        assert word in str(error.value)


def test_a_range_where_one_period_is_needed(params_file):
    with pytest.raises(ParamsError, match="range"):
        open_book(params_file, "2025-H1..2025-H2")


@pytest.mark.parametrize("ruler", ["2020-H1", "2026-H1"])
def test_a_ruler_without_orders_is_told_with_its_line_and_the_days_of_the_orders(params_file, ruler):
    path = params_file.with_name(f"ruler_{ruler}.yml")
    path.write_text(params_file.read_text(encoding="utf-8") + f"  ruler: {ruler}\n", encoding="utf-8")
    with pytest.raises(ParamsError) as error:
        open_book(path, "2025-H2")
    assert str(error.value) == (
        f"{path}, line 6, portfolio.ruler: No orders in {ruler}: the orders run from 2025-06-30 to 2025-12-31. Choose "
        "a period between them."
    )


def test_a_ruler_with_orders_measures(params_file):
    path = params_file.with_name("ruler.yml")
    path.write_text(params_file.read_text(encoding="utf-8") + "  ruler: 2025-H1\n", encoding="utf-8")
    book = open_book(path, "2025-H2")
    assert book.ruler_period.name == "2025-H1"
    assert book.rulers["sizes"] == (50, 30)  # the first and the third of 10, 20 ... 50
