"""Finding the table in a workbook, row numbers, formulas; and what we write ourselves."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from records.workbooks import Column, Fault, export_rows, read_sheet, write_faults, write_rows
from records.workbooks.cells import line, person_name, phone
from tests.imports import books

NAME, PHONE = Column("姓名", person_name, required=True, name="name"), Column("联系电话", phone, name="phone")


def test_the_header_is_found_by_its_names_and_rows_keep_their_numbers():
    file = books.book(["序号", "姓 名", "联系 电话"], [[1, "李　明", "139 0000 2210"], [], [3, "王雯", ""]])
    sheet = read_sheet(file, [NAME, PHONE])
    assert sheet.header_row == 3
    assert [(row.number, sheet.clean_row(row, [NAME, PHONE])[0]) for row in sheet.rows] == [
        (4, {"name": "李明", "phone": "13900002210"}),
        (6, {"name": "王雯", "phone": ""}),
    ]


def test_a_table_that_begins_further_in():
    workbook = Workbook()
    workbook.active["C5"], workbook.active["D5"], workbook.active["C6"] = "姓名", "联系电话", "王雯"
    sheet = read_sheet(books.saved(workbook), [NAME, PHONE])
    assert [(row.number, row.values) for row in sheet.rows] == [(6, ("", "", "王雯", ""))]


def test_hidden_and_other_sheets_are_passed_over():
    workbook = Workbook()
    workbook.active.append(["说明"])
    hidden = workbook.create_sheet("旧")
    hidden.append(["姓名", "联系电话"])
    hidden.append(["旧人", ""])
    hidden.sheet_state = "hidden"
    shown = workbook.create_sheet("名册")
    shown.append(["姓名", "联系电话"])
    shown.append(["新人", ""])
    sheet = read_sheet(books.saved(workbook), [NAME, PHONE])
    assert [row.values[0] for row in sheet.rows] == ["新人"]


def test_a_formula_is_a_fault_and_never_its_value():
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["姓名", "联系电话"])
    sheet.append(["=1+1", "13900002210"])
    sheet.append(["王雯", "#N/A"])
    read = read_sheet(books.saved(workbook), [NAME, PHONE])
    told = [fault for row in read.rows for fault in read.clean_row(row, [NAME, PHONE])[1]]
    assert [(fault.row, fault.column) for fault in told] == [(2, "姓名"), (3, "联系电话")]
    assert "公式" in told[0].message


def test_a_formula_with_a_cached_value_written_by_excel():
    cells = b'<c r="A2" s="1" t="str"><f ca="1">"x"</f><v>' + "孟宝鹏".encode() + b'</v></c><c r="B2"/>'
    header = books.text_cell("A1", "姓名") + books.text_cell("B1", "联系电话")
    rows = b'<row r="1">' + header + b'</row><row r="2" spans="1:2">' + cells + b"</row>"
    sheet = read_sheet(books.raw_book(books.sheet_xml(rows)), [NAME, PHONE])
    assert sheet.formulas == {(2, 1)}


def test_a_formula_in_a_column_nobody_reads_does_not_matter():
    file = books.book(["序号", "姓名", "联系电话"], [["=ROW()-3", "王雯", ""]])
    sheet = read_sheet(file, [NAME, PHONE])
    assert sheet.clean_row(sheet.rows[0], [NAME, PHONE])[1] == []


def test_formulas_are_found_across_the_borders_of_chunks(monkeypatch):
    monkeypatch.setattr("records.workbooks.safety.CHUNK", 97)
    rows = [["=1+1" if n % 3 == 0 else f"人{'甲' * (n % 7)}", f"x:c y{n}"] for n in range(60)]
    sheet = read_sheet(books.book(["姓名", "联系电话"], rows, above=()), [NAME, PHONE])
    assert sheet.formulas == {(n + 2, 1) for n in range(0, 60, 3)}
    assert sheet.rows[-1].number == 61


DANGEROUS = ["=1+1", "+8613900002210", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1"]


def test_what_we_write_is_never_a_formula_and_keeps_its_digits():
    file = BytesIO()
    write_rows(
        file, ["甲", "=乙"], [[text, "370702198001010001"] for text in DANGEROUS] + [[3, date(2022, 10, 28)]]
    )
    sheet = load_workbook(file).active
    assert {cell.data_type for row in sheet.iter_rows(max_row=len(DANGEROUS) + 1) for cell in row} == {"s"}
    assert [row[0].value for row in sheet.iter_rows(min_row=2, max_row=7)] == DANGEROUS
    assert sheet["A2"].quotePrefix and sheet["B2"].number_format == "@"
    assert sheet["B2"].value == "370702198001010001"
    assert sheet["A8"].value == 3
    assert sheet["B8"].value.date() == date(2022, 10, 28)


def test_characters_that_xml_cannot_hold_are_left_out():
    file = BytesIO()
    write_rows(file, ["甲"], [["a\x00b\x0bc\ufffe"]])
    assert load_workbook(file).active["A2"].value == "abc"


def test_text_that_looks_like_a_formula_comes_back_as_it_was():
    file = BytesIO()
    write_rows(file, ["姓名", "备注"], [["王雯", text] for text in DANGEROUS[:5]])
    columns = [NAME, Column("备注", line(40), name="note")]
    sheet = read_sheet(file, columns)
    read = [sheet.clean_row(row, columns) for row in sheet.rows]
    assert [(values["note"], faults) for values, faults in read] == [(text, []) for text in DANGEROUS[:5]]


def test_faulty_rows_come_back_with_their_problem_and_can_be_sent_again():
    file = books.book(
        ["序号", "姓名", "联系电话"], [[1, "王雯", "139 0000 2210"], [2, "", "12"], [3, "李明", "ab"]]
    )
    sheet = read_sheet(file, [NAME, PHONE])
    faults = [
        Fault(5, "姓名", "没有填写。"),
        Fault(5, "联系电话", "太短。"),
        Fault(6, "联系电话", "有字母。"),
    ]
    out = BytesIO()
    write_faults(out, sheet, faults)
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert rows == [
        ("序号", "姓名", "联系电话", "问题"),
        (2, None, "12", "姓名：没有填写。\n联系电话：太短。"),
        (3, "李明", "ab", "联系电话：有字母。"),
    ]
    again = read_sheet(out, [NAME, PHONE])
    assert [row.number for row in again.rows] == [2, 3]


def test_a_list_is_exported_as_a_download():
    response = export_rows("代表名单", ["姓名", "电话"], (["=王雯", "13900002210"] for _row in range(3)))
    content = b"".join(response.streaming_content)
    response.file_to_stream.close()
    assert load_workbook(BytesIO(content)).active.max_row == 4
    assert "filename*=utf-8''%E4%BB%A3%E8%A1%A8%E5%90%8D%E5%8D%95.xlsx" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("rows", [1, 500])
def test_empty_rows_in_between_are_no_rows(rows):
    file = books.book(["姓名", "联系电话"], [[], ["王雯", ""], ["　", " "]] * rows)
    assert len(read_sheet(file, [NAME, PHONE]).rows) == rows
