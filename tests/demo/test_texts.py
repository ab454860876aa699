import csv
import random
from datetime import date
from pathlib import Path

import pytest

from petitions.enums import Kind
from portal.demo.texts import Setting, load_patterns, write_matter, write_reply

ROOT = Path(__file__).parents[2]
PATTERNS = load_patterns()


def codes(path, column="code"):
    with (ROOT / path).open(encoding="utf-8") as lines:
        return {row[column] for row in csv.DictReader(lines)}


def setting():
    return Setting(town="洛城街道", county="寿光市", day=date(2022, 5, 10))


def test_there_are_enough_patterns_for_a_city():
    assert len(PATTERNS) >= 150
    assert len({pattern.title for pattern in PATTERNS}) == len(PATTERNS)


def test_every_leaf_category_has_a_pattern():
    leaves = {code for code in codes("petitions/data/categories.csv") if code.count("-") == 2}
    assert {pattern.category for pattern in PATTERNS} == leaves


def test_units_and_kinds_exist():
    units = {code.split("-U")[1] for code in codes("accounts/data/weifang_organizations.csv") if "-U" in code}
    assert {pattern.unit for pattern in PATTERNS} - units == set()
    assert {kind for pattern in PATTERNS for kind in pattern.kinds} == set(Kind.values)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.title[:12])
def test_a_pattern_leaves_no_gap(pattern):
    rng = random.Random(7)
    for _turn in range(12):
        place = setting()
        for kind in pattern.kinds:
            title, content = write_matter(pattern, place, kind=kind, channel="phone", rng=rng)
            replies = [write_reply(pattern, place, kind=kind, outcome=outcome, rng=rng) for outcome in "ABCD"]
            assert 4 <= len(title) <= 100
            assert set("[]{}|") & set("".join([title, content, *replies])) == set()
        assert place.spot


def test_reply_speaks_of_the_same_place_as_the_matter():
    pattern = next(
        pattern
        for pattern in PATTERNS
        if pattern.category == "education-school-bus" and "{village}" in pattern.deed
    )
    place = setting()
    title, _content = write_matter(pattern, place, kind="request", channel="box", rng=random.Random(1))
    reply = write_reply(pattern, place, kind="request", outcome="A", rng=random.Random(2))
    assert place.filled["village"] in title
    assert place.filled["village"] in reply


def test_the_same_seed_writes_the_same_words():
    def words():
        return write_matter(PATTERNS[3], setting(), kind="request", channel="web", rng=random.Random(5))

    assert words() == words()


def test_seasons_and_coasts_are_kept():
    heating = next(pattern for pattern in PATTERNS if pattern.category == "housing-heating-temperature")
    salt = next(pattern for pattern in PATTERNS if pattern.category == "land-sea-salt")
    assert (heating.suits(date(2022, 1, 5), "370783"), heating.suits(date(2022, 7, 5), "370783")) == (
        True,
        False,
    )
    assert (salt.suits(date(2022, 7, 5), "370783"), salt.suits(date(2022, 7, 5), "370724")) == (True, False)
