"""What clerks type, and what becomes of it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.workbooks import CellFault, cells
from representatives.congress_names import parse_congress_name
from representatives.pinyin import initials

TODAY = date(2022, 10, 28)
CHINA = ZoneInfo("Asia/Shanghai")
month = cells.month(on=TODAY, label="出生年月")
moment = cells.moment(at=datetime(2022, 10, 28, 12, tzinfo=CHINA), zone=CHINA)
TO_FULL_WIDTH = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")


def fault(clean, value):
    with pytest.raises(CellFault) as raised:
        clean(value)
    assert raised.value.message.endswith("。")
    return raised.value.message


@pytest.mark.parametrize(
    "value",
    [
        "1978.05",
        "1978-05",
        "1978年5月",
        "1978/5",
        " 1978 . 05 ",
        "１９７８．０５",
        "1978年05月",
        "197805",
        "19780517",
        1978.05,
    ]
    + ["1978-05-17", "1978年5月17日", "1978.5", 197805.0, date(1978, 5, 17), datetime(1978, 5, 17, 8)],
)
def test_months(value):
    assert month(value) == date(1978, 5, 1)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("不详", "不是日期"),
        ("1980.13", "没有 13 月"),
        ("1980.00", "没有 0 月"),
        ("2035.01", "还没有到"),
        ("2022.11", "还没有到"),
        ("1978", "只有年份"),
        (1978.0, "只有年份"),
        (1978.1, "分不清"),
        ("1850.01", "太早"),
        ("1978.02.30", "没有 30 日"),
        ("05.1978", "不是日期"),
        (28611.0, "不是日期"),
        (date(2035, 1, 1), "还没有到"),
        (True, "不是日期"),
    ],
)
def test_months_that_are_none(value, told):
    assert told in fault(month, value)


def test_the_present_month_has_come():
    assert month("2022.10") == date(2022, 10, 1)


WRITINGS = (
    "{0:04d}.{1:02d}",
    "{0:04d}-{1:02d}",
    "{0}年{1}月",
    "{0}/{1}",
    "{0}年{1:02d}月",
    "{0:04d}{1:02d}",
    " {0}．{1:02d}　",
)


@given(st.integers(1900, 2021), st.integers(1, 12), st.sampled_from(WRITINGS), st.booleans())
def test_a_month_is_the_same_however_it_is_written(year, number, writing, full_width):
    text = writing.format(year, number)
    assert month(text.translate(TO_FULL_WIDTH) if full_width else text) == date(year, number, 1)


@given(st.one_of(st.text(), st.floats(), st.booleans(), st.dates(), st.datetimes()))
def test_any_cell_gives_a_first_of_month_or_a_fault(value):
    try:
        found = month(value)
    except CellFault:
        return
    assert found is None or (found.day == 1 and date(1900, 1, 1) <= found <= TODAY)


@pytest.mark.parametrize(
    "value",
    [
        "13812342210",
        "138 1234 2210",
        "138-1234-2210",
        "１３８１２３４２２１０",
        13812342210.0,
        "+86 13812342210",
        "8613812342210"[2:],
    ]
    + ["0086-138-1234-2210", "　138１２３４2210 ", "(138)12342210", "138\u200b12342210"],
)
def test_phones(value):
    assert cells.phone(value) == "13812342210"


@pytest.mark.parametrize(
    ("value", "expected"), [("0536-8234567", "05368234567"), ("010-12345678", "01012345678"), ("", "")]
)
def test_landlines_and_none(value, expected):
    assert cells.phone(value) == expected


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1993600", "共 7 位"),
        ("199360O0001", "数字 0"),
        ("1381234221", "共 10 位"),
        ("138123422100", "共 12 位"),
        ("12812342210", "手机号"),
        ("8234567", "区号"),
        ("13812342210转801", "转"),
        (1.5, "共 2 位"),
        ("13812342210 / 13912342210", "共 22 位"),
    ],
)
def test_phones_that_are_none(value, told):
    assert told in fault(cells.phone, value)


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.lists(st.integers(0, 11), max_size=4),
    st.sampled_from(" -　"),
)
def test_a_phone_is_the_same_however_it_is_spaced(number, places, mark):
    written = number
    for place in places:
        written = written[:place] + mark + written[place:]
    assert cells.phone(written) == cells.phone(written.translate(TO_FULL_WIDTH)) == number
    assert cells.phone(float(number)) == number


@given(st.one_of(st.text(), st.floats(), st.booleans(), st.dates()))
def test_any_cell_gives_a_number_or_a_fault(value):
    try:
        found = cells.phone(value)
    except CellFault:
        return
    assert found == "" or (found.isascii() and found.isdigit() and 10 <= len(found) <= 12)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("李　明", "李明"),
        ("曾晓贞 ", "曾晓贞"),
        ("　", ""),
        ("\u200b\ufeff", ""),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        (None, ""),
    ],
)
def test_names(value, expected):
    assert cells.person_name(value) == expected


def test_names_that_are_none():
    assert "数字" in fault(cells.person_name, "李明2")
    assert "最多40字" in fault(cells.person_name, "明" * 41)


def test_prose_keeps_its_punctuation_and_lines():
    assert cells.prose(100)(" 一，二。\r\n三\x00\u200b\r四　") == "一，二。\n三\n四"
    assert cells.line(100)(" 寿光市，\n洛城　 街道 ") == "寿光市， 洛城 街道"
    assert "最多3字，现有4字" in fault(cells.line(3), "一二三四")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("是", True),
        ("√", True),
        (" y ", True),
        (True, True),
        (1.0, True),
        ("否", False),
        ("×", False),
        (False, False),
        ("", None),
    ],
)
def test_yes_and_no(value, expected):
    assert cells.yes_no(value) is expected
    assert cells.tick(value) is bool(expected)


def test_neither_yes_nor_no():
    assert "「可能」" in fault(cells.yes_no, "可能")


def test_a_choice_names_what_may_be_chosen():
    clean = cells.choice({"男": 1, "男性": 1, "女": 2}, what="性别")
    assert [clean("男 "), clean("男性"), clean("")] == [1, 1, None]
    assert fault(clean, "未知") == "没有「未知」这种性别，只能填：男、女。"


def test_ethnicity():
    assert [cells.ethnicity(value) for value in ("汉", "蒙古族", "")] == ["汉族", "蒙古族", ""]
    assert len(cells.ETHNICITIES) == 56
    assert "民族" in fault(cells.ethnicity, "火星")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2019-01-07 10:16:16", (2019, 1, 7, 10, 16, 16)),
        ("2019/1/7 9:05", (2019, 1, 7, 9, 5, 0)),
        ("2019年1月7日 9时5分", (2019, 1, 7, 9, 5, 0)),
        ("2019.1.7", (2019, 1, 7, 0, 0, 0)),
        (datetime(2019, 1, 7, 10, 16, 16), (2019, 1, 7, 10, 16, 16)),
        (date(2019, 1, 7), (2019, 1, 7, 0, 0, 0)),
    ],
)
def test_moments(value, expected):
    assert moment(value) == datetime(*expected, tzinfo=CHINA)


@pytest.mark.parametrize(
    "value", ["昨天", "2019-13-01", "2019-02-30 10:00", "2022-10-28 12:01", "1850-01-01"]
)
def test_moments_that_are_none(value):
    fault(moment, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中国共产党潍坊市第十三次代表大会", (None, "潍坊市", 13)),
        ("中国共产党诸城市枳沟镇第19次代表大会", (None, "诸城市枳沟镇", 19)),
        ("中共诸城市枳沟镇第十九届党代会", (None, "诸城市枳沟镇", 19)),
        ("中国共产党山东省第十二次代表大会", ("provincial", "山东省", 12)),
        ("党的二十大", ("national", "", 20)),
        ("中国共产党第二十次全国代表大会", ("national", "", 20)),
        ("中国共产党临朐县十里堡街道第二十一次代表大会", (None, "临朐县十里堡街道", 21)),
    ],
)
def test_names_of_congresses(text, expected):
    found = parse_congress_name(text)
    assert (found.level, found.place, found.ordinal) == expected


@pytest.mark.parametrize(
    "text", ["第十三次", "潍坊市代表大会", "中国共产党潍坊市第次代表大会", "工会第三次会议"]
)
def test_what_names_no_congress(text):
    assert "届次" in fault(parse_congress_name, text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("孟宝鹏", "mbp"),
        ("解放", "xf"),
        ("曾晓贞", "zxz"),
        ("欧阳修", "oyx"),
        ("阿依·买", "aym"),
        ("John", "john"),
        ("", ""),
    ],
)
def test_initials(name, expected):
    assert initials(name) == expected
