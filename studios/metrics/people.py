"""Figures about who helps at the venues and who sits beside the representatives (R37, R38)."""

from django.db.models import Exists, OuterRef, Q

from accounts.scope import under
from records.metrics import Metric, Pair, register
from studios.enums import CompanionRole, DayStatus, HelperKind
from studios.models import Companion, Helper

STOCK = (
    "截至日在册的入党积极分子、社区工作者、志愿者，按所在工作室（站）的所属组织归口，"
    "一人只计一名（换过工作室的按最近加入的计）；与起始日无关。"
)
BESIDE = "起始日至截至日（含当日）已接待的接待日上登记的同驻室人员，一人一个接待日计一人次。"


def _helpers(**conditions):
    def records(organization, _start, as_of):
        here = Helper.objects.current(on=as_of)
        # Who has moved on without having left the first venue is counted where she went.
        newer = here.filter(person=OuterRef("person")).filter(
            Q(joined_date__gt=OuterRef("joined_date"))
            | Q(joined_date=OuterRef("joined_date"), pk__gt=OuterRef("pk"))
        )
        rows = here.filter(
            under("studio__organization__path", [organization.path]), ~Exists(newer), **conditions
        )
        return rows.select_related("person", "studio__organization")

    return records


def _companions(**conditions):
    def records(organization, start, as_of):
        rows = Companion.objects.filter(
            under("day__studio__organization__path", [organization.path]),
            day__status=DayStatus.HELD,
            day__date__range=(start, as_of),
            **conditions,
        )
        return rows.select_related("person", "day__studio__organization").order_by("day__date", "pk")

    return records


def _declare(code, name, unit, definition, queryset):
    register(Metric(code, name, unit, definition, Pair.ABILITY, queryset))


_declare("helpers", "协助人员", "名", STOCK, _helpers())
for _kind in HelperKind:
    _declare(
        f"helpers_{_kind.value}",
        _kind.label,
        "名",
        f"{STOCK}其中类别为「{_kind.label}」的。",
        _helpers(kind=_kind),
    )
_declare("companions", "同驻室", "人次", BESIDE, _companions())
for _role in CompanionRole:
    _declare(
        f"companions_{_role.value}",
        f"{_role.label}同驻室",
        "人次",
        f"{BESIDE}其中身份为「{_role.label}」的。",
        _companions(role=_role),
    )
