"""Figures about pairs (R34–R36, R38). Pairs are 对, and belong to the place of the young one."""

from django.db.models import Exists, F, OuterRef, Q

from accounts.scope import under
from records.metrics import Metric, Pair, register
from representatives.metrics.links import end_of
from representatives.quarters import Quarter
from studios.enums import CompanionRole, DayStatus, DutyStatus
from studios.models import Companion, Duty
from training.enums import PairKind, PairOutcome, PairStatus
from training.models import MentorPair, PairRecord

PLACE = "按青年所在地归口"
STANDING = f"截至日结对中的：结对日期不晚于截至日，且截至日尚未总结或解除；{PLACE}，与起始日无关。"


def _pairs(**conditions):
    def records(organization, _start, as_of):
        rows = MentorPair.objects.standing_on(as_of).filter(
            under("organization__path", [organization.path]), **conditions
        )
        return rows.with_names()

    return records


def _counted(rows, as_of):
    return rows.filter(Q(cancelled_at=None) | Q(cancelled_at__gte=end_of(as_of)))


def _records(organization, start, as_of):
    rows = PairRecord.objects.filter(
        under("pair__organization__path", [organization.path]), on__range=(start, as_of)
    )
    return _counted(rows, as_of).select_related("pair__mentor__person", "pair__mentee")


def _kept_up(organization, start, as_of):
    """With a record in the quarter of `as_of`, up to that day."""
    rows = PairRecord.objects.filter(pair=OuterRef("pk"), on__range=(Quarter.of(as_of).first, as_of))
    return _pairs()(organization, start, as_of).filter(Exists(_counted(rows, as_of)))


def _concluded(**conditions):
    def records(organization, start, as_of):
        rows = MentorPair.objects.filter(
            under("organization__path", [organization.path]),
            status=PairStatus.CONCLUDED,
            ended_date__range=(start, as_of),
            **conditions,
        )
        return rows.with_names()

    return records


def _at_receptions(organization, start, as_of):
    """Companions entered as mentees on a day on which their own mentor sat."""
    pairs = MentorPair.objects.filter(
        Q(ended_date=None) | Q(ended_date__gte=OuterRef("day__date")),
        mentee=OuterRef("person"),
        start_date__lte=OuterRef("day__date"),
    )
    sat = Duty.objects.filter(
        day=OuterRef(OuterRef("day")), person=OuterRef("mentor__person"), status=DutyStatus.SERVED
    )
    rows = Companion.objects.filter(
        Exists(pairs.filter(Exists(sat))),
        under("day__studio__organization__path", [organization.path]),
        role=CompanionRole.MENTEE,
        day__status=DayStatus.HELD,
        day__date__range=(start, as_of),
    )
    return rows.select_related("day__studio__organization", "person").order_by(F("day__date"), "pk")


def _declare(code, name, unit, definition, queryset=None, **more):
    register(Metric(code, name, unit, definition, Pair.ABILITY, queryset, **more))


_declare("pairs", "结对帮带", "对", STANDING, _pairs())
_declare(
    "pairs_representative",
    "市级以上代表带青年党代表",
    "对",
    f"{STANDING}其中带青年党代表的。",
    _pairs(kind=PairKind.REPRESENTATIVE),
)
_declare(
    "pairs_cadre",
    "市级以上代表带青年干部",
    "对",
    f"{STANDING}其中带青年干部的。",
    _pairs(kind=PairKind.CADRE),
)
_declare(
    "pairs_mentors",
    "帮带代表",
    "名",
    f"{STANDING}其中的帮带代表，一人只计一名。",
    _pairs(),
    distinct="mentor__person",
)
_declare(
    "pairs_records",
    "帮带记录",
    "次",
    f"起始日至截至日（含当日）发生、截至日没有更正掉的帮带记录；{PLACE}。",
    _records,
)
_declare(
    "pairs_kept_up",
    "本季度有帮带的结对",
    "对",
    f"{STANDING}其中截至日所在季度内（至截至日）有帮带记录的。",
    _kept_up,
)
_declare(
    "pairs_kept_up_rate",
    "本季度帮带率",
    "%",
    "本季度有帮带的结对 ÷ 结对帮带。",
    ratio=("pairs_kept_up", "pairs"),
)
_declare(
    "pairs_concluded", "总结的结对", "对", f"起始日至截至日（含当日）结束并已总结的；{PLACE}。", _concluded()
)
_declare(
    "pairs_reached",
    "目标全部达到的结对",
    "对",
    f"起始日至截至日（含当日）结束并已总结、结果为「目标全部达到」的；{PLACE}。",
    _concluded(outcome=PairOutcome.REACHED),
)
_declare(
    "pairs_at_receptions",
    "结对同驻室",
    "人次",
    "起始日至截至日（含当日）已接待的接待日上，帮带代表到岗、所带青年登记为同驻室的；按接待日所在工作室（站）归口。",
    _at_receptions,
)
