"""A report is made again when a table, or a month of orders, that it reads changed; the plan says which."""

import datetime as dt

import pytest

from portfolio.params import load_params
from portfolio.report.job import Choice
from portfolio.report.runner import prepare, run

pytestmark = pytest.mark.slow

PARAMS = """portfolio:
  name: Made again
  thresholds: {min_customers: 5}
  tables:
    orders: {source: orders.csv}
    customers: {source: customers.csv}
    surveys: {source: surveys.csv}
reports:
  - {notebook: portfolio_review, period: [2024-H2, 2025-H1]}
  - {notebook: lifetime_value, period: 2025-H1}
"""
OLD, NEW, VALUE = "2024-H2/portfolio_review", "2025-H1/portfolio_review", "2025-H1/lifetime_value"


@pytest.fixture
def shop(tmp_path):
    """Forty customers who order every other week or so from July 2023 to June 2025; a function that says what waits."""
    first, days = dt.date(2023, 7, 1), (dt.date(2025, 6, 30) - dt.date(2023, 7, 1)).days
    orders = ["customer_id,order_date,amount"]
    for n in range(40):
        step = 9 + n
        orders += [f"C{n},{first + dt.timedelta(days=day)},{50 + n}" for day in range(n, days + 1, step)]
    (tmp_path / "orders.csv").write_text("\n".join(orders) + "\n")
    (tmp_path / "customers.csv").write_text(
        "customer_id,region,created_date\n" + "".join(f"C{n},{'NS'[n % 2]},2023-07-01\n" for n in range(40))
    )
    (tmp_path / "surveys.csv").write_text("customer_id,date,nps\nC1,2025-02-01,9\nC2,2025-03-01,3\n")
    (tmp_path / "params.yml").write_text(PARAMS)

    def waiting():
        with prepare(load_params(tmp_path / "params.yml"), tmp_path / "reports", Choice()) as (plan, _folder):
            return {one.job.stem: one.why for one in plan.jobs if one.why}

    def make():
        done = run(load_params(tmp_path / "params.yml"), tmp_path / "reports", Choice(), processes=2)
        return {one.job.stem for one in done if one.status == "published"}

    waiting.make, waiting.folder = make, tmp_path
    return waiting


def test_only_what_reads_it_is_made_again(shop):
    assert shop() == dict.fromkeys((OLD, NEW, VALUE), ("first",))
    assert shop.make() == {OLD, NEW, VALUE}
    assert shop() == {}

    surveys = shop.folder / "surveys.csv"
    surveys.write_text(surveys.read_text().replace("C2,2025-03-01,3", "C2,2025-03-01,4"))
    assert shop() == {OLD: ("surveys",), NEW: ("surveys",)}, "the value of customers reads no survey"
    assert shop.make() == {OLD, NEW}

    orders = shop.folder / "orders.csv"
    head, *lines = orders.read_text().splitlines()
    orders.write_text("\n".join([head, *reversed(lines)]) + "\n")
    assert shop() == {}, "the order of the lines is nothing"

    # A late credit note of March 2025: nothing before it changes.
    orders.write_text(orders.read_text() + "C3,2025-03-15,-20\n")
    assert shop() == {NEW: ("orders",), VALUE: ("orders",)}
    bases = {path.name for path in (shop.folder / "reports/.cache").glob("base-*")}
    assert shop.make() == {NEW, VALUE}
    # One customer base is new, that of the period of the note.
    assert len({path.name for path in (shop.folder / "reports/.cache").glob("base-*")} - bases) == 1
