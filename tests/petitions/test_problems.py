"""The same thing told by several (R57): one handling, one reply, every source person told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions.actions import allowed_verbs, merge_petitions, perform
from petitions.enums import Status
from petitions.models import Accused, Petition, Problem
from tests.factories import MONDAY, acting, event_verbs, leaf_category, make_petition, make_user

pytestmark = pytest.mark.django_db

BRIDGE = "王家庄村南头的桥断了两根栏杆，桥面裂了一道缝，孩子上学走着危险。"
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def tell(city, name, **fields):
    fields = {"title": "村南桥栏杆断了", "content": BRIDGE, "petitioner_name": name} | fields
    return make_petition(city, **fields)


def do(verb, petition, by, at=TUESDAY, **data):
    return perform(verb, Petition.objects.with_names().get(pk=petition.pk), by=acting(by), at=at, data=data)


def fresh(petition):
    return Petition.objects.with_names().get(pk=petition.pk)


def test_three_people_with_one_broken_bridge(city):
    # Three villagers come on different days about the same bridge. The first matter is at the unit already.
    first = tell(city, "李桂兰", status="handling")
    second = tell(city, "王建国", at=TUESDAY, status="registered")
    third = tell(city, "张秀英", at=TUESDAY)

    # The keeper merges the two later ones into the first: registered and at the unit in the same stroke.
    do("merge", second, city.keeper, main=first.pk)
    do("merge", third, city.keeper, main=first.pk, note="同一座桥")
    problem = Problem.objects.get()
    assert (problem.number, problem.main) == ("370783-BA-2026-000001", first)
    assert set(problem.petitions.all()) == {first, second, third}
    for source in (second, third):
        source = fresh(source)
        assert (source.status, source.lead_unit) == (Status.HANDLING, city.unit)
        assert source.assigned_at == TUESDAY
        assert source.assignments.active().get().organization == city.unit
    assert fresh(third).registered_at == TUESDAY
    assert fresh(third).category == fresh(first).category
    assert event_verbs(third) == ["receive", "merge"]
    assert event_verbs(first)[-2:] == ["problem_opened", "problem_joined"]

    # One reply answers all three, each with its own event and its own person still to be told.
    do("reply", first, city.handler, at=WEDNESDAY, content="栏杆已焊好，裂缝已灌浆。", outcome="A")
    for source in (first, second, third):
        source = fresh(source)
        assert (source.status, source.outcome, source.replied_at) == (Status.FEEDBACK, "A", WEDNESDAY)
        assert source.replies.get().content == "栏杆已焊好，裂缝已灌浆。"
        assert event_verbs(source)[-1] == "reply"
    titles = [notice.title for notice in city.representative.notices.all()]
    assert len([title for title in titles if title.startswith("已答复，等您告知群众")]) == 3

    # 李桂兰 and 王建国 are told. 张秀英 says that hers is the other bridge: it goes its own way again.
    do("feedback", first, city.keeper, at=WEDNESDAY, method="phone", rating=5)
    do("feedback", second, city.keeper, at=WEDNESDAY, method="in_person", rating=4)
    do("unmerge", third, city.keeper, at=WEDNESDAY, reason="说的是村北那座桥")
    do("reopen", third, city.organizer, at=WEDNESDAY, reason="村北桥还没有修")
    assert (fresh(third).status, fresh(third).problem) == (Status.HANDLING, None)
    assert [fresh(p).rating for p in (first, second, third)] == [5, 4, None]
    assert [fresh(p).feedbacks.count() for p in (first, second, third)] == [1, 1, 0]

    # Each file is closed by itself.
    do("archive", second, city.keeper, at=WEDNESDAY)
    assert (fresh(first).status, fresh(second).status) == (Status.FEEDBACK, Status.ARCHIVED)
    do("reply", third, city.handler, at=WEDNESDAY, content="村北桥已列入计划。", outcome="C")
    do("feedback", third, city.keeper, at=WEDNESDAY, method="phone", rating=3)
    assert fresh(third).feedbacks.get().rating == 3


def test_what_comes_after_the_reply_is_answered_at_once(city):
    first, late = tell(city, "李桂兰", status="feedback"), tell(city, "王建国", at=TUESDAY)
    do("merge", late, city.keeper, at=WEDNESDAY, main=first.pk)
    late = fresh(late)
    assert (late.status, late.replied_at, late.outcome) == (Status.FEEDBACK, WEDNESDAY, "A")
    assert late.replies.get().content == "已更换三盏路灯，当晚恢复照明。"
    assert late.due_date is not None
    do("feedback", late, city.keeper, at=WEDNESDAY, method="phone")
    assert fresh(first).fed_back_at is None


def test_sources_go_where_the_main_matter_goes(city):
    first, second = tell(city, "李桂兰"), tell(city, "王建国")
    do("merge", second, city.organizer, main=first.pk)
    do("register", first, city.keeper, category=leaf_category().pk)
    do("assign", first, city.organizer, organization=city.unit.pk)
    second = fresh(second)
    assert (second.status, second.category, second.lead_unit) == (
        Status.HANDLING,
        leaf_category(),
        city.unit,
    )
    assert event_verbs(second) == ["receive", "merge", "register", "assign"]
    assert second.due_date == fresh(first).due_date
    do("pause", first, city.handler, reason="waiting_person", note="等反映人带照片来")
    assert (fresh(second).paused_at, fresh(second).due_date) == (TUESDAY, None)
    assert second.pauses.get().ended_at is None
    do("resume", first, city.handler, at=WEDNESDAY)
    assert fresh(second).due_date == fresh(first).due_date
    assert second.pauses.get().ended_at == WEDNESDAY


def test_a_source_does_not_move_by_itself(city):
    first, second = tell(city, "李桂兰", status="handling"), tell(city, "王建国")
    do("merge", second, city.organizer, main=first.pk)
    with pytest.raises(Conflict) as refused:
        do("reply", second, city.handler, content="办好了", outcome="A")
    assert refused.value.code == "merged"
    assert "先「移出并案」" in refused.value.message
    verbs = allowed_verbs(fresh(second), city.organizer)
    assert "reply" not in verbs
    assert "unmerge" in verbs
    assert "reply" in allowed_verbs(fresh(first), city.organizer)


def test_whoever_withdraws_leaves_and_the_next_one_leads(city):
    first, second, third = (tell(city, name, status="handling") for name in ("甲", "乙", "丙"))
    do("merge", second, city.organizer, main=first.pk)
    do("merge", third, city.organizer, main=first.pk)
    do("withdraw", first, city.organizer, reason="本人要求撤回")
    assert (fresh(first).status, fresh(first).problem) == (Status.WITHDRAWN, None)
    assert Problem.objects.get().main == second
    assert event_verbs(second)[-1] == "problem_led"
    do("unmerge", third, city.organizer, reason="并错了")
    # One alone is no problem any more.
    assert Problem.objects.get().dissolved_at == TUESDAY
    assert fresh(second).problem is None
    assert event_verbs(second)[-1] == "problem_ended"
    do("merge", third, city.organizer, main=second.pk)
    assert Problem.objects.filter(dissolved_at=None).get().main == second


def test_a_source_that_is_dissatisfied_is_handled_for_itself(city):
    first, second, third = (tell(city, name, status="handling") for name in ("甲", "乙", "丙"))
    for source in (second, third):
        do("merge", source, city.organizer, main=first.pk)
    do("reply", first, city.handler, content="办好了", outcome="A")
    do("reopen", second, city.organizer, reason="没有修好")
    assert (fresh(second).status, fresh(second).problem) == (Status.HANDLING, None)
    assert (fresh(first).status, fresh(third).status) == (Status.FEEDBACK, Status.FEEDBACK)
    # If it is the main matter, all who have not closed yet wait again.
    do("reopen", first, city.organizer, reason="又坏了")
    assert (fresh(first).status, fresh(third).status) == (Status.HANDLING, Status.HANDLING)


def refused(city, petition, main, by=None):
    with pytest.raises((InvalidInput, Conflict, NotAllowed)) as fault:
        do("merge", petition, by or city.organizer, main=main.pk)
    assert fresh(petition).problem is None
    return fault.value


def test_refusals(city):
    here = tell(city, "李桂兰")
    city_organizer = make_user(Role.ORGANIZER, city.root)
    there = make_petition(
        city, studio=city.neighbour_studio, mandate=None, by=city_organizer, petitioner_name="孙"
    )
    # The county next door: her list does not offer it, and for the city's organizer it is refused all the same.
    assert "main" in refused(city, here, there).errors
    assert "main" in refused(city, here, there, by=city_organizer).errors
    # Closed, or told already.
    for status in ("archived", "told", "withdrawn"):
        assert "main" in refused(city, here, tell(city, "张", status=status)).errors
    # Into itself, and into one that is behind.
    assert "main" in refused(city, here, here).errors
    ahead = tell(city, "赵", status="handling")
    assert "把它并入这一件" in refused(city, ahead, here).errors["main"][0]
    # Whoever has no post for it.
    for user in (city.handler, city.leader, city.representative):
        assert refused(city, here, ahead, by=user).code == "not-allowed"
    # Closed ones do not go into anything.
    assert refused(city, tell(city, "钱", status="archived"), ahead).code == "wrong-state"


def test_no_matter_is_merged_twice(city):
    first, second, other = (tell(city, name, status="handling") for name in ("甲", "乙", "丙"))
    stale = Petition.objects.with_names().get(pk=second.pk)
    do("merge", second, city.organizer, main=first.pk)
    with pytest.raises(Conflict):
        perform("merge", stale, by=acting(city.keeper), at=TUESDAY, data={"main": other.pk})
    assert fresh(second).problem.main == first
    # Into a follower is into its main matter.
    do("merge", other, city.organizer, main=second.pk)
    assert fresh(other).problem == fresh(first).problem


def complain(city, name, *offices, **fields):
    complaint = tell(city, name, **fields)
    Petition.objects.filter(pk=complaint.pk).update(is_accusation=True)
    Accused.objects.bulk_create(Accused(petition=complaint, organization=office) for office in offices)
    return fresh(complaint)


def test_a_complaint_is_merged_with_complaints_about_the_same_office_only(city):
    """Who sees one source of a problem would learn of the others: by the name of the problem, a count, a time line."""
    plain, about_town = tell(city, "王建国"), complain(city, "李桂兰", city.town)
    about_both = complain(city, "张秀英", city.town, city.unit)
    for one, other in [(about_town, plain), (plain, about_town), (about_both, about_town)]:
        assert "同一单位" in refused(city, one, other).errors["main"][0]
        assert not Problem.objects.exists()
    second = complain(city, "刘长河", city.town)
    do("merge", second, city.organizer, main=about_town.pk)
    official = make_user(Role.ORGANIZER, city.town)
    assert not Problem.objects.visible_to(official).exists()
    assert Problem.objects.visible_to(city.organizer).count() == 1


def test_two_complaints_are_not_given_to_whom_they_are_about(city):
    early, complaint = complain(city, "甲", city.unit, status="registered"), complain(city, "乙", city.unit)
    do("merge", complaint, city.organizer, main=early.pk)
    with pytest.raises(InvalidInput):
        do("assign", fresh(early), city.organizer, organization=city.unit.pk)
    assert fresh(early).status == Status.REGISTERED


def test_what_is_merged_leaves_before_it_is_said_to_be_about_an_office(city):
    main, other = tell(city, "甲"), tell(city, "乙")
    do("merge", other, city.organizer, main=main.pk)
    with pytest.raises(Conflict, match="移出并案"):
        do("name_accused", fresh(other), city.organizer, accused=[city.town.pk])
    with pytest.raises(InvalidInput, match="移出并案"):
        do("register", fresh(main), city.organizer, category=leaf_category().pk, accused=[city.town.pk])
    assert not Petition.objects.filter(is_accusation=True).exists()
    do("unmerge", fresh(other), city.organizer, reason="反映的是街道干部")
    do("name_accused", fresh(other), city.organizer, accused=[city.town.pk])
    assert fresh(other).is_accusation


def test_merging_several_is_all_or_nothing(city):
    main, good = tell(city, "甲"), tell(city, "乙")
    archived = tell(city, "丙", status="archived")
    with pytest.raises((Conflict, InvalidInput)):
        merge_petitions([good, archived], main=main, by=acting(city.organizer), at=TUESDAY)
    assert fresh(good).problem is None
    assert not Problem.objects.exists()


def test_a_step_costs_the_same_with_more_sources(city):
    def queries(number):
        main = tell(city, "主", status="handling")
        for _one in range(number):
            do("merge", tell(city, "从", mandate=None), city.organizer, main=main.pk)
        with CaptureQueriesContext(connection) as captured:
            do("pause", main, city.handler, reason="waiting_person", note="等材料")
        return len(captured)

    queries(1)
    assert queries(1) == queries(3)


@pytest.mark.django_db(transaction=True)
def test_two_offices_merge_and_answer_at_once(city):
    """Whoever is first, no source is left behind: merged before the reply or after it, it is answered."""
    main = tell(city, "主", status="handling")
    sources = [tell(city, f"从{n}") for n in range(4)]
    barrier = Barrier(6)

    def work(turn):
        try:
            barrier.wait(timeout=30)
            if turn == 5:
                return do("reply", main, city.handler, content="已修好。", outcome="A")
            source = sources[min(turn, 3)]
            return do("merge", source, city.organizer, main=main.pk)
        except Conflict as conflict:
            return conflict
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(work, range(6)))
    # The fourth source was merged by two: one of them came too late.
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    problem = Problem.objects.get()
    assert problem.petitions.count() == 5
    for petition in problem.petitions.all():
        assert (petition.status, petition.replies.count()) == (Status.FEEDBACK, 1)
        assert event_verbs(petition).count("merge") == (petition.pk != main.pk)
