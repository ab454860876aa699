"""Who trains whom, the first year of a term, the quota and what to offer: pure rules, for any values."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from representatives.enums import Level
from training.responsibility import (
    DEFAULTS,
    Duty,
    first_year,
    is_in_first_year,
    levels_of,
    quota_gap,
    quota_met,
    trainer_of,
)
from training.suggesting import CLASS_SIZE, Answer, Offer, suggest

LEVELS = st.sampled_from([str(level) for level in Level])
TABLES = st.lists(
    st.builds(Duty, LEVELS, st.sampled_from(["city", "county"]), st.booleans()),
    unique_by=lambda duty: duty.level,
)
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
OFFERS = (
    Offer("farming", "现代农业", ("大棚", "农业")),
    Offer("law", "劳动法律", ("工资",)),
    Offer("care", "养老", ()),
)
ANSWERS = st.lists(
    st.builds(
        Answer,
        st.integers(1, 60),
        st.frozensets(st.sampled_from(["farming", "law", "care"]), max_size=3),
        st.sampled_from(["", "种大棚", "讨工资", "大棚工人的工资"]),
        st.sampled_from(["", "农业", "教育"]),
    ),
    unique_by=lambda answer: answer.person,
    max_size=40,
)


@given(LEVELS, st.booleans(), TABLES)
def test_everybody_is_at_most_one_trainers_task(level, is_frontline, duties):
    trainer = trainer_of(level, is_frontline, duties)
    claims = {
        name
        for name in ("city", "county")
        for claimed, only in levels_of(name, duties)
        if claimed == level and (is_frontline or not only)
    }
    assert claims == ({trainer} if trainer else set())


@given(LEVELS)
def test_the_report_s_rule_leaves_nobody_at_the_front_line_out(level):
    trainer = trainer_of(level, True, DEFAULTS)
    assert trainer == ("city" if level in Level.city_and_above() else "county")
    assert trainer_of(level, False, DEFAULTS) == ("" if level in Level.city_and_above() else "county")


@given(DAYS, st.integers(-800, 800))
def test_a_first_year_has_a_year_and_ends_before_its_anniversary(start, shift):
    begin, end = first_year(start)
    assert begin == start
    assert 365 <= (end - begin).days <= 366
    day = start + timedelta(days=shift)
    assert is_in_first_year(start, day) == (begin <= day < end)
    assert not is_in_first_year(start, end)
    assert not is_in_first_year(None, day)


@given(st.integers(0, 20000), st.integers(0, 20000), st.integers(0, 100))
def test_the_gap_closes_the_quota_and_no_less_would(placed, whole, percent):
    gap = quota_gap(placed, whole, percent)
    assert quota_met(placed + gap, whole, percent)
    assert (gap == 0) == quota_met(placed, whole, percent)
    if gap:
        assert not quota_met(placed + gap - 1, whole, percent)


def test_ten_per_cent_is_not_rounded_up():
    assert not quota_met(996, 10000, 10)
    assert quota_met(1000, 10000, 10)


@given(ANSWERS)
def test_suggestions_count_everybody_once_and_are_ranked(answers):
    found = suggest(OFFERS, answers)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for one in found:
        assert len(set(one.people)) == len(one.people) > 0
        assert not set(one.chosen) & set(one.written)
        assert (one.classes - 1) * CLASS_SIZE < len(one.people) <= one.classes * CLASS_SIZE
        assert str(len(one.chosen)) in one.why or not one.chosen
    chosen = {code for answer in answers for code in answer.chosen}
    assert chosen <= {one.code for one in found}


@given(ANSWERS)
def test_the_order_of_the_answers_does_not_matter(answers):
    told = [(one.code, one.score, sorted(one.people)) for one in suggest(OFFERS, answers)]
    assert told == [(one.code, one.score, sorted(one.people)) for one in suggest(OFFERS, answers[::-1])]


@given(ANSWERS)
def test_who_has_had_the_course_does_not_need_it_again(answers):
    had = [(answer.person, "farming") for answer in answers]
    found = suggest(OFFERS, answers, had=had)
    assert "farming" not in {one.code for one in found}


def test_why_is_told():
    answers = [
        Answer(1, frozenset({"farming"}), field="农业"),
        Answer(2, frozenset(), "种大棚", "农业"),
        Answer(3, frozenset({"farming"}), field="教育"),
    ]
    (one,) = suggest(OFFERS, answers, had=[(3, "farming")])
    assert one.why == "2 人选了这门课，1 人在说明里写到，以农业最多（2 人），其中 1 人近一年学过或已排上。"
    assert (one.score, one.people, one.classes) == (3, [1, 2], 1)
