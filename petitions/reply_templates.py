"""Texts to begin an answer with: what may stand in braces, and filling it in."""

import re

from django.utils import timezone

from accounts.errors import InvalidInput

PLACEHOLDERS = ("编号", "标题", "单位", "日期")
IN_BRACES = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")


def check_placeholders(text):
    """Raises InvalidInput for a word in braces that nothing would fill in."""
    unknown = [word for word in IN_BRACES.findall(text) if word.strip() not in PLACEHOLDERS]
    if unknown:
        known = "、".join(f"{{{word}}}" for word in PLACEHOLDERS)
        raise InvalidInput({"content": [f"不认识 {{{unknown[0]}}}。花括号里只能写：{known}，请改正。"]})


def fill_template(text, petition, *, at):
    """The text for this matter. A matter that nobody has in hand yet is answered by its own organisation."""
    day = timezone.localdate(at)
    unit = petition.lead_unit or petition.organization
    words = {
        "编号": petition.number,
        "标题": petition.shown_title,
        "单位": unit.display_name,
        "日期": f"{day.year}年{day.month}月{day.day}日",
    }
    return IN_BRACES.sub(lambda found: words.get(found[1].strip(), found[0]), text)


def templates_for(petition, templates):
    """Of the given templates those that suit the matter, the special ones first."""
    path = petition.category.path if petition.category else ""
    fitting = [
        one
        for one in templates
        if one.kind in ("", petition.kind) and (one.category is None or path.startswith(one.category.path))
    ]
    return sorted(fitting, key=lambda one: (one.category is None, one.kind == "", one.name))
