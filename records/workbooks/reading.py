"""One table of an uploaded workbook, found by the names in its header row."""

import posixpath
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.etree import ElementTree

import python_calamine

from records.workbooks.cells import CellFault, compact, plain
from records.workbooks.safety import WorkbookRefused, inspect_workbook

HEADER_WITHIN = 20
"""The header row is one of the first rows; title and note rows may stand above it."""

FORMULA = "这一格是公式，请复制后用「选择性粘贴—数值」改成文字再导入。"
ERROR_VALUE = "这一格是公式错误值（如 #N/A），请改成正确的内容。"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Column:
    """A column that an importer reads. `required`: the cell must be filled. `optional`: the column may be missing."""

    header: str
    clean: Callable
    required: bool = False
    optional: bool = False
    aliases: tuple = ()
    name: str = ""
    """The key of the clean value; the header if empty."""

    @property
    def key(self):
        return self.name or self.header


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of the sheet; `row` is the row as Excel numbers it, from 1."""

    row: int
    column: str
    message: str

    def as_dict(self):
        return {"row": self.row, "column": self.column, "message": self.message}


@dataclass(frozen=True)
class SheetRow:
    """A row of the table as read. `values` are in the order of the sheet's own columns."""

    number: int
    values: tuple


@dataclass
class Sheet:
    headers: list[str]
    header_row: int
    rows: list[SheetRow]
    positions: dict[str, int]
    """Header of a wanted column → index into `values`."""
    formulas: set = field(default_factory=set)
    errors: set = field(default_factory=set)

    def clean_row(self, row, columns):
        """Clean values by column key, and all faults of the row. A column of an absent optional header is None."""
        cleaned, faults = {}, []
        for column in columns:
            position = self.positions.get(column.header)
            if position is None:
                cleaned[column.key] = None
                continue
            try:
                cleaned[column.key] = self._clean_cell(row, position, column)
            except CellFault as fault:
                cleaned[column.key] = None
                faults.append(Fault(row.number, column.header, fault.message))
        return cleaned, faults

    def _clean_cell(self, row, position, column):
        if self.formulas or self.errors:
            place = (row.number, position + 1)
            if place in self.formulas:
                raise CellFault(FORMULA)
            if place in self.errors:
                raise CellFault(ERROR_VALUE)
        value = column.clean(row.values[position])
        if column.required and (value is None or value == ""):
            raise CellFault(f"{column.header}没有填写，请补上。")
        return value


def read_sheet(file, columns):
    """Read the first visible sheet that has the wanted header row.

    `file`: seekable binary file. Raises WorkbookRefused with a sentence if the file or its header cannot be used.
    Rows without any content are left out; row numbers are those of the sheet.
    """
    scans = inspect_workbook(file)
    places = _sheet_parts(file)
    file.seek(0)
    with _reader():
        book = python_calamine.CalamineWorkbook.from_filelike(file)
    nearest = None
    for metadata in book.sheets_metadata:
        if not _is_plain_visible(metadata):
            continue
        scan = scans.get(places.get(metadata.name))
        if scan is None:
            raise _unreadable()
        with _reader():
            table = book.get_sheet_by_name(metadata.name).to_python(skip_empty_area=False)
        header = _find_header(table, columns)
        if header is not None and not header[1]:
            return _table(table, header[0], columns, scan)
        if header is not None and (nearest is None or len(header[1]) < len(nearest)):
            nearest = header[1]
    raise _header_refusal(nearest, columns)


def _unreadable():
    return WorkbookRefused(
        "文件不完整或已损坏，没有导入任何内容。请用 Excel 或 WPS 打开检查，另存一份后再导入。",
        code="workbook-broken",
    )


@contextmanager
def _reader():
    """Whatever the reader stumbles over is told in our words; a panic of its Rust code is no Exception."""
    try:
        yield
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise _unreadable() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable() from error


def _is_plain_visible(metadata):
    return (
        metadata.typ == python_calamine.SheetTypeEnum.WorkSheet
        and metadata.visible == python_calamine.SheetVisibleEnum.Visible
    )


def _sheet_parts(file):
    """Sheet name → name of its part in the archive, by way of the relations."""
    try:
        with zipfile.ZipFile(file) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, OSError) as error:
        raise _unreadable() from error
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in relations
    }
    return {sheet.get("name"): targets.get(sheet.get(_RELATION)) for sheet in book.iter(f"{_MAIN}sheet")}


def _find_header(table, columns):
    """(index of the header row, names of missing columns), or None where no row looks like a header."""
    best = None
    for index, row in enumerate(table[:HEADER_WITHIN]):
        names = {compact(value) for value in row}
        missing = [c.header for c in columns if not c.optional and not names & _names(c)]
        found = sum(bool(names & _names(c)) for c in columns)
        if found >= max(2, len(columns) // 3) and (best is None or len(missing) < len(best[1])):
            best = (index, missing)
    return best


def _names(column):
    return {compact(name) for name in (column.header, *column.aliases)}


def _header_refusal(missing, columns):
    if missing:
        listed = "、".join(f"「{name}」" for name in missing)
        return WorkbookRefused(
            f"表头缺少这些列：{listed}。请补上列名（可以没有内容）后再导入。", code="workbook-columns"
        )
    wanted = "、".join(c.header for c in columns if not c.optional)
    return WorkbookRefused(
        f"前 {HEADER_WITHIN} 行里没有找到表头。表头须有这些列：{wanted}。请核对是否选错了文件或导入类别。",
        code="workbook-columns",
    )


def _table(table, header_index, columns, scan):
    headers = [plain(value).strip() for value in table[header_index]]
    names = [compact(value) for value in headers]
    positions = {}
    for column in columns:
        at = [index for index, name in enumerate(names) if name in _names(column)]
        if len(at) > 1:
            raise WorkbookRefused(
                f"表头里「{column.header}」出现了 {len(at)} 次，请只留一列后再导入。", code="workbook-columns"
            )
        if at:
            positions[column.header] = at[0]
    wanted = sorted(positions.values())
    rows = [
        SheetRow(number, tuple(values))
        for number, values in enumerate(table[header_index + 1 :], start=header_index + 2)
        if any(values[i] != "" and plain(values[i]).strip() for i in wanted)
        or any((number, i + 1) in scan.formulas for i in wanted)
    ]
    if not rows:
        raise WorkbookRefused("表头下面没有内容，请核对是否选错了文件。", code="workbook-no-rows")
    return Sheet(headers, header_index + 1, rows, positions, scan.formulas, scan.errors)
