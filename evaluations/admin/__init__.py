"""The desk of the year's account, split by noun."""

from accounts.admin_site import add_navigation, add_tasks, may_view
from evaluations.admin import (  # noqa: F401  (registering)
    appeals,
    candidates,
    cycles,
    evaluations,
    improvements,
    marking,
    schemes,
    surveys,
    talks,
    venue_reports,
)
from evaluations.admin.first_page import waiting


def _entry(label, icon, model, seen=""):
    page = f"admin:evaluations_{model}_changelist"
    return (label, icon, page, may_view(f"evaluations.{seen or model}"))


add_navigation(
    "年度考评",
    [
        _entry("考评进度", "event_available", "cycle"),
        _entry("考评结果", "fact_check", "evaluation"),
        _entry("我的测评表", "edit_note", "assessor", seen="cycle"),
        _entry("工作小结", "edit_note", "venuereport"),
        _entry("申诉", "gavel", "appeal"),
        _entry("群众评议", "thumbs_up_down", "survey"),
        _entry("优先人选", "workspace_premium", "candidate"),
        _entry("提醒谈话", "record_voice_over", "remindertalk"),
        _entry("改进事项", "trending_up", "improvement"),
        _entry("考评办法", "rule", "scheme"),
        _entry("评议问题", "quiz", "surveyquestion"),
        _entry("考评后续设置", "tune", "followuppolicy"),
    ],
)

add_tasks(waiting)
