"""Figures about venues (R16, R17)."""

from django.db.models import Exists, OuterRef, Q

from accounts.scope import under
from records.metrics import Metric, Pair, register
from studios.enums import StudioKind
from studios.models import ChecklistItem, ChecklistResult, Studio

IN_USE = "现行启用的党代表工作室（站），按所属组织归口。工作室（站）不记启用日期，与起始日、截至日无关。"


def _venues(**conditions):
    def records(organization, _start, _as_of):
        rows = Studio.objects.filter(
            under("organization__path", [organization.path]), is_active=True, **conditions
        )
        return rows.select_related("organization", "parent")

    return records


def _qualified(organization, start, as_of):
    """Every item in force has been inspected by then and is met."""
    met = ChecklistResult.objects.filter(
        item=OuterRef("pk"), studio=OuterRef(OuterRef("pk")), is_met=True
    ).filter(Q(inspected_date=None) | Q(inspected_date__lte=as_of))
    lacking = ChecklistItem.objects.filter(is_active=True).exclude(Exists(met))
    return _venues()(organization, start, as_of).exclude(Exists(lacking))


def _declare(code, name, definition, queryset=None, *, unit="个", ratio=None):
    register(
        Metric(
            code=code,
            name=name,
            unit=unit,
            definition=definition,
            pair=Pair.ABILITY,
            queryset=queryset,
            ratio=ratio,
        )
    )


_declare("venues", "党代表工作室（站）", f"{IN_USE}工作室与工作站合计。", _venues())
_declare("workrooms", "党代表工作室", f"{IN_USE}其中类别为工作室的。", _venues(kind=StudioKind.WORKROOM))
_declare("stations", "党代表工作站", f"{IN_USE}其中类别为工作站的。", _venues(kind=StudioKind.STATION))
_declare(
    "venues_qualified",
    "建设达标的工作室（站）",
    "现行启用的工作室（站）中，截至日各项建设标准（五有）都已检查并达标的。",
    _qualified,
)
_declare(
    "venues_qualified_rate",
    "工作室（站）达标率",
    "建设达标的工作室（站）÷ 党代表工作室（站）。",
    unit="%",
    ratio=("venues_qualified", "venues"),
)
