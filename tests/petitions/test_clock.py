"""Rules of the clock: which one counts, on which day, how the date is told; and who may change them, from when on."""

from datetime import date, timedelta

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput
from petitions.actions.limits import add_limit, cancel_limit, change_limit, revise_limit
from petitions.deadlines import TimeLimits, limit_of, step_due
from petitions.enums import Step
from petitions.models import Category, Petition, TimeLimit
from petitions.pages.due import due_words, explain_due
from petitions.setup import load_time_limits
from records.models import Event
from tests.factories import MONDAY, acting, leaf_category, make_petition, make_user
from workdays.actions import load_calendar_seed
from workdays.queries import load_calendar

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
LATER = TODAY + timedelta(days=7)


@pytest.fixture
def keeper_of_rules(city):
    return acting(make_user(Role.ORGANIZER, city.root, name="市组工"))


def rule(work_days, *, step="handle", kind="", level="", category=None, since=date(2020, 1, 1), **more):
    return TimeLimit.objects.create(
        step=step,
        kind=kind,
        level=level,
        category=category,
        work_days=work_days,
        source="测试",
        in_force_from=since,
        **more,
    )


def days_for(kind="request", *, level="town", category=None, on=TODAY):
    limit = TimeLimits.load().find(Step.HANDLE, kind, on=on, level=level, category=category)
    return limit and limit.work_days


def test_the_starting_rules_and_their_sources(city):
    told = {(row.step, row.kind): (row.work_days, row.source[:3]) for row in TimeLimit.objects.all()}
    assert told == {
        ("register", ""): (1, "党代表"),
        ("assign", ""): (5, "五华县"),
        ("handle", ""): (30, "五华县"),
        ("handle", "consultation"): (5, "政务服"),
        ("feedback", ""): (3, "答复后"),
        ("extend", ""): (15, "五华县"),
        ("hand_back", ""): (5, "五华县"),
        ("pause", ""): (30, "督办惯"),
    }
    assert load_time_limits() == 0


def test_the_most_specific_rule_counts(city):
    """Category deepest, then kind, then level, then the general one."""
    leaf = leaf_category()
    parent, root = leaf.parent, leaf.parent.parent or leaf.parent
    other = Category.objects.exclude(path__startswith=root.path).first()
    assert days_for(category=leaf) == 30
    rule(20, level="town")
    assert (days_for(category=leaf), days_for(level="county", category=leaf)) == (20, 30)
    rule(18, kind="request")
    assert (days_for(category=leaf), days_for("opinion", category=leaf)) == (18, 20)
    rule(17, kind="request", level="town")
    assert days_for(category=leaf) == 17
    rule(15, category=root)
    assert (days_for(category=leaf), days_for(category=other)) == (15, 17)
    rule(12, category=parent)
    rule(10, category=leaf)
    assert (days_for(category=leaf), days_for(category=parent)) == (10, 12)
    rule(9, category=leaf, kind="request")
    assert (days_for(category=leaf), days_for("opinion", category=leaf)) == (9, 10)


def test_one_row_and_all_rows_answer_alike(city):
    leaf = leaf_category()
    rule(20, level="town")
    rule(10, category=leaf.parent, kind="request")
    for kind in ("request", "opinion", "consultation"):
        for level in ("town", "county"):
            asked = {"level": level, "category": leaf}
            one = TimeLimits.load_for(Step.HANDLE, kind, **asked).find(Step.HANDLE, kind, on=TODAY, **asked)
            assert one.work_days == days_for(kind, **asked)


def test_the_version_of_the_day_counts(city):
    rule(25, since=TODAY)
    rule(20, since=LATER)
    assert [days_for(on=day) for day in (TODAY - timedelta(days=1), TODAY, LATER)] == [30, 25, 20]
    rule(0, kind="request", since=TODAY, is_repealed=True)
    assert days_for("request") == 25
    in_force = TimeLimit.objects.in_force(on=TODAY).filter(step="handle")
    assert sorted(in_force.values_list("kind", "work_days")) == [("", 25), ("consultation", 5)]


def test_a_matter_takes_its_own_rule_at_each_step(city):
    leaf = leaf_category()
    rule(2, step="register", level="town")
    rule(3, step="assign", category=leaf.parent)
    rule(8, kind="opinion", category=leaf)
    petition = make_petition(city, status="received")
    assert petition.due_explained["work_days"] == 2
    petition = make_petition(city, status="registered")
    assert (petition.due_explained["work_days"], petition.due_explained["applies_to"]) == (
        3,
        leaf.parent.full_name,
    )
    petition = make_petition(city, status="handling")
    assert petition.due_explained["work_days"] == 8
    assert petition.due_explained["applies_to"] == f"意见 · {leaf.full_name}"
    assert limit_of(Step.HAND_BACK, petition, on=TODAY).work_days == 5


def test_a_consultation_has_five_days(city):
    petition = make_petition(city, status="handling", kind="consultation")
    assert petition.due_date == date(2026, 11, 23)


def test_how_a_date_over_the_new_year_is_told(city):
    load_calendar_seed()
    petition = make_petition(city, status="handling", at=MONDAY + timedelta(days=14))
    explained = explain_due(petition)
    assert (explained.start, explained.work_days, explained.due) == (
        date(2026, 11, 30),
        30,
        petition.due_date,
    )
    reasons = {group.reason: group.words for group in explained.skipped}
    assert reasons["元旦"].endswith("1月1日")
    assert explained.provisional and explained.source.startswith("五华县办法")
    words = due_words(petition, on=date(2026, 12, 1), calendar=load_calendar())
    assert words.left == "还剩 29 个工作日"
    # Self-contained: what the calendar and the rules say later changes nothing of it.
    TimeLimit.objects.all().delete()
    stored = Petition.objects.get(pk=petition.pk)
    assert explain_due(stored) == explained


def test_without_any_rule_there_is_no_date(city):
    TimeLimit.objects.all().delete()
    assert step_due("handle", "request", at=MONDAY) == (None, {})
    petition = make_petition(city, status="handling")
    assert (petition.due_date, explain_due(petition)) == (None, None)


def test_a_rule_is_revised_from_a_later_day(city, keeper_of_rules):
    told = {"by": keeper_of_rules, "at": MONDAY, "on": TODAY}
    general = TimeLimit.objects.get(step="handle", kind="")
    for since in (TODAY, TODAY - timedelta(days=1)):
        with pytest.raises(InvalidInput) as fault:
            revise_limit(general, **told, work_days=25, source="新办法", in_force_from=since)
        assert list(fault.value.errors) == ["in_force_from"]
    version = revise_limit(general, **told, work_days=25, source="新办法", in_force_from=LATER)
    assert [days_for(on=day) for day in (TODAY, LATER)] == [30, 25]
    with pytest.raises(InvalidInput):
        revise_limit(general, **told, work_days=24, source="新办法", in_force_from=LATER)
    event = Event.objects.about(version).get()
    assert (event.verb, event.before["work_days"], event.after["work_days"]) == ("revised", 30, 25)

    change_limit(version, **told, work_days=26, source="新办法第3条")
    assert days_for(on=LATER) == 26
    for deed in (
        lambda: change_limit(general, **told, work_days=26, source="改"),
        lambda: cancel_limit(general, **told),
        lambda: change_limit(version, **(told | {"on": LATER}), work_days=9, source="改"),
    ):
        with pytest.raises(Conflict):
            deed()
    cancel_limit(version, **told)
    assert days_for(on=LATER) == 30


def test_a_special_rule_ends_and_the_general_one_counts_again(city, keeper_of_rules):
    special = TimeLimit.objects.get(step="handle", kind="consultation")
    told = {"by": keeper_of_rules, "at": MONDAY, "on": TODAY}
    revise_limit(special, **told, work_days=5, source="废止", in_force_from=LATER, is_repealed=True)
    assert [days_for("consultation", on=day) for day in (TODAY, LATER)] == [5, 30]


def test_a_new_rule_may_begin_today_but_not_before_and_not_twice(city, keeper_of_rules):
    told = {"by": keeper_of_rules, "at": MONDAY, "on": TODAY}
    rule_of_county = {"step": "handle", "level": "county", "work_days": 20, "source": "县办法"}
    with pytest.raises(InvalidInput) as fault:
        add_limit(**told, **rule_of_county, in_force_from=TODAY - timedelta(days=1))
    assert list(fault.value.errors) == ["in_force_from"]
    add_limit(**told, **rule_of_county, in_force_from=TODAY)
    assert days_for(level="county") == 20
    with pytest.raises(InvalidInput) as fault:
        add_limit(**told, **rule_of_county, in_force_from=LATER)
    assert "修订" in fault.value.errors["step"][0]
    with pytest.raises(InvalidInput) as fault:
        add_limit(**told, step="handle", level="town", work_days=0, source=" ", in_force_from=TODAY)
    assert sorted(fault.value.errors) == ["source", "work_days"]
