"""三同 (R38): what a mentor and her mentee did at the same place and time, drawn from the sessions themselves. Nobody
types it in. Upper rooms register what they know of: research trips and activities."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from studios.enums import DayStatus, DutyStatus
from studios.models import Companion, Duty
from studios.notices import day_link
from training.enums import Together
from training.models import Enrolment
from training.notices import desk_link

_SOURCES = []


@dataclass(frozen=True)
class Shared:
    """One session that both were at. `desk`: where it is found there."""

    kind: str
    on: date
    what: str
    desk: str = ""

    @property
    def label(self):
        return Together(self.kind).label


def register_together(kind, find: Callable):
    """`find(people)` gives, for some people, (session key, person id, day, what, address) of each that came."""
    _SOURCES.append((kind, find))


def shared_sessions(pairs):
    """{pair id: [Shared], the newest first}; a few queries, however many pairs."""
    pairs = list(pairs)
    people = {pair.mentee_id for pair in pairs} | {pair.mentor.person_id for pair in pairs}
    found = {pair.pk: [] for pair in pairs}
    for kind, find in _SOURCES:
        came, told = defaultdict(dict), {}
        for key, person, day, what, desk in find(people):
            came[person][key] = day
            told[key] = (what, desk)
        for pair in pairs:
            both = came[pair.mentee_id].keys() & came[pair.mentor.person_id].keys()
            found[pair.pk] += [
                Shared(kind, came[pair.mentee_id][key], *told[key])
                for key in both
                if _within(pair, came[pair.mentee_id][key])
            ]
    for rows in found.values():
        rows.sort(key=lambda one: (one.on, one.what), reverse=True)
    return found


def _within(pair, day):
    return pair.start_date <= day and (pair.ended_date is None or day <= pair.ended_date)


def count_by_kind(shared):
    """[(label, number)] of the three, also of those of which there is nothing yet."""
    kinds = [one.kind for one in shared]
    return [(kind.label, kinds.count(kind)) for kind in Together]


def _at_receptions(people):
    """Who sat, and who was entered as sitting beside."""
    held = Q(day__status=DayStatus.HELD)
    sat = Duty.objects.filter(held, person__in=people, status=DutyStatus.SERVED)
    beside = Companion.objects.filter(held, person__in=people)
    for rows in (sat, beside):
        for row in rows.select_related("day__studio").order_by():
            yield row.day_id, row.person_id, row.day.date, row.day.studio.name, day_link(row.day)


def _at_trainings(people):
    rows = Enrolment.objects.attended().filter(person__in=people).select_related("training").order_by()
    for row in rows:
        yield (
            row.training_id,
            row.person_id,
            row.training.start_date,
            row.training.title,
            desk_link(row.training),
        )


register_together(Together.DUTY, _at_receptions)
register_together(Together.ACTIVITY, _at_trainings)
