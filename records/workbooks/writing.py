"""Workbooks we hand out. Text stays text: nothing in a cell is ever a formula, and long numbers keep their digits."""

import re
from datetime import date, datetime
from tempfile import SpooledTemporaryFile

from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from records.workbooks.cells import plain

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_CELL = 32767
"""Excel's own limit of characters in a cell."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_LONG_NUMBER = re.compile(r"0\d+|\d{11,}")
_HEADER_FONT = Font(bold=True, color="FFFFFF")
_HEADER_FILL = PatternFill("solid", start_color="B5121B")
_WRAP = Alignment(vertical="top", wrap_text=True)
PROBLEM = "问题"


def _safe_cell(sheet, value):
    """A value openpyxl may write as it is, or a cell that is marked as text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    text = _ILLEGAL.sub("", str(value))[:MAX_CELL]
    if text.startswith(_RISKY) or _LONG_NUMBER.fullmatch(text):
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        cell.number_format = "@"
        # The mark Excel sets when somebody types an apostrophe first: editing the cell keeps it text.
        cell.quotePrefix = True
        return cell
    return text


def write_rows(file, headers, rows, *, title="Sheet1", widths=None):
    """Write one sheet with a frozen header row. `rows` may be a generator; values: str, number, bool, date, None."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for index, header in enumerate(headers, start=1):
        width = (widths or {}).get(header) or min(max(len(str(header)) * 2 + 4, 10), 40)
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append([_header_cell(sheet, header) for header in headers])
    for row in rows:
        sheet.append([_safe_cell(sheet, value) for value in row])
    book.save(file)


def _header_cell(sheet, header):
    cell = WriteOnlyCell(sheet, _ILLEGAL.sub("", str(header)))
    cell.data_type = "s"
    cell.font, cell.fill, cell.alignment = _HEADER_FONT, _HEADER_FILL, _WRAP
    return cell


def write_faults(file, sheet, faults):
    """The faulty rows as a workbook: the sheet's own columns, then 「问题」. It can be mended and imported again."""
    by_row = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(f"{fault.column}：{fault.message}")
    headers = [name for name in sheet.headers if name != PROBLEM]
    kept = [index for index, name in enumerate(sheet.headers) if name != PROBLEM]
    rows = (
        [*(_as_found(row.values[index]) for index in kept), "\n".join(by_row[row.number])]
        for row in sheet.rows
        if row.number in by_row
    )
    write_rows(file, [*headers, PROBLEM], rows, title="问题数据", widths={PROBLEM: 60})


def _as_found(value):
    return value if isinstance(value, float) and abs(value) < 1e10 else plain(value)


def export_rows(filename, headers, rows):
    """A download of one sheet. `filename` without suffix; `rows` an iterable of sequences, e.g. a generator over
    `queryset.values_list(...).iterator()`. Needs constant memory: rows go to a spooled temporary file."""
    file = SpooledTemporaryFile(max_size=4 << 20)  # noqa: SIM115 - closed by the response
    write_rows(file, headers, rows, title=filename)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{filename}.xlsx", content_type=CONTENT_TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
