"""The proposal of groups (R14, R15) as such: nobody forgotten, sizes, levels, and no unrest when it is run again."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from representatives.group_proposals.cutting import cut, mix_levels
from representatives.grouping import Limits, Member, Standing, propose_groups

PARENTS = {1: 9, 2: 9, 3: 9, 4: 8}
"""Three towns of one county, one of another."""

FIELDS = ["现代农业", "教育", "医疗卫生", ""]
one = {
    "id": st.integers(1, 10**6),
    "place": st.sampled_from([1, 1, 1, 2, 2, 3, 4, 9]),
    "field": st.sampled_from(FIELDS),
    "level_rank": st.integers(2, 4),
    "is_frontline": st.booleans(),
    "seniority": st.integers(0, 99),
}
rolls = st.lists(st.builds(Member, **one), unique_by=lambda m: m.id, max_size=120)
settled = st.lists(
    st.builds(Member, **one, group=st.sampled_from([None, 1, 2, 3, 4, 5]), is_fixed=st.booleans()),
    unique_by=lambda m: m.id,
    max_size=120,
)
STANDING = [Standing(1, 1), Standing(2, 1), Standing(3, 2), Standing(4, 9), Standing(5, 4)]
few = settings(max_examples=30, deadline=None)
"""Each example is a whole town; the suite has to stay quick."""
bounds = st.sampled_from([(20, 5), (8, 2), (5, 0), (1, 0), (3, 7)])


def propose(people, standing=(), size=20, tolerance=5):
    return propose_groups(people, standing=standing, parents=PARENTS, size=size, tolerance=tolerance)


def ids(proposal):
    return sorted(pk for group in proposal.groups for pk in group.members)


def carried_out(people, standing, proposal):
    """(people, groups) as they are once the proposal has been followed."""
    groups, home, free = [], {}, 100
    for group in proposal.groups:
        free += group.id is None
        pk = group.id or free
        groups.append(Standing(pk, group.place, group.leader, group.secretary))
        home |= dict.fromkeys(group.members, pk)
    return [replace(member, group=home[member.id]) for member in people], groups


@few
@given(rolls, bounds)
def test_everybody_is_in_exactly_one_group_near_home(people, bound):
    proposal = propose(people, (), *bound)
    assert ids(proposal) == sorted(member.id for member in people)
    for group in proposal.groups:
        assert {PARENTS.get(seat.member.place, seat.member.place) for seat in group.seats} <= {
            group.place,
            PARENTS.get(group.place, group.place),
        }
        if group.place not in (8, 9):
            assert {seat.member.place for seat in group.seats} == {group.place}


@few
@given(settled, bounds)
def test_a_second_run_changes_nothing(people, bound):
    first = propose(people, STANDING, *bound)
    assert ids(first) == sorted(member.id for member in people)
    people, groups = carried_out(people, STANDING, first)
    again = propose(people, groups, *bound)
    assert [seat.member.id for group in again.groups for seat in group.arrivals] == []
    assert again.dissolved == ()
    assert [(g.id, g.leader, g.secretary) for g in again.groups] == sorted(
        [(s.id, s.leader, s.secretary) for s in groups],
        key=lambda row: [(g.id) for g in again.groups].index(row[0]),
    )


@few
@given(settled)
def test_who_was_put_somewhere_by_hand_stays(people):
    for group in propose(people, STANDING).groups:
        for seat in group.arrivals:
            assert not (seat.member.is_fixed and seat.member.group)


@few
@given(settled, bounds)
def test_only_what_has_to_move_moves(people, bound):
    """Where no group of a place strays and all have a seat that suits them, nobody moves."""
    limits = Limits(*bound)
    proposal = propose(people, STANDING, *bound)
    near = {s.id: s.place for s in STANDING}
    sizes = Counter(
        m.group
        for m in people
        if m.group and (m.is_fixed or near[m.group] in (m.place, PARENTS.get(m.place, m.place)))
    )
    for place in {s.place for s in STANDING}:
        here = [s.id for s in STANDING if s.place == place and sizes[s.id]]
        waiting = any(
            m.place == place or PARENTS.get(m.place) == place
            for m in people
            if not m.group or not (m.is_fixed or near[m.group] in (m.place, PARENTS.get(m.place, m.place)))
        )
        if not waiting and all(not limits.warning(sizes[pk]) for pk in here):
            moved = [seat for g in proposal.groups if g.id in here for seat in g.arrivals]
            assert moved == []


@few
@given(rolls, st.builds(Member, **one))
def test_one_newcomer_moves_nobody_while_there_is_room(people, newcomer):
    first = propose(people)
    people, groups = carried_out(people, (), first)
    newcomer = replace(newcomer, id=10**7)
    room = any(g.place == newcomer.place and len(g.seats) < 25 for g in first.groups)
    second = propose([*people, newcomer], groups)
    arrivals = [seat.member.id for group in second.groups for seat in group.arrivals]
    if room:
        assert arrivals == [newcomer.id]
    assert newcomer.id in arrivals


@few
@given(rolls, bounds)
def test_the_order_of_the_roll_does_not_matter(people, bound):
    assert propose(people, (), *bound) == propose(people[::-1], (), *bound)


@few
@given(settled)
def test_neither_does_it_with_groups_that_stand(people):
    assert propose(people, STANDING) == propose(people[::-1], STANDING[::-1])


@few
@given(st.integers(1, 200), bounds)
def test_sizes_keep_the_tolerance_where_the_number_allows(number, bound):
    limits = Limits(*bound)
    people = [Member(id=pk, place=1, field=FIELDS[pk % 3]) for pk in range(1, number + 1)]
    groups = propose_groups(people, size=limits.size, tolerance=limits.tolerance).groups
    possible = any(limits.least * n <= number <= limits.most * n for n in range(1, number + 1))
    assert all(not group.warning for group in groups) == possible


@few
@given(settled, bounds)
def test_a_warning_stands_where_a_size_strays_and_nowhere_else(people, bound):
    limits = Limits(*bound)
    for group in propose(people, STANDING, *bound).groups:
        assert bool(group.warning) == (not limits.least <= len(group.seats) <= limits.most)


@few
@given(settled)
def test_everybody_is_told_why_and_led_by_one_of_her_own(people):
    for group in propose(people, STANDING).groups:
        assert all(seat.reason.endswith("。") and len(seat.reason) < 200 for seat in group.seats)
        assert group.leader == group.members[0]
        assert group.secretary in (*group.members[1:], None)
        assert (group.secretary is None) == (len(group.members) == 1)


@few
@given(rolls)
def test_a_new_group_is_led_from_the_highest_level(people):
    for group in propose(people).groups:
        ranks = [seat.member.level_rank for seat in group.seats]
        assert ranks[0] == min(ranks)


@few
@given(rolls, bounds)
def test_levels_are_spread_as_evenly_as_fields_allow(people, bound):
    if not people:
        return
    pieces = mix_levels(cut(people, Limits(*bound), by=lambda m: m.field))
    lowest = max(member.level_rank for member in people)
    upper = [sum(m.level_rank < lowest for m in piece) for piece in pieces]
    for name in FIELDS:
        givers = [
            upper[i]
            for i, piece in enumerate(pieces)
            if any(m.field == name and m.level_rank < lowest for m in piece)
        ]
        takers = [
            upper[i]
            for i, piece in enumerate(pieces)
            if any(m.field == name and m.level_rank == lowest for m in piece)
        ]
        assert not givers or not takers or max(givers) - min(takers) < 2


def test_fields_keep_together():
    people = [Member(id=pk, place=1, field="现代农业" if pk <= 40 else "教育") for pk in range(1, 61)]
    groups = propose_groups(people, names={1: "洛城街道"}).groups
    assert [(group.field, len(group.members)) for group in groups] == [
        ("现代农业", 20),
        ("现代农业", 20),
        ("教育", 20),
    ]
    assert groups[2].reason == "同在洛城街道，共20名，全部属教育，便于组织、便于活动。"
    assert groups[2].seats[0].reason == "新编入：同在洛城街道，与本组另外19名同属教育。"


def test_small_places_join_within_their_county():
    people = [Member(id=pk, place=1 + pk % 2, field="教育") for pk in range(1, 21)]
    (group,) = propose_groups(people, parents=PARENTS, names={1: "侯镇", 2: "羊口镇"}).groups
    assert (group.place, len(group.members)) == (9, 20)
    assert group.reason == "2个镇街人数都不多，合编一组，共20名，全部属教育，便于组织、便于活动。"
    assert "侯镇人数少，与邻近镇街合编" in group.seats[1].reason


def test_a_group_that_has_shrunk_joins_another():
    people = [Member(id=pk, place=1, field="教育", group=1 if pk <= 9 else 2) for pk in range(1, 25)]
    proposal = propose_groups(people, standing=[Standing(1, 1), Standing(2, 1)])
    assert proposal.dissolved == (1,)
    (group,) = proposal.groups
    assert (group.id, len(group.arrivals)) == (2, 9)
    assert group.arrivals[0].reason.startswith("原组人数太少，并入：")


def test_a_group_that_has_grown_too_large_is_parted():
    people = [Member(id=pk, place=1, field="教育" if pk <= 15 else "金融", group=1) for pk in range(1, 36)]
    first, second = propose_groups(people, standing=[Standing(1, 1)]).groups
    assert (first.id, first.warning, second.id, second.warning) == (1, "", None, "")
    # Those of the smaller field leave together.
    assert {seat.member.field for seat in second.seats} == {"教育"}


def test_one_too_many_goes_where_there_is_room():
    people = [Member(id=pk, place=1, field="教育", group=1 if pk <= 26 else 2) for pk in range(1, 45)]
    first, second = propose_groups(people, standing=[Standing(1, 1), Standing(2, 1)]).groups
    assert (len(first.members), len(second.members)) == (25, 19)
    assert second.arrivals[0].reason.startswith("原组超员，调到有空位的本组：")


def test_what_cannot_be_mended_is_said():
    few = [Member(id=pk, place=1, group=1) for pk in range(1, 5)]
    (group,) = propose_groups(few, standing=[Standing(1, 1)]).groups
    assert (group.arrivals, group.warning) == ((), "只有4名，少于15名")
    many = [Member(id=pk, place=1, group=1, is_fixed=True) for pk in range(1, 41)]
    (group,) = propose_groups(many, standing=[Standing(1, 1)]).groups
    assert group.warning == "已有40名，多于25名"
    assert group.seats[0].reason.startswith("人工安排在本组，编组建议不再调动：")


def test_whoever_has_moved_to_another_town_is_seated_there():
    people = [Member(id=pk, place=1, group=1) for pk in range(1, 21)]
    people += [Member(id=pk, place=2, group=1 if pk == 40 else 3) for pk in range(21, 41)]
    first, second = propose_groups(people, standing=[Standing(1, 1), Standing(3, 2)], parents=PARENTS).groups
    assert [seat.member.id for seat in second.arrivals] == [40]
    assert (len(first.members), len(second.members)) == (20, 20)


@pytest.mark.parametrize(("size", "tolerance"), [(0, 5), (20, -1)])
def test_impossible_sizes_are_refused(size, tolerance):
    with pytest.raises(ValueError, match="size|tolerance"):
        propose_groups([], size=size, tolerance=tolerance)
