"""Whom an assessor does not mark (回避): herself, colleagues of one unit, those she is paired or linked with."""

from django.db.models import Q

from evaluations.enums import ConflictKind
from evaluations.models import Evaluation, Mark
from representatives.models import ContactLink, Person
from studios.models import Keeper
from training.models import MentorPair


def find_conflicts(assessor):
    """Write down with whom she has to do among those appraised; what she declared herself stays. Returns how many."""
    rows = Evaluation.objects.filter(cycle=assessor.cycle_id).order_by()
    found = {}
    if assessor.cycle.is_of_venues:
        kept = Keeper.objects.filter(user=assessor.user_id, end_date=None).values("studio")
        led = Q(studio__lead__person__user=assessor.user_id)
        _add(found, rows.filter(Q(studio__in=kept) | led), ConflictKind.SELF)
    else:
        person = Person.objects.filter(user=assessor.user_id).first()
        if person is not None:
            _add(found, rows.filter(mandate__person=person), ConflictKind.SELF)
            if person.employer:
                same = rows.filter(mandate__person__employer=person.employer)
                _add(found, same, ConflictKind.SAME_UNIT)
            pairs = MentorPair.objects.filter(ended_date=None)
            mentees = pairs.filter(mentor__person=person).values("mentee")
            mentors = pairs.filter(mentee=person).values("mentor__person")
            either = Q(mandate__person__in=mentees) | Q(mandate__person__in=mentors)
            _add(found, rows.filter(either), ConflictKind.PAIR)
        linked = ContactLink.objects.open().filter(cadre=assessor.user_id).values("mandate__person")
        _add(found, rows.filter(mandate__person__in=linked), ConflictKind.LINKED)
    Mark.objects.bulk_create(
        [Mark(assessor=assessor, evaluation_id=pk, conflict=kind) for pk, kind in found.items()],
        update_conflicts=True,
        unique_fields=["assessor", "evaluation"],
        update_fields=["conflict"],
        batch_size=500,
    ) if found else None
    return len(found)


def _add(found, rows, kind):
    for pk in rows.values_list("pk", flat=True):
        found.setdefault(pk, kind)
