"""What may become of a mandate, as a table (R9; 中发〔2008〕8号 Arts. 25, 26, 28)."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.scope import Scope, under
from records.moves import Given, Move, MoveTable
from representatives.enums import EndGround, MandateStatus, OpenWorkFate, StopGround, SuspendGround
from representatives.models import Mandate


def decides(user, mandate):
    """The organizer of the congress's own level decides (Art. 28: decided by the same-level committee)."""
    return Scope.of(user).covers(mandate.congress.organization, Role.ORGANIZER)


def successors(mandate, _user):
    """Who may take over the open work: colleagues in office in the same county."""
    county = mandate.organization.county_path
    return Mandate.objects.in_office().filter(under("organization__path", [county])).exclude(pk=mandate.pk)


DECISION = (
    Given("proposer", _("提出单位"), max_length=80, help=_("一般为选举单位")),
    Given("decided_by", _("决定机关"), max_length=80, help=_("同级党的委员会")),
    Given("decision_date", _("决定日期"), "date"),
    Given("filing_date", _("报上一级备案日期"), "date", required=False),
    Given("note", _("说明"), "long_text", required=False, max_length=1000),
)
OPEN_WORK = (
    Given(
        "fate",
        _("未办结的事项"),
        "choice",
        required=False,
        options=OpenWorkFate,
        help=_("名下还有未办结事项时必选"),
    ),
    Given("successor", _("移交给"), "model", required=False, options=successors),
)
HOLDING = (MandateStatus.IN_OFFICE, MandateStatus.SUSPENDED)

TABLE = MoveTable(
    "representatives.mandate",
    MandateStatus,
    [
        Move(
            verb="suspend",
            label=_("暂停资格"),
            sources=(MandateStatus.IN_OFFICE,),
            target=MandateStatus.SUSPENDED,
            may=decides,
            needs=(Given("ground", _("事由"), "choice", options=SuspendGround), *DECISION),
            tone="plain",
        ),
        Move(
            verb="restore",
            label=_("恢复资格"),
            sources=(MandateStatus.SUSPENDED,),
            target=MandateStatus.IN_OFFICE,
            may=decides,
            needs=DECISION,
        ),
        Move(
            verb="stop",
            label=_("停止执行职务"),
            sources=HOLDING,
            target=MandateStatus.STOPPED,
            may=decides,
            needs=(Given("ground", _("事由"), "choice", options=StopGround), *DECISION, *OPEN_WORK),
            tone="danger",
            hint=_("第26条：组织关系或工作调离选举产生的地区、单位。"),
        ),
        Move(
            verb="end",
            label=_("终止资格"),
            sources=(*HOLDING, MandateStatus.STOPPED),
            target=MandateStatus.ENDED,
            may=decides,
            needs=(Given("ground", _("事由"), "choice", options=EndGround), *DECISION, *OPEN_WORK),
            tone="danger",
            hint=_("第25条：受留党察看以上处分、停止党籍、辞职被接受、去世等。"),
        ),
    ],
    other_verbs={"expire": _("届满")},
)
