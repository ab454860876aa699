"""From what clerks type to clean values. Each cleaner returns the value or raises CellFault with a sentence.

Pure: no Django, no clock; whoever knows today's date passes it in. A cleaner gets exactly what the reader found:
str, float, bool, datetime.date, datetime.datetime or datetime.time; an empty cell is "".
"""

import re
import unicodedata
from datetime import date, datetime, time

FIRST_YEAR = 1900


class CellFault(ValueError):
    """What is wrong with one cell and how to put it right, in Chinese."""

    def __init__(self, message):
        super().__init__(message)
        self.message = message


def plain(value):
    """The cell as text, the way Excel shows it: 3.0 → "3", a date → "1978-05-01"."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _without_invisible(text, keep=""):
    """Drop control, format and private characters (zero-width spaces, direction marks, NUL …)."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in keep or unicodedata.category(c)[0] != "C")


def compact(value):
    """Full-width to half-width, every kind of space and invisible character gone. For codes, numbers and keywords.

    >>> compact("１９９ ３６００　４７７２ ")
    '19936004772'
    """
    return "".join(_without_invisible(unicodedata.normalize("NFKC", plain(value)), keep="\t\n\r").split())


def line(max_length):
    """One line of text: invisible characters out, runs of space to one. Chinese punctuation stays as typed."""

    def clean(value):
        text = " ".join(_without_invisible(plain(value), keep="\t\n\r").split())
        return _fit(text, max_length)

    return clean


def prose(max_length):
    """Text of several lines, otherwise as written."""

    def clean(value):
        text = plain(value).replace("\r\n", "\n").replace("\r", "\n")
        text = _without_invisible(text, keep="\n\t").strip()
        return _fit(text, max_length)

    return clean


def code(max_length):
    """A number or key, e.g. a certificate number: no spaces, half-width, capitals."""

    def clean(value):
        return _fit(compact(value).upper(), max_length)

    return clean


def _fit(text, max_length):
    if len(text) > max_length:
        raise CellFault(f"最多{max_length}字，现有{len(text)}字，请删减。")
    return text


def person_name(value):
    """A name: "李　明" → "李明"; spaces stay only between Latin words; "阿依古丽·买买提" keeps its dot."""
    text = _without_invisible(unicodedata.normalize("NFKC", plain(value)), keep="\t\n\r").strip()
    text = re.sub("[•・‧∙⋅.]", "·", text)
    text = re.sub(r"(?<=[A-Za-z])\s+(?=[A-Za-z])", "\0", text)
    text = "".join(text.split()).replace("\0", " ")
    if re.search(r"\d", text):
        raise CellFault(f"「{text[:10]}」里有数字，请核对姓名。")
    return _fit(text, 40)


_MONTH = re.compile(r"(\d{4})(?:[.\-/年、](\d{1,2})月?(?:[.\-/]?(\d{1,2})日?)?|(\d{2})(\d{2})?)")
_MONTH_EXAMPLE = "请写成 1978.05 这样的年月。"


def month(*, on, label="日期"):
    """A month as the first day of it. `on` is today: nothing may lie in the future."""
    seen = {}

    def clean(value):
        if isinstance(value, str) and value in seen:
            return seen[value]
        found = _month(value, on, label)
        if isinstance(value, str):
            seen[value] = found
        return found

    return clean


def _month(value, on, label):
    if isinstance(value, date):
        return _month_in_range(value.year, value.month, on, label)
    text = compact(value)
    if not text:
        return None
    if isinstance(value, float) and re.fullmatch(r"\d{4}\.\d", text):
        raise CellFault(f"「{text}」分不清是 1 位还是 2 位月份（单元格是数字），{_MONTH_EXAMPLE}")
    if re.fullmatch(r"\d{4}年?", text):
        raise CellFault(f"「{text}」只有年份，{_MONTH_EXAMPLE}")
    found = _MONTH.fullmatch(text)
    if found is None:
        raise CellFault(f"「{text[:20]}」不是日期，{_MONTH_EXAMPLE}")
    year, number = int(found[1]), int(found[2] or found[4])
    day = int(found[3] or found[5] or 1)
    first = _month_in_range(year, number, on, label)
    try:
        first.replace(day=day)
    except ValueError:
        raise CellFault(f"{year} 年 {number} 月没有 {day} 日，请核对。") from None
    return first


def _month_in_range(year, number, on, label):
    if not 1 <= number <= 12:
        raise CellFault(f"没有 {number} 月，{_MONTH_EXAMPLE}")
    if year < FIRST_YEAR:
        raise CellFault(f"{year} 年太早，请核对{label}。")
    if (year, number) > (on.year, on.month):
        raise CellFault(f"{year} 年 {number} 月还没有到，请核对{label}。")
    return date(year, number, 1)


_MOMENT = re.compile(
    r"(\d{4})[.\-/年](\d{1,2})[.\-/月](\d{1,2})日?(?:[T ]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?)?分?)?"
)


def moment(*, at, zone, label="时间"):
    """A date with or without time as an aware datetime in `zone`; midnight where no time is given."""

    def clean(value):
        if isinstance(value, datetime):
            found = value.replace(tzinfo=zone)
        elif isinstance(value, date):
            found = datetime(value.year, value.month, value.day, tzinfo=zone)
        else:
            text = " ".join(unicodedata.normalize("NFKC", plain(value)).split())
            if not text:
                return None
            parts = _MOMENT.fullmatch(text)
            if parts is None:
                raise CellFault(f"「{text[:20]}」不是时间，请写成 2022-10-28 09:30 这样。")
            try:
                found = datetime(*(int(part or 0) for part in parts.groups()), tzinfo=zone)
            except ValueError:
                raise CellFault(f"没有「{text[:20]}」这个时间，请核对。") from None
        if found.year < FIRST_YEAR:
            raise CellFault(f"{found.year} 年太早，请核对{label}。")
        if found > at:
            raise CellFault(f"{found:%Y-%m-%d} 还没有到，请核对{label}。")
        return found

    return clean


_PHONE_NOISE = re.compile(r"[\s\-‐‑–—−_.·()/]")


def phone(value):
    """A mobile number or a landline with area code, digits only; "" when empty."""
    text = _PHONE_NOISE.sub("", compact(value))
    if not text:
        return ""
    text = re.sub(r"^(?:\+|00)86", "", text)
    letters = re.sub(r"[0-9]", "", text)
    if letters:
        hint = "，是否应为数字 0" if letters.upper() == "O" else ""
        raise CellFault(f"电话里有「{letters[:10]}」{hint}，请核对后只填数字。")
    if text.startswith("1"):
        expected, fits = "手机号应为 11 位", len(text) == 11 and text[1] in "3456789"
    elif text.startswith("0"):
        expected, fits = "固定电话连区号应为 10 至 12 位", 10 <= len(text) <= 12
    else:
        expected, fits = "应为 11 位手机号，或带区号的固定电话", False
    if not fits:
        raise CellFault(f"「{text[:20]}」共 {len(text)} 位，{expected}，请核对。")
    return text


_YES = frozenset({"是", "有", "√", "✓", "✔", "Y", "YES", "对", "1", "TRUE"})
_NO = frozenset({"否", "无", "没有", "不是", "×", "X", "✗", "✘", "N", "NO", "0", "FALSE"})


def yes_no(value):
    """True, False, or None for an empty cell."""
    text = compact(value).upper()
    if not text:
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise CellFault(f"「{text[:10]}」只能填「是」或「否」。")


def tick(value):
    """A column of ticks: an empty cell means no."""
    return bool(yes_no(value))


def choice(labels, *, what):
    """One of `labels`, a mapping from the words clerks use to our value; the first word of a value is offered."""
    offered = {}
    for word, value in labels.items():
        offered.setdefault(value, word)

    def clean(value):
        text = compact(value)
        if not text:
            return None
        if text not in labels:
            raise CellFault(f"没有「{text[:20]}」这种{what}，只能填：{'、'.join(offered.values())}。")
        return labels[text]

    return clean


_PEOPLES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇"
    " 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京"
    " 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
ETHNICITIES = frozenset(f"{name}族" for name in _PEOPLES.split())


def ethnicity(value):
    """One of the 56; "汉" is "汉族"."""
    text = compact(value)
    if not text:
        return ""
    full = text if text.endswith("族") else f"{text}族"
    if full not in ETHNICITIES:
        raise CellFault(f"没有「{text[:10]}」这个民族，请核对。")
    return full


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def chinese_number(text):
    """An ordinal up to 99 as people write it, or None.

    >>> [chinese_number(text) for text in ("十", "十三", "二十", "二十一", "14", "百", "")]
    [10, 13, 20, 21, 14, None, None]
    """
    if text.isascii() and text.isdigit():
        return int(text)
    tens, has_ten, ones = text.rpartition("十")
    if not text or (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
        return None
    return (_DIGITS[tens] if tens else 1 if has_ten else 0) * 10 + (_DIGITS[ones] if ones else 0)
