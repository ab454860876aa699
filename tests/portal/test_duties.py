"""日程 on the phone: a duty confirmed, given up, checked in; and whose duties one never sees."""

from datetime import date, timedelta

import pytest

from accounts.enums import NoticeKind, Role
from accounts.models import Notice
from studios.actions.days import perform_day
from studios.codes import code_at
from studios.enums import DutyStatus
from studios.models import Duty, Leave, ReceptionDay
from tests.factories import acting, make_petition, make_user
from tests.portal.conftest import read
from tests.portal.reception import duty_of, free_colleague, on, plan_december
from tests.studios.conftest import TWENTIETH

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty(december):
    return duty_of(december[0])


@pytest.fixture
def hers(phone_of, duty):
    return phone_of(duty.person.user)


def lead_of(text):
    return text[text.index("card--lead") : text.index("matters-title")]


def test_the_next_duty_stands_first_with_the_one_red_button(hers, duty, december):
    lead = lead_of(read(hers.get("/")))
    other = duty_of(december[0], 1)
    for words in ("下一次接待日", "还有 11 天", "12月1日（周二）", "09:00–11:30", duty.day.studio.name):
        assert words in lead
    assert f"与{other.person.name}代表同班" in lead
    assert f'action="/duties/{duty.pk}/confirm/"' in lead
    assert lead.count("weui-btn_primary") == 1


def test_a_matter_to_be_told_stands_below_without_a_second_red_button(hers, duty, city):
    make_petition(city, status="feedback", mandate=duty.mandate, title="等您去说的事")
    lead = lead_of(read(hers.get("/")))
    assert lead.index("下一次接待日") < lead.index("等您去说的事")
    assert lead.count("weui-btn_primary") == 1
    hers.post(f"/duties/{duty.pk}/confirm/")
    lead = lead_of(read(hers.get("/")))
    assert "已确认" in lead
    assert lead.count("weui-btn_primary") == 1
    assert lead.index("weui-btn_primary") > lead.index("等您去说的事")


def test_confirming(hers, duty):
    page = read(hers.post(f"/duties/{duty.pk}/confirm/", follow=True))
    assert "已确认，到时候见" in page
    duty.refresh_from_db()
    assert (duty.status, duty.confirmed_at, duty.sequence) == (DutyStatus.CONFIRMED, TWENTIETH, 1)
    again = read(hers.post(f"/duties/{duty.pk}/confirm/"), 409)
    assert "下面已经是最新情况" in again
    assert hers.get(f"/duties/{duty.pk}/confirm/").status_code == 409


def test_looking_at_the_step_of_confirming_leads_to_the_duty(hers, duty):
    assert hers.get(f"/duties/{duty.pk}/confirm/")["Location"] == f"/duties/{duty.pk}/"
    duty.refresh_from_db()
    assert duty.status == DutyStatus.ASSIGNED


def test_the_page_of_a_duty_says_why_it_is_hers(hers, duty, december):
    text = read(hers.get(f"/duties/{duty.pk}/"))
    assert duty.reason in text
    assert duty_of(december[0], 1).person.name in text
    assert "待确认" in text


def test_asking_for_leave_needs_a_reason_and_tells_the_keeper(hers, duty, city):
    assert "请填写事由" in read(hers.post(f"/duties/{duty.pk}/ask_leave/", {"reason": " "}), 400)
    page = read(hers.post(f"/duties/{duty.pk}/ask_leave/", {"reason": "孩子发烧"}, follow=True))
    assert "已请假，联络员收到了通知" in page
    assert "孩子发烧" in page
    duty.refresh_from_db()
    assert duty.status == DutyStatus.ON_LEAVE
    assert Notice.objects.filter(user=city.keeper, kind=NoticeKind.DUTY, title__contains="请假").count() == 1
    assert Leave.objects.get(person=duty.person).start_date == duty.date
    listed = read(hers.get("/duties/"))
    assert "现在没有排到您的班" in listed
    assert "已请假" in listed


@pytest.mark.parametrize("path", ["", "confirm/", "ask_leave/", "offer/", "check_in/"])
def test_a_colleagues_duty_is_not_there(phone_of, duty, december, path):
    colleague = phone_of(duty_of(december[0], 1).person.user)
    assert colleague.get(f"/duties/{duty.pk}/{path}").status_code == 404
    assert colleague.post(f"/duties/{duty.pk}/{path}").status_code in (404, 405)
    duty.refresh_from_db()
    assert duty.status == DutyStatus.ASSIGNED


def test_another_countys_duty_is_not_there(phone_of, duty, city):
    assert phone_of(city.stranger_representative).get(f"/duties/{duty.pk}/").status_code == 404
    assert "现在没有排到您的班" in read(phone_of(city.stranger_representative).get("/duties/"))


def test_staff_have_their_own_door(phone_of, duty, city):
    for role in (Role.KEEPER, Role.ORGANIZER, Role.LEADER):
        assert phone_of(city.user(role)).get(f"/duties/{duty.pk}/").status_code == 403


def test_what_is_not_published_yet_is_not_told(clock, phone_of, city, workroom, calendar):
    plan_december(city, calendar)
    duty = Duty.objects.select_related("person__user").first()
    hers = phone_of(duty.person.user)
    assert hers.get(f"/duties/{duty.pk}/").status_code == 404
    assert hers.post(f"/duties/{duty.pk}/confirm/").status_code == 404
    assert "现在没有排到您的班" in read(hers.get("/duties/"))
    assert "下一次接待日" not in read(hers.get("/"))


def test_a_planned_day_that_was_put_off_stays_untold(clock, phone_of, city, workroom, calendar):
    day = plan_december(city, calendar)[0]
    duty = duty_of(day)
    perform_day(
        "postpone",
        day,
        by=acting(city.keeper),
        at=TWENTIETH,
        data={"to_date": "2026-12-03", "reason": "全镇换届考察"},
    )
    assert phone_of(duty.person.user).get(f"/duties/{duty.pk}/").status_code == 404


def test_a_day_put_off_leads_to_the_new_one(hers, duty, city, december):
    perform_day(
        "postpone",
        december[0],
        by=acting(city.keeper),
        at=TWENTIETH,
        data={"to_date": "2026-12-03", "reason": "全镇换届考察"},
    )
    later = Duty.objects.get(replaces=duty)
    text = read(hers.get(f"/duties/{duty.pk}/"))
    assert f'<a href="/duties/{later.pk}/">12月3日（周四）</a>' in text
    assert "由12月1日改来" in read(hers.get(f"/duties/{later.pk}/"))


def test_checking_in_on_the_day(clock, hers, duty):
    clock(on(1, 9))
    hers.force_login(duty.person.user)
    lead = lead_of(read(hers.get("/")))
    assert f'href="/duties/{duty.pk}/check_in/"' in lead
    page = read(hers.get(f"/duties/{duty.pk}/check_in/"))
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="off"' in page
    wrong = "000000" if code_at(duty.day.code_secret, on(1, 9)) != "000000" else "111111"
    assert "口令不对或已过期" in read(hers.post(f"/duties/{duty.pk}/check_in/", {"code": wrong}), 400)
    code = code_at(duty.day.code_secret, on(1, 9))
    typed = f"{code[:3]} {code[3:]}"
    assert "已签到。辛苦了。" in read(hers.post(f"/duties/{duty.pk}/check_in/", {"code": typed}, follow=True))
    duty.refresh_from_db()
    assert (duty.status, duty.checked_in_by) == (DutyStatus.SERVED, "code")
    lead = lead_of(read(hers.get("/")))
    assert "正在驻室" in lead
    assert 'href="/matters/new/"' in lead


def test_the_code_of_another_day_does_not_help(clock, hers, duty, december):
    clock(on(1, 9))
    hers.force_login(duty.person.user)
    code = code_at(december[1].code_secret, on(1, 9))
    assert hers.post(f"/duties/{duty.pk}/check_in/", {"code": code}).status_code == 400


def test_who_tries_codes_out_has_to_wait(clock, hers, duty, settings):
    settings.CHECK_IN_TRIES = 3
    clock(on(1, 9))
    hers.force_login(duty.person.user)
    right = code_at(duty.day.code_secret, on(1, 9))
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _try in range(3):
        assert hers.post(f"/duties/{duty.pk}/check_in/", {"code": wrong}).status_code == 400
    refused = read(hers.post(f"/duties/{duty.pk}/check_in/", {"code": right}), 409)
    assert "请 5 分钟后再试，或请联络员代签" in refused
    duty.refresh_from_db()
    assert duty.status == DutyStatus.ASSIGNED


def test_before_the_day_there_is_nothing_to_check_in(hers, duty):
    assert "签到只在接待日当天" in read(hers.get(f"/duties/{duty.pk}/check_in/"), 409)
    code = code_at(duty.day.code_secret, TWENTIETH)
    assert hers.post(f"/duties/{duty.pk}/check_in/", {"code": code}).status_code == 409


def test_on_the_day_itself_nothing_is_swapped_but_leave_is_taken(clock, hers, duty):
    clock(on(1, 7))
    hers.force_login(duty.person.user)
    page = read(hers.get(f"/duties/{duty.pk}/"))
    assert f"/duties/{duty.pk}/offer/" not in page
    assert f"/duties/{duty.pk}/ask_leave/" in page
    assert hers.get(f"/duties/{duty.pk}/offer/").status_code == 409


def test_after_the_day_the_keeper_is_waited_for(clock, hers, duty):
    clock(on(2, 9))
    hers.force_login(duty.person.user)
    text = read(hers.get(f"/duties/{duty.pk}/"))
    assert "等联络员登记" in text
    assert hers.post(f"/duties/{duty.pk}/ask_leave/", {"reason": "忘了"}).status_code == 409


def test_an_unknown_step_is_not_there(hers, duty):
    assert hers.get(f"/duties/{duty.pk}/close/").status_code == 404


def test_leave_told_ahead_leads_to_the_published_duty_in_it(hers, duty):
    data = {"start_date": "2026-11-30", "end_date": "2026-12-05", "reason": "外出培训"}
    page = read(hers.post("/leaves/", data, follow=True))
    assert "其中有 1 班已经公布" in page
    assert f'href="/duties/{duty.pk}/ask_leave/"' in page
    leave = Leave.objects.get(person=duty.person)
    duty.refresh_from_db()
    assert duty.status == DutyStatus.ASSIGNED
    assert "已撤销" in read(hers.post(f"/leaves/{leave.pk}/withdraw/", follow=True))
    assert "这条请假已经撤销了" in read(hers.post(f"/leaves/{leave.pk}/withdraw/"), 409)


def test_leave_that_does_not_hold_is_refused_at_its_field(hers):
    data = {"start_date": "2026-12-05", "end_date": "2026-12-01", "reason": "外出"}
    assert "结束日期不能早于开始日期" in read(hers.post("/leaves/", data), 400)
    assert "请填写事由" in read(hers.post("/leaves/", data | {"reason": ""}), 400)
    assert Leave.objects.count() == 0


def test_nobody_takes_back_a_colleagues_leave(hers, phone_of, duty, city):
    hers.post("/leaves/", {"start_date": "2026-12-20", "end_date": "2026-12-21", "reason": "做小手术"})
    leave = Leave.objects.get()
    colleague = phone_of(free_colleague(city).person.user)
    assert colleague.post(f"/leaves/{leave.pk}/withdraw/").status_code == 404
    assert "做小手术" not in read(colleague.get("/leaves/"))


def test_an_account_without_a_person_finds_words_everywhere(phone_of, city):
    nobody = phone_of(make_user("representative", city.town, name="新账号"))
    for path in ("/duties/", "/leaves/", "/me/calendar/"):
        read(nobody.get(path))
    assert nobody.post("/leaves/", {}).status_code == 200
    assert nobody.post("/me/calendar/open/").status_code == 302


DUTY_QUERIES = 9
"""Session, user, scope, duties with colleagues and offers, the offers of others, leave, unread notices."""


def test_queries_do_not_grow_with_duties(hers, duty, december, django_assert_num_queries):
    hers.get("/duties/")
    with django_assert_num_queries(DUTY_QUERIES):
        hers.get("/duties/")
    for days in (3, 5):
        later = ReceptionDay.objects.create(
            studio=duty.day.studio,
            date=date(2026, 12, 15) + timedelta(days=days),
            start_time="09:00",
            end_time="11:30",
            status="published",
            published_at=TWENTIETH,
        )
        Duty.objects.create(day=later, mandate=duty.mandate, person=duty.person, date=later.date)
    with django_assert_num_queries(DUTY_QUERIES):
        assert len(hers.get("/duties/").context["coming"]) == 3


HOME_QUERIES = 13
"""As without a duty, and colleagues and open offers of the next one."""


def test_the_home_page_asks_no_more_with_many_duties(hers, duty, december, django_assert_num_queries):
    hers.get("/")
    with django_assert_num_queries(HOME_QUERIES):
        hers.get("/")
    Duty.objects.filter(day=december[1]).delete()
    Duty.objects.create(day=december[1], mandate=duty.mandate, person=duty.person, date=december[1].date)
    with django_assert_num_queries(HOME_QUERIES):
        assert "12月1日（周二）" in lead_of(read(hers.get("/")))
