"""Makes the Word templates beside it: `python -m petitions.papers.word_templates`.

The templates are shipped as files, because an office opens them in Word and puts in its own name, seal line or wording;
this script is how they came about, so that a change can be read as a change. Layout after GB/T 9704.
"""

from pathlib import Path

from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

TITLE, BODY, HEAVY, NUMBERS = "方正小标宋简体", "仿宋", "黑体", "宋体"
RED = RGBColor(0xE6, 0x00, 0x12)
LATIN = "Times New Roman"
FOUR = [("反映人", "name", "联系电话", "phone"), ("来源渠道", "channel", "类　　别", "kind")]
FOUR += [("接待时间", "received", "接待代表", "receiver"), ("工作室（站）", "studio", "地　　点", "place")]
WIDE = [
    ("问题分类", ["{{ category }}"], 9, None),
    ("反映事项", ["{{ title }}"], 9, None),
    ("反映内容", ["{{ content }}"], 40, None),
    ("登　　记", ["{{ registered }}"], 9, None),
    ("交　　办", ["{{ units }}", "{{ notes }}"], 14, None),
    ("办理经过", ["{{ course }}"], 12, None),
    ("办理答复", ["{{ reply }}"], 30, "承办单位（盖章）：{{ reply_unit }}　　{{ reply_date }}"),
    ("反馈情况", ["{{ feedback }}"], 18, "告知人（签字）：　　　　　　　　年　　月　　日"),
    ("满意程度", ["{{ rating }}"], 9, None),
    ("归　　档", ["{{ archive }}"], 9, None),
]


def set_font(run, name, size, *, color=None):
    run.font.name, run.font.size = LATIN, Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), name)
    if color is not None:
        run.font.color.rgb = color


def write(paragraph, text, name=BODY, size=16, *, align=None, lines=28, indent=0, **font):
    set_font(paragraph.add_run(text), name, size, **font)
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(lines)
    shape.first_line_indent = Pt(indent) if indent else None
    if align is not None:
        paragraph.alignment = align
    return paragraph


def new_document(top, bottom, left, right):
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance = Mm(bottom - 10)
    grid = section._sectPr.find(qn("w:docGrid"))
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "560")
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        _number_pages(footer.paragraphs[0], align)
    return document


def _number_pages(paragraph, align):
    """— 1 —, on the outer side, one sign in from the edge."""
    write(paragraph, "— ", NUMBERS, 14, align=align)
    run = paragraph.add_run()
    set_font(run, NUMBERS, 14)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._element.append(part)
    set_font(paragraph.add_run(" —"), NUMBERS, 14)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)


def make_form():
    document = new_document(20, 24, 24, 20)
    center = WD_ALIGN_PARAGRAPH.CENTER
    write(document.add_paragraph(), "党员群众意见建议办理表", TITLE, 22, align=center, lines=36)
    head = write(document.add_paragraph(), "编号：{{ number }}", size=12, lines=22)
    head.paragraph_format.tab_stops.add_tab_stop(Mm(166), WD_TAB_ALIGNMENT.RIGHT)
    set_font(head.add_run("\t打印日期：{{ printed_on }}"), BODY, 12)
    table = document.add_table(rows=0, cols=4)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for label, name, other, second in FOUR:
        cells = _row(table, 9)
        for cell, text, font in zip(
            cells,
            (label, f"{{{{ {name} }}}}", other, f"{{{{ {second} }}}}"),
            (HEAVY, BODY, HEAVY, BODY),
            strict=True,
        ):
            write(cell.paragraphs[0], text, font, 12, lines=20, align=center if font == HEAVY else None)
    for label, texts, height, signature in WIDE:
        cells = _row(table, height)
        wide = cells[1].merge(cells[3])
        write(cells[0].paragraphs[0], label, HEAVY, 12, lines=20, align=center)
        paragraphs = [wide.paragraphs[0], *(wide.add_paragraph() for _text in texts[1:])]
        for paragraph, text in zip(paragraphs, texts, strict=True):
            write(paragraph, text, size=12, lines=20)
        if signature:
            write(wide.add_paragraph(), signature, size=12, lines=24, align=WD_ALIGN_PARAGRAPH.RIGHT)
    write(document.add_paragraph(), "本表由接待的工作室（站）填写，随件归档。", size=10.5, lines=20)
    return document


def _row(table, height):
    row = table.add_row()
    row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    for cell, width in zip(row.cells, (28, 58, 26, 54), strict=True):
        cell.width = Mm(width)
        cell.vertical_alignment = 1
    return row.cells


def make_letter():
    document = new_document(37, 35, 28, 26)
    center, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    write(document.add_paragraph(), "{{ sender }}", TITLE, 30, align=center, lines=44, color=RED)
    number = write(document.add_paragraph(), "编号：{{ number }}", align=right)
    number.paragraph_format.space_before = Pt(14)
    _red_line(number)
    title = write(document.add_paragraph(), "{{ heading }}", TITLE, 22, align=center, lines=34)
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(28)
    write(document.add_paragraph(), "{{ salutation }}")
    opening = "您{{ received }}通过“{{ channel }}”反映的事项收悉。现将{{ unit }}的办理情况答复如下："
    write(document.add_paragraph(), opening, indent=32)
    write(document.add_paragraph(), "{%p for line in paragraphs %}")
    write(document.add_paragraph(), "{{ line }}", indent=32)
    write(document.add_paragraph(), "{%p endfor %}")
    write(document.add_paragraph(), "{{ result }}", indent=32)
    closing = "感谢您对我们工作的关心和支持。如对办理过程或结果有意见，请向本室反映。"
    write(document.add_paragraph(), closing, indent=32)
    sender = write(document.add_paragraph(), "{{ sender }}", align=right)
    sender.paragraph_format.space_before = Pt(56)
    sender.paragraph_format.keep_with_next = True
    date = write(document.add_paragraph(), "{{ date }}", align=right)
    for paragraph in (sender, date):
        # Four signs in from the right: the seal is set over the name and the date.
        paragraph.paragraph_format.right_indent = Pt(64)
    return document


def _red_line(paragraph):
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "4"), ("color", "E60012")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


MAKERS = {"form": make_form, "letter": make_letter}


def make_templates(folder):
    for code, make in MAKERS.items():
        make().save(Path(folder) / f"{code}.docx")


if __name__ == "__main__":
    make_templates(Path(__file__).parent / "templates")
