"""Action lists as spreadsheets: who to call, and why. One xlsx and one csv a list and language.

What comes from the data is never a formula: a customer may be called ``=HYPERLINK(...)``.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from babel.numbers import get_currency_symbol
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from portfolio.report import paths
from portfolio.show.svg import NOT_XML

# A spreadsheet takes a cell that starts so for a formula, in some languages in full width too.
_FORMULA = ("=", "+", "-", "@")
# Written before that, what nobody sees does not hide it.
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
_WIDEST = 48
_LONGEST = 32_767  # characters in a cell of Excel


def write_actions(lists: dict[str, dict], folder: Path, words, currency: str) -> list[Path]:
    """Write the lists of a report in one language.

    Parameters
    ----------
    lists
        List name -> ``{"columns": [{"name", "type", "unit"}], "rows": [[...]]}``.
    folder
        The ``actions`` folder of the report.
    words
        The language.
    currency
        Of the money.

    Returns
    -------
    list of Path
        The files, two a list.
    """
    written = []
    for name, table in lists.items():
        folder.mkdir(parents=True, exist_ok=True)
        stem = folder / f"{paths.slug(name).replace('-', '_') or 'list'}.{words.language}"
        columns = table["columns"]
        heads = [_head(column, words, currency) for column in columns]
        readers = [_reader(column, words) for column in columns]
        rows = [[read(value) for read, value in zip(readers, row, strict=True)] for row in table["rows"]]
        xlsx, text = stem.with_name(stem.name + ".xlsx"), stem.with_name(stem.name + ".csv")
        _write_xlsx(xlsx, words.label(name), columns, heads, rows, currency, words)
        text.write_bytes(_csv_text(heads, rows, words).encode("utf-8-sig"))
        written += [xlsx, text]
    return written


def _head(column: dict, words, currency: str) -> str:
    label = words.label(column["name"])
    return f"{label} ({currency})" if column.get("type") == "money" or column.get("unit") == "currency" else label


def _reader(column: dict, words) -> Callable[[Any], Any]:
    """Return what turns a value of JSON into one of a spreadsheet."""
    kind = column.get("type", "text")
    # A name of ours, not the customer's words.
    ours = column["name"] in {"why", *words.vocabulary.classes}

    def read(value: Any) -> Any:
        if value is None or value == "":
            return None
        if kind == "date":
            return dt.date.fromisoformat(str(value)[:10])
        if kind == "boolean" or isinstance(value, bool):
            return words.say("yes") if value else words.say("no")
        if isinstance(value, (int, float)):
            return value if value == value else None
        return words.label(value) if ours else NOT_XML.sub("", str(value))

    return read


def _formats(column: dict, currency: str, words) -> str | None:
    match column.get("type"), column.get("unit"):
        case ("money", _) | (_, "currency" | "money"):
            sign = get_currency_symbol(currency, locale=words.locale).replace('"', "")
            pattern = words.locale.currency_formats["standard"].pattern
            return pattern.replace("\u00a4", f'"{sign}"').replace("\u00a0", r"\ ")
        case (_, "rate"):
            return "0.0%"
        case ("date", _):
            return "dd/mm/yyyy"
        case ("integer", _):
            return "#,##0"
        case ("number", _):
            return "#,##0.##"
    return None


def _write_xlsx(path: Path, title: str, columns, heads, rows, currency: str, words) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "1")
    sheet.freeze_panes = "B2"
    for number, head in enumerate(heads, start=1):
        longest = max([len(head) + 3, *(len(_shown(row[number - 1])) + 2 for row in rows[:500])])
        sheet.column_dimensions[get_column_letter(number)].width = min(max(longest, 9), _WIDEST)
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    fill, bold = PatternFill("solid", fgColor="1F3F7A"), Font(bold=True, color="FFFFFF")
    top = []
    for head in heads:
        cell = _text_cell(sheet, head)
        cell.font, cell.fill = bold, fill
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        top.append(cell)
    sheet.append(top)
    formats = [_formats(column, currency, words) for column in columns]
    for row in rows:
        sheet.append([_cell(sheet, value, shape) for value, shape in zip(row, formats, strict=True)])
    book.properties.title = title
    book.properties.creator = "portfolio"
    book.save(path)


def _cell(sheet, value: Any, shape: str | None):
    if isinstance(value, str):
        return _text_cell(sheet, value)
    cell = WriteOnlyCell(sheet, value)
    if shape and value is not None:
        cell.number_format = shape
    return cell


def _text_cell(sheet, value: str):
    """Return a cell of text, whatever the text looks like."""
    cell = WriteOnlyCell(sheet, value[:_LONGEST])
    cell.data_type = "s"
    if _looks_computed(value):
        cell.quotePrefix = True
    return cell


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


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}  "
    if isinstance(value, dt.date):
        return "00/00/0000"
    return "" if value is None else str(value).split("\n", 1)[0]
