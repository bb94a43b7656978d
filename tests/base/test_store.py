"""Clean tables written to a folder and read back are the same, and a folder knows what it holds."""

import subprocess
import sys

import pytest
import yaml

from portfolio.base import store
from portfolio.base.cleaning import clean_tables
from portfolio.params import load_params
from portfolio.sources.ledger import Ledger, Note, SetAside, TableLedger

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
    params.path.write_text(text.replace("source: orders.csv", "source: orders.csv\n      drop_duplicates: true"))
    assert not store.holds(folder, load_params(params.path))


def test_a_folder_that_holds_them_is_read_without_the_sources(params, tmp_path):
    folder = store.save(clean_tables(params), tmp_path / "prepared")
    for name in ("orders", "customers"):
        (tmp_path / f"{name}.csv").unlink()
    assert store.holds(folder, params)
    assert store.load(folder).tables["orders"].count().execute() == 3


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
