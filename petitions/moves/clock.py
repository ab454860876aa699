"""The clock of a matter (R58): more time for a reason, and the time in which it stands; and supervision (R60)."""

from django.utils.translation import gettext_lazy as _

from petitions import rules
from petitions.enums import PauseReason, Status, TellingMethod
from records.moves import Given, Move

TOLD_FIRST = "延期要先把理由告诉反映人。请先告知，再填写告知的日期和方式。"

EXTENSION = [
    Move(
        verb="extend",
        label=_("申请延期"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.handler,
        needs=(
            Given("work_days", _("延长工作日数"), "integer", minimum=1, maximum=250),
            Given("reason", _("延期理由"), "long_text", max_length=1000),
            Given("told_on", _("告知反映人的日期"), "date", missing=TOLD_FIRST),
            Given("told_method", _("告知方式"), "choice", options=TellingMethod, missing=TOLD_FIRST),
        ),
        empty=("extension_requested_at",),
        filled=("due_date",),
        otherwise="已有延期申请在等批复，或者现在没有在走的期限，不能申请延期。",
        tone="plain",
        hint=_("期限内确实办不完时使用。先把理由告诉反映人，再报交办单位批准。"),
    ),
    Move(
        verb="approve_extension",
        label=_("同意延期"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.may_decide_extension,
        needs=(
            Given(
                "work_days",
                _("同意的工作日数"),
                "integer",
                required=False,
                minimum=1,
                maximum=250,
                help=_("不填时按申请的天数，可以少批"),
            ),
            Given("note", _("批复意见"), "long_text", required=False, max_length=1000),
        ),
        empty=("paused_at",),
        filled=("extension_requested_at",),
        otherwise="没有等批复的延期申请，或者正停着表；停表的请先恢复计时，再批复。",
        hint=_("批准后按工作日顺延期限，并通知承办单位。"),
    ),
    Move(
        verb="refuse_extension",
        label=_("不同意延期"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.may_decide_extension,
        needs=(Given("reason", _("不同意的理由"), "long_text", max_length=1000),),
        filled=("extension_requested_at",),
        otherwise="没有等批复的延期申请。请刷新页面，看最新进展。",
        tone="plain",
        hint=_("期限不变，把理由告诉承办单位。"),
    ),
]

PAUSE = [
    Move(
        verb="pause",
        label=_("停表"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.organizer_or_handler,
        needs=(
            Given("reason", _("停表原因"), "choice", options=PauseReason),
            Given("note", _("说明"), "long_text", max_length=1000, help=_("等什么、已经怎样催过")),
        ),
        empty=("paused_at",),
        filled=("due_date",),
        otherwise="已经停表，或者现在没有在走的期限。请刷新页面，看最新进展。",
        tone="plain",
        hint=_("只在要等反映人或别的机关、本单位催不动时使用；恢复后接着算剩下的工作日。"),
    ),
    Move(
        verb="resume",
        label=_("恢复计时"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.organizer_or_handler,
        needs=(Given("note", _("说明"), "long_text", required=False, max_length=1000),),
        filled=("paused_at",),
        otherwise="这件事没有停表，不用恢复计时。",
        hint=_("等的东西到了就恢复，剩下的工作日从今天接着算。"),
    ),
]

SUPERVISION = [
    Move(
        verb="supervise",
        label=_("督办"),
        sources=Status.open_states(),
        target=None,
        may=rules.may_supervise,
        needs=(
            Given("demand", _("督办要求"), "long_text", max_length=1000),
            Given("reply_due", _("要求回报日期"), "date", required=False),
        ),
        empty=("supervised_at", "fed_back_at"),
        otherwise="这件事已经在督办，或者已经告知本人，不用再督办。",
        tone="plain",
        hint=_("上级要求盯住这件事。承办单位和主管的组工干部会收到通知。"),
    ),
    Move(
        verb="end_supervision",
        label=_("解除督办"),
        sources=tuple(Status),
        target=None,
        may=rules.may_end_supervision,
        needs=(Given("result", _("督办结果"), "long_text", max_length=1000),),
        filled=("supervised_at",),
        otherwise="这件事没有在督办，不用解除。",
        tone="plain",
        hint=_("写清督办到什么结果，解除后从督办清单移出。"),
    ),
]

CLOCK = [*EXTENSION, *PAUSE, *SUPERVISION]
