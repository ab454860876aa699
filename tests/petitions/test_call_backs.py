"""Call-backs: a lot that is drawn once, called by somebody who had no hand in it, and what she says has consequences."""

from datetime import date, datetime, timedelta

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Membership
from petitions.actions import perform, receive_petition
from petitions.actions.call_backs import record_call_back, settle_call_back
from petitions.call_backs import draw, draw_call_backs, unanswered_faults
from petitions.models import CallBack, Petition
from studios.models import Keeper
from tests.factories import CHINA, MONDAY, acting, event_verbs, make_petition, make_user

pytestmark = pytest.mark.django_db

TUESDAY_AFTER = datetime(2026, 11, 24, 5, 10, tzinfo=CHINA)


def told_petitions(city, number, **fields):
    return [make_petition(city, status="told", at=MONDAY, **fields) for _one in range(number)]


@pytest.fixture
def caller(city):
    """An organizer of the county who had no hand in it."""
    return make_user(Role.ORGANIZER, city.county, name="吴回访")


@pytest.fixture
def call_back(city):
    petition = make_petition(city, status="told")
    return CallBack.objects.create(petition=petition, sampled_on=date(2026, 11, 23))


def test_the_lot():
    told = {"a": list(range(100)), "b": list(range(200, 205)), "c": [300, 301, 302, 303]}
    week = date(2026, 11, 23)
    drawn = draw(told, week=week, percent=5, least=5)
    assert [sum(pk in ids for pk in drawn) for ids in told.values()] == [5, 1, 0]
    assert draw(told, week=week, percent=5, least=5) == drawn
    assert draw(told, week=week + timedelta(days=7), percent=5, least=5) != drawn


def test_a_week_is_drawn_once(city):
    told_petitions(city, 6)
    assert len(draw_call_backs(at=TUESDAY_AFTER)) == 1
    assert CallBack.objects.get().sampled_on == date(2026, 11, 23)
    # Even when one more of that week appears, or the drawn one is handled again.
    perform(
        "reopen",
        CallBack.objects.get().petition,
        by=acting(city.organizer),
        at=MONDAY,
        data={"reason": "重办"},
    )
    assert draw_call_backs(at=TUESDAY_AFTER + timedelta(days=1)) == []
    assert CallBack.objects.count() == 1
    assert city.organizer.notices.filter(title="本周抽中 1 件待回访").count() == 1


def test_who_is_never_drawn(city):
    told_petitions(city, 4)
    for fields in (
        {"petitioner_phone": ""},
        {"anonymous": True},
    ):
        make_petition(city, status="told", **fields)
    for field in ("stop_processing_at", "anonymized_at"):
        Petition.objects.filter(pk=make_petition(city, status="told").pk).update(**{field: MONDAY})
    assert draw_call_backs(at=TUESDAY_AFTER) == []
    make_petition(city, status="told")
    assert len(draw_call_backs(at=TUESDAY_AFTER)) == 1


def test_what_was_told_this_week_waits_for_the_next(city):
    told_petitions(city, 6)
    assert draw_call_backs(at=MONDAY + timedelta(days=2)) == []


def test_reached_and_satisfied(call_back, caller):
    answers = {"reached": True, "was_told": True, "handling_rating": 5, "result_rating": 4}
    record_call_back(call_back, by=acting(caller), at=MONDAY, **answers)
    call_back.refresh_from_db()
    assert (call_back.state, call_back.was_told, call_back.tries) == ("done", True, 1)
    assert call_back.finds_fault is False
    assert event_verbs(call_back.petition)[-1] == "called_back"
    assert event_verbs(call_back) == ["recorded"]
    with pytest.raises(Conflict):
        record_call_back(call_back, by=acting(caller), at=MONDAY, **answers)


def test_three_tries_and_it_is_closed(call_back, caller):
    for state in ("waiting", "waiting", "unreached"):
        record_call_back(call_back, by=acting(caller), at=MONDAY, remark="无人接听")
        assert call_back.state == state
    assert call_back.tries == 3


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"was_told": True}, "reached"),
        ({"result_rating": 3}, "reached"),
        ({"reached": True, "was_told": True, "result_rating": 3}, "handling_rating"),
        ({"reached": True, "was_told": True, "handling_rating": 3}, "result_rating"),
        ({"reached": True, "was_told": True, "handling_rating": 6, "result_rating": 3}, "handling_rating"),
    ],
)
def test_half_answers_are_refused_at_the_field(call_back, caller, answers, field):
    with pytest.raises(InvalidInput) as refused:
        record_call_back(call_back, by=acting(caller), at=MONDAY, **answers)
    assert list(refused.value.errors) == [field]
    call_back.refresh_from_db()
    assert (call_back.state, call_back.tries) == ("waiting", 0)


def test_nobody_who_had_a_hand_in_it_calls(city, call_back):
    also_keeper = make_user(Role.ORGANIZER, city.county, name="兼联络员")
    Membership.objects.create(
        user=also_keeper, organization=city.town, role=Role.KEEPER, start_date=date(2022, 1, 1)
    )
    Keeper.objects.create(user=also_keeper, studio=city.studio, start_date=date(2022, 1, 1))
    also_handler = make_user(Role.ORGANIZER, city.county, name="兼承办")
    Membership.objects.create(
        user=also_handler, organization=city.unit, role=Role.HANDLER, start_date=date(2022, 1, 1)
    )
    # city.organizer told the person in make_petition.
    for user in (
        city.organizer,
        city.keeper,
        city.handler,
        city.representative,
        city.leader,
        also_keeper,
        also_handler,
    ):
        with pytest.raises(NotAllowed):
            record_call_back(call_back, by=acting(user), at=MONDAY, reached=True, was_told=False)


def test_not_told_is_a_fault_that_leads_back(client, city, call_back, caller):
    record_call_back(call_back, by=acting(caller), at=MONDAY, reached=True, remark="没人告诉我")
    assert (call_back.was_told, call_back.finds_fault) == (False, True)
    client.force_login(caller)
    page = client.get(f"/admin/petitions/callback/{call_back.pk}/change/").content.decode()
    assert "本人说没人告诉过" in page
    assert f"/admin/petitions/petition/{call_back.petition_id}/step/reopen/" in page


def found_fault(call_back, caller, *, at=MONDAY):
    return record_call_back(call_back, by=acting(caller), at=at, reached=True, remark="没人告诉我")


def test_a_fault_is_handled_again_or_the_reason_is_written(client, city, call_back, caller):
    petition = call_back.petition
    found_fault(call_back, caller)
    assert unanswered_faults(petition) == [call_back]
    client.force_login(caller)
    page = f"/admin/petitions/callback/{call_back.pk}/change/"
    settle = f"/admin/petitions/callback/{call_back.pk}/settle/"
    assert settle in client.get(page).content.decode()
    assert "没人告诉过，待处理" in client.get("/admin/petitions/callback/").content.decode()
    assert client.post(settle, {"reason": " "}).status_code == 400
    assert client.post(settle, {"reason": "已补告知，本人说不用再办。"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "已补告知，本人说不用再办。" in shown
    assert settle not in shown
    assert "没人告诉过，已处理" in client.get("/admin/petitions/callback/").content.decode()
    assert event_verbs(petition)[-1] == "call_back_settled"
    assert unanswered_faults(petition) == []
    assert client.post(settle, {"reason": "再写一次"}).status_code == 409


def test_a_file_is_not_closed_over_a_fault(city, call_back, caller):
    petition = call_back.petition
    found_fault(call_back, caller)
    with pytest.raises(InvalidInput) as refused:
        perform("archive", petition, by=acting(city.keeper), at=MONDAY, data={})
    assert list(refused.value.errors) == ["unsatisfied_note"]
    why = {"unsatisfied_note": "已补告知。"}
    perform("archive", petition, by=acting(city.keeper), at=MONDAY, data=why)
    assert unanswered_faults(petition) == []
    assert "call_back_settled" in event_verbs(petition)


def test_handled_again_answers_the_fault(city, call_back, caller):
    found_fault(call_back, caller)
    later = MONDAY + timedelta(hours=1)
    perform("reopen", call_back.petition, by=acting(city.organizer), at=later, data={"reason": "重办"})
    assert unanswered_faults(call_back.petition) == []
    with pytest.raises(Conflict):
        settle_call_back(call_back, by=acting(caller), at=later, reason="不办了")


def test_the_unit_never_writes_why_not(client, city, call_back, caller):
    found_fault(call_back, caller)
    also_handler = make_user(Role.ORGANIZER, city.county, name="兼承办")
    Membership.objects.create(
        user=also_handler, organization=city.unit, role=Role.HANDLER, start_date=date(2022, 1, 1)
    )
    for user in (city.handler, city.keeper, city.leader, city.representative, also_handler, city.stranger):
        with pytest.raises(NotAllowed):
            settle_call_back(call_back, by=acting(user), at=MONDAY, reason="不办了")
        client.force_login(user)
        settle = client.post(f"/admin/petitions/callback/{call_back.pk}/settle/", {"reason": "不办了"})
        assert settle.status_code in (302, 403, 404)
        rest = client.post(
            f"/api/v1/call-backs/{call_back.pk}/settle/", {"reason": "不办了"}, "application/json"
        )
        assert rest.status_code in (403, 404)
    assert unanswered_faults(call_back.petition) == [call_back]


def test_why_not_over_rest(client, city, call_back, caller):
    found_fault(call_back, caller)
    client.force_login(caller)
    address = f"/api/v1/call-backs/{call_back.pk}/"
    assert client.get(address).json()["awaits_answer"] is True
    assert client.post(f"{address}settle/", {}, "application/json").status_code == 400
    answer = client.post(f"{address}settle/", {"reason": "已补告知。"}, "application/json")
    assert (answer.status_code, answer.json()["awaits_answer"]) == (200, False)
    assert client.post(f"{address}settle/", {"reason": "再来"}, "application/json").status_code == 409
    assert [event["verb"] for event in client.get(f"{address}events/").json()["results"]] == [
        "recorded",
        "settled",
    ]


def test_the_desk(client, city, call_back, caller):
    client.force_login(caller)
    listed = client.get("/admin/petitions/callback/").content.decode()
    assert call_back.petition.number in listed
    address = f"/admin/petitions/callback/{call_back.pk}/change/"
    page = client.get(address).content.decode()
    assert "139****2210" in page
    assert "13900002210" not in page
    assert "李桂兰" not in page
    refused = client.post(address, {"reached": "on", "was_told": "on"})
    assert refused.status_code == 400
    assert "请问一下本人对办理满意不满意" in refused.content.decode()
    done = {
        "reached": "on",
        "was_told": "on",
        "handling_rating": "2",
        "result_rating": "1",
        "remark": "灯又坏了",
    }
    assert client.post(address, done).status_code == 302
    call_back.refresh_from_db()
    assert (call_back.state, call_back.result_rating, call_back.called_by) == ("done", 1, caller)
    again = client.post(address, done)
    assert again.status_code == 409
    assert "不用再回访" in again.content.decode()


def test_strangers_find_nothing_and_others_no_button(client, city, call_back):
    address = f"/admin/petitions/callback/{call_back.pk}/change/"
    client.force_login(city.stranger)
    assert client.get(address).status_code == 404
    client.force_login(city.keeper)
    assert client.get(address).status_code == 403
    client.force_login(city.organizer)
    assert "请转给同事" in client.get(address).content.decode()


def test_rest(client, city, call_back, caller):
    client.force_login(caller)
    told = client.get("/api/v1/call-backs/?state=waiting").json()["results"]
    assert [row["number"] for row in told] == [call_back.petition.number]
    assert told[0]["petitioner_phone"] == "139****2210"
    address = f"/api/v1/call-backs/{call_back.pk}/record/"
    answer = client.post(
        address,
        {"reached": True, "was_told": True, "handling_rating": 4, "result_rating": 4},
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert answer.json()["state"] == "done"
    assert client.post(address, {"reached": True}, content_type="application/json").status_code == 409
    client.force_login(city.stranger)
    assert client.post(address, {}, content_type="application/json").status_code == 404


def test_a_list_costs_the_same_for_one_and_for_three(client, city, caller, django_assert_num_queries):
    client.force_login(caller)

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as told:
            assert client.get("/admin/petitions/callback/").status_code == 200
        return len(told)

    for number in (1, 3):
        for petition in told_petitions(city, number):
            CallBack.objects.create(petition=petition, sampled_on=date(2026, 11, 23))
        if number == 1:
            queries()
            first = queries()
    assert queries() == first <= 12


def test_a_complaint_about_her_office_is_not_hers_to_see(city, call_back):
    from petitions.models import Accused

    town_organizer = make_user(Role.ORGANIZER, city.town, name="镇组工")
    assert CallBack.objects.visible_to(town_organizer).count() == 1
    Petition.objects.filter(pk=call_back.petition_id).update(is_accusation=True)
    Accused.objects.create(petition=call_back.petition, organization=city.town)
    assert CallBack.objects.visible_to(town_organizer).count() == 0


def test_received_by_herself_is_no_draw(city):
    """The intake itself draws nothing; only what was told does."""
    receive_petition(
        by=acting(city.organizer),
        at=MONDAY,
        studio=city.studio,
        channel=Petition._meta.get_field("channel").related_model.objects.get(code="phone"),
        kind="opinion",
        content="路灯坏了",
        petitioner_phone="13900002210",
    )
    assert draw_call_backs(at=TUESDAY_AFTER) == []
