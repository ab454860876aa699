"""What may become of a reception day, as a table (R22, R23)."""

from django.utils.translation import gettext_lazy as _

from records.moves import Given, Move, MoveTable
from studios.enums import DayStatus
from studios.rules import staffs_day

REASON = Given("reason", _("原因"), max_length=300)
SUMMARY = Given(
    "summary",
    _("小结"),
    "long_text",
    max_length=2000,
    help=_("来了哪些人、说了哪些事、当场答复了什么"),
)
MINUTES = Given("minutes", _("接待时长（分钟）"), "integer", minimum=1, maximum=720)

DAYS = MoveTable(
    "studios.receptionday",
    DayStatus,
    [
        Move(
            verb="close",
            label=_("结束接待"),
            sources=(DayStatus.PUBLISHED,),
            target=DayStatus.HELD,
            may=staffs_day,
            needs=(MINUTES, SUMMARY),
            hint=_("没有签到的代表记为未到岗；到岗的记入履职档案。"),
        ),
        Move(
            verb="publish",
            label=_("公布"),
            sources=(DayStatus.PLANNED,),
            target=DayStatus.PUBLISHED,
            may=staffs_day,
            hint=_("公布后代表收到通知，公开日历上可以看到。"),
        ),
        Move(
            verb="postpone",
            label=_("改期"),
            sources=(DayStatus.PLANNED, DayStatus.PUBLISHED),
            target=DayStatus.POSTPONED,
            may=staffs_day,
            needs=(Given("to_date", _("改到哪天"), "date"), REASON),
            tone="plain",
            hint=_("原来排的代表一并改到那天；那天不能来的会标出来。"),
        ),
        Move(
            verb="miss",
            label=_("没有接待"),
            sources=(DayStatus.PUBLISHED,),
            target=DayStatus.MISSED,
            may=staffs_day,
            needs=(REASON,),
            tone="danger",
            hint=_("写明为什么没有开，计入未接待。"),
        ),
        Move(
            verb="reopen",
            label=_("更正登记"),
            sources=(DayStatus.HELD, DayStatus.MISSED),
            target=DayStatus.PUBLISHED,
            may=staffs_day,
            needs=(REASON,),
            tone="plain",
            hint=_("登记有误时用；已记入履职档案的会冲销，重新结束时再记。"),
        ),
    ],
    other_verbs={
        "plan": _("排班"),
        "seat": _("安排代表"),
        "unseat": _("撤下代表"),
        "move_in": _("由改期而来"),
        "record_visit": _("登记来访"),
        "cancel_visit": _("更正来访"),
        "add_companion": _("登记同驻室人员"),
        "remove_companion": _("去掉同驻室人员"),
    },
)
