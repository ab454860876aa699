"""The desk of training and pairs, split by noun."""

from accounts.admin_site import add_navigation, may_view
from training.admin import needs, pairs, plans, sessions, settings  # noqa: F401  (registering)

add_navigation(
    "教育培训",
    [
        ("培训班", "school", "admin:training_training_changelist", may_view("training.training")),
        (
            "培训计划",
            "event_note",
            "admin:training_trainingplan_changelist",
            may_view("training.trainingplan"),
        ),
        ("参训覆盖", "donut_large", "admin:training_training_coverage", may_view("training.training")),
        ("党校主体班", "percent", "admin:training_training_quota", may_view("training.training")),
        ("参训名单", "how_to_reg", "admin:training_enrolment_changelist", may_view("training.enrolment")),
        ("需求调查", "poll", "admin:training_needsurvey_changelist", may_view("training.needsurvey")),
        ("课程", "menu_book", "admin:training_course_changelist", may_view("training.course")),
        (
            "培训职责",
            "assignment_ind",
            "admin:training_trainingduty_changelist",
            may_view("training.trainingduty"),
        ),
        ("结对帮带", "diversity_1", "admin:training_mentorpair_changelist", may_view("training.mentorpair")),
        ("培训设置", "tune", "admin:training_trainingpolicy_changelist", may_view("training.trainingpolicy")),
        ("结对帮带设置", "tune", "admin:training_pairpolicy_changelist", may_view("training.pairpolicy")),
    ],
)
