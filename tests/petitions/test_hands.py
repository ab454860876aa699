"""Who has a matter in hand: lead unit and co-units, handing back and on, taking over (R60)."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from petitions.actions import allowed_verbs, perform
from petitions.enums import AssignmentEnd, AssignmentRole, Outcome, Status
from petitions.models import Petition
from tests.factories import MONDAY, ROUTED, acting, add_helper, event_verbs, make_petition, make_user

pytestmark = pytest.mark.django_db


def sees(user, petition):
    return Petition.objects.visible_to(user).filter(pk=petition.pk).exists()


def fresh(petition):
    return Petition.objects.get(pk=petition.pk)


def test_a_lead_unit_and_a_co_unit(city):
    """The housing office leads and the traffic office helps: it signs before the answer goes out."""
    petition = make_petition(city, status="helped")
    assert sees(city.handler, petition) and sees(city.helper, petition)
    assert Notice.objects.get(user=city.helper).title.startswith("请协办并会签")

    with pytest.raises(Conflict, match="还有协办单位没有会签：寿光市交通局"):
        perform(
            "reply",
            petition,
            by=acting(city.handler),
            at=MONDAY,
            data={"content": "已修好。", "outcome": "A"},
        )
    assert fresh(petition).status == Status.HANDLING

    perform(
        "countersign", petition, by=acting(city.helper), at=MONDAY, data={"content": "路口由我局同步施工。"}
    )
    row = petition.assignments.get(role=AssignmentRole.CO)
    assert (row.countersign_content, row.countersigned_by) == ("路口由我局同步施工。", city.helper)
    with pytest.raises(Conflict, match="已经会签过了"):
        perform("countersign", petition, by=acting(city.helper), at=MONDAY, data={"content": "再签一次"})

    perform(
        "reply", petition, by=acting(city.handler), at=MONDAY, data={"content": "已修好。", "outcome": "A"}
    )
    assert fresh(petition).status == Status.FEEDBACK
    assert sees(city.helper, petition)


def test_the_organizer_releases_a_co_unit_that_nobody_needs_to_wait_for(city):
    petition = make_petition(city, status="helped")
    perform(
        "co_units",
        petition,
        by=acting(city.organizer),
        at=MONDAY,
        data={"co_units": [], "reason": "现场已查明，不涉及道路。"},
    )
    assert petition.assignments.get(role=AssignmentRole.CO).end_reason == AssignmentEnd.RELEASED
    assert not sees(city.helper, petition)
    perform(
        "reply", petition, by=acting(city.handler), at=MONDAY, data={"content": "已修好。", "outcome": "A"}
    )
    with pytest.raises(NotAllowed):
        perform("countersign", petition, by=acting(city.helper), at=MONDAY, data={"content": "同意"})


def test_a_unit_cannot_help_itself(city):
    petition = make_petition(city, status="registered")
    with pytest.raises(InvalidInput) as refused:
        data = {"organization": city.unit, "co_units": [city.unit]}
        perform("assign", petition, by=acting(city.organizer), at=MONDAY, data=data)
    assert refused.value.errors == {"co_units": ["寿光市住建局已是主办单位，不能同时协办，请去掉。"]}
    assert fresh(petition).status == Status.REGISTERED


def test_a_co_unit_steps_out_with_a_reason(city):
    petition = make_petition(city, status="helped")
    with pytest.raises(InvalidInput):
        perform("decline", petition, by=acting(city.helper), at=MONDAY, data={})
    perform("decline", petition, by=acting(city.helper), at=MONDAY, data={"reason": "该路段归村里管。"})
    assert not sees(city.helper, petition)
    assert Notice.objects.filter(user=city.organizer, title__startswith="协办单位退出").count() == 1


def test_handing_back_in_time(city):
    """Not ours: within five work days it goes back to the office that gave it out, which learns why."""
    petition = make_petition(city, status="helped")
    fifth = MONDAY + timedelta(days=7)
    perform("hand_back", petition, by=acting(city.handler), at=fifth, data={"reason": "路灯归供电公司管。"})
    petition = fresh(petition)
    assert (petition.status, petition.lead_unit, petition.assigned_at) == (Status.REGISTERED, None, None)
    assert petition.due_explained["step"] == "assign"
    assert not sees(city.handler, petition) and not sees(city.helper, petition)
    notice = Notice.objects.filter(user=city.organizer).latest("pk")
    assert notice.title.startswith("承办单位退回") and "路灯归供电公司管" in notice.body
    perform("assign", petition, by=acting(city.organizer), at=fifth, data={"organization": city.helper_unit})
    assert sees(city.helper, petition) and not sees(city.handler, petition)


def test_handing_back_too_late_is_refused_with_the_day(city):
    petition = make_petition(city, status="handling")
    with pytest.raises(Conflict, match="已于11月23日到期"):
        perform(
            "hand_back",
            petition,
            by=acting(city.handler),
            at=MONDAY + timedelta(days=8),
            data={"reason": "不归我们管"},
        )
    assert sees(city.handler, petition)


def test_only_the_assigning_office_hands_on_and_the_date_stays(city):
    petition = make_petition(city, status="handling")
    other, due = add_helper(city), petition.due_date
    data = {"organization": other, "reason": "职责已划转。"}
    for name in ("handler", "keeper", "leader", "stranger"):
        with pytest.raises(NotAllowed):
            perform("hand_on", petition, by=acting(city.user(name)), at=MONDAY, data=data)
    later = MONDAY + timedelta(days=3)
    perform("hand_on", petition, by=acting(city.organizer), at=later, data=data)
    petition = fresh(petition)
    assert (petition.lead_unit, petition.due_date) == (other, due)
    assert not sees(city.handler, petition) and sees(city.helper, petition)
    with pytest.raises(InvalidInput):
        perform("hand_on", petition, by=acting(city.organizer), at=later, data=data)


def test_the_town_that_was_given_it_does_not_hand_it_on(city):
    """The matter lies in the town, the county gave it to the town: only the county, or the city above, takes it on."""
    petition, other = make_petition(city, status="registered"), add_helper(city)
    town, chief = make_user(Role.ORGANIZER, city.town), make_user(Role.ORGANIZER, city.root)
    perform("assign", petition, by=acting(city.organizer), at=MONDAY, data={"organization": city.town})
    data = {"organization": other, "reason": "不想办"}
    steps = {
        "hand_on": data,
        "take_over": {"reason": "自办"},
        "co_units": {"co_units": [other], "reason": "请它帮忙"},
    }
    for verb, given in steps.items():
        assert verb not in allowed_verbs(fresh(petition), town)
        with pytest.raises(NotAllowed):
            perform(verb, fresh(petition), by=acting(town), at=MONDAY, data=given)
        assert verb in allowed_verbs(fresh(petition), chief)
    perform("hand_on", fresh(petition), by=acting(city.organizer), at=MONDAY, data=data)
    assert fresh(petition).lead_unit == other


def test_the_town_hands_on_what_it_gave_out_itself(city):
    petition, town = make_petition(city, status="registered"), make_user(Role.ORGANIZER, city.town)
    perform("assign", petition, by=acting(town), at=MONDAY, data={"organization": city.unit})
    assert petition.assignments.get().given_out_by == city.town
    data = {"organization": city.town, "reason": "街道自己来修"}
    perform("hand_on", fresh(petition), by=acting(town), at=MONDAY, data=data)
    assert "hand_on" in allowed_verbs(fresh(petition), town)
    # Had it handled again for the person, it is still given out by the same office.
    perform(
        "reply", fresh(petition), by=acting(town), at=MONDAY, data={"content": "已修好。", "outcome": "A"}
    )
    perform("reopen", fresh(petition), by=acting(city.representative), at=MONDAY, data={"reason": "又坏了"})
    assert fresh(petition).assignments.leading().get().given_out_by == city.town


def test_handing_on_may_start_the_clock_anew(city):
    petition = make_petition(city, status="handling")
    due, later = petition.due_date, MONDAY + timedelta(days=3)
    data = {"organization": add_helper(city), "reason": "重新核定职责。", "restart": True}
    perform("hand_on", petition, by=acting(city.organizer), at=later, data=data)
    assert fresh(petition).due_date == due + timedelta(days=3)
    assert petition.assignments.active().get().due_date == petition.due_date


def test_handing_on_lapses_the_request_of_the_unit_that_goes(city):
    petition = make_petition(city, status="asked")
    data = {"organization": add_helper(city), "reason": "职责已划转。"}
    perform("hand_on", petition, by=acting(city.organizer), at=MONDAY, data=data)
    assert fresh(petition).extension_requested_at is None
    assert petition.extensions.get().state == "lapsed"
    assert "extend" in allowed_verbs(petition, city.helper)


def test_the_office_takes_it_over_and_answers_itself(city):
    petition = make_petition(city, status="handling")
    perform("take_over", petition, by=acting(city.organizer), at=MONDAY, data={"reason": "由本级直接协调。"})
    assert fresh(petition).lead_unit == city.county
    assert not sees(city.handler, petition)
    perform(
        "reply", petition, by=acting(city.organizer), at=MONDAY, data={"content": "已协调。", "outcome": "A"}
    )
    assert petition.replies.get().organization == city.county


def test_a_reopened_matter_leaves_the_unit_that_is_replaced(city):
    petition = make_petition(city, status="told")
    data = {"reason": "又坏了", "organization": add_helper(city)}
    perform("reopen", petition, by=acting(city.organizer), at=MONDAY, data=data)
    assert sees(city.helper, petition) and not sees(city.handler, petition)
    assert petition.assignments.active().get().organization == city.helper_unit


def test_answered_and_resolved_are_two_dates(city):
    """Put into next year's plan in November, done in spring: answered then, resolved now."""
    petition = make_petition(city, status="answered")
    assert petition.resolved_at is None
    spring = MONDAY + timedelta(days=150)
    perform("resolve", petition, by=acting(city.handler), at=spring, data={"note": "管道四月已通水。"})
    petition = fresh(petition)
    assert (petition.outcome, petition.replied_at, petition.resolved_at) == (Outcome.SOLVED, MONDAY, spring)
    assert petition.replies.get().outcome == Outcome.LATER
    with pytest.raises(Conflict):
        perform("resolve", petition, by=acting(city.organizer), at=spring, data={"note": "再记一次"})


def test_after_the_archive_only_the_organizer_says_it_is_solved(city):
    petition = make_petition(city, status="answered")
    for verb, data in [("feedback", {"method": "phone", "rating": 3}), ("archive", {})]:
        perform(verb, petition, by=acting(city.organizer), at=MONDAY, data=data)
    with pytest.raises(NotAllowed, match="已归档"):
        perform("resolve", petition, by=acting(city.handler), at=MONDAY, data={"note": "已通水"})
    perform("resolve", petition, by=acting(city.organizer), at=MONDAY, data={"note": "已通水"})
    assert fresh(petition).status == Status.ARCHIVED


def test_routed_out_until_the_receipt(city):
    """A matter for the petitions office: where, when, why; the person is told; their receipt closes it."""
    petition = make_petition(city, status="registered")
    data = {key: value for key, value in ROUTED.items() if not key.startswith("told")}
    perform("route_out", petition, by=acting(city.organizer), at=MONDAY, data=data)
    petition = fresh(petition)
    assert (petition.status, petition.due_date, petition.lead_unit) == (Status.ROUTED_OUT, None, None)
    assert Notice.objects.filter(user=city.representative).latest("pk").title.startswith("已转往寿光市信访局")

    received = {"receipt_on": MONDAY.date(), "receipt_number": "寿信收〔2026〕118号"}
    with pytest.raises(InvalidInput) as refused:
        perform("receipt", petition, by=acting(city.keeper), at=MONDAY, data=received)
    assert refused.value.errors == {"told_on": ["反映人还没有告知转到了哪里。请先告知，再登记回执。"]}
    told = {"told_on": MONDAY.date(), "told_method": "phone"}
    perform("receipt", petition, by=acting(city.keeper), at=MONDAY, data=received | told)
    routing = petition.routings.get()
    assert (routing.receipt_number, routing.told_on) == ("寿信收〔2026〕118号", MONDAY.date())
    assert event_verbs(petition) == ["receive", "register", "route_out", "receipt"]


def test_what_they_send_back_waits_to_be_assigned_again(city):
    petition = make_petition(city, status="routed_out")
    perform("take_back", petition, by=acting(city.organizer), at=MONDAY, data={"reason": "对方不受理。"})
    petition = fresh(petition)
    assert (petition.status, petition.routed_out_at) == (Status.REGISTERED, None)
    assert petition.due_explained["step"] == "assign"
    assert petition.routings.get().return_reason == "对方不受理。"


def test_a_routed_matter_leaves_the_unit(city):
    petition = make_petition(city, status="handling")
    perform("route_out", petition, by=acting(city.organizer), at=MONDAY, data=ROUTED)
    assert not sees(city.handler, petition)
    assert petition.assignments.get().end_reason == AssignmentEnd.ROUTED


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"told_method": ""}, "told_method"),
        ({"told_on": MONDAY.date() + timedelta(days=1)}, "told_on"),
        ({"told_on": MONDAY.date() - timedelta(days=1)}, "told_on"),
        ({"reason": ""}, "reason"),
        ({"receiver": "police"}, "receiver"),
    ],
)
def test_a_routing_that_does_not_add_up_is_refused_at_its_field(city, change, field):
    petition = make_petition(city, status="registered")
    with pytest.raises(InvalidInput) as refused:
        perform("route_out", petition, by=acting(city.organizer), at=MONDAY, data=ROUTED | change)
    assert list(refused.value.errors) == [field]
    assert fresh(petition).status == Status.REGISTERED


def test_a_matter_of_ones_own_county_only(city):
    petition = make_petition(city, status="registered")
    with pytest.raises(InvalidInput):
        data = {"organization": city.neighbour_unit}
        perform("assign", petition, by=acting(city.organizer), at=MONDAY, data=data)
    with pytest.raises(InvalidInput):
        data = {"organization": city.unit, "co_units": [city.neighbour_unit]}
        perform("assign", petition, by=acting(city.organizer), at=MONDAY, data=data)
