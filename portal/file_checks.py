"""Do honours, the yearly list and objections agree with the seats they are about? Part of `manage.py verify`."""

from django.db.models import F, Q
from django.db.models.functions import ExtractYear

from representatives.enums import DutyKind, ObjectionStatus
from representatives.models import DutyItem, DutyObjection, DutyTick, Honour


def check_files():
    yield from _honours()
    yield from _list()
    yield from _objections()


def _honours():
    """What each line of the ledger says of them is recomputed with all other lines."""
    rows = Honour.objects.order_by("pk")
    for sentence, condition in (
        ("授予日期早于当选日期", Q(granted_date__lt=F("mandate__start_date"))),
        ("授予日期晚于资格终止日期", Q(granted_date__gt=F("mandate__end_date"))),
        ("已撤销，却没有写明原因", Q(withdrawn_at__isnull=False, withdraw_reason="")),
        ("没有撤销，却写着撤销的原因", Q(withdrawn_at=None) & ~Q(withdraw_reason="")),
    ):
        for name, title in rows.filter(condition).values_list("mandate__person__name", "title"):
            yield f"{name}的荣誉「{title}」{sentence}。"


def _list():
    for item in DutyItem.objects.select_related("organization").order_by("pk"):
        if set(item.kinds) - set(DutyKind.values):
            yield f"{item.organization}清单「{item}」有不认识的履职类别。"
    rows = DutyTick.objects.annotate(year=ExtractYear("on")).order_by("pk")
    for sentence, condition in (
        ("不在清单的年度", ~Q(year=F("item__year"))),
        ("登记的事项不是给这个层级的", ~Q(item__level="") & ~Q(item__level=F("mandate__level"))),
        ("已取消，却没有写明原因", Q(cancelled_at__isnull=False, cancel_reason="")),
    ):
        for name, text in rows.filter(condition).values_list("mandate__person__name", "item__text"):
            yield f"{name}的清单登记「{text}」{sentence}。"


def _objections():
    rows = DutyObjection.objects.order_by("pk")
    answered = Q(status__in=ObjectionStatus.answered())
    for sentence, condition in (
        ("指的不是本人这个资格的履职记录", ~Q(record=None) & ~Q(record__mandate=F("mandate"))),
        ("已答复，却没有写答复", answered & Q(answer="")),
        ("没有答复，却写着答复", ~answered & ~Q(answer="")),
        ("答复早于提出", Q(answered_at__lt=F("made_at"))),
        ("由本人答复", Q(answered_by=F("mandate__person__user"))),
    ):
        for name in rows.filter(condition).values_list("mandate__person__name", flat=True):
            yield f"{name}对履职记录的异议{sentence}。"
