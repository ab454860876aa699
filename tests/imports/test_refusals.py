"""Files that are refused as a whole: within seconds, each with a sentence that says what to do."""

import os
import re
import time
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from records.workbooks import Column, WorkbookRefused, read_sheet
from records.workbooks.cells import line
from tests.imports import books

COLUMNS = [Column("姓名", line(40)), Column("联系电话", line(20))]
HEADER = books.text_cell("A1", "姓名") + books.text_cell("B1", "联系电话")
GOOD_ROWS = b'<row r="1">' + HEADER + b'</row><row r="2">' + books.text_cell("A2", "孟宝鹏") + b"</row>"


def refusal(file):
    """The refusal of a file: its code; it must come within five seconds and be a Chinese sentence."""
    started = time.monotonic()
    with pytest.raises(WorkbookRefused) as refused:
        read_sheet(file, COLUMNS)
    assert time.monotonic() - started < 5
    assert re.search("[一-鿿]{4,}.*。$", refused.value.message)
    return refused.value.code


def good():
    return books.book(["姓名", "联系电话"], [["孟宝鹏", "1"]])


def test_the_plain_file_of_these_tests_is_read():
    sheet = read_sheet(books.raw_book(books.sheet_xml(GOOD_ROWS)), COLUMNS)
    assert [row.values for row in sheet.rows] == [("孟宝鹏", "")]


def test_empty():
    assert refusal(BytesIO()) == "workbook-empty"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated(share):
    content = good().getvalue()
    assert refusal(BytesIO(content[: int(len(content) * share)])) == "workbook-broken"


def test_one_damaged_byte_in_the_sheet():
    content = bytearray(good().getvalue())
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    content[part.header_offset + 30 + len(part.filename) + part.compress_size // 2] ^= 0xFF
    assert refusal(BytesIO(bytes(content))) == "workbook-broken"


@pytest.mark.parametrize(
    "content",
    [
        "姓名,联系电话\n孟宝鹏,1\n".encode(),
        "姓名\t".encode("gbk"),
        b"<html><table></table></html>",
        b"%PDF-1.7 ...",
    ],
    ids=["csv", "gbk", "html", "pdf"],
)
def test_another_type_renamed(content):
    assert refusal(BytesIO(content)) == "workbook-wrong-type"


def test_random_bytes():
    assert refusal(BytesIO(os.urandom(50_000))) in ("workbook-wrong-type", "workbook-broken")


def test_old_xls():
    assert refusal(BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))) == "workbook-wrong-type"


def test_password_protected():
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "EncryptedPackage".encode("utf-16-le")
    assert refusal(BytesIO(content)) == "workbook-encrypted"


@pytest.mark.parametrize("name", ["word/document.xml", "readme.txt"])
def test_a_zip_that_is_no_workbook(name):
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    assert refusal(file) == "workbook-wrong-type"


def test_a_binary_workbook():
    assert refusal(books.raw_book(b"", extra=[("xl/workbook.bin", b"x")])) == "workbook-wrong-type"


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"])
def test_macros_under_any_name(part):
    assert refusal(books.raw_book(books.sheet_xml(GOOD_ROWS), extra=[(part, b"macro")])) == "workbook-macro"


def test_too_large(settings):
    settings.WORKBOOK_MAX_BYTES = 1000
    assert refusal(good()) == "workbook-too-large"


def test_zip_bomb_is_refused_before_it_is_inflated():
    bomb = books.raw_book(books.sheet_xml(GOOD_ROWS), extra=[("xl/media/zeros.bin", bytes(300 << 20))])
    assert len(bomb.getvalue()) < 1 << 20
    assert refusal(bomb) == "workbook-bomb"


def test_a_small_bomb_is_told_by_its_ratio():
    bomb = books.raw_book(books.sheet_xml(GOOD_ROWS + b" " * (40 << 20)))
    assert refusal(bomb) == "workbook-bomb"


def test_a_directory_that_lies_about_sizes():
    sheet = books.sheet_xml(GOOD_ROWS, after=b" " * (8 << 20))
    assert refusal(books.lying_book(sheet, says=5000)) == "workbook-broken"


def test_a_million_rows():
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(["姓名", "联系电话"])
    for _row in range(200_000):
        sheet.append(["孟宝鹏", "19936004512"])
    file = books.saved(workbook)
    assert refusal(file) == "workbook-too-many-rows"


def test_one_far_cell_does_not_make_a_million_rows():
    far = GOOD_ROWS + b'<row r="1048576">' + books.text_cell("A1048576", "远") + b"</row>"
    assert refusal(books.raw_book(books.sheet_xml(far))) == "workbook-too-many-rows"


def test_the_declared_dimension_is_not_believed():
    told = books.sheet_xml(GOOD_ROWS, before=b'<dimension ref="A1:XFD1048576"/>')
    assert len(read_sheet(books.raw_book(told), COLUMNS).rows) == 1


def test_one_far_column():
    far = GOOD_ROWS.replace(b"</row>", books.text_cell("XFD2", "远") + b"</row>", 1)
    assert refusal(books.raw_book(books.sheet_xml(far))) == "workbook-too-many-columns"


@pytest.mark.parametrize(
    "cell",
    [
        b"<c><v>1</v></c>",
        b"""<c x=' r="A2"' r="XFD1048576"><v>1</v></c>""",
        b'<c r = "XFD1048576"><v>1</v></c>',
        b'<c r="a2"><v>1</v></c>',
        b'<c y="<" r="XFD1048576"><v>1</v></c>',
    ],
    ids=["no place", "a place in a place", "spaces", "small letters", "a tag in a tag"],
)
def test_cells_that_hide_their_place(cell):
    assert refusal(books.raw_book(books.sheet_xml(GOOD_ROWS + b'<row r="3">' + cell + b"</row>"))) in (
        "workbook-broken",
        "workbook-too-many-rows",
        "workbook-too-many-columns",
    )


def test_entities_are_not_expanded():
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + books.sheet_xml(GOOD_ROWS)
    assert refusal(books.raw_book(declared)) == "workbook-broken"


def test_utf_16_sheet():
    assert refusal(books.raw_book(books.sheet_xml(GOOD_ROWS).decode().encode("utf-16"))) == "workbook-broken"


def test_missing_columns_are_named():
    with pytest.raises(WorkbookRefused, match="「联系电话」"):
        read_sheet(books.book(["姓名", "性别"], [["孟宝鹏", "男"]]), [*COLUMNS, Column("性别", line(2))])


def test_no_header_at_all():
    assert refusal(books.book(["甲", "乙"], [[1, 2]])) == "workbook-columns"


def test_a_column_twice():
    assert refusal(books.book(["姓名", "联系电话", "姓名"], [["孟宝鹏", "1", "孟"]])) == "workbook-columns"


def test_a_header_without_rows():
    assert refusal(books.book(["姓名", "联系电话"], [])) == "workbook-no-rows"
