"""Who is linked with whom, evenly: each representative with the least loaded of the nearest place that has somebody.

Pure: seats and posts in, assignments with their reasons out. What is linked already is not touched; it counts as load.
"""

import heapq
from dataclasses import dataclass

STEP = 4
"""Digits of one level of a path."""


@dataclass(frozen=True)
class Seat:
    """A representative who has nobody yet, and the path of her place."""

    id: int
    path: str


@dataclass(frozen=True)
class Post:
    """A cadre, or a branch: whom one can be linked with, at the place `path`, with so many already."""

    id: int
    path: str
    load: int = 0


@dataclass(frozen=True)
class Given:
    """`load`: how many the post had before this one; `among`: how many posts the place has."""

    seat: int
    post: int
    path: str
    load: int
    among: int


@dataclass(frozen=True)
class Spread:
    given: list
    left: list
    """Seats for whom nobody was free, in the order of their places."""


def spread(seats, posts, *, most):
    """Give each seat a post. A post takes no more than `most`; its place's turn goes to whoever has fewest, then to
    the lowest number, so that the same question has the same answer."""
    heaps = {}
    for post in posts:
        heaps.setdefault(post.path, []).append((post.load, post.id))
    among = {path: len(heap) for path, heap in heaps.items()}
    for heap in heaps.values():
        heapq.heapify(heap)
    given, left = [], []
    for seat in sorted(seats, key=lambda seat: (seat.path, seat.id)):
        path = next((path for path in _upwards(seat.path) if _has_room(heaps.get(path), most)), None)
        if path is None:
            left.append(seat)
            continue
        load, post = heaps[path][0]
        heapq.heapreplace(heaps[path], (load + 1, post))
        given.append(Given(seat.id, post, path, load, among[path]))
    return Spread(given, left)


def _has_room(heap, most):
    """The least loaded stands first."""
    return bool(heap) and heap[0][0] < most


def _upwards(path):
    return [path[:length] for length in range(len(path), 0, -STEP)]
