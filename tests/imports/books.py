"""Small workbooks, good and bad, made in memory; and where the real ones are."""

import os
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

SHARED_DATA = Path(os.environ.get("SHARED_DATA", "../shared/data"))

ROSTER_HEADERS = [
    "序号", "代表证号", "姓名", "性别", "民族", "出生年月", "文化程度", "入党时间", "工作单位及职务", "行业领域",
    "代表层级", "届次", "选举单位", "县市区", "镇街", "是否生产和工作一线", "联系电话", "备注",
]  # fmt: skip
VENUE_HEADERS = [
    "序号", "名称", "类别", "县市区", "镇街", "地址", "负责人", "接待日规则", "有场所", "有制度", "有流程", "有人员",
    "有资料", "试点", "特色",
]  # fmt: skip
MATTER_HEADERS = [
    "序号", "登记时间", "来源渠道", "工作室（站）", "反映人", "联系电话", "类别", "标题", "内容", "问题分类",
    "答复内容", "答复时间",
]  # fmt: skip


def real(name):
    """A real workbook, or the test is skipped with a reason."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"no {path}: set SHARED_DATA to the folder of the real workbooks")
    return path


def book(headers, rows, *, above=("名册", "填报单位：样例"), title="表"):
    """A workbook as a seekable file: the lines `above`, the header row, the rows (lists of cell values)."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    for line in above:
        sheet.append([line])
    sheet.append(list(headers))
    for row in rows:
        sheet.append(list(row))
    return saved(workbook)


def saved(workbook):
    file = BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def roster_row(number, **values):
    """A good roster row of 寿光市洛城街道, changed by header name."""
    row = {
        "序号": number,
        "代表证号": f"WF2022{number:05d}",
        "姓名": "孟宝鹏",
        "性别": "男",
        "民族": "汉",
        "出生年月": "1964.11",
        "文化程度": "本科",
        "入党时间": "2008.10",
        "工作单位及职务": "洛城街道快递员",
        "行业领域": "新兴领域",
        "代表层级": "镇级",
        "届次": "中国共产党寿光市洛城街道第12次代表大会",
        "选举单位": "洛城街道第12选区",
        "县市区": "寿光市",
        "镇街": "洛城街道",
        "是否生产和工作一线": "是",
        "联系电话": f"1993600{number:04d}",
        "备注": "",
    }
    return [(row | values)[header] for header in ROSTER_HEADERS]


def roster(*rows, headers=ROSTER_HEADERS):
    return book(headers, rows)


def matter_row(number, **values):
    row = {
        "序号": number,
        "登记时间": f"2022-10-{number:02d} 09:30:00",
        "来源渠道": "电话",
        "工作室（站）": "洛城街道党代表工作室",
        "反映人": "张女士",
        "联系电话": "13900002210",
        "类别": "建议",
        "标题": f"第{number}件事",
        "内容": "村口路灯坏了。\r\n请修。",
        "问题分类": "",
        "答复内容": "",
        "答复时间": "",
    }
    return [(row | values)[header] for header in MATTER_HEADERS]


def venue_row(number, **values):
    row = {
        "序号": number,
        "名称": f"洛城街道第{number}党代表工作站",
        "类别": "工作站",
        "县市区": "寿光市",
        "镇街": "洛城街道",
        "地址": "洛城街道便民服务中心2楼",
        "负责人": "许　磊",
        "接待日规则": "每月15日",
        "有场所": "√",
        "有制度": "√",
        "有流程": "√",
        "有人员": "",
        "有资料": "√",
        "试点": "",
        "特色": "",
    }
    return [(row | values)[header] for header in VENUE_HEADERS]


CONTENT_TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
BOOK_XML = (
    b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    b'<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
)
PACKAGE_RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Target="xl/workbook.xml"'
    b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
    b' Target="worksheets/sheet1.xml"/></Relationships>'
)


def sheet_xml(rows, *, before=b"", after=b""):
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + before
        + b"<sheetData>"
        + rows
        + b"</sheetData>"
        + after
        + b"</worksheet>"
    )


def text_cell(place, text, attributes=""):
    return f'<c r="{place}"{attributes} t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def raw_book(sheet, *, extra=()):
    """A workbook whose one sheet is this XML, byte for byte; `extra` are (name, content) of further parts."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", PACKAGE_RELATIONS)
        archive.writestr("xl/workbook.xml", BOOK_XML)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in extra:
            archive.writestr(name, content)
    file.seek(0)
    return file


def lying_book(sheet, *, says):
    """A workbook whose directory understates the sheet: size and checksum are those of its first `says` bytes."""
    content = raw_book(sheet).getvalue()
    truth = struct.pack("<I", zlib.crc32(sheet)), struct.pack("<I", len(sheet))
    lie = struct.pack("<I", zlib.crc32(sheet[:says])), struct.pack("<I", says)
    assert content.count(truth[0]) >= 2
    for told, claimed in zip(truth, lie, strict=True):
        content = content.replace(told, claimed)
    return BytesIO(content)
