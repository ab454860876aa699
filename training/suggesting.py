"""Which courses to offer, from what representatives say they need (R32). Pure: answers in, ranked courses out.

A course counts for whoever chose it, and for whoever did not but wrote one of its keywords: what is lacking is often
said in one's own words. Who has had the course lately, or has a place in it, is told apart, and ranks it lower.
"""

from collections import Counter
from dataclasses import dataclass, field

CHOSEN = 2
WRITTEN = 1
"""A choice tells more than a word that happens to stand in a sentence."""
CLASS_SIZE = 50
"""As many as learn well in one room."""


@dataclass(frozen=True)
class Offer:
    code: str
    name: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    person: int
    chosen: frozenset = frozenset()
    words: str = ""
    field: str = ""
    """Her field of work (行业领域)."""


@dataclass
class Suggestion:
    code: str
    name: str
    score: int = 0
    chosen: list = field(default_factory=list)
    written: list = field(default_factory=list)
    had: list = field(default_factory=list)
    """People (ids) who chose it, who wrote of it, and who have had it lately."""
    fields: list = field(default_factory=list)
    """[(field, how many)] of those who still need it, the most first."""
    classes: int = 0

    @property
    def people(self):
        """Who still needs it."""
        had = set(self.had)
        return [person for person in (*self.chosen, *self.written) if person not in had]

    @property
    def why(self):
        parts = []
        if self.chosen:
            parts.append(f"{len(self.chosen)} 人选了这门课")
        if self.written:
            parts.append(f"{len(self.written)} 人在说明里写到")
        if self.fields:
            name, count = self.fields[0]
            parts.append(f"以{name}最多（{count} 人）")
        if self.had:
            parts.append(f"其中 {len(self.had)} 人近一年学过或已排上")
        return "，".join(parts) + "。"


def suggest(offers, answers, *, had=()):
    """[Suggestion], the most needed first; courses that nobody needs stay out.

    `had`: pairs (person, course code) of those who have had it lately.
    """
    done = set(had)
    found = []
    for offer in offers:
        one = Suggestion(offer.code, offer.name)
        counted = Counter()
        for answer in answers:
            if offer.code in answer.chosen:
                one.chosen.append(answer.person)
            elif any(word and word in answer.words for word in offer.keywords):
                one.written.append(answer.person)
            else:
                continue
            if (answer.person, offer.code) in done:
                one.had.append(answer.person)
                continue
            one.score += CHOSEN if offer.code in answer.chosen else WRITTEN
            if answer.field:
                counted[answer.field] += 1
        if one.score:
            one.fields = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
            one.classes = -(-len(one.people) // CLASS_SIZE)
            found.append(one)
    return sorted(found, key=lambda one: (-one.score, one.name, one.code))
