"""A matter that is not ours goes where it belongs (信访工作条例第23条)."""

from django.utils.translation import gettext_lazy as _

from petitions import rules
from petitions.enums import Receiver, Status, TellingMethod
from petitions.moves.givens import REASON
from records.moves import Given, Move

TOLD = (
    Given("told_on", _("告知反映人的日期"), "date", required=False, help=_("还没告知的，登记回执时再填")),
    Given("told_method", _("告知方式"), "choice", required=False, options=TellingMethod),
)

ROUTING = [
    Move(
        verb="route_out",
        label=_("转出"),
        sources=(Status.REGISTERED, Status.HANDLING),
        target=Status.ROUTED_OUT,
        may=rules.organizer,
        needs=(
            Given("receiver", _("转往"), "choice", options=Receiver),
            Given("receiver_name", _("接收机关全称"), "text", max_length=60),
            Given("reason", _("转出理由"), "long_text", max_length=1000),
            *TOLD,
        ),
        tone="plain",
        hint=_("不归我们办的事，转给依法管的机关。我们的期限停止，另行统计。"),
    ),
    Move(
        verb="receipt",
        label=_("登记回执"),
        sources=(Status.ROUTED_OUT,),
        target=None,
        may=rules.organizer_or_keeper,
        needs=(
            Given("receipt_on", _("回执日期"), "date"),
            Given("receipt_number", _("回执号"), "text", required=False, max_length=60),
            *TOLD,
        ),
        empty=("receipt_on",),
        otherwise="回执已经登记过了。请刷新页面，看最新进展。",
        hint=_("接收机关收下了才算转完。反映人还没告知的，这里一并补上。"),
    ),
    Move(
        verb="take_back",
        label=_("对方退回"),
        sources=(Status.ROUTED_OUT,),
        target=Status.REGISTERED,
        may=rules.organizer,
        needs=(REASON,),
        tone="plain",
        hint=_("接收机关不收时使用。事项回到「待交办」，期限重新起算。"),
    ),
]
