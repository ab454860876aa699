"""What a draft would have done in a year that is over: its suggestions beside those that were made. Nothing is written.

The scores come from the statement of `computing.py` that scores the real thing; the suggestions from `scoring.py`.
"""

from collections import Counter
from dataclasses import dataclass, field

from accounts.scope import STEP, under
from evaluations.computing import scored_rows
from evaluations.enums import CycleStatus, Grade
from evaluations.models import Cycle, Evaluation
from evaluations.scoring import suggest

ORDER = (*Grade.values, "")
"""From the top; "" has no score."""


@dataclass
class Tally:
    """Of one county, or of all: how many of each grade, and how many change."""

    path: str = ""
    name: str = ""
    now: Counter = field(default_factory=Counter)
    then: Counter = field(default_factory=Counter)
    changed: int = 0
    people: int = 0

    @property
    def grades(self):
        """[(now, with the draft)] from excellent to incompetent."""
        return [(self.now[grade], self.then[grade]) for grade in Grade.values]


@dataclass(frozen=True)
class Change:
    evaluation_id: int
    path: str
    now: str
    then: str
    score_now: int | None
    score_then: int | None

    @property
    def is_better(self):
        return ORDER.index(self.then) < ORDER.index(self.now)


@dataclass
class Trial:
    year: int
    whole: Tally
    counties: list
    changes: list
    """Whose suggestion would change; those who fall first, then by place."""


def cycles_to_try(scheme, user):
    """Cycles of its place and below in which grades have been suggested."""
    return Cycle.objects.of_office(user).filter(
        under("organization__path", [scheme.organization.path]),
        kind=scheme.kind,
        status__in=(CycleStatus.DECIDING, *CycleStatus.told()),
    )


def years_to_try(scheme, user):
    rows = cycles_to_try(scheme, user).order_by("-year").values_list("year", flat=True)
    return list(rows.distinct())


def try_scheme(scheme, year, user):
    """The draft on all cycles of one year that the user's office has."""
    counties, changes = {}, []
    whole = Tally()
    for cycle in cycles_to_try(scheme, user).filter(year=year).order_by("pk"):
        rows = Evaluation.objects.filter(cycle=cycle).appraised()
        if scheme.level:
            rows = rows.filter(mandate__level=scheme.level)
        rows = rows.order_by("organization__path", "pk")
        rows = list(rows.values_list("pk", "organization__path", "suggested_grade", "score"))
        scores = scored_rows(cycle, scheme)
        found = suggest(
            {pk: scores.get(pk) for pk, *_rest in rows},
            scheme.lines,
            quota_percent=scheme.excellent_quota_percent,
        )
        for pk, path, now, score in rows:
            then = found[pk][0] or ""
            county = counties.setdefault(path[: STEP * 2], Tally(path=path[: STEP * 2]))
            for tally in (whole, county):
                tally.people += 1
                tally.now[now] += 1
                tally.then[then] += 1
                tally.changed += then != now
            if then != now:
                changes.append(Change(pk, path, now, then, score, scores.get(pk)))
    changes.sort(key=lambda change: (change.is_better, change.path, change.evaluation_id))
    return Trial(year, whole, [counties[path] for path in sorted(counties)], changes)


def with_rows(changes):
    """The changes of one page with the rows that they are about: [(change, Evaluation)]."""
    ids = [change.evaluation_id for change in changes]
    rows = Evaluation.objects.with_names().in_bulk(ids)
    return [(change, rows[change.evaluation_id]) for change in changes]
