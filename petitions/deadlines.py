"""How the date of a step is computed, and how that is told (R58)."""

from django.db.models import Q
from django.utils import timezone

from accounts.scope import STEP
from petitions.enums import Step
from petitions.models import TimeLimit
from workdays.queries import load_calendar


class TimeLimits:
    """Versions of rules in memory: which one counts for a step on a day.

    The newest version in force on the day counts for each rule; of the rules that fit, the one about the deepest
    category, then the one about the kind, then the one about the level, then the general one.
    """

    def __init__(self, rows):
        self._versions = {}
        for row in rows:
            path = row.category.path if row.category_id else ""
            self._versions.setdefault((row.step, row.kind, row.level, path), []).append(row)
        for versions in self._versions.values():
            versions.sort(key=lambda row: row.in_force_from, reverse=True)

    @classmethod
    def load(cls):
        """All rules in one query, for bulk work."""
        return cls(TimeLimit.objects.select_related("category"))

    @classmethod
    def load_for(cls, step, kind, *, level="", category=None):
        """The rules that can speak of this one step, in one query."""
        paths = _lineage(category)
        fits = Q(step=step, kind__in=["", kind], level__in=["", level])
        fits &= Q(category=None) | Q(category__path__in=paths)
        return cls(TimeLimit.objects.filter(fits).select_related("category"))

    def find(self, step, kind, *, on, level="", category=None):
        """The TimeLimit that counts on the day, or None where none is set."""
        for path in [*_lineage(category), ""]:
            for of_kind in dict.fromkeys([kind, ""]):
                for of_level in dict.fromkeys([level, ""]):
                    limit = self._in_force((step, of_kind, of_level, path), on)
                    if limit is not None and not limit.is_repealed:
                        return limit
        return None

    def _in_force(self, key, on):
        return next((row for row in self._versions.get(key, ()) if row.in_force_from <= on), None)


def _lineage(category):
    """Paths of the category and those above it, the deepest first."""
    path = category.path if category else ""
    return [path[:end] for end in range(len(path), 0, -STEP)]


def step_due(step, kind, *, at, level="", category=None, calendar=None, limits=None):
    """(due date, explanation) of a step whose clock starts at `at`; (None, {}) where no limit is set.

    The explanation is plain JSON kept with the matter: the page tells how the date came about even after the
    limits or the calendar have changed. `limits` is a `TimeLimits` read beforehand, for bulk work.
    """
    start = timezone.localtime(at).date()
    limits = limits or TimeLimits.load_for(step, kind, level=level, category=category)
    limit = limits.find(step, kind, on=start, level=level, category=category)
    if limit is None:
        return None, {}
    deadline = (calendar or load_calendar()).add_workdays(start, limit.work_days)
    return deadline.date, {
        "step": step,
        "label": str(Step(step).label),
        "start": start.isoformat(),
        "due": deadline.date.isoformat(),
        "work_days": limit.work_days,
        "source": limit.source,
        "applies_to": applies_to(limit),
        **told_days(deadline),
    }


def limit_of(step, petition, *, on):
    """The rule for this matter on the day (how many work days one may take to hand it back, how many it may be
    extended by …), or None."""
    asked = {"level": petition.organization.kind, "category": petition.category}
    return TimeLimits.load_for(step, petition.kind, **asked).find(step, petition.kind, on=on, **asked)


def with_line(explained, **line):
    """The explanation with one more line: an extension or a pause, in the order in which they came."""
    return {**explained, "lines": [*explained.get("lines", ()), line]}


def with_last_line(explained, **more):
    """The explanation with its last line completed."""
    *lines, last = explained["lines"]
    return {**explained, "lines": [*lines, {**last, **more}]}


def applies_to(limit):
    """What the rule speaks of, in words; empty for the general rule."""
    parts = [
        limit.get_kind_display() if limit.kind else "",
        limit.get_level_display() if limit.level else "",
        limit.category.full_name if limit.category_id else "",
    ]
    return " · ".join(part for part in parts if part)


def told_days(deadline):
    """The days passed over on the way, as the explanation keeps them."""
    return {
        "skipped": [{"date": day.date.isoformat(), "reason": day.reason} for day in deadline.skipped],
        "provisional": deadline.provisional,
    }
