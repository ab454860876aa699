"""A person's own data as files for her: JSON for machines, a workbook to read."""

import io

import orjson
from django.utils import timezone

from records.workbooks.writing import CONTENT_TYPE, write_rows


def request_json(request, told):
    head = {
        "说明": "本人信息副本（个人信息保护法第45条）",
        "受理时间": f"{timezone.localtime(request.received_at):%Y-%m-%d %H:%M}",
        "事项": [{"编号": label, **sections} for label, sections in told],
    }
    return orjson.dumps(head, option=orjson.OPT_INDENT_2)


def request_workbook(request, told):
    """One line for each thing we hold, in the order of the case: 编号, 部分, 项目, 内容."""
    rows = (
        (label, part, item, value)
        for label, sections in told
        for title, content in sections.items()
        for part, item, value in _lines(title, content)
    )
    target = io.BytesIO()
    write_rows(
        target,
        ["编号", "部分", "项目", "内容"],
        rows,
        title="本人信息",
        widths={"编号": 24, "部分": 18, "内容": 80},
    )
    return target.getvalue()


def _lines(title, content):
    if isinstance(content, dict):
        for item, value in content.items():
            yield title, item, value
    elif not content:
        yield title, "", "（没有）"
    else:
        for position, row in enumerate(content, start=1):
            for item, value in row.items():
                if value != "":
                    yield f"{title} {position}", item, value


FORMATS = {
    "xlsx": (request_workbook, CONTENT_TYPE),
    "json": (request_json, "application/json"),
}
"""ending → (function (request, told) → bytes, content type)."""
