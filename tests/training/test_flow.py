"""A session from the plan to the certificate, and what is refused on the way."""

from datetime import date, datetime, timedelta

import pytest

from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from records.models import Event
from representatives.actions import perform
from representatives.enums import DutyKind, Level
from representatives.ledger import check_ledger
from representatives.models import DutyRecord
from studios.codes import code_at
from studios.models import Leave
from tests.factories import CHINA, MONDAY, acting, make_mandate, make_person, make_user
from tests.training.classes import make_plan, make_training
from training.actions.attending import check_in_all, check_in_by_code, perform_enrolment
from training.actions.enrolling import enrol_by_rule, enrol_people
from training.actions.plans import perform_plan
from training.actions.sessions import perform_training
from training.enums import EnrolmentStatus, TrainingStatus
from training.models import Enrolment, Training
from training.reminders import remind_of_unclosed_trainings, send_training_reminders

DAY = datetime(2026, 11, 23, 9, 5, tzinfo=CHINA)


@pytest.fixture
def county_class(city):
    """寿光市's class of an approved plan, with everybody whom the county has to train on the roster."""
    plan = make_plan(city.county)
    perform_plan(
        "approve", plan, by=acting(city.organizer), at=MONDAY, data={"document_number": "寿组发〔2026〕3号"}
    )
    training = make_training(city.county, plan=plan)
    enrol_by_rule(training, by=acting(city.organizer), at=MONDAY)
    return training


def place_of(training, user):
    rows = Enrolment.objects.select_related("training__organization", "person__user", "mandate")
    return rows.get(training=training, person__user=user)


def test_from_the_plan_to_the_certificate(city, county_class):
    by = acting(city.organizer)
    assert {row.person.name for row in county_class.enrolments.all()} == {"杨守伟", "王雯"}
    perform_training("publish", county_class, by=by, at=MONDAY)
    notice = Notice.objects.get(user=city.representative)
    assert (notice.link, "请您参加培训" in notice.title) == (f"/trainings/{county_class.pk}/", True)

    hers = place_of(county_class, city.representative)
    perform_enrolment("confirm", hers, by=acting(city.representative, "portal"), at=MONDAY)
    assert hers.status == EnrolmentStatus.CONFIRMED
    code = code_at(county_class.code_secret, DAY)
    check_in_by_code(hers, by=acting(city.representative, "portal"), at=DAY, code=f"{code[:3]} {code[3:]}")
    perform_training("close", county_class, by=by, at=DAY, data={"summary": "讲了接待和建议两课。"})

    hers.refresh_from_db()
    assert (hers.status, hers.hours, hers.certificate_number) == ("attended", 8, f"JY2026-{hers.pk:07d}")
    assert place_of(county_class, city.colleague).status == EnrolmentStatus.ABSENT
    line = DutyRecord.objects.get(kind=DutyKind.TRAINING)
    assert (line.mandate, line.on, line.quantity) == (city.mandate, date(2026, 11, 23), 8)
    assert list(check_ledger()) == []
    verbs = Event.objects.about(county_class).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["enrol_by_rule", "publish", "close"]


def test_a_correction_takes_the_ledger_back_and_keeps_the_number(city, county_class):
    by = acting(city.organizer)
    perform_training("publish", county_class, by=by, at=MONDAY)
    check_in_all(county_class, by=by, at=DAY)
    perform_training("close", county_class, by=by, at=DAY, data={"summary": "照常。"})
    hers, number = place_of(county_class, city.representative), "JY2026-{:07d}"
    perform_training("reopen", county_class, by=by, at=DAY, data={"reason": "多签了一人"})
    assert DutyRecord.objects.standing().count() == 0
    perform_enrolment("undo_check_in", place_of(county_class, city.colleague), by=by, at=DAY)
    perform_training("close", county_class, by=by, at=DAY, data={"summary": "更正后。"})
    assert list(DutyRecord.objects.standing().values_list("mandate", flat=True)) == [city.mandate.pk]
    hers.refresh_from_db()
    assert hers.certificate_number == number.format(hers.pk)
    assert list(check_ledger()) == []


def test_a_plan_that_is_not_approved_tells_nobody(city):
    training = make_training(city.county, plan=make_plan(city.county))
    enrol_by_rule(training, by=acting(city.organizer), at=MONDAY)
    with pytest.raises(Conflict, match="还没有批准"):
        perform_training("publish", training, by=acting(city.organizer), at=MONDAY)
    assert (Training.objects.get().status, Notice.objects.count()) == (TrainingStatus.PLANNED, 0)


def test_the_city_calls_the_frontline_of_its_level_and_the_county_all_its_own(city):
    worker = make_mandate(city.town, level=Level.CITY, congress=None, person=make_person(name="张一线"))
    make_mandate(city.county, level=Level.CITY, person=make_person(name="李机关"), is_frontline=False)
    make_mandate(city.county, level=Level.COUNTY, person=make_person(name="赵机关"), is_frontline=False)
    boss = make_user("organizer", city.root, name="市组工")
    of_city = make_training(city.root, title="市级以上一线代表培训班")
    of_county = make_training(city.county, start=date(2026, 11, 30))
    enrol_by_rule(of_city, by=acting(boss), at=MONDAY)
    enrol_by_rule(of_county, by=acting(city.organizer), at=MONDAY)
    assert [row.mandate for row in of_city.enrolments.all()] == [worker]
    called = set(of_county.enrolments.values_list("person__name", flat=True))
    assert called == {"杨守伟", "王雯", "赵机关"}
    assert of_city.enrolments.get().reason == "市级代表（生产和工作一线），按培训职责由潍坊市培训"


def test_leave_is_asked_granted_refused(city, county_class):
    by = acting(city.organizer)
    perform_training("publish", county_class, by=by, at=MONDAY)
    hers, other = (place_of(county_class, user) for user in (city.representative, city.colleague))
    with pytest.raises(InvalidInput, match="事由"):
        perform_enrolment("ask_leave", hers, by=acting(city.representative), at=MONDAY)
    for place, user in ((hers, city.representative), (other, city.colleague)):
        perform_enrolment("ask_leave", place, by=acting(user), at=MONDAY, data={"reason": "住院"})
    assert Notice.objects.filter(user=city.organizer, title__contains="请假").count() == 2
    with pytest.raises(NotAllowed):
        perform_enrolment("grant_leave", hers, by=acting(city.representative), at=MONDAY)
    perform_enrolment("grant_leave", hers, by=by, at=MONDAY)
    perform_enrolment("refuse_leave", other, by=by, at=MONDAY, data={"reason": "人手紧"})
    assert (hers.status, other.status) == (EnrolmentStatus.ON_LEAVE, EnrolmentStatus.INVITED)
    assert county_class.enrolments.placed().count() == 1


def test_only_the_right_code_on_the_day_and_for_oneself(city, county_class):
    perform_training("publish", county_class, by=acting(city.organizer), at=MONDAY)
    hers, me = place_of(county_class, city.representative), acting(city.representative, "portal")
    right = code_at(county_class.code_secret, DAY)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    with pytest.raises(InvalidInput, match="口令不对"):
        check_in_by_code(hers, by=me, at=DAY, code=wrong)
    with pytest.raises(NotAllowed):
        check_in_by_code(hers, by=acting(city.colleague), at=DAY, code=right)
    with pytest.raises(Conflict, match="还没有开始"):
        check_in_by_code(hers, by=me, at=MONDAY, code=code_at(county_class.code_secret, MONDAY))
    late = DAY + timedelta(days=1)
    with pytest.raises(Conflict, match="已经结束"):
        check_in_by_code(hers, by=me, at=late, code=code_at(county_class.code_secret, late))
    for _try in range(20):
        try:
            check_in_by_code(hers, by=me, at=DAY, code=wrong)
        except InvalidInput:
            continue
        except Conflict as fault:
            assert fault.code == "too-many-tries"
            break
    else:
        raise AssertionError("six digits could be tried out")
    hers.refresh_from_db()
    assert hers.status == EnrolmentStatus.INVITED


def test_nobody_of_another_county_may_touch_a_class(city, county_class):
    stranger = acting(city.stranger)
    for do in (
        lambda: enrol_by_rule(county_class, by=stranger, at=MONDAY),
        lambda: perform_training("publish", county_class, by=stranger, at=MONDAY),
        lambda: perform_training(
            "cancel", county_class, by=acting(city.leader), at=MONDAY, data={"reason": "x"}
        ),
        lambda: perform_enrolment(
            "check_in", place_of(county_class, city.representative), by=stranger, at=DAY
        ),
    ):
        with pytest.raises(NotAllowed):
            do()
    assert not Training.objects.visible_to(city.stranger).exists()
    assert not Enrolment.objects.visible_to(city.stranger).exists()


def test_who_sees_a_class(city, county_class):
    seen = Training.objects.visible_to
    assert [seen(user).count() for user in (city.organizer, city.leader, city.representative)] == [1, 1, 0]
    perform_training("publish", county_class, by=acting(city.organizer), at=MONDAY)
    assert seen(city.representative).count() == 1
    assert list(Enrolment.objects.visible_to(city.representative)) == [
        place_of(county_class, city.representative)
    ]


def test_a_roster_has_no_more_people_than_seats_and_nobody_twice(city, county_class):
    small = make_training(city.county, seats=1, start=date(2026, 11, 23), title="同一天的小班")
    listed = enrol_by_rule(small, by=acting(city.organizer), at=MONDAY)
    assert (listed.added, listed.elsewhere) == (0, 2)
    later = make_training(city.county, seats=1, start=date(2026, 12, 7))
    Leave.objects.create(
        person=city.mandate.person,
        start_date=date(2026, 12, 1),
        end_date=date(2026, 12, 31),
        reason="外出",
        recorded_at=MONDAY,
    )
    listed = enrol_by_rule(later, by=acting(city.organizer), at=MONDAY)
    assert (listed.added, listed.on_leave) == (1, 1)
    with pytest.raises(Conflict, match="名额"):
        enrol_people(later, by=acting(city.organizer), at=MONDAY, data={"people": [city.mandate.person]})
    again = enrol_by_rule(county_class, by=acting(city.organizer), at=MONDAY)
    assert again.added == 0


def test_who_was_taken_off_comes_back_by_hand_only(city, county_class):
    by = acting(city.organizer)
    perform_enrolment("remove", place_of(county_class, city.representative), by=by, at=MONDAY)
    assert enrol_by_rule(county_class, by=by, at=MONDAY).added == 0
    enrol_people(county_class, by=by, at=MONDAY, data={"people": [city.mandate.person_id]})
    assert place_of(county_class, city.representative).status == EnrolmentStatus.LISTED
    with pytest.raises(InvalidInput, match="已经在名单上"):
        enrol_people(county_class, by=by, at=MONDAY, data={"people": [city.mandate.person_id]})


def test_reminders_go_out_once_and_stop_when_it_is_over(city, county_class):
    perform_training("publish", county_class, by=acting(city.organizer), at=MONDAY)
    on = date(2026, 11, 20)
    assert send_training_reminders(on=on, at=MONDAY) == 2
    assert send_training_reminders(on=on, at=MONDAY) == 0
    assert send_training_reminders(on=date(2026, 11, 22), at=MONDAY) == 2
    assert remind_of_unclosed_trainings(on=date(2026, 11, 23), at=MONDAY) == 0
    assert remind_of_unclosed_trainings(on=date(2026, 11, 24), at=MONDAY) == 1
    assert remind_of_unclosed_trainings(on=date(2026, 11, 25), at=MONDAY) == 0


def test_a_cancelled_class_tells_those_called(city, county_class):
    perform_training("publish", county_class, by=acting(city.organizer), at=MONDAY)
    with pytest.raises(InvalidInput):
        perform_training("cancel", county_class, by=acting(city.organizer), at=MONDAY)
    perform_training(
        "cancel", county_class, by=acting(city.organizer), at=MONDAY, data={"reason": "大雪封路"}
    )
    assert Notice.objects.filter(user=city.representative, title__startswith="培训取消").count() == 1
    with pytest.raises(Conflict):
        enrol_by_rule(county_class, by=acting(city.organizer), at=MONDAY)


def test_a_mandate_that_ends_frees_its_place_and_nobody_is_asked(city, county_class):
    perform_training("publish", county_class, by=acting(city.organizer), at=MONDAY)
    decision = {
        "ground": "resigned",
        "proposer": "洛城街道党工委",
        "decided_by": "寿光市委",
        "decision_date": MONDAY.date(),
    }
    perform("end", city.mandate, by=acting(city.organizer), at=MONDAY, data=decision)
    hers = place_of(county_class, city.representative)
    assert hers.status == EnrolmentStatus.REMOVED
    assert Event.objects.about(hers).get(verb="remove").note
    assert county_class.enrolments.placed().count() == 1
