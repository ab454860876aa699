"""The desk's pages for rolls, split by noun."""

from accounts.admin_site import add_navigation, may_view
from representatives.admin.congresses import CongressAdmin
from representatives.admin.groups import GroupAdmin, GroupPolicyAdmin
from representatives.admin.links import ContactLinkAdmin, LinkPolicyAdmin
from representatives.admin.mandates import MandateAdmin
from representatives.admin.people import PersonAdmin

__all__ = [
    "CongressAdmin",
    "ContactLinkAdmin",
    "GroupAdmin",
    "GroupPolicyAdmin",
    "LinkPolicyAdmin",
    "MandateAdmin",
    "PersonAdmin",
]

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
        ("编组看板", "view_kanban", "admin:representatives_group_board", may_view("representatives.group")),
        (
            "结对联系",
            "link",
            "admin:representatives_contactlink_changelist",
            may_view("representatives.contactlink"),
        ),
        (
            "联系情况",
            "contact_phone",
            "admin:representatives_contactlink_overview",
            may_view("representatives.contactlink"),
        ),
        (
            "结对联系设置",
            "tune",
            "admin:representatives_linkpolicy_changelist",
            may_view("representatives.linkpolicy"),
        ),
        (
            "届次",
            "event_repeat",
            "admin:representatives_congress_changelist",
            may_view("representatives.congress"),
        ),
        (
            "编组设置",
            "tune",
            "admin:representatives_grouppolicy_changelist",
            may_view("representatives.grouppolicy"),
        ),
    ],
)
