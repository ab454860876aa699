"""What of the appraisal and the duty files waits for whoever opens the desk."""

from django.db.models import Count, OuterRef, Subquery, Value
from django.urls import reverse
from django.utils import timezone

from accounts.admin_site import Task
from accounts.enums import Role
from accounts.scope import Scope, under
from evaluations.enums import CycleStatus, EvaluationStatus, ImprovementStatus
from evaluations.models import Appeal, Assessor, Evaluation, Improvement, ReminderTalk
from records.papers.words import day
from representatives.models import DutyObjection

WAITS = {
    "appeal": ("申诉等答复", "{} 件，答复前不会定档", "evaluations_appeal", "status__exact=lodged"),
    "talk": ("提醒谈话过了日期", "{} 次还没有谈或没有回访", "evaluations_remindertalk", "due=late"),
    "improvement": ("改进事项等验收", "{} 项", "evaluations_improvement", "due=done"),
    "objection": ("履职档案的异议等答复", "{} 件", "representatives_dutyobjection", "status__exact=open"),
}
"""{what: (label, words about how many, list, its filter)}"""


def waiting(request):
    """Three queries at most: her own sheets, cycles to decide, and how many of each other kind."""
    scope, on = Scope.of(request.user), timezone.localdate()
    found = []
    if scope.has(Role.ASSESSOR, Role.ORGANIZER, Role.LEADER):
        found += [_sheet(seat, on=on) for seat in _open_seats(request.user)]
    if scope.has(Role.ORGANIZER):
        places = scope.prefixes(Role.ORGANIZER)
        found += [*_decisions(places, on=on), *_counts(places, on=on)]
    return found


def _open_seats(user):
    everybody = Evaluation.objects.filter(cycle=OuterRef("cycle")).appraised().order_by().values("cycle")
    seats = Assessor.objects.seats_of(user).counting().filter(sealed_at=None)
    return (
        seats.filter(cycle__status=CycleStatus.ASSESSING)
        .select_related("cycle")
        .with_done()
        .annotate(whole=Subquery(everybody.annotate(n=Count("pk")).values("n")))
        .order_by("cycle__assess_due_date", "pk")
    )


def _sheet(seat, *, on):
    due = seat.cycle.assess_due_date
    left = (seat.whole or 0) - seat.done
    words = f"还有 {left} 个没打分" if left > 0 else "都打完了，请封存"
    link = reverse("admin:evaluations_assessor_change", args=[seat.pk])
    return Task(f"测评表：{seat.cycle.title}", f"{words}，{day(due)}截止", link, is_late=due < on)


def _decisions(places, *, on):
    undecided = Evaluation.objects.filter(
        under("cycle__organization__path", places),
        cycle__status=CycleStatus.DECIDING,
        status__in=EvaluationStatus.undecided(),
    )
    named = undecided.values_list("cycle", "cycle__title", "cycle__decide_due_date").order_by()
    for cycle, title, due, count in named.annotate(n=Count("pk")).order_by("cycle__decide_due_date"):
        link = reverse("admin:evaluations_cycle_change", args=[cycle])
        yield Task(f"评定：{title}", f"还有 {count} 个没登记评定，{day(due)}截止", link, is_late=due < on)


def _counts(places, *, on):
    rows = {
        "appeal": Appeal.objects.open().filter(under("evaluation__cycle__organization__path", places)),
        "talk": ReminderTalk.objects.late(on=on).filter(under("evaluation__organization__path", places)),
        "improvement": Improvement.objects.filter(
            under("evaluation__organization__path", places), status=ImprovementStatus.DONE
        ),
        "objection": DutyObjection.objects.open().filter(under("mandate__organization__path", places)),
    }
    counted = [
        each.order_by()
        .annotate(what=Value(what))
        .values("what")
        .annotate(n=Count("pk"))
        .values_list("what", "n")
        for what, each in rows.items()
    ]
    counts = dict(counted[0].union(*counted[1:], all=True))
    for what, (label, words, page, query) in WAITS.items():
        if counts[what]:
            link = f"{reverse(f'admin:{page}_changelist')}?{query}"
            yield Task(label, words.format(counts[what]), link, is_late=what == "talk")
