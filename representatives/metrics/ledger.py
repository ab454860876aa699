"""Figures about the duty ledger as a whole: how much stands in it, and for how many people."""

from django.db.models import Q

from accounts.scope import under
from records.metrics import Metric, Pair, register
from representatives.metrics.links import end_of
from representatives.models import DutyRecord

LINES = "起始日至截至日（含当日）发生、截至日没有冲销的履职记录，由办事动作自动记下；按代表所在地归口。"


def _lines(organization, start, as_of):
    rows = DutyRecord.objects.filter(
        Q(reversed_at=None) | Q(reversed_at__gte=end_of(as_of)),
        under("mandate__organization__path", [organization.path]),
        on__range=(start, as_of),
    )
    return rows.select_related("mandate__person", "mandate__organization")


def _declare(code, name, unit, definition, **more):
    register(Metric(code, name, unit, definition, Pair.ABILITY, _lines, **more))


_declare("duty_lines", "履职记录", "条", LINES)
_declare(
    "duty_people",
    "有履职记录的党代表（人）",
    "名",
    f"{LINES}去掉重复，一人只计一名。",
    distinct="mandate__person",
)
