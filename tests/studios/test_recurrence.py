"""Reception days (R22, R23): what clerks write is read or refused, and no day is lost or held twice."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.demo.venues import RECEPTION_TEXTS
from studios.recurrence import (
    KEEP,
    NEXT,
    POLICIES,
    PREVIOUS,
    ReceptionRuleError,
    describe_rule,
    normalize_rule,
    parse_reception_text,
    reception_dates,
)
from workdays.calendar import DayMark, WorkCalendar

ONE_DAY = timedelta(days=1)
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
FIRST, LAST = date(2025, 12, 1), date(2027, 1, 31)

month_days = st.lists(st.integers(1, 31) | st.integers(-31, -1), min_size=1, max_size=4, unique=True)
nth = st.sampled_from([1, 2, 3, 4, 5, -1, -2, -3, -4, -5])
nth_weekdays = st.lists(
    st.builds("{}{}".format, nth, st.sampled_from(WEEKDAYS)), min_size=1, max_size=3, unique=True
)
months = st.none() | st.lists(st.integers(1, 12), min_size=1, max_size=11, unique=True)


def join(values):
    return ",".join(map(str, values))


@st.composite
def rules(draw):
    kind = draw(st.sampled_from(["DAILY", "WEEKLY", "days", "weekdays"]))
    if kind == "DAILY":
        return "FREQ=DAILY"
    if kind == "WEEKLY":
        return f"FREQ=WEEKLY;BYDAY={join(draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True)))}"
    chosen = draw(months)
    inner = f"BYMONTHDAY={join(draw(month_days))}" if kind == "days" else f"BYDAY={join(draw(nth_weekdays))}"
    head = "FREQ=MONTHLY;" if chosen is None else f"FREQ=MONTHLY;BYMONTH={join(chosen)};"
    return head + inner


def usable(rule):
    try:
        return normalize_rule(rule)
    except ReceptionRuleError:
        return None


good_rules = rules().map(usable).filter(bool)
days = st.dates(FIRST, LAST)
marks = st.builds(DayMark, is_off=st.booleans(), name=st.sampled_from(["春节", "国庆节"]))


@st.composite
def calendars(draw):
    """Single marked days, and long closures that cross the ends of months and years."""
    marked = draw(st.dictionaries(days, marks, max_size=30))
    for start in draw(st.lists(days, max_size=3)):
        length = draw(st.integers(2, 40))
        marked |= {start + ONE_DAY * n: DayMark(True, "春节") for n in range(length)}
    return WorkCalendar(marked, settled_years=draw(st.sets(st.sampled_from([2025, 2026, 2027]))))


def rule_days(rule, first, last):
    """The rule's days by looking at every date: slow, and nothing like the library."""
    parts = dict(part.split("=") for part in rule.split(";"))
    found, day = [], first
    while day <= last:
        end = ((day.replace(day=1) + timedelta(days=32)).replace(day=1) - ONE_DAY).day
        name = WEEKDAYS[day.weekday()]
        orders = {f"{(day.day - 1) // 7 + 1}{name}", f"-{(end - day.day) // 7 + 1}{name}", name}
        if (
            ("BYMONTH" not in parts or str(day.month) in parts["BYMONTH"].split(","))
            and (
                "BYMONTHDAY" not in parts
                or {str(day.day), str(day.day - end - 1)} & set(parts["BYMONTHDAY"].split(","))
            )
            and ("BYDAY" not in parts or orders & set(parts["BYDAY"].split(",")))
        ):
            found.append(day)
        day += ONE_DAY
    return found


def month_ends(first, last):
    """(first, last) of every month of the period."""
    while first <= last:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first, min(following - ONE_DAY, last)
        first = following


@pytest.mark.parametrize(
    ("text", "rule", "told"),
    [
        ("每月1日、15日", "FREQ=MONTHLY;BYMONTHDAY=1,15", "每月1日、15日"),
        ("每月１５日、１日", "FREQ=MONTHLY;BYMONTHDAY=1,15", "每月1日、15日"),
        ("每月1号和15号", "FREQ=MONTHLY;BYMONTHDAY=1,15", "每月1日、15日"),
        ("每月1、15日", "FREQ=MONTHLY;BYMONTHDAY=1,15", "每月1日、15日"),
        ("每月1日15日", "FREQ=MONTHLY;BYMONTHDAY=1,15", "每月1日、15日"),
        ("每月 10 日", "FREQ=MONTHLY;BYMONTHDAY=10", "每月10日"),
        ("每个月的二十五号", "FREQ=MONTHLY;BYMONTHDAY=25", "每月25日"),
        ("每月1日至3日", "FREQ=MONTHLY;BYMONTHDAY=1,2,3", "每月1日、2日、3日"),
        ("每月最后一天", "FREQ=MONTHLY;BYMONTHDAY=-1", "每月最后一天"),
        ("每月第一个星期三", "FREQ=MONTHLY;BYDAY=1WE", "每月第一个星期三"),
        ("每月第1个周三", "FREQ=MONTHLY;BYDAY=1WE", "每月第一个星期三"),
        ("每月第二个礼拜天", "FREQ=MONTHLY;BYDAY=2SU", "每月第二个星期日"),
        ("每月第一、三个星期三", "FREQ=MONTHLY;BYDAY=1WE,3WE", "每月第一个星期三、第三个星期三"),
        ("每月第一个周三和第三个周五", "FREQ=MONTHLY;BYDAY=1WE,3FR", "每月第一个星期三、第三个星期五"),
        ("每月最后一个星期五", "FREQ=MONTHLY;BYDAY=-1FR", "每月最后一个星期五"),
        ("每月倒数第二个周五", "FREQ=MONTHLY;BYDAY=-2FR", "每月倒数第二个星期五"),
        ("每周三", "FREQ=WEEKLY;BYDAY=WE", "每周三"),
        ("每星期天", "FREQ=WEEKLY;BYDAY=SU", "每周日"),
        ("每个礼拜日", "FREQ=WEEKLY;BYDAY=SU", "每周日"),
        ("每周五、一", "FREQ=WEEKLY;BYDAY=MO,FR", "每周一、五"),
        ("每周二和周四", "FREQ=WEEKLY;BYDAY=TU,TH", "每周二、四"),
        ("每周一至周五", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "每周一、二、三、四、五"),
        ("每天", "FREQ=DAILY", "每天"),
        ("双月15日", "FREQ=MONTHLY;BYMONTH=2,4,6,8,10,12;BYMONTHDAY=15", "逢双月15日"),
        ("每季度首月10日", "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=10", "每季度首月10日"),
        ("每年3月、9月的第一个星期三", "FREQ=MONTHLY;BYMONTH=3,9;BYDAY=1WE", "每年3月、9月第一个星期三"),
        ("每月10日上午9:00-11:30", "FREQ=MONTHLY;BYMONTHDAY=10", "每月10日"),
        ("每月10日，遇节假日顺延至下一个工作日", "FREQ=MONTHLY;BYMONTHDAY=10", "每月10日"),
        ("每月10日（遇周末顺延）", "FREQ=MONTHLY;BYMONTHDAY=10", "每月10日"),
        ("每月10日为党代表接待日。", "FREQ=MONTHLY;BYMONTHDAY=10", "每月10日"),
    ],
)
def test_what_clerks_write(text, rule, told):
    assert parse_reception_text(text) == rule
    assert describe_rule(rule) == told


def test_every_text_of_the_demo_city_is_read():
    for text in ["每月1日、15日", *RECEPTION_TEXTS]:
        assert describe_rule(parse_reception_text(text)) == text


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("", "请填写"),
        (None, "请填写"),
        ("有空就来", "请改写"),
        ("每月", "请改写"),
        ("每周", "请改写"),
        ("每月25日前", "请改写"),
        ("每月10日（双月）", "请改写"),
        ("每月15日至10日", "请改写"),
        ("每年13月1日", "请改写"),
        ("每月32日", "1至31日"),
        ("每月0日", "1至31日"),
        ("每年2月30日", "请改日期或月份"),
        ("每月第六个星期三", "最后一个"),
        ("每月第一周周三", "每月第一个星期三"),
        ("每月初一", "公历"),
        ("农历每月15日", "公历"),
        ("每月第一个工作日", "每月1日"),
        ("隔周三", "每月第一、三个星期三"),
        ("每两周周三", "每月第一、三个星期三"),
        ("每月10日，遇节假日提前", "提前到上一工作日"),
        ("不定期", "写明日期"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(text, way_out):
    with pytest.raises(ReceptionRuleError, match=way_out):
        parse_reception_text(text)


@settings(deadline=None)
@given(st.text(alphabet="每月周星期第一二三个1５日号、和()（）至最后天FREQ=;,: \n", max_size=20))
def test_odd_texts_are_read_or_refused(text):
    try:
        rule = parse_reception_text(text)
    except ReceptionRuleError as error:
        assert str(error).endswith("。")
    else:
        assert normalize_rule(rule) == rule


@settings(max_examples=60, deadline=None)
@given(good_rules)
def test_a_rule_said_in_chinese_is_read_back(rule):
    assert parse_reception_text(describe_rule(rule)) == rule


@pytest.mark.parametrize(
    ("rule", "normal"),
    [
        ("rrule:freq=monthly;bymonthday=15,1,15", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ("BYDAY=3WE,+1WE;FREQ=MONTHLY;INTERVAL=1;WKST=SU", "FREQ=MONTHLY;BYDAY=1WE,3WE"),
        ("FREQ=YEARLY;BYMONTH=9,3;BYMONTHDAY=10", "FREQ=MONTHLY;BYMONTH=3,9;BYMONTHDAY=10"),
        ("FREQ=MONTHLY;BYDAY=WE", "FREQ=WEEKLY;BYDAY=WE"),
        ("FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTHDAY=1"),
    ],
)
def test_equal_rules_are_equal_texts(rule, normal):
    assert normalize_rule(rule) == normal


@pytest.mark.parametrize(
    ("rule", "way_out"),
    [
        ("", "请填写"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;COUNT=3", "停用规则"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20270101", "停用规则"),
        ("FREQ=DAILY;BYHOUR=9", "起止时间"),
        ("FREQ=DAILY;BYMINUTE=1,2,3", "起止时间"),
        ("FREQ=HOURLY", "最细只到日"),
        ("FREQ=SECONDLY", "最细只到日"),
        ("BYMONTHDAY=1", "最细只到日"),
        ("FREQ=WEEKLY;BYDAY=WE;INTERVAL=2", "间隔"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "第一个星期三"),
        ("FREQ=YEARLY;BYWEEKNO=20", "第几周"),
        ("FREQ=YEARLY;BYYEARDAY=1", "月份和日期"),
        ("FREQ=YEARLY;BYEASTER=1", "月份和日期"),
        ("FREQ=YEARLY;BYMONTHDAY=1", "写明月份"),
        ("FREQ=MONTHLY", "写明日期"),
        ("FREQ=WEEKLY", "星期几"),
        ("FREQ=WEEKLY;BYDAY=1WE", "星期几"),
        ("FREQ=WEEKLY;BYDAY=WE;BYMONTH=3", "每月的规则"),
        ("FREQ=DAILY;BYDAY=WE", "每月的规则"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=1FR", "只用一种"),
        ("FREQ=MONTHLY;BYDAY=WE,1FR", "只用一种"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "1至31"),
        ("FREQ=MONTHLY;BYMONTHDAY=x", "1至31"),
        ("FREQ=MONTHLY;BYMONTH=13;BYMONTHDAY=1", "1至12"),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30,31", "请改日期或月份"),
        ("FREQ=MONTHLY;BYDAY=6WE", "星期写法不对"),
        ("FREQ=MONTHLY;BYDAY=XX", "星期写法不对"),
        ("FREQ=MONTHLY;FREQ=DAILY;BYMONTHDAY=1", "只写一次"),
        ("FREQ=MONTHLY;BYMONTHDAY", "名称=值"),
        ("FREQ=MONTHLY;BYMONTHDAY=1\nDTSTART:20260101", "1至31"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;X-EVIL=1", "只能用月份、日期和星期"),
    ],
)
def test_rules_outside_the_safe_kind_are_refused_with_a_way_out(rule, way_out):
    for read in (
        normalize_rule,
        describe_rule,
        lambda rule: reception_dates(rule, FIRST, LAST, WorkCalendar({})),
    ):
        with pytest.raises(ReceptionRuleError, match=way_out):
            read(rule)


def test_an_unknown_policy_is_an_error():
    with pytest.raises(ValueError, match="policy"):
        reception_dates("FREQ=DAILY", FIRST, LAST, WorkCalendar({}), "skip")


def test_an_empty_period_has_no_days():
    assert reception_dates("FREQ=DAILY", LAST, FIRST, WorkCalendar({})) == []


@settings(max_examples=30, deadline=None)
@given(good_rules, calendars(), st.sampled_from(POLICIES))
def test_month_by_month_is_the_year_at_once(rule, calendar, policy):
    whole = reception_dates(rule, FIRST, LAST, calendar, policy)
    parts = [reception_dates(rule, first, last, calendar, policy) for first, last in month_ends(FIRST, LAST)]
    assert [day for part in parts for day in part] == whole


@settings(max_examples=30, deadline=None)
@given(good_rules, calendars(), st.sampled_from(POLICIES))
def test_no_rule_day_is_lost_or_held_twice(rule, calendar, policy):
    # What moves across the ends is looked for well outside of them.
    found = reception_dates(rule, FIRST - 60 * ONE_DAY, LAST + 60 * ONE_DAY, calendar, policy)
    dates = [day.date for day in found]
    assert dates == sorted(set(dates))
    told = sorted(own for day in found for own in (day.rule_date, *day.merged))
    inside = [day for day in told if FIRST <= day <= LAST]
    assert inside == rule_days(rule, FIRST, LAST)
    assert len(told) == len(set(told))


@settings(max_examples=30, deadline=None)
@given(good_rules, calendars(), st.sampled_from(POLICIES))
def test_a_day_moves_to_the_nearest_work_day_on_its_side_and_says_why(rule, calendar, policy):
    for day in reception_dates(rule, FIRST, LAST, calendar, policy):
        assert FIRST <= day.date <= LAST
        if policy == KEEP:
            assert (day.date, day.reason, day.merged, day.is_provisional) == (day.rule_date, None, (), False)
            continue
        assert calendar.is_workday(day.date)
        step = ONE_DAY if policy == NEXT else -ONE_DAY
        for own in (day.rule_date, *day.merged):
            passed = own
            while passed != day.date:
                assert not calendar.is_workday(passed)
                passed += step
        assert day.reason == (calendar.reason_off(day.rule_date) if day.rule_date != day.date else None)
        assert day.is_provisional or not calendar.is_provisional(day.date)


HOLIDAYS = WorkCalendar(
    {
        date(2026, 1, 1): DayMark(True, "元旦"),
        date(2026, 1, 2): DayMark(True, "元旦"),
        date(2026, 1, 3): DayMark(True, "元旦"),
        date(2026, 1, 4): DayMark(False, "元旦"),
        **{date(2026, 10, n): DayMark(True, "国庆节") for n in range(1, 8)},
        date(2026, 10, 10): DayMark(False, "国庆节"),
    },
    settled_years={2025, 2026},
)


def told(rule, first, last, policy=NEXT):
    return [(day.date, day.told) for day in reception_dates(rule, first, last, HOLIDAYS, policy)]


def test_a_make_up_sunday_is_a_work_day():
    """4 January 2026 was a Sunday worked for New Year; the day moves to it, and a rule's own make-up day stays."""
    january = date(2026, 1, 1), date(2026, 1, 31)
    assert told("FREQ=MONTHLY;BYMONTHDAY=1", *january) == [(date(2026, 1, 4), "1月1日为元旦，顺延至1月4日。")]
    october = date(2026, 10, 8), date(2026, 10, 31)
    assert told("FREQ=MONTHLY;BYMONTHDAY=10", *october) == [(date(2026, 10, 10), "")]


def test_a_day_moves_into_the_year_before():
    rule = "FREQ=MONTHLY;BYMONTHDAY=1"
    assert told(rule, date(2025, 12, 2), date(2025, 12, 31), PREVIOUS) == [
        (date(2025, 12, 31), "1月1日为元旦，提前到12月31日。")
    ]
    assert told(rule, date(2026, 1, 1), date(2026, 1, 29), PREVIOUS) == []


def test_a_weekend_moves_into_the_next_month():
    rule = "FREQ=MONTHLY;BYMONTHDAY=31"
    assert told(rule, date(2026, 5, 1), date(2026, 5, 31)) == []
    assert told(rule, date(2026, 6, 1), date(2026, 6, 30)) == [
        (date(2026, 6, 1), "5月31日为周末，顺延至6月1日。")
    ]


def test_two_rule_days_in_one_holiday_become_one_reception_day():
    days = told("FREQ=MONTHLY;BYMONTHDAY=1,3,8", date(2026, 10, 1), date(2026, 10, 31))
    assert days == [(date(2026, 10, 8), "与10月1日、10月3日的接待日合并。")]
    days = told("FREQ=MONTHLY;BYMONTHDAY=1,3", date(2026, 10, 1), date(2026, 10, 31))
    assert days == [(date(2026, 10, 8), "10月3日为国庆节，顺延至10月8日；与10月1日的接待日合并。")]


def test_a_year_without_a_notice_is_provisional():
    (day,) = reception_dates("FREQ=MONTHLY;BYMONTHDAY=10", date(2027, 3, 1), date(2027, 3, 31), HOLIDAYS)
    assert (day.is_provisional, day.told) == (True, "当年放假安排尚未公布，日期可能调整。")
