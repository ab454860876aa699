"""One duty file as a PDF in the office's look (R73)."""

from accounts.errors import NotAllowed
from records.actions import record_event
from records.papers.rendering import PAPER, render_pdf
from records.papers.words import day, printable
from representatives import file_rules
from representatives.duty_file import MOST, open_duty_file
from representatives.enums import ObjectionStatus
from representatives.pages.file_words import congress_word, list_line_words

SHEET = "papers/dossier.css"
NOT_HIS = "只能打印自己的履职档案，或由当地组织部门打印。"
ORDINALS = "一二三四五六七"
FORBIDDEN = set('\\/:*?"<>|\n\r\t')


def print_dossier(mandate, *, by, at, on, asked=None):
    """(file name, bytes) of the file of a year or the term. Leaves the event "file_printed"."""
    if not file_rules.may_read_file(by.user, mandate):
        raise NotAllowed(NOT_HIS)
    file = open_duty_file(mandate, reader=by.user, on=on, asked=asked, per_page=MOST)
    content = render_dossier(file, on=on)
    record_event(
        mandate,
        "file_printed",
        by=by,
        at=at,
        organization=mandate.organization,
        after={"period": file.period.label},
    )
    return f"{dossier_name(file)}.pdf", content


def dossier_name(file):
    """履职档案-杨守伟-2022年"""
    return file_name("履职档案", file.mandate.person.name, file.period.label)


def file_name(*words):
    """As any system takes it."""
    return "-".join("".join(sign for sign in printable(word) if sign not in FORBIDDEN) for word in words)


def render_dossier(file, *, on):
    return render_pdf("papers/dossier.html", dossier_context(file, on=on), stylesheets=(PAPER, SHEET))


def dossier_context(file, *, on):
    mandate, person = file.mandate, file.mandate.person
    parts = [(title, part, rows) for title, part, rows in _parts(file) if rows]
    return {
        "name": person.name,
        "period": file.period.label,
        "facts": [
            ("姓名", person.name),
            ("性别", person.get_gender_display() or "未登记"),
            ("工作单位及职务", printable(person.employer) or "未登记"),
            ("代表大会", mandate.congress.name),
            ("代表层级", _level(mandate)),
            ("代表证号", mandate.certificate_number),
            ("资格状态", mandate.get_status_display()),
            ("当选日期", day(mandate.start_date) or "未登记"),
            ("所在地", mandate.organization.display_name),
            ("代表小组", mandate.group.name if mandate.group else "未编组"),
            ("工作室（站）", file.venue or "未挂靠"),
        ],
        "parts": [
            {"ordinal": ORDINALS[number], "title": title, "part": part, "rows": rows}
            for number, (title, part, rows) in enumerate(parts)
        ],
        "is_empty": file.is_empty,
        "printed_on": day(on),
        "office": mandate.organization.display_name,
    }


def _level(mandate):
    return f"{mandate.get_level_display()}{'，生产和工作一线' if mandate.is_frontline else ''}"


def _parts(file):
    for label, lines in file.sheets:
        yield label, "list", [list_line_words(line) for line in lines]
    yield "历年清单完成情况", "years", file.reached_by_year
    yield "履职合计", "totals", file.totals
    yield (
        "荣誉表彰",
        "honours",
        [
            (
                day(row.granted_date),
                printable(row.title),
                row.get_level_display(),
                f"{printable(row.granted_by)}{f'（{row.document_number}）' if row.document_number else ''}",
            )
            for row in file.honours
        ],
    )
    yield (
        "履职记录",
        "lines",
        [
            (
                day(entry.record.on),
                entry.record.get_kind_display(),
                printable(entry.told.what) or "—",
                entry.quantity,
            )
            for _month, entries in reversed(file.months)
            for entry in reversed(entries)
        ],
    )
    yield (
        "附件目录",
        "files",
        [
            (number, attachment.original_name, printable(what))
            for number, (attachment, what) in enumerate(file.documents, start=1)
        ],
    )
    yield (
        "异议与答复",
        "objections",
        [
            (
                day(row.made_at),
                f"{row.get_kind_display()}：{row.about}\n{printable(row.text)}",
                f"{row.get_status_display()}\n{printable(row.answer)}"
                if row.status != ObjectionStatus.OPEN
                else row.get_status_display(),
            )
            for row in file.objections
        ],
    )


def archive_name(number, file):
    """001-杨守伟-潍坊市第十三次代表大会.pdf"""
    return f"{file_name(f'{number:03d}', file.mandate.person.name, congress_word(file.mandate))}.pdf"
