"""The columns of a roster of representatives (党代表花名册), and what may stand in them."""

from django.utils import timezone

from records.workbooks import Column, cells
from representatives.congress_names import parse_congress_name
from representatives.enums import Gender, Level

GENDERS = {
    "男": Gender.MALE,
    "女": Gender.FEMALE,
    "男性": Gender.MALE,
    "女性": Gender.FEMALE,
}
LEVELS = {
    "全国": Level.NATIONAL,
    "省级": Level.PROVINCIAL,
    "市级": Level.CITY,
    "县级": Level.COUNTY,
    "镇级": Level.TOWN,
    "全国级": Level.NATIONAL,
    "国家级": Level.NATIONAL,
    "中央": Level.NATIONAL,
    "省": Level.PROVINCIAL,
    "省部级": Level.PROVINCIAL,
    "市": Level.CITY,
    "地市级": Level.CITY,
    "县": Level.COUNTY,
    "区级": Level.COUNTY,
    "县区级": Level.COUNTY,
    "区县级": Level.COUNTY,
    "县市区级": Level.COUNTY,
    "镇": Level.TOWN,
    "乡级": Level.TOWN,
    "乡镇级": Level.TOWN,
    "镇街级": Level.TOWN,
    "街道级": Level.TOWN,
}

PERSON_FIELDS = {
    "name": "姓名",
    "birth_month": "出生年月",
    "phone": "联系电话",
    "gender": "性别",
    "ethnicity": "民族",
    "education": "文化程度",
    "joined_party_month": "入党时间",
    "employer": "工作单位及职务",
}
MANDATE_FIELDS = {
    "level": "代表层级",
    "electing_unit": "选举单位",
    "field": "行业领域",
    "is_frontline": "是否生产和工作一线",
    "note": "备注",
}


def roster_columns(*, at):
    """Every column is wanted but 备注; the cells marked `required` must be filled."""
    today = timezone.localtime(at).date()
    return [
        Column(
            "代表证号",
            cells.code(30),
            required=True,
            name="certificate_number",
            aliases=("证号", "代表证编号"),
        ),
        Column("姓名", cells.person_name, required=True, name="name"),
        Column("性别", cells.choice(GENDERS, what="性别"), required=True, name="gender"),
        Column("民族", cells.ethnicity, name="ethnicity"),
        Column("出生年月", cells.month(on=today, label="出生年月"), required=True, name="birth_month"),
        Column("文化程度", cells.line(20), name="education", aliases=("学历",)),
        Column(
            "入党时间",
            cells.month(on=today, label="入党时间"),
            name="joined_party_month",
            aliases=("入党年月",),
        ),
        Column("工作单位及职务", cells.line(120), name="employer", aliases=("单位及职务",)),
        Column("行业领域", cells.line(40), name="field"),
        Column(
            "代表层级", cells.choice(LEVELS, what="代表层级"), required=True, name="level", aliases=("层级",)
        ),
        Column("届次", parse_congress_name, required=True, name="congress"),
        Column("选举单位", cells.line(80), name="electing_unit"),
        Column("县市区", cells.line(60), required=True, name="county"),
        Column("镇街", cells.line(60), name="town", aliases=("镇街道", "乡镇街道")),
        Column(
            "是否生产和工作一线",
            cells.yes_no,
            required=True,
            name="is_frontline",
            aliases=("是否一线", "生产和工作一线"),
        ),
        Column("联系电话", cells.phone, required=True, name="phone", aliases=("手机", "手机号", "电话")),
        Column("备注", cells.line(200), optional=True, name="note"),
    ]
