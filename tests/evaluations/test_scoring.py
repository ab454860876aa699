"""Points and grades (R84, R86): monotone, capped, in any order, and never decided by the quota alone."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.scoring import (
    FULL,
    GradeLines,
    Rule,
    divide,
    grade,
    mean_mark,
    one_more,
    places,
    points,
    suggest,
    total,
)

modest = settings(max_examples=60, deadline=None)
quantities = st.one_of(st.none(), st.integers(0, 10**7))
RANKS = ["incompetent", "basic", "competent", "excellent"]


@st.composite
def rules(draw):
    weight = draw(st.integers(1, FULL))
    return Rule(
        target=draw(st.integers(1, 10**5)),
        weight=weight,
        cap=draw(st.integers(1, FULL)),
        is_bonus=draw(st.booleans()),
        leaves_out=draw(st.booleans()),
    )


@st.composite
def schemes(draw):
    """Up to six indicators whose weights add up to 100, and up to two bonuses."""
    cuts = sorted(draw(st.sets(st.integers(1, FULL - 1), max_size=5)))
    edges = [0, *cuts, FULL]
    base = [
        Rule(
            target=draw(st.integers(1, 10**5)),
            weight=high - low,
            cap=draw(st.integers(1, FULL)),
            leaves_out=draw(st.booleans()),
        )
        for low, high in zip(edges, edges[1:], strict=False)
    ]
    bonus = [
        Rule(target=100, weight=draw(st.integers(1, 500)), cap=draw(st.integers(1, 1000)), is_bonus=True)
        for _n in range(draw(st.integers(0, 2)))
    ]
    return base + bonus


def scored(scheme, given):
    return [(rule, points(quantity, rule)) for rule, quantity in zip(scheme, given, strict=True)]


@modest
@given(rules(), st.integers(0, 10**7), st.integers(0, 10**6))
def test_more_never_brings_less_and_never_more_than_the_cap(rule, quantity, more):
    here, there = points(quantity, rule), points(quantity + more, rule)
    assert 0 <= here <= there <= rule.cap
    assert one_more(quantity, more, rule) == there - here


@modest
@given(rules(), st.integers(0, 10**7))
def test_points_are_the_exact_share_halves_up(rule, quantity):
    exact = Fraction(quantity * rule.weight, rule.target)
    assert points(quantity, rule) == min(int(exact + Fraction(1, 2)), rule.cap)


def test_the_target_brings_the_weight():
    twice = Rule(target=200, weight=2_000, cap=2_000)
    assert [points(100 * n, twice) for n in range(4)] == [0, 1_000, 2_000, 2_000]


def test_beyond_the_target_up_to_a_cap_above_the_weight():
    rule = Rule(target=200, weight=2_000, cap=2_500)
    assert [points(100 * n, rule) for n in (2, 3)] == [2_000, 2_500]


@modest
@given(schemes(), st.data())
def test_order_does_not_matter(scheme, data):
    given_ = [data.draw(quantities) for _rule in scheme]
    rows = scored(scheme, given_)
    shuffled = data.draw(st.permutations(rows))
    assert total(rows, bonus_cap=500) == total(shuffled, bonus_cap=500)


@modest
@given(schemes(), st.data(), st.integers(0, 1000))
def test_the_score_is_monotone_and_capped(scheme, data, bonus_cap):
    given_ = [data.draw(st.integers(0, 10**6)) for _rule in scheme]
    better = [quantity + data.draw(st.integers(0, 10**5)) for quantity in given_]
    low = total(scored(scheme, given_), bonus_cap=bonus_cap)
    high = total(scored(scheme, better), bonus_cap=bonus_cap)
    assert 0 <= low <= high <= FULL + bonus_cap


def test_what_is_left_out_makes_the_rest_count_for_more():
    known = Rule(target=100, weight=6_000, cap=6_000)
    unknown = Rule(target=100, weight=4_000, cap=4_000, leaves_out=True)
    rows = [(known, points(90, known)), (unknown, points(None, unknown))]
    assert total(rows, bonus_cap=0) == 9_000
    harsh = Rule(target=100, weight=4_000, cap=4_000)
    assert total([rows[0], (harsh, points(None, harsh))], bonus_cap=0) == 5_400


def test_nothing_known_is_no_score():
    unknown = Rule(target=100, weight=FULL, cap=FULL, leaves_out=True)
    assert total([(unknown, points(None, unknown))], bonus_cap=500) is None
    assert grade(None, GradeLines()) is None


def test_the_lines_themselves_belong_to_the_better_grade():
    scores = [9_000, 8_999, 8_000, 7_999, 6_000, 5_999, 0]
    assert [grade(score, GradeLines()) for score in scores] == [
        "excellent",
        "competent",
        "competent",
        "basic",
        "basic",
        "incompetent",
        "incompetent",
    ]


@modest
@given(st.dictionaries(st.integers(1, 50), st.one_of(st.none(), st.integers(0, 10_500))), st.integers(1, 100))
def test_a_quota_is_never_exceeded_and_sets_nobody_above_a_better_one(scores, percent):
    found = suggest(scores, GradeLines(), quota_percent=percent)
    excellent = [scores[key] for key, (rank, _over) in found.items() if rank == "excellent"]
    below = [scores[key] for key, (_rank, over) in found.items() if over]
    assert len(excellent) <= places(len(scores), percent)
    assert all(low < high for low in below for high in excellent)
    without = suggest(scores, GradeLines())
    for key, (rank, over) in found.items():
        assert without[key][0] == ("excellent" if over else rank)


def test_level_at_the_edge_of_the_quota_stay_below_it_together():
    scores = {"a": 9_800, "b": 9_500, "c": 9_500, "d": 7_000}
    found = suggest(scores, GradeLines(), quota_percent=50)
    assert found == {
        "a": ("excellent", False),
        "b": ("competent", True),
        "c": ("competent", True),
        "d": ("basic", False),
    }


@given(st.lists(st.integers(0, 100), min_size=1, max_size=12))
def test_the_mean_mark_is_exact_halves_up(marks):
    assert mean_mark(marks) == int(Fraction(sum(marks) * 100, len(marks)) + Fraction(1, 2))
    assert divide(1, 2) == 1
