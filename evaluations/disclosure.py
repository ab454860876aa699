"""Who may be told what of an appraisal, and when (PIPL Art. 24; sealed marks; grades that are not yet told).

Every door asks here before it shows a mark, a mean, a score or a grade.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from accounts.enums import Role
from accounts.scope import Scope, under
from evaluations.enums import CycleStatus, EvaluationStatus
from studios.models import Keeper

DECIDERS = (Role.ORGANIZER, Role.LEADER)
"""Who prepares and takes the decision."""
INSIDERS = (*DECIDERS, Role.ASSESSOR)


@dataclass(frozen=True)
class Knows:
    """What one reader may be told of one evaluation today. Ledger points are nobody's secret."""

    is_hers: bool
    report: bool
    """The self-report, the self-mark and what it brought: not before it is handed in."""
    committee: bool
    """Mean and number of the committee's marks: not before all sheets are sealed and opened together."""
    survey: bool
    score: bool
    """The total and the grade that follows from it; it would give the means away by subtraction."""
    decision: bool
    """The decided grade and its reason: those who decide, and everybody else once it is told."""
    sees_all: bool
    """The time line, in which grades stand."""


class Reader:
    """One reader, asked about many evaluations: her posts and venues are read once."""

    def __init__(self, user):
        self.user = user
        self.scope = Scope.of(user)

    @cached_property
    def _kept(self):
        return set(Keeper.objects.studios_of(self.user).values_list("studio_id", flat=True))

    def knows(self, evaluation):
        cycle, place = evaluation.cycle, evaluation.organization
        decides = self.scope.covers(place, *DECIDERS)
        inside = decides or self.scope.covers(place, *INSIDERS)
        hers = self._is_hers(evaluation)
        told = evaluation.is_told
        opened = cycle.status in (CycleStatus.DECIDING, *CycleStatus.told())
        return Knows(
            is_hers=hers,
            report=hers or (inside and is_handed_in(evaluation)),
            committee=told or (inside and opened),
            survey=told or decides or (inside and opened),
            score=told or (inside and opened),
            decision=told or decides,
            sees_all=decides,
        )

    def _is_hers(self, evaluation):
        if evaluation.studio_id:
            return evaluation.studio_id in self._kept
        return evaluation.mandate.person.user_id == self.user.pk


def with_known_grade(rows, user):
    """Those of `rows` whose decided grade the user may know: a filter by grade must not tell what the row does not."""
    decides = under("organization__path", Scope.of(user).prefixes(*DECIDERS))
    told = Q(
        cycle__status__in=CycleStatus.told(), status__in=(EvaluationStatus.DECIDED, EvaluationStatus.FINAL)
    )
    return rows.filter(decides | told)


def is_handed_in(evaluation):
    """A draft is its writer's alone, also when the day passed and it was never handed in."""
    return evaluation.reported_at is not None and evaluation.status != EvaluationStatus.PENDING
