"""One sheet of a workbook into one Parquet file of texts, as a person sees them in the cells."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from portfolio.errors import N_, DataError, nearest
from portfolio.sources.headers import Headers, unique_headers
from portfolio.sources.texts import cell_text


def stage_excel(path: Path, sheet: str | None, workspace: Path) -> tuple[Path, Headers]:
    """Copy a sheet, the first one when none is named, into Parquet. The first row that is not empty is the header.

    Returns
    -------
    The Parquet file, and the headers.

    Raises
    ------
    DataError
        If it is no workbook, has no such sheet, or the sheet is empty.
    """
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise DataError(
            N_("{file}: cannot be read as a workbook ({why}). Save it again as .xlsx."), file=path, why=error
        ) from error
    rows = workbook.get_sheet_by_name(_sheet(workbook, path, sheet)).to_python()
    rows = [[cell_text(cell, whole=True) for cell in row] for row in rows]
    rows = [row for row in rows if any(cell is not None for cell in row)]
    if not rows:
        raise DataError(N_("{file}: the sheet is empty."), file=path)
    # A column with neither header nor cells is a stain of formatting.
    used = [i for i in range(len(rows[0])) if any(row[i] is not None for row in rows)]
    headers = unique_headers(rows[0][i] for i in used)
    columns = [pa.array([row[i] for row in rows[1:]], pa.string()) for i in used]
    target = workspace / "rows.parquet"
    pq.write_table(pa.table(columns, names=list(headers.names)), target)
    return target, headers


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
