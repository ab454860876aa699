"""Suggestions for a place: which of its young representatives have no mentor, and who could take each of them on; and
for one young cadre, the mentors nearest to her (R34–R36)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.errors import DomainError
from accounts.scope import under
from representatives.enums import Level
from representatives.models import Mandate
from training.actions.pairs import make_pair
from training.enums import PairKind
from training.models import MentorPair
from training.pair_policies import PairPolicies
from training.pairing import Mentor, Young, fit, propose

MOST_SHOWN = 50


@dataclass(frozen=True)
class Suggestion:
    mentor: Mandate
    young: Mandate | None
    points: int
    reasons: tuple

    @property
    def reason(self):
        return "，".join(self.reasons)


def youngest_birth(limit, *, on):
    """The earliest month of birth of somebody who is not older than `limit` on that day."""
    return date(on.year - limit - 1, on.month, 1)


def mentors_of(organization):
    """Mandates of the city or above in the same county as the place (or everywhere, for the city itself), with how many
    young people each person has taken on: `load`."""
    taken = MentorPair.objects.active().filter(mentor__person=OuterRef("person")).order_by()
    rows = Mandate.objects.in_office().filter(
        under("organization__path", [organization.county_path]), level__in=Level.city_and_above()
    )
    counted = taken.values("mentor__person").annotate(number=Count("pk")).values("number")
    return rows.annotate(load=_or_zero(counted)).select_related("person", "organization")


def _or_zero(subquery):
    return Coalesce(Subquery(subquery, output_field=IntegerField()), Value(0))


def young_representatives(organization, *, on):
    """Mandates of the place whose people are young enough, have no mentor, and are none by their own level."""
    limit = PairPolicies().at(organization).representative_age
    paired = MentorPair.objects.active().filter(kind=PairKind.REPRESENTATIVE, mentee=OuterRef("person"))
    rows = Mandate.objects.in_office().filter(
        ~Exists(paired),
        under("organization__path", [organization.path]),
        ~Q(level__in=Level.city_and_above()),
        person__birth_month__gt=youngest_birth(limit, on=on),
    )
    return rows.select_related("person", "organization").order_by("pk")


def suggest_pairs(organization, *, on, limit=MOST_SHOWN):
    """[Suggestion] for young representatives of the place, each person once."""
    mandates = {}
    for mandate in young_representatives(organization, on=on):
        mandates.setdefault(mandate.person_id, mandate)
    mentors = {mandate.pk: mandate for mandate in mentors_of(organization)}
    chosen = propose(
        [Mentor(m.pk, m.organization.path, m.field, m.load) for m in mentors.values()],
        [Young(m.pk, m.organization.path, m.field, m.person_id) for m in mandates.values()],
        most=PairPolicies().at(organization).most_mentees,
        people={pk: mandate.person_id for pk, mandate in mentors.items()},
    )
    by_pk = {mandate.pk: mandate for mandate in mandates.values()}
    best = sorted(chosen, key=lambda one: -one.points)[:limit]
    return [Suggestion(mentors[one.mentor], by_pk[one.young], one.points, one.reasons) for one in best]


def suggest_mentors(organization, field, *, limit=10):
    """[Suggestion] of mentors for somebody of that place and field, the best first."""
    young = Young(0, organization.path, field)
    most = PairPolicies().at(organization).most_mentees
    rows = []
    for mandate in mentors_of(organization):
        points, reasons = fit(Mentor(mandate.pk, mandate.organization.path, mandate.field), young)
        if points and mandate.load < most:
            told = (*reasons, f"已带 {mandate.load} 人") if mandate.load else reasons
            rows.append((-points, mandate.load, mandate.pk, Suggestion(mandate, None, points, told)))
    return [row[-1] for row in sorted(rows, key=lambda row: row[:3])[:limit]]


def pair_suggested(suggestions, *, by, at):
    """Make pairs of what was ticked. Returns ([pairs], [(suggestion, why not)])."""
    today = timezone.localdate(at)
    made, refused = [], []
    for one in suggestions:
        try:
            made.append(
                make_pair(
                    by=by,
                    at=at,
                    kind=PairKind.REPRESENTATIVE.value,
                    mentor=one.mentor,
                    mentee=one.young.person,
                    organization=one.young.organization,
                    start_date=today,
                    planned_end_date=today.replace(year=today.year + 1, day=min(today.day, 28)),
                    goal="熟悉代表职责，能独立接待群众、办理意见",
                    reason=one.reason,
                )
            )
        except DomainError as fault:
            refused.append((one, fault.message))
    return made, refused
