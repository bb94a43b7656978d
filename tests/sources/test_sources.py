"""Every kind of source gives the same rows; headers, encodings and delimiters are found."""

import datetime as dt
import gzip
import socket
import sqlite3
import time
from pathlib import Path

import duckdb
import ibis
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from portfolio.base.cleaning import clean_tables
from portfolio.errors import DataError
from portfolio.params import load_params
from portfolio.sources import databases
from portfolio.sources.raw import state_of

TEXT = (
    "Code client;Date facture;Montant HT;Libellé\nC1;31/01/2025;1 234,50 €;Cœur de gamme\n007;01/02/2025;-12,00;Été\n"
)
COLUMNS = {"customer_id": "Code client", "order_date": "Date facture", "amount": "Montant HT", "product": "Libellé"}
ROWS = [
    ("007", dt.date(2025, 2, 1), "-12.0000", "Été"),
    ("C1", dt.date(2025, 1, 31), "1234.5000", "Cœur de gamme"),
]


@pytest.fixture
def read(tmp_path):
    """Return a function that cleans the tables of a params file made of the given sources."""

    def _read(**tables):
        return clean_tables(params(tmp_path, **tables))

    return _read


def params(folder: Path, **tables):
    file = folder / "review.yml"
    portfolio = {"name": "Test", "tables": tables, "thresholds": {"set_aside_limit": 1.0, "unreadable_limit": 1.0}}
    file.write_text(yaml.safe_dump({"portfolio": portfolio}, allow_unicode=True), encoding="utf-8")
    return load_params(file)


def rows(clean):
    found = clean.tables["orders"].order_by("customer_id").to_pyarrow().to_pylist()
    return [(r["customer_id"], r["order_date"], str(r["amount"]), r["product"]) for r in found]


def notes(clean, table="orders"):
    return [str(note) for note in clean.ledger[table].notes]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("given", [True, False])
def test_encodings_are_found_or_given(read, tmp_path, encoding, given):
    (tmp_path / "orders.csv").write_bytes(TEXT.encode(encoding))
    clean = read(orders={"source": "orders.csv", "columns": COLUMNS, "csv": {"encoding": encoding} if given else {}})
    assert rows(clean) == ROWS


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_gzip_is_told_by_content(read, tmp_path, newline):
    (tmp_path / "orders.csv").write_bytes(gzip.compress(TEXT.replace("\n", newline).encode("cp1252")))
    assert rows(read(orders={"source": "orders.csv", "columns": COLUMNS})) == ROWS


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters_are_found(read, tmp_path, delimiter):
    text = TEXT.replace("1 234,50 €", '"1 234,50 €"').replace("-12,00", '"-12,00"').replace(";", delimiter)
    (tmp_path / "orders.csv").write_text(text, encoding="utf-8")
    clean = read(orders={"source": "orders.csv", "columns": COLUMNS})
    assert rows(clean) == ROWS
    assert f"Delimiter found: {'tab' if delimiter == chr(9) else delimiter}." in notes(clean)


def test_runs_of_spaces_delimit_and_a_header_can_be_given(read, tmp_path):
    (tmp_path / "orders.txt").write_text(" 00001 19970101  1   11.77\r\n 00002  19970112  1   12.00 \r\n")
    header = ["customer_id", "order_date", "quantity", "amount"]
    clean = read(orders={"source": "orders.txt", "csv": {"delimiter": "whitespace", "header": header}})
    assert rows(clean) == [
        ("00001", dt.date(1997, 1, 1), "11.7700", None),
        ("00002", dt.date(1997, 1, 12), "12.0000", None),
    ]


def test_whitespace_is_found_too(read, tmp_path):
    (tmp_path / "orders.txt").write_text(" customer_id  order_date amount\n 00001 19970101  11.77\n")
    assert rows(read(orders={"source": "orders.txt"})) == [("00001", dt.date(1997, 1, 1), "11.7700", None)]


def test_several_files_each_with_its_own_encoding_and_order_of_columns(read, tmp_path):
    first, second = TEXT.splitlines()[:2], [TEXT.splitlines()[0], TEXT.splitlines()[2]]
    (tmp_path / "a-2024.csv").write_text("\n".join(first), encoding="cp1252")
    turned = "\n".join(";".join(reversed(line.split(";"))) for line in second)
    (tmp_path / "a-2025.csv").write_text(turned, encoding="utf-8")
    clean = read(orders={"source": "a-*.csv", "columns": COLUMNS})
    assert rows(clean) == ROWS
    assert clean.ledger["orders"].source == str(tmp_path / "a-*.csv")


@pytest.mark.parametrize(
    ("header", "column"),
    [("Code client;Date facture;Montant;Libellé", "Montant HT"), ("Code client;Date facture;Montant HT", "Libellé")],
)
def test_files_of_a_glob_need_the_same_headers(read, tmp_path, header, column):
    (tmp_path / "a1.csv").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a2.csv").write_text(header + "\nC1;01/01/2025;1\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"a2.csv: the column {column} of .*a1.csv is missing"):
        read(orders={"source": "a*.csv", "columns": COLUMNS})


def test_a_name_that_looks_like_a_glob_is_a_file(read, tmp_path):
    (tmp_path / "orders [2025].csv").write_text(TEXT, encoding="utf-8")
    assert rows(read(orders={"source": "orders [2025].csv", "columns": COLUMNS})) == ROWS


def test_headers_are_trimmed_and_repeated_ones_kept_apart(read, tmp_path):
    (tmp_path / "orders.csv").write_text(" customer_id ;order_date;amount;F;f;f;\nC1;2025-01-31;5;a;b;c;\n")
    clean = read(orders={"source": "orders.csv", "columns": {"product": "F"}})
    assert rows(clean) == [("C1", dt.date(2025, 1, 31), "5.0000", "a")]
    with pytest.raises(DataError, match=r"several columns are named f"):
        read(orders={"source": "orders.csv", "columns": {"product": "f"}})


def test_own_names_are_found_in_any_case(read, tmp_path):
    (tmp_path / "orders.csv").write_text("CUSTOMER_ID,Order_Date,Amount\nC1,2025-01-31,5\n")
    assert rows(read(orders={"source": "orders.csv"})) == [("C1", dt.date(2025, 1, 31), "5.0000", None)]


def test_lines_with_other_fields_are_counted_not_lost(read, tmp_path):
    text = "customer_id;order_date;amount\nC1;2025-01-31;5\nC2;2025-01-31\nC3;2025-01-31;5;6\nC4;2025-01-31;7\n"
    (tmp_path / "orders.csv").write_text(text)
    clean = read(orders={"source": "orders.csv"})
    ledger = clean.ledger["orders"]
    assert (ledger.rows_read, ledger.rows_kept) == (4, 2)
    [unreadable] = ledger.set_aside
    assert (unreadable.reason, unreadable.rows) == ("unreadable", 2)
    assert unreadable.examples == ("C2;2025-01-31", "C3;2025-01-31;5;6")


def test_a_quote_that_is_never_closed_counts_the_lines_it_swallows(read, tmp_path):
    (tmp_path / "orders.csv").write_text(
        'customer_id;order_date;amount\nC1;2025-01-31;5\n"C2;2025-01-31;5\nC3;2025-01-31;5\n'
    )
    ledger = read(orders={"source": "orders.csv"}).ledger["orders"]
    assert (ledger.rows_read, ledger.rows_kept) == (3, 1)


def test_a_broken_line_at_the_end_of_a_compressed_file_is_counted(read, tmp_path):
    text = "customer_id;order_date;amount\n" + "C1;2025-01-31;5\n" * 5000 + "C2;2025-01-31\n"
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(text.encode()))
    ledger = read(orders={"source": "orders.csv.gz"}).ledger["orders"]
    assert (ledger.rows_read, ledger.rows_kept, ledger.duplicates) == (5001, 5000, 4999)


def test_filters_compare_text_as_in_the_file(read, tmp_path):
    lines = [
        "customer_id;order_date;amount;Statut;N°",
        "A;2025-01-31;1;V;01",
        "B;2025-01-31;2;X;1",
        "C;2025-01-31;3;P;01",
    ]
    (tmp_path / "orders.csv").write_text("\n".join(lines), encoding="cp1252")
    clean = read(orders={"source": "orders.csv", "filters": {"Statut": ["V", "X"], "N°": "01"}})
    assert [row[0] for row in rows(clean)] == ["A"]
    assert clean.ledger["orders"].rows_read == 1
    assert "Only rows with Statut = V, X." in notes(clean)
    with pytest.raises(DataError, match=r"no row has Statut = Z. Values found: P, V, X"):
        read(orders={"source": "orders.csv", "filters": {"Statut": "Z"}})


def test_filters_on_typed_columns(read, tmp_path):
    table = pa.table(
        {
            "customer_id": ["A", "B"],
            "order_date": [dt.date(2025, 1, 31)] * 2,
            "amount": [1.5, 2.5],
            "n": [1.0, 2.0],
            "b": [True, False],
        }
    )
    pq.write_table(table, tmp_path / "orders.parquet")
    for filters in ({"n": 1}, {"b": True}, {"n": 1, "b": [True]}):
        assert [row[0] for row in rows(read(orders={"source": "orders.parquet", "filters": filters}))] == ["A"]


def workbook(path, *lines, sheet="Feuil1"):
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    page = book.create_sheet(sheet)
    for line in lines:
        page.append(line)
    book.save(path)


def test_excel_reads_cells_as_a_person_sees_them(read, tmp_path):
    workbook(
        tmp_path / "orders.xlsx",
        [],
        [None, "Code client", "Date facture", "Montant HT", "Libellé"],
        [None, 1234.0, dt.datetime(2025, 1, 31), 234.567, "Real date and number"],
        [None, "007", "01/02/2025", "1 234,50 €", "=A1"],
        [],
        [None, "008", dt.datetime(2025, 2, 3, 8, 30), -7, None],
    )
    clean = read(orders={"source": "orders.xlsx", "sheet": "Feuil1", "columns": COLUMNS})
    assert rows(clean) == [
        ("007", dt.date(2025, 2, 1), "1234.5000", None),  # a formula is its value, and openpyxl stores none
        ("008", dt.date(2025, 2, 3), "-7.0000", None),
        ("1234", dt.date(2025, 1, 31), "234.5670", "Real date and number"),
    ]
    assert clean.ledger["orders"].rows_read == 3


def test_excel_real_dates_pass_a_given_format(read, tmp_path):
    workbook(
        tmp_path / "o.xlsx",
        ["customer_id", "order_date", "amount"],
        ["A", dt.date(2025, 1, 31), 5],
        ["B", "02/01/2025", 5],
    )
    clean = read(orders={"source": "o.xlsx", "sheet": "Feuil1", "date": "%m/%d/%Y"})
    assert [row[1] for row in rows(clean)] == [dt.date(2025, 1, 31), dt.date(2025, 2, 1)]


def test_excel_first_sheet_by_default_and_a_wrong_one_is_named(read, tmp_path):
    workbook(
        tmp_path / "orders.xlsx",
        ["customer_id", "order_date", "amount"],
        ["A", dt.date(2025, 1, 31), 5],
        sheet="Ventes",
    )
    with pytest.raises(DataError, match=r"orders.xlsx: the sheet Notes is empty. Name another one as `sheet: ...`"):
        read(orders={"source": "orders.xlsx"})
    with pytest.raises(DataError, match=r"there is no sheet Vente. Its sheets are: Notes, Ventes. Nearest: Ventes"):
        read(orders={"source": "orders.xlsx", "sheet": "Vente"})


def test_parquet_keeps_types(read, tmp_path):
    table = pa.table(
        {
            "Code client": [7, None],
            "Date facture": [dt.datetime(2025, 1, 31, 23, 59), dt.datetime(2025, 2, 1)],
            "Montant HT": pa.array([0.1 + 0.2, 1e20]),
            "f": ["a", "b"],
            "F": ["c", "d"],
        }
    )
    pq.write_table(table, tmp_path / "orders.parquet")
    clean = read(
        orders={
            "source": "orders.parquet",
            "columns": {k: v for k, v in COLUMNS.items() if k != "product"} | {"product": "F"},
        }
    )
    assert rows(clean) == [("7", dt.date(2025, 1, 31), "0.3000", "c")]


def test_money_beyond_the_type_is_no_amount(read, tmp_path):
    pq.write_table(
        pa.table(
            {
                "customer_id": ["A", "B", "C"],
                "order_date": [dt.date(2025, 1, 1)] * 3,
                "amount": [1.0, 1e20, float("nan")],
            }
        ),
        tmp_path / "orders.parquet",
    )
    clean = read(orders={"source": "orders.parquet"})
    assert [(s.reason, s.rows) for s in clean.ledger["orders"].set_aside] == [("no_amount", 2)]
    pq.write_table(
        pa.table(
            {
                "customer_id": ["A", "B"],
                "order_date": [dt.date(2025, 1, 1)] * 2,
                "quantity": [1e300, 3.0],
                "unit_price": [2.0, 1.15],
            }
        ),
        tmp_path / "orders.parquet",
    )
    clean = read(orders={"source": "orders.parquet"})
    assert [(s.reason, s.rows) for s in clean.ledger["orders"].set_aside] == [("no_amount", 1)]
    assert rows(clean)[0][2] == "3.4500"


@pytest.fixture
def sqlite(tmp_path):
    con = sqlite3.connect(tmp_path / "ventes.db")
    con.execute("create table ventes (code text, jour text, montant real, lib text)")
    values = [
        ("C1", "2025-01-31", 1234.5, "Cœur de gamme"),
        ("007", "2025-02-01 08:00:00", "-12,00", "Été"),
        (None, "x", None, None),
    ]
    con.executemany("insert into ventes values (?, ?, ?, ?)", values)
    con.commit()
    con.close()
    return tmp_path / "ventes.db"


NAMES = {"customer_id": "code", "order_date": "jour", "amount": "montant", "product": "lib"}


@pytest.mark.parametrize("url", ["ventes.db", "sqlite:///ventes.db", "sqlite://{}"])
@pytest.mark.parametrize("what", [{"table": "ventes"}, {"query": "select * from ventes"}])
def test_sqlite_table_and_query(read, sqlite, url, what):
    clean = read(orders={"source": url.format(sqlite), "columns": NAMES, **what})
    assert rows(clean) == ROWS
    assert clean.ledger["orders"].rows_read == 3


def test_duckdb_by_url(read, tmp_path):
    with duckdb.connect(str(tmp_path / "v.duckdb")) as con:
        con.execute("create table v as select 'C1' code, date '2025-01-31' jour, 1234.5 montant, 'Cœur de gamme' lib")
        con.execute("insert into v values ('007', date '2025-02-01', -12, 'Été')")
    assert rows(read(orders={"source": "duckdb:///v.duckdb", "table": "v", "columns": NAMES})) == ROWS


def test_a_table_that_is_not_there_names_the_nearest(read, sqlite):
    with pytest.raises(DataError, match=r"there is no table vente. Nearest: ventes. Its tables are: ventes"):
        read(orders={"source": "sqlite:///ventes.db", "table": "vente"})
    with pytest.raises(DataError, match=r"the query .* cannot be read"):
        read(orders={"source": "sqlite:///ventes.db", "query": "select nothing from nowhere"})


@pytest.fixture
def tries(monkeypatch):
    """The URLs tried, and the seconds waited between them, without waiting."""
    found = []
    connect = ibis.connect
    monkeypatch.setattr(databases.ibis, "connect", lambda url, **options: found.append(url) or connect(url, **options))
    monkeypatch.setattr(databases.time, "sleep", found.append)
    return found


def test_a_database_that_is_away_is_tried_again_and_said(read, tries, caplog):
    url = "postgres://me:s3cret@127.0.0.1:1/db"
    with pytest.raises(DataError, match="the database cannot be reached"):
        read(orders={"source": url, "table": "orders"})
    assert tries == [url, 1.0, url, 4.0, url]
    first, second = caplog.messages
    assert first.endswith(" Trying again in 1 s.")
    assert second.endswith(" Trying again in 4 s.")
    assert "s3cret" not in caplog.text


def test_a_database_that_comes_back_is_read(read, sqlite, tries, monkeypatch):
    connect, away = (
        databases.ibis.connect,
        [ConnectionRefusedError("x"), sqlite3.OperationalError("database is locked")],
    )

    def sometimes(url, **options):
        con = connect(url, **options)
        if away:
            raise away.pop()
        return con

    monkeypatch.setattr(databases.ibis, "connect", sometimes)
    assert (
        read(orders={"source": "sqlite:///ventes.db", "table": "ventes", "columns": NAMES}).ledger["orders"].rows_read
    )
    assert [wait for wait in tries if isinstance(wait, float)] == [1.0, 4.0]


@pytest.mark.parametrize("place", ["127.0.0.1", "localhost"])
def test_a_server_that_accepts_and_never_answers_is_given_up(read, tries, monkeypatch, place):
    monkeypatch.setattr(databases, "PATIENCE", {"connect_timeout": 2})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(DataError, match="the database cannot be reached"):
            read(orders={"source": f"postgres://me@{place}:{silent.getsockname()[1]}/db", "table": "orders"})
    assert time.monotonic() - begun < 20
    assert tries.count(1.0) == tries.count(4.0) == 1


def test_the_url_s_own_patience_stands():
    assert databases._patience("postgres://h/db")["connect_timeout"] == 10
    assert "connect_timeout" not in databases._patience("postgresql://u:p@/w@h/db?connect_timeout=60")
    assert databases._patience("sqlite:///a.db") == {}


@pytest.mark.parametrize(
    ("who", "what", "says"),
    [
        ("nobody", {"table": "ventes"}, "the database cannot be reached"),
        ("reviewer", {"table": "nothing"}, "there is no table nothing"),
        ("reviewer", {"query": "select timed_out from nowhere"}, "cannot be read"),
    ],
)
def test_what_cannot_pass_is_not_tried_again(read, postgres, tries, who, what, says):
    url = postgres.replace("reviewer", who)
    with pytest.raises(DataError, match=says):
        read(orders={"source": url, **what})
    assert tries == [url]


def test_a_connection_that_the_server_ends_is_tried_again(read, postgres, tries):
    with pytest.raises(DataError, match="cannot be read"):
        read(orders={"source": postgres, "query": "select pg_terminate_backend(pg_backend_pid())::text as a"})
    assert tries == [postgres, 1.0, postgres, 4.0, postgres]


def test_a_password_is_never_shown(read, tries):
    url = "postgres://me:s3cret@127.0.0.1:1/db"
    with pytest.raises(
        DataError, match=r"postgres://me:\*\*\*@127.0.0.1:1/db: the database cannot be reached"
    ) as error:
        read(orders={"source": url, "table": "orders"})
    assert "s3cret" not in str(error.value)


def test_postgres_table_and_query(read, postgres):
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as con:
        con.execute("create schema if not exists compta")
        con.execute("drop table if exists compta.ventes")
        con.execute(
            "create table compta.ventes (code text, jour timestamp, montant numeric, lib varchar(30), at timestamptz)"
        )
        con.execute("insert into compta.ventes values ('C1', '2025-01-31 23:00', 1234.5, 'Cœur de gamme', now())")
        con.execute(
            "insert into compta.ventes values ('007', '2025-02-01', -12, 'Été', null), (null, null, 'NaN', null, null)"
        )
        con.execute(
            "insert into compta.ventes select 'x' || i, '2025-03-01', i, 'p', null from generate_series(1, 250000) i"
        )
    what = {"source": postgres, "columns": NAMES}
    clean = read(orders={**what, "table": "compta.ventes"})
    assert clean.ledger["orders"].rows_kept == 250_002
    assert rows(read(orders={**what, "query": "select * from compta.ventes where lib <> 'p'"})) == ROWS


def test_a_query_of_who_may_only_read(read, postgres):
    """Ibis makes a view to learn the columns of a query, and PostgreSQL refuses it to such a user."""
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as con:
        con.execute("create table lues (code text, jour date, montant numeric(9, 2), lib text, autres jsonb)")
        con.execute("insert into lues values ('C1', '2025-01-31', 1234.5, 'Cœur de gamme', '{}')")
        con.execute("insert into lues values ('007', '2025-02-01', -12, 'Été', null)")
        con.execute("create role reader login; grant select on lues to reader")
        con.execute("revoke temporary on database postgres from public")
        con.execute("alter role reader set default_transaction_read_only = on")
    what = {"source": postgres.replace("reviewer", "reader"), "columns": NAMES}
    assert rows(read(orders={**what, "query": "select * from lues where code like '%' -- tous\n;"})) == ROWS


@pytest.mark.parametrize(
    "query",
    [
        "select column0 as code, '2025-01-31' as jour, '1' as montant, '' as lib from read_csv('{}', header=false)",
        "select content as code, '2025-01-31' as jour, '1' as montant, '' as lib from read_text('{}')",
        "select * from '{}'",
    ],
)
def test_a_query_reaches_nothing_beside_its_own_file(read, tmp_path, query):
    """On a ``.duckdb`` file it read /etc/passwd."""
    with duckdb.connect(str(tmp_path / "ventes.duckdb")) as con:
        con.execute("create table ventes as select 'C1' as code, '2025-01-31' as jour, '1' as montant, 'p' as lib")
    (tmp_path / "secret.csv").write_text("hush\n")
    what = {"source": "ventes.duckdb", "columns": NAMES}
    with pytest.raises(DataError, match=r"cannot be read \(.*disabled") as error:
        read(orders={**what, "query": query.format(tmp_path / "secret.csv")})
    assert "hush" not in str(error.value)
    assert read(orders={**what, "query": "select * from ventes"}).ledger["orders"].rows_kept == 1


def state(params):
    return state_of("orders", params.portfolio.tables["orders"], params.path.parent)


def test_the_state_of_a_source_changes_with_content_and_mapping(tmp_path):
    (tmp_path / "orders.csv").write_text(TEXT, encoding="utf-8")
    first = params(tmp_path, orders={"source": "orders.csv", "columns": COLUMNS})
    mark = state(first)
    assert mark == state(params(tmp_path, orders={"source": "orders.csv", "columns": COLUMNS}))
    assert mark != state(
        params(tmp_path, orders={"source": "orders.csv", "columns": COLUMNS | {"category": "Libellé"}})
    )
    (tmp_path / "orders.csv").write_text(TEXT + "C9;01/02/2025;3;x\n", encoding="utf-8")
    assert mark != state(first)


def test_a_database_has_no_state_until_it_is_read(tmp_path, sqlite):
    url = params(tmp_path, orders={"source": "sqlite:///ventes.db", "table": "ventes", "columns": NAMES})
    assert state(url) == ""
    file = params(tmp_path, orders={"source": "ventes.db", "table": "ventes", "columns": NAMES})
    assert state(file)


def test_blank_lines_before_the_header_are_skipped(read, tmp_path):
    (tmp_path / "orders.csv").write_text('\n\n"customer_id";"order_date";"amount";"two\nlines"\nC1;2025-01-31;5;x\n\n')
    clean = read(orders={"source": "orders.csv", "columns": {"product": "two lines"}})
    assert rows(clean) == [("C1", dt.date(2025, 1, 31), "5.0000", "x")]
    assert clean.ledger["orders"].rows_read == 1


def test_line_ends_in_quoted_fields_and_a_delimiter_at_every_line_end(read, tmp_path):
    (tmp_path / "orders.csv").write_text('customer_id;order_date;amount;product\nC1;2025-01-31;5;"a\nb;c";\n')
    assert rows(read(orders={"source": "orders.csv"})) == [("C1", dt.date(2025, 1, 31), "5.0000", "a\nb;c")]
