"""Bad input: a clear error with the words that help, and nothing lost. One test for each case of the list."""

import datetime as dt
import gzip

import openpyxl
import pytest
import yaml

from portfolio.base.cleaning import clean_tables
from portfolio.errors import DataError, Problems
from portfolio.params import load_params

GOOD = "customer_id;order_date;amount\nA;31/01/2025;1\n"


@pytest.fixture
def read(tmp_path):
    """Return a function that writes files and cleans the tables of a params file."""

    def _read(files, limit=0.35, unreadable=1.0, **tables):
        for name, content in files.items():
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        portfolio = {"name": "Test", "tables": tables or {"orders": {"source": "orders.csv"}}}
        portfolio["thresholds"] = {"set_aside_limit": limit, "unreadable_limit": unreadable}
        (tmp_path / "review.yml").write_text(yaml.safe_dump({"portfolio": portfolio}, allow_unicode=True), "utf-8")
        return clean_tables(load_params(tmp_path / "review.yml"))

    return _read


def refused(read, *words, **given):
    """Clean, and return the error's sentence, which must hold the words and leave no place unfilled."""
    with pytest.raises((DataError, Problems)) as error:
        read(**given)
    sentence = str(error.value)
    for word in words:
        assert word in sentence
    return sentence


def orders(**options):
    return {"source": "orders.csv", **options}


def test_a_file_that_went_missing(read, tmp_path):
    """The params are checked first; here the file goes between that check and the reading."""
    (tmp_path / "orders.csv").write_text(GOOD)
    (tmp_path / "order.csv").write_text(GOOD)
    portfolio = {"name": "Test", "tables": {"orders": orders()}}
    (tmp_path / "review.yml").write_text(yaml.safe_dump({"portfolio": portfolio}))
    params = load_params(tmp_path / "review.yml")
    (tmp_path / "orders.csv").unlink()
    with pytest.raises(DataError, match=r"orders.csv: there is no such file. Did you mean order.csv\?"):
        clean_tables(params)


def test_a_file_of_no_known_kind(read):
    refused(
        read,
        "orders.pdf",
        "a file ending in .pdf cannot be read",
        ".parquet",
        files={"orders.pdf": "x"},
        orders={"source": "orders.pdf"},
    )


def test_the_wrong_encoding_names_the_line_and_the_byte(read):
    text = "customer_id;order_date;amount;city\nA;31/01/2025;1;Lyon\nB;31/01/2025;1;Orléans\n"
    files = {"orders.csv": text.encode("cp1252")}
    refused(
        read, "orders.csv, line 3: the byte 0xe9 is not utf-8", files=files, orders=orders(csv={"encoding": "utf-8"})
    )


def test_cp1252_said_of_a_utf8_file(read):
    files = {"orders.csv": GOOD + "Zoé;31/01/2025;1\n"}
    refused(read, "the file is in utf-8", "encoding: cp1252", files=files, orders=orders(csv={"encoding": "cp1252"}))
    assert read(files={"orders.csv": GOOD}, orders=orders(csv={"encoding": "cp1252"})).ledger["orders"].rows_kept == 1


def test_bytes_of_no_encoding(read):
    files = {"orders.csv": GOOD.encode() + b"\x81\xe9;31/01/2025;1\n"}
    refused(read, "orders.csv, line 3: the byte 0x81 is in no encoding tried (utf-8, cp1252)", files=files)


def test_a_damaged_gzip(read):
    files = {"orders.csv.gz": gzip.compress(GOOD.encode() * 1000)[:-20]}
    refused(read, "the compressed file is cut short or damaged", files=files, orders={"source": "orders.csv.gz"})


def test_what_is_no_workbook_and_no_parquet(read):
    refused(read, "o.xlsx: cannot be read as a workbook", files={"o.xlsx": "no"}, orders={"source": "o.xlsx"})
    refused(read, "o.parquet: cannot be read as Parquet", files={"o.parquet": "no"}, orders={"source": "o.parquet"})


def test_a_misspelt_column_names_the_nearest_and_all(read):
    files = {"orders.csv": "Code client;Date facture;Montant HT\nA;31/01/2025;1\n"}
    columns = {"customer_id": "Code cliant", "order_date": "Date facture", "amount": "Montant HT"}
    sentence = refused(
        read, "orders.csv: the table orders has no column Code cliant", files=files, orders=orders(columns=columns)
    )
    assert "Did you mean Code client? Its columns are: Code client, Date facture, Montant HT." in sentence


def test_missing_columns_are_all_named_at_once(read):
    files = {"orders.csv": "Customer;Montant\nA;1\n"}
    sentence = refused(read, files=files)
    assert "the table orders needs customer_id. Name its column, as `columns: {customer_id: Customer}`" in sentence
    assert "needs order_date" in sentence
    assert (
        "needs an amount. Name its column, as `columns: {amount: ...}`, or those of quantity and unit_price" in sentence
    )
    assert "The columns of the source are: Customer, Montant." in sentence


def test_problems_of_several_tables_come_together(read):
    files = {"orders.csv": "a\n1\n", "spend.csv": ""}
    sentence = refused(read, files=files, orders=orders(), spend={"source": "spend.csv"})
    assert "orders.csv: the table orders needs customer_id" in sentence
    assert "spend.csv: the file is empty" in sentence


def test_a_misspelt_filter(read):
    refused(
        read,
        "has no column Statu. Did you mean Statut?",
        files={"orders.csv": "Statut;" + GOOD},
        orders=orders(filters={"Statu": "V"}),
    )


MIXED = "customer_id;order_date;amount\nA;31/01/2025;1\nB;28/02/2025;2\nC;2025-03-31;3\n"


def test_a_date_column_mixing_formats(read):
    sentence = refused(read, "orders.csv: the column order_date mixes date formats", files={"orders.csv": MIXED})
    assert "%d/%m/%Y × 2 (B, 28/02/2025, 2)" in sentence
    assert "%Y-%m-%d × 1 (C, 2025-03-31, 3)" in sentence
    assert 'date: ["%d/%m/%Y", "%Y-%m-%d"]' in sentence


def test_a_date_column_mixing_formats_is_read_when_they_are_listed(read):
    clean = read(files={"orders.csv": MIXED}, orders=orders(date=["%d/%m/%Y", "%Y-%m-%d"]))
    days = clean.tables["orders"].order_by("customer_id").order_date.to_pyarrow().to_pylist()
    assert days == [dt.date(2025, 1, 31), dt.date(2025, 2, 28), dt.date(2025, 3, 31)]


def test_american_and_french_dates_in_one_column(read):
    files = {"orders.csv": "customer_id;order_date;amount\nA;31/01/2025;1\nB;12/31/2025;2\nC;30/11/2025;2\n"}
    refused(read, "%d/%m/%Y × 2", "%m/%d/%Y × 1 (B, 12/31/2025, 2)", files=files)


def test_dates_of_no_known_format(read):
    files = {"orders.csv": "customer_id;order_date;amount\nA;le 3 mars;1\n"}
    refused(read, "no known date format reads the column order_date, for example 'le 3 mars'", files=files)


def test_text_in_amounts_is_set_aside_and_shown(read):
    lines = "".join(f"C{i};31/01/2025;{i},50\n" for i in range(1, 10))
    clean = read(files={"orders.csv": f"customer_id;order_date;amount\n{lines}D;31/01/2025;à définir\n"})
    [no_amount] = clean.ledger["orders"].set_aside
    assert (no_amount.reason, no_amount.rows) == ("no_amount", 1)
    assert no_amount.examples == ("customer_id=D; order_date=31/01/2025; amount=à définir",)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   \r\n", b";;;\n;;;\n"])
def test_an_empty_file(read, content):
    refused(read, "orders.csv: the file is empty", files={"orders.csv": content})


def test_headers_and_no_row(read):
    refused(
        read,
        "orders.csv: the table orders has headers and no row",
        files={"orders.csv": "customer_id;order_date;amount\n"},
    )


def test_all_rows_set_aside(read):
    files = {"orders.csv": "customer_id;order_date;amount\n;31/01/2025;1\nA;31/01/2025;0\n"}
    refused(
        read,
        "orders.csv: all 2 rows of the table orders were set aside: "
        "no_customer 1 (customer_id=; order_date=31/01/2025; amount=1); zero_amount 1",
        files=files,
    )


def test_more_set_aside_than_the_limit(read):
    files = {"orders.csv": GOOD + "B;31/01/2025;2\n;31/01/2025;1\n;31/01/2025;2\nC;31/01/2025\n"}
    refused(
        read,
        "3 of the 5 rows of the table orders were set aside, more than set_aside_limit (0.35) allows: no_customer 2",
        "unreadable 1 (C;31/01/2025)",
        "thresholds: {set_aside_limit: ...}",
        files=files,
    )
    assert read(files=files, limit=0.6).ledger["orders"].rows_kept == 2


def test_a_given_date_format_that_reads_nothing(read):
    refused(read, "all 1 rows", "no_date 1", files={"orders.csv": GOOD}, orders=orders(date="%Y-%m-%d"))


CUSTOMERS = "customer_id;name\n2;a\n1;b\n1;c\n2;d\n3;e\n2;f\n"


def test_a_customer_table_with_the_same_id_twice(read):
    files = {"orders.csv": GOOD, "customers.csv": CUSTOMERS}
    tables = {"orders": orders(), "customers": {"source": "customers.csv"}}
    refused(
        read,
        "customers.csv: 2 customers stand more than once in the table customers, in 5 rows: 1, 2.",
        "drop_duplicates: true",
        files=files,
        **tables,
    )


def test_wholly_equal_customers_go_when_asked(read):
    files = {"orders.csv": GOOD, "customers.csv": "customer_id;name\n1;b\n1;b\n2;c\n"}
    clean = read(files=files, orders=orders(), customers={"source": "customers.csv", "drop_duplicates": True})
    assert clean.ledger["customers"].rows_kept == 2


def test_ids_that_are_equal_once_trimmed_or_made_whole(read):
    files = {"orders.csv": GOOD, "customers.csv": "customer_id;name\n17850;a\n 17850.0 ;b\n"}
    clean = read(files=files, orders=orders(), customers={"source": "customers.csv"})
    assert clean.ledger["customers"].rows_kept == 2
    tables = {"orders": orders(), "customers": {"source": "customers.csv", "whole_number_ids": True}}
    refused(read, "1 customers stand more than once in the table customers, in 2 rows: 17850.", files=files, **tables)


NAMES = [
    "<script>alert('x')</script>",
    'O\'Neil "& fils"',
    "deux\nlignes\r\net trois",
    "شركة النور \u200f\u202bABC",
    '=HYPERLINK("http://example.com")',
    "+33 1 02",
    "@SUM(A1:A9)",
    "tab\there",
    "50 % ; ou \\ moins",
    "{name} %s",
]


def test_names_pass_through_untouched_in_csv(read):
    quoted = ['"{}"'.format(name.replace('"', '""')) for name in NAMES]
    customers = "customer_id;name\r\n" + "".join(f"{i};{name}\r\n" for i, name in enumerate(quoted))
    for encoding in ("utf-8", "utf-16"):
        files = {"orders.csv": GOOD, "customers.csv": customers.encode(encoding)}
        clean = read(files=files, orders=orders(), customers={"source": "customers.csv"})
        assert clean.tables["customers"].order_by("customer_id").name.to_pyarrow().to_pylist() == NAMES


def test_names_pass_through_untouched_in_excel(read, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["customer_id", "name"])
    names = [name.replace("\r", "") for name in NAMES]
    for i, name in enumerate(names):
        book.active.append([str(i), name])
        book.active.cell(i + 2, 2).data_type = "s"
    book.save(tmp_path / "customers.xlsx")
    clean = read(files={"orders.csv": GOOD}, orders=orders(), customers={"source": "customers.xlsx"})
    assert clean.tables["customers"].order_by("customer_id").name.to_pyarrow().to_pylist() == names


def test_examples_and_errors_hold_names_with_braces(read):
    files = {"orders.csv": "customer_id;order_date;amount;product\nA;31/01/2025;0;{x} {0}\n"}
    refused(read, "product={x} {0}", files=files)
