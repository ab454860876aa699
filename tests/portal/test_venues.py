"""Reception days for everybody: which venue, when, who by name and level, and nothing else."""

from datetime import date, time

import pytest
from django.test import Client
from icalendar import Calendar

from studios.actions.days import perform_day
from studios.actions.duties import ask_leave
from studios.models import ReceptionRule, Studio
from tests.factories import acting, make_studio
from tests.portal.conftest import read
from tests.portal.reception import duty_of, on, plan_december
from tests.studios.conftest import TWENTIETH

pytestmark = pytest.mark.django_db


@pytest.fixture
def venue(city):
    return f"/venues/{city.studio.code}/"


def test_the_venue_tells_hours_rule_days_and_who_receives(client, city, december, venue):
    Studio.objects.filter(pk=city.studio.pk).update(address="洛城街道便民服务中心一楼东厅")
    text = read(client.get(venue))
    for words in (
        "洛城街道便民服务中心一楼东厅",
        "每月1日、15日 09:00–11:30，遇放假顺延到下一个工作日",
        "12月1日（周二）",
        f"{duty_of(december[0]).person.name}（镇级）",
        "2027年1月4日（周一）",
        "代表待公布",
        "1月1日为元旦，顺延至1月4日",
        "暂定",
        f'href="/box/{city.studio.code}/"',
    ):
        assert words in text


def test_nothing_personal_but_name_and_level(client, city, december, venue):
    duty = duty_of(december[0])
    ask_leave(duty, by=acting(duty.person.user), at=TWENTIETH, reason="孩子发烧")
    for address in (venue, f"{venue}calendar.ics", "/venues/?county=370783", "/venues/?date=2026-12-01"):
        text = client.get(address).content.decode()
        for secret in (duty.person.phone, "孩子发烧", duty.reason, duty.mandate.certificate_number):
            assert secret not in text
        assert duty.person.name not in text


def test_who_is_planned_is_told_to_nobody(clock, client, city, workroom, calendar, venue):
    day = plan_december(city, calendar)[0]
    name = duty_of(day).person.name
    for address in (venue, "/venues/?county=370783", "/venues/?month=2026-12&county=370783"):
        text = read(client.get(address))
        assert "代表待公布" in text
        assert name not in text
    assert name not in client.get(f"{venue}calendar.ics").content.decode()


@pytest.mark.parametrize("path", ["", "calendar.ics"])
def test_unknown_and_closed_venues_have_the_page_of_the_box(client, city, path):
    unknown = client.get(f"/venues/zzzzzzzzzz/{path}")
    assert (unknown.status_code, "二维码认不出来" in unknown.content.decode()) == (404, True)
    assert unknown.content == client.get("/box/zzzzzzzzzz/").content
    Studio.objects.filter(pk=city.studio.pk).update(is_active=False)
    closed = client.get(f"/venues/{city.studio.code}/{path}")
    assert (closed.status_code, "已停用" in closed.content.decode()) == (404, True)


def test_a_closed_venue_is_in_no_list(client, city, december):
    Studio.objects.filter(pk=city.studio.pk).update(is_active=False)
    for query in ("", "?county=370783", "?month=2026-12&county=370783", "?date=2026-12-01"):
        assert city.studio.name not in read(client.get(f"/venues/{query}"))


def test_counties_then_venues_with_their_next_day(client, city, december):
    text = read(client.get("/venues/"))
    assert 'href="?county=370783"' in text
    assert "最近" in text
    text = read(client.get("/venues/?county=370783"))
    assert city.studio.name in text
    assert city.neighbour_studio.name not in text
    assert "12月1日（周二）09:00–11:30" in text


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("month=2026-12", "2026年12月"),
        ("month=2026-12&county=370783", "2026年12月 寿光市"),
        ("month=2027-02", "2027年2月"),
        ("date=2026-12-15", "12月15日（周二）"),
        # What cannot be read or lies too far off leads to this month, or to the list of counties.
        ("month=2026-13", "2026年11月"),
        ("month=9999-12", "2026年11月"),
        ("month=%00", "2026年11月"),
        ("month=2020-01", "2026年11月"),
        ("date=2020-01-01", "党代表接待日"),
        ("date=0001-01-01", "党代表接待日"),
        ("date=9999-12-31", "党代表接待日"),
        ("county=000000", "党代表接待日"),
        ("county=%00", "党代表接待日"),
    ],
)
def test_a_month_or_a_date_is_asked_for(clock, client, city, december, query, title):
    text = read(client.get(f"/venues/?{query}"))
    head = text[text.index("<h1>") + 4 : text.index("</h1>")]
    assert head == title


def test_the_month_counts_and_a_day_lists(client, city, december):
    text = read(client.get("/venues/?month=2026-12"))
    assert 'href="?date=2026-12-01"' in text
    assert "共 2 场" in text
    listed = read(client.get("/venues/?date=2026-12-01"))
    assert city.studio.name in listed
    assert f"{duty_of(december[0]).person.name}（镇级）" in listed


def test_a_day_put_off_is_told_on_its_new_date_alone(client, city, december, venue):
    perform_day(
        "postpone",
        december[0],
        by=acting(city.keeper),
        at=TWENTIETH,
        data={"to_date": "2026-12-03", "reason": "全镇换届考察"},
    )
    text = read(client.get(venue))
    assert "12月1日（周二）" not in text
    assert "12月3日（周四）" in text
    assert "由12月1日改来" in text
    assert "全镇换届考察" not in text


def test_the_last_month_is_told(clock, client, city, december, venue):
    for index in (0, 1):
        duty = duty_of(december[index])
        duty.status = "served"
        duty.save(update_fields=["status"])
        december[index].status = "held"
        december[index].save(update_fields=["status"])
    clock(on(4, month=12).replace(year=2027, month=1))
    assert "12月接待了 2 次" in read(client.get(venue))


def test_the_public_calendar(client, city, december, venue):
    answer = client.get(f"{venue}calendar.ics")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [event.decoded("dtstart").date() for event in events] == [date(2026, 12, 1), date(2026, 12, 15)]
    assert f"{duty_of(december[0]).person.name}（镇级）" in str(events[0]["description"])


def test_public_calendars_have_an_end(client, city, december, venue, settings):
    settings.PUBLIC_CALENDAR_READS_PER_HOUR = 2
    assert [client.get(f"{venue}calendar.ics").status_code for _time in range(3)] == [200, 200, 429]


def test_a_venue_without_a_rule_says_so(clock, client, city):
    text = read(client.get(f"/venues/{city.neighbour_studio.code}/"))
    assert "近三个月的接待日还没有定" in text


def test_the_box_leads_to_the_days_and_back(client, city):
    assert f'href="/venues/{city.studio.code}/"' in read(client.get(f"/box/{city.studio.code}/"))


def test_no_account_no_cookie_no_search_engine(city, december, venue):
    for address in ("/venues/", venue):
        answer = Client().get(address)
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert not answer.cookies
        assert Client().post(address).status_code == 405


LIST_QUERIES = {"": 5, "?county=370783": 5, "?month=2026-12": 4, "?date=2026-12-01": 5}
"""Venues, counties, days, who sits (where it is shown), rules."""


@pytest.mark.parametrize("query", LIST_QUERIES)
def test_queries_do_not_grow_with_venues(client, city, december, query, django_assert_num_queries):
    client.get("/venues/")
    for rounds in (0, 2):
        for _round in range(rounds):
            studio = make_studio(city.town)
            ReceptionRule.objects.create(
                studio=studio,
                rrule="FREQ=MONTHLY;BYMONTHDAY=1",
                start_time=time(9),
                end_time=time(11),
                start_date=date(2026, 1, 1),
            )
        with django_assert_num_queries(LIST_QUERIES[query]):
            client.get(f"/venues/{query}")
