"""A reminder talk from the day on which it falls due to its follow-up (R88), as a table."""

from django.utils.translation import gettext_lazy as _

from evaluations.consequence_rules import decides_subject, is_about_her
from evaluations.enums import TalkOutcome
from evaluations.enums import TalkStatus as T
from records.moves import Given, Move, MoveTable

REASON = Given("reason", _("原因"), max_length=200)
PLAN = Given("plan", _("改进打算"), "long_text", max_length=2000, help=_("准备怎么改、到什么时候"))

TALKS = MoveTable(
    "evaluations.remindertalk",
    T,
    [
        Move(
            verb="hold",
            label=_("登记谈话"),
            sources=(T.DUE,),
            target=T.HELD,
            may=decides_subject,
            needs=(
                Given("talk_date", _("谈话日期"), "date"),
                Given("talker", _("谈话人"), max_length=80, help=_("姓名和职务，可以不止一人")),
                Given(
                    "content",
                    _("谈话要点"),
                    "long_text",
                    max_length=2000,
                    help=_("指出了什么问题、提了什么要求、本人怎么说；本人看得到"),
                ),
                PLAN,
                Given("follow_up_date", _("哪天回访"), "date", help=_("到时会提醒您")),
            ),
            hint=_("谈话以后登记；本人会收到通知，在手机上看得到记录。"),
        ),
        Move(
            verb="close",
            label=_("登记回访、办结"),
            sources=(T.HELD,),
            target=T.CLOSED,
            may=decides_subject,
            needs=(
                Given("followed_up_on", _("回访日期"), "date"),
                Given(
                    "follow_up",
                    _("回访情况"),
                    "long_text",
                    max_length=2000,
                    help=_("改进打算落实得怎样；本人看得到"),
                ),
                Given("outcome", _("改进结果"), "choice", options=TalkOutcome),
            ),
        ),
        Move(
            verb="amend_plan",
            label=_("写改进打算"),
            sources=(T.HELD,),
            target=None,
            may=is_about_her,
            needs=(PLAN,),
            tone="plain",
            hint=_("用自己的话写；回访的时候对照着看。"),
        ),
        Move(
            verb="drop",
            label=_("不再需要"),
            sources=(T.DUE, T.HELD),
            target=T.DROPPED,
            may=decides_subject,
            needs=(REASON,),
            tone="danger",
            hint=_("如去世、资格终止、调离本市；原因留在记录里。"),
        ),
        Move(
            verb="correct",
            label=_("更正谈话登记"),
            sources=(T.HELD,),
            target=T.DUE,
            may=decides_subject,
            needs=(REASON,),
            tone="plain",
            hint=_("登记有误时用：回到待谈话，已写的要点留着，改好再登记。"),
        ),
        Move(
            verb="reopen",
            label=_("更正回访登记"),
            sources=(T.CLOSED,),
            target=T.HELD,
            may=decides_subject,
            needs=(REASON,),
            tone="plain",
            hint=_("回访登记有误时用：回到待回访。"),
        ),
        Move(
            verb="restore",
            label=_("恢复"),
            sources=(T.DROPPED,),
            target=T.DUE,
            may=decides_subject,
            needs=(REASON,),
            tone="plain",
            hint=_("误登记为不再需要的，恢复为待谈话。"),
        ),
    ],
    other_verbs={"due": _("列入提醒谈话"), "print": _("打印谈话记录"), "remind": _("提醒")},
)
