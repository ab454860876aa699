"""The desk's pages for rolls, split by noun."""

from accounts.admin_site import add_navigation, may_view
from representatives.admin.congresses import CongressAdmin
from representatives.admin.groups import GroupAdmin
from representatives.admin.mandates import MandateAdmin
from representatives.admin.people import PersonAdmin

__all__ = ["CongressAdmin", "GroupAdmin", "MandateAdmin", "PersonAdmin"]

add_navigation(
    "党代表",
    [
        (
            "代表名册",
            "groups",
            "admin:representatives_mandate_changelist",
            may_view("representatives.mandate"),
        ),
        ("人员", "person", "admin:representatives_person_changelist", may_view("representatives.person")),
        (
            "代表小组",
            "diversity_3",
            "admin:representatives_group_changelist",
            may_view("representatives.group"),
        ),
        (
            "届次",
            "event_repeat",
            "admin:representatives_congress_changelist",
            may_view("representatives.congress"),
        ),
    ],
)
