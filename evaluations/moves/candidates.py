"""What may become of a place on the list of first choice (R87), as a table."""

from django.utils.translation import gettext_lazy as _

from evaluations.consequence_rules import decides_subject
from evaluations.enums import CandidatePurpose
from evaluations.enums import CandidateStatus as C
from records.moves import Given, Move, MoveTable

REASON = Given("reason", _("原因"), max_length=200)
DOCUMENT = Given("document_number", _("文号"), max_length=60, help=_("如 潍组发〔2023〕4号"))

CANDIDATES = MoveTable(
    "evaluations.candidate",
    C,
    [
        Move(
            verb="propose",
            label=_("推荐"),
            sources=(C.LISTED,),
            target=C.PROPOSED,
            may=decides_subject,
            needs=(
                Given("purpose", _("用于"), "choice", options=CandidatePurpose),
                Given("reason", _("说明"), required=False, max_length=200, help=_("推荐到哪里、什么名目")),
            ),
            hint=_("列入名单只是够条件；推荐不推荐、用在哪里，由组织研究决定。"),
        ),
        Move(
            verb="choose",
            label=_("已采用"),
            sources=(C.PROPOSED,),
            target=C.CHOSEN,
            may=decides_subject,
            needs=(DOCUMENT, Given("reason", _("说明"), max_length=200, help=_("授予了什么、列为什么人选"))),
            hint=_("按表彰决定或人选批复登记。"),
        ),
        Move(
            verb="not_choose",
            label=_("未采用"),
            sources=(C.PROPOSED,),
            target=C.NOT_CHOSEN,
            may=decides_subject,
            needs=(
                REASON,
                Given(
                    "document_number", _("文号"), required=False, max_length=60, help=_("有会议纪要的填上")
                ),
            ),
            tone="plain",
            hint=_("写明没有采用的原因，以后查得到。"),
        ),
        Move(
            verb="strike",
            label=_("撤下"),
            sources=(C.LISTED, C.PROPOSED),
            target=C.STRUCK,
            may=decides_subject,
            needs=(REASON,),
            tone="danger",
            hint=_("如受处分、资格终止、本人不愿意；名单上留下记录和原因。"),
        ),
        Move(
            verb="relist",
            label=_("更正，重新列入"),
            sources=(C.CHOSEN, C.NOT_CHOSEN, C.STRUCK),
            target=C.LISTED,
            may=decides_subject,
            needs=(REASON,),
            tone="plain",
            hint=_("登记有误时用，回到待研究；原来登记的留在经过里。"),
        ),
    ],
    other_verbs={"listed": _("列入优先人选")},
)
