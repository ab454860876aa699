"""What may become of a scheme (R84)."""

from django.utils.translation import gettext_lazy as _

from evaluations.enums import SchemeStatus
from evaluations.rules import may_organize
from records.moves import Given, Move, MoveTable

SCHEMES = MoveTable(
    "evaluations.scheme",
    SchemeStatus,
    [
        Move(
            verb="approve",
            label=_("启用"),
            sources=(SchemeStatus.DRAFT,),
            target=SchemeStatus.IN_USE,
            may=may_organize,
            needs=(Given("document_number", _("依据文号"), max_length=60, help=_("如 潍组发〔2022〕15号")),),
            hint=_("各项分值须合计100分。启用后同一年度、层级的旧版停用；考评开始后不能再改。"),
        ),
        Move(
            verb="send_back",
            label=_("退回修改"),
            sources=(SchemeStatus.IN_USE,),
            target=SchemeStatus.DRAFT,
            may=may_organize,
            empty=("frozen_at",),
            otherwise=_("已有考评按这个办法开始，不能退回修改。要改请复制成新版，下一次考评起用。"),
            tone="plain",
        ),
        Move(
            verb="retire",
            label=_("停用"),
            sources=(SchemeStatus.IN_USE,),
            target=SchemeStatus.RETIRED,
            may=may_organize,
            tone="danger",
            hint=_("已按这个办法开始的考评不受影响，以后的考评不再用它。"),
        ),
    ],
    other_verbs={"copy": _("复制"), "change_indicators": _("修改指标")},
)
