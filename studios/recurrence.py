"""When a venue receives, without Django: the clerks' texts, the rule (iCalendar RRULE), and the dates of a period.

R22, R23: "每月1日、15日" or "每月第一个星期三". A rule is kept as an RRULE of a small, safe kind: days of the month,
weekdays, n-th weekdays, and months; nothing finer than a day, no end and no count, so a rule means the same whatever
day one begins to read it, and a year read month by month is the year read at once.

Two rule days that fall on one work day (the 1st and the 3rd of October) become one reception day: pushing the second
one on would receive on a day nobody announced, and a daily rule would never catch up after a long holiday.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

from studios.reception_text import WEEKDAYS, ReceptionRuleError, describe_parts, read_text

ONE_DAY = timedelta(days=1)
NEXT, PREVIOUS, KEEP = "next", "previous", "keep"
POLICIES = (NEXT, PREVIOUS, KEEP)
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

__all__ = [
    "KEEP",
    "NEXT",
    "POLICIES",
    "PREVIOUS",
    "ReceptionDate",
    "ReceptionRuleError",
    "describe_rule",
    "normalize_rule",
    "parse_reception_text",
    "reception_dates",
]


@dataclass(frozen=True, slots=True)
class ReceptionDate:
    """A day on which the venue receives, and how it came about.

    `rule_date` is the rule's own day; `reason` says why it is another one (a holiday's name or 周末), None where it is
    not. `merged` are further rule days that fell on the same date. `is_provisional`: the holidays of a year
    involved are not announced yet.
    """

    date: date
    rule_date: date
    reason: str | None = None
    is_provisional: bool = False
    merged: tuple[date, ...] = ()

    @property
    def told(self):
        """What happened to the rule's day, in one Chinese sentence; empty where nothing did."""
        told = []
        if self.reason:
            verb = "顺延至" if self.date > self.rule_date else "提前到"
            told.append(f"{_day(self.rule_date)}为{self.reason}，{verb}{_day(self.date)}")
        if self.merged:
            told.append(f"与{'、'.join(map(_day, self.merged))}的接待日合并")
        if self.is_provisional:
            told.append("当年放假安排尚未公布，日期可能调整")
        return "；".join(told) + "。" if told else ""


def parse_reception_text(text):
    """The clerk's text as an RRULE: "每月1日、15日" → "FREQ=MONTHLY;BYMONTHDAY=1,15".

    Weekdays, n-th and last weekdays, lists and ranges, full-width and Chinese numbers are read; hours and remarks in
    brackets beside the rule are passed over. Raises ReceptionRuleError with a Chinese sentence.
    """
    return normalize_rule(";".join(f"{name}={value}" for name, value in read_text(text).items()))


def describe_rule(rule):
    """The rule in Chinese: "FREQ=MONTHLY;BYMONTHDAY=1,15" → "每月1日、15日". Raises ReceptionRuleError."""
    return describe_parts(_read_rule(rule))


def normalize_rule(rule):
    """The rule with its parts in one order and one spelling, so that equal rules are equal texts.

    Raises ReceptionRuleError for whatever is outside the safe kind.
    """
    return ";".join(f"{name}={value}" for name, value in _read_rule(rule).items())


def reception_dates(rule, first, last, calendar, policy=NEXT):
    """The reception days in [first, last], in order.

    `policy` is what happens to a rule day without work: NEXT and PREVIOUS move it to the nearest work day on that side
    (a make-up Saturday is one), KEEP leaves it. A moved day belongs to the period it moves into, so periods that
    touch give every day once. Raises ReceptionRuleError for the rule, ValueError for an unknown policy.
    """
    if policy not in POLICIES:
        raise ValueError(f"unknown policy {policy!r}")
    normal = normalize_rule(rule)
    if last < first:
        return []
    start, end = _reach(first, last, calendar, policy)
    landed = {}
    for rule_date in _rule_days(normal, start, end):
        day = _move(rule_date, calendar, policy)
        if first <= day <= last:
            landed.setdefault(day, []).append(rule_date)
    return [_reception_date(day, landed[day], calendar, policy) for day in sorted(landed)]


def _reach(first, last, calendar, policy):
    """The period whose rule days can land in [first, last]: days off right before it move in, or right after it."""
    if policy == NEXT:
        while not calendar.is_workday(first - ONE_DAY):
            first -= ONE_DAY
    elif policy == PREVIOUS:
        while not calendar.is_workday(last + ONE_DAY):
            last += ONE_DAY
    return first, last


def _rule_days(rule, start, end) -> Iterable[date]:
    until = datetime.combine(end, time.max)
    for moment in rrulestr(rule, dtstart=datetime.combine(start, time.min)):
        if moment > until:
            return
        yield moment.date()


def _move(day, calendar, policy):
    step = {NEXT: ONE_DAY, PREVIOUS: -ONE_DAY}.get(policy)
    while step and not calendar.is_workday(day):
        day += step
    return day


def _reception_date(day, rule_dates, calendar, policy):
    """The rule day that needed no move stands for the day, else the nearest one; the others were merged into it."""
    own = min(rule_dates, key=lambda rule_date: abs(rule_date - day))
    return ReceptionDate(
        date=day,
        rule_date=own,
        reason=calendar.reason_off(own) if own != day else None,
        # A day that never moves does not wait for any notice.
        is_provisional=policy != KEEP
        and any(calendar.is_provisional(each) for each in (day, min(rule_dates), max(rule_dates))),
        merged=tuple(rule_date for rule_date in rule_dates if rule_date != own),
    )


def _read_rule(rule):
    """{"FREQ": …, …} in canonical order and spelling. Raises ReceptionRuleError."""
    text = str(rule or "").strip().upper().removeprefix("RRULE:")
    if not text:
        raise ReceptionRuleError("没有填写接待日规则，请填写，例如“每月1日、15日”。")
    parts = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise ReceptionRuleError(f"规则片段“{part[:30]}”写法不对，请写成“名称=值”，每项只写一次。")
        parts[name] = value
    return _checked(parts)


REFUSED = {
    "COUNT": "接待日规则不能限定次数，请停用规则来结束接待",
    "UNTIL": "接待日规则不能写截止日期，请停用规则来结束接待",
    "BYHOUR": "接待时间请填在起止时间里，规则只到日",
    "BYMINUTE": "接待时间请填在起止时间里，规则只到日",
    "BYSECOND": "接待时间请填在起止时间里，规则只到日",
    "BYSETPOS": "请改用“每月第一个星期三”这样的写法",
    "BYWEEKNO": "请改用月份和日期，不用第几周",
    "BYYEARDAY": "请改用月份和日期，不用一年中的第几天",
    "BYEASTER": "请改用月份和日期",
}
ALLOWED = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST")


def _checked(parts):
    for name in parts:
        if name not in ALLOWED:
            way_out = REFUSED.get(name, "接待日规则只能用月份、日期和星期")
            raise ReceptionRuleError(f"规则中不能使用“{name[:20]}”：{way_out}。")
    frequency = parts.get("FREQ")
    if frequency not in FREQUENCIES:
        raise ReceptionRuleError("接待日规则最细只到日，请用每天、每周、每月或每年的规则。")
    if parts.get("INTERVAL", "1") != "1":
        raise ReceptionRuleError("规则不能写间隔，因为没有固定的起点；请用月份写明，例如“逢双月10日”。")
    if parts.get("WKST", "MO") not in WEEKDAYS:
        raise ReceptionRuleError("每周的第一天写法不对，请去掉“WKST”。")
    months = _numbers(parts, "BYMONTH", range(1, 13), "月份应在1至12之间")
    days = _numbers(
        parts, "BYMONTHDAY", (*range(1, 32), *range(-31, 0)), "日期应在1至31之间，倒数的为-1至-31"
    )
    return _shaped(frequency, months, days, _week_days(parts))


def _shaped(frequency, months, days, weekdays):
    """The one spelling of a rule: "every year in March and September" is "every month, of these months"."""
    if days and weekdays:
        raise ReceptionRuleError("日期和星期不能写在同一条规则里，请只用一种。")
    plain = [day for day in weekdays if len(day) == 2]
    if plain and len(plain) != len(weekdays):
        raise ReceptionRuleError("“每个星期三”和“第一个星期三”不能写在同一条规则里，请只用一种。")
    if frequency in ("DAILY", "WEEKLY"):
        if months or days or (frequency == "DAILY" and weekdays):
            raise ReceptionRuleError("每天或每周的规则不能再写月份或日期，请改用每月的规则。")
        if frequency == "DAILY":
            return {"FREQ": "DAILY"}
        if not plain:
            raise ReceptionRuleError("每周的规则要写明星期几，例如“每周三”。")
    elif frequency == "YEARLY" and not months:
        raise ReceptionRuleError("每年的规则要写明月份，例如“每年3月、9月10日”。")
    elif not days and not weekdays:
        raise ReceptionRuleError("每月的规则要写明日期或第几个星期几，例如“每月10日”。")
    elif plain:
        if months:
            raise ReceptionRuleError("请写明当月第几个星期几，例如“每年3月第一个星期三”。")
        frequency = "WEEKLY"
    if frequency == "WEEKLY":
        return {"FREQ": "WEEKLY", "BYDAY": ",".join(plain)}
    if days and months and not any(abs(day) <= LONGEST_MONTH[month - 1] for day in days for month in months):
        raise ReceptionRuleError("所选月份里没有这样的日期，请改日期或月份。")
    parts = {"FREQ": "MONTHLY"}
    if months and len(months) < 12:
        parts["BYMONTH"] = ",".join(map(str, months))
    name, values = ("BYMONTHDAY", days) if days else ("BYDAY", weekdays)
    return parts | {name: ",".join(map(str, values))}


def _numbers(parts, name, allowed, fault):
    try:
        numbers = {int(word) for word in parts[name].split(",")} if name in parts else set()
    except ValueError:
        numbers = {0}
    if not numbers <= set(allowed):
        raise ReceptionRuleError(f"规则中的{fault}。")
    return sorted(numbers, key=lambda number: (number < 0, number))


def _week_days(parts):
    words = {word.removeprefix("+") for word in parts["BYDAY"].split(",")} if "BYDAY" in parts else set()
    for word in words:
        number, day = word[:-2], word[-2:]
        if day not in WEEKDAYS or number not in ("", *"12345", "-1", "-2", "-3", "-4", "-5"):
            raise ReceptionRuleError(
                "规则中的星期写法不对，请用“1WE”（第一个星期三）或“-1FR”（最后一个星期五）。"
            )
    return sorted(
        words, key=lambda word: (word[:-2].startswith("-"), int(word[:-2] or 0), WEEKDAYS.index(word[-2:]))
    )


def _day(day):
    return f"{day.month}月{day.day}日"
