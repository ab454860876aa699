"""What the steps about groups must be given."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.scope import Scope, under
from records.moves import Given
from records.verbs import register_verbs
from representatives.models import Group, Mandate


def organized_groups(_subject, user):
    """Groups that stand, in the places the user organizes."""
    prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
    rows = Group.objects.standing().filter(under("organization__path", prefixes))
    return rows.select_related("organization")


def organized_mandates(_subject, user):
    prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
    return Mandate.objects.filter(under("organization__path", prefixes)).select_related(
        "person", "organization", "group"
    )


def members_in_office(group, _user):
    return Mandate.objects.in_office().filter(group=group).select_related("person")


NOTE = Given("note", _("说明"), required=False, max_length=200, help=_("为什么这样调整，留在编组说明里"))
KEEP = Given(
    "keep", _("固定在本组"), "boolean", required=False, help=_("以后生成编组建议时不再动；不勾选则可再调整")
)
MOVE = (
    Given(
        "mandates",
        _("代表"),
        "models",
        options=organized_mandates,
        missing=_("请先勾选要调整的代表。"),
    ),
    Given(
        "group",
        _("小组"),
        "model",
        required=False,
        options=organized_groups,
        help=_("调到哪个小组；不选为移出小组，等待再编"),
    ),
    NOTE,
    KEEP,
)
OFFICERS = (
    Given("leader", _("组长"), "model", required=False, options=members_in_office),
    Given("secretary", _("联络员"), "model", required=False, options=members_in_office),
)

register_verbs(
    "representatives.group",
    {
        "regrouped": _("成员调整"),
        "officers": _("确定组长、联络员"),
        "dissolved": _("撤并"),
        "placed": _("挂靠工作室（站）"),
    },
)
register_verbs("representatives.mandate", {"grouped": _("编入小组"), "ungrouped": _("移出小组")})
