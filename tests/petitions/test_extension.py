"""An extension refused: once because the person was not told, once by the office; then told, asked again and granted."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Membership
from petitions.actions import allowed_moves, allowed_verbs, perform
from petitions.desk import buttons_of
from petitions.enums import ExtensionState
from petitions.models import Accused, Petition, TimeLimit
from petitions.pages.due import explain_due
from tests.admin.conftest import at_desk  # noqa: F401  (a fixture)
from tests.api.conftest import Caller, json_requests  # noqa: F401  (fixtures)
from tests.factories import ASIDE, MONDAY, acting, event_verbs, make_petition, make_user

pytestmark = pytest.mark.django_db
ASKED = ASIDE["asked"][1]
DUE = date(2026, 12, 28)


def ask(city, petition, *, at=MONDAY, by=None, **changed):
    return perform("extend", petition, by=acting(by or city.handler), at=at, data=ASKED | changed)


def test_an_extension_refused_and_then_granted(city):
    petition = make_petition(city, status="handling")
    city.handler.notices.all().delete()
    # 刘经办 of the housing bureau needs parts from afar, but has told nobody: refused at the field.
    with pytest.raises(InvalidInput) as fault:
        ask(city, petition, told_on=None, told_method="")
    assert fault.value.errors == {
        "told_on": ["延期要先把理由告诉反映人。请先告知，再填写告知的日期和方式。"],
        "told_method": ["延期要先把理由告诉反映人。请先告知，再填写告知的日期和方式。"],
    }
    assert petition.extensions.count() == 0

    # She rings 李桂兰 up and asks. The county's office finds the reason thin.
    ask(city, petition)
    assert (petition.extension_requested_at, petition.due_date) == (MONDAY, DUE)
    assert "延期待批" in city.organizer.notices.latest("pk").title
    thursday = MONDAY + timedelta(days=3)
    perform(
        "refuse_extension",
        petition,
        by=acting(city.organizer),
        at=thursday,
        data={"reason": "本地有货，请先联系县仓库。"},
    )
    assert (petition.extension_requested_at, petition.due_date, petition.extended_days) == (None, DUE, 0)
    assert "本地有货" in city.handler.notices.get().body

    # There is none in the county either: told again, asked again, and ten work days are granted.
    later = MONDAY + timedelta(days=7)
    ask(city, petition, at=later, told_on=later.date(), reason="县仓库无货，厂家十个工作日到货。")
    perform("approve_extension", petition, by=acting(city.organizer), at=later, data={"note": "抓紧。"})
    assert (petition.due_date, petition.extended_days) == (date(2027, 1, 11), 10)
    assert petition.assignments.get().due_date == petition.due_date
    states = list(petition.extensions.order_by("pk").values_list("state", "granted_days", "old_due"))
    assert states == [
        (ExtensionState.REFUSED, None, DUE),
        (ExtensionState.APPROVED, 10, DUE),
    ]
    assert event_verbs(petition)[-4:] == ["extend", "refuse_extension", "extend", "approve_extension"]
    explained = explain_due(petition)
    assert (explained.first_due, explained.due) == (DUE, date(2027, 1, 11))
    assert "同意延长 10 个工作日" in explained.lines[0].words
    assert explained.lines[0].skipped[0].reason == "周末"


def test_the_office_may_grant_less(city):
    petition = make_petition(city, status="asked")
    with pytest.raises(InvalidInput) as fault:
        perform("approve_extension", petition, by=acting(city.organizer), at=MONDAY, data={"work_days": 11})
    assert fault.value.errors == {"work_days": ["申请的是 10 个工作日，只能照批或少批，请改小。"]}
    perform("approve_extension", petition, by=acting(city.organizer), at=MONDAY, data={"work_days": 4})
    assert (petition.due_date, petition.extended_days) == (date(2027, 1, 1), 4)
    extension = petition.extensions.get()
    assert (extension.work_days, extension.granted_days) == (10, 4)


def test_the_cap_is_counted_over_all_extensions(city):
    petition = make_petition(city, status="handling")
    with pytest.raises(InvalidInput) as fault:
        ask(city, petition, work_days=16)
    assert fault.value.errors == {"work_days": ["最多还能延 15 个工作日（上限 15 个），请改小后再申请。"]}
    for days, left in ((10, 5), (5, 0)):
        ask(city, petition, work_days=days)
        perform("approve_extension", petition, by=acting(city.organizer), at=MONDAY, data={})
        with pytest.raises(InvalidInput) as fault:
            ask(city, petition, work_days=left + 1)
        words = f"最多还能延 {left} 个" if left else "延期已经用完"
        assert fault.value.errors["work_days"][0].startswith(words)
    # Handled anew, there is a whole period again.
    perform(
        "reply",
        petition,
        by=acting(city.handler),
        at=MONDAY,
        data={"content": "已办。", "outcome": "B"},
    )
    perform("reopen", petition, by=acting(city.organizer), at=MONDAY, data={"reason": "没有办好"})
    ask(city, petition, work_days=15)


def test_without_a_rule_there_is_no_extension(city):
    TimeLimit.objects.filter(step="extend").delete()
    with pytest.raises(InvalidInput):
        ask(city, make_petition(city, status="handling"))


@pytest.mark.parametrize(
    ("told_on", "words"),
    [
        (MONDAY.date() + timedelta(days=1), "告知日期不能晚于今天"),
        (MONDAY.date() - timedelta(days=1), "告知日期不能早于交办日期"),
    ],
)
def test_told_after_it_was_given_out_and_before_now(city, told_on, words):
    with pytest.raises(InvalidInput) as fault:
        ask(city, make_petition(city, status="handling"), told_on=told_on)
    assert fault.value.errors["told_on"][0].startswith(words)


def test_looking_at_ones_own_answer_is_no_way_of_being_told(city):
    with pytest.raises(InvalidInput) as fault:
        ask(city, make_petition(city, status="handling"), told_method="online")
    assert list(fault.value.errors) == ["told_method"]


def test_on_the_last_day_it_may_be_asked_and_a_day_later_not(city):
    """An extension prolongs a period; one that has run out cannot be prolonged."""
    last = MONDAY.replace(month=12, day=28)
    ask(city, make_petition(city, status="handling"), at=last, told_on=last.date())
    late = last + timedelta(days=1)
    with pytest.raises(Conflict) as conflict:
        ask(city, make_petition(city, status="handling"), at=late, told_on=last.date())
    assert conflict.value.code == "too-late"


def test_asked_in_time_it_may_be_granted_late_and_counts_from_the_date(city):
    petition = make_petition(city, status="asked")
    late = MONDAY.replace(month=12, day=31)
    assert petition.is_overdue(on=late.date())
    perform("approve_extension", petition, by=acting(city.organizer), at=late, data={})
    assert petition.due_date == date(2027, 1, 11)
    assert not petition.is_overdue(on=late.date())


def test_one_request_at_a_time(city):
    petition = make_petition(city, status="asked")
    with pytest.raises(Conflict):
        ask(city, petition)
    stale = Petition.objects.get(pk=petition.pk)
    perform("approve_extension", petition, by=acting(city.organizer), at=MONDAY, data={})
    with pytest.raises(Conflict):
        perform("refuse_extension", stale, by=acting(city.organizer), at=MONDAY, data={"reason": "不"})


def test_the_unit_that_asks_does_not_grant(city):
    """A town handles a matter of its own: the county decides, not the town; nor an organizer who works for the unit."""
    town_organizer = make_user(Role.ORGANIZER, city.town, name="镇组工")
    own = make_petition(city, status="registered")
    perform("assign", own, by=acting(city.organizer), at=MONDAY, data={"organization": city.town})
    clerk = make_user(Role.HANDLER, city.town, name="镇经办")
    ask(city, own, by=clerk)
    assert "approve_extension" not in allowed_verbs(own, town_organizer)
    with pytest.raises(NotAllowed):
        perform("approve_extension", own, by=acting(town_organizer), at=MONDAY, data={})
    assert city.organizer.notices.filter(title__startswith="延期待批").count() == 1
    assert town_organizer.notices.filter(title__startswith="延期待批").count() == 0

    matter = make_petition(city, status="asked")
    assert "approve_extension" in allowed_verbs(matter, town_organizer)
    Membership.objects.create(
        user=town_organizer, organization=city.unit, role=Role.HANDLER, start_date=date(2022, 1, 1)
    )
    again = type(town_organizer).objects.get(pk=town_organizer.pk)
    assert "approve_extension" not in allowed_verbs(matter, again)


def test_strangers_do_not_find_it(city):
    petition = make_petition(city, status="asked")
    assert Caller(city.stranger).post(f"petitions/{petition.pk}/approve-extension/").status_code == 404
    assert Caller(city.leader).post(f"petitions/{petition.pk}/approve-extension/").status_code == 403
    neighbour = make_user(Role.HANDLER, city.neighbour_unit)
    assert Caller(neighbour).post(f"petitions/{petition.pk}/extend/", {}).status_code == 404


def test_an_answer_makes_the_request_needless(city):
    petition = make_petition(city, status="asked")
    perform("reply", petition, by=acting(city.handler), at=MONDAY, data={"content": "已办。", "outcome": "A"})
    assert petition.extension_requested_at is None
    assert petition.extensions.get().state == ExtensionState.LAPSED


def test_the_office_complained_about_is_not_told(city):
    petition = make_petition(city, status="handling")
    Petition.objects.filter(pk=petition.pk).update(is_accusation=True)
    petition.is_accusation = True
    Accused.objects.create(petition=petition, organization=city.county)
    chief = make_user(Role.ORGANIZER, city.root)
    city.organizer.notices.all().delete()
    ask(city, petition)
    assert city.organizer.notices.count() == 0
    perform("refuse_extension", petition, by=acting(chief), at=MONDAY, data={"reason": "不必延。"})
    assert city.organizer.notices.count() == 0


def test_at_the_desk_and_over_the_api(city, at_desk):  # noqa: F811
    petition = make_petition(city, status="handling", at=_now())
    page = at_desk(city.handler)
    step = reverse("admin:petitions_petition_step", args=[petition.pk, "extend"])
    refused = page.post(step, {"work_days": 5, "reason": "等配件"})
    assert refused.status_code == 400 and "延期要先把理由告诉反映人" in refused.content.decode()
    told = {"told_on": _now().date().isoformat(), "told_method": "phone"}
    assert page.post(step, {"work_days": 5, "reason": "等配件"} | told).status_code == 302
    shown = at_desk(city.organizer).get(reverse("admin:petitions_petition_change", args=[petition.pk]))
    assert "申请延长 5 个工作日" in shown.content.decode()
    first = at_desk(city.organizer).get("/admin/").content.decode()
    assert "待批延期" in first and "?tab=extension" in first
    door = Caller(city.organizer)
    assert [row["id"] for row in door.get("petitions/", extension_requested="true").told["results"]] == [
        petition.pk
    ]
    answer = door.post(f"petitions/{petition.pk}/approve-extension/", {"work_days": 3})
    assert (answer.status_code, answer.told["extended_days"]) == (200, 3)
    assert answer.told["due_explained"]["lines"][0]["work_days"] == 3


def test_both_answers_to_a_request_stand_side_by_side(city):
    buttons = buttons_of(allowed_moves(make_petition(city, status="asked"), city.organizer))
    assert [(move.verb, tone) for move, tone in buttons.shown[:2]] == [
        ("approve_extension", "primary"),
        ("refuse_extension", "plain"),
    ]
    # Whoever cannot decide sees neither.
    others = buttons_of(allowed_moves(make_petition(city, status="asked"), city.handler))
    assert {"approve_extension", "refuse_extension"}.isdisjoint(
        move.verb for move, _tone in [*others.shown, *others.more]
    )


def _now():
    from django.utils import timezone

    return timezone.localtime()
