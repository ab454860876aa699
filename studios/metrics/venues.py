"""Figures about venues (R16, R17)."""

from django.db.models import Exists, OuterRef

from accounts.scope import under
from records.metrics import Metric, Pair, register
from studios.enums import StudioKind
from studios.models import ChecklistItem, ChecklistResult, Studio

IN_USE = "现行启用的党代表工作室（站），按所属组织归口。工作室（站）不记启用日期，与起始日、截至日无关。"


def venues_in_use(**conditions):
    def records(organization, _start, _as_of):
        rows = Studio.objects.filter(
            under("organization__path", [organization.path]), is_active=True, **conditions
        )
        return rows.select_related("organization", "parent")

    return records


def _qualified(organization, start, as_of):
    """Every item in force has been inspected by then, is met, and the inspection has not run out."""
    met = ChecklistResult.objects.standing(on=as_of).filter(
        item=OuterRef("pk"), studio=OuterRef(OuterRef("pk"))
    )
    lacking = ChecklistItem.objects.filter(is_active=True).exclude(Exists(met))
    return venues_in_use()(organization, start, as_of).exclude(Exists(lacking))


def _declare(code, name, definition, queryset=None, *, unit="个", ratio=None):
    register(Metric(code, name, unit, definition, Pair.ABILITY, queryset, ratio=ratio))


_declare("venues", "党代表工作室（站）", f"{IN_USE}工作室与工作站合计。", venues_in_use())
_declare(
    "workrooms", "党代表工作室", f"{IN_USE}其中类别为工作室的。", venues_in_use(kind=StudioKind.WORKROOM)
)
_declare("stations", "党代表工作站", f"{IN_USE}其中类别为工作站的。", venues_in_use(kind=StudioKind.STATION))
_declare(
    "venues_qualified",
    "建设达标的工作室（站）",
    "现行启用的工作室（站）中，截至日各项建设标准（五有）都已检查达标、且检查没有过期的。",
    _qualified,
)
_declare(
    "venues_qualified_rate",
    "工作室（站）达标率",
    "建设达标的工作室（站）÷ 党代表工作室（站）。",
    unit="%",
    ratio=("venues_qualified", "venues"),
)
