"""Fixtures that several folders of tests share: books made of a few rows, and a shop to work out by hand."""

from __future__ import annotations

import fcntl
import importlib.util
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path

import ibis
import pandas as pd
import pytest

from portfolio.base.book import Book
from portfolio.base.cleaning import CleanTables
from portfolio.base.engine import Engine
from portfolio.base.segments import parse_segment, resolve_segment
from portfolio.base.set_aside import CLEAN_ORDERS
from portfolio.params import Params, Thresholds
from portfolio.params.columns import IBIS_TYPES, TABLES
from portfolio.params.periods import parse_period
from portfolio.report import warm
from portfolio.review.opening import topics_of
from portfolio.show.words import Words
from portfolio.sources.ledger import Ledger, TableLedger
from portfolio.topics import TOPICS
from portfolio.topics.contract import Topics

# A shell's background job ignores the first, nohup the second, and so would what the tests start and stop.
for _number, _usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, _usual)

PROJECT = Path(__file__).parents[1]


def _clean_table(engine: Engine, name: str, rows: pd.DataFrame) -> ibis.Table:
    """A clean table with all its columns, typed, those not given being null; customers keep further ones."""
    columns = CLEAN_ORDERS if name == "orders" else TABLES[name].names
    kinds = {
        column: IBIS_TYPES[TABLES[name][column].type if column in TABLES[name] else "text"]
        for column in [*columns, *(column for column in rows.columns if column not in columns)]
    }
    text = ibis.memtable(rows.reindex(columns=list(kinds)).astype("string"))
    typed = text.select(**{column: text[column].cast(kind) for column, kind in kinds.items()})
    return engine.keep(typed)


def make_book(
    orders: pd.DataFrame,
    period: str,
    segment: str = "",
    thresholds: dict | None = None,
    fiscal_year_start: int = 1,
    ruler: str | None = "own",
    **tables: pd.DataFrame,
) -> Book:
    """Return a Book of clean rows given as DataFrames.

    ``orders`` needs customer_id, order_date (text or date) and amount; order_id is the customer and the day when not
    given. Other tables by name. Columns that are not given are not measured. Cut-offs are those of the period itself,
    so that they can be worked out by hand, or of the period given as ``ruler``; None is as the portfolio chooses.
    """
    orders = orders.copy()
    if "order_id" not in orders:
        orders["order_id"] = orders["customer_id"].astype(str) + "|" + orders["order_date"].astype(str)
    given = {"orders": orders, **tables}
    engine = Engine()
    params = Params.model_validate(
        {
            "portfolio": {
                "name": "Test",
                "tables": {name: {"source": "test.csv"} for name in given},
                "thresholds": thresholds or {},
                "fiscal_year_start": fiscal_year_start,
                "ruler": None if ".." in period and ruler == "own" else period if ruler == "own" else ruler,
            },
        }
    )
    clean = CleanTables(
        engine,
        {name: _clean_table(engine, name, rows) for name, rows in given.items()},
        Ledger(
            tuple(
                TableLedger(name, "test.csv", len(rows), len(rows), columns=tuple(rows.columns))
                for name, rows in given.items()
            )
        ),
        {},
    )
    book = Book(params, clean, parse_period(period, fiscal_year_start=fiscal_year_start), topics_of(params))
    return book.narrow(resolve_segment(book, parse_segment(segment))) if segment else book


class Certain:
    """The judgement that every figure has changed more than chance."""

    def get(self, _figure_and_book):
        return True


@contextmanager
def beyond_chance():
    """Take every change for more than chance, as it would be with more customers than one works out by hand."""
    with pytest.MonkeyPatch.context() as patch:
        # The package has a section of that name.
        patch.setattr(importlib.import_module("portfolio.review.findings.numbers"), "sure", lambda book: Certain())
        yield


@pytest.fixture(name="beyond_chance", scope="session")
def _beyond_chance():
    return beyond_chance


@pytest.fixture(name="make_book", scope="session")
def _make_book() -> Callable[..., Book]:
    return make_book


@pytest.fixture(scope="session", autouse=True)
def one_server():
    """Kernels of the runs of a test process come from one warm process, begun by the first run; a run by itself starts
    its own, which takes longer than the small reports of tests. Gives back what a run does by itself."""
    by_itself = warm.server
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        found = []

        @contextmanager
        def shared(folder, env):
            if not found:
                short = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portfolio-")))
                found.append(stack.enter_context(by_itself(short, os.environ)))
            yield found[0]

        patch.setattr(warm, "server", shared)
        yield by_itself


@pytest.fixture(scope="session")
def made_once(tmp_path_factory, worker_id):
    """Return a function that gives a folder whose reports the command makes: ``(name, params file) -> reports``.

    Test processes share it: the first publishes, the others wait for it.
    """
    base = tmp_path_factory.getbasetemp()

    def make(name: str, write: Callable[[Path], Path]) -> Path:
        folder = (base if worker_id == "master" else base.parent) / name
        folder.mkdir(exist_ok=True)
        with (folder / "wait").open("w") as waiting:
            fcntl.flock(waiting, fcntl.LOCK_EX)
            reports, told = folder / "reports", folder / "told"
            if not told.exists():
                words = ["run", str(write(folder)), "--reports-dir", str(reports)]
                command = [sys.executable, "-m", "portfolio", *words]
                done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
                told.write_text(f"{done.returncode}\n{done.stdout}{done.stderr}", encoding="utf-8")
        code, _, output = told.read_text(encoding="utf-8").partition("\n")
        assert code == "0", output
        return reports

    return make


@pytest.fixture(scope="session")
def demo_reports(made_once) -> Path:
    """The folder of every report of params/demo.yml, published as ``make report`` does. Takes a minute."""
    return made_once("demo_reports", lambda folder: PROJECT / "params/demo.yml")


@pytest.fixture(scope="session")
def small():
    """The module that writes the small portfolio."""
    spec = importlib.util.spec_from_file_location("small", PROJECT / "tests/report/small.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def published(made_once, small) -> Path:
    """The reports folder of the small portfolio. Only to be read."""
    return made_once("small_reports", small.write_portfolio)


def read_figures(path: Path) -> dict[str, float | None]:
    """The figures of a metrics.json by name."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {metric["name"]: metric["value"] for metric in content["metrics"]}


@pytest.fixture(name="read_figures", scope="session")
def _read_figures() -> Callable[[Path], dict[str, float | None]]:
    return read_figures


@pytest.fixture(scope="session")
def topics() -> Topics:
    """Return the topics under the thresholds that hold where a portfolio gives none."""
    return Topics(TOPICS, Thresholds())


def _words(language: str, topics: Topics) -> Words:
    return Words(
        language, "EUR", period="2026-H1", previous="2025-H2", year_ago="2025-H1", vocabulary=topics.vocabulary
    )


@pytest.fixture(scope="session", params=["en", "fr"])
def words(request, topics) -> Words:
    """Return the words of each language, of 2026-H1 beside 2025-H2."""
    return _words(request.param, topics)


@pytest.fixture(scope="session")
def english(topics) -> Words:
    """Return the words of English, of 2026-H1 beside 2025-H2."""
    return _words("en", topics)


@pytest.fixture(scope="session")
def french(topics) -> Words:
    """Return the words of French, of 2026-H1 beside 2025-H2."""
    return _words("fr", topics)


@pytest.fixture(scope="session")
def trouble() -> list[str]:
    """Return what customers may be called, to the grief of formats and pages."""
    return [
        "<script>alert(1)</script>",
        "$a_b^2$ & co",
        "שלום עולם בע״מ",
        "شركة الأفق",
        "x" * 90,
        "a\nb",
        "%d {0}",
        "=1+1",
        "\x00a\x08b\x0e\x1b[31mc\ufffe",
    ]


@pytest.fixture(scope="session")
def written():
    """Return a function that gives the text drawn in a picture."""
    return lambda picture: " ".join(ET.fromstring(picture.svg).itertext())


def _table(text):
    return pd.read_csv(io.StringIO(text), sep=r"\s+", dtype="string", na_values="-", keep_default_na=False)


@pytest.fixture(scope="session")
def table():
    """Make a table from text: a line of names, then a line a row; ``-`` is a missing value."""
    return _table


@pytest.fixture(scope="session")
def one():
    """Return the only row of a frame."""

    def only(frame):
        assert len(frame) == 1
        return frame.iloc[0]

    return only


# The period is 2025-H2, the trailing window the year 2025. Who is who:
#
#     customer  2025-H1       2025-H2                       movement     lifecycle
#     ann       100           400 + 200 = 600               retained     regular (not in 2024-H2; silent for 30 days)
#     bob       400           -50, a credit note alone      lapsed       inactive (last order 15 March, 291 days)
#     cat                     150                           new          new
#     dan       (80 in 2024)  50                            reactivated  regular (50 days)
#     eve       200           120 - 20 = 100                retained     inactive (last order 1 July, 183 days)
#     fay                     -30, a credit note alone      absent       prospect
#     gus       on the list since January, never ordered    absent       prospect
#     hal       (500 in 2023)                               absent       lost (761 days)
#     ivy       on the list from 2026 on: not yet there
SHOP_ORDERS = """
    customer_id order_date  order_id amount cost category
    hal         2023-12-01  h1       500    250  Sites
    dan         2024-05-20  d1       80     40   Sites
    ann         2025-02-10  a1       100    60   Sites
    bob         2025-03-15  b1       400    200  Sites
    eve         2025-06-30  e1       200    100  Hosting
    eve         2025-07-01  e2       120    60   Hosting
    eve         2025-07-02  e2       -20    -10  Hosting
    bob         2025-07-10  b9       -50    -25  Sites
    ann         2025-08-01  a2       300    180  Sites
    ann         2025-08-01  a2       100    70   Hosting
    fay         2025-09-09  f9       -30    -    Sites
    cat         2025-10-05  c1       150    90   Sites
    dan         2025-11-11  d2       50     30   Hosting
    ann         2025-12-01  a3       200    -    Sites
    cat         2026-01-02  c2       999    1    Sites
"""
SHOP_CUSTOMERS = """
    customer_id name  created_date region   account_manager email
    ann         Ann   2025-01-05   Bretagne Zoe             ann@example.com
    bob         Bob   2025-01-05   Bretagne Zoe             bob@example.com
    cat         Cat   2025-09-01   Corse    Zoe             -
    dan         Dan   2024-01-05   Corse    Max             -
    eve         Eve   2024-01-05   Corse    Max             -
    gus         Gus   2025-01-05   Bretagne Max             -
    hal         Hal   2023-01-05   Bretagne Max             -
    ivy         Ivy   2026-01-05   Corse    Max             -
"""


@pytest.fixture(scope="session")
def shop_tables():
    """Return the orders and the customers of the shop, to change before a book is made of them."""
    return _table(SHOP_ORDERS), _table(SHOP_CUSTOMERS)


@pytest.fixture(scope="session")
def shop(make_book, shop_tables):
    """Return the shop's book of 2025-H2. Intervals and findings bear on two customers at least."""
    orders, customers = shop_tables
    return make_book(orders, "2025-H2", thresholds={"min_customers": 2}, customers=customers)


@pytest.fixture(scope="session")
def empty(make_book):
    """Return a book of a quarter without a line, between two that have some."""
    orders = _table(
        """
        customer_id order_date  amount order_id
        ann         2025-03-31  100    1
        bob         2025-02-01  50     1
        ann         2025-07-01  100    2
        """
    )
    return make_book(orders, "2025-Q2")


@pytest.fixture(scope="session")
def start(make_book, shop_tables):
    """Return the shop's book of its first semester, 2023-H2: hal alone, who is new."""
    orders, customers = shop_tables
    return make_book(orders, "2023-H2", customers=customers)


@pytest.fixture(scope="session")
def cdnow_lines():
    """Return the raw lines of the CDNOW sample as orders.

    Eight of them cost nothing, each a customer's first: they count as purchases in the published values, so they are
    given a cent, which no measure of repeat purchases sees.
    """
    spec = importlib.util.find_spec("lifetimes")
    if spec is None:
        pytest.skip("the data of the lifetimes wheel are not installed")
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "CDNOW_sample.txt"
    names = ["master", "customer_id", "order_date", "quantity", "amount"]
    kinds = {"customer_id": str, "order_date": str}
    lines = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype=kinds)
    free = lines["amount"] == 0
    first = lines.groupby("customer_id")["order_date"].transform("min")
    assert free.sum() == 8
    assert (lines["order_date"] == first)[free].all()
    lines.loc[free, "amount"] = 0.01
    lines["order_date"] = pd.to_datetime(lines["order_date"], format="%Y%m%d").dt.strftime("%Y-%m-%d")
    return lines[["customer_id", "order_date", "amount"]]


@pytest.fixture(scope="session")
def cdnow_days(cdnow_lines):
    """Return one row per customer and day of CDNOW."""
    days = cdnow_lines.assign(day=pd.to_datetime(cdnow_lines["order_date"]))
    return days.groupby(["customer_id", "day"], as_index=False)["amount"].sum()


@pytest.fixture(scope="session")
def cdnow_book(make_book, cdnow_lines):
    """Return the book of the CDNOW holdout, 39 weeks; the period before is the calibration."""
    return make_book(cdnow_lines, "1997-10-01..1998-06-30")


POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """PostgreSQL's server, with a schema ``scratch``, thrown away after. It refuses to run as root."""
    if not POSTGRES:
        assert os.environ.get("CI") != "true", "PostgreSQL is missing: apt-get install postgresql"
        pytest.skip("PostgreSQL is not installed")
    folder = Path("/tmp") / f"pg-{os.getpid()}-{random.randrange(10**6)}"
    folder.mkdir()
    port = random.randrange(20000, 40000)
    root = os.geteuid() == 0
    if root:
        shutil.chown(folder, "postgres", "postgres")

    def run(command):
        subprocess.run(
            ["su", "postgres", "-c", command] if root else ["sh", "-c", command],
            check=True,
            cwd="/",
            capture_output=True,
        )

    tools = POSTGRES[-1]
    run(f"{tools}/initdb -D {folder}/data -U reviewer -A trust -E UTF8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(f"{tools}/pg_ctl -D {folder}/data -w -l {folder}/log -o '{options}' start")
    run(f"{tools}/psql -h {folder} -p {port} -U reviewer postgres -qc 'create schema scratch'")
    yield f"postgres://reviewer@127.0.0.1:{port}/postgres"
    run(f"{tools}/pg_ctl -D {folder}/data -m immediate stop")
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def spark(tmp_path_factory) -> str:
    """Spark in this process, with a schema ``scratch``; its files are thrown away after."""
    if importlib.util.find_spec("pyspark") is None or not shutil.which("java"):
        assert os.environ.get("CI") != "true", "pyspark or Java is missing: make test-engines installs the first"
        pytest.skip("pyspark and Java are not installed")
    from pyspark.sql import SparkSession

    settings = {
        "spark.sql.warehouse.dir": tmp_path_factory.mktemp("warehouse"),
        "spark.sql.shuffle.partitions": 1,
        "spark.ui.enabled": "false",
        "spark.driver.memory": "2g",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, str(value))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.sql("create schema if not exists scratch")
    yield "spark"
    session.stop()
