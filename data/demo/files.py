"""Writing files whose bytes depend on their content alone: no clock, no machine."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.styles import Font

STAMP = (2026, 7, 1, 0, 0, 0)  # the day after the last order
CORE_DATE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_csv(table, path, encoding, delimiter=";", newline="\r\n"):
    """A CSV of text already in its final form."""
    text = table.to_csv(sep=delimiter, index=False, lineterminator=newline)
    path.write_bytes(text.encode(encoding))


def write_excel(table, path, sheet, widths=18):
    """A workbook of one sheet, with real dates, numbers and texts; its zip members and properties are dated `STAMP`."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page.append(list(table.columns))
    for row in table.astype(object).itertuples(index=False):
        page.append([plain(value) for value in row])
    for cell in page[1]:
        cell.font = Font(bold=True)
        page.column_dimensions[cell.column_letter].width = widths
    page.freeze_panes = "A2"
    for row in page.iter_rows(min_row=2):
        for cell in row:
            if cell.is_date:
                cell.number_format = "dd/mm/yyyy"
    buffer = io.BytesIO()
    book.save(buffer)
    restamp(buffer, path)


def plain(value):
    """A cell value Excel knows: nothing for missing values, a date without hours, 12 for 12.0."""
    if pd.isna(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.date() if isinstance(value, pd.Timestamp) else value


def restamp(buffer, path):
    """Copy a workbook with every date in it set to `STAMP`."""
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = CORE_DATE.sub(rb"\g<1>" + date(*STAMP[:3]).isoformat().encode() + b"T00:00:00Z", content)
            member = zipfile.ZipInfo(name, STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, content)


def write_parquet(table, path):
    """A Parquet file without pandas metadata; days are `date32`."""
    days = {name: table[name].dt.date for name in table.select_dtypes("datetime")}
    fields = [pa.field(name, pa.date32() if name in days else pa.string()) for name in table]
    arrow = pa.Table.from_pandas(table.assign(**days), schema=pa.schema(fields), preserve_index=False)
    pq.write_table(arrow.replace_schema_metadata(), path, compression="zstd")


def day_text(days, pattern="%d/%m/%Y"):
    """Days as text, empty where missing."""
    return days.dt.strftime(pattern).fillna("")


def decimal_text(numbers, decimals=2):
    """`1234,50`: a decimal comma, no thousands."""
    return [f"{number:.{decimals}f}".replace(".", ",") for number in numbers]


def money_text(rng, numbers):
    """`1 234,50 €` as people leave it: thousands apart by a space, a no-break space or nothing, some with the sign."""
    space = rng.choice([" ", "\xa0", ""], len(numbers), p=[0.35, 0.35, 0.3])
    sign = rng.choice([" €", "\xa0€", ""], len(numbers), p=[0.2, 0.15, 0.65])
    return [
        f"{number:,.2f}".replace(",", gap).replace(".", ",") + end
        for number, gap, end in zip(numbers, space, sign, strict=True)
    ]
