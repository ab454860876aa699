"""A year's appraisal from the first day to the last (R84–R88), as a table."""

from django.utils.translation import gettext_lazy as _

from evaluations.enums import CycleStatus as C
from evaluations.rules import may_organize
from records.moves import Given, Move, MoveTable

REASON = Given("reason", _("原因"), max_length=200)

CYCLES = MoveTable(
    "evaluations.cycle",
    C,
    [
        Move(
            verb="open",
            label=_("开始述职"),
            sources=(C.DRAFT,),
            target=C.REPORTING,
            may=may_organize,
            hint=_("按截止日在任的代表建好名单，考评办法就此冻结；每人收到通知，在手机上述职。"),
        ),
        Move(
            verb="start_assessment",
            label=_("开始测评"),
            sources=(C.REPORTING,),
            target=C.ASSESSING,
            may=may_organize,
            hint=_("停止述职，按履职记录算出各项得分，请测评人打分。"),
        ),
        Move(
            verb="suggest",
            label=_("公布测评、生成建议等次"),
            sources=(C.ASSESSING,),
            target=C.DECIDING,
            may=may_organize,
            hint=_("所有测评表封存后才能拆封；按总分给出建议等次，由党委逐一评定。"),
        ),
        Move(
            verb="publish",
            label=_("开始公示"),
            sources=(C.DECIDING,),
            target=C.PUBLICITY,
            may=may_organize,
            hint=_("每个人都评定后才能公示；公示期按工作日计算，期内可以申诉。"),
        ),
        Move(
            verb="withdraw_publicity",
            label=_("撤回公示"),
            sources=(C.PUBLICITY,),
            target=C.DECIDING,
            may=may_organize,
            needs=(REASON,),
            tone="danger",
            hint=_("评定有误时用；改正后重新公示，公示期重新计算。"),
        ),
        Move(
            verb="end_publicity",
            label=_("公示结束"),
            sources=(C.PUBLICITY,),
            target=C.APPEALS,
            may=may_organize,
            hint=_("公示期满后办理；申诉还可以再提几个工作日。"),
        ),
        Move(
            verb="finalize",
            label=_("定档"),
            sources=(C.APPEALS,),
            target=C.FINAL,
            may=may_organize,
            hint=_("申诉都已答复、申诉期已满才能定档。定档后不再改动：优先人选和提醒谈话随之列出。"),
        ),
        Move(
            verb="recompute",
            label=_("重新计算得分"),
            sources=C.computable(),
            target=None,
            may=may_organize,
            tone="plain",
            hint=_("履职记录有更正时用；没有变化的不动。"),
        ),
        Move(
            verb="cancel",
            label=_("撤销考评"),
            sources=(C.DRAFT, C.REPORTING, C.ASSESSING),
            target=C.CANCELLED,
            may=may_organize,
            needs=(REASON,),
            tone="danger",
            hint=_("名单和述职都留存，但不再继续；可以重新建一次。"),
        ),
    ],
    other_verbs={
        "compute": _("计算得分"),
        "appoint": _("请人测评"),
        "excuse": _("免除测评人"),
        "seal": _("封存测评表"),
        "decide_as_suggested": _("按建议等次评定"),
        "remind": _("提醒"),
    },
)
