"""Action lists as spreadsheets: who to call, and why. One workbook a report and language, one for each account manager,
and a csv a list.

    first sheet: what each list is, as of when, its record --> a sheet a list --> those held out --> a sheet unseen, by
    which the next run reads what was written into it

What comes from the data is never a formula: a customer may be called ``=HYPERLINK(...)``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.numbers import get_currency_symbol
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from portfolio.errors import N_
from portfolio.report import paths
from portfolio.review.lists.shown import sentences, why
from portfolio.show.svg import NOT_XML
from portfolio.show.words import missing
from portfolio.sources.answers import ANSWER, ANSWERS, AS_OF, HEAD, KEY_SHEET, LIST, TO_FILL

# A spreadsheet takes a cell that starts so for a formula, in some languages in full width too.
_FORMULA = ("=", "+", "-", "@")
# Written before that, what nobody sees does not hide it.
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
_LONGEST = 32_767  # characters in a cell of Excel
# Characters, for each column and for the others: together they fit the width of a landscape A4.
_WIDTHS = {
    "name": 24, "customer_id": 9, "contact_name": 18, "phone": 15, "email": 24, "preferred_channel": 10, "why": 34,
    "suggested_action": 30, "other_lists": 16, "account_manager": 16, "result": 13, "comment": 24,
    "last_order_product": 18,
}  # fmt: skip
_WIDTH = 12
_WRAPPED = {"why", "suggested_action", "other_lists", "comment", "last_order_product", "name"}
# Heads of ours that no table has.
HEADS = {
    "last_order_amount": N_("Last amount"),
    "last_order_product": N_("Last product"),
    "other_lists": N_("Other lists"),
    "suggested_action": N_("Suggested action"),
    "result": N_("Result"),
    "result_date": N_("Called on"),
    "comment": N_("Your comment"),
}
RESULTS = dict(zip(ANSWERS, (N_("Not reached"), N_("Reached"), N_("Ordered"), N_("Wants no contact")), strict=True))
# Where why, what to do, and what to fill in stand.
WHY_AFTER = "last_order_product"


@dataclass(frozen=True)
class Sheet:
    """A list as it is written: its columns by name, their heads and formats, its rows."""

    name: str
    title: str
    columns: list[str]
    heads: list[str]
    formats: list[str | None]
    rows: list[list[Any]]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def of(self, manager: str) -> Sheet:
        """Return the rows of an account manager."""
        at = self.columns.index("account_manager")
        rows = [row for row in self.rows if row[at] == manager]
        return Sheet(self.name, self.title, self.columns, self.heads, self.formats, rows)


def write_actions(
    given: Mapping[str, Any], folder: Path, words, currency: str, as_of: dt.date, *, by_manager: bool = False
) -> list[Path]:
    """Write the lists of a report in one language.

    Parameters
    ----------
    given
        ``workbook`` (its name), ``lists`` (``name``, ``columns``, ``rows``, ``figures`` of each row, ``facts``),
        ``held`` (name, id, list and account manager of those held out), ``months`` of the trailing window.
    folder
        The ``actions`` folder of the report.
    words
        The language.
    currency
        Of the money.
    as_of
        The last day that the lists know.
    by_manager
        Whether each account manager has a workbook too.

    Returns
    -------
    list of Path
        The files: the workbook, those of account managers, a csv a list.
    """
    sheets = [_sheet(table["name"], table, given["months"], words, currency) for table in given["lists"]]
    if not sheets:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    stem, language = given["workbook"], words.language
    written = [folder / f"{stem}.{language}.xlsx"]
    _write_xlsx(written[0], sheets, given.get("held", ()), words, as_of)
    for manager, name in _managers(sheets).items() if by_manager else ():
        path = folder / f"{stem}.{name}.{language}.xlsx"
        own = [sheet.of(manager) for sheet in sheets]
        held = [row for row in given.get("held", ()) if row[3] == manager]
        _write_xlsx(path, [sheet for sheet in own if sheet.rows], held, words, as_of, manager)
        written.append(path)
    for sheet in sheets:
        path = folder / f"{paths.slug(sheet.name).replace('-', '_') or 'list'}.{language}.csv"
        path.write_bytes(_csv_text(sheet.heads, sheet.rows, words).encode("utf-8-sig"))
        written.append(path)
    return written


def _managers(sheets: Sequence[Sheet]) -> dict[str, str]:
    """Return the account managers of several, each with a name for files; none where one alone has customers."""
    at = [(sheet, sheet.columns.index("account_manager")) for sheet in sheets if "account_manager" in sheet.columns]
    names = sorted({row[place] for sheet, place in at for row in sheet.rows if row[place]})
    found: dict[str, str] = {}
    for name in names:
        slug = paths.slug(name) or "manager"
        found[name] = slug if slug not in found.values() else f"{slug}-{len(found)}"
    return found if len(found) > 1 else {}


def _sheet(name: str, table: Mapping[str, Any], months: int, words, currency: str) -> Sheet:
    columns = table["columns"]
    names = [column["name"] for column in columns]
    after = names.index(WHY_AFTER) + 1 if WHY_AFTER in names else len(names)
    readers = [_reader(column, words) for column in columns]
    rows = []
    for row, figures in zip(table["rows"], table.get("figures") or [{}] * len(table["rows"]), strict=True):
        cells = [read(value) for read, value in zip(readers, row, strict=True)]
        reason = why(name, figures, months, words) if figures else words.why(name)
        rows.append([*cells[:after], reason, words.action(name), *cells[after:], *[None] * len(TO_FILL)])
    made = [{"name": each, "type": "text"} for each in ("why", "suggested_action")]
    filled = [{"name": each, "type": "date" if each == "result_date" else "text"} for each in TO_FILL]
    every = [*columns[:after], *made, *columns[after:], *filled]
    return Sheet(
        name,
        words.label(name),
        [column["name"] for column in every],
        [_head(column, words, currency) for column in every],
        [_formats(column, currency, words) for column in every],
        rows,
        table.get("facts") or {},
    )


def _head(column: Mapping[str, Any], words, currency: str) -> str:
    name = column["name"]
    label = words.say(HEADS[name]) if name in HEADS else words.label(name)
    return f"{label} ({currency})" if column.get("type") == "money" or column.get("unit") == "currency" else label


def _reader(column: Mapping[str, Any], words) -> Callable[[Any], Any]:
    """Return what turns a value of JSON into one of a spreadsheet."""
    kind = column.get("type", "text")
    # A name of ours, not the customer's words.
    ours = column["name"] in words.vocabulary.classes

    def read(value: Any) -> Any:
        if value is None or value == "":
            return None
        if column["name"] == "other_lists":
            return ", ".join(words.label(name) for name in str(value).split(", "))
        if kind == "date":
            return dt.date.fromisoformat(str(value)[:10])
        if kind == "boolean" or isinstance(value, bool):
            return words.say("yes") if value else words.say("no")
        if isinstance(value, (int, float)):
            return value if value == value else None
        return words.label(value) if ours else NOT_XML.sub("", str(value))

    return read


def _formats(column: Mapping[str, Any], currency: str, words) -> str | None:
    match column.get("type"), column.get("unit"):
        case ("money", _) | (_, "currency" | "money"):
            sign = get_currency_symbol(currency, locale=words.locale).replace('"', "")
            pattern = words.locale.currency_formats["standard"].pattern
            return pattern.replace("\u00a4", f'"{sign}"').replace("\u00a0", r"\ ").replace(".00", "")
        case (_, "rate"):
            return "0.0%"
        case ("date", _):
            return "dd/mm/yyyy"
        case ("integer", _):
            return "#,##0"
        case ("number", _):
            return "#,##0.##"
    return None


# ---- workbooks


def _write_xlsx(path: Path, sheets: Sequence[Sheet], held, words, as_of: dt.date, manager: str = "") -> None:
    book = Workbook(write_only=True)
    taken: dict[str, str] = {}
    _write_first(book, sheets, words, as_of, manager)
    for sheet in sheets:
        title = _title(sheet.title, taken)
        taken[title] = sheet.name
        _write_list(book.create_sheet(title), sheet, words)
    if held:
        _write_held(book.create_sheet(_title(words.say("Not to be contacted"), taken)), held, words)
    key = book.create_sheet(KEY_SHEET)
    key.sheet_state = "veryHidden"
    key.append([AS_OF, AS_OF, as_of.isoformat()])
    for title, name in taken.items():
        key.append([LIST, name, title])
    heads = {head: name for sheet in sheets for name, head in zip(sheet.columns, sheet.heads, strict=True)}
    for head, name in heads.items():
        key.append([HEAD, name, head])
    for name, label in RESULTS.items():
        key.append([ANSWER, name, words.say(label)])
    book.properties.title = words.say("Whom to call")
    book.properties.creator = "portfolio"
    book.save(path)


def _title(text: str, taken: Mapping[str, str]) -> str:
    """Return a title that a sheet can have, and that no other has."""
    title = re.sub(r"[\[\]:*?/\\]", " ", text).strip("' ")[:31] or "1"
    return title if title not in taken else f"{title[:28]} {len(taken)}"


def _write_first(book: Workbook, sheets: Sequence[Sheet], words, as_of: dt.date, manager: str) -> None:
    """Write what each list is, as of when, and its record; of an account manager's, their customers."""
    first = book.create_sheet(words.say("Lists"))
    for number, width in enumerate((24, 11, 16, 44, 44, 70), start=1):
        first.column_dimensions[get_column_letter(number)].width = width
    first.freeze_panes = "B4"
    _landscape(first)
    title = words.say("Whom to call: {who}", who=manager) if manager else words.say("Whom to call")
    told = _text_cell(first, title)
    told.font = Font(bold=True, size=14)
    first.append([told])
    known = _cell(first, as_of, "dd/mm/yyyy")
    known.alignment = Alignment(horizontal="left")
    first.append([_text_cell(first, words.say("As of")), known])
    heads = (N_("List"), N_("Customers"), N_("Recoverable"), N_("Why"), N_("What to do"), N_("What became of it"))
    first.append(_heads(first, [words.say(head) for head in heads]))
    for sheet in sheets:
        at = sheet.columns.index("recoverable") if "recoverable" in sheet.columns else None
        money = [row[at] for row in sheet.rows if not missing(row[at])] if at is not None else []
        told = sentences(sheet.facts | {"rows": len(sheet.rows)}, words) if sheet.facts else []
        cells = [
            _text_cell(first, sheet.title),
            _cell(first, len(sheet.rows), "#,##0"),
            _cell(first, sum(money), sheet.formats[at]) if money else None,
            _text_cell(first, words.why(sheet.name)),
            _text_cell(first, words.action(sheet.name)),
            _text_cell(first, " ".join(told)),
        ]
        for cell in cells:
            if cell is not None:
                cell.alignment = Alignment(vertical="top", wrap_text=True)
        first.append(cells)


def _write_list(sheet, told: Sheet, words) -> None:
    sheet.freeze_panes = "B2"
    for number, name in enumerate(told.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, _WIDTH)
    if told.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(told.heads))}{len(told.rows) + 1}"
        place = told.columns.index("result") + 1
        choices = DataValidation(type="list", formula1=f'"{",".join(words.say(label) for label in RESULTS.values())}"')
        choices.showErrorMessage = False  # other words may be written
        choices.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{len(told.rows) + 1}")
        sheet.data_validations.append(choices)
    sheet.print_title_rows = "1:1"
    _landscape(sheet)
    sheet.append(_heads(sheet, told.heads))
    for row in told.rows:
        cells = [_cell(sheet, value, shape) for value, shape in zip(row, told.formats, strict=True)]
        for cell, name in zip(cells, told.columns, strict=True):
            cell.alignment = Alignment(vertical="top", wrap_text=name in _WRAPPED)
        sheet.append(cells)


def _write_held(sheet, held, words) -> None:
    """Write those whom nobody calls, so that the next period shows what calling changes."""
    for number, width in enumerate((30, 12, 24, 24), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:D{len(held) + 1}"
    sheet.print_title_rows = "1:1"
    _landscape(sheet)
    heads = [words.label("name"), words.label("customer_id"), words.say("List"), words.label("account_manager")]
    sheet.append(_heads(sheet, heads))
    for name, customer, listed, manager in held:
        row = [name, customer, words.label(listed), manager]
        sheet.append([_cell(sheet, value if value is None else NOT_XML.sub("", value), None) for value in row])


def _landscape(sheet) -> None:
    """Fit the width of a landscape A4."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.3


def _heads(sheet, heads: Sequence[str]) -> list:
    fill, bold = PatternFill("solid", fgColor="1F3F7A"), Font(bold=True, color="FFFFFF")
    cells = []
    for head in heads:
        cell = _text_cell(sheet, head)
        cell.font, cell.fill = bold, fill
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        cells.append(cell)
    return cells


def _cell(sheet, value: Any, shape: str | None):
    if isinstance(value, str):
        return _text_cell(sheet, value)
    cell = WriteOnlyCell(sheet, value)
    if shape:
        cell.number_format = shape
    return cell


def _text_cell(sheet, value: str):
    """Return a cell of text, whatever the text looks like."""
    cell = WriteOnlyCell(sheet, value[:_LONGEST])
    cell.data_type = "s"
    if _looks_computed(value):
        cell.quotePrefix = True
    return cell


# ---- csv


def _csv_text(heads: list[str], rows: list[list], words) -> str:
    """Return the table as the spreadsheets of the language open it: ``;`` and ``12,5`` in French."""
    point = words.locale.number_symbols["latn"]["decimal"]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if point == "," else ",", lineterminator="\r\n")
    writer.writerow([_safe(head) for head in heads])
    for row in rows:
        writer.writerow([_plain(value, point) for value in row])
    return out.getvalue()


def _plain(value: Any, point: str) -> str:
    if isinstance(value, str):
        return _safe(value)
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y") if point == "," else value.isoformat()
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() else repr(round(value, 4))).replace(".", point)
    return "" if value is None else str(value)


def _safe(text: str) -> str:
    return f"'{text}" if _looks_computed(text) else text


def _looks_computed(text: str) -> bool:
    first = next((sign for sign in text if unicodedata.category(sign) not in _UNSEEN), "")
    return text.startswith(("\t", "\r")) or unicodedata.normalize("NFKC", first) in _FORMULA
