"""Figures about mandates, people and groups (R1–R3, R14). All are stocks: they tell of the day `as_of` alone."""

from django.db.models import Exists, OuterRef

from accounts.scope import under
from records.metrics import Metric, Pair, register
from representatives.enums import Level
from representatives.models import Group, Mandate, Person

STOCK = "截至日当天在任或暂停的代表资格：当选日期不晚于截至日，且截至日尚未终止、停止或届满；按代表所在地归口。与起始日无关。"


def _mandates(**conditions):
    def records(organization, _start, as_of):
        rows = Mandate.objects.held_on(as_of).filter(
            under("organization__path", [organization.path]), **conditions
        )
        return rows.select_related("person", "congress", "organization", "group")

    return records


def _people(organization, _start, as_of):
    held = Mandate.objects.held_on(as_of).filter(under("organization__path", [organization.path]))
    return Person.objects.filter(Exists(held.filter(person=OuterRef("pk"))))


def _groups(organization, _start, as_of):
    members = Mandate.objects.held_on(as_of).filter(group=OuterRef("pk"))
    rows = Group.objects.filter(Exists(members)).filter(under("organization__path", [organization.path]))
    return rows.select_related("organization")


def _declare(code, name, definition, queryset, unit="名"):
    register(
        Metric(code=code, name=name, unit=unit, definition=definition, pair=Pair.ABILITY, queryset=queryset)
    )


_declare("mandates", "党代表（代表资格）", f"{STOCK}一人在两级任代表的计两名。", _mandates())
_declare(
    "persons",
    "党代表（人）",
    "截至日至少有一个在任或暂停的代表资格的人，一人无论几个资格只计一名；按代表资格所在地归口，跨县市区任职的在两县市区各计一名。",
    _people,
)
for _level in Level:
    _declare(
        f"mandates_{_level.value}",
        f"{_level.label}党代表",
        f"{STOCK}其中代表层级为「{_level.label}」的。",
        _mandates(level=_level),
    )
_declare(
    "frontline",
    "生产和工作一线党代表",
    f"{STOCK}其中标明「生产和工作一线」的，五个层级合计。",
    _mandates(is_frontline=True),
)
for _level in Level:
    _declare(
        f"frontline_{_level.value}",
        f"一线{_level.label}党代表",
        f"{STOCK}其中标明「生产和工作一线」、代表层级为「{_level.label}」的。",
        _mandates(is_frontline=True, level=_level),
    )
_declare("groups", "代表小组", "截至日有成员在任或暂停的代表小组，按小组所属组织归口。", _groups, unit="个")
