"""The rules of DEFINITIONS on small tables, the texts that are read, and the published counts of real files."""

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path

import ibis
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.config import Config

from portfolio.base import cleaning
from portfolio.base.cache import Cache
from portfolio.base.cleaning import clean_tables
from portfolio.base.engine import Engine
from portfolio.base.set_aside import CLEAN_ORDERS, clean_orders, clean_rows
from portfolio.base.span import span_of
from portfolio.errors import DataError
from portfolio.params import load_params
from portfolio.params.columns import MONEY, TABLES
from portfolio.review.opening import latest_day
from portfolio.sources.formats import find_date_formats, find_decimal
from portfolio.sources.parsing import Reading, boolean_of, date_of, integer_of, money_of, text_of, whole_number_text

SHARED = Path(__file__).parents[3] / "shared/data"
ENGINE = Engine()


def clean(folder, limit=1.0, **tables):
    """Write the tables given as text to CSV files, and clean them."""
    sources = {}
    for name, (text, options) in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        sources[name] = {"source": f"{name}.csv", **options}
    return clean_tables(params(folder, limit, **sources))


def params(folder, limit=1.0, **sources):
    file = folder / "review.yml"
    portfolio = {"name": "Test", "tables": sources, "thresholds": {"set_aside_limit": limit, "unreadable_limit": limit}}
    file.write_text(yaml.safe_dump({"portfolio": portfolio}, allow_unicode=True), encoding="utf-8")
    return load_params(file)


def column(values, type="string"):
    return ibis.memtable({"value": values}, schema={"value": type}).value


def evaluated(expression):
    return expression.to_pyarrow().to_pylist()


AMOUNTS = {
    "1234.5": ("1234.5", None),
    "1234,5": (None, "1234.5"),
    "1 234,50 €": (None, "1234.5"),
    "1\u00a0234,50\u00a0€": (None, "1234.5"),
    "1\u202f234\u202f567,89": (None, "1234567.89"),
    "1.234,50": (None, "1234.5"),
    "1,234.50": ("1234.5", None),
    "1'234.50": ("1234.5", None),
    "1’234,50": (None, "1234.5"),
    "$1,234.50": ("1234.5", None),
    "£ 12.00": ("12", None),
    "-£12.00": ("-12", None),
    "£-12.00": ("-12", None),
    "12,00-": (None, "-12"),
    "12,00- €": (None, "-12"),
    "12,00 € -": (None, "-12"),
    "\u221212,00": (None, "-12"),
    "(12.00)": ("-12", None),
    "(1 234,50 €)": (None, "-1234.5"),
    "+5": ("5", "5"),
    "  5  ": ("5", "5"),
    ",5": (None, "0.5"),
    "1.234": ("1.234", "1234"),
    "1.23456": ("1.2346", None),
    "1e3": ("1000", "1000"),
    "12,5,3": (None, None),
    "1,23.4": (None, None),
    "12 34,5": (None, None),
    "--5": (None, None),
    "-5-": (None, None),
    "(-5)": (None, None),
    "1_000": (None, None),
    "à définir": (None, None),
    "12 kg": (None, None),
    "N/A": (None, None),
    "€": (None, None),
    "": (None, None),
    "12345678901234567890": (None, None),
}


@pytest.mark.parametrize(("mark", "place"), [(".", 0), (",", 1)])
def test_amounts_are_read_exactly_or_not_at_all(mark, place):
    expected = [None if wanted[place] is None else Decimal(wanted[place]) for wanted in AMOUNTS.values()]
    assert evaluated(money_of(text_of(column(list(AMOUNTS))), Reading(decimal=mark))) == expected


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["{:,}", "{:,} €", "€{:,}", "{:}"]))
@settings(max_examples=30, deadline=None)
def test_amounts_written_in_french_come_back(amount, dress):
    text = dress.format(amount).replace(",", "\u202f").replace(".", ",").replace("€-", "-€")
    assert evaluated(money_of(column([text]), Reading(decimal=","))) == [amount]


@pytest.mark.parametrize(
    ("texts", "likely", "mark", "said"),
    [
        (["1,50", "2", "3.000"], ".", ",", "found: ,."),
        (["1.50", "2", "3,000"], ",", ".", "found: .."),
        (["1,234", "5,678"], ".", ".", "taken to be .: 2 texts read either way"),
        (["1,234", "5,678"], ",", ",", "taken to be ,: 2 texts read either way"),
        (["1,50", "2,50", "3.5"], ".", ",", "2 texts need a comma, 1 a point"),
        (["1", "2", "à définir"], ".", ".", None),
    ],
)
def test_the_decimal_mark_is_found_by_evidence(texts, likely, mark, said):
    rows = ENGINE.keep(ibis.memtable({"value": texts}))
    found, notes = find_decimal(ENGINE, rows, ["value"], ["Montant"], likely)
    assert found == mark
    assert [note for note in map(str, notes) if said and said in note] == list(map(str, notes))


@pytest.mark.parametrize(
    ("texts", "formats"),
    [
        (["2025-01-31", "2025-02-01T08:26:00Z"], ("%Y-%m-%d",)),
        (["2010-12-01 08:26:00", "2010-12-01 08:26:00.000"], ("%Y-%m-%d",)),
        (["31/01/2025", "01/02/2025"], ("%d/%m/%Y",)),
        (["01/02/2025", "03/04/2025"], ("%d/%m/%Y",)),
        (["01/02/2025", "01/31/2025 8:26 AM"], ("%m/%d/%Y",)),
        (["31/01/2025 08h26", "1/2/2025"], ("%d/%m/%Y",)),
        (["31-01-2025"], ("%d-%m-%Y",)),
        (["31.01.2025"], ("%d.%m.%Y",)),
        (["31/01/25"], ("%d/%m/%y",)),
        (["19970101", "19971231"], ("%Y%m%d",)),
        (["31011997", "01121997"], ("%d%m%Y",)),
        (["2025/01/31", None, "", "inconnu"], ("%Y/%m/%d",)),
    ],
)
def test_date_formats_are_found(texts, formats):
    rows = ENGINE.keep(ibis.memtable({"d": texts}, schema={"d": "string"}))
    found, notes = find_date_formats(ENGINE, rows, "d", "Date", "file", real_dates=False, required=True)
    assert found == formats
    assert str(notes[0]) == f"Dates of Date read as {formats[0]}."
    assert any("could also be %m/%d/%Y" in str(note) for note in notes) == (texts == ["01/02/2025", "03/04/2025"])


def test_dates_are_read_by_the_formats_given():
    texts = ["31/01/2025", "2025-02-01 23:59", "12/05/25", "31/02/2025", None, "31/01/2025 inconnu"]
    expected = [dt.date(2025, 1, 31), dt.date(2025, 2, 1), None, None, None, None]
    assert evaluated(date_of(column(texts), ("%d/%m/%Y", "%Y-%m-%d"))) == expected


def test_yes_and_no():
    texts = [
        "oui",
        "NON",
        "Yes",
        "no",
        "Vrai",
        "faux",
        "TRUE",
        "false",
        "O",
        "N",
        "1",
        "0",
        " oui ",
        "peut-être",
        "",
        None,
    ]
    expected = [True, False] * 6 + [True, None, None, None]
    assert evaluated(boolean_of(text_of(column(texts)))) == expected
    assert evaluated(boolean_of(column([1, 0, None], "int64"))) == [True, False, None]


def test_whole_numbers():
    assert evaluated(integer_of(column(["12", "12,0", "7,5", "1 200", "20-49"]), Reading(decimal=","))) == [
        12,
        12,
        None,
        1200,
        None,
    ]
    assert evaluated(integer_of(column([12.0, 7.5, None], "float64"), Reading())) == [12, None, None]
    assert evaluated(whole_number_text(column(["17850.0", "17850.5", "007", "C1.0"]))) == [
        "17850",
        "17850.5",
        "007",
        "C1.0",
    ]


ORDERS = """customer_id;order_date;amount;order_id;margin
A;2025-01-31;10,50;F1;4,50
;2025-01-31;10,50;F2;
 \u00a0;2025-01-31;11;F3;
B;;10,50;F4;
B;31/02/2025;10,50;F5;
C;2025-02-01;à définir;F6;
C;2025-02-01;;F7;
D;2025-02-01;0,00;F8;
;;;;
A;2025-02-02;-3;;
A;2025-02-02;-3;;
"""


def test_each_row_is_kept_or_set_aside_for_its_first_reason(tmp_path):
    result = clean(tmp_path, orders=(ORDERS, {"columns": {}}))
    ledger = result.ledger["orders"]
    assert (ledger.rows_read, ledger.rows_kept, ledger.duplicates) == (11, 3, 1)
    assert [(s.reason, s.rows) for s in ledger.set_aside] == [
        ("no_customer", 3),
        ("no_date", 2),
        ("no_amount", 2),
        ("zero_amount", 1),
    ]
    assert ledger.set_aside[2].examples == (
        "customer_id=C; order_date=2025-02-01; amount=; order_id=F7; margin=",
        "customer_id=C; order_date=2025-02-01; amount=à définir; order_id=F6; margin=",
    )
    assert result.set_aside("orders").count().execute() == 8
    rows = result.tables["orders"].order_by("order_date").to_pyarrow().to_pylist()
    assert [r["order_id"] for r in rows] == ["F1", "A|2025-02-02", "A|2025-02-02"]
    assert [r["cost"] for r in rows] == [Decimal("6.0000"), None, None]
    assert result.measured("orders", "cost")
    assert result.measured("orders", "order_id")
    assert not result.measured("orders", "product")
    assert not result.measured("customers")


def test_clean_orders_have_exactly_their_columns_and_types(tmp_path):
    result = clean(tmp_path, orders=(ORDERS, {}))
    schema = result.tables["orders"].schema()
    assert tuple(schema) == CLEAN_ORDERS
    assert {name: str(schema[name]) for name in ("amount", "cost", "quantity", "order_date", "promotion")} == {
        "amount": "decimal(18, 4)",
        "cost": "decimal(18, 4)",
        "quantity": "float64",
        "order_date": "date",
        "promotion": "string",
    }


def test_exact_duplicates_are_set_aside_only_when_asked(tmp_path):
    text = (
        "customer_id;order_date;amount;line\nA;2025-01-31;1;1\nA;2025-01-31;1;1\nA;2025-01-31;1;2\nA;2025-01-31;1;1\n"
    )
    kept = clean(tmp_path, orders=(text, {})).ledger["orders"]
    assert (kept.rows_kept, kept.duplicates, kept.set_aside) == (4, 2, ())
    dropped = clean(tmp_path, orders=(text, {"drop_duplicates": True})).ledger["orders"]
    assert (dropped.rows_kept, dropped.duplicates) == (2, 0)
    assert [(s.reason, s.rows) for s in dropped.set_aside] == [("duplicate", 2)]


def test_ids_stay_as_they_are_unless_asked(tmp_path):
    text = "customer_id;order_date;amount\n007;2025-01-31;1\n17850.0;2025-01-31;1\n 12 ;2025-01-31;1\n"
    as_is = clean(tmp_path, orders=(text, {})).tables["orders"].order_by("customer_id").customer_id
    assert evaluated(as_is) == ["007", "12", "17850.0"]
    whole = (
        clean(tmp_path, orders=(text, {"whole_number_ids": True})).tables["orders"].order_by("customer_id").customer_id
    )
    assert evaluated(whole) == ["007", "12", "17850"]


def test_the_order_of_the_rows_changes_nothing(tmp_path):
    header, *lines = ORDERS.splitlines()
    first = clean(tmp_path, orders=(ORDERS, {})).ledger
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        assert clean(tmp_path, orders=("\n".join([header, *lines]), {})).ledger == first


def test_customers_keep_further_columns_as_attributes(tmp_path):
    customers = (
        "Code;Nom;name;Région, zone;Accord;headcount;;;region\n"
        '1;<b>O\'Neil & "fils"</b>;x;Nord;oui;10;;;a\n'
        '2;"deux\nlignes";y;Sud;peut-être;20-49;;;b\n'
        ";sans code;z;Sud;non;3;;;c\n"
    )
    options = {"columns": {"customer_id": "Code", "name": "Nom", "consent": "Accord", "zone": "region"}}
    text = "customer_id;order_date;amount\n1;2025-01-31;1\n"
    result = clean(tmp_path, orders=(text, {}), customers=(customers, options))
    table = result.tables["customers"].order_by("customer_id")
    assert tuple(table.columns) == (
        *TABLES["customers"].names,
        "zone",
        "name_2",
        "Région_ zone",
        "column_7",
        "column_8",
    )
    rows = table.to_pyarrow().to_pylist()
    assert rows[0]["name"] == '<b>O\'Neil & "fils"</b>'
    assert rows[1]["name"] == "deux\nlignes"
    assert [r["consent"] for r in rows] == [True, None]
    assert [r["headcount"] for r in rows] == [10, None]
    assert [r["Région_ zone"] for r in rows] == ["Nord", "Sud"]
    assert [r["name_2"] for r in rows] == ["x", "y"]
    assert [r["region"] for r in rows] == ["a", "b"]
    ledger = result.ledger["customers"]
    assert [(s.reason, s.rows) for s in ledger.set_aside] == [("no_customer", 1)]
    said = list(map(str, ledger.notes))
    assert "Accord: 1 values could not be read and are left empty, for example peut-être." in said
    assert "headcount: 1 values could not be read and are left empty, for example 20-49." in said
    assert str(table.schema()["birth_year"]) == "int64"


def test_other_tables_set_aside_rows_without_what_they_need(tmp_path):
    orders = "customer_id;order_date;amount\n1;2025-01-31;1\n"
    spend = "date;amount;purpose\n01/02/2025;1 200,00;acquisition\n;3;retention\n02/02/2025;;retention\n"
    result = clean(tmp_path, orders=(orders, {}), spend=(spend, {}), surveys=("customer_id;date;nps\n", {}))
    ledger = result.ledger["spend"]
    assert [(s.reason, s.rows) for s in ledger.set_aside] == [("no_date", 1), ("no_amount", 1)]
    assert tuple(result.tables["spend"].columns) == TABLES["spend"].names
    assert result.ledger["surveys"].rows_read == 0
    assert result.measured("surveys", "nps")


def typed_orders(**more):
    schema = {
        "customer_id": "string",
        "order_date": "date",
        "quantity": "float64",
        "unit_price": "float64",
        "margin": MONEY,
    }
    return ibis.table({**schema, **more}, name="lines")


@pytest.mark.parametrize("dialect", ["postgres", "pyspark"])
@pytest.mark.parametrize("drop_duplicates", [True, False])
def test_the_rules_compile_to_other_engines(compiled, dialect, drop_duplicates):
    spend = ibis.table({"date": "date", "amount": MONEY, "note": "string"}, name="spend")
    for marked in (
        clean_orders(typed_orders(), drop_duplicates=drop_duplicates),
        clean_orders(
            typed_orders(amount=MONEY, cost=MONEY, line="int64"), drop_duplicates=drop_duplicates, line="line"
        ),
        clean_rows(spend, TABLES["spend"], drop_duplicates=drop_duplicates),
    ):
        sql = compiled(marked, dialect)
        assert "no_date" in sql
        assert ("duplicate" in sql) == drop_duplicates


@pytest.fixture
def compiled(monkeypatch):
    """Return a function that compiles: ``ibis.to_sql`` wants a Spark session, its compiler does not."""

    def _compiled(expression, dialect):
        if dialect == "postgres":
            return ibis.to_sql(expression, dialect=dialect)
        from ibis.backends.sql.compilers.pyspark import compiler

        class Options(Config):
            treat_nan_as_null: bool = False

        monkeypatch.setattr(ibis.options, "pyspark", Options())
        return compiler.to_sqlglot(expression).sql(compiler.dialect)

    return _compiled


def test_online_retail_counts_as_published(tmp_path):
    file = SHARED / "online_retail.csv.gz"
    if not file.exists():
        pytest.skip(f"{file} is not on this machine")
    names = {
        "customer_id": "CustomerID",
        "order_date": "InvoiceDate",
        "order_id": "InvoiceNo",
        "unit_price": "UnitPrice",
    }
    source = {"source": str(file), "columns": names, "whole_number_ids": True}
    result = clean_tables(params(tmp_path, 0.35, orders=source))
    ledger = result.ledger["orders"]
    assert (ledger.rows_read, ledger.rows_kept) == (541_909, 406_789)
    assert {s.reason: s.rows for s in ledger.set_aside} == {"no_customer": 135_080, "zero_amount": 40}
    orders = result.tables["orders"]
    assert orders.customer_id.max().execute() == "18287"
    december = orders.filter(orders.order_date < dt.date(2011, 1, 1))
    assert round(december.amount.sum().execute(), 2) == Decimal("554604.02")


def cdnow_files():
    import importlib.util

    spec = importlib.util.find_spec("lifetimes")
    wheel = [Path(spec.origin).parent / "datasets/CDNOW_master.txt"] if spec else []
    return [file for file in (*wheel, SHARED / "cdnow_master.txt") if file.exists()]


@pytest.mark.parametrize(
    "file", cdnow_files() or [pytest.param(None, marks=pytest.mark.skip("no CDNOW file here"))], ids=str
)
def test_cdnow_counts_as_published(tmp_path, file):
    """The header of the file is ragged, as its lines are."""
    names = {"order_date": "date", "amount": "dollar_value", "quantity": "number_of_cds"}
    result = clean_tables(
        params(tmp_path, orders={"source": str(file), "columns": names, "csv": {"delimiter": "whitespace"}})
    )
    ledger = result.ledger["orders"]
    assert ledger.rows_read == 69_659
    raw_total = result.tables["orders"].amount.sum().execute()
    assert raw_total == Decimal("2500315.63")
    assert {s.reason: s.rows for s in ledger.set_aside} == {"zero_amount": 80}
    assert result.tables["orders"].customer_id.min().execute() == "00001"


def test_cdnow_sample_has_no_header(tmp_path):
    file = SHARED / "cdnow_sample.txt"
    if not file.exists():
        pytest.skip(f"{file} is not on this machine")
    csv = {"delimiter": "whitespace", "header": ["all_id", "customer_id", "order_date", "quantity", "amount"]}
    result = clean_tables(params(tmp_path, orders={"source": str(file), "csv": csv, "date": "%Y%m%d"}))
    assert result.ledger["orders"].rows_read == 6_919
    assert result.tables["orders"].customer_id.nunique().execute() == 2_349  # of 2,357, 8 only had CDs for nothing


VALUES = {
    "text": "X1", "date": "2025-08-01", "money": "12.50", "number": "3.5", "integer": "7", "boolean": "yes",
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_column_that_is_declared_reaches_the_clean_table(tmp_path, table):
    header, row = ",".join(table.names), ",".join(VALUES[column.type] for column in table.columns)
    orders = ("customer_id,order_date,amount\na,2025-08-01,1\n", {})
    found = clean(tmp_path, **{"orders": orders, table.name: (f"{header}\n{row}\n", {})})
    kept = found.engine.run(found.tables[table.name])
    # The price is in the amount, the margin in the cost.
    within = {"unit_price", "margin"} if table.name == "orders" else set()
    assert set(table.names) - within <= set(kept.columns)
    assert kept[[name for name in table.names if name not in within]].notna().all(axis=None)
    assert set(table.names) - {"unit_price"} <= set(found.ledger[table.name].columns)


AHEAD = (
    "customer_id;order_date;amount\n"
    "A;2025-01-31;1\nA;{tomorrow};20\nB;2099-12-31;300,5\nB;9999-12-31;0\n;2099-12-31;7\n"
)


def with_orders_ahead(folder, days=0):
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    (folder / "orders.csv").write_text(AHEAD.format(tomorrow=tomorrow), encoding="utf-8")
    thresholds = {"set_aside_limit": 1.0, "orders_ahead_days": days}
    portfolio = {"name": "Test", "tables": {"orders": {"source": "orders.csv"}}, "thresholds": thresholds}
    (folder / "review.yml").write_text(yaml.safe_dump({"portfolio": portfolio}), encoding="utf-8")
    return load_params(folder / "review.yml")


def test_orders_dated_after_today_are_set_aside_with_their_money(tmp_path):
    result = clean_tables(with_orders_ahead(tmp_path))
    ledger = result.ledger["orders"]
    assert {s.reason: s.rows for s in ledger.set_aside} == {"no_customer": 1, "zero_amount": 1, "future_date": 2}
    assert result.lines_by_reason()["future_date"] == (2, Decimal("320.5"))
    [(table, doubt)] = result.ledger.doubts
    assert table == "orders"
    assert doubt.values == {"rows": 2, "last": "2099-12-31", "money": 320.5, "currency": "EUR"}
    assert latest_day(span_of(result)) == dt.date(2025, 1, 31) + dt.timedelta(days=7)


def test_orders_placed_ahead_are_kept_as_far_as_the_params_say(tmp_path):
    result = clean_tables(with_orders_ahead(tmp_path, days=1))
    assert {s.reason: s.rows for s in result.ledger["orders"].set_aside}["future_date"] == 1
    assert result.tables["orders"].amount.sum().execute() == 21
    # The orders reach tomorrow; latest stops today, whatever day is asked for.
    assert latest_day(span_of(result), dt.date(2200, 1, 1)) == dt.date.today()


def test_an_order_set_aside_for_its_day_counts_once_that_day_has_come(tmp_path, monkeypatch):
    """The file does not change, and is not read again until then."""
    cache = Cache(tmp_path / "cache")
    given = with_orders_ahead(tmp_path)
    assert clean_tables(given, cache=cache).ledger["orders"].rows_kept == 1
    monkeypatch.setattr(cleaning, "read_source", None)
    assert clean_tables(given, cache=cache).ledger["orders"].rows_kept == 1
    monkeypatch.undo()

    monkeypatch.setattr(cleaning, "_today", lambda: dt.date.today() + dt.timedelta(days=1))
    assert clean_tables(given, cache=cache).ledger["orders"].rows_kept == 2
    monkeypatch.setattr(cleaning, "read_source", None)
    assert clean_tables(given, cache=cache).ledger["orders"].rows_kept == 2


def test_unreadable_rows_have_a_limit_of_their_own(tmp_path):
    """2 of 100 rows are on the limit, 3 past it; a row without customer is one, whatever its amount."""
    good = "".join(f"A;2025-01-{i % 28 + 1:02};1\n" for i in range(95))
    for bad, unread in (("B;2025-01-31;x\n;x;1\n;2025-01-31;x\n;;x\nB;31/02;1\n", 2), ("B;2025-01-31;x\n" * 5, 5)):
        (tmp_path / "orders.csv").write_text(f"customer_id;order_date;amount\n{good}{bad}", encoding="utf-8")
        (tmp_path / "review.yml").write_text("portfolio: {name: T, tables: {orders: {source: orders.csv}}}")
        if unread == 2:
            found = clean_tables(load_params(tmp_path / "review.yml")).ledger["orders"].set_aside
            assert {s.reason: (s.rows, s.unread) for s in found} == {
                "no_customer": (3, 0), "no_date": (1, 1), "no_amount": (1, 1),
            }  # fmt: skip
        else:
            with pytest.raises(DataError, match=r"5 of the 100 rows of the table orders cannot be read, more than unr"):
                clean_tables(load_params(tmp_path / "review.yml"))


def test_alike_ids_are_one_customer_when_asked(tmp_path):
    text = "customer_id;order_date;amount\nc1;2025-01-31;1\nC1;2025-01-31;1\nC\u200b1;2025-01-31;1\nC2;2025-01-31;1\n"
    apart = clean(tmp_path, orders=(text, {})).tables["orders"].customer_id.nunique().execute()
    joined = clean(tmp_path, orders=(text, {"join_alike_ids": True})).tables["orders"].customer_id.nunique().execute()
    assert (apart, joined) == (4, 2)
