"""What must hold of a cycle before it is kept: its days in order, its levels, once a year."""

from accounts.errors import Conflict
from evaluations.enums import CycleStatus, SubjectKind
from evaluations.models import Cycle

FIXED = {
    CycleStatus.DRAFT: (),
    CycleStatus.REPORTING: (
        "kind",
        "organization",
        "year",
        "levels",
        "frontline_only",
        "period_start",
        "period_end",
        "cut_off_date",
        "open_date",
    ),
}
FIXED[CycleStatus.ASSESSING] = (*FIXED[CycleStatus.REPORTING], "report_due_date")
FIXED[CycleStatus.DECIDING] = (*FIXED[CycleStatus.ASSESSING], "assess_due_date")
FIXED[CycleStatus.PUBLICITY] = (*FIXED[CycleStatus.DECIDING], "decide_due_date", "publicity_days")
"""What can no longer be changed in a stage: people were told of it, or it has happened."""

IN_ORDER = (
    ("period_start", "period_end", "不能早于履职记录的开始日期。"),
    ("cut_off_date", "open_date", "不能早于在任截止日：那天以后才知道谁参加。"),
    ("open_date", "report_due_date", "不能早于开始述职的日期。"),
    ("report_due_date", "assess_due_date", "不能早于述职截止。"),
    ("assess_due_date", "decide_due_date", "不能早于测评截止。"),
)


def check_cycle(cycle):
    """{field: [sentence]} of what cannot be; empty where all is well."""
    faults = {}
    for earlier, later, sentence in IN_ORDER:
        if None not in (first := getattr(cycle, earlier), last := getattr(cycle, later)) and last < first:
            faults.setdefault(later, []).append(sentence)
    if cycle.year and cycle.period_start and cycle.period_end:
        if not cycle.period_start.year <= cycle.year <= cycle.period_end.year:
            faults.setdefault("period_start", []).append(f"履职记录的起止须在{cycle.year}年。")
        elif (cycle.period_end - cycle.period_start).days > 366:
            faults.setdefault("period_end", []).append("一次考评最多算一年的履职记录。")
    if cycle.kind == SubjectKind.REPRESENTATIVE and not cycle.levels:
        faults["levels"] = ["请至少选一个代表层级。"]
    if cycle.kind == SubjectKind.STUDIO and cycle.levels:
        faults["levels"] = ["工作室（站）考核不分代表层级，请清空。"]
    if cycle.organization_id and cycle.year:
        same = Cycle.objects.filter(kind=cycle.kind, organization=cycle.organization_id, year=cycle.year)
        if same.exclude(status=CycleStatus.CANCELLED).exclude(pk=cycle.pk).exists():
            what = SubjectKind(cycle.kind).label
            faults["year"] = [
                f"{cycle.organization.display_name}{cycle.year}年的{what}已经有了，请打开那一次。"
            ]
    return faults


def hold_for_change(cycle, changed):
    """Within a transaction: it stays in the stage in which it was loaded, and nothing is changed that is fixed by now.

    Raises Conflict.
    """
    status = Cycle.objects.select_for_update().values_list("status", flat=True).get(pk=cycle.pk)
    if status != cycle.status:
        raise Conflict("刚才考评已进入下一步，这次没有保存。请刷新页面后再改。", code="wrong-state")
    fixed = FIXED.get(status)
    if fixed is None or set(changed) & set(fixed):
        now = CycleStatus(status).label
        raise Conflict(f"这次考评现在是「{now}」，这些安排不能再改。", code="wrong-state")
