"""The secret calendar address: shown once, read by a calendar program, renewed, closed."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from records.models import Event
from studios.actions.days import perform_day
from studios.models import CalendarFeed, Studio
from tests.factories import acting
from tests.portal.conftest import read
from tests.portal.reception import duty_of
from tests.studios.conftest import TWENTIETH

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"http://testserver(/feeds/[A-Za-z0-9_-]{20,}\.ics)")


@pytest.fixture
def duty(december):
    return duty_of(december[0])


@pytest.fixture
def hers(phone_of, duty):
    return phone_of(duty.person.user)


def open_address(phone):
    return ADDRESS.search(read(phone.post("/me/calendar/open/")))[1]


def test_shown_once_with_a_code_to_scan_and_plain_steps(hers):
    assert "开通" in read(hers.get("/me/calendar/"))
    page = read(hers.post("/me/calendar/open/"))
    address = ADDRESS.search(page)[1]
    assert f'href="webcal://testserver{address}"' in page
    assert 'src="data:image/svg+xml' in page
    for words in ("苹果手机", "小米手机", "华为", "Outlook"):
        assert words in page
    later = read(hers.get("/me/calendar/"))
    assert "已开通" in later
    assert ADDRESS.search(later) is None
    token = address.removeprefix("/feeds/").removesuffix(".ics")
    assert token not in str(list(Event.objects.values()))
    assert token not in str(list(CalendarFeed.objects.values()))


def test_a_calendar_program_reads_it_without_signing_in(hers, duty):
    answer = Client().get(open_address(hers))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, no-store"
    calendar = Calendar.from_ical(answer.content)
    assert str(calendar["version"]) == "2.0"
    [event] = calendar.walk("VEVENT")
    assert str(event["uid"]) == f"{duty.uid}@liaison.weifang"
    assert event.decoded("dtstart").isoformat() == "2026-12-01T09:00:00+08:00"
    assert event.decoded("dtend").isoformat() == "2026-12-01T11:30:00+08:00"
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert str(event["url"]) == f"http://testserver/duties/{duty.pk}/"
    assert "洛城街道党代表工作室" in str(event["summary"])
    [zone] = calendar.walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Asia/Shanghai"
    [alarm] = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(hours=-2)


def test_long_chinese_lines_are_folded_between_signs(hers, duty):
    name = "山东省潍坊市寿光市洛城街道屯西村与屯东村联合党群服务中心二楼东侧第一会议室"
    Studio.objects.filter(pk=duty.day.studio_id).update(address=name * 2)
    body = Client().get(open_address(hers)).content
    assert body.endswith(b"\r\n")
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") is not None for line in lines)
    [event] = Calendar.from_ical(body).walk("VEVENT")
    assert str(event["location"]).endswith(name * 2)


def test_a_day_put_off_is_struck_out_and_the_new_one_taken_up(hers, duty, december, city):
    address = open_address(hers)
    [before] = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    perform_day(
        "postpone",
        december[0],
        by=acting(city.keeper),
        at=TWENTIETH,
        data={"to_date": "2026-12-03", "reason": "全镇换届考察"},
    )
    after = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    told = {str(event["uid"]): event for event in after}
    gone = told.pop(str(before["uid"]))
    assert str(gone["status"]) == "CANCELLED"
    assert gone["sequence"] > before["sequence"]
    [new] = told.values()
    assert new.decoded("dtstart").date() == date(2026, 12, 3)


def test_a_renewed_address_closes_the_old_one(hers):
    old = open_address(hers)
    new = open_address(hers)
    assert old != new
    assert [Client().get(address).status_code for address in (old, new)] == [404, 200]


def test_closed_and_unknown_are_answered_alike(hers):
    address = open_address(hers)
    assert "已停用" in read(hers.post("/me/calendar/close/", follow=True))
    closed, unknown = Client().get(address), Client().get("/feeds/nobody-has-this-one.ics")
    assert (closed.status_code, unknown.status_code) == (404, 404)
    assert closed.content == unknown.content
    assert dict(closed.items()) == dict(unknown.items())
    verbs = list(Event.objects.filter(subject_type="studios.calendarfeed").values_list("verb", flat=True))
    assert sorted(verbs) == ["opened", "revoked"]


def test_a_closed_account_is_read_no_longer(hers, duty):
    address = open_address(hers)
    user = duty.person.user
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert Client().get(address).status_code == 404


def test_reading_is_noted_by_the_day(clock, hers, django_assert_num_queries):
    address = open_address(hers)
    reader = Client()
    reader.get(address)
    feed = CalendarFeed.objects.get(revoked_at=None)
    assert feed.last_read_on == TWENTIETH.date()
    with django_assert_num_queries(2):
        reader.get(address)
    clock(TWENTIETH + timedelta(days=1))
    reader.get(address)
    feed.refresh_from_db()
    assert feed.last_read_on == date(2026, 11, 21)


def test_who_reads_too_often_waits_whether_it_is_there_or_not(hers, settings):
    settings.CALENDAR_READS_PER_HOUR = 2
    for address in (open_address(hers), "/feeds/nobody-has-this-one.ics"):
        answers = [Client().get(address) for _time in range(3)]
        assert answers[2].status_code == 429
        assert answers[2]["Retry-After"] == "3600"


def test_only_ones_own(phone_of, duty, december, hers):
    """Opening goes by who is signed in: there is no address with somebody else's number."""
    open_address(hers)
    other = phone_of(duty_of(december[0], 1).person.user)
    assert "已开通" not in read(other.get("/me/calendar/"))
    other.post("/me/calendar/close/")
    assert CalendarFeed.objects.filter(person=duty.person, revoked_at=None).count() == 1


def test_what_is_planned_only_is_in_no_calendar(clock, phone_of, city, workroom, calendar):
    from tests.portal.reception import plan_december

    duty = duty_of(plan_december(city, calendar)[0])
    body = Client().get(open_address(phone_of(duty.person.user))).content
    assert Calendar.from_ical(body).walk("VEVENT") == []


def test_the_stamp_is_a_moment(hers):
    [event] = Calendar.from_ical(Client().get(open_address(hers)).content).walk("VEVENT")
    assert isinstance(event.decoded("dtstamp"), datetime)
