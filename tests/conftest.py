"""Fixtures that several folders of tests share: books made of a few rows."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import ibis
import pandas as pd
import pytest

from portfolio.base.book import Book
from portfolio.base.cleaning import CleanTables
from portfolio.base.segments import parse_segment, resolve_segment
from portfolio.base.set_aside import CLEAN_ORDERS
from portfolio.params import Params
from portfolio.params.columns import IBIS_TYPES, TABLES
from portfolio.params.periods import parse_period
from portfolio.sources.ledger import Ledger, TableLedger

PROJECT = Path(__file__).parents[1]


def _clean_table(con, name: str, rows: pd.DataFrame) -> ibis.Table:
    """A clean table with all its columns, typed, those not given being null; customers keep further ones."""
    columns = CLEAN_ORDERS if name == "orders" else TABLES[name].names
    kinds = {
        column: IBIS_TYPES[TABLES[name][column].type if column in TABLES[name] else "text"]
        for column in [*columns, *(column for column in rows.columns if column not in columns)]
    }
    text = ibis.memtable(rows.reindex(columns=list(kinds)).astype("string"))
    typed = text.select(**{column: text[column].cast(kind) for column, kind in kinds.items()})
    return con.create_table(f"given_{name}", typed)


def make_book(
    orders: pd.DataFrame,
    period: str,
    segment: str = "",
    thresholds: dict | None = None,
    fiscal_year_start: int = 1,
    **tables: pd.DataFrame,
) -> Book:
    """Return a Book of clean rows given as DataFrames.

    ``orders`` needs customer_id, order_date (text or date) and amount; order_id is the customer and the day when not
    given. Other tables by name. Columns that are not given are not measured.
    """
    orders = orders.copy()
    if "order_id" not in orders:
        orders["order_id"] = orders["customer_id"].astype(str) + "|" + orders["order_date"].astype(str)
    given = {"orders": orders, **tables}
    con = connect()
    params = Params.model_validate(
        {
            "portfolio": {
                "name": "Test",
                "tables": {name: {"source": "test.csv"} for name in given},
                "thresholds": thresholds or {},
                "fiscal_year_start": fiscal_year_start,
            },
        }
    )
    clean = CleanTables(
        con,
        {name: _clean_table(con, name, rows) for name, rows in given.items()},
        Ledger(
            tuple(
                TableLedger(name, "test.csv", len(rows), len(rows), columns=tuple(rows.columns))
                for name, rows in given.items()
            )
        ),
        {},
        "test",
    )
    book = Book(params, clean, parse_period(period, fiscal_year_start=fiscal_year_start))
    return book.narrow(resolve_segment(book, parse_segment(segment))) if segment else book


@pytest.fixture(name="make_book", scope="session")
def _make_book() -> Callable[..., Book]:
    return make_book


@pytest.fixture(scope="session")
def demo_reports(tmp_path_factory, worker_id) -> Path:
    """The folder of every report of params/demo.yml, published by the command as ``make report`` does.

    Test processes share one: the first publishes, the others wait for it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "demo_reports"
    folder.mkdir(exist_ok=True)
    with (folder / "wait").open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        reports, told = folder / "reports", folder / "told"
        if not told.exists():
            command = [sys.executable, "-m", "portfolio", "run", "params/demo.yml", "--reports-dir", str(reports)]
            done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
            told.write_text(f"{done.returncode}\n{done.stdout}{done.stderr}", encoding="utf-8")
    code, _, output = told.read_text(encoding="utf-8").partition("\n")
    assert code == "0", output
    return reports


def read_figures(path: Path) -> dict[str, float | None]:
    """The figures of a metrics.json by name."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {metric["name"]: metric["value"] for metric in content["metrics"]}


@pytest.fixture(name="read_figures", scope="session")
def _read_figures() -> Callable[[Path], dict[str, float | None]]:
    return read_figures
