"""An offer from phone to phone: who is asked, who takes it first, and what the second one reads."""

from datetime import date

import pytest

from accounts.models import Notice
from studios.actions.offers import partners_of
from studios.actions.swaps import approve_swap, refuse_swap
from studios.calendars import duty_calendar
from studios.enums import DutyStatus, SwapState
from studios.models import Duty, MandatePlacement, ReceptionDay, ReceptionPolicy, SwapRequest
from tests.factories import acting, make_mandate, make_studio, make_user
from tests.portal.conftest import read
from tests.portal.reception import duty_of, free_colleague, on
from tests.studios.conftest import TWENTIETH

pytestmark = pytest.mark.django_db


@pytest.fixture
def duty(december):
    return duty_of(december[0])


@pytest.fixture
def swap(phone_of, duty):
    phone_of(duty.person.user).post(f"/duties/{duty.pk}/offer/", {"note": "那天赶集"})
    return SwapRequest.objects.get()


def test_the_page_names_only_those_who_can(phone_of, duty, december, city):
    text = read(phone_of(duty.person.user).get(f"/duties/{duty.pk}/offer/"))
    free = free_colleague(city)
    assert f"{free.person.name}代表（镇级）" in text
    beside = duty_of(december[0], 1)
    assert f"{beside.person.name}代表（镇级）" not in text
    partners = partners_of(duty, on=TWENTIETH.date())
    assert [mandate.pk for mandate in partners.plain] == [free.pk]
    # Those of the 15th would sit twice in a row, but may change with her.
    fifteenth = {duty_of(december[1]).person_id, duty_of(december[1], 1).person_id}
    assert {mandate.person_id for mandate, _duties in partners.exchanges} == fifteenth


def test_with_nobody_who_can_the_way_out_is_leave(phone_of, duty, december):
    Duty.objects.filter(day=december[1]).delete()
    december[1].delete()
    make_nobody_free(duty)
    text = read(phone_of(duty.person.user).get(f"/duties/{duty.pk}/offer/"))
    assert "现在没有同事能接" in text
    assert f'href="/duties/{duty.pk}/ask_leave/"' in text


def make_nobody_free(duty):
    for mandate in duty.mandate.group.mandates.exclude(pk=duty.mandate_id):
        mandate.person.leaves.create(
            start_date=duty.date, end_date=duty.date, reason="外出", recorded_at=TWENTIETH
        )


def test_offered_taken_approved(phone_of, duty, swap, city):
    free = free_colleague(city)
    told = Notice.objects.filter(link=f"/swaps/{swap.pk}/")
    assert list(told.values_list("user_id", flat=True)) == [free.person.user_id]
    taker = phone_of(free.person.user)
    assert "您能接" in read(taker.get("/duties/"))
    page = read(taker.get(f"/swaps/{swap.pk}/"))
    assert "那天赶集" in page
    assert "直接接下，不用还" in page
    assert "谢谢您接班" in read(taker.post(f"/swaps/{swap.pk}/take/", {"how": "plain"}, follow=True))
    assert "换班待同意" in read(phone_of(duty.person.user).get("/duties/"))
    swap.refresh_from_db()
    approve_swap(swap, by=acting(city.keeper), at=TWENTIETH)
    fresh = Duty.objects.get(replaces=duty)
    assert (fresh.person_id, fresh.status) == (free.person_id, DutyStatus.CONFIRMED)
    assert f'href="/duties/{fresh.pk}/"' in read(taker.get(f"/swaps/{swap.pk}/"))
    text = read(phone_of(duty.person.user).get(f"/duties/{duty.pk}/"))
    assert f"换给{free.person.name}代表" in text
    assert taker.get(f"/duties/{duty.pk}/").status_code == 404


def test_where_the_policy_says_so_nobody_is_asked(phone_of, duty, swap, city):
    ReceptionPolicy.objects.create(organization=city.county, approves_swaps_itself=True)
    taker = phone_of(free_colleague(city).person.user)
    assert "换班办好了" in read(taker.post(f"/swaps/{swap.pk}/take/", {"how": "plain"}, follow=True))
    swap.refresh_from_db()
    assert swap.state == SwapState.DONE


def test_taken_in_exchange(phone_of, duty, swap, december, city):
    mine = duty_of(december[1])
    taker = phone_of(mine.person.user)
    page = read(taker.get(f"/swaps/{swap.pk}/"))
    assert "直接接下" not in page
    assert "用我 12月15日（周二）的班" in page
    assert taker.post(f"/swaps/{swap.pk}/take/", {"how": "plain"}).status_code == 400
    taker.post(f"/swaps/{swap.pk}/take/", {"how": str(mine.pk)})
    swap.refresh_from_db()
    assert (swap.state, swap.in_return_id) == (SwapState.TAKEN, mine.pk)
    approve_swap(swap, by=acting(city.keeper), at=TWENTIETH)
    assert Duty.objects.get(replaces=duty).person_id == mine.person_id
    assert Duty.objects.get(replaces=mine).person_id == duty.person_id


def test_two_take_one_offer_and_the_second_is_told_kindly(phone_of, duty, swap, december, city):
    first, second = free_colleague(city), duty_of(december[1])
    late = phone_of(second.person.user)
    read(late.get(f"/swaps/{swap.pk}/"))
    phone_of(first.person.user).post(f"/swaps/{swap.pk}/take/", {"how": "plain"})
    page = read(late.post(f"/swaps/{swap.pk}/take/", {"how": str(second.pk)}), 409)
    assert "刚才已有同事先接了这一班" in page
    assert f"{first.person.name}代表已接下" in page
    swap.refresh_from_db()
    assert (swap.taken_by_id, swap.in_return_id) == (first.pk, None)
    approve_swap(swap, by=acting(city.keeper), at=TWENTIETH)
    assert Duty.objects.holding().get(pk=second.pk).status == DutyStatus.ASSIGNED
    assert "已经换给别的同事了" in read(late.post(f"/swaps/{swap.pk}/take/", {"how": str(second.pk)}), 409)


def test_somebody_elses_duty_is_not_given_in_return(phone_of, swap, december):
    mine, other = duty_of(december[1]), duty_of(december[1], 1)
    taker = phone_of(mine.person.user)
    assert taker.post(f"/swaps/{swap.pk}/take/", {"how": str(other.pk)}).status_code == 400
    swap.refresh_from_db()
    assert swap.state == SwapState.OPEN


def test_one_does_not_take_ones_own(phone_of, duty, swap):
    page = read(phone_of(duty.person.user).post(f"/swaps/{swap.pk}/take/", {"how": "plain"}), 400)
    assert "不能自己接" in page


def test_taken_back(phone_of, duty, swap, city):
    free = free_colleague(city)
    taker = phone_of(free.person.user)
    taker.post(f"/swaps/{swap.pk}/take/", {"how": "plain"})
    assert taker.post(f"/swaps/{swap.pk}/withdraw/").status_code == 403
    hers = phone_of(duty.person.user)
    assert "已撤回，这一班还是您来" in read(hers.post(f"/swaps/{swap.pk}/withdraw/", follow=True))
    assert Notice.objects.filter(user=free.person.user, title__contains="撤回了换班").count() == 1
    assert "换班已撤回" in read(taker.get(f"/swaps/{swap.pk}/"))
    assert "已经撤回" in read(taker.post(f"/swaps/{swap.pk}/take/", {"how": "plain"}), 409)


def test_who_took_it_cannot_come_after_all(phone_of, duty, swap, city):
    free = free_colleague(city)
    taker, hers = phone_of(free.person.user), phone_of(duty.person.user)
    taker.post(f"/swaps/{swap.pk}/take/", {"how": "plain"})
    assert hers.post(f"/swaps/{swap.pk}/give_back/").status_code == 403
    assert "我来不了，收回" in read(taker.get(f"/swaps/{swap.pk}/"))
    page = read(taker.post(f"/swaps/{swap.pk}/give_back/", follow=True))
    assert "已收回，这一班您不用来" in page
    swap.refresh_from_db()
    assert (swap.state, swap.taken_by, swap.in_return) == (SwapState.OPEN, None, None)
    assert Notice.objects.filter(user=duty.person.user, title__contains="仍在等人接班").count() == 1
    # The offer stands, also for her; once it is approved, only leave is left.
    taker.post(f"/swaps/{swap.pk}/take/", {"how": "plain"})
    swap.refresh_from_db()
    approve_swap(swap, by=acting(city.keeper), at=TWENTIETH)
    assert "来不了请请假" in read(taker.post(f"/swaps/{swap.pk}/give_back/"), 409)


def test_refused_by_the_keeper_both_are_told(phone_of, duty, swap, city):
    free = free_colleague(city)
    phone_of(free.person.user).post(f"/swaps/{swap.pk}/take/", {"how": "plain"})
    refuse_swap(swap, by=acting(city.keeper), at=TWENTIETH, reason="那天要两名熟悉村情的")
    told = Notice.objects.filter(title__startswith="换班没有同意")
    assert set(told.values_list("user_id", flat=True)) == {duty.person.user_id, free.person.user_id}
    page = read(phone_of(free.person.user).get(f"/swaps/{swap.pk}/"))
    assert "那天要两名熟悉村情的" in page


def test_another_countys_offer_is_not_there(phone_of, swap, city):
    stranger = phone_of(city.stranger_representative)
    assert stranger.get(f"/swaps/{swap.pk}/").status_code == 404
    assert stranger.post(f"/swaps/{swap.pk}/take/", {"how": "plain"}).status_code == 404


def test_a_day_that_has_come_is_no_longer_taken(clock, phone_of, swap, city):
    clock(on(1, 8))
    taker = phone_of(free_colleague(city).person.user)
    assert "同事请人接班" not in read(taker.get("/duties/"))
    assert "当天的班来不及换了" in read(taker.post(f"/swaps/{swap.pk}/take/", {"how": "plain"}), 409)


def test_an_unknown_step_is_not_there(phone_of, duty, swap):
    assert phone_of(duty.person.user).post(f"/swaps/{swap.pk}/approve/").status_code == 404


def test_queries_do_not_grow_with_offers(phone_of, duty, swap, december, city, django_assert_num_queries):
    user = make_user("representative", city.town, name="新同事")
    make_mandate(city.town, user=user, group=city.group)
    taker = phone_of(user)
    assert len(taker.get("/duties/").context["offers"]) == 1
    with django_assert_num_queries(OFFER_QUERIES):
        taker.get("/duties/")
    for other in (duty_of(december[0], 1), duty_of(december[1])):
        phone_of(other.person.user).post(f"/duties/{other.pk}/offer/", {})
    with django_assert_num_queries(OFFER_QUERIES):
        assert len(taker.get("/duties/").context["offers"]) == 3


OFFER_QUERIES = 17
"""The board is read once for all offers."""


def test_calendars_strike_out_and_take_up(phone_of, duty, swap, city):
    """Stable UIDs: hers is cancelled under its own, the colleague's is a new one."""
    from icalendar import Calendar

    def events(person):
        found = Calendar.from_ical(duty_calendar(person, on=TWENTIETH.date())).walk("VEVENT")
        return {str(event["uid"]): (str(event["status"]), int(event["sequence"])) for event in found}

    before = events(duty.person)
    [(uid, (status, sequence))] = before.items()
    assert status == "CONFIRMED"
    free = free_colleague(city)
    phone_of(free.person.user).post(f"/swaps/{swap.pk}/take/", {"how": "plain"})
    swap.refresh_from_db()
    approve_swap(swap, by=acting(city.keeper), at=TWENTIETH)
    [(same, (gone, later))] = events(duty.person).items()
    assert (same, gone) == (uid, "CANCELLED")
    assert later > sequence
    [(new, (stands, _number))] = events(free.person).items()
    assert (new != uid, stands) == (True, "CONFIRMED")


def test_who_sits_elsewhere_that_day_is_not_asked_to_come(phone_of, duty, swap, city):
    """Her duty at the station is not on this venue's board, and counts all the same."""
    free = free_colleague(city)
    station = make_studio(city.town, kind="station")
    MandatePlacement.objects.create(mandate=free, studio=station, start_date=date(2026, 1, 1))
    day = ReceptionDay.objects.create(
        studio=station,
        date=duty.date,
        start_time="14:00",
        end_time="16:00",
        status="published",
        published_at=TWENTIETH,
    )
    Duty.objects.create(day=day, mandate=free, person=free.person, date=day.date)
    taker = phone_of(free.person.user)
    assert "同事请人接班" not in read(taker.get("/duties/"))
    assert "这一班您接不了" in read(taker.get(f"/swaps/{swap.pk}/"))
    assert taker.post(f"/swaps/{swap.pk}/take/", {"how": "plain"}).status_code == 400
