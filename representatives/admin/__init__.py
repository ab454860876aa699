"""The desk's pages for rolls, split by noun."""

from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.scope import Scope
from representatives.admin.congresses import CongressAdmin
from representatives.admin.duty_items import DutyItemAdmin
from representatives.admin.groups import GroupAdmin, GroupPolicyAdmin
from representatives.admin.honours import DutyTickAdmin, HonourAdmin
from representatives.admin.links import ContactLinkAdmin, LinkPolicyAdmin
from representatives.admin.mandates import MandateAdmin
from representatives.admin.objections import DutyObjectionAdmin
from representatives.admin.people import PersonAdmin

__all__ = [
    "CongressAdmin",
    "ContactLinkAdmin",
    "DutyItemAdmin",
    "DutyObjectionAdmin",
    "DutyTickAdmin",
    "GroupAdmin",
    "GroupPolicyAdmin",
    "HonourAdmin",
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
            "荣誉表彰",
            "workspace_premium",
            "admin:representatives_honour_changelist",
            may_view("representatives.honour"),
        ),
        (
            "履职清单",
            "checklist",
            "admin:representatives_dutyitem_changelist",
            may_view("representatives.dutyitem"),
        ),
        (
            "清单完成情况",
            "fact_check",
            "admin:representatives_dutyitem_overview",
            may_view("representatives.dutyitem"),
        ),
        (
            "清单完成登记",
            "task_alt",
            "admin:representatives_dutytick_changelist",
            may_view("representatives.dutytick"),
        ),
        (
            "履职记录异议",
            "report",
            "admin:representatives_dutyobjection_changelist",
            may_view("representatives.dutyobjection"),
        ),
        (
            "履职档案打包",
            "folder_zip",
            "admin:representatives_dutyitem_archives",
            lambda request: Scope.of(request.user).has(Role.ORGANIZER),
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
