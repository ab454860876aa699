"""Spreading, as properties: everybody who can be served is, as evenly as can be, and always the same way."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from representatives.spreading import Post, Seat, spread

PLACES = ["0001", "00010001", "00010002", "000100010001", "000100010002", "000100020001"]
towns = st.sampled_from([path for path in PLACES if len(path) == 12])
seats = st.lists(towns, max_size=60).map(
    lambda paths: [Seat(number, path) for number, path in enumerate(paths, start=1)]
)
posts = st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 6)), max_size=8).map(
    lambda rows: [Post(number, path, load) for number, (path, load) in enumerate(rows, start=1)]
)
most = st.integers(1, 12)


@given(seats, posts, most)
def test_each_seat_once_and_no_post_beyond_its_room(seats, posts, most):
    found = spread(seats, posts, most=most)
    told = [one.seat for one in found.given] + [seat.id for seat in found.left]
    assert sorted(told) == sorted(seat.id for seat in seats)
    after = Counter({post.id: post.load for post in posts})
    after.update(one.post for one in found.given)
    begun = {post.id: post.load for post in posts}
    assert all(number <= max(most, begun[post]) for post, number in after.items())


@given(seats, posts, most)
def test_nobody_waits_while_somebody_near_is_free(seats, posts, most):
    found = spread(seats, posts, most=most)
    after = Counter({post.id: post.load for post in posts})
    after.update(one.post for one in found.given)
    for seat in found.left:
        near = [post for post in posts if seat.path.startswith(post.path)]
        assert all(after[post.id] >= most for post in near)


@given(seats, posts)
def test_those_of_one_place_who_begin_alike_end_alike(seats, posts):
    fresh = [Post(post.id, post.path) for post in posts]
    found = spread(seats, fresh, most=1000)
    after = Counter(one.post for one in found.given)
    for place in PLACES:
        loads = [after[post.id] for post in fresh if post.path == place]
        assert max(loads, default=0) - min(loads, default=0) <= 1


@given(seats, posts, most, st.randoms())
def test_the_order_in_which_they_are_named_does_not_matter(seats, posts, most, random):
    again = random.sample(seats, len(seats)), random.sample(posts, len(posts))
    assert spread(seats, posts, most=most) == spread(*again, most=most)
