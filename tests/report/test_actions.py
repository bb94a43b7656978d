"""Action lists: what comes from the data is text, whatever it looks like; numbers and dates are real ones."""

import csv
import datetime as dt
import io
import shutil
import zipfile

import openpyxl
import pytest

from portfolio.errors import DataError
from portfolio.report.actions import write_actions
from portfolio.show.vocabulary import Vocabulary
from portfolio.show.words import Words
from portfolio.sources.answers import read_answers

COLUMNS = [
    {"name": "customer_id", "type": "text", "unit": ""},
    {"name": "name", "type": "text", "unit": ""},
    {"name": "last_order_date", "type": "date", "unit": ""},
    {"name": "revenue", "type": "money", "unit": "currency"},
    {"name": "orders", "type": "integer", "unit": ""},
]
AS_OF = dt.date(2025, 12, 31)
EVIL = ['=HYPERLINK("http://x")', "+1", "-2+3", "@sum(1)", "\t=1", "\r=1", "  =1"]
EVIL += ["＝1", "＋1", "－2", "＠sum(1)", "\u200b=1", "\ufeff@x", "\u2060\u00a0＝1"]


def write(tmp_path, rows, language="en"):
    given = {"workbook": "lists", "months": 12, "lists": [{"name": "to_call", "columns": COLUMNS, "rows": rows}]}
    xlsx, text = write_actions(given, tmp_path, Words(language), "EUR", AS_OF)
    assert (xlsx.name, text.name) == (f"lists.{language}.xlsx", f"to_call.{language}.csv")
    return xlsx, text


def read_csv(path, delimiter):
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("name", EVIL)
def test_nothing_is_a_formula(tmp_path, name):
    xlsx, text = write(tmp_path, [["1", name, None, None, None]])
    cell = openpyxl.load_workbook(xlsx)["To call"]["B2"]
    assert cell.data_type == "s"
    assert cell.value.strip() == name.strip()
    assert cell.quotePrefix
    with zipfile.ZipFile(xlsx) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet2.xml")
    assert read_csv(text, ",")[1][1].startswith("'")


def test_identifiers_dates_and_numbers_keep_their_kind(tmp_path):
    xlsx, _text = write(tmp_path, [["007", "Ann", "2025-05-02", 1234.5, 3]])
    sheet = openpyxl.load_workbook(xlsx)["To call"]
    row = list(sheet[2])
    assert [cell.value for cell in row][:5] == ["007", "Ann", dt.datetime(2025, 5, 2), 1234.5, 3]
    assert "€" in row[3].number_format
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:J2"


def test_each_language_opens_as_its_spreadsheets_expect(tmp_path):
    rows = [["007", "Ève; Dupont", "2025-05-02", 1234.5, 3]]
    _xlsx, english = write(tmp_path, rows)
    _xlsx, french = write(tmp_path, rows, "fr")
    assert read_csv(english, ",")[1][:5] == ["007", "Ève; Dupont", "2025-05-02", "1234.5", "3"]
    assert read_csv(french, ";")[1][:5] == ["007", "Ève; Dupont", "02/05/2025", "1234,5", "3"]


def test_negative_amounts_are_numbers_and_not_text(tmp_path):
    _xlsx, text = write(tmp_path, [["1", "Ann", None, -5.25, -1]])
    assert read_csv(text, ",")[1][3:5] == ["-5.25", "-1"]


def test_control_characters_line_ends_and_right_to_left_text(tmp_path):
    xlsx, text = write(tmp_path, [["1", "a\x07b\x00", None, None, None], ["2", "مرحبا\nline", None, None, None]])
    sheet = openpyxl.load_workbook(xlsx)["To call"]
    assert sheet["B2"].value == "ab"
    assert "مرحبا" in sheet["B3"].value
    assert len(read_csv(text, ",")) == 3


def test_an_empty_list_is_a_header(tmp_path):
    xlsx, text = write(tmp_path, [])
    assert openpyxl.load_workbook(xlsx)["To call"].max_row == 1
    assert len(read_csv(text, ",")) == 1


def test_a_long_list_is_whole(tmp_path):
    xlsx, _text = write(tmp_path, [[str(n), "x" * 40, "2025-01-01", n / 7, n] for n in range(20_000)])
    assert sum(1 for _row in openpyxl.load_workbook(xlsx, read_only=True)["To call"].rows) == 20_001


# ---- a workbook for sales people


LISTED = [
    *COLUMNS[1::-1],
    {"name": "last_order_product", "type": "text", "unit": ""},
    {"name": "recoverable", "type": "money", "unit": "currency"},
    {"name": "other_lists", "type": "text", "unit": ""},
    {"name": "account_manager", "type": "text", "unit": ""},
]
FACTS = {
    "met": 9, "customers": 3, "left_out": {"refused": 2}, "elsewhere": 4, "held": 0, "recoverable": 600.0,
    "floor": 10.0, "answers": {"called": 3, "reached": 2, "ordered": 1, "money": 900.0},
    "record": {
        "customers": 357, "ordered": 116, "money": 429000.0, "most": 178, "most_ordered": 71, "least": 179,
        "least_ordered": 45, "before": "2025-H1",
    },
}  # fmt: skip
FIGURES = {"days_since_last_order": 143, "median_interval": 31.0, "trailing_orders": 1, "trailing_revenue": 1234.4}


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory):
    """Return the files of a list of three customers of two account managers, in French, by name."""
    vocabulary = Vocabulary(
        dict(Vocabulary().labels) | {"overdue": "Later than usual", "inactive": "Inactive"},
        actions={"overdue": "Call before they buy elsewhere."},
        reasons={"overdue": "?"},
        tells={"overdue": "Usually an order every {interval}, and none for {silent}."},
    )
    rows = [
        ["Ann", "007", "Pens", 300.0, "inactive", "Léa Martin"],
        ["Bob", "008", None, 200.0, None, "Hugo"],
        ["Cat", "009", None, 100.0, None, None],
    ]
    table = {"name": "overdue", "columns": LISTED, "rows": rows, "figures": [FIGURES] * 3, "facts": FACTS}
    given = {
        "workbook": "lists",
        "months": 12,
        "lists": [table],
        "held": [["Dan", "010", "overdue", "Hugo"]],
    }
    folder = tmp_path_factory.mktemp("actions")
    words = Words("fr", vocabulary=vocabulary)
    files = write_actions(given, folder, words, "EUR", AS_OF, by_manager=True)
    return {path.name: path for path in files}


def test_one_workbook_a_report_and_one_an_account_manager(handed_out):
    assert list(handed_out) == ["lists.fr.xlsx", "lists.hugo.fr.xlsx", "lists.lea-martin.fr.xlsx", "overdue.fr.csv"]
    mine = openpyxl.load_workbook(handed_out["lists.hugo.fr.xlsx"])
    assert [row[0].value for row in mine.worksheets[1].iter_rows(min_row=2)] == ["Bob"]
    assert "Hugo" in mine.worksheets[0]["A1"].value


def test_the_first_sheet_says_what_each_list_is_as_of_when_and_its_record(handed_out):
    first = openpyxl.load_workbook(handed_out["lists.fr.xlsx"]).worksheets[0]
    assert first["B2"].value == dt.datetime(2025, 12, 31)
    row = [cell.value for cell in first[4]]
    assert row[1:3] == [3, 600]
    for said in ("357", "116", "429", "40\xa0%", "25\xa0%", "900"):
        assert said in row[5], said


def test_the_columns_stand_in_the_order_of_a_call_and_the_last_are_to_fill_in(handed_out):
    sheet = openpyxl.load_workbook(handed_out["lists.fr.xlsx"]).worksheets[1]
    row = [cell.value for cell in sheet[2]]
    assert row[:5] == [
        "Ann", "007", "Pens", Words("fr").say("Usually an order every {interval}, and none for {silent}.").format(
            interval="31 jours", silent="143 jours"
        ), Words("fr").say("Call before they buy elsewhere."),
    ]  # fmt: skip
    assert row[5:] == [300, Words("fr").say("Inactive"), "Léa Martin", None, None, None]
    assert sheet.freeze_panes == "B2"
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", sheet.PAPERSIZE_A4)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    [choice] = sheet.data_validations.dataValidation
    assert str(choice.sqref) == "I2:I4"


def test_those_held_out_stand_apart(handed_out):
    book = openpyxl.load_workbook(handed_out["lists.fr.xlsx"])
    assert [cell.value for cell in book.worksheets[2][2]][:2] == ["Dan", "010"]
    assert book.worksheets[3].sheet_state == "veryHidden"


def test_what_is_written_into_a_workbook_is_read_back(handed_out, tmp_path):
    book = openpyxl.load_workbook(handed_out["lists.fr.xlsx"])
    sheet = book.worksheets[1]
    answers = [Words("fr").say(label) for label in ("Ordered", "Wants no contact")]
    for row, (result, day) in enumerate(zip(answers, (dt.date(2026, 1, 15), "16/01/2026"), strict=True), start=2):
        sheet.cell(row, 9, result)
        sheet.cell(row, 10, day)
    sheet.cell(4, 11, "asks for a quote")
    sheet.insert_cols(2)  # a column of their own
    book.save(tmp_path / "back.xlsx")
    shutil.copyfile(tmp_path / "back.xlsx", tmp_path / "again.xlsx")
    found = read_answers(("*.xlsx",), tmp_path)
    assert found.to_numpy().tolist() == [
        ["007", "overdue", "ordered", dt.date(2026, 1, 15), ""],
        ["008", "overdue", "wants_no_contact", dt.date(2026, 1, 16), ""],
        # Without a date, the day after that of the lists.
        ["009", "overdue", "", dt.date(2026, 1, 1), "asks for a quote"],
    ]


def test_a_workbook_that_nobody_filled_in_tells_nothing(handed_out):
    assert read_answers(("lists.fr.xlsx",), handed_out["lists.fr.xlsx"].parent).empty
    assert read_answers(("*.none",), handed_out["lists.fr.xlsx"].parent).empty


def test_another_workbook_is_refused(tmp_path):
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(DataError, match="no workbook of lists"):
        read_answers(("*.xlsx",), tmp_path)
