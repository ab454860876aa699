"""What may become of a survey (R90). It is not opened again: two looks at its results never differ by an answer."""

from django.utils.translation import gettext_lazy as _

from evaluations.enums import MassSurveyStatus as S
from evaluations.survey_rules import may_hand_out, may_organize
from records.moves import Given, Move, MoveTable

MOST_SLIPS = 200
"""At a time: 25 sheets, which a venue hands out in a year and the renderer lays out while one waits."""
MOST_LOTS = 50

SURVEYS = MoveTable(
    "evaluations.survey",
    S,
    [
        Move(
            verb="open",
            label=_("开始评议"),
            sources=(S.DRAFT,),
            target=S.OPEN,
            may=may_organize,
            hint=_("评议问题就此定下。开始后打印评议码，发给来过的党员群众。"),
        ),
        Move(
            verb="extend",
            label=_("延长截止日期"),
            sources=(S.OPEN,),
            target=None,
            may=may_organize,
            needs=(Given("due_date", _("新的截止日期"), "date"),),
            tone="plain",
            hint=_("已发出的评议码继续有效；评议码上印的还是原来的日期，请口头说明。"),
        ),
        Move(
            verb="close",
            label=_("结束评议"),
            sources=(S.OPEN,),
            target=S.CLOSED,
            may=may_organize,
            tone="danger",
            hint=_("没用过的评议码全部作废，不能再开。满最少份数的，结果随即可看。"),
        ),
    ],
    other_verbs={
        "issue": _("打印评议码"),
        "draw": _("抽签"),
    },
)
ISSUE = Move(
    verb="issue",
    label=_("打印评议码"),
    sources=(S.OPEN,),
    target=None,
    may=may_hand_out,
    needs=(
        Given(
            "count",
            _("打印几张"),
            "integer",
            minimum=1,
            maximum=MOST_SLIPS,
            help=_("一张A4纸印8张，一次最多200张"),
        ),
    ),
    hint=_("评议码只在这份打印件上，系统里查不到、不能补印；打坏了再印一份，没发出去的请销毁。"),
)
DRAW = Move(
    verb="draw",
    label=_("从接待过的人里抽签"),
    sources=(S.OPEN,),
    target=None,
    may=may_hand_out,
    needs=(
        Given(
            "count", _("抽几个人"), "integer", minimum=1, maximum=MOST_LOTS, help=_("已经抽到过的不会再抽到")
        ),
    ),
    hint=_("只抽出给谁发，不分给谁哪一张；评议码另外打印，混在一起随手发。"),
)
