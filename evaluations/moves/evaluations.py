"""What may become of one appraisal, and of an appeal against it, as tables (R84–R86)."""

from django.utils.translation import gettext_lazy as _

from evaluations.enums import AppealStatus, Grade
from evaluations.enums import EvaluationStatus as E
from evaluations.rules import decides, decides_appeal, is_hers, lodged_it
from records.moves import Given, Move, MoveTable

REPORT = Given(
    "report",
    _("述职"),
    "long_text",
    max_length=3000,
    help=_("这一年做了什么、群众反映的事办得怎样、还有什么不足、明年打算"),
)
SELF_MARK = Given("self_mark", _("自评分"), "integer", minimum=0, maximum=100, help=_("0到100的整数"))
REASON = Given("reason", _("原因"), max_length=200)

EVALUATIONS = MoveTable(
    "evaluations.evaluation",
    E,
    [
        Move(
            verb="submit_report",
            label=_("上报述职"),
            sources=(E.PENDING,),
            target=E.REPORTED,
            may=is_hers,
            needs=(REPORT, SELF_MARK),
            hint=_("截止前还可以收回修改。"),
        ),
        Move(
            verb="recall_report",
            label=_("收回修改"),
            sources=(E.REPORTED,),
            target=E.PENDING,
            may=is_hers,
            tone="plain",
            hint=_("述职截止前可以收回，改好后记得再次上报。"),
        ),
        Move(
            verb="decide",
            label=_("评定"),
            sources=(E.PENDING, E.REPORTED, E.DECIDED),
            target=E.DECIDED,
            may=decides,
            needs=(
                Given("grade", _("等次"), "choice", options=Grade),
                Given(
                    "reason",
                    _("评定理由"),
                    required=False,
                    max_length=200,
                    help=_("与建议等次不同的，必须写明理由"),
                ),
            ),
            hint=_("系统只提建议，等次由党委评定。"),
        ),
        Move(
            verb="excuse",
            label=_("不参加考评"),
            sources=(E.PENDING, E.REPORTED),
            target=E.EXCUSED,
            may=decides,
            needs=(REASON,),
            tone="danger",
            hint=_("如去世、长期病休、资格终止；这一年不计等次，连续优秀就此中断。"),
        ),
        Move(
            verb="include",
            label=_("恢复参加"),
            sources=(E.EXCUSED,),
            target=E.PENDING,
            may=decides,
            tone="plain",
        ),
    ],
    other_verbs={
        "save_report": _("保存述职草稿"),
        "appeal": _("申诉"),
        "amend": _("申诉后改评"),
        "finalized": _("定档"),
        "viewed": _("查看考评"),
    },
)
APPEAL = (
    Given("content", _("申诉理由"), "long_text", max_length=1000, help=_("哪一项不对、应是怎样、有什么依据")),
)
ANSWER = Given("answer", _("答复"), "long_text", max_length=1000, help=_("写明核实情况和结论，本人看得到"))
APPEALS = MoveTable(
    "evaluations.appeal",
    AppealStatus,
    [
        Move(
            verb="uphold",
            label=_("申诉成立，改评"),
            sources=(AppealStatus.LODGED,),
            target=AppealStatus.UPHELD,
            may=decides_appeal,
            needs=(Given("new_grade", _("改为"), "choice", options=Grade), ANSWER),
            hint=_("等次随即改正，并告知本人。"),
        ),
        Move(
            verb="dismiss",
            label=_("维持原评定"),
            sources=(AppealStatus.LODGED,),
            target=AppealStatus.DISMISSED,
            may=decides_appeal,
            needs=(ANSWER,),
            tone="plain",
        ),
        Move(
            verb="withdraw",
            label=_("撤回申诉"),
            sources=(AppealStatus.LODGED,),
            target=AppealStatus.WITHDRAWN,
            may=lodged_it,
            tone="plain",
        ),
    ],
)
