"""Initials of a name, so that a clerk finds 孟宝鹏 by typing "mbp"."""

import os
from functools import lru_cache

# Names are read character by character: without the phrases the library loads faster and 25 MB smaller.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, lazy_pinyin

_SURNAMES = {
    "单": "s", "解": "x", "曾": "z", "仇": "q", "区": "o", "查": "z", "盖": "g", "任": "r", "朴": "p", "覃": "q", "华": "h",
    "尉": "w", "乐": "y", "翟": "z", "缪": "m", "宁": "n", "纪": "j", "员": "y", "召": "s", "种": "c", "折": "s", "黑": "h",
}  # fmt: skip
"""Surnames read otherwise than the same character in a word."""


@lru_cache(maxsize=20_000)
def _initial(character):
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    initial = lazy_pinyin(character, style=Style.FIRST_LETTER, errors="ignore")
    return initial[0][:1].lower() if initial else ""


def initials(name):
    """Lower-case initials: "孟宝鹏" → "mbp", "解放" → "xf"; characters without a reading are left out."""
    if not name:
        return ""
    first = _SURNAMES.get(name[0]) or _initial(name[0])
    return (first + "".join(_initial(character) for character in name[1:]))[:40]
