"""The desk's pages for venues and reception days, split by noun."""

from accounts.admin_site import add_navigation, may_view
from studios.admin import venues  # noqa: F401  (registering)

# isort: split
from studios.admin import checklist, days, duties, leaves, people, policies, targets  # noqa: F401  (registering)

add_navigation(
    "阵地",
    [
        (
            "接待安排",
            "calendar_month",
            "admin:studios_receptionday_this_month",
            may_view("studios.receptionday"),
        ),
        ("接待日", "event", "admin:studios_receptionday_changelist", may_view("studios.receptionday")),
        ("驻室安排", "badge", "admin:studios_duty_changelist", may_view("studios.duty")),
        ("换班", "swap_horiz", "admin:studios_swaprequest_changelist", may_view("studios.swaprequest")),
        ("请假", "event_busy", "admin:studios_leave_changelist", may_view("studios.leave")),
        ("工作室（站）", "home_work", "admin:studios_studio_changelist", may_view("studios.studio")),
        ("协助人员", "volunteer_activism", "admin:studios_helper_changelist", may_view("studios.helper")),
        (
            "联系代表",
            "person_add",
            "admin:studios_mandateplacement_changelist",
            may_view("studios.mandateplacement"),
        ),
        ("接待日执行", "fact_check", "admin:studios_compliance_now", may_view("studios.studio")),
        ("一线覆盖", "pie_chart", "admin:studios_coverage", may_view("studios.studio")),
        ("年度目标", "flag", "admin:studios_studiotarget_gaps", may_view("studios.studiotarget")),
        (
            "建设标准",
            "checklist",
            "admin:studios_checklistitem_changelist",
            may_view("studios.checklistitem"),
        ),
        (
            "接待日设置",
            "tune",
            "admin:studios_receptionpolicy_changelist",
            may_view("studios.receptionpolicy"),
        ),
    ],
)
