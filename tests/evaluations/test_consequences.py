"""What follows from final grades (R87, R88): two excellent years running within a term, and a talk for the incompetent."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from evaluations.actions.appeals import lodge_appeal, perform_appeal
from evaluations.actions.candidates import perform_candidate
from evaluations.actions.cycles import perform_cycle
from evaluations.actions.finalizing import FollowUp, follow_up
from evaluations.enums import CandidateStatus, CycleStatus, EvaluationStatus, Grade, SubjectKind, TalkStatus
from evaluations.models import Candidate, Evaluation, FollowUpPolicy, ReminderTalk
from evaluations.moves.candidates import CANDIDATES
from records.models import Event
from tests.evaluations.finals import CLOSED, final_cycle, final_grade, years_of
from tests.factories import CHINA, acting, make_congress, make_mandate, make_person

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD, POOR = Grade.EXCELLENT, Grade.COMPETENT, Grade.INCOMPETENT
LATER = datetime(2023, 4, 3, 9, 0, tzinfo=CHINA)


def end(cycle):
    return follow_up(cycle, by=Actor.system(), at=CLOSED[cycle.year])


def listed():
    return set(Candidate.objects.values_list("previous__cycle__year", "evaluation__cycle__year"))


def test_two_excellent_years_running_make_a_candidate_with_its_reasons(city):
    cycles = years_of(city, city.mandate, {2021: EXCELLENT, 2022: EXCELLENT})
    assert end(cycles[2022]) == FollowUp(candidates=1, talks=0)
    candidate = Candidate.objects.with_names().get()
    assert (candidate.status, candidate.purpose) == (CandidateStatus.LISTED, "")
    assert candidate.why == "2021年度91.00分优秀、2022年度91.00分优秀，同一届任期内连续两年优秀"
    event = Event.objects.about(candidate).get()
    assert (event.verb, event.verb_label, event.organization) == ("listed", "列入优先人选", city.town)
    assert Notice.objects.get(user=city.organizer).title == "寿光市2022年度党代表考评定档后要办的事"


def test_a_second_call_adds_nothing(city):
    cycles = years_of(city, city.mandate, {2021: EXCELLENT, 2022: EXCELLENT})
    other = city.colleague.person.mandates.get()
    final_grade(cycles[2022], other, POOR)
    assert end(cycles[2022]) == FollowUp(1, 1)
    assert end(cycles[2022]) == FollowUp(0, 0)
    assert (Candidate.objects.count(), ReminderTalk.objects.count()) == (1, 1)
    assert Notice.objects.filter(user=city.organizer).count() == 1


def test_three_years_running_are_listed_once_for_each_second_year(city):
    cycles = years_of(city, city.mandate, {2020: EXCELLENT, 2021: EXCELLENT, 2022: EXCELLENT})
    end(cycles[2021])
    end(cycles[2022])
    assert listed() == {(2020, 2021), (2021, 2022)}


@pytest.mark.parametrize(
    "grades",
    [
        {2020: EXCELLENT, 2021: None, 2022: EXCELLENT},  # not appraised in between
        {2020: EXCELLENT, 2022: EXCELLENT},  # no cycle in between
        {2021: GOOD, 2022: EXCELLENT},
        {2021: EXCELLENT, 2022: GOOD},
        {2022: EXCELLENT},
    ],
)
def test_a_year_that_breaks_the_run(city, grades):
    cycles = years_of(city, city.mandate, grades)
    assert end(cycles[2022]) == FollowUp(0, 0)


def test_a_year_in_which_she_was_excused_breaks_the_run(city):
    cycles = years_of(city, city.mandate, {2020: EXCELLENT, 2021: None, 2022: EXCELLENT})
    final_grade(cycles[2021], city.mandate, "", status=EvaluationStatus.EXCUSED, score=None)
    end(cycles[2022])
    assert listed() == set()


def test_a_grade_of_last_year_that_is_not_final_does_not_count(city):
    cycles = years_of(city, city.mandate, {2022: EXCELLENT})
    before = final_cycle(city, 2021, status=CycleStatus.APPEALS)
    final_grade(before, city.mandate, EXCELLENT, status=EvaluationStatus.DECIDED)
    assert end(cycles[2022]) == FollowUp(0, 0)
    # Last year's end comes late: the run is found all the same.
    before.evaluations.update(status=EvaluationStatus.FINAL)
    assert end(before) == FollowUp(1, 0)
    assert listed() == {(2021, 2022)}


def test_a_new_term_begins_a_new_run(city):
    person = city.mandate.person
    years_of(city, city.mandate, {2021: EXCELLENT})
    again = make_mandate(city.town, person=person, congress=make_congress(city.town, ordinal=17))
    cycles = years_of(city, again, {2022: EXCELLENT})
    end(cycles[2022])
    assert listed() == set()
    cycles = years_of(city, again, {2023: EXCELLENT})
    end(cycles[2023])
    assert listed() == {(2022, 2023)}


def test_venues_have_no_candidates_and_no_talks(city):
    cycle = final_cycle(city, 2022, kind=SubjectKind.STUDIO)
    final_grade(cycle, city.studio, POOR)
    assert end(cycle) == FollowUp(0, 0)
    assert not ReminderTalk.objects.exists()


def test_an_incompetent_one_is_to_be_talked_to_within_twenty_work_days(city):
    cycles = years_of(city, city.mandate, {2022: POOR})
    end(cycles[2022])
    talk = ReminderTalk.objects.get()
    # The calendar of this small city knows weekends only: 20 work days after Friday the 10th of March.
    assert (talk.status, talk.due_date) == (TalkStatus.DUE, date(2023, 4, 7))


def test_how_many_work_days_is_the_places_to_set(city):
    FollowUpPolicy.objects.create(organization=city.root, talk_days=5)
    FollowUpPolicy.objects.create(organization=city.county, talk_days=10)
    FollowUpPolicy.objects.create(organization=city.neighbour, talk_days=1)
    end(years_of(city, city.mandate, {2022: POOR})[2022])
    assert ReminderTalk.objects.get().due_date == date(2023, 3, 24)


def test_an_appeal_that_is_upheld_before_the_end_decides_what_follows(city):
    """Nothing follows from a grade that is not final; what follows is that of the changed grade."""
    cycle = final_cycle(
        city, 2022, status=CycleStatus.PUBLICITY, publicity_end_date=date(2023, 3, 3), closed_at=None
    )
    evaluation = final_grade(cycle, city.mandate, POOR, status=EvaluationStatus.DECIDED)
    at = datetime(2023, 3, 1, 9, 0, tzinfo=CHINA)
    data = {"content": "有两次接待没有计入。"}
    appeal = lodge_appeal(evaluation, by=acting(city.representative), at=at, data=data)
    answer = {"new_grade": "competent", "answer": "属实。"}
    perform_appeal("uphold", appeal, by=acting(city.organizer), at=at, data=answer)
    assert not ReminderTalk.objects.exists()
    cycle.refresh_from_db()
    perform_cycle("end_publicity", cycle, by=acting(city.organizer), at=LATER)
    perform_cycle("finalize", cycle, by=acting(city.organizer), at=LATER + timedelta(days=30))
    assert Evaluation.objects.get().status == EvaluationStatus.FINAL
    assert not ReminderTalk.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_queries_do_not_grow_with_the_people(city, people):
    mandates = [make_mandate(city.town, person=make_person()) for _ in range(people)]
    for year in (2021, 2022):
        cycle = final_cycle(city, year)
        for mandate in mandates:
            final_grade(cycle, mandate, EXCELLENT)
    for mandate in [make_mandate(city.town, person=make_person()) for _ in range(people)]:
        final_grade(cycle, mandate, POOR)
    with CaptureQueriesContext(connection) as found:
        assert end(cycle) == FollowUp(people, people)
    assert len(found) <= 21, [query["sql"][:90] for query in found]


@pytest.fixture
def candidate(city):
    end(years_of(city, city.mandate, {2021: EXCELLENT, 2022: EXCELLENT})[2022])
    return Candidate.objects.with_names().get()


def do(verb, candidate, user, **data):
    return perform_candidate(verb, candidate, by=acting(user), at=LATER, data=data)


def test_a_candidate_from_the_list_to_the_honour(city, candidate):
    do("propose", candidate, city.organizer, purpose="honour", reason="推荐为全市优秀党代表")
    with pytest.raises(InvalidInput) as fault:
        do("choose", candidate, city.organizer, reason="授予")
    assert list(fault.value.errors) == ["document_number"]
    do("choose", candidate, city.organizer, reason="授予优秀党代表", document_number="潍组发〔2023〕4号")
    candidate.refresh_from_db()
    assert (candidate.status, candidate.purpose) == ("chosen", "honour")
    assert (candidate.document_number, candidate.settled_at) == ("潍组发〔2023〕4号", LATER)
    do("relist", candidate, city.organizer, reason="文号登记错了")
    candidate.refresh_from_db()
    assert (candidate.status, candidate.purpose, candidate.settled_at) == ("listed", "", None)


def test_not_chosen_and_struck_say_why(city, candidate):
    with pytest.raises(InvalidInput):
        do("strike", candidate, city.organizer)
    do("propose", candidate, city.organizer, purpose="next_congress")
    with pytest.raises(InvalidInput):
        do("not_choose", candidate, city.organizer, document_number="纪要3号")
    do("not_choose", candidate, city.organizer, reason="年龄超过要求")
    assert Candidate.objects.get().reason == "年龄超过要求"


@pytest.mark.parametrize("who", ["stranger", "leader", "assessor", "keeper", "representative", "auditor"])
def test_only_the_organizers_who_decided_move_a_candidate(city, candidate, who):
    with pytest.raises(NotAllowed):
        do("strike", candidate, getattr(city, who), reason="不该由他办")
    assert Candidate.objects.get().status == "listed"


def test_every_state_and_verb(city, candidate):
    data = {"purpose": "honour", "reason": "说明", "document_number": "1号"}
    for status in CandidateStatus:
        for move in CANDIDATES:
            Candidate.objects.update(status=status)
            row = Candidate.objects.with_names().get()
            given = {need.name: data[need.name] for need in move.needs}
            if status in move.sources:
                assert do(move.verb, row, city.organizer, **given).status == move.target
            else:
                with pytest.raises(Conflict):
                    do(move.verb, row, city.organizer, **given)


def test_two_at_once(city, candidate):
    other = Candidate.objects.with_names().get()
    do("strike", candidate, city.organizer, reason="先办的")
    with pytest.raises(Conflict) as fault:
        do("strike", other, city.organizer, reason="后办的")
    assert "先办了" in fault.value.message
    assert Candidate.objects.get().reason == "先办的"


def test_nobody_but_the_office_sees_the_list(city, candidate):
    seen = {
        name
        for name in vars(city)
        if hasattr(getattr(city, name), "username")
        and Candidate.objects.visible_to(getattr(city, name)).exists()
    }
    assert seen == {"organizer", "leader", "assessor", "client"}
