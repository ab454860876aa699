"""What may become of a pair, as a table, and what its other steps must be given (R34–R36)."""

from django.utils.translation import gettext_lazy as _

from records.moves import Given, Move, MoveTable
from training.enums import MentoringKind, PairKind, PairOutcome, PairStatus
from training.pair_rules import (
    organizes_pair,
    places_organized,
    possible_mentees,
    possible_mentors,
)

REASON = Given("reason", _("原因"), max_length=200)

PAIR = (
    Given("kind", _("类别"), "choice", options=PairKind),
    Given("mentor", _("帮带代表"), "model", options=possible_mentors, help=_("市级以上在任代表")),
    Given("mentee", _("已在系统里的青年"), "model", required=False, options=possible_mentees),
    Given("name", _("姓名"), required=False, max_length=40, help=_("不在系统里的青年干部，填下面几项")),
    Given("phone", _("电话"), required=False, max_length=20, help=_("5到20位数字，可带区号")),
    Given("birth_month", _("出生年月"), "date", required=False, help=_("取当月1日；系统里没有登记的须补上")),
    Given("employer", _("工作单位及职务"), required=False, max_length=120),
    Given("organization", _("青年所在地"), "model", options=places_organized),
    Given("start_date", _("结对日期"), "date"),
    Given("planned_end_date", _("计划到期"), "date", help=_("一般为一年")),
    Given("goal", _("第一个目标"), max_length=120, help=_("如：一年内能独立主持一次接待")),
)
GOAL = (
    Given("content", _("目标"), max_length=120),
    Given("due_date", _("到什么时候"), "date"),
)
REACH = (
    Given("goal", _("目标"), "model", options=lambda pair, _user: pair.goals.filter(reached_date=None)),
    Given("reached_date", _("达到日期"), "date"),
    Given("evidence", _("怎么看出达到了"), max_length=200),
)
RECORD = (
    Given("kind", _("做了什么"), "choice", options=MentoringKind),
    Given("on", _("哪天"), "date"),
    Given("content", _("内容"), "long_text", max_length=500, help=_("一两句话：谈了什么、教了什么")),
)

PAIRS = MoveTable(
    "training.mentorpair",
    PairStatus,
    [
        Move(
            verb="conclude",
            label=_("总结"),
            sources=(PairStatus.ACTIVE,),
            target=PairStatus.CONCLUDED,
            may=organizes_pair,
            needs=(
                Given("outcome", _("帮带结果"), "choice", options=PairOutcome),
                Given("ended_date", _("结束日期"), "date"),
                Given("summary", _("总结"), "long_text", max_length=2000),
            ),
            hint=_("到期后写明结果；还没达到的目标照样留着。"),
        ),
        Move(
            verb="stop",
            label=_("解除结对"),
            sources=(PairStatus.ACTIVE,),
            target=PairStatus.STOPPED,
            may=organizes_pair,
            needs=(Given("ended_date", _("结束日期"), "date"), REASON),
            tone="danger",
            hint=_("中途调离、换人时用；做过的照样算数。"),
        ),
        Move(
            verb="reopen",
            label=_("更正总结"),
            sources=(PairStatus.CONCLUDED, PairStatus.STOPPED),
            target=PairStatus.ACTIVE,
            may=organizes_pair,
            needs=(REASON,),
            tone="plain",
            hint=_("总结或解除有误时用，恢复为结对中。"),
        ),
    ],
    other_verbs={
        "pair": _("结对"),
        "add_goal": _("定目标"),
        "reach_goal": _("达到目标"),
        "record": _("记帮带"),
        "cancel_record": _("更正帮带记录"),
    },
)
