"""One matter from the door to the archive, as the office's manual tells it."""

from datetime import date, timedelta

import pytest

from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from petitions.actions import (
    allowed_verbs,
    archive_petition,
    assign_petition,
    feed_back_petition,
    receive_petition,
    register_petition,
    reopen_petition,
    reply_petition,
    unmask_petition,
    withdraw_petition,
)
from petitions.enums import Status
from petitions.models import Petition
from records.models import Event
from representatives.models import DutyRecord
from tests.factories import MONDAY, acting, event_verbs, leaf_category, make_petition

pytestmark = pytest.mark.django_db


def test_from_the_first_visitor_to_the_archive(city):
    # Monday morning. 李桂兰 comes to the workroom; 杨守伟 listens and takes it down on her phone.
    petition = receive_petition(
        by=acting(city.representative, "portal"),
        at=MONDAY,
        studio=city.studio,
        channel="studio",
        kind="opinion",
        content="村口三盏路灯坏了半个月。晚上老人出门不便。",
        petitioner_name="李桂兰",
        petitioner_phone="139 0000-2210",
        mandate=city.mandate,
    )
    assert petition.status == Status.RECEIVED
    assert petition.number == "370783-2026-000001"
    assert petition.title == "村口三盏路灯坏了半个月"
    assert petition.petitioner_phone == "13900002210"
    assert petition.due_date == date(2026, 11, 17)
    assert list(city.keeper.notices.values_list("title", flat=True)) == [
        "新事项待登记：村口三盏路灯坏了半个月"
    ]

    # The keeper checks it and finds the category: now it is on the books, and must be handed on in 5 work days.
    register_petition(petition, by=acting(city.keeper), at=MONDAY, category=leaf_category())
    assert petition.status == Status.REGISTERED
    assert petition.due_date == date(2026, 11, 23)
    assert [day["reason"] for day in petition.due_explained["skipped"]] == ["周末", "周末"]

    # The county's organizer gives it to the unit, which has 30 work days.
    assign_petition(petition, by=acting(city.organizer), at=MONDAY, organization=city.unit, note="请尽快办理")
    assert (petition.status, petition.lead_unit) == (Status.HANDLING, city.unit)
    assert petition.due_date == date(2026, 12, 28)
    assert petition.assignments.get().due_date == petition.due_date
    assert city.handler.notices.count() == 1

    # The unit answers: solved. From now on it is answered and resolved; the person has still to be told.
    answered = MONDAY + timedelta(days=9)
    reply_petition(petition, by=acting(city.handler), at=answered, content="三盏路灯已更换。", outcome="A")
    assert (petition.status, petition.replied_at, petition.resolved_at) == (
        Status.FEEDBACK,
        answered,
        answered,
    )
    assert petition.due_date == date(2026, 11, 30)
    assert city.representative.notices.get().title.startswith("已答复，等您告知群众")

    # The representative rings her up.
    told = MONDAY + timedelta(days=10)
    feed_back_petition(
        petition,
        by=acting(city.representative, "portal"),
        at=told,
        method="phone",
        content="很满意",
        rating=5,
    )
    assert (petition.status, petition.fed_back_at, petition.rating) == (Status.FEEDBACK, told, 5)
    assert petition.due_date is None

    # The keeper closes the file.
    archive_petition(petition, by=acting(city.keeper), at=told)
    assert (petition.status, petition.archive_number) == (Status.ARCHIVED, "370783-DA-2026-000001")
    assert event_verbs(petition) == ["receive", "register", "assign", "reply", "feedback", "archive"]
    kinds = DutyRecord.objects.filter(mandate=city.mandate).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["petition_received", "petition_fed_back"]

    # A month later the lamps fail again: back to the same unit, the file keeps its number.
    later = MONDAY + timedelta(days=30)
    reopen_petition(petition, by=acting(city.organizer), at=later, reason="路灯又坏了")
    assert (petition.status, petition.reopen_count, petition.resolved_at) == (Status.HANDLING, 1, None)
    reply_petition(petition, by=acting(city.handler), at=later, content="已换整条线路。", outcome="A")
    feed_back_petition(petition, by=acting(city.keeper), at=later, method="in_person", rating=4)
    archive_petition(petition, by=acting(city.organizer), at=later)
    assert petition.archive_number == "370783-DA-2026-000001"
    assert petition.replies.count() == 2


def test_what_is_in_memory_is_what_is_stored(city):
    petition = make_petition(city, status="archived")
    stored = Petition.objects.get(pk=petition.pk)
    for field in Petition._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(petition, field.attname), field.name


def test_an_anonymous_matter_keeps_no_person(city):
    petition = make_petition(city, anonymous=True)
    assert (petition.petitioner_name, petition.petitioner_phone, petition.masked_name) == ("", "", "匿名")


def test_a_form_sent_twice_makes_one_matter(city):
    first = make_petition(city, source_key="draft-1")
    second = make_petition(city, source_key="draft-1")
    assert (first.pk, Petition.objects.count()) == (second.pk, 1)


def test_numbers_count_per_county_and_year(city):
    numbers = [make_petition(city).number for _turn in range(2)]
    numbers.append(make_petition(city, at=MONDAY.replace(year=2027)).number)
    assert numbers == ["370783-2026-000001", "370783-2026-000002", "370783-2027-000001"]


def test_the_person_is_shown_for_a_reason_and_it_is_written_down(city):
    petition = make_petition(city)
    assert (petition.masked_name, petition.masked_phone) == ("李*", "139****2210")
    seen = unmask_petition(petition, by=acting(city.representative), at=MONDAY, reason="电话告知办理结果")
    assert seen == ("李桂兰", "13900002210")
    event = Event.objects.about(petition).get(verb="unmasked")
    assert (event.actor, event.note) == (city.representative, "电话告知办理结果")
    assert "13900002210" not in str(list(Event.objects.values()))


@pytest.mark.parametrize("user", ["leader", "client", "colleague", "stranger"])
def test_who_has_no_reason_to_call_does_not_see_the_phone(city, user):
    petition = make_petition(city)
    with pytest.raises(NotAllowed):
        unmask_petition(petition, by=acting(city.user(user)), at=MONDAY, reason="看看")
    assert event_verbs(petition) == ["receive"]


def test_looking_needs_a_reason(city):
    petition = make_petition(city)
    with pytest.raises(InvalidInput) as fault:
        unmask_petition(petition, by=acting(city.keeper), at=MONDAY, reason="  ")
    assert fault.value.errors == {"reason": ["请填写查看原因。"]}


def test_all_that_is_missing_is_said_at_once(city):
    with pytest.raises(InvalidInput) as fault:
        receive_petition(by=acting(city.keeper), at=MONDAY, petitioner_phone="12ab", surprise=1)
    assert fault.value.errors == {
        "studio": ["请选择工作室（站）。"],
        "channel": ["请选择来源渠道。"],
        "kind": ["请选择类别。"],
        "content": ["请填写内容。"],
        "surprise": ["「接待」没有 surprise 这一项，请去掉。"],
    }
    assert Petition.objects.count() == 0


def test_a_wrong_phone_is_refused_at_the_field(city):
    with pytest.raises(InvalidInput) as fault:
        make_petition(city, petitioner_phone="13900O2210")
    assert list(fault.value.errors) == ["petitioner_phone"]


def test_a_representative_speaks_in_her_own_name_only(city):
    other = city.colleague.person.mandates.get()
    with pytest.raises(InvalidInput) as fault:
        make_petition(city, by=city.representative, mandate=other)
    assert list(fault.value.errors) == ["mandate"]


def test_nobody_takes_down_a_matter_next_door(city):
    for user in [city.representative, city.keeper, city.organizer]:
        with pytest.raises(InvalidInput) as fault:
            make_petition(city, by=user, studio=city.neighbour_studio)
        assert list(fault.value.errors) == ["studio"]


def test_a_unit_of_another_county_is_not_on_offer(city):
    petition = make_petition(city, status="registered")
    with pytest.raises(InvalidInput) as fault:
        assign_petition(petition, by=acting(city.organizer), at=MONDAY, organization=city.neighbour_unit)
    assert list(fault.value.errors) == ["organization"]
    petition.refresh_from_db()
    assert (petition.status, petition.lead_unit) == (Status.REGISTERED, None)


def test_the_handling_unit_cannot_fill_in_the_rating(city):
    petition = make_petition(city, status="feedback")
    with pytest.raises(NotAllowed):
        feed_back_petition(petition, by=acting(city.handler), at=MONDAY, method="phone", rating=5)


def test_told_once_is_told(city):
    petition = make_petition(city, status="told")
    with pytest.raises(Conflict) as conflict:
        feed_back_petition(petition, by=acting(city.keeper), at=MONDAY, method="phone")
    assert "已经告知过本人了" in conflict.value.message


def test_no_archive_before_the_person_was_told(city):
    petition = make_petition(city, status="feedback")
    with pytest.raises(Conflict):
        archive_petition(petition, by=acting(city.keeper), at=MONDAY)


def test_somebody_was_first(city):
    """Two clerks open the same page; the second one's click changes nothing."""
    petition = make_petition(city)
    stale = Petition.objects.get(pk=petition.pk)
    withdraw_petition(petition, by=acting(city.keeper), at=MONDAY, reason="登记有误")
    with pytest.raises(Conflict):
        register_petition(stale, by=acting(city.organizer), at=MONDAY, category=leaf_category())
    assert event_verbs(petition) == ["receive", "withdraw"]


def test_buttons_are_the_steps_one_may_take(city):
    petition = make_petition(city, status="registered")
    assert allowed_verbs(petition, city.organizer) == [
        *("assign", "withdraw", "supervise"),
        *("name_accused", "route_out", "merge"),
    ]
    assert allowed_verbs(petition, city.keeper) == ["withdraw", "merge"]
    assert allowed_verbs(petition, city.leader) == ["supervise"]
    for name in ["handler", "representative", "stranger", "client", "auditor"]:
        assert allowed_verbs(petition, city.user(name)) == []


def test_a_change_of_mind_leaves_no_half_step(city, monkeypatch):
    """If anything fails inside a step, neither the state nor the event nor the notice stays."""
    petition = make_petition(city, status="registered")
    monkeypatch.setattr("petitions.notices.notify", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        assign_petition(petition, by=acting(city.organizer), at=MONDAY, organization=city.unit)
    petition.refresh_from_db()
    assert (petition.status, petition.assignments.count()) == (Status.REGISTERED, 0)
    assert event_verbs(petition) == ["receive", "register"]
    assert Notice.objects.filter(user=city.handler).count() == 0
