"""Figures about the duty file: honours, and objections to its entries (R73)."""

from datetime import timedelta

from django.db.models import Q

from accounts.scope import under
from records.metrics import Metric, Pair, register
from representatives.enums import ObjectionStatus
from representatives.metrics.links import end_of
from representatives.models import DutyObjection, Honour

HONOURS = "起始日至截至日（含当日）授予、截至日没有撤销的荣誉，按代表所在地归口。"
OBJECTIONS = "代表本人对履职记录提出的异议，本人收回的除外，按代表所在地归口。"


def _honours(organization, start, as_of):
    rows = Honour.objects.filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gte=end_of(as_of)),
        under("mandate__organization__path", [organization.path]),
        granted_date__range=(start, as_of),
    )
    return rows.select_related("mandate__person", "mandate__organization")


def _objections(organization):
    rows = DutyObjection.objects.filter(under("mandate__organization__path", [organization.path]))
    rows = rows.exclude(status=ObjectionStatus.WITHDRAWN)
    return rows.select_related("mandate__person", "mandate__organization", "record")


def _raised(organization, start, as_of):
    return _objections(organization).filter(
        made_at__gte=end_of(start - timedelta(days=1)), made_at__lt=end_of(as_of)
    )


def _open(organization, _start, as_of):
    rows = _objections(organization).filter(made_at__lt=end_of(as_of))
    return rows.filter(Q(answered_at=None) | Q(answered_at__gte=end_of(as_of)))


def _declare(code, name, unit, definition, queryset, **more):
    register(Metric(code, name, unit, definition, Pair.ABILITY, queryset, **more))


_declare("honours", "荣誉表彰", "项", HONOURS, _honours)
_declare(
    "honours_people",
    "获得荣誉的党代表（人）",
    "名",
    f"{HONOURS}去掉重复，一人只计一名。",
    _honours,
    distinct="mandate__person",
)
_declare("objections", "履职记录异议", "件", f"起始日至截至日（含当日）提出的。{OBJECTIONS}", _raised)
_declare("objections_open", "待答复的履职记录异议", "件", f"截至日已提出、还没有答复的。{OBJECTIONS}", _open)
