"""The text of a cell that may hold anything: a text, a number, a date. Workbooks and SQLite have such cells."""

from __future__ import annotations

import datetime as dt


def cell_text(cell: object, *, whole: bool) -> str | None:
    """Return a cell as text: a date is ISO, an empty text is nothing.

    Parameters
    ----------
    cell
        The cell's value.
    whole
        Whether 1234.0 shows as 1234, as it does in a workbook, where every number is a float.
    """
    match cell:
        case None:
            return None
        case str():
            return cell if cell.strip() else None
        case bool():
            return "true" if cell else "false"
        case float() if whole and cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case float():
            # Three digits after the point could be taken for thousands; four cannot.
            text = repr(cell)
            return f"{text}0" if len(text.partition(".")[2]) == 3 else text
        case dt.datetime():
            return cell.isoformat(" ") if cell.time() != dt.time() else cell.date().isoformat()
        case bytes():
            return cell.decode("utf-8", "replace")
        case _:
            return str(cell)
