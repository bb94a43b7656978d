"""One sheet of a workbook into one Parquet file of texts, as a person sees them in the cells."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from portfolio.errors import N_, DataError, nearest
from portfolio.sources.headers import Headers, unique_headers
from portfolio.sources.ledger import Note
from portfolio.sources.texts import cell_text


def open_workbook(path: Path) -> CalamineWorkbook:
    """Return a workbook, whatever program wrote it.

    Raises
    ------
    DataError
        If it is none.
    """
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise DataError(
            N_("{file}: cannot be read as a workbook ({why}). Save it again as .xlsx."), file=path, why=error
        ) from error


def stage_excel(path: Path, sheet: str | None, workspace: Path) -> tuple[Path, Headers, tuple[Note, ...]]:
    """Copy a sheet, the first one when none is named, into Parquet. The first row that is not empty is the header.

    Returns
    -------
    The Parquet file, the headers, and what is to be said of the other sheets.

    Raises
    ------
    DataError
        If it is no workbook, has no such sheet, or the sheet is empty.
    """
    workbook = open_workbook(path)
    name = _sheet(workbook, path, sheet)
    rows = _rows(workbook, name)
    if not rows:
        raise DataError(
            N_("{file}: the sheet {sheet} is empty. Name another one as `sheet: ...`; the sheets are: {sheets}."),
            file=path,
            sheet=name,
            sheets=", ".join(workbook.sheet_names),
        )
    headers, used = _headers(rows)
    columns = [pa.array([row[i] for row in rows[1:]], pa.string()) for i in used]
    target = workspace / "rows.parquet"
    pq.write_table(pa.table(columns, names=list(headers.names)), target)
    return target, headers, _others(workbook, name, headers) if sheet is None else ()


def _rows(workbook: CalamineWorkbook, sheet: str) -> list[list[str | None]]:
    rows = [[cell_text(cell, whole=True) for cell in row] for row in workbook.get_sheet_by_name(sheet).to_python()]
    return [row for row in rows if any(cell is not None for cell in row)]


def _headers(rows: list[list[str | None]]) -> tuple[Headers, list[int]]:
    """Return the headers, and the places of their columns: one with neither header nor cells is a stain of format."""
    used = [i for i in range(len(rows[0])) if any(row[i] is not None for row in rows)]
    return unique_headers(rows[0][i] for i in used), used


def _others(workbook: CalamineWorkbook, read: str, headers: Headers) -> tuple[Note, ...]:
    """Say which sheets are not read: rows under the same headers are most often more of the same."""
    filled = {name: rows for name in workbook.sheet_names if name != read and (rows := _rows(workbook, name))}
    alike = [
        name for name, rows in filled.items() if len(rows) > 1 and set(_headers(rows)[0].names) >= set(headers.names)
    ]
    if alike:
        rows = sum(len(filled[name]) - 1 for name in alike)
        message = N_(
            "Only the sheet {read} is read. Rows under the same columns on {sheets}: {rows}. They count nowhere: put "
            "all rows on one sheet, or give `sheet:` to be sure."
        )
        return (Note(message, {"read": read, "sheets": ", ".join(alike), "rows": rows}, doubt=True),)
    if filled:
        return (Note(N_("Only the sheet {read} is read, not {sheets}."), {"read": read, "sheets": ", ".join(filled)}),)
    return ()


def _sheet(workbook: CalamineWorkbook, path: Path, sheet: str | None) -> str:
    if sheet is None:
        return workbook.sheet_names[0]
    if sheet in workbook.sheet_names:
        return sheet
    raise DataError(
        N_("{file}: there is no sheet {sheet}. Its sheets are: {sheets}. Nearest: {nearest}."),
        file=path,
        sheet=sheet,
        sheets=", ".join(workbook.sheet_names),
        nearest=nearest(sheet, workbook.sheet_names) or "-",
    )
