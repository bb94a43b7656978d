"""Kinds of bad file, as people and programs make them: what ``check`` says of each, and with which exit code.

Three things may become of a file. It is refused in a sentence (exit code 2); it is read, and what may be wrong unseen
is said first, with the key that settles it; or it is read and nothing is in doubt. None ends in a traceback, and no
kind of wrong figure goes without a word.
"""

from __future__ import annotations

import bz2
import codecs
import datetime as dt
import gzip
import io
import random
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from portfolio.cli import build
from portfolio.show.words import Words

HEAD = "customer_id;order_date;amount\n"
SETTLE = "to settle: "


def lines(n=40, write: Callable[[int], str] = lambda i: f"C{i:03};{i % 28 + 1:02}/{i % 12 + 1:02}/2025;{i + 1},50"):
    return "".join(write(i) + "\n" for i in range(n))


def amounts(write: Callable[[int], str], n=40):
    return HEAD + lines(n, lambda i: f"C{i:03};{i % 28 + 1:02}/01/2025;{write(i)}")


def days(write: Callable[[int], str]):
    return HEAD + lines(write=lambda i: f"C{i:03};{write(i)};{i + 1},50")


GOOD = HEAD + lines()
ZOES = lines(20, lambda i: f"Zoé{i};{i + 1:02}/02/2025;5,00")
TOMORROW = dt.date.today() + dt.timedelta(days=1)


def workbook(**sheets):
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        for row in (sheet := book.create_sheet(name)) and rows:
            sheet.append(row)
    book.save(file)
    return file.getvalue()


def parquet(n=2, **columns):
    file = io.BytesIO()
    usual = {"customer_id": [f"C{i}" for i in range(n)], "order_date": [dt.date(2025, 1, 1)] * n}
    pq.write_table(pa.table(usual | {"amount": [float(i + 1) for i in range(n)]} | columns), file)
    return file.getvalue()


def archive():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("orders.csv", GOOD)
    return file.getvalue()


def sqlite_cut():
    with sqlite3.connect(":memory:") as con:
        con.execute("create table orders (customer_id, order_date, amount)")
        con.executemany("insert into orders values (?, '2025-01-01', 1)", [(f"C{i}",) for i in range(5000)])
        whole = con.serialize()
    return whole[: len(whole) // 2]


def spoiled(content: bytes, start: int, length: int):
    return content[:start] + random.Random(1).randbytes(length) + content[start + length :]


SHEET = [["customer_id", "order_date", "amount"], ["C1", dt.date(2025, 1, 31), 3]]
CUSTOMERS = {"customers": {"source": "customers.csv"}}


@dataclass(frozen=True)
class Kind:
    """A kind of bad file: its content, what ``check`` says, the exit code, and the options of the source."""

    content: str | bytes | None
    says: str
    code: int = 2
    options: Mapping = field(default_factory=dict)
    name: str = "orders.csv"
    others: Mapping[str, str | bytes] = field(default_factory=dict)
    tables: Mapping = field(default_factory=dict)


def refused(content, says, name="orders.csv", *, others=None, tables=None, **options):
    return Kind(content, says, 2, options, name, others or {}, tables or {})


def doubtful(content, says, name="orders.csv", **options):
    return Kind(content, SETTLE + says, 0, options, name)


def fine(content, rows, name="orders.csv", *, others=None, tables=None, **options):
    return Kind(content, f"\t{rows}\t", 0, options, name, others or {}, tables or {})


# Refused: what the sentence holds.
REFUSED = {
    "empty": refused("", "the file is empty"),
    "blank lines only": refused("\n \n\t\n", "the file is empty"),
    "a mark and nothing": refused(codecs.BOM_UTF8, "the file is empty"),
    "delimiters only": refused(";;;\n;;;\n", "the file is empty"),
    "an empty archive": refused(gzip.compress(b""), "the file is empty", "orders.csv.gz"),
    "headers only": refused(HEAD, "has headers and no row"),
    "no header": refused(lines(), "needs customer_id", ),
    "a title above the header": refused("Export of 1 January\n" + GOOD, "needs customer_id"),
    "random bytes": refused(random.Random(2).randbytes(5000), "is in no encoding tried"),
    "HTML": refused("<html><table><tr><td>customer_id</td></tr></table></html>", "needs order_date"),
    "JSON": refused('[{"customer_id": 1, "order_date": "2025-01-01"}]', "needs order_date"),
    "a workbook named .csv": refused(workbook(A=SHEET), "no text but a workbook or an archive (zip)"),
    "an archive named .csv": refused(archive(), "no text but a workbook or an archive (zip)"),
    "bzip2 named .csv": refused(bz2.compress(GOOD.encode()), "no text but an archive (bzip2)"),
    "Parquet named .csv": refused(parquet(), "no text but Parquet"),
    "a PDF named .csv": refused(b"%PDF-1.7\n...", "no text but a PDF"),
    "a database named .csv": refused(b"SQLite format 3\0" + bytes(99), "no text but a database (SQLite)"),
    "an old workbook named .csv": refused(b"\xd0\xcf\x11\xe0" + bytes(99), "no text but a workbook of an older Excel"),
    "gzip cut short": refused(gzip.compress(GOOD.encode() * 50)[:-9], "cut short or damaged", "orders.csv.gz"),
    "UTF-16 cut in a sign": refused(GOOD.encode("utf-16")[:-1], "is in no encoding tried (utf-16)"),
    "half a pair in UTF-16": refused(GOOD.encode("utf-16") + b"\x00\xd8\x0a\x00", "is in no encoding tried (utf-16)"),
    "UTF-7": refused(b"+/v8-" + GOOD.encode(), "needs customer_id"),
    "cp1252 said to be UTF-8": refused(
        (HEAD + ZOES).encode("cp1252"), "the byte 0xe9 is not utf-8", csv={"encoding": "utf-8"}
    ),
    "UTF-8 said to be cp1252": refused(HEAD + ZOES, "the file is in utf-8", csv={"encoding": "cp1252"}),
    **{
        f"the encoding {name}": refused(GOOD, f'"{name}" is not an encoding', csv={"encoding": name})
        for name in ("rot13", "base64", "hex", "idna", "punycode", "undefined", "unicode_escape", "utf8x")
    },
    **{
        f"the delimiter {sign!r}": refused(GOOD, "is not a delimiter", csv={"delimiter": sign})
        for sign in ('"', "\n", "\r", "\0", "C", "7", "é", ";;")
    },
    "another delimiter": refused(GOOD, "The columns of the source are: customer_id;order_date", csv={"delimiter": ","}),
    "a header too short": refused(lines(), "needs an amount", csv={"header": ["customer_id", "order_date"]}),
    "a header too long": refused(lines(), "unreadable 40", csv={"header": [*HEAD.strip().split(";"), "x"]}),
    "30 % of the lines cut": refused(HEAD + lines(28) + "x;y\n" * 12, "12 of the 40 rows of the table orders"),
    "3 % of the lines cut": refused(HEAD + lines(97) + "x;y\n" * 3, "more than unreadable_limit (0.02) allows"),
    "a quote never closed": refused(GOOD.replace("C005", '"C005'), "35 of the 40 rows"),
    "10 % of amounts in words": refused(HEAD + lines(90) + "D;01/01/2025;x\n" * 10, "no_amount 10 (customer_id=D"),
    "10 % of days of no calendar": refused(HEAD + lines(90) + "D;31/02/2025;5\n" * 10, "no_date 10 (customer_id=D"),
    "20 % of amounts with another mark": refused(
        GOOD + "".join(f"D{i};01/01/2025;{i}.25\n" for i in range(10)), "10 of the 50 rows"
    ),
    "half of the lines without customer": refused(
        HEAD + lines(50) + ";01/02/2025;5\n" * 50, "more than set_aside_limit (0.35) allows: no_customer 50"
    ),
    "amounts followed by EUR": refused(amounts(lambda i: f"{i},25 EUR"), "no_amount 40"),
    "every order after today": refused(days(lambda i: f"{i % 28 + 1:02}/01/2099"), "future_date 40"),
    "two formats of dates": refused(
        GOOD + lines(9, lambda i: f"C{i};2025-01-{i + 1:02};5"), "mixes date formats: %d/%m/%Y × 40"
    ),
    "French and American days": refused(GOOD + "C1;12/31/2025;5\n", "%m/%d/%Y × 1"),
    "days as numbers of Excel": refused(days(lambda i: f"{45000 + i}"), "for example '45000'"),
    "seconds since 1970": refused(days(lambda i: f"{1_700_000_000 + 86400 * i}"), "no known date format"),
    "months in words": refused(days(lambda i: f"{i % 28 + 1} janv. 2025"), "no known date format"),
    "two columns customer_id": refused(
        "customer_id;customer_id;order_date;amount\nA;B;01/02/2025;5\n", "`columns: {customer_id: column_2}`"
    ),
    "two columns of the name given": refused(
        "customer_id;order_date;amount;Cat;Cat\nA;31/01/2025;5;a;b\n",
        "several columns are named Cat",
        columns={"category": "Cat"},
    ),
    "a place beyond the columns": refused(GOOD, "has no column column_9", columns={"product": "column_9"}),
    "a misspelt column": refused(GOOD, "Did you mean amount?", columns={"amount": "amout"}),
    "a filter that keeps nothing": refused(GOOD, "no row has customer_id = Z", filters={"customer_id": "Z"}),
    "no workbook": refused(GOOD, "cannot be read as a workbook", "orders.xlsx"),
    "a workbook with a password": refused(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "cannot be read as a workbook", "orders.xlsx"
    ),
    "a workbook cut short": refused(workbook(A=SHEET)[:-300], "cannot be read as a workbook", "orders.xlsx"),
    "an archive that is no workbook": refused(archive(), "cannot be read as a workbook", "orders.xlsx"),
    "an empty first sheet": refused(
        workbook(Notes=[], Orders=SHEET), "the sheet Notes is empty. Name another one as `sheet: ...`", "orders.xlsx"
    ),
    "no such sheet": refused(workbook(Orders=SHEET), "Nearest: Orders", "orders.xlsx", sheet="Order"),
    "errors as customers": refused(
        workbook(A=[*SHEET, ["#N/A", dt.date(2025, 1, 1), 3], ["#REF!", dt.date(2025, 1, 1), 3]]),
        "no_customer 2",
        "orders.xlsx",
    ),
    "an empty Parquet": refused(b"", "cannot be read as Parquet", "orders.parquet"),
    "Parquet cut short": refused(parquet()[:-100], "cannot be read as Parquet", "orders.parquet"),
    "a damaged foot of Parquet": refused(spoiled(parquet(), -60, 52), "cannot be read as Parquet", "orders.parquet"),
    "a damaged page of Parquet": refused(
        spoiled(parquet(20_000), 2000, 3000), "it cannot be read, or its copy cannot be written", "orders.parquet"
    ),
    "structs as amounts": refused(parquet(amount=[{"a": 1}] * 2), "no_amount 2", "orders.parquet"),
    "no number as amounts": refused(parquet(amount=[float("nan"), 1.0]), "no_amount 1", "orders.parquet"),
    "true and false as amounts": refused(parquet(amount=[True, False]), "zero_amount 1", "orders.parquet"),
    "no SQLite database": refused(b"no database" * 100, "file is not a database", "orders.sqlite", table="orders"),
    "half a SQLite database": refused(sqlite_cut(), "malformed", "orders.sqlite", table="orders"),
    "no DuckDB database": refused(b"no database" * 400, "not a valid DuckDB", "orders.duckdb", table="orders"),
    "no ending": refused(GOOD, "a file ending in - cannot be read", "orders"),
    "an unknown ending": refused("<a/>", "a file ending in .xml cannot be read", "orders.xml"),
    "no file": refused(None, "has no such file", source="orders.csv"),
    "a folder": refused(None, "is a folder", source="."),
    "a name of 300 characters": refused(None, "has no such file", source="x" * 300 + ".csv"),
    "a path of 100 folders": refused(None, "does not exist", source="a/" * 100 + "x.csv"),
    "a glob of nothing": refused(None, "No file matches", source="*.csv"),
    "files of other headers": refused(
        GOOD, "the column customer_id of", "a.csv", others={"b.csv": "x;y\n1;2\n"}, source="*.csv"
    ),
    "files of two kinds": refused(
        GOOD, "of several kinds (CSV, Parquet)", "a.csv", others={"a.parquet": parquet()}, source="a.*"
    ),
    "a page of the web": refused(None, "is a file elsewhere", source="https://example.com/orders.csv"),
    "a bucket": refused(None, "is a file elsewhere", source="s3://bucket/orders.csv"),
    "an address of half a bracket": refused(None, "cannot be reached", source="postgres://[::1/db", table="orders"),
    "a port beyond all": refused(None, "cannot be reached", source="postgres://h:99999999/db", table="orders"),
    "a database of no kind": refused(None, "cannot be reached", source="foo://h/db", table="orders"),
    "a database and no table": refused(None, "The source is a database: name the table", source="postgres://h/db"),
    "customers twice": refused(
        GOOD, "1 customers stand more than once", others={"customers.csv": "customer_id;name\nA;x\nA;y\n"},
        tables=CUSTOMERS,
    ),
    "an id of 5,000 signs twice": refused(
        GOOD, "in 2 rows: xxx", others={"customers.csv": "customer_id;name\n" + f"{'x' * 5000};a\n" * 2},
        tables=CUSTOMERS,
    ),
    "1,000 columns and none known": refused(
        ";".join(f"number {i}" for i in range(1000)) + "\n" + ";".join("1" * 1000) + "\n", "needs customer_id"
    ),
}  # fmt: skip

# Read, and in doubt.
DOUBTFUL = {
    "days up to 12 alone": doubtful(
        days(lambda i: f"{i % 12 + 1:02}/{i % 9 + 1:02}/2025"), "The dates of order_date could also be %m/%d/%Y"
    ),
    "days up to 12, years of two digits": doubtful(
        days(lambda i: f"{i % 12 + 1:02}/{i % 9 + 1:02}/25"), "The dates of order_date could also be %m/%d/%y"
    ),
    "texts for dates in a workbook": doubtful(
        workbook(A=[SHEET[0], ["C1", "01/02/2025", 3], ["C2", "05/06/2025", 3]]),
        "The dates of order_date could also be %m/%d/%Y",
        "orders.xlsx",
    ),
    "1.234": doubtful(amounts(lambda i: f"{i + 1}.234"), "Decimal mark of amount taken to be ,: 40 texts read either"),
    "1,234 between commas": doubtful(
        "customer_id,order_date,amount\n" + lines(9, lambda i: f'C{i},{i + 20}/01/2025,"{i + 1},234"'),
        "Decimal mark of amount taken to be .: 9 texts",
    ),
    "1 % of amounts with another mark": doubtful(
        HEAD + lines(99) + "D;01/01/2025;1.25\n", "Decimal mark of amount found: , (99 texts need a comma, 1 a point)"
    ),
    "$ and £": doubtful(
        GOOD + "D1;01/02/2025;$5,25\nD2;01/02/2025;5,25 £\n", "Values of amount in $, £: 2, while the portfolio is in"
    ),
    "dollars alone": doubtful(amounts(lambda i: f"${i + 1},25"), "Values of amount in $: 40"),
    "C000 and c000": doubtful(GOOD + "c000;01/02/2025;5,00\n", "Values of customer_id that are another one but"),
    "signs that cannot be seen": doubtful(GOOD + "C001\u200b;01/02/2025;5,00\n", "Values of customer_id that are an"),
    "accents written in two ways": doubtful(
        HEAD + ZOES + ZOES.replace("é", "e\u0301"), "Values of customer_id that are another one but for capitals"
    ),
    "UTF-8 and cp1252 in one file": doubtful(
        (HEAD + ZOES).encode() + ZOES.encode("cp1252"), "Lines in utf-8: 20; in cp1252: 20."
    ),
    "NULL, #N/A, -": doubtful(
        GOOD + "".join(f"{word};01/02/2025;5,00\n" for word in ("NULL", "#N/A", "-", "null")),
        "Rows with #N/A, -, NULL as customer_id: 4.",
    ),
    "errors of a workbook as customers": doubtful(
        GOOD + "#REF!;01/02/2025;5\n#VALEUR!;01/02/2025;5\n", "Rows with #REF!, #VALEUR! as customer_id: 2."
    ),
    "ids that a workbook shortened": doubtful(
        GOOD + "1,23457E+12;01/02/2025;5\n", "Rows with a customer_id such as 1,23457E+12: 1."
    ),
    "two columns category": doubtful(
        "customer_id;order_date;amount;category;category\n" + lines(write=lambda i: f"C{i};31/01/2025;5,5;a;b"),
        "2 columns are named category: none of them is read. Give the place of one, as `columns: {category: column_5}`",
    ),
    "orders on the second sheet": doubtful(
        workbook(H1=SHEET, H2=[*SHEET, SHEET[1]]), "Only the sheet H1 is read. Rows under the same columns on H2: 2.",
        "orders.xlsx",
    ),
    "an order of 2099": doubtful(
        GOOD + "C001;31/12/2099;5,00\n",
        "Order lines dated after today: 1, up to 2099-12-31. They are set aside, with 5 EUR.",
    ),
    "an order of 9999": doubtful(GOOD + "C001;31/12/9999;5,00\n", "Order lines dated after today: 1, up to 9999-12-31"),
    "an order of tomorrow": doubtful(
        GOOD + f"C001;{TOMORROW:%d/%m/%Y};5,00\n", f"Order lines dated after today: 1, up to {TOMORROW}"
    ),
}  # fmt: skip

# Read, and in no doubt: how many rows are read.
FINE = {
    "CRLF, then LF": fine(GOOD.replace("\n", "\r\n", 20), 40),
    "LF, then CRLF": fine(GOOD[:600] + GOOD[600:].replace("\n", "\r\n"), 40),
    "CR, then LF": fine(GOOD.replace("\n", "\r", 20), 40),
    "CR alone": fine(GOOD.replace("\n", "\r"), 40),
    "UTF-32": fine(GOOD.encode("utf-32"), 40),
    "UTF-32 without mark": fine(GOOD.encode("utf-32-le"), 40),
    "UTF-32, the large end first": fine(GOOD.encode("utf-32-be"), 40),
    "UTF-16 without mark": fine(GOOD.encode("utf-16-be"), 40),
    "a byte of zero": fine(GOOD.replace("C005", "C\0005"), 40),
    "sep=;": fine("sep=;\n" + GOOD, 40),
    "sep=, and CRLF": fine(
        ("sep=,\n" + GOOD.replace(",", ".").replace(";", ",")).replace("\n", "\r\n"), 40
    ),
    "sep= in quotes": fine('"sep=;"\n' + GOOD, 40),
    "sep= and a tab in UTF-16": fine(("sep=\t\n" + GOOD.replace(";", "\t")).encode("utf-16"), 40),
    "sep= and a mark": fine(codecs.BOM_UTF8 + ("sep=;\n" + GOOD).encode(), 40),
    "1 % of the lines cut": fine(HEAD + lines(99) + "x;y\n", "100\t99"),
    "30 % of the lines without customer": fine(HEAD + lines(70) + ";01/02/2025;5\n" * 30, "100\t70"),
    "a total below": fine(GOOD + "Total;;1234,00\n", "41\t40"),
    "NULL as day and as amount": fine(GOOD + "C1;NULL;5,00\nC1;01/02/2025;#N/A\n", "42\t40"),
    "American days past 12": fine(days(lambda i: f"{i % 12 + 1:02}/{i % 28 + 1:02}/2025"), 40),
    "a number of 5,000 digits": fine(HEAD + lines(99) + f"C1;01/02/2025;{'9' * 5000}\n", "100\t99"),
    "a customer of 10,000 signs": fine(GOOD + "N" * 10_000 + ";01/02/2025;5,00\n", 41),
    "a line of 3 MB": fine(HEAD + lines(99) + "C1;01/02/2025;5" + ";" * 3_000_000 + "\n", "100\t99"),
    "a cell of 10 MB": fine(HEAD + lines(99) + "N" * 10_000_000 + ";01/02/2025;5\n", "100\t99"),
    "right to left": fine(GOOD + "שלום;01/02/2025;5,00\n", 41),
    "signs that move the cursor": fine(GOOD + "C\x01\x1b[31m;01/02/2025;5,00\n", 41),
    "a legend on the second sheet": fine(workbook(Orders=SHEET, Legend=[["x"], ["y"]]), 1, "orders.xlsx"),
    "numbers as days": fine(parquet(order_date=[20250131, 20250201]), 2, "orders.parquet"),
    "the customer file's own dates settle": fine(
        GOOD, 2, others={"customers.csv": "customer_id;created_date;closed_date\nA;01/02/24;31/12/99\nB;02/02/24;\n"},
        tables=CUSTOMERS,
    ),
}  # fmt: skip

KINDS = {**REFUSED, **DOUBTFUL, **FINE}
# What is read takes longest, and fails least.
SLOW = {True: (pytest.mark.slow,), False: ()}


def check(folder: Path, kind: Kind, tongue="en", **options):
    """Write a kind down and check it; an exception is not caught."""
    files = {**kind.others, **({kind.name: kind.content} if kind.content is not None else {})}
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    tables = {"orders": {"source": kind.name, **kind.options, **options}, **kind.tables}
    params = folder / "review.yml"
    params.write_text(yaml.safe_dump({"portfolio": {"name": "Test", "tables": tables}}, allow_unicode=True), "utf-8")
    return CliRunner().invoke(build(Words(tongue)), ["check", str(params)])


@pytest.mark.parametrize("name", [pytest.param(name, marks=SLOW[name in FINE]) for name in KINDS])
def test_what_becomes_of_a_bad_file(tmp_path, name):
    kind = KINDS[name]
    result = check(tmp_path, kind)
    assert result.exit_code == kind.code, result.output[:2000]
    assert kind.says in (result.stderr if kind.code else result.stdout)
    assert "Traceback" not in result.output
    # No sentence of a book's length, and in doubt are those alone that are listed so.
    assert len(result.output) < 6_000
    assert (SETTLE in result.stdout) == (name in DOUBTFUL)


SETTLED = {
    "days up to 12 alone": {"date": "%m/%d/%Y"},
    "1.234": {"csv": {"decimal": "."}},
    "C000 and c000": {"join_alike_ids": False},
    "NULL, #N/A, -": {"empty": ["NULL", "null", "#N/A", "-"]},
    "two columns category": {"columns": {"category": "column_4"}},
    "orders on the second sheet": {"sheet": "H2"},
    "UTF-8 and cp1252 in one file": {"csv": {"encoding": "latin-1"}},
}


@pytest.mark.parametrize("name", SETTLED)
def test_the_key_that_is_named_settles(tmp_path, name):
    result = check(tmp_path, DOUBTFUL[name], **SETTLED[name])
    assert (result.exit_code, SETTLE in result.stdout) == (0, False), result.output


def test_doubts_are_said_in_french_too(tmp_path):
    said = check(tmp_path, DOUBTFUL["an order of 2099"], tongue="fr").stdout
    assert (
        "orders, à trancher\u00a0: Lignes de commande datées d’après aujourd’hui\u00a0: 1, jusqu’au 2099-12-31." in said
    )
