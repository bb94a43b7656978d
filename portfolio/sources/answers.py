"""The workbooks of lists that came back: what sales people wrote beside each customer.

A workbook tells itself, in a sheet that nobody sees, which of its sheets is which list and what its heads and answers
are called in its language: so it can be read whatever the language, with columns moved or added.
"""

from __future__ import annotations

import datetime as dt
import glob
from pathlib import Path
from typing import Any

import pandas as pd

from portfolio.errors import N_, DataError
from portfolio.sources.excel import open_workbook
from portfolio.sources.texts import cell_text

# The sheet that nobody sees, and what its rows tell: what, its name, how it is written in the workbook.
KEY_SHEET = "_portfolio"
AS_OF, LIST, HEAD, ANSWER = "as_of", "list", "head", "answer"
# What can be answered.
NOT_REACHED, CALLED_BACK, ORDERED, REFUSED = "not_reached", "reached", "ordered", "wants_no_contact"
ANSWERS = (NOT_REACHED, CALLED_BACK, ORDERED, REFUSED)
REACHED = (CALLED_BACK, ORDERED, REFUSED)
# Heads of the columns to fill in.
TO_FILL = ("result", "result_date", "comment")
COLUMNS = ["customer_id", "list", "result", "date", "comment"]


def answer_files(patterns: tuple[str, ...], folder: Path) -> list[Path]:
    """Return the workbooks that patterns name, from a folder; those that a spreadsheet program holds open are none."""
    found = {Path(name) for pattern in patterns for name in glob.glob(str(folder / pattern))}
    return sorted(path for path in found if path.is_file() and not path.name.startswith(("~$", ".")))


def read_answers(patterns: tuple[str, ...], folder: Path) -> pd.DataFrame:
    """Return what was written into workbooks of lists.

    Returns
    -------
    DataFrame
        ``customer_id``, ``list`` (its name, "" where the sheet is none), ``result`` (one of ``ANSWERS``, or what was
        written), ``date`` (the day after that of the lists, where none was written), ``comment``. A row that holds
        nothing in these columns was not worked from.

    Raises
    ------
    DataError
        A file is no workbook of lists.
    """
    rows = [row for path in answer_files(patterns, folder) for row in _read(path)]
    # A workbook and its copy for an account manager may hold the same call.
    return pd.DataFrame(rows, columns=COLUMNS).drop_duplicates(ignore_index=True)


def _read(path: Path) -> list[tuple]:
    workbook = open_workbook(path)
    if KEY_SHEET not in workbook.sheet_names:
        raise DataError(
            N_("{file}: this is no workbook of lists that a report left. Leave it out of `lists: {{results: ...}}`."),
            file=path,
        )
    told: dict[str, dict[str, str]] = {}
    for kind, name, written, *_rest in workbook.get_sheet_by_name(KEY_SHEET).to_python():
        told.setdefault(str(kind), {})[str(written)] = str(name)
    since = dt.date.fromisoformat(next(iter(told[AS_OF]))) + dt.timedelta(days=1)
    found = []
    for sheet in workbook.sheet_names:
        if sheet == KEY_SHEET:
            continue
        cells = workbook.get_sheet_by_name(sheet).to_python()
        heads = {told[HEAD].get(str(head).strip()): place for place, head in enumerate(cells[0])} if cells else {}
        if not {"customer_id", "result"} <= set(heads):
            continue
        for row in cells[1:]:
            found += _answer(row, heads, told, told[LIST].get(sheet, ""), since)
    return found


def _answer(row: list, heads: dict, told: dict, name: str, since: dt.date) -> list[tuple]:
    def text(column: str) -> str:
        value = row[heads[column]] if column in heads else None
        return (cell_text(value, whole=True) or "").strip()

    customer, written = text("customer_id"), {column: text(column) for column in TO_FILL}
    if not customer or not any(written.values()):
        return []
    answers = {word.casefold(): answer for word, answer in told[ANSWER].items()}
    result = answers.get(written["result"].casefold(), written["result"])
    return [(customer, name, result, _day(row, heads) or since, written["comment"])]


def _day(row: list, heads: dict) -> dt.date | None:
    value: Any = row[heads["result_date"]] if "result_date" in heads else None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y"):
        try:
            return dt.datetime.strptime(str(value).strip(), shape).date()
        except ValueError:
            continue
    return None
