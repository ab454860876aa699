"""Entering a notice at the desk: shown first, entered on the second press, by the city's organizers alone."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from petitions.models import Petition
from records.models import Event
from tests.factories import make_petition, make_user
from tests.workdays.test_notices import notice_text
from workdays.actions import load_calendar_seed
from workdays.models import CalendarDay, CalendarYear
from workdays.queries import load_calendar

pytestmark = pytest.mark.django_db

NOTICE_2027 = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕99号
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""
"""Made up for these tests: the real one is not out."""


@pytest.fixture
def desk(city, client):
    load_calendar_seed()
    client.force_login(make_user(Role.ORGANIZER, city.root, name="市组工"))
    return client


URL = "/admin/workdays/calendaryear/notice/"


def test_the_page_is_where_the_list_says(desk):
    assert reverse("admin:workdays_notice") == URL
    assert URL in desk.get(reverse("admin:workdays_calendaryear_changelist")).text


def test_first_shown_then_entered(desk):
    shown = desk.post(URL, {"text": NOTICE_2027})
    assert shown.status_code == 200
    assert "国办发明电〔2026〕99号" in shown.text
    assert "2027年2月5日（周五）至2027年2月11日（周四），共 7 天" in shown.text
    assert CalendarYear.objects.get(year=2027).provisional
    assert not load_calendar().is_workday(date(2027, 1, 31))

    entered = desk.post(URL, {"text": NOTICE_2027, "url": "https://www.gov.cn/a", "_enter": "1"})
    assert entered.status_code == 302
    year = CalendarYear.objects.get(year=2027)
    assert (year.provisional, year.notice_url, year.notice_text.split()) == (
        False,
        "https://www.gov.cn/a",
        NOTICE_2027.split(),
    )
    assert year.source == "国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕99号）"
    assert load_calendar().is_workday(date(2027, 1, 31))
    assert not load_calendar().add_workdays(date(2026, 12, 30), 30).provisional
    event = Event.objects.get(verb="notice_entered")
    assert (event.subject_id, event.door, event.note) == (year.pk, "admin", year.source)


def test_entering_again_replaces_and_the_seed_leaves_it(desk):
    corrected = NOTICE_2027.replace("、2月20日（周六）上班", "上班")
    for text in (NOTICE_2027, corrected):
        assert desk.post(URL, {"text": text, "_enter": "1"}).status_code == 302
    load_calendar_seed()
    assert not CalendarDay.objects.filter(date=date(2027, 2, 20)).exists()
    assert CalendarDay.objects.filter(year__year=2027, kind="makeup").count() == 5


def test_what_was_told_before_stays(desk, city):
    petition = make_petition(city, status="handling")
    before = Petition.objects.values("due_date", "due_explained").get(pk=petition.pk)
    desk.post(URL, {"text": notice_text(2026), "_enter": "1"})
    assert Petition.objects.values("due_date", "due_explained").get(pk=petition.pk) == before


def test_a_file_from_an_old_machine(desk):
    upload = SimpleUploadedFile("通知.txt", NOTICE_2027.encode("gb18030"))
    assert "国办发明电〔2026〕99号" in desk.post(URL, {"file": upload}).text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "请粘贴通知原文，或上传文件。"),
        ({"text": "2027年放假"}, "没有找到年份"),
        ({"text": NOTICE_2027.replace("共7天", "共8天"), "_enter": "1"}, "写着共8天，按日期算是7天"),
        ({"file": SimpleUploadedFile("x.txt", b"\xff" * 9)}, "文件不是文本"),
        ({"file": SimpleUploadedFile("x.txt", b" " * 200_001)}, "文件太大"),
    ],
)
def test_a_faulty_notice_changes_nothing(desk, sent, sentence):
    days = set(CalendarDay.objects.values_list("date", "kind"))
    assert sentence in desk.post(URL, sent).text
    assert set(CalendarDay.objects.values_list("date", "kind")) == days
    assert CalendarYear.objects.get(year=2027).provisional


def test_others_at_the_desk_may_only_read(city, client):
    load_calendar_seed()
    for name in ["organizer", "keeper", "handler", "leader", "auditor", "assessor"]:
        client.force_login(city.user(name))
        listed = client.get(reverse("admin:workdays_calendaryear_changelist"))
        assert (listed.status_code, URL in listed.text) == (200, False), name
        year = CalendarYear.objects.get(year=2026)
        page = client.get(reverse("admin:workdays_calendaryear_change", args=[year.pk]))
        assert page.status_code == 200, name
        assert client.get(URL).status_code == 403, name
        assert client.post(URL, {"text": NOTICE_2027, "_enter": "1"}).status_code == 403, name
    assert CalendarYear.objects.get(year=2027).provisional


def test_the_calendar_costs_one_query(db, django_assert_num_queries):
    load_calendar_seed()
    with django_assert_num_queries(1):
        load_calendar()
