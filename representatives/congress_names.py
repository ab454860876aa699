"""What a roster's 届次 text means: "中国共产党诸城市枳沟镇第19次代表大会" → (place, ordinal)."""

import re
from dataclasses import dataclass

from records.workbooks.cells import CellFault, chinese_number, compact
from representatives.enums import Level

_ORDINAL = "[0-9〇零一二两三四五六七八九十]{1,4}"
_PARTY = "(?:中国共产党|中共|党的)?"
_SHORT = re.compile(f"(?:中国共产党|中共|党的)(?P<ordinal>{_ORDINAL})大")
_NATIONAL = re.compile(f"{_PARTY}第?(?P<ordinal>{_ORDINAL})[次届]全国(?:党员)?代表大会")
_LOCAL = re.compile(
    f"{_PARTY}(?P<place>.+?)第?(?P<ordinal>{_ORDINAL})[次届](?:党员)?(?:代表大会|党代会|党代表大会)"
)
_PROVINCE = re.compile(r".{2,8}(?:省|自治区)")


@dataclass(frozen=True)
class CongressName:
    """A congress as named: `place` is empty for the national one."""

    level: str | None
    """National and provincial are told by the name; for others the place tells."""
    place: str
    ordinal: int
    name: str


def parse_congress_name(value):
    """Read a 届次; raises CellFault when it does not name a congress."""
    text = compact(value)
    if not text:
        return None
    for pattern, level in ((_SHORT, Level.NATIONAL), (_NATIONAL, Level.NATIONAL), (_LOCAL, None)):
        found = pattern.fullmatch(text)
        if not found:
            continue
        place = found.groupdict().get("place") or ""
        ordinal = chinese_number(found["ordinal"])
        if level is None and _PROVINCE.fullmatch(place):
            level = Level.PROVINCIAL
        if ordinal and len(text) <= 80:
            return CongressName(level, place, ordinal, text)
    raise CellFault(f"看不懂届次「{text[:30]}」，请写成「中国共产党××第××次代表大会」。")
