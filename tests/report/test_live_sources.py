"""A portfolio read from a database: read at every run, and reported anew when it holds something else."""

import sqlite3

import pytest

from portfolio.params import load_params
from portfolio.report.job import Choice
from portfolio.report.runner import prepare, run

# Whole runs.
pytestmark = pytest.mark.slow

REPORTS = "reports:\n  - {notebook: ./small_review.ipynb, period: 2025-H1}\n"


def statuses(params, reports):
    return [one.status for one in run(load_params(params), reports, Choice(), processes=1)]


def test_reports_of_a_database_are_made_when_its_rows_change(small, tmp_path):
    params = small.write_portfolio(tmp_path)
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("create table sales (customer_id text, order_date text, amount real)")
        days = ("2024-09-01", "2025-02-01", "2025-03-01", "2025-06-30")
        shop.executemany(
            "insert into sales values (?, ?, ?)", [(f"C{n}", day, 10 + n) for n in range(5) for day in days]
        )
    shop.close()
    source = f'"sqlite:///{tmp_path / "shop.db"}", table: sales'
    head = small.PARAMS.partition("reports:")[0].replace("orders.csv", source)
    params.write_text(head.replace("    customers: {source: customers.csv}\n", "") + REPORTS, encoding="utf-8")

    assert statuses(params, tmp_path / "reports") == ["published"]
    with prepare(load_params(params), tmp_path / "reports", Choice()) as (plan, _folder):
        assert [one.current for one in plan.jobs] == [True]
    assert statuses(params, tmp_path / "reports") == ["up to date"]
    kept = {path.name for path in (tmp_path / "reports/.cache").glob("orders-*")}
    assert len(kept) == 1, "what was read twice is kept once"
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("update sales set amount = 99 where customer_id = 'C1' and order_date = '2025-02-01'")
    shop.close()
    assert statuses(params, tmp_path / "reports") == ["published"]
