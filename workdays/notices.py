"""Reading the State Council's yearly notice on holidays (国务院办公厅关于××年部分节假日安排的通知), without Django.

The sentences look like this, and have changed little since 2008:

    二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。

Whatever the reader cannot place is a fault, never a guess: weekdays, the announced number of days and the set of
seven holidays are checked against the dates. A `Notice` with faults must not be entered.
"""

import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest

HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
WEEKDAYS = "一二三四五六日"
FIRST_YEAR, LAST_YEAR = 2008, 2100
MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class NoticeDay:
    date: date
    is_off: bool
    name: str


@dataclass
class Notice:
    """What a notice says: its year, its document number, every day it names; and what is wrong with it."""

    year: int | None = None
    document_number: str = ""
    days: list[NoticeDay] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    """Sentences inside the list of holidays that order nothing (e.g. advice on paid leave), to be shown."""
    address: str = ""

    @property
    def title(self):
        number = f"（{self.document_number}）" if self.document_number else ""
        return f"国务院办公厅关于{self.year}年部分节假日安排的通知{number}"

    @property
    def by_holiday(self):
        """[(name, days off, days made up for)] in the order of the notice."""
        names = list(dict.fromkeys(day.name for day in self.days))
        return [
            (
                name,
                sorted(day.date for day in self.days if day.name == name and day.is_off),
                sorted(day.date for day in self.days if day.name == name and not day.is_off),
            )
            for name in names
        ]


_YEAR = re.compile(r"关于(20\d\d)年(?:部分)?节假日|现将(20\d\d)年")
_NUMBER = re.compile(r"国办发(?:明电)?[\[〔(](20\d\d)[\]〕)]第?(\d+)号")
_SECTION = re.compile(r"(?:^|(?<=[。\n:;]))[一二三四五六七八九十]{1,2}、([^:。\n]{2,20}):")
_TAIL = re.compile(r"节假日期间|国务院办公厅20\d\d年|国务院办公厅$")
_WEEKDAY = re.compile(r"(?:星期|周)([一二三四五六日天])")
_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(\([^)]*\))?"
_SPAN = re.compile(rf"{_DAY}(?:(?:至|到|—+|-+|~){_DAY})?")
_LENGTH = re.compile(r"(?:共|放假)(\d+)天")


def read_notice(text, *, year=None):
    """Read the text of a notice as it stands on gov.cn, or its days as JSON. Look at the `faults` of what comes back.

    `year` is for a text without its title. The JSON is the form in which systems commonly pass notices on:
    `{"year": 2027, "papers": [address], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`.
    """
    if len(text) > MOST_CHARACTERS:
        return Notice(faults=["文字太长，不像放假通知。请只粘贴通知正文。"])
    notice = _read_json(text) if text.lstrip()[:1] == "{" else _read_text(text, year)
    if notice.year is None:
        return notice
    if year and year != notice.year:
        notice.faults.append(f"通知是{notice.year}年的，填的年份是{year}年，请核对。")
    _check(notice)
    return notice


def _read_text(text, year):
    plain = re.sub(r"[^\S\n]+", "", unicodedata.normalize("NFKC", text))
    found = _YEAR.search(plain)
    notice = Notice(year=int(found[1] or found[2]) if found else year)
    if notice.year is None:
        notice.faults.append(
            "没有找到年份。请连同标题「国务院办公厅关于××××年部分节假日安排的通知」一起粘贴，或填写年份。"
        )
        return notice
    if number := _NUMBER.search(plain):
        kind = "国办发明电" if "明电" in number[0] else "国办发"
        notice.document_number = f"{kind}〔{number[1]}〕{number[2]}号"
    sections = list(_SECTION.finditer(plain))
    if not sections:
        notice.faults.append("没有找到「一、元旦：……」这样的条目。请粘贴通知正文，不要用图片或摘要。")
    for section, following in zip_longest(sections, sections[1:]):
        body = plain[section.end() : following.start() if following else len(plain)]
        body = _TAIL.split(body.replace("\n", ""))[0]
        _Section(notice, section[1]).read(body)
    return notice


class _Section:
    """One holiday's paragraph. Dates without a month or year take them from the date before."""

    def __init__(self, notice, name):
        self.notice, self.name = notice, name
        self.year, self.month = notice.year, None

    def read(self, body):
        for sentence in filter(None, re.split("[。;]", body)):
            off, waiting = [], []
            for clause in sentence.split(","):
                spans = self._spans(clause)
                if "上班" in clause:
                    self._add(waiting + spans, is_off=False)
                    waiting = []
                elif "放假" in clause or ("调休" in clause and spans):
                    off = waiting + spans
                    self._add(off, is_off=True)
                    waiting = []
                else:
                    waiting += spans
                self._check_length(clause, off)
            if waiting or not re.search("放假|上班", sentence):
                self.notice.unused.append(sentence)

    def _spans(self, clause):
        """The days a clause names. Digits that are left over are a date that was not understood."""
        days = []
        for match in _SPAN.finditer(clause):
            groups = match.groups()
            first = self._day(groups[:3], groups[3])
            last = self._day(groups[4:7], groups[7]) if groups[6] else first
            if first is None or last is None:
                continue
            if not timedelta(0) <= last - first <= timedelta(days=31):
                self._fault(f"「{match[0]}」起止颠倒或超过一个月，请核对。")
                continue
            days += [first + timedelta(days=i) for i in range((last - first).days + 1)]
        rest = re.sub(r"\([^)]*\)", "", _LENGTH.sub("", _SPAN.sub("", clause)))
        if re.search(r"\d", rest):
            self._fault(f"没有看懂「{clause}」，请把日期写成「2月15日至23日」的样子。")
        return days

    def _day(self, written, aside):
        year, month, day = written
        if year:
            self.year = int(year)
        if month:
            # New Year's days off may begin in the December before without saying so; later months are this year's.
            if not year and self.month and int(month) < self.month:
                self.year = self.notice.year
            elif not year and self.name.startswith("元旦") and month == "12":
                self.year = self.notice.year - 1
            self.month = int(month)
        told = f"{month or self.month or '?'}月{day}日"
        try:
            found = date(self.year, self.month or 0, int(day))
        except ValueError:
            self._fault(f"没有{told}这一天，请核对。")
            return None
        said = _WEEKDAY.search(aside or "")
        if said and WEEKDAYS[found.weekday()] != said[1].replace("天", "日"):
            self._fault(
                f"{self.year}年{told}是周{WEEKDAYS[found.weekday()]}，通知里写的是周{said[1]}，请核对。"
            )
        return found

    def _check_length(self, clause, off):
        said = _LENGTH.search(clause)
        if said and off and int(said[1]) != len(off):
            self._fault(f"写着共{said[1]}天，按日期算是{len(off)}天，请核对。")

    def _add(self, days, *, is_off):
        self.notice.days += [NoticeDay(day, is_off, self.name) for day in days]

    def _fault(self, sentence):
        self.notice.faults.append(f"{self.name}：{sentence}")


def _read_json(text):
    try:
        told = json.loads(text)
        notice = Notice(year=int(told["year"]))
        for day in told["days"]:
            if not isinstance(day["isOffDay"], bool):
                raise TypeError("isOffDay")
            name = str(day["name"]).strip()
            notice.days.append(NoticeDay(date.fromisoformat(day["date"]), day["isOffDay"], name))
        papers = told.get("papers") or [""]
        notice.address = str(papers[0])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return Notice(faults=["JSON 格式不对。需要 year 和 days（每天含 name、date、isOffDay），请核对。"])
    return notice


def _check(notice):
    """What must be true of every notice, however it came in; faults are added to it."""
    year, faults = notice.year, notice.faults
    if not FIRST_YEAR <= year <= LAST_YEAR:
        faults.append(f"{year}年不在可录入的范围（{FIRST_YEAR}–{LAST_YEAR}年）。")
        return
    told = "".join(day.name for day in notice.days if day.is_off)
    missing = [name for name in HOLIDAYS if name not in told]
    if missing:
        faults.append(f"没有找到{'、'.join(missing)}的放假日期，请粘贴完整的通知。")
    seen = {}
    for day in notice.days:
        written = f"{day.date.year}年{day.date.month}月{day.date.day}日"
        # Only New Year reaches over: days off or made up in the last days of the year before.
        if day.date.year != year and not (day.date.year == year - 1 and day.date.month == 12):
            faults.append(f"{day.name}：{written}不在{year}年，请核对。")
        elif not day.is_off and day.date.weekday() < 5:
            faults.append(f"{day.name}：{written}本来就是工作日，不会是调休上班，请核对。")
        if day.date in seen:
            faults.append(f"{written}在「{seen[day.date]}」和「{day.name}」里各出现一次，请核对。")
        seen[day.date] = day.name
