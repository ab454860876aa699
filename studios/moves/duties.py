"""What a representative, or the staff for her, may do with a duty, as a table (R21)."""

from django.utils.translation import gettext_lazy as _

from records.moves import Given, Move, MoveTable
from records.verbs import register_verbs
from studios.enums import DutyStatus
from studios.rules import hers_or_staff, staffs_duty

AHEAD = (DutyStatus.ASSIGNED, DutyStatus.CONFIRMED)
REASON = Given("reason", _("事由"), max_length=200, help=_("如出差、生病、农忙走不开"))

DUTIES = MoveTable(
    "studios.duty",
    DutyStatus,
    [
        Move(
            verb="confirm",
            label=_("确认到岗"),
            sources=(DutyStatus.ASSIGNED,),
            target=DutyStatus.CONFIRMED,
            may=hers_or_staff,
        ),
        Move(
            verb="ask_leave",
            label=_("请假"),
            sources=AHEAD,
            target=DutyStatus.ON_LEAVE,
            may=hers_or_staff,
            needs=(REASON,),
            tone="plain",
            hint=_("请假后席位空出来，联络员会收到通知，另找人接替。"),
        ),
        Move(
            verb="check_in",
            label=_("签到"),
            sources=AHEAD,
            target=DutyStatus.SERVED,
            may=staffs_duty,
        ),
        Move(
            verb="undo_check_in",
            label=_("取消签到"),
            sources=(DutyStatus.SERVED,),
            target=DutyStatus.CONFIRMED,
            may=staffs_duty,
            tone="plain",
        ),
    ],
    other_verbs={
        "assigned": _("排班"),
        "replaced": _("调整"),
        "swapped": _("换班"),
        "absent": _("未到岗"),
        "served": _("到岗记入档案"),
    },
)
register_verbs(
    "studios.swaprequest",
    {
        "offer": _("请人换班"),
        "take": _("接班"),
        "approve": _("同意换班"),
        "refuse": _("不同意换班"),
        "withdraw": _("撤回换班"),
        "give_back": _("收回接班"),
        "expire": _("换班过期"),
    },
)
register_verbs("studios.leave", {"record": _("登记请假"), "withdraw": _("撤销请假")})
register_verbs("studios.receptionrule", {"set": _("设定接待日规则"), "end": _("停用接待日规则")})
register_verbs("studios.calendarfeed", {"opened": _("开通日历订阅"), "revoked": _("停用日历订阅")})
