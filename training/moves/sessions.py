"""What may become of a session and of a place in it, as tables (R28, R33)."""

from django.utils.translation import gettext_lazy as _

from records.moves import Given, Move, MoveTable
from training.enums import EnrolmentStatus as Place
from training.enums import TrainingStatus
from training.rules import hers_or_organizer, is_hers, may_organize, organizes_training

REASON = Given("reason", _("原因"), max_length=200)

TRAININGS = MoveTable(
    "training.training",
    TrainingStatus,
    [
        Move(
            verb="publish",
            label=_("发通知"),
            sources=(TrainingStatus.PLANNED,),
            target=TrainingStatus.OPEN,
            may=may_organize,
            hint=_("名单上的人马上收到通知，在手机上确认或请假；以后再加的人随加随通知。"),
        ),
        Move(
            verb="close",
            label=_("结束培训"),
            sources=(TrainingStatus.OPEN,),
            target=TrainingStatus.HELD,
            may=may_organize,
            needs=(
                Given(
                    "summary", _("小结"), "long_text", max_length=2000, help=_("讲了什么、学员反映、下一步")
                ),
            ),
            hint=_("没有签到的记为缺训；参训的记入履职档案，学满学时的发结业证。"),
        ),
        Move(
            verb="cancel",
            label=_("取消"),
            sources=TrainingStatus.coming(),
            target=TrainingStatus.CANCELLED,
            may=may_organize,
            needs=(REASON,),
            tone="danger",
            hint=_("已通知的人会收到取消的通知。"),
        ),
        Move(
            verb="reopen",
            label=_("更正登记"),
            sources=(TrainingStatus.HELD,),
            target=TrainingStatus.OPEN,
            may=may_organize,
            needs=(REASON,),
            tone="plain",
            hint=_("登记有误时用；已记入履职档案的会冲销，重新结束时再记，结业证号不变。"),
        ),
    ],
    other_verbs={
        "enrol_by_rule": _("按规则列名单"),
        "enrol": _("加人"),
        "invite_missing": _("通知未参训的代表"),
        "import": _("导入参训登记"),
        "certificates": _("打印结业证"),
    },
)
ENROLMENTS = MoveTable(
    "training.enrolment",
    Place,
    [
        Move(
            verb="confirm",
            label=_("确认参加"),
            sources=(Place.INVITED,),
            target=Place.CONFIRMED,
            may=hers_or_organizer,
        ),
        Move(
            verb="ask_leave",
            label=_("请假"),
            sources=(Place.INVITED, Place.CONFIRMED),
            target=Place.LEAVE_ASKED,
            may=is_hers,
            needs=(Given("reason", _("事由"), max_length=200, help=_("如住院、外出务工、与工作冲突")),),
            tone="plain",
            hint=_("主办单位同意后不用来，以后安排补训；不同意的，仍请按时参加。"),
        ),
        Move(
            verb="grant_leave",
            label=_("准假"),
            sources=(Place.LEAVE_ASKED,),
            target=Place.ON_LEAVE,
            may=organizes_training,
            hint=_("名额空出来，她仍在「未参训」里，等下次补训。"),
        ),
        Move(
            verb="refuse_leave",
            label=_("不准假"),
            sources=(Place.LEAVE_ASKED,),
            target=Place.INVITED,
            may=organizes_training,
            needs=(REASON,),
            tone="plain",
        ),
        Move(
            verb="check_in",
            label=_("签到"),
            sources=(Place.LISTED, Place.INVITED, Place.CONFIRMED, Place.LEAVE_ASKED, Place.ON_LEAVE),
            target=Place.ATTENDED,
            may=organizes_training,
        ),
        Move(
            verb="undo_check_in",
            label=_("取消签到"),
            sources=(Place.ATTENDED,),
            target=Place.CONFIRMED,
            may=organizes_training,
            tone="plain",
        ),
        Move(
            verb="remove",
            label=_("移出名单"),
            sources=(Place.LISTED, Place.INVITED, Place.CONFIRMED, Place.LEAVE_ASKED, Place.ON_LEAVE),
            target=Place.REMOVED,
            may=organizes_training,
            tone="danger",
        ),
    ],
    other_verbs={"enrol": _("列入名单"), "import": _("导入参训登记")},
)
