"""What many people speak of, without Django: groups of matters of the last weeks that say the same, where, and how fast
they grow.

The vectors and the comparison are scikit-learn's. Matters that are alike are drawn together by density (DBSCAN): a
group needs a middle with enough neighbours, so that a chain of half-alike matters does not become one topic, and a
matter that nobody else speaks of stays alone.
"""

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from petitions.similarity import READ, plain

NEAR = 0.25
"""Two matters this alike (cosine) are neighbours. See bench/duplicates.py."""
UNSEEN = 100
"""As if there were so many more that say none of it: in a small place what all say is still not an empty phrase."""
FEWEST = 3
"""Two people may meet by chance; three make a topic."""
MOST_TERMS = 40_000
MOST_MATTERS = 20_000
"""The newest so many of one place are compared; no place hears more within eight weeks."""
BLOCK = 1_000
PLACE_SHARE = 0.6
"""A place is named when so large a part of a topic speaks of it; else it is one of several places."""
LABEL_SHARE = 0.5
LONGEST_LABEL = 20
_HOUSE = re.compile(r"[0-9]+(号楼|号|栋|单元)")
"""Which house it was is no part of what is said."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A matter as topics see it."""

    key: Hashable
    title: str
    content: str
    place: str
    on: date
    category: Hashable = None


@dataclass(frozen=True)
class Topic:
    """`keys` are the matters of the last weeks, the most typical first; `previous` counts those of as many weeks
    before."""

    label: str
    keys: tuple
    place: str
    category: Hashable
    previous: int

    @property
    def size(self):
        return len(self.keys)


def find_topics(heard: Sequence[Heard], *, on: date, weeks: int, fewest=FEWEST, near=NEAR):
    """Topics among what was `heard` in the `weeks` before `on`, largest first: a list of Topic."""
    border = on - timedelta(weeks=weeks)
    oldest = on - timedelta(weeks=2 * weeks)
    inside = sorted((one for one in heard if oldest < one.on <= on), key=lambda one: one.on)[-MOST_MATTERS:]
    recent = [one for one in inside if one.on > border]
    before = [one for one in inside if one.on <= border]
    if len(recent) < fewest:
        return []
    vectors = _vectors(recent + before)
    now, then = vectors[: len(recent)], vectors[len(recent) :]
    topics = []
    for members in _groups(now, fewest=fewest, near=near):
        topics.append(_topic(members, recent, now, then, near=near))
    return sorted(topics, key=lambda topic: (-topic.size, topic.label))


def _vectors(heard):
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer  # only in the nightly job

    words = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True, max_features=MOST_TERMS)
    texts = [plain(f"{one.title}|{one.content[:READ]}|{one.place}") for one in heard]
    counted = np.diff(words.fit_transform(texts).tocsc().indptr)
    words.idf_ = np.log((len(texts) + UNSEEN) / (counted + 0.5))
    return words.transform(texts)


def _groups(vectors, *, fewest, near):
    """Lists of row numbers. Only near pairs are kept, block by block, so that memory does not grow with the square."""
    from scipy.sparse import vstack
    from sklearn.cluster import DBSCAN

    blocks = []
    for start in range(0, vectors.shape[0], BLOCK):
        alike = (vectors[start : start + BLOCK] @ vectors.T).tocsr()
        alike.data[alike.data < near] = 0
        alike.eliminate_zeros()
        alike.data = (1 - alike.data).clip(0)
        blocks.append(alike)
    distances = vstack(blocks).tocsr()
    labels = DBSCAN(eps=1 - near, min_samples=fewest, metric="precomputed").fit_predict(distances)
    groups = {}
    for row, label in enumerate(labels):
        if label >= 0:
            groups.setdefault(label, []).append(row)
    return list(groups.values())


def _topic(members, recent, now, then, *, near):
    import numpy as np

    middle = np.asarray(now[members].mean(axis=0)).ravel()
    middle /= np.linalg.norm(middle) or 1
    typical = np.argsort(-(now[members] @ middle), kind="stable")
    ordered = [recent[members[i]] for i in typical]
    previous = int(((then @ middle) >= near).sum()) if then.shape[0] else 0
    categories = Counter(one.category for one in ordered if one.category is not None)
    return Topic(
        label=_label(ordered),
        keys=tuple(one.key for one in ordered),
        place=_common_place(ordered),
        category=categories.most_common(1)[0][0] if categories else None,
        previous=previous,
    )


def _common_place(ordered):
    """The longest beginning that most places share: a village, else a town, else nothing."""
    places = [one.place for one in ordered if one.place]
    if len(places) < PLACE_SHARE * len(ordered):
        return ""
    whole, count = Counter(places).most_common(1)[0]
    if count >= PLACE_SHARE * len(ordered):
        return whole
    beginnings = Counter(place[:n] for place in places for n in range(3, len(place) + 1))
    shared = [words for words, count in beginnings.items() if count >= PLACE_SHARE * len(ordered)]
    return _to_a_border(max(shared, key=len, default=""))


def _to_a_border(place):
    """Cut back to where a name ends: 寿光市洛城街道东 → 寿光市洛城街道."""
    ends = [
        place.rfind(end) + len(end)
        for end in ("街道", "镇", "乡", "市", "县", "区", "村", "社区")
        if end in place
    ]
    return place[: max(ends, default=0)]


def _label(ordered):
    """The longest words that at least half of the titles share; else the most typical title."""
    titles = [_HOUSE.sub("", one.title) for one in ordered]
    counted = Counter()
    for title in titles:
        counted.update(
            {title[i : i + n] for n in range(3, LONGEST_LABEL + 1) for i in range(len(title) - n + 1)}
        )
    shared = [words for words, count in counted.items() if count >= max(2, LABEL_SHARE * len(titles))]
    best = max(shared, key=lambda words: (len(words) * counted[words], words), default="")
    best = best.strip(" ，。、；：！？（）")
    if len(best) >= 4:
        return best
    return ordered[0].title[:60]
