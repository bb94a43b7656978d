"""Action lists: what comes from the data is text, whatever it looks like; numbers and dates are real ones."""

import csv
import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from portfolio.report.actions import write_actions
from portfolio.show.words import Words

COLUMNS = [
    {"name": "customer_id", "type": "text", "unit": ""},
    {"name": "name", "type": "text", "unit": ""},
    {"name": "last_order_date", "type": "date", "unit": ""},
    {"name": "revenue", "type": "money", "unit": "currency"},
    {"name": "orders", "type": "integer", "unit": ""},
]
EVIL = ['=HYPERLINK("http://x")', "+1", "-2+3", "@sum(1)", "\t=1", "\r=1", "  =1"]
EVIL += ["＝1", "＋1", "－2", "＠sum(1)", "\u200b=1", "\ufeff@x", "\u2060\u00a0＝1"]


def write(tmp_path, rows, language="en"):
    xlsx, text = write_actions({"to_call": {"columns": COLUMNS, "rows": rows}}, tmp_path, Words(language), "EUR")
    assert (xlsx.name, text.name) == (f"to_call.{language}.xlsx", f"to_call.{language}.csv")
    return xlsx, text


def read_csv(path, delimiter):
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("name", EVIL)
def test_nothing_is_a_formula(tmp_path, name):
    xlsx, text = write(tmp_path, [["1", name, None, None, None]])
    cell = openpyxl.load_workbook(xlsx).active["B2"]
    assert cell.data_type == "s"
    assert cell.value.strip() == name.strip()
    assert cell.quotePrefix
    with zipfile.ZipFile(xlsx) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert read_csv(text, ",")[1][1].startswith("'")


def test_identifiers_dates_and_numbers_keep_their_kind(tmp_path):
    xlsx, _text = write(tmp_path, [["007", "Ann", "2025-05-02", 1234.5, 3]])
    sheet = openpyxl.load_workbook(xlsx).active
    row = list(sheet[2])
    assert [cell.value for cell in row] == ["007", "Ann", dt.datetime(2025, 5, 2), 1234.5, 3]
    assert "€" in row[3].number_format
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:E2"


def test_each_language_opens_as_its_spreadsheets_expect(tmp_path):
    rows = [["007", "Ève; Dupont", "2025-05-02", 1234.5, 3]]
    _xlsx, english = write(tmp_path, rows)
    _xlsx, french = write(tmp_path, rows, "fr")
    assert read_csv(english, ",")[1] == ["007", "Ève; Dupont", "2025-05-02", "1234.5", "3"]
    assert read_csv(french, ";")[1] == ["007", "Ève; Dupont", "02/05/2025", "1234,5", "3"]


def test_negative_amounts_are_numbers_and_not_text(tmp_path):
    _xlsx, text = write(tmp_path, [["1", "Ann", None, -5.25, -1]])
    assert read_csv(text, ",")[1][3:] == ["-5.25", "-1"]


def test_control_characters_line_ends_and_right_to_left_text(tmp_path):
    xlsx, text = write(tmp_path, [["1", "a\x07b\x00", None, None, None], ["2", "مرحبا\nline", None, None, None]])
    sheet = openpyxl.load_workbook(xlsx).active
    assert sheet["B2"].value == "ab"
    assert "مرحبا" in sheet["B3"].value
    assert len(read_csv(text, ",")) == 3


def test_an_empty_list_is_a_header(tmp_path):
    xlsx, text = write(tmp_path, [])
    assert openpyxl.load_workbook(xlsx).active.max_row == 1
    assert len(read_csv(text, ",")) == 1


def test_a_long_list_is_whole(tmp_path):
    xlsx, _text = write(tmp_path, [[str(n), "x" * 40, "2025-01-01", n / 7, n] for n in range(20_000)])
    assert sum(1 for _row in openpyxl.load_workbook(xlsx, read_only=True).active.rows) == 20_001
