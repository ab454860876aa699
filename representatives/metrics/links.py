"""Figures about links and contacts (R50, R51)."""

from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.scope import under
from records.metrics import Metric, Pair, register
from representatives.enums import LinkKind
from representatives.models import Contact, ContactLink, Mandate
from representatives.quarters import Quarter

PLACE = "按代表所在地归口"
STANDING = f"截至日结对中的：起始日期不晚于截至日，且截至日尚未结束；{PLACE}，与起始日无关。"
CONTACTED = f"起始日至截至日（含当日）发生、截至日没有更正掉的联系，一个结对一天计一次；{PLACE}。"


def end_of(day):
    """The first moment after the day, as the office's clock has it."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _links(**conditions):
    def records(organization, _start, as_of):
        rows = ContactLink.objects.standing_on(as_of).filter(
            under("mandate__organization__path", [organization.path]), **conditions
        )
        return rows.with_names()

    return records


def _counted(rows, as_of):
    return rows.filter(Q(cancelled_at=None) | Q(cancelled_at__gte=end_of(as_of)))


def _contacts(kind):
    def records(organization, start, as_of):
        rows = Contact.objects.filter(
            under("link__mandate__organization__path", [organization.path]),
            link__kind=kind,
            on__range=(start, as_of),
        )
        return _counted(rows, as_of).select_related("link__mandate__person", "link__cadre", "link__branch")

    return records


def _linked_frontline(organization, _start, as_of):
    linked = ContactLink.objects.standing_on(as_of).filter(kind=LinkKind.CADRE, mandate=OuterRef("pk"))
    rows = Mandate.objects.held_on(as_of).frontline().filter(under("organization__path", [organization.path]))
    return rows.filter(Exists(linked)).select_related("person", "congress", "organization", "group")


def _kept_up(organization, start, as_of):
    """Contacted in the quarter of `as_of`, up to that day."""
    contacts = Contact.objects.filter(link=OuterRef("pk"), on__range=(Quarter.of(as_of).first, as_of))
    return _links()(organization, start, as_of).filter(Exists(_counted(contacts, as_of)))


def _declare(code, name, unit, definition, queryset=None, **more):
    register(Metric(code, name, unit, definition, Pair.ABILITY, queryset, **more))


_declare("links", "结对联系", "对", STANDING, _links())
_declare("links_cadre", "组工干部联系一线党代表", "对", STANDING, _links(kind=LinkKind.CADRE))
_declare("links_branch", "党代表联系党支部", "对", STANDING, _links(kind=LinkKind.BRANCH))
_declare(
    "links_cadres",
    "参加联系的组工干部",
    "名",
    f"{STANDING}其中的组工干部，一人只计一名。",
    _links(kind=LinkKind.CADRE),
    distinct="cadre",
)
_declare(
    "links_branches",
    "有代表联系的党支部",
    "个",
    f"{STANDING}其中的党支部，一个只计一次。",
    _links(kind=LinkKind.BRANCH),
    distinct="branch",
)
_declare(
    "links_frontline",
    "有组工干部联系的一线党代表",
    "名",
    f"截至日在任或暂停的一线代表资格中，有组工干部结对联系的；{PLACE}，与起始日无关。",
    _linked_frontline,
)
_declare(
    "links_frontline_rate",
    "一线党代表被联系率",
    "%",
    "有组工干部联系的一线党代表 ÷ 生产和工作一线党代表。",
    ratio=("links_frontline", "frontline"),
)
_declare(
    "links_kept_up",
    "本季度已联系的结对",
    "对",
    f"{STANDING}其中截至日所在季度内（至截至日）联系过的。",
    _kept_up,
)
_declare(
    "links_kept_up_rate",
    "本季度联系率",
    "%",
    "本季度已联系的结对 ÷ 结对联系。",
    ratio=("links_kept_up", "links"),
)
_declare("links_contacts_cadre", "组工干部联系代表", "次", CONTACTED, _contacts(LinkKind.CADRE))
_declare("links_contacts_branch", "代表联系党支部", "次", CONTACTED, _contacts(LinkKind.BRANCH))
