"""Reading what clerks write about reception days ("每月1日、15日", "每月第一个星期三"), and saying a rule in their words.

Whatever cannot be placed is refused with a sentence, never guessed: a wrong rule sends people to a closed door.
"""

import re
import unicodedata

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = "一二三四五六日"
_DIGITS = "零一二三四五六七八九"
_LIST = r"[、,，;；/和及与]+"
_NUMBER = r"[0-9一二三四五六七八九十廿卅]{1,3}"
_WEEKDAY = r"[一二三四五六日天1-7]"
_WEEKWORD = r"(?:周|星期|礼拜)"
_ORDINAL = rf"(?:第?{_NUMBER}|首|最后一?|末|倒数第?{_NUMBER})"
EXAMPLES = "例如“每月1日、15日”“每月第一个星期三”“每周三”"
MONTHS = {"单": "1,3,5,7,9,11", "双": "2,4,6,8,10,12", "首": "1,4,7,10", "中": "2,5,8,11", "末": "3,6,9,12"}
"""Months as clerks bundle them: odd, even, and the first, second and third of every quarter."""
_QUARTER = {
    "第1个": "首",
    "第一个": "首",
    "第2个": "中",
    "第二个": "中",
    "第3个": "末",
    "第三个": "末",
    "最后一个": "末",
}
_BUNDLES = {months: told for told, months in MONTHS.items()}
_REMARKS = re.compile(
    r"(?:上|下|中)午|全天|早上|早"
    r"|[0-9]{1,2}(?:[:点时](?:[0-9]{2}分?|半)?)(?:[-~至到—][0-9]{1,2}(?:[:点时](?:[0-9]{2}分?|半)?))?"
    r"|(?:为|是)?(?:党代表)?(?:集中)?接待(?:群众|党员)*(?:日|时间)?"
    r"|,?(?:如?遇|逢)?(?:法定)?(?:周末|双休日|节?假日|节日|休息日)(?:和|及|或)?(?:法定)?(?:周末|节?假日)?(?:则|自动|依次|往后)*顺延"
    r"(?:至?下一?个?工作日)?"
)
"""What stands beside the rule and does not change it: hours, "为接待日", and "遇节假日顺延", the usual policy."""
_BRACKETS = re.compile(
    r"\((?![^()]*(?:[0-9一二三四五六七八九十单双]数?[月日号周]|隔|周[一二三四五六日天]))[^()]*\)"
)
"""A remark in brackets, unless it speaks of days: then it may change the rule, and the text is refused."""


class ReceptionRuleError(ValueError):
    """The text or the rule cannot be used; the message is a Chinese sentence that tells the way out."""


def read_text(text):
    """The parts of an RRULE as {"FREQ": …, "BYMONTHDAY": …}, not yet checked. Raises ReceptionRuleError."""
    plain = unicodedata.normalize("NFKC", str(text or ""))
    plain = re.sub(r"[\s。.]+", "", plain).replace("礼拜", "星期").replace("星期", "周").replace("个周", "周")
    if not plain:
        raise ReceptionRuleError(f"没有填写接待日规则，请填写，{EXAMPLES}。")
    _refuse_known(plain, text)
    plain = _BRACKETS.sub("", _REMARKS.sub("", plain)).strip(",、;:为")
    for read in (_read_daily, _read_weekly, _read_monthly):
        parts = read(plain)
        if parts:
            return parts
    raise ReceptionRuleError(f"看不懂接待日规则“{_short(text)}”，请改写，{EXAMPLES}。")


def _refuse_known(plain, text):
    """Texts that are understood and still cannot become a rule: say what to write instead."""
    for pattern, way_out in (
        (r"农历|阴历|初[一二三四五六七八九十]", "农历日期每年不同，请改用公历日期"),
        (r"工作日(?!顺延)", "请写成“每月1日”这样的日期，并把遇假日的办法选为“顺延到下一工作日”"),
        (
            r"隔周|双周|单周|每(?:两|2|二|隔一?)个?周|每隔",
            "隔周没有固定的起点，请改为“每月第一、三个星期三”这样的写法",
        ),
        (r"第.{1,4}周的?周", "是第几周还是第几个星期几说不准，请写成“每月第一个星期三”"),
        (r"提前|前移", "请去掉“提前”，并把遇假日的办法选为“提前到上一工作日”"),
        (r"不定期|随时|另行|待定|预约", "没有固定日期就排不了班，请写明日期"),
    ):
        # "遇节假日顺延至下一工作日" is the usual policy and no rule of its own.
        if re.search(pattern, _REMARKS.sub("", plain)):
            raise ReceptionRuleError(f"接待日规则“{_short(text)}”不能直接使用：{way_out}。")


def _short(text):
    told = re.sub(r"\s+", " ", str(text)).strip()
    return told if len(told) <= 30 else f"{told[:30]}…"


def _read_daily(plain):
    return {"FREQ": "DAILY"} if re.fullmatch(r"每[天日]", plain) else None


def _read_weekly(plain):
    found = re.fullmatch(r"每个?周(?:的)?(.+)", plain)
    days = _weekdays(found[1]) if found else None
    return {"FREQ": "WEEKLY", "BYDAY": ",".join(days)} if days else None


def _read_monthly(plain):
    found = re.fullmatch(
        rf"(?:每个?年(?:的|逢)?)?(?P<months>{_NUMBER}月份?(?:{_LIST}{_NUMBER}月份?)*)(?:的|每月)?(?P<rest>.+)"
        r"|(?:每年)?(?:每?逢?)(?P<bundle>[单双])数?月份?(?:的|逢)?(?P<rest2>.+)"
        r"|每个?季度?(?:的)?(?P<quarter>首|中|末|第[123一二三]个|最后一个)月?(?:的|逢)?(?P<rest3>.+)"
        r"|每个?月份?(?:的|逢)?(?P<rest4>.+)",
        plain,
    )
    if not found:
        return None
    rest = found["rest"] or found["rest2"] or found["rest3"] or found["rest4"]
    parts = {"FREQ": "MONTHLY"}
    if found["months"]:
        months = [_number(word) for word in re.findall(_NUMBER, found["months"])]
        if any(not 1 <= (month or 0) <= 12 for month in months):
            return None
        parts["BYMONTH"] = ",".join(map(str, sorted(set(months))))
    elif found["bundle"] or found["quarter"]:
        bundle = found["bundle"] or _QUARTER.get(found["quarter"], found["quarter"])
        parts["BYMONTH"] = MONTHS[bundle]
    if days := _month_days(rest):
        return parts | {"BYMONTHDAY": ",".join(map(str, days))}
    if weekdays := _ordered_weekdays(rest):
        return parts | {"BYDAY": ",".join(weekdays)}
    return None


def _month_days(rest):
    """ "1日、15日", "1号和15号", "10", "1日至3日", "最后一天" → [1, 15]; None when it is something else."""
    days = []
    for item in re.split(_LIST, re.sub(rf"(?<=[日号])(?={_NUMBER}[日号])", "、", rest)):
        if re.fullmatch(r"(?:的)?(?:最后[一1]?[天日]|末日|月?底|月末)", item):
            days.append(-1)
        elif found := re.fullmatch(rf"倒数第({_NUMBER})[天日]", item):
            days.append(-(_number(found[1]) or 99))
        elif found := re.fullmatch(rf"({_NUMBER})[日号]?[至到~\-—]({_NUMBER})[日号]?", item):
            first, last = _number(found[1]) or 99, _number(found[2]) or 0
            if not first < last:
                return None
            days += range(first, last + 1)
        elif found := re.fullmatch(rf"(?:逢)?({_NUMBER})[日号]?", item):
            days.append(_number(found[1]) or 99)
        else:
            return None
    if any(not 1 <= abs(day) <= 31 for day in days):
        raise ReceptionRuleError(f"“{_short(rest)}”里有不存在的日期，请填写1至31日之间的日期。")
    return sorted(set(days), key=lambda day: (day < 0, day))


def _ordered_weekdays(rest):
    """ "第一周三", "第一、三个周三", "第一个周三和第三个周五", "最后一个周五" → ["1WE", "3WE"]; None otherwise."""
    found, at, days = [], 0, []
    item = re.compile(
        rf"(?P<orders>{_ORDINAL}个?(?:{_LIST}{_ORDINAL}个?)*)(?:周|个)(?P<days>{_WEEKDAY}(?:{_LIST}(?:周)?{_WEEKDAY}(?![0-9]))*)"
    )
    while at < len(rest):
        match = item.match(rest, at)
        if not match:
            return None
        found.append(match)
        at = match.end()
        if comma := re.compile(_LIST).match(rest, at):
            at = comma.end()
    for match in found:
        for order in re.findall(_ORDINAL, match["orders"]):
            number = _order(order)
            if number is None:
                return None
            days += [f"{number}{day}" for day in _weekdays(match["days"])]
    return sorted(set(days), key=_weekday_key)


def _order(word):
    if word == "首":
        return 1
    if word.startswith(("最后", "末")):
        return -1
    number = _number(re.sub(r"[倒数第]", "", word))
    if not 1 <= (number or 0) <= 5:
        raise ReceptionRuleError("一个月最多有五个同样的星期几，请填写第一至第五个，或“最后一个”。")
    return -number if word.startswith("倒数") else number


def _weekdays(rest):
    """ "三", "一、三、五", "二和周四", "一至五" → ["TU", "TH"]; None when it is something else."""
    numbers = []
    for item in re.split(_LIST, rest):
        if found := re.fullmatch(rf"周?({_WEEKDAY})[至到~\-—]周?({_WEEKDAY})", item):
            first, last = _weekday(found[1]), _weekday(found[2])
            if not first < last:
                return None
            numbers += range(first, last + 1)
        elif found := re.fullmatch(rf"(?:每?周)?({_WEEKDAY})", item):
            numbers.append(_weekday(found[1]))
        elif re.fullmatch(rf"[{_WEEK}天]{{2,7}}", item):
            numbers += [_weekday(letter) for letter in item]
        else:
            return None
    return [WEEKDAYS[number] for number in sorted(set(numbers))]


def _weekday(letter):
    return 6 if letter == "天" else _WEEK.index(letter) if letter in _WEEK else int(letter) - 1


def _weekday_key(day):
    number = int(day[:-2] or 0)
    return number < 0, number, WEEKDAYS.index(day[-2:])


def _number(word):
    """ "15", "十五", "二十", "廿一" → int; None when it is no number below 100."""
    if word.isdecimal():
        return int(word)
    word = word.replace("廿", "二十").replace("卅", "三十")
    found = re.fullmatch(rf"(?:([{_DIGITS}])?(十))?([{_DIGITS}])?", word)
    if not found or not word:
        return None
    tens = _DIGITS.index(found[1]) if found[1] else int(bool(found[2]))
    return tens * 10 + (_DIGITS.index(found[3]) if found[3] else 0)


def describe_parts(parts):
    """A checked rule in the clerks' words, which `read_text` reads back."""
    if parts["FREQ"] == "DAILY":
        return "每天"
    days = parts.get("BYDAY", "").split(",")
    if parts["FREQ"] == "WEEKLY":
        return "每周" + "、".join(_WEEK[WEEKDAYS.index(day)] for day in days)
    months = parts.get("BYMONTH")
    if not months:
        head = "每月"
    elif told := _BUNDLES.get(months):
        head = f"逢{told}月" if told in "单双" else f"每季度{told}月"
    else:
        head = "每年" + "、".join(f"{month}月" for month in months.split(","))
    if "BYMONTHDAY" in parts:
        return head + "、".join(_describe_day(int(day)) for day in parts["BYMONTHDAY"].split(","))
    return head + "、".join(_describe_weekday(day) for day in days)


def _describe_day(day):
    if day == -1:
        return "最后一天"
    return f"{day}日" if day > 0 else f"倒数第{-day}天"


def _describe_weekday(day):
    number = int(day[:-2])
    told = (
        f"第{_DIGITS[number]}个"
        if number > 0
        else "最后一个"
        if number == -1
        else f"倒数第{_DIGITS[-number]}个"
    )
    return f"{told}星期{_WEEK[WEEKDAYS.index(day[-2:])]}"
