"""A year of one pair (R34–R36, R38): taken on, brought on, reminded, together three ways, concluded; and what is refused."""

from datetime import date, datetime, time

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from records.models import Event
from representatives.actions import perform as decide
from representatives.enums import DutyKind, Level
from representatives.ledger import check_ledger
from representatives.models import DutyRecord, Mandate, Person
from studios.models import Companion, Duty, ReceptionDay
from tests.factories import CHINA, acting, make_congress, make_mandate, make_person, make_user
from training.actions.pairs import (
    add_goal,
    cancel_mentoring,
    make_pair,
    perform_pair,
    reach_goal,
    record_mentoring,
)
from training.models import MentorPair, PairPolicy, PairRecord
from training.pair_reminders import remind_of_pairs
from training.pair_suggesting import pair_suggested, suggest_mentors, suggest_pairs
from training.together import count_by_kind, shared_sessions

pytestmark = pytest.mark.django_db


def moment(month, day, year=2026):
    return datetime(year, month, day, 9, 0, tzinfo=CHINA)


START = moment(1, 12)


@pytest.fixture
def mentor(city):
    user = make_user(Role.REPRESENTATIVE, city.town, name="曹冬梅")
    congress = make_congress(city.root, level=Level.CITY, ordinal=13)
    return make_mandate(city.town, user=user, level=Level.CITY, congress=congress, field="现代农业")


@pytest.fixture
def young(city):
    """A young representative of the town, with a telephone."""
    user = make_user(Role.REPRESENTATIVE, city.town, name="林小雨")
    person = make_person(user=user, birth_month=date(1994, 3, 1))
    return make_mandate(city.town, person=person, field="现代农业")


def pair_up(city, mentor, /, at=START, by=None, **fields):
    data = {
        "kind": "representative",
        "mentor": mentor.pk,
        "organization": city.town.pk,
        "start_date": f"{at:%Y-%m-%d}",
        "planned_end_date": "2026-12-31",
        "goal": "能独立主持一次接待",
    } | fields
    return make_pair(by=acting(by or city.organizer), at=at, **data)


@pytest.fixture
def pair(city, mentor, young):
    return pair_up(city, mentor, mentee=young.person_id)


def record(pair, user, at, **fields):
    data = {"kind": "talk", "on": f"{at:%Y-%m-%d}", "content": "谈了怎么听群众把话说完"} | fields
    return record_mentoring(pair, by=acting(user, "portal"), at=at, **data)


def faults_of_mentoring():
    return [fault for fault in check_ledger() if "结对帮带" in fault]


def held_day(city, on, sitters=(), beside=()):
    day = ReceptionDay.objects.create(
        studio=city.studio, date=on, start_time=time(9), end_time=time(11), status="held", minutes=120
    )
    for mandate in sitters:
        Duty.objects.create(day=day, mandate=mandate, person=mandate.person, date=on, status="served")
    for person in beside:
        Companion.objects.create(day=day, person=person, role="mentee", recorded_at=START)
    return day


def test_a_year_of_one_pair(city, mentor, young, pair):
    told = set(Notice.objects.filter(link=f"/pairs/{pair.pk}/").values_list("user__display_name", flat=True))
    assert told == {"曹冬梅", "林小雨"}
    teacher = mentor.person.user

    record(pair, teacher, moment(2, 3))
    add_goal(pair, by=acting(teacher), at=moment(2, 3), content="走访二十户", due_date="2026-06-30")
    line = DutyRecord.objects.get(kind=DutyKind.MENTORING)
    assert (line.mandate, line.on, line.quantity) == (mentor, date(2026, 2, 3), 1)

    # Spring passes without a word; the mentor is reminded once, and only then.
    assert (
        remind_of_pairs(on=date(2026, 3, 25), at=moment(3, 25)) == 0
    )  # February counts for the first quarter
    assert remind_of_pairs(on=date(2026, 6, 14), at=moment(6, 14)) == 0  # 16 days left
    assert remind_of_pairs(on=date(2026, 6, 15), at=moment(6, 15)) == 1
    assert remind_of_pairs(on=date(2026, 6, 15), at=moment(6, 15)) == 0
    assert remind_of_pairs(on=date(2026, 6, 28), at=moment(6, 28)) == 0
    notice = Notice.objects.get(title__startswith="2026年第2季度")
    assert (notice.user, notice.title) == (teacher, "2026年第2季度还有 15 天，和林小雨还没有帮带记录")

    mistaken = record(pair, teacher, moment(6, 16), kind="skill", content="教了大棚测温")
    cancel_mentoring(mistaken, by=acting(teacher), at=moment(6, 16))
    record(pair, teacher, moment(6, 16), kind="guidance", content="一起看了三个大棚")
    assert DutyRecord.objects.standing().filter(kind=DutyKind.MENTORING).count() == 2
    assert faults_of_mentoring() == []

    held_day(city, date(2026, 5, 15), sitters=[mentor], beside=[young.person])
    held_day(city, date(2026, 7, 15), sitters=[mentor, young])
    held_day(city, date(2026, 8, 15), sitters=[mentor])
    held_day(city, date(2025, 12, 15), sitters=[mentor, young])  # before they were a pair
    shared = shared_sessions([pair])[pair.pk]
    assert [one.on for one in shared] == [date(2026, 7, 15), date(2026, 5, 15)]
    assert count_by_kind(shared) == [("同驻室", 2), ("同调研", 0), ("同活动", 0)]

    done = {"outcome": "reached", "ended_date": "2026-12-20", "summary": "能独立接待，走访二十六户。"}
    with pytest.raises(InvalidInput, match="还有 2 个目标没有登记达到"):
        perform_pair("conclude", pair, by=acting(city.organizer), at=moment(12, 20), data=done)
    for goal in pair.goals.all():
        reach_goal(
            pair,
            by=acting(teacher),
            at=moment(12, 10),
            goal=goal.pk,
            reached_date="2026-12-10",
            evidence="有记录",
        )
    perform_pair("conclude", pair, by=acting(city.organizer), at=moment(12, 20), data=done)
    pair.refresh_from_db()
    assert (pair.status, pair.outcome, pair.ended_date) == ("concluded", "reached", date(2026, 12, 20))
    with pytest.raises(Conflict):
        record(pair, teacher, moment(12, 21))
    assert [event.verb for event in Event.objects.about(pair).order_by("at", "pk")] == [
        "pair", "record", "add_goal", "record", "cancel_record", "record", "reach_goal", "reach_goal", "conclude",
    ]  # fmt: skip
    assert faults_of_mentoring() == []


def test_a_young_cadre_is_entered_once(city, mentor):
    new = {
        "kind": "cadre",
        "name": "高远",
        "phone": "138 0000 1234",
        "birth_month": "1996-05-20",
        "employer": "组织委员",
    }
    pair = pair_up(city, mentor, **new)
    assert (pair.mentee.name, pair.mentee.phone, pair.mentee.birth_month) == (
        "高远",
        "13800001234",
        date(1996, 5, 1),
    )
    with pytest.raises(InvalidInput, match="已由曹冬梅代表帮带"):
        pair_up(city, mentor, **new)
    assert Person.objects.filter(name="高远").count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"mentor": "town"}, "mentor", "没有这个帮带代表"),
        ({"mentee": "mentor"}, "mentor", "不能和自己结对"),
        ({"mentee": "old"}, "mentee", "青年党代表不超过 40 周岁"),
        ({"mentee": "unknown"}, "mentee", "没有登记出生年月"),
        ({"mentee": "young", "birth_month": "1990-01-01"}, "birth_month", "不一致"),
        ({"mentee": "young", "name": "高远"}, "name", "不用再填姓名"),
        ({}, "mentee", "须从名册里选"),
        ({"kind": "cadre", "name": "高"}, "name", "请选择系统里的人"),
        ({"kind": "cadre", "name": "高远", "phone": "123"}, "phone", "5到20位"),
        ({"mentee": "young", "start_date": "2026-01-13"}, "start_date", "不能晚于今天"),
        ({"mentee": "young", "planned_end_date": "2026-01-12"}, "planned_end_date", "须在结对日期之后"),
        ({"mentee": "young", "goal": ""}, "goal", "请填写"),
        ({"mentee": "stranger"}, "mentee", "没有这个"),
        ({"mentee": "young", "organization": "next door"}, "organization", "没有这个"),
    ],
)
def test_pairs_that_are_refused(city, mentor, young, fields, field, words):
    known = {
        "town": city.mandate.pk,
        "mentor": mentor.person_id,
        "old": city.mandate.person_id,
        "unknown": make_mandate(city.town, person=make_person(birth_month=None)).person_id,
        "young": young.person_id,
        "stranger": Mandate.objects.get(person__user=city.stranger_representative).person_id,
        "next door": city.neighbour_town.pk,
    }
    with pytest.raises(InvalidInput) as refused:
        pair_up(city, mentor, **{name: known.get(value, value) for name, value in fields.items()})
    assert words in refused.value.errors[field][0]
    assert not MentorPair.objects.exists()


def test_the_age_is_a_setting_of_the_place(city, mentor):
    older = make_mandate(city.town, person=make_person(birth_month=date(1984, 1, 1)))
    with pytest.raises(InvalidInput, match="42 周岁"):
        pair_up(city, mentor, mentee=older.person_id)
    PairPolicy.objects.create(organization=city.county, representative_age=45)
    assert pair_up(city, mentor, mentee=older.person_id).mentee == older.person


def test_a_mentor_takes_on_no_more_than_the_place_says(city, mentor, young):
    PairPolicy.objects.create(organization=city.root, most_mentees=1)
    pair_up(city, mentor, mentee=young.person_id)
    other = make_mandate(city.town, person=make_person(birth_month=date(1994, 1, 1)))
    with pytest.raises(InvalidInput, match="已带 1 人，最多带 1 人"):
        pair_up(city, mentor, mentee=other.person_id)


def test_who_may_not(city, mentor, young, pair):
    for user in (city.keeper, city.leader, mentor.person.user):
        with pytest.raises(NotAllowed):
            pair_up(city, mentor, by=user, mentee=young.person_id)
    for user in (young.person.user, city.colleague, city.leader, city.stranger):
        with pytest.raises(NotAllowed):
            record(pair, user, moment(2, 3))
    for user in (mentor.person.user, city.leader, city.stranger):
        with pytest.raises(NotAllowed):
            perform_pair("stop", pair, by=acting(user), at=moment(2, 3), data={})
    assert not PairRecord.objects.exists()


@pytest.mark.parametrize(
    ("on", "words"), [("2026-02-04", "不能晚于今天"), ("2026-01-11", "从2026-01-12开始")]
)
def test_days_outside_of_the_pair(pair, mentor, on, words):
    with pytest.raises(InvalidInput, match=words):
        record(pair, mentor.person.user, moment(2, 3), on=on)


def test_stopping_and_taking_it_back(city, mentor, young, pair):
    record(pair, mentor.person.user, moment(2, 3))
    by = acting(city.organizer)
    with pytest.raises(InvalidInput, match="还有帮带记录"):
        perform_pair(
            "stop", pair, by=by, at=moment(2, 5), data={"ended_date": "2026-02-01", "reason": "调离"}
        )
    perform_pair("stop", pair, by=by, at=moment(2, 5), data={"ended_date": "2026-02-05", "reason": "调离"})
    assert DutyRecord.objects.standing().count() == 1  # what was done was done
    perform_pair("reopen", pair, by=by, at=moment(2, 6), data={"reason": "弄错了"})
    pair.refresh_from_db()
    assert (pair.status, pair.ended_date) == ("active", None)
    perform_pair("stop", pair, by=by, at=moment(2, 7), data={"ended_date": "2026-02-07", "reason": "调离"})
    pair_up(city, mentor, mentee=young.person_id, at=moment(2, 8))
    with pytest.raises(Conflict, match="已另由曹冬梅代表帮带"):
        perform_pair("reopen", pair, by=by, at=moment(2, 9), data={"reason": "弄错了"})


def test_a_seat_that_ends_hands_its_pairs_on(city, mentor, pair):
    successor = make_mandate(city.town, level=Level.CITY, congress=mentor.congress)
    root_organizer = make_user(Role.ORGANIZER, city.root)
    decision = {"proposer": "支部", "decided_by": "市委", "decision_date": "2026-03-02", "ground": "resigned"}
    at, by = moment(3, 2), acting(root_organizer)
    with pytest.raises(InvalidInput, match="结对帮带1件"):
        decide("end", mentor, by=by, at=at, data=decision)
    data = decision | {"fate": "hand_over", "successor": successor.pk}
    decide("end", mentor, by=by, at=at, data=data)
    pair.refresh_from_db()
    assert pair.status == "stopped"
    following = MentorPair.objects.active().get()
    assert (following.mentor, following.mentee, following.reason) == (successor, pair.mentee, "接替曹冬梅")


class TestSuggesting:
    def test_by_place_and_field_with_the_reason(self, city, mentor, young):
        plain = make_mandate(city.town, person=make_person(birth_month=date(1995, 1, 1)), field="教育")
        make_mandate(city.town, person=make_person(birth_month=date(1980, 1, 1)))
        far = make_person(birth_month=date(1995, 1, 1))
        make_mandate(city.neighbour_town, person=far, field="教育")
        found = suggest_pairs(city.county, on=START.date())
        assert [(one.young, one.mentor, one.reason) for one in found] == [
            (young, mentor, "同一镇街，同为现代农业"),
            (plain, mentor, "同一镇街，已带 1 人"),
        ]
        made, refused = pair_suggested(found, by=acting(city.organizer), at=START)
        assert ([pair.mentee for pair in made], refused) == ([young.person, plain.person], [])
        assert suggest_pairs(city.county, on=START.date()) == []
        again, refused = pair_suggested(found[:1], by=acting(city.organizer), at=START)
        assert (again, [sentence for _one, sentence in refused]) == (
            [],
            ["林小雨已由曹冬梅代表帮带，要换人请先解除或总结。"],
        )

    def test_mentors_for_one_cadre(self, city, mentor):
        found = suggest_mentors(city.county, "现代农业")
        assert [(one.mentor, one.points) for one in found] == [(mentor, 5)]
        assert suggest_mentors(city.neighbour, "教育") == []


def test_who_sees_a_pair(city, mentor, young, pair):
    seen = {user.label: MentorPair.objects.visible_to(user).count() for user in (
        city.organizer, city.leader, mentor.person.user, young.person.user, city.stranger, city.colleague,
    )}  # fmt: skip
    assert list(seen.values()) == [1, 1, 1, 1, 0, 0]
