"""Is this upload a plain .xlsx workbook of a bearable size? Decided before a spreadsheet library sees a byte of it.

Every part is inflated once, in small chunks, against what the archive's directory promises, so that neither a
zip bomb nor a lying directory reaches the reader. The sheets are scanned in the same pass: rows and columns are
counted from the cells themselves (never from <dimension>), and cells with a formula or an error value are noted,
because the reader would hand over the last computed value as if somebody had typed it.
"""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from django.conf import settings

from accounts.errors import DomainError

CHUNK = 1 << 20
MAX_PARTS = 1000
MAX_COLUMNS = 256
MAX_INFLATED = 250 << 20
"""A sheet of 100,000 full roster rows inflates to about 100 MB."""
MAX_RATIO = 120
"""Real sheets deflate about 10 : 1, very repetitive ones 40 : 1; bombs 1,000 : 1."""
RATIO_FLOOR = 4 << 20
"""Below this inflated size the ratio does not matter."""

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
MACRO_PARTS = re.compile(r"(vbaproject\.bin|vbadata\.xml|xl/macrosheets/|xl/activex/)", re.I)

# Tags are matched strictly and counted loosely: a tag that the strict pattern does not understand makes the
# counts differ, and the file is refused. `[^<>]` keeps every pattern linear.
_PREFIX = rb"<(?:[^\s<>/:!?]+:)?"
_ATTRIBUTE = rb"""\s+(?!r=)[\w:.-]+=(?:"[^"<>]*"|'[^'<>]*')"""
_ROW_START = re.compile(_PREFIX + rb"row[\s/>]")
_CELL_START = re.compile(_PREFIX + rb"c[\s/>]")
_START = re.compile(_PREFIX + rb"(?:c|row)[\s/>]")
_CELL = re.compile(_PREFIX + rb"c(?:" + _ATTRIBUTE + rb""")*\s+r=["']([A-Z]{1,3})(\d{1,7})["'][^<>]*>""")
_FORMULA = re.compile(_CELL.pattern + rb"\s*" + _PREFIX + rb"f[\s/>]")
_ERROR = re.compile(_PREFIX + rb"""c(?=[^<>]*\st=["']e["'])[^<>]*?\sr=["']([A-Z]{1,3})(\d{1,7})["']""")


class WorkbookRefused(DomainError):
    """The file as a whole cannot be read; `message` says why and what to do."""

    code = "workbook-refused"


@dataclass
class SheetScan:
    """What the first pass saw in one sheet part. Places are (row, column), both counted from 1."""

    formulas: set = field(default_factory=set)
    errors: set = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0


def inspect_workbook(file):
    """Refuse anything but a plain workbook within the limits.

    `file` is a seekable binary file. Returns {part name: SheetScan} for every worksheet.
    Raises WorkbookRefused with a sentence.
    """
    check_outside(file)
    archive = _open_archive(file)
    parts = archive.infolist()
    _check_directory(parts, file)
    scans = {}
    for part in parts:
        name = part.filename
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            scans[name] = _scan_sheet(file, part)
        else:
            _check_part(file, part)
    return scans


def check_outside(file):
    """Size and kind, from the length and the first bytes alone."""
    size = _size(file)
    file.seek(0)
    head = file.read(8)
    if size == 0:
        raise WorkbookRefused("这个文件是空的（0 字节），请重新选择文件。", code="workbook-empty")
    if size > settings.WORKBOOK_MAX_BYTES:
        limit = settings.WORKBOOK_MAX_BYTES >> 20
        raise WorkbookRefused(
            f"文件有 {size / (1 << 20):.0f} MB，超过了 {limit} MB 的上限，请拆成几个文件分别导入。",
            code="workbook-too-large",
        )
    if head == OLE_MAGIC:
        _refuse_ole(file)
    if not head.startswith(ZIP_MAGIC):
        raise WorkbookRefused(
            "这不是 Excel 工作簿。请用 Excel 或 WPS 打开后，另存为「Excel 工作簿（*.xlsx）」再导入；只改文件扩展名不行。",
            code="workbook-wrong-type",
        )


def _size(file):
    file.seek(0, 2)
    return file.tell()


def _refuse_ole(file):
    """The old container: either .xls, or a password-protected .xlsx wrapped in it."""
    file.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in file.read():
        raise WorkbookRefused(
            "这个工作簿加了打开密码。请在 Excel 或 WPS 里取消密码，保存后再导入。", code="workbook-encrypted"
        )
    raise WorkbookRefused(
        "这是旧版 Excel 格式（.xls）。请用 Excel 或 WPS 打开后，另存为「Excel 工作簿（*.xlsx）」再导入。",
        code="workbook-wrong-type",
    )


def _broken(detail="文件不完整或已损坏"):
    return WorkbookRefused(
        f"{detail}，没有导入任何内容。请用 Excel 或 WPS 打开检查，另存一份后再导入。", code="workbook-broken"
    )


def _open_archive(file):
    try:
        file.seek(0)
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        raise _broken() from None
    names = {name.lower() for name in archive.namelist()}
    if "xl/workbook.bin" in names:
        raise WorkbookRefused(
            "这是二进制工作簿（.xlsb）。请另存为「Excel 工作簿（*.xlsx）」再导入。",
            code="workbook-wrong-type",
        )
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise WorkbookRefused(
            "这不是 Excel 工作簿（可能是压缩包或其他文档改了名）。请另存为「Excel 工作簿（*.xlsx）」再导入。",
            code="workbook-wrong-type",
        )
    return archive


def _check_directory(parts, file):
    """What the directory admits to, before anything is inflated."""
    if len(parts) > MAX_PARTS or len({part.filename for part in parts}) != len(parts):
        raise _broken("文件内部结构异常")
    if any(MACRO_PARTS.search(part.filename) for part in parts):
        raise WorkbookRefused(
            "这个工作簿带有宏，为了安全不能导入。请另存为不带宏的「Excel 工作簿（*.xlsx）」再导入。",
            code="workbook-macro",
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise WorkbookRefused("这个工作簿加了密码。请取消密码，保存后再导入。", code="workbook-encrypted")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise _broken("文件用了不支持的压缩方式")
    inflated = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    size = _size(file)
    too_dense = inflated > RATIO_FLOOR and inflated > MAX_RATIO * max(min(packed, size), 1)
    if inflated > MAX_INFLATED or too_dense or packed > size:
        raise WorkbookRefused(
            f"文件解压后有 {inflated / (1 << 20):.0f} MB，大得不正常，可能是恶意文件，已拒绝读取。"
            "如果确是正常名册，请删去空白行和多余格式，另存后再导入。",
            code="workbook-bomb",
        )


def _inflate(file, part):
    """Yield the part's content in chunks; refuse as soon as it is not what the directory says."""
    file.seek(part.header_offset)
    header = file.read(30)
    if len(header) != 30 or not header.startswith(ZIP_MAGIC):
        raise _broken()
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    file.seek(part.header_offset + 30 + name_length + extra_length)
    left, total, crc = part.compress_size, 0, 0
    inflater = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left:
        packed = file.read(min(CHUNK, left))
        if not packed:
            raise _broken()
        left -= len(packed)
        while packed:
            try:
                chunk = inflater.decompress(packed, CHUNK) if inflater else packed
            except zlib.error:
                raise _broken() from None
            packed = inflater.unconsumed_tail if inflater else b""
            total += len(chunk)
            crc = zlib.crc32(chunk, crc)
            if total > part.file_size:
                raise _broken("文件内部登记的大小与实际不符")
            yield chunk
    if total != part.file_size or crc != part.CRC or (inflater and not inflater.eof):
        raise _broken()


def _check_part(file, part):
    """Inflate a part that is not a sheet: it must be whole, and its XML must not declare entities."""
    tail = b""
    for chunk in _inflate(file, part):
        window = tail + chunk
        if part.filename.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):
            raise _broken("文件内部结构异常")
        tail = window[-16:]


def _scan_sheet(file, part):
    """Count rows, columns and special cells of one sheet, stopping at the first limit that is passed."""
    scan = SheetScan()
    columns = set()
    tail = b""
    rows = 0
    for chunk in _inflate(file, part):
        window = tail + chunk
        cut = _last_start(window)
        if cut <= 0:
            if len(window) > 4 * CHUNK:
                raise _broken("单元格内容长得不正常")
            tail = window
            continue
        tail = window[cut:]
        rows += _scan_window(window[:cut], scan, columns)
        _check_limits(max(rows, scan.last_row), columns)
    rows += _scan_window(tail, scan, columns)
    _check_limits(max(rows, scan.last_row), columns)
    scan.last_column = max(map(_column_number, columns), default=0)
    return scan


def _last_start(window):
    """Where the last cell or row begins: cutting there keeps a cell and its formula together."""
    for begin in (max(len(window) - 65536, 0), 0):
        starts = [match.start() for match in _START.finditer(window, begin)]
        if starts:
            return starts[-1]
    return -1


def _scan_window(window, scan, columns):
    """Note what this piece of XML holds; returns the number of rows that begin in it."""
    if b"\x00" in window or b"<!DOCTYPE" in window or b"<!ENTITY" in window:
        raise _broken("文件内部结构异常")
    places = _CELL.findall(window)
    if len(places) != len(_CELL_START.findall(window)):
        raise _broken("单元格没有写明位置")
    if places:
        columns.update({column for column, _row in places})
        scan.last_row = max(scan.last_row, max(map(int, {row for _column, row in places})))
    if b"<f" in window or b":f" in window:
        scan.formulas.update(_place(*found) for found in _FORMULA.findall(window))
    if b'"e"' in window or b"'e'" in window:
        scan.errors.update(_place(*found) for found in _ERROR.findall(window))
    return len(_ROW_START.findall(window))


def _check_limits(rows, columns):
    limit = settings.WORKBOOK_MAX_ROWS
    if rows > limit:
        raise WorkbookRefused(
            f"工作表超过 {limit:,} 行，一次最多导入 {limit:,} 行。请删去表格下方的空白行，或拆成几个文件分别导入。",
            code="workbook-too-many-rows",
        )
    if any(_column_number(name) > MAX_COLUMNS for name in columns):
        raise WorkbookRefused(
            f"工作表的列数超过 {MAX_COLUMNS} 列，请删去右侧多余的列后再导入。",
            code="workbook-too-many-columns",
        )


def _place(column, row):
    """(row, column), both counted from 1."""
    return int(row), _column_number(column)


def _column_number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
