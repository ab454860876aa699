"""Proposals of pairs, as properties."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from training.pairing import Mentor, Young, fit, propose

paths = st.sampled_from(["000100010001", "000100010002", "000100020001", "00010003"])
fields = st.sampled_from(["", "教育", "现代农业"])
mentors = st.lists(st.tuples(paths, fields, st.integers(0, 5)), max_size=8).map(
    lambda rows: [Mentor(number, *row) for number, row in enumerate(rows, start=1)]
)
young_people = st.lists(st.tuples(paths, fields), max_size=20).map(
    lambda rows: [Young(number, *row, person=number) for number, row in enumerate(rows, start=100)]
)


@given(mentors, young_people, st.integers(1, 5))
def test_each_once_within_the_room_and_with_a_reason(mentors, young_people, most):
    found = propose(mentors, young_people, most=most)
    assert max(Counter(one.young for one in found).values(), default=1) == 1
    load = Counter({mentor.id: mentor.load for mentor in mentors})
    load.update(one.mentor for one in found)
    begun = {mentor.id: mentor.load for mentor in mentors}
    assert all(number <= max(most, begun[mentor]) for mentor, number in load.items())
    by_id = {m.id: m for m in mentors} | {y.id: y for y in young_people}
    assert all(one.points == fit(by_id[one.mentor], by_id[one.young])[0] > 0 for one in found)
    assert all(one.reasons for one in found)


@given(mentors, young_people, st.integers(1, 5), st.randoms())
def test_the_order_of_the_question_does_not_matter(mentors, young_people, most, random):
    first = propose(mentors, young_people, most=most)
    shuffled = random.sample(mentors, len(mentors))
    assert propose(shuffled, young_people, most=most) == first


@given(mentors, young_people)
def test_nobody_near_and_free_is_left_out(mentors, young_people):
    """Whoever stays alone has nobody in her county, or all of them are full."""
    found = propose(mentors, young_people, most=3)
    load = Counter({mentor.id: mentor.load for mentor in mentors})
    load.update(one.mentor for one in found)
    for young in young_people:
        if young.id not in {one.young for one in found}:
            near = [m for m in mentors if m.path[:8] == young.path[:8] and fit(m, young)[0]]
            assert all(load[mentor.id] >= 3 for mentor in near)


def test_nobody_is_her_own_mentor():
    mentor = Mentor(1, "000100010001")
    assert propose([mentor], [Young(2, "000100010001", person=7)], most=3, people={1: 7}) == []
