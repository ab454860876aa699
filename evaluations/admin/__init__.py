"""The desk of appraisals, split by noun."""

from accounts.admin_site import add_navigation, may_view
from evaluations.admin import candidates, improvements, talks, venue_reports  # noqa: F401  (registering)

add_navigation(
    "年度考评",
    [
        (
            "优先人选",
            "workspace_premium",
            "admin:evaluations_candidate_changelist",
            may_view("evaluations.candidate"),
        ),
        (
            "提醒谈话",
            "record_voice_over",
            "admin:evaluations_remindertalk_changelist",
            may_view("evaluations.remindertalk"),
        ),
        (
            "改进事项",
            "trending_up",
            "admin:evaluations_improvement_changelist",
            may_view("evaluations.improvement"),
        ),
        (
            "工作小结",
            "edit_note",
            "admin:evaluations_venuereport_changelist",
            may_view("evaluations.venuereport"),
        ),
        (
            "考评后续设置",
            "tune",
            "admin:evaluations_followuppolicy_changelist",
            may_view("evaluations.followuppolicy"),
        ),
    ],
)
