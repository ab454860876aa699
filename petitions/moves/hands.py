"""Who has a matter in hand (R60): lead unit and co-units, handing back and on, taking over, and who is complained of."""

from django.utils.translation import gettext_lazy as _

from petitions import rules
from petitions.enums import Status
from petitions.moves.givens import ACCUSED, REASON
from records.moves import Given, Move

ACTING_UNIT = Given(
    "organization",
    _("本单位"),
    "model",
    required=False,
    options=rules.own_helping_units,
    help=_("只有一个协办单位归您经办时不用选"),
)

HANDS = [
    Move(
        verb="countersign",
        label=_("会签"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.co_handler,
        needs=(Given("content", _("会签意见"), "long_text", max_length=5000), ACTING_UNIT),
        hint=_("写明本单位的办理情况和意见。各协办单位都会签了，主办单位才能答复。"),
    ),
    Move(
        verb="decline",
        label=_("退出协办"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.co_handler,
        needs=(REASON, ACTING_UNIT),
        tone="plain",
        hint=_("不属于本单位职责的，说明原因后退出，并通知主办单位和组工干部。"),
    ),
    Move(
        verb="hand_back",
        label=_("退回"),
        sources=(Status.HANDLING,),
        target=Status.REGISTERED,
        may=rules.handler,
        needs=(REASON,),
        tone="plain",
        hint=_("不属于本单位职责的，收到后规定工作日内说明原因，退回交办的组织。"),
    ),
    Move(
        verb="co_units",
        label=_("调整协办"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.may_hand_on,
        needs=(
            Given(
                "co_units",
                _("协办单位"),
                "models",
                required=False,
                options=rules.handling_units,
                help=_("填调整后的完整名单；名单上没有的单位即解除协办"),
            ),
            REASON,
        ),
        tone="plain",
        hint=_("增加或解除协办单位。新增的单位要会签，解除的不再等它会签。"),
    ),
    Move(
        verb="hand_on",
        label=_("改派"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.may_hand_on,
        needs=(
            Given("organization", _("改由哪个单位承办"), "model", options=rules.other_handling_units),
            REASON,
            Given(
                "restart",
                _("期限从今天重新计算"),
                "boolean",
                required=False,
                help=_("不选时期限不变：换单位是我们的事，答应群众的日子不变"),
            ),
        ),
        empty=("paused_at",),
        otherwise="这件事正停着表，不能改派。请先恢复计时，再改派。",
        tone="plain",
        hint=_("只有交办的组织能改派。原单位不再看到这件事。"),
    ),
    Move(
        verb="take_over",
        label=_("收回自办"),
        sources=(Status.HANDLING,),
        target=None,
        may=rules.may_hand_on,
        needs=(REASON,),
        empty=("paused_at",),
        otherwise="这件事正停着表，不能收回。请先恢复计时，再收回。",
        tone="plain",
        hint=_("由本级组织直接办理、直接答复，期限不变。"),
    ),
    Move(
        verb="name_accused",
        label=_("标明被反映单位"),
        sources=Status.open_states(),
        target=None,
        may=rules.organizer,
        needs=(
            Given(
                "accused",
                _("被反映的机关单位"),
                "models",
                options=rules.accusable_offices,
                help=ACCUSED.help,
            ),
            Given("note", _("说明"), "long_text", required=False, max_length=1000),
        ),
        empty=("problem_id",),
        otherwise="这件事已经并案，同案的别的事该单位看得到。请先「移出并案」，再标明。",
        tone="plain",
        hint=_("标明后，该单位的人看不到这件事，也不能由它办理。只能增加，不能在这里取消。"),
    ),
]
