"""Histories: a few worked by hand, then those of CDNOW against the reference, row for row."""

import datetime as dt
from importlib import import_module

import ibis
import numpy as np
import pandas as pd
import pytest
from ibis.config import Config

from portfolio.topics.prediction import histories

AS_OF = "2025-01-01..2025-12-31"
# customer  days of purchase and their net                          repeat purchases
# ann       1 Jan: 10 + 20 = 30; 15 Jan: 100 - 40 = 60; 29 Jan: 20   2, mean (60 + 20) / 2 = 40
# bob       1 Feb: 50 (the credit note of 9 Feb is no purchase)      0
# cat       1 Mar: 5; 8 Mar: 10 - 25 = -15                           1, mean -15
# dan       a credit note alone                                      no history
ORDERS = """
    customer_id order_date  amount order_id cost
    ann         2025-01-01  10     1        4
    ann         2025-01-01  20     2        8
    ann         2025-01-15  100    3        60
    ann         2025-01-15  -40    4        -24
    ann         2025-01-29  20     5        -
    bob         2025-02-01  50     6        20
    bob         2025-02-09  -10    7        -4
    cat         2025-03-01  5      8        2
    cat         2025-03-08  10     9        4
    cat         2025-03-08  -25    10       -10
    dan         2025-03-08  -5     11       -2
"""


@pytest.fixture(scope="module")
def lines(table):
    return table(ORDERS)


@pytest.fixture(scope="module")
def book(make_book, lines):
    return make_book(lines.drop(columns="cost"), AS_OF)


def rows(book, table):
    return book.run(table).set_index("customer_id").sort_index()


def test_worked_by_hand(book):
    found = rows(book, histories.purchase_histories(book))
    assert list(found.index) == ["ann", "bob", "cat"]
    assert found["frequency"].to_list() == [2, 0, 1]
    assert found["recency_days"].to_list() == [28, 0, 7]
    # 31 December is day 364 after 1 January, 333 after 1 February, 305 after 1 March.
    assert found["T_days"].to_list() == [364, 333, 305]
    assert found["recency"].to_list() == [4.0, 0.0, 1.0]
    assert found["T"].to_list() == [52.0, 333 / 7, 305 / 7]
    assert found["monetary_value"]["ann"] == 40.0
    assert np.isnan(found["monetary_value"]["bob"])
    assert found["monetary_value"]["cat"] == -15.0


def test_until_a_day(book):
    found = rows(book, histories.purchase_histories(book, dt.date(2025, 1, 15)))
    assert list(found.index) == ["ann"]
    assert found.loc["ann", ["frequency", "recency_days", "T_days"]].to_list() == [1, 14, 14]
    assert found["monetary_value"]["ann"] == 60.0


def test_distinct_histories_count_everyone(book):
    table = histories.in_bins(histories.purchase_histories(book), 1)
    found = histories.distinct_histories(book, table)
    assert found["customers"].sum() == 3
    assert found[["frequency", "recency", "T"]].to_numpy().tolist() == [
        [0, 0, 333 / 7], [1, 1, 305 / 7], [2, 4, 52],
    ]  # fmt: skip


def test_row_order_changes_nothing(make_book, lines):
    one, other = make_book(lines, AS_OF), make_book(lines.iloc[::-1], AS_OF)
    pd.testing.assert_frame_equal(
        rows(one, histories.purchase_histories(one)), rows(other, histories.purchase_histories(other))
    )


def test_values_of_0_or_less_are_counted_together(book):
    table = histories.purchase_histories(book)
    found, width = histories.distinct_values(book, table, limit=100)
    assert width == 0
    assert found[["frequency", "monetary_value", "customers"]].to_numpy().tolist() == [[1, 0, 1], [2, 40, 1]]


@pytest.mark.parametrize("step", [7, 14])
def test_bins_of_time_keep_customers_and_time(cdnow_book, step):
    table = histories.purchase_histories(cdnow_book)
    exact, cells = (histories.distinct_histories(cdnow_book, histories.in_bins(table, days)) for days in (1, step))
    assert len(cells) < len(exact)
    assert cells["customers"].sum() == exact["customers"].sum()
    for name in ("recency", "T"):
        total = [each["customers"] @ each[name] for each in (exact, cells)]
        assert total[0] == pytest.approx(total[1], rel=1e-12)
    assert (cells["recency"] <= cells["T"]).all()
    assert (cells.loc[cells["frequency"] == 0, "recency"] == 0).all()


def test_step_is_the_narrowest_within_the_limit(cdnow_book):
    table = histories.purchase_histories(cdnow_book)
    numbers = [len(histories.distinct_histories(cdnow_book, histories.in_bins(table, step))) for step in (1, 7, 14)]
    assert [histories.step_for(cdnow_book, table, number) for number in numbers] == [1, 7, 14]
    assert histories.step_for(cdnow_book, table, numbers[0] - 1) == 7


def test_cells_of_money_keep_customers_and_money(cdnow_book):
    table = histories.purchase_histories(cdnow_book)
    exact, _width = histories.distinct_values(cdnow_book, table, limit=100_000)
    cells, width = histories.distinct_values(cdnow_book, table, limit=len(exact) - 1)
    assert width == 0.01
    assert len(cells) < len(exact)
    assert cells["customers"].sum() == exact["customers"].sum()
    total = [(each["customers"] * each["frequency"] * each["monetary_value"]).sum() for each in (exact, cells)]
    assert total[0] == pytest.approx(total[1], rel=1e-12)


@pytest.mark.parametrize(("end", "repeat_buyers", "repeats"), [("1997-09-30", 946, 2457), ("1998-06-30", None, 4339)])
def test_cdnow_row_for_row(cdnow_days, cdnow_book, end, repeat_buyers, repeats):
    known = cdnow_days[cdnow_days["day"] <= end]
    first = known.groupby("customer_id")["day"].transform("min")
    by_customer = known.groupby("customer_id")["day"]
    expected = pd.DataFrame(
        {
            "frequency": by_customer.count() - 1,
            "recency_days": (by_customer.max() - by_customer.min()).dt.days,
            "T_days": (pd.Timestamp(end) - by_customer.min()).dt.days,
            "monetary_value": known[known["day"] > first].groupby("customer_id")["amount"].mean(),
        }
    )
    found = rows(cdnow_book, histories.purchase_histories(cdnow_book, dt.date.fromisoformat(end)))
    assert len(found) == 2357
    # The sums are exact in the engine and floats in the reference.
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_dtype=False, rtol=1e-12)
    assert found["frequency"].sum() == repeats
    assert repeat_buyers in (None, (found["frequency"] > 0).sum())


@pytest.mark.parametrize("dialect", ["postgres", "pyspark"])
def test_compiles_for_other_engines(make_book, lines, dialect, monkeypatch):
    class Options(Config):
        treat_nan_as_null: bool = False

    # ``ibis.to_sql`` wants a Spark session, its compiler does not.
    monkeypatch.setattr(ibis.options, "pyspark", Options())
    compiler = import_module(f"ibis.backends.sql.compilers.{dialect}").compiler
    book = make_book(lines, AS_OF)
    table = histories.in_bins(histories.purchase_histories(book), 7)
    sql = compiler.to_sqlglot(table.unbind()).sql(compiler.dialect)
    assert "monetary_value" in sql
