"""An item to improve, from the day it is set until it is confirmed (R91), as a table."""

from django.utils.translation import gettext_lazy as _

from evaluations.consequence_rules import does_it, oversees, possible_owners
from evaluations.enums import ImprovementStatus as I
from records.moves import Given, Move, MoveTable

REASON = Given("reason", _("原因"), max_length=200)
DUE = Given("due_date", _("完成期限"), "date")

IMPROVEMENT = (
    Given("content", _("改进事项"), max_length=200, help=_("一件事一条，写到做没做一看就知道")),
    Given("owner", _("责任人"), "model", required=False, options=possible_owners),
    Given(
        "owner_name",
        _("或责任人姓名"),
        required=False,
        max_length=40,
        help=_("没有账号的填姓名，由组工干部代为登记"),
    ),
    DUE,
)

IMPROVEMENTS = MoveTable(
    "evaluations.improvement",
    I,
    [
        Move(
            verb="report_done",
            label=_("登记完成"),
            sources=(I.OPEN,),
            target=I.DONE,
            may=does_it,
            needs=(
                Given("result", _("完成情况"), "long_text", max_length=1000, help=_("做了什么、现在怎样")),
            ),
            hint=_("由组工干部验收。"),
        ),
        Move(
            verb="confirm",
            label=_("验收"),
            sources=(I.DONE,),
            target=I.CONFIRMED,
            may=oversees,
            needs=(Given("note", _("验收意见"), required=False, max_length=200),),
        ),
        Move(
            verb="send_back",
            label=_("退回再改"),
            sources=(I.DONE,),
            target=I.OPEN,
            may=oversees,
            needs=(REASON,),
            tone="plain",
            hint=_("写明还差什么；期限不变，要改期限请再办「改期」。"),
        ),
        Move(
            verb="postpone",
            label=_("改期"),
            sources=(I.OPEN,),
            target=None,
            may=oversees,
            needs=(DUE, REASON),
            tone="plain",
        ),
        Move(
            verb="drop",
            label=_("取消"),
            sources=(I.OPEN, I.DONE),
            target=I.DROPPED,
            may=oversees,
            needs=(REASON,),
            tone="danger",
            hint=_("不用再改时用，原因留在记录里。"),
        ),
    ],
    other_verbs={"add": _("列出改进事项"), "remind": _("提醒")},
)
