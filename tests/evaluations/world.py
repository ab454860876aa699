"""Builders of the yearly appraisal: a small scheme, a cycle of 寿光市, and lines in the ledger."""

from datetime import date
from itertools import count

from django.utils import timezone

from evaluations.enums import CycleStatus, EvaluationStatus, IndicatorSource, SchemeStatus, SubjectKind
from evaluations.models import Assessor, Cycle, Evaluation, Indicator, Scheme
from representatives.enums import DutyKind
from representatives.models import DutyRecord

_serial = count(1)

PEOPLE = (
    # code, source, kinds, target, weight
    ("reception", IndicatorSource.LEDGER, [DutyKind.RECEPTION], 2, 40),
    ("training", IndicatorSource.LEDGER, [DutyKind.TRAINING], 1, 20),
    ("report", IndicatorSource.SELF_REPORT, [], 100, 10),
    ("committee", IndicatorSource.COMMITTEE, [], 100, 30),
)
VENUES = (
    ("targets", IndicatorSource.TARGETS, [], 100, 40),
    ("checklist", IndicatorSource.CHECKLIST, [], 100, 20),
    ("committee", IndicatorSource.COMMITTEE, [], 100, 40),
)


def make_scheme(city, *, kind=SubjectKind.REPRESENTATIVE, year=None, rows=None, status="in_use", **fields):
    """驻室接待 2 次 40 分, 培训 1 次 20 分, 述职 10 分, 测评 30 分; in use unless told otherwise."""
    year = year or timezone.localdate().year
    fields.setdefault("organization", city.county)
    fields.setdefault("title", f"{year}年考评办法")
    scheme = Scheme.objects.create(kind=kind, year=year, status=status, **fields)
    if scheme.status == SchemeStatus.IN_USE and scheme.approved_at is None:
        scheme.approved_at = timezone.now()
        scheme.save(update_fields=["approved_at"])
    if rows is None:
        rows = VENUES if kind == SubjectKind.STUDIO else PEOPLE
    for position, (code, source, kinds, target, weight) in enumerate(rows, start=1):
        make_indicator(
            scheme, code=code, source=source, kinds=kinds, target=target, weight=weight, position=position
        )
    return scheme


def make_indicator(scheme, *, code=None, source=IndicatorSource.LEDGER, weight=10, target=1, **fields):
    code = code or f"indicator-{next(_serial)}"
    fields.setdefault("name", code)
    fields["kinds"] = [str(kind) for kind in fields.get("kinds", [])]
    return Indicator.objects.create(
        scheme=scheme, code=code, source=source, weight=weight, target=target, **fields
    )


def make_cycle(
    city, *, kind=SubjectKind.REPRESENTATIVE, year=None, status=CycleStatus.DRAFT, scheme=None, **fields
):
    """A cycle of 寿光市 with its dates in the spring after; `scheme=False` leaves it without one in use.

    `status` is only written down: who needs what the verbs do calls them.
    """
    year = year or timezone.localdate().year
    fields.setdefault("organization", city.county)
    fields.setdefault("title", f"寿光市{year}年度党代表考评")
    if scheme is None and not Scheme.objects.in_use().filter(kind=kind, year=year).exists():
        make_scheme(city, kind=kind, year=year, organization=fields["organization"])
    dates = {
        "period_start": date(year, 1, 1),
        "period_end": date(year, 12, 31),
        "cut_off_date": date(year, 12, 31),
        "open_date": date(year + 1, 1, 5),
        "report_due_date": date(year + 1, 1, 20),
        "assess_due_date": date(year + 1, 2, 5),
        "decide_due_date": date(year + 1, 2, 20),
    }
    return Cycle.objects.create(kind=kind, year=year, status=status, **dates | fields)


def make_evaluation(cycle, subject, *, scheme=None, status=EvaluationStatus.PENDING, **fields):
    """Of a mandate or a venue, in the cycle's scheme."""
    scheme = scheme or Scheme.objects.in_use().filter(kind=cycle.kind, year=cycle.year).first()
    about = {"studio": subject} if cycle.is_of_venues else {"mandate": subject}
    return Evaluation.objects.create(
        cycle=cycle, scheme=scheme, organization=subject.organization, status=status, **about | fields
    )


def make_assessor(cycle, user, **fields):
    return Assessor.objects.create(cycle=cycle, user=user, **fields)


def add_records(mandate, kind, *, times=1, on, quantity=1):
    """Lines of the ledger with sources of their own."""
    rows = [
        DutyRecord(
            mandate=mandate,
            kind=kind,
            on=on,
            quantity=quantity,
            source_type="tests.source",
            source_id=next(_serial),
        )
        for _ in range(times)
    ]
    return DutyRecord.objects.bulk_create(rows)
