from django.utils.translation import gettext_lazy as _

from records.moves import Given, Move, MoveTable
from training.enums import PlanStatus, SurveyStatus
from training.rules import may_organize

PLANS = MoveTable(
    "training.trainingplan",
    PlanStatus,
    [
        Move(
            verb="approve",
            label=_("批准"),
            sources=(PlanStatus.DRAFT,),
            target=PlanStatus.APPROVED,
            may=may_organize,
            needs=(Given("document_number", _("批准文号"), max_length=60, help=_("如 潍组发〔2026〕12号")),),
            hint=_("批准后，计划内的培训班可以发通知。"),
        ),
        Move(
            verb="revise",
            label=_("退回修改"),
            sources=(PlanStatus.APPROVED,),
            target=PlanStatus.DRAFT,
            may=may_organize,
            needs=(Given("reason", _("原因"), max_length=200),),
            tone="plain",
            hint=_("已经通知的培训班不受影响。"),
        ),
    ],
)
SURVEYS = MoveTable(
    "training.needsurvey",
    SurveyStatus,
    [
        Move(
            verb="open",
            label=_("开始征集"),
            sources=(SurveyStatus.DRAFT,),
            target=SurveyStatus.OPEN,
            may=may_organize,
            hint=_("本地在任代表都会收到通知，在手机上填写。"),
        ),
        Move(
            verb="close",
            label=_("结束征集"),
            sources=(SurveyStatus.OPEN,),
            target=SurveyStatus.CLOSED,
            may=may_organize,
            hint=_("结束后不能再填写，按结果建议课程。"),
        ),
    ],
    other_verbs={"answer": _("填写需求")},
)
