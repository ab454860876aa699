"""How alike two matters are, without Django: what was said, where, and whether the same telephone rang (R57).

Chinese has no spaces to split at, so a text is the set of every two neighbouring characters of it. A pair that many
matters share (希望, 解决) says little, a rare one (the name of a village) much: each counts by how rare it is among the
matters compared. All texts are read in one pass over one array; a Python loop over each would be too slow to answer
while somebody types.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

TEXT_WEIGHT = 0.45
"""Half of it is what was said: a place has many troubles."""
PLACE_WEIGHT = 0.55
"""The same words about another village are another matter: without the place a text alone stays below the line."""
PLACE_POWER = 2
"""The village says more than the county it lies in: in places a rare pair counts by its square."""
TEXT_FULL = 1.6
"""Retold by somebody else, a text keeps some six tenths of its words: that much counts in full."""
PERSON_BONUS = 0.25
"""The same telephone makes the same matter likelier, but people also come with a second one."""
LEAST = 0.65
"""Below this nothing is said: a hint that is wrong twice is not looked at a third time. See bench/duplicates.py."""
LEAST_UNPLACED = 0.52
"""While no place has been typed, it can only be heard in the text, which never names the county and the town."""
LEAST_TEXT_ALONE = 0.42
"""Where the other matter has no place, the text alone decides."""
LEAST_TEXT = 0.16
"""However near the place: with less in common than this it is another trouble of the same street."""
SAME_TEXT = 0.62
"""From here on the words alone are called 内容相近."""
SAME_PLACE = 0.6
UNSEEN = 100
"""As if there were so many more that say none of it: among three matters a pair that two share is not common yet."""
SHORTLIST = 60
"""So many, found by a rough count, are compared exactly."""
READ = 400
"""Characters of a content that are compared: what it is about stands at its beginning."""
NEW_LINE = 10
SHORT = 6
"""With fewer characters than this nothing has been said yet."""

_NO_WORD = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
_EMPTY_PHRASES = re.compile(
    r"您好|你好|尊敬的[^，。！,]{0,8}|希望|请求|请问|反映|建议|咨询|谢谢|尽快|解决|恳请|有关部门|相关部门|来电|群众|村民|居民|"
    r"代表|帮忙|协调|望采纳|盼|麻烦|大家|我们|我是|住在|家住|今年|现在|目前|工作室|到|的|了|是|在|有"
)
"""What most people say whatever they come about."""


class Told(NamedTuple):
    """A matter as it is compared; twenty thousand of them are made while somebody types. `key` names it to the
    caller."""

    key: Hashable
    title: str
    content: str
    place: str = ""

    @property
    def text(self):
        return f"{self.title}|{self.content[:READ]}"


@dataclass(frozen=True, slots=True)
class Alike:
    """`score` from 0 to about 1.2; `text` and `place` from 0 to 1."""

    key: Hashable
    score: float
    text: float
    place: float
    same_person: bool

    @property
    def reasons(self):
        """Why it is shown, in words that name nobody."""
        said = []
        if self.same_person:
            said.append("同一来电")
        if self.place >= SAME_PLACE:
            said.append("同一地点")
        if self.text >= SAME_TEXT:
            said.append("内容很像")
        elif self.text >= LEAST_TEXT:
            said.append("内容相近")
        return said

    @property
    def sentence(self):
        return "、".join(self.reasons)


def plain(text):
    """The characters that carry meaning; parts that were apart stay apart."""
    return _NO_WORD.sub("|", _EMPTY_PHRASES.sub("|", text.lower()))


def pairs_of(text):
    """Every two neighbouring characters within a part."""
    text = plain(text)
    return {text[i : i + 2] for i in range(len(text) - 1) if "|" not in text[i : i + 2]}


def find_alike(asked: Told, others: Sequence[Told], *, same_person=frozenset(), most=5):
    """The `others` that may be the same matter as `asked`, likeliest first: a list of Alike.

    `same_person` holds the keys of those whose telephone is that of the one who asks.
    """
    found = _by_words(asked, others, same_person) if _says_something(asked) and others else []
    known = {alike.key for alike in found}
    found += [Alike(key, PERSON_BONUS, 0.0, 0.0, True) for key in same_person if key not in known]
    return sorted(found, key=lambda alike: -alike.score)[:most]


def _says_something(asked):
    return len(plain(asked.content).replace("|", "")) >= SHORT


def _by_words(asked, others, same_person):
    wanted = pairs_of(asked.text)
    said = wanted | pairs_of(asked.place)
    if not said:
        return []
    shortlist, weights = _rough(said, others)
    found = []
    for index in shortlist:
        other = others[index]
        alike = _compare(wanted, said, other, weights, other.key in same_person)
        if alike.same_person or (alike.text >= LEAST_TEXT and alike.score >= _least(asked, other)):
            found.append(alike)
    return found


def _least(asked, other):
    if not other.place:
        return LEAST_TEXT_ALONE
    return LEAST if asked.place else LEAST_UNPLACED


def _rough(pairs, others):
    """(indexes of the shortlist, {pair: weight}): how rare each pair is, and who has most weight of them."""
    import numpy as np  # only here: a web process that never compares does not load it

    joined = "\n".join(f"{other[1]}|{other[2][:READ]}|{other[3]}".replace("\n", "|") for other in others)
    codes = np.frombuffer(joined.lower().encode("utf-32-le"), dtype=np.uint32)
    names = sorted(pairs)
    sought = np.array([(ord(name[0]) << 32) | ord(name[1]) for name in names], dtype=np.uint64)
    order = np.argsort(sought)
    sought = sought[order]
    # Most characters begin no pair that is looked for: they are left out by one look into a table.
    begins = np.zeros(int(codes.max()) + 1, dtype=bool)
    begins[[ord(name[0]) for name in names if ord(name[0]) < len(begins)]] = True
    starts = np.flatnonzero(begins[codes[:-1]])
    both = (codes[starts].astype(np.uint64) << np.uint64(32)) | codes[starts + 1]
    position = np.minimum(np.searchsorted(sought, both), len(sought) - 1)
    there = sought[position] == both
    starts, position = starts[there], position[there]
    rows = np.searchsorted(np.flatnonzero(codes == NEW_LINE), starts)
    # Each pair once for each matter.
    found = np.unique(rows * np.int64(len(sought)) + position)
    row, column = np.divmod(found, len(sought))
    counted = np.bincount(column, minlength=len(sought))
    rarity = np.log((len(others) + UNSEEN) / (counted + 0.5)).clip(0.05)
    scores = np.bincount(row, weights=rarity[column], minlength=len(others))
    best = np.argsort(-scores, kind="stable")[:SHORTLIST]
    weights = {names[order[i]]: float(rarity[i]) for i in range(len(names))}
    return [int(i) for i in best if scores[i] > 0], weights


def _compare(wanted, said, other, weights, same_person):
    usual = sum(weights.values()) / len(weights)

    def weigh(pairs, power=1):
        return sum(weights.get(pair, usual) ** power for pair in pairs)

    theirs, their_place = pairs_of(other.text), pairs_of(other.place)
    text = weigh(wanted & theirs) / (sqrt(weigh(wanted) * weigh(theirs)) or 1)
    nearness = weigh(their_place & said, PLACE_POWER) / (weigh(their_place, PLACE_POWER) or 1)
    score = text
    if their_place:
        score = TEXT_WEIGHT * min(text * TEXT_FULL, 1) + PLACE_WEIGHT * nearness
    return Alike(other.key, score + PERSON_BONUS * same_person, text, nearness, same_person)
