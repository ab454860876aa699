"""Figures about groups (R14, R15): frontline ones, those of the size wished for, and who has a seat in one."""

from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Abs, Coalesce, Substr

from accounts.scope import STEP, under
from records.metrics import Metric, Pair, register
from representatives.enums import Level
from representatives.metrics.rolls import STOCK
from representatives.models import Group, GroupPolicy, Mandate

SEATS = "小组成员不记历史，按现在编入的小组计。"


def _counted(as_of, **conditions):
    """How many members of the outer group held their mandates on that day. A query of its own for each group: joined,
    the settings would be looked up for each member."""
    rows = Mandate.objects.held_on(as_of).filter(group=OuterRef("pk"), **conditions).order_by()
    return Coalesce(Subquery(rows.values("group").annotate(n=Count("pk")).values("n")), Value(0))


def _peopled(organization, as_of):
    """Groups with somebody in them on that day: `held` people, `front` of them of the frontline."""
    rows = Group.objects.filter(under("organization__path", [organization.path]))
    return rows.annotate(held=_counted(as_of), front=_counted(as_of, is_frontline=True)).filter(held__gt=0)


def _frontline(organization, _start, as_of):
    return (
        _peopled(organization, as_of).filter(front__gte=F("held") - F("front")).select_related("organization")
    )


def _proper(organization, _start, as_of):
    """Each by the settings nearest above it."""
    above = [Substr(OuterRef("organization__path"), 1, STEP * depth) for depth in (1, 2, 3)]
    nearest = GroupPolicy.objects.filter(organization__path__in=above).order_by("-organization__path")
    plain = GroupPolicy()
    rows = _peopled(organization, as_of).annotate(
        off=Abs(F("held") - Coalesce(Subquery(nearest.values("size")[:1]), Value(plain.size))),
        spread=Coalesce(Subquery(nearest.values("tolerance")[:1]), Value(plain.tolerance)),
    )
    return rows.filter(off__lte=F("spread")).select_related("organization")


def _led(organization, _start, as_of):
    return _peopled(organization, as_of).exclude(leader=None).select_related("organization")


def _seated(organization, _start, as_of):
    rows = Mandate.objects.held_on(as_of).frontline().exclude(group=None)
    rows = rows.filter(under("organization__path", [organization.path]))
    return rows.select_related("person", "congress", "organization", "group")


def _to_be_seated(organization, _start, as_of):
    rows = Mandate.objects.held_on(as_of).frontline().filter(level__in=Level.grouped())
    rows = rows.filter(under("organization__path", [organization.path]))
    return rows.select_related("person", "congress", "organization", "group")


def _declare(code, name, definition, queryset=None, *, unit="个", ratio=None):
    register(Metric(code, name, unit, definition, Pair.ABILITY, queryset, ratio=ratio))


_declare(
    "groups_frontline",
    "一线代表小组",
    f"截至日有成员在任或暂停的代表小组中，生产和工作一线代表不少于一半的，按小组所属组织归口。{SEATS}",
    _frontline,
)
_declare(
    "groups_proper",
    "人数合适的代表小组",
    "截至日有成员在任或暂停的代表小组中，人数在编组设置范围内的（默认20名，上下5名）；"
    f"设置取最近一级组织的，按小组所属组织归口。{SEATS}",
    _proper,
)
_declare(
    "groups_proper_rate",
    "代表小组人数合适率",
    "人数合适的代表小组 ÷ 代表小组。",
    unit="%",
    ratio=("groups_proper", "groups"),
)
_declare(
    "groups_led",
    "有组长的代表小组",
    f"截至日有成员在任或暂停的代表小组中，确定了组长的，按小组所属组织归口。{SEATS}",
    _led,
)
_declare(
    "seated_frontline",
    "编入小组的一线党代表",
    f"{STOCK}其中标明「生产和工作一线」、已编入代表小组的。{SEATS}",
    _seated,
    unit="名",
)
_declare(
    "seatable_frontline",
    "应编入小组的一线党代表",
    f"{STOCK}其中标明「生产和工作一线」、市县镇三级的；全国、省级代表随工作室活动，不编小组。",
    _to_be_seated,
    unit="名",
)
_declare(
    "seated_frontline_rate",
    "一线党代表编组率",
    "编入小组的一线党代表 ÷ 应编入小组的一线党代表。",
    unit="%",
    ratio=("seated_frontline", "seatable_frontline"),
)
