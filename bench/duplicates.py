"""How well matters about the same thing are found: the hint while typing, and the hot topics.

    python bench/duplicates.py

Made texts: the demo's own generator tells events; some are told again by others (other words for the same fault,
other numbers, other order, a sentence less), all among matters of the same patterns elsewhere and of other patterns
in the same place. A hint is right when it names a telling of the same event. For topics, a right pair of matters is
one of the same pattern (the same trouble).
Real texts (`$SHARED_DATA/matters.xlsx`, default ../shared/data; skipped if absent): nobody has labelled which are the
same, so the label is weak: each text is edited (a sentence dropped, two swapped, figures changed, words replaced) and
its original is to be found again. A hint that names a different row with the very same content counts as right too.
Everything is drawn from fixed seeds.
"""

import os
import random
import re
import sys
import time
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from petitions.similarity import Told, find_alike  # noqa: E402
from petitions.topics import Heard, find_topics  # noqa: E402
from portal.demo.texts import LOCAL, Setting, load_patterns, write_matter  # noqa: E402

TOWNS = [
    "洛城街道",
    "圣城街道",
    "孙家集街道",
    "古城街道",
    "侯镇",
    "上口镇",
    "羊口镇",
    "稻田镇",
    "台头镇",
    "田柳镇",
]
OTHER_WORDS = {
    "希望": "盼",
    "孩子": "小孩",
    "老人": "老年人",
    "晚上": "夜里",
    "没有": "没",
    "一直": "总是",
    "建议": "最好",
    "附近": "边上",
    "无法": "没法",
    "影响": "耽误",
    "严重": "厉害",
    "经常": "常常",
    "很多": "不少",
    "下雨": "一下雨",
    "坏了": "不行了",
    "路面": "路",
}
CHANNELS = ["studio", "phone", "box", "wechat", "web", "contact_point"]
DAY = date(2022, 8, 15)


def edit(text, rng):
    """The same thing in somewhat other words: a clause dropped, two neighbours swapped, figures and words changed."""
    clauses = [part for part in re.split(r"(?<=[。！？；，,])", text) if part.strip()]
    if len(clauses) > 2:
        clauses.pop(rng.randrange(len(clauses)))
    if len(clauses) > 2:
        at = rng.randrange(len(clauses) - 1)
        clauses[at : at + 2] = clauses[at + 1], clauses[at]
    told = re.sub(r"\d+", lambda found: str(int(found[0][:9]) + rng.randrange(1, 4)), "".join(clauses))
    for word, other in OTHER_WORDS.items():
        if rng.random() < 0.7:
            told = told.replace(word, other)
    return told


class Teller:
    """Tells events with the demo's patterns; the second telling of one keeps its spot and nothing else."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.patterns = [pattern for pattern in load_patterns() if pattern.suits(DAY, "370783")]
        self.serial = 0

    def event(self, *, town=None, pattern=None, spot=None):
        town = town or self.rng.choice(TOWNS)
        return pattern or self.rng.choice(self.patterns), town, dict(spot or {})

    def tell(self, event, *, again=False):
        pattern, town, spot = event
        setting = Setting(town=town, county="寿光市", day=DAY, filled=dict(spot))
        kind = self.rng.choice(pattern.kinds)
        title, content = write_matter(
            pattern, setting, kind=kind, channel=self.rng.choice(CHANNELS), rng=self.rng
        )
        spot.update({name: value for name, value in setting.filled.items() if name in LOCAL})
        if again:
            title, content = edit(title, self.rng), edit(content, self.rng)
        self.serial += 1
        return Told(self.serial, title, content, f"寿光市{town}{setting.spot}")


def made_collection(size, events, seed):
    """(matters, {key: event number}): `events` told two to four times, the rest once, half of it close by."""
    teller, told, label = Teller(seed), [], {}
    for number in range(events):
        event = teller.event()
        for turn in range(teller.rng.choice([2, 2, 3, 4])):
            matter = teller.tell(event, again=turn > 0)
            told.append(matter)
            label[matter.key] = number
        # The same pattern elsewhere in the town, and another trouble of the same spot.
        told.append(teller.tell(teller.event(town=event[1], pattern=event[0])))
        told.append(teller.tell(teller.event(town=event[1], spot=event[2])))
    while len(told) < size:
        told.append(teller.tell(teller.event()))
    return told, label


def rate_hints(told, label, *, with_place):
    right = shown = found = asked = false_alarms = fresh = 0
    for number, matter in enumerate(told):
        earlier = told[:number]
        same = {
            other.key
            for other in earlier
            if matter.key in label and label.get(other.key) == label[matter.key]
        }
        if matter.key in label and not same or matter.key not in label and number % 4:
            continue
        typed = matter if with_place else Told(matter.key, "", matter.content)
        hints = {alike.key for alike in find_alike(typed, earlier)}
        if same:
            asked += 1
            shown += len(hints)
            right += len(hints & same)
            found += bool(hints & same)
        else:
            fresh += 1
            false_alarms += bool(hints)
    return {
        "precision": right / max(shown, 1),
        "recall": found / max(asked, 1),
        "asked": asked,
        "false_alarms": false_alarms / max(fresh, 1),
        "fresh": fresh,
    }


def real_rows():
    """[(title, content)] of the ledger, or None where it is not there."""
    path = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "matters.xlsx"
    if not path.exists():
        return None
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[3:]
    return [(str(row[7]), str(row[8])) for row in rows]


def rate_real(rows, *, every=7):
    told = [Told(number, title, content) for number, (title, content) in enumerate(rows)]
    same_text = {}
    for number, (_title, content) in enumerate(rows):
        same_text.setdefault(content.strip(), set()).add(number)
    rng, right, shown, found, asked, first = random.Random(5), 0, 0, 0, 0, 0
    for number in range(0, len(rows), every):
        title, content = rows[number]
        hints = [alike.key for alike in find_alike(Told("typed", "", edit(content, rng)), told)]
        same = same_text[content.strip()]
        asked += 1
        shown += len(hints)
        right += len(set(hints) & same)
        found += bool(set(hints) & same)
        first += bool(hints) and hints[0] in same
    strangers = shown_to = 0
    for number in range(3, len(rows), every):
        title, content = rows[number]
        others = [other for other in told if other.key not in same_text[content.strip()]]
        strangers += bool(find_alike(Told("typed", "", content), others))
        shown_to += 1
    return {
        "precision": right / max(shown, 1),
        "recall": found / asked,
        "first": first / asked,
        "asked": asked,
        "hint_without_copy": strangers / shown_to,
    }


def hot_weeks(size=600, hot=25):
    """(matters, {key: pattern}): four weeks of a county, in which some troubles are told by many."""
    teller, told, patterns = Teller("topics"), [], {}
    for pattern in teller.rng.sample(teller.patterns, hot):
        town = teller.rng.choice(TOWNS)
        for _one in range(teller.rng.randrange(3, 10)):
            told.append(teller.tell(teller.event(town=town, pattern=pattern), again=True))
            patterns[told[-1].key] = pattern.title
    while len(told) < size:
        event = teller.event()
        told.append(teller.tell(event, again=True))
        patterns[told[-1].key] = event[0].title
    return told, patterns


def rate_topics(told, patterns):
    """Pairs put together against pairs of one trouble (pattern), among matters of the last weeks."""
    heard = [
        Heard(matter.key, matter.title, matter.content, matter.place, DAY - timedelta(days=number % 28))
        for number, matter in enumerate(told)
    ]
    topics = find_topics(heard, on=DAY, weeks=4)
    together = {pair for topic in topics for pair in combinations(sorted(topic.keys), 2)}
    by_trouble = {}
    for matter in told:
        by_trouble.setdefault(patterns[matter.key], []).append(matter.key)
    large = [keys for keys in by_trouble.values() if len(keys) >= 3]
    wanted = {pair for keys in large for pair in combinations(sorted(keys), 2)}
    return {
        "topics": len(topics),
        "precision": len(together & wanted) / max(len(together), 1),
        "recall": len(together & wanted) / max(len(wanted), 1),
        "troubles": len(large),
    }


def time_queries(size):
    told, _label = made_collection(size, size // 60, "speed")
    asked = told[:: size // 40]
    find_alike(asked[0], told)
    took = []
    for matter in asked:
        started = time.perf_counter()
        find_alike(matter, told)
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    return took[len(took) // 2], took[-1]


def main():
    told, label = made_collection(2400, 220, "hints")
    for with_place, words in ((True, "text and place"), (False, "text alone, while typing")):
        rated = rate_hints(told, label, with_place=with_place)
        print(
            f"hint, made texts, {words}: precision {rated['precision']:.2f} recall {rated['recall']:.2f} "
            f"({rated['asked']} tellings); false alarms {rated['false_alarms']:.2f} of {rated['fresh']} fresh matters"
        )
    rows = real_rows()
    if rows is None:
        print("hint, real texts: skipped, no matters.xlsx under SHARED_DATA")
    else:
        rated = rate_real(rows)
        print(
            f"hint, real texts (edited variants): precision {rated['precision']:.2f} recall {rated['recall']:.2f} "
            f"first {rated['first']:.2f} ({rated['asked']} of {len(rows)}); a hint where no copy exists: "
            f"{rated['hint_without_copy']:.2f}"
        )
    rated = rate_topics(*hot_weeks())
    print(
        f"topics, made texts: precision {rated['precision']:.2f} recall {rated['recall']:.2f} of pairs "
        f"({rated['topics']} topics found, {rated['troubles']} troubles told three times and more)"
    )
    middle, worst = time_queries(21_000)
    print(f"comparing with 21,000 matters in memory: median {middle:.0f} ms, worst {worst:.0f} ms")


if __name__ == "__main__":
    main()
