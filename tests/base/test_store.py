"""Clean tables written to a folder and read back are the same, and a folder knows what it holds."""

import datetime as dt
import os
import subprocess
import sys
import time

import pytest
import yaml

from portfolio.base import cleaning, store
from portfolio.base.book import Book
from portfolio.base.cache import IN_USE_SECONDS, Cache
from portfolio.base.cleaning import clean_tables
from portfolio.errors import DataError
from portfolio.params import load_params
from portfolio.params.periods import parse_period
from portfolio.review.opening import read_tables, topics_of
from portfolio.sources.ledger import Ledger, Note, SetAside, TableLedger
from portfolio.sources.raw import read_source

ORDERS = "customer_id;order_date;amount;note\nA;31/01/2025;1,50;é\n;31/01/2025;2;\nB;01/02/2025;3;\nB;01/02/2025;3;\n"
CUSTOMERS = "customer_id;name;Secteur\nA;Été;x\nB;b;y\n"


@pytest.fixture
def params(tmp_path):
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="cp1252")
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    tables = {name: {"source": f"{name}.csv"} for name in ("orders", "customers")}
    (tmp_path / "review.yml").write_text(yaml.safe_dump({"portfolio": {"name": "Test", "tables": tables}}))
    return load_params(tmp_path / "review.yml")


def content(clean, table):
    rows = clean.tables[table].to_pyarrow().to_pylist()
    return sorted(rows, key=repr)


def test_saved_tables_come_back_the_same(params, tmp_path):
    clean = clean_tables(params)
    loaded = store.load(store.save(clean, tmp_path / "prepared"))
    assert list(loaded.tables) == list(clean.tables) == ["orders", "customers"]
    for table in clean.tables:
        assert loaded.tables[table].schema() == clean.tables[table].schema()
        assert content(loaded, table) == content(clean, table)
    assert loaded.ledger == clean.ledger
    assert loaded.fingerprint == clean.fingerprint
    assert loaded.measured("customers", "Secteur")
    assert not loaded.measured("orders", "product")
    assert loaded.set_aside("orders").to_pyarrow().to_pylist() == [
        {"reason": "no_customer", "row": "customer_id=; order_date=31/01/2025; amount=2"}
    ]


def test_a_folder_holds_the_tables_of_these_params(params, tmp_path):
    folder = tmp_path / "prepared"
    assert not store.holds(folder, params)
    store.save(clean_tables(params), folder)
    assert store.holds(folder, params)
    text = params.path.read_text()
    other = params.path.with_name("other.yml")
    other.write_text(text.replace("source: orders.csv", "source: orders.csv\n      drop_duplicates: true"))
    assert not store.holds(folder, load_params(other))


@pytest.mark.parametrize(
    ("was", "now"), [("name: Test", "name: Other"), ("portfolio:", "portfolio:\n  ruler: 2024-H1")]
)
def test_params_that_change_in_the_middle_of_a_run_stop_its_reports(params, tmp_path, monkeypatch, was, now):
    clean = clean_tables(params)
    monkeypatch.setenv("PORTFOLIO_PREPARED", str(store.save(clean, tmp_path / "prepared")))
    text = params.path.read_text()
    params.path.write_text(text + "  limits: {threads: 1}\n")
    assert read_tables(load_params(params.path)).files
    params.path.write_text(text.replace(was, now))
    with pytest.raises(DataError, match=r"review\.yml changed while the reports were made"):
        read_tables(load_params(params.path))


def test_sources_that_change_in_the_middle_of_a_run_change_none_of_its_reports(params, tmp_path, monkeypatch):
    clean = clean_tables(params, cache=Cache(tmp_path / "cache"))
    monkeypatch.setenv("PORTFOLIO_PREPARED", str(store.save(clean, tmp_path / "prepared")))
    for name in ("orders", "customers"):
        (tmp_path / f"{name}.csv").write_text("half a li", encoding="utf-8")
    assert content(read_tables(params), "orders") == content(clean, "orders")


@pytest.fixture
def written(params, tmp_path, monkeypatch):
    """A function that has the orders written anew, so many times, once the customers are read; how often each is."""

    def write(times, text):
        read = []

        def reading(engine, table, *rest):
            raw = read_source(engine, table, *rest)
            read.append(table)
            if table == "customers" and read.count(table) <= times:
                (tmp_path / "orders.csv").write_text(f"{text}A;01/02/2025;{len(read)};\n", encoding="cp1252")
            return raw

        monkeypatch.setattr(cleaning, "read_source", reading)
        return read

    return write


def test_tables_are_of_one_moment(params, written):
    read = written(1, ORDERS)
    assert len(content(clean_tables(params), "orders")) == 4
    assert read == ["orders", "customers"] * 2


def test_sources_without_an_end_to_their_changes_stop_the_run(params, written, tmp_path):
    written(9, ORDERS)
    with pytest.raises(DataError, match=rf"^{tmp_path}/orders\.csv changed while the sources were read\."):
        clean_tables(params)


def test_a_source_that_is_wrong_for_a_moment_is_read_again(params, tmp_path, monkeypatch):
    """The orders are there in part when they are read."""
    (tmp_path / "orders.csv").write_text("customer_id;order", encoding="cp1252")
    real = cleaning._clean_tables

    def late(*given):
        try:
            return real(*given)
        finally:
            (tmp_path / "orders.csv").write_text(ORDERS, encoding="cp1252")
            os.utime(tmp_path / "orders.csv", (0, 0))

    monkeypatch.setattr(cleaning, "_clean_tables", late)
    assert len(content(clean_tables(params), "orders")) == 3


def test_a_folder_that_holds_them_is_read_without_the_sources(params, tmp_path):
    folder = store.save(clean_tables(params, cache=Cache(tmp_path / "cache")), tmp_path / "prepared")
    for name in ("orders", "customers"):
        (tmp_path / f"{name}.csv").unlink()
    assert store.holds(folder, params)
    assert store.load(folder).tables["orders"].count().execute() == 3


# ---- what is kept between runs


def test_a_source_is_read_again_only_when_it_changed(params, tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(
        cleaning, "read_source", lambda engine, table, *rest: read.append(table) or read_source(engine, table, *rest)
    )
    cache = Cache(tmp_path / "cache")
    first = clean_tables(params, cache=cache)
    assert read == ["orders", "customers"]
    again = clean_tables(params, cache=cache)
    assert read == ["orders", "customers"]
    assert again.ledger == first.ledger
    assert again.fingerprint == first.fingerprint
    assert [content(again, name) for name in again.tables] == [content(first, name) for name in first.tables]
    (tmp_path / "customers.csv").write_text(CUSTOMERS + "C;c;z\n", encoding="utf-8")
    assert clean_tables(params, cache=cache).ledger["customers"].rows_read == 3
    assert read == ["orders", "customers", "customers"]


def test_the_order_of_the_rows_is_nothing_and_a_row_is_something(params, tmp_path):
    first = clean_tables(params)
    head, *rows = ORDERS.splitlines()
    (tmp_path / "orders.csv").write_text("\n".join([head, *reversed(rows)]), encoding="cp1252")
    turned = clean_tables(params)
    assert turned.fingerprint == first.fingerprint
    # The two equal lines of B become one, and its amount is the same.
    (tmp_path / "orders.csv").write_text("\n".join([head, *rows[:-1]]), encoding="cp1252")
    assert clean_tables(params).fingerprint != first.fingerprint


def test_a_later_month_leaves_the_digests_of_the_others(params, tmp_path):
    first = clean_tables(params).digests["orders"]
    (tmp_path / "orders.csv").write_text(ORDERS + "A;01/07/2025;7;\n", encoding="cp1252")
    later = clean_tables(params).digests["orders"]
    assert later.whole != first.whole
    half = parse_period("2025-H1")
    assert later.before(half.end) == first.before(half.end) != {}
    assert later.before(half.next.end) != first.before(half.next.end)
    # Up to a day within a month, only the whole tells.
    assert later.before(dt.date(2025, 1, 15)) != first.before(dt.date(2025, 1, 15))


def test_a_cache_that_cannot_be_trusted_is_made_again(params, tmp_path):
    cache = Cache(tmp_path / "cache")
    clean_tables(params, cache=cache)
    for path in cache.folder.glob("*.parquet"):
        path.unlink()
    assert len(content(clean_tables(params, cache=cache), "orders")) == 3


def test_what_was_not_used_for_longest_goes_first(tmp_path):
    cache = Cache(tmp_path / "cache")
    for number, name in enumerate(("old-1.parquet", "old-2.parquet", "new-1.parquet")):
        path = cache.make(name, lambda path: path.write_bytes(b"x" * 100))
        age = (2 * IN_USE_SECONDS, 3 * IN_USE_SECONDS, 0)[number]
        os.utime(path, (time.time() - age,) * 2)
    half = cache.folder / f"{'0' * 32}.part"
    other = cache.folder / "orders.csv"
    for path in (half, other):
        path.write_text("x")
        os.utime(path, (0, 0))
    cache.trim(250)
    assert not half.exists(), "a run that was killed wrote it"
    assert sorted(path.name for path in cache.folder.glob("*-*")) == ["new-1.parquet", "old-1.parquet"]
    cache.trim(0)
    assert [path.name for path in cache.folder.glob("*-*")] == ["new-1.parquet"], "a file in use stays"
    assert other.exists(), "it is not ours"


@pytest.mark.parametrize("link", ["cache", "cache/locks"])
def test_a_cache_that_is_a_link_is_refused(params, tmp_path, link):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "orders-1.parquet").write_text("mine")
    os.utime(outside / "orders-1.parquet", (0, 0))
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(outside)
    for act in (lambda cache: clean_tables(params, cache=cache), lambda cache: cache.trim(0), Cache.drop_unused):
        with pytest.raises(DataError, match=f"The cache {tmp_path / link} is a link"):
            act(Cache(tmp_path / "cache"))
    assert [path.name for path in outside.iterdir()] == ["orders-1.parquet"]


def test_a_folder_half_written_holds_nothing(params, tmp_path):
    folder = store.save(clean_tables(params), tmp_path / "prepared")
    (folder / store.LEDGER).unlink()
    assert not store.holds(folder, params)


def test_the_ledger_goes_to_plain_data_and_back():
    import json

    note = Note("Dates of {column} read as {format}.", {"column": "Date", "format": "%d/%m/%Y"})
    entry = TableLedger("orders", "o.csv", 5, 4, (SetAside("no_date", 1, ("Date=x",)),), 1, (note,), ("customer_id",))
    ledger = Ledger((entry,))
    assert Ledger.from_dict(json.loads(json.dumps(ledger.to_dict()))) == ledger
    assert str(ledger["orders"].notes[0]) == "Dates of Date read as %d/%m/%Y."
    assert "orders" in ledger
    assert "customers" not in ledger


def test_copies_go_when_the_process_ends(params):
    code = (
        "from portfolio.base.cleaning import clean_tables; from portfolio.params import load_params;"
        f"clean = clean_tables(load_params({str(params.path)!r})); print(clean.files['orders'].parent)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    import pathlib

    assert out
    assert not pathlib.Path(out).exists()


def test_orders_of_a_period_are_not_held_once_its_facts_stand(params, tmp_path):
    clean = clean_tables(params, cache=Cache(tmp_path / "cache"))
    kept, dropped = [], []
    keep, drop = clean.engine.keep, clean.engine.drop
    clean.engine.keep = lambda table: kept.append(keep(table)) or kept[-1]
    clean.engine.drop = lambda table: dropped.append(table) or drop(table)
    book = Book(params, clean, parse_period("2025-H1"), topics_of(params))
    assert book.run(book.facts.count()) == 2
    assert [table.op() for table in kept] == [table.op() for table in dropped] != []


def test_nothing_is_run_that_stands_among_the_reports(params, tmp_path, monkeypatch):
    """The cache of tables may stand in a folder that others write in; what is translated to SQL does not."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "mine"))
    folder = store.save(clean_tables(params, cache=Cache(tmp_path / "cache")), tmp_path / "prepared")
    assert content(store.load(folder), "orders")
    assert not [*(tmp_path / "cache").glob("*.sql")]
    assert store.load(folder).engine._connection.compiler.cache.folder == tmp_path / "mine/portfolio/sql"
