"""Reading the notices in the wording of several years. The texts are abridged; every sentence with a date is whole."""

import json
from datetime import date

import pytest

from workdays.actions import load_calendar_seed
from workdays.models import CalendarDay
from workdays.notices import read_notice

HEAD = "国务院办公厅关于{year}年部分节假日安排的通知\n国办发明电〔{before}〕{number}号\n各省、自治区、直辖市人民政府：\n经国务院批准，现将{year}年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。\n"
TAIL = "\n节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告。\n国务院办公厅\n{before}年11月4日"

NOTICES = {
    2026: (
        7,
        """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。""",
    ),
    2025: (
        12,
        """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。""",
    ),
    2024: (
        7,
        """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    ),
    2023: (
        16,
        """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
    ),
}


def notice_text(year, body=None):
    number, own = NOTICES[year]
    return (HEAD + (body or own) + TAIL).format(year=year, before=year - 1, number=number)


def marks(notice):
    return {(day.date, day.is_off) for day in notice.days}


@pytest.mark.parametrize("year", NOTICES)
@pytest.mark.django_db
def test_every_day_of_a_notice_is_read(year):
    """Two sources that know nothing of each other, the sentences and the seed, name the same working days."""
    notice = read_notice(notice_text(year))
    assert notice.faults == []
    assert (notice.year, notice.document_number) == (year, f"国办发明电〔{year - 1}〕{NOTICES[year][0]}号")
    load_calendar_seed()
    seeded = CalendarDay.objects.filter(year__year=year).values_list("date", "kind")
    # A day off on a weekend is a day off either way; sources differ in whether they name it.
    plain = {(day, True) for day, _kind in seeded if day.weekday() >= 5} | {
        (day, True) for day, _is_off in marks(notice) if day.weekday() >= 5
    }
    assert marks(notice) - plain == {(day, kind == "off") for day, kind in seeded} - plain


def test_advice_is_not_an_order_and_is_shown():
    notice = read_notice(notice_text(2024))
    assert date(2024, 2, 9) not in {day.date for day in notice.days}
    assert notice.unused == ["鼓励各单位结合带薪年休假等制度落实,安排职工在除夕(2月9日)休息"]


def test_a_holiday_may_begin_in_december():
    days = marks(read_notice(notice_text(2023)))
    assert {(date(2022, 12, 31), True), (date(2023, 1, 2), True)} < days


def test_one_line_full_width_and_spaces_change_nothing():
    text = notice_text(2026).replace("\n", "").replace("2月15日", "２ 月 15 日")
    assert marks(read_notice(text)) == marks(read_notice(notice_text(2026)))


def test_two_holidays_under_one_heading_keep_both_names():
    names = [name for name, _off, _makeup in read_notice(notice_text(2025)).by_holiday]
    assert names[-1] == "国庆节、中秋节"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("1月4日（周日）上班", "1月4日（周六）上班", "元旦：2026年1月4日是周日，通知里写的是周六，请核对。"),
        ("共9天", "共8天", "春节：写着共8天，按日期算是9天，请核对。"),
        ("5月9日（周六）", "5月8日", "劳动节：2026年5月8日本来就是工作日，不会是调休上班，请核对。"),
        ("6月19日（周五）至21日", "6月31日至21日", "端午节：没有6月31日这一天，请核对。"),
        ("4月4日（周六）至6日", "4月6日至4日", "清明节：「4月6日至4日(周一)」起止颠倒或超过一个月，请核对。"),
        ("2月28日", "2月14、28日", "春节：没有看懂「2月14日(周六)、2月14、28日(周六)上班」，请把日期写成「2月15日至23日」的样子。"),
        ("七、国庆节：", "七、其他：", "没有找到国庆节的放假日期，请粘贴完整的通知。"),
        ("9月20日（周日）", "9月26日（周六）", "2026年9月26日在「中秋节」和「国庆节」里各出现一次，请核对。"),
        ("10月1日（周四）至7日", "2027年10月1日至7日", "国庆节：2027年10月1日不在2026年，请核对。"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_told(old, new, fault):
    text = notice_text(2026)
    assert old in text
    assert fault in read_notice(text.replace(old, new)).faults


def test_a_text_without_its_title_needs_the_year_told():
    body = notice_text(2026).split("如下。")[1]
    assert "没有找到年份" in read_notice(body).faults[0]
    assert marks(read_notice(body, year=2026)) == marks(read_notice(notice_text(2026)))
    assert "通知是2026年的，填的年份是2027年，请核对。" in read_notice(notice_text(2026), year=2027).faults


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "没有找到年份"),
        ("明年春节放假九天", "没有找到年份"),
        ("国务院办公厅关于2027年部分节假日安排的通知", "没有找到「一、元旦"),
        ("国" * 20_001, "太长"),
        ("国务院办公厅关于2002年部分节假日安排的通知", "不在可录入的范围"),
    ],
)
def test_what_is_no_notice_is_refused(text, word):
    assert word in "".join(read_notice(text).faults)


def as_json(notice, **changes):
    days = [{"name": d.name, "date": d.date.isoformat(), "isOffDay": d.is_off} for d in notice.days]
    told = {"year": notice.year, "papers": ["https://www.gov.cn/x"], "days": days, **changes}
    return json.dumps(told, ensure_ascii=False)


def test_the_days_may_come_as_json():
    pasted = read_notice(notice_text(2026))
    notice = read_notice(as_json(pasted))
    assert (notice.year, marks(notice), notice.faults) == (2026, marks(pasted), [])
    assert notice.address == "https://www.gov.cn/x"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "JSON 格式不对"),
        ('{"year": 2027}', "JSON 格式不对"),
        ('{"year": 2027, "days": [{"name": "x", "date": "2027-13-01", "isOffDay": true}]}', "JSON 格式不对"),
        ('{"year": 2027, "days": [{"name": "x", "date": "2027-01-01", "isOffDay": "no"}]}', "JSON 格式不对"),
        ('{"year": 2027, "days": []}', "没有找到元旦"),
    ],
)
def test_wrong_json_is_refused(content, word):
    assert word in "".join(read_notice(content).faults)
