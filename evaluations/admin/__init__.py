"""The desk of the yearly appraisal, split by noun."""

from accounts.admin_site import add_navigation, may_view
from evaluations.admin import appeals, cycles, evaluations, marking, schemes  # noqa: F401  (registering)

add_navigation(
    "年度考评",
    [
        ("考评进度", "event_available", "admin:evaluations_cycle_changelist", may_view("evaluations.cycle")),
        (
            "考评结果",
            "fact_check",
            "admin:evaluations_evaluation_changelist",
            may_view("evaluations.evaluation"),
        ),
        ("我的测评表", "edit_note", "admin:evaluations_assessor_changelist", may_view("evaluations.cycle")),
        ("申诉", "gavel", "admin:evaluations_appeal_changelist", may_view("evaluations.appeal")),
        ("考评办法", "rule", "admin:evaluations_scheme_changelist", may_view("evaluations.scheme")),
    ],
)
