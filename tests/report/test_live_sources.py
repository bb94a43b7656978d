"""A portfolio read from a database: what it holds may have changed, so its reports are made at every run."""

import sqlite3

from portfolio.params import load_params
from portfolio.report.job import Choice
from portfolio.report.runner import prepare, run

REPORTS = "reports:\n  - {notebook: ./small_review.ipynb, period: 2025-H1}\n"


def statuses(params, reports):
    return [one.status for one in run(load_params(params), reports, Choice(), processes=1)]


def test_reports_of_a_database_are_made_at_every_run(small, tmp_path):
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
        assert [one.current for one in plan.jobs] == [False]
    assert statuses(params, tmp_path / "reports") == ["published"]
