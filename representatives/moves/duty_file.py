"""What honours, ticks of the yearly list and objections must be given, and what may become of an objection."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganizationKind, Role
from accounts.models import Organization
from accounts.scope import Scope, under
from records.moves import Given, Move, MoveTable
from records.verbs import register_verbs
from representatives import file_rules
from representatives.enums import DutyKind, HonourLevel, ObjectionKind, ObjectionStatus
from representatives.models import DutyRecord, Mandate
from representatives.moves.groups import organized_mandates


def listed_places(_subject, user):
    """Places that keep a list of their own: the city and the counties one organizes."""
    prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
    kinds = (OrganizationKind.CITY, *OrganizationKind.county_level())
    return Organization.objects.filter(under("path", prefixes), kind__in=kinds).order_by("path")


def own_mandates(_subject, user):
    return Mandate.objects.filter(person__user_id=user.pk).select_related(
        "person", "congress", "organization"
    )


def own_records(mandate, user):
    """Lines that stand in her own file."""
    rows = DutyRecord.objects.standing().filter(mandate__person__user_id=user.pk)
    return rows.filter(mandate=mandate) if mandate is not None else rows


HONOUR = (
    Given("mandate", _("党代表"), "model", options=organized_mandates),
    Given("title", _("荣誉名称"), max_length=80, help=_("照证书或文件上的写")),
    Given("granted_by", _("授予单位"), max_length=80),
    Given("level", _("级别"), "choice", options=HonourLevel),
    Given("granted_date", _("授予日期"), "date"),
    Given("document_number", _("文号"), required=False, max_length=60),
    Given("note", _("说明"), "long_text", required=False, max_length=300),
)
WITHDRAW_HONOUR = (Given("reason", _("为什么撤销"), "long_text", max_length=200),)
TICK = (
    Given("evidence", _("做了什么"), "long_text", max_length=300, help=_("在哪里、和谁、做成了什么")),
    Given("on", _("哪天"), "date"),
    Given(
        "quantity",
        _("算几"),
        "integer",
        required=False,
        minimum=1,
        maximum=999,
        help=_("一般是 1；一次做了几名、几次的，写数目"),
    ),
)
CANCEL_TICK = (Given("reason", _("为什么取消"), "long_text", max_length=200),)
COPY_LIST = (
    Given("organization", _("适用组织"), "model", options=listed_places),
    Given("year", _("从哪一年复制"), "integer", minimum=2000, maximum=2099),
)
TEXT = Given("text", _("怎么回事"), "long_text", max_length=500)
OBJECTION = (
    Given("kind", _("类别"), "choice", options=ObjectionKind),
    Given("record", _("哪一条履职记录"), "model", required=False, options=own_records),
    Given("duty_kind", _("哪类履职"), "choice", required=False, options=DutyKind),
    Given("on", _("哪一天"), "date", required=False),
    TEXT,
)

OBJECTIONS = MoveTable(
    "representatives.dutyobjection",
    ObjectionStatus,
    [
        Move(
            verb="accept",
            label=_("同意更正"),
            sources=(ObjectionStatus.OPEN,),
            target=ObjectionStatus.ACCEPTED,
            may=file_rules.may_answer,
            needs=(
                Given(
                    "answer",
                    _("更正了什么"),
                    "long_text",
                    max_length=500,
                    help=_("写给本人看：改了哪里，现在怎样记"),
                ),
            ),
            hint=_("履职记录不能直接改：先到来源里更正或补登，档案随之变化，再在这里答复。"),
        ),
        Move(
            verb="refuse",
            label=_("不予更正"),
            sources=(ObjectionStatus.OPEN,),
            target=ObjectionStatus.REFUSED,
            may=file_rules.may_answer,
            needs=(Given("answer", _("理由"), "long_text", max_length=500, help=_("写给本人看")),),
            tone="plain",
            hint=_("写清核对了什么、为什么照原样记。"),
        ),
        Move(
            verb="withdraw",
            label=_("收回异议"),
            sources=(ObjectionStatus.OPEN,),
            target=ObjectionStatus.WITHDRAWN,
            may=file_rules.may_take_back,
            tone="plain",
        ),
    ],
    other_verbs={"raise": _("提出异议")},
)
register_verbs("representatives.honour", {"honour": _("登记荣誉"), "withdraw_honour": _("撤销荣誉")})
register_verbs("representatives.dutytick", {"tick": _("登记完成"), "cancel_tick": _("取消登记")})
register_verbs("representatives.dutyitem", {"copied": _("从上年复制")})
register_verbs("representatives.mandate", {"file_printed": _("打印履职档案")})
