"""Figures about who sits at the venues: sessions by level (R24), check-ins, coverage (R19), the yearly minimum.

The report's "2,600 sessions" of city-and-above frontline representatives count each representative on each day: 229
venues that receive once a month hold fewer days than that in ten months. How many days had at least one of them is
told beside it.
"""

from django.db.models import Count, Exists, OuterRef, Q

from accounts.scope import STEP, under
from records.metrics import Metric, Pair, register
from representatives.enums import DutyKind, Level
from representatives.models import DutyRecord, Mandate, Person
from studios.enums import CheckInMeans, DayStatus, DutyStatus
from studios.metrics.receptions import day_after, days
from studios.models import Duty, MandatePlacement, ReceptionPolicy, Studio

SAT = (
    "起始日至截至日（含当日）已接待的接待日上，签到到岗的代表，按接待日所在工作室（站）归口；"
    "一名代表在一个接待日计一场次，两名代表同班计两场次。"
)
CITY_FRONTLINE = {"mandate__level__in": Level.city_and_above(), "mandate__is_frontline": True}


def _duties(*states, **conditions):
    def records(organization, start, as_of):
        rows = Duty.objects.filter(
            under("day__studio__organization__path", [organization.path]),
            day__status=DayStatus.HELD,
            date__range=(start, as_of),
            status__in=states,
            **conditions,
        )
        return rows.select_related("day__studio__organization", "person", "mandate")

    return records


def _served(**conditions):
    return _duties(DutyStatus.SERVED, **conditions)


def _days_with_city_frontline(organization, start, as_of):
    sat = Duty.objects.filter(day=OuterRef("pk"), status=DutyStatus.SERVED, **CITY_FRONTLINE)
    return days(organization, start, as_of, status=DayStatus.HELD).filter(Exists(sat))


def _covered(organization, _start, as_of):
    """Frontline mandates with a venue in use: by group, attached in person, or leading it (R10, R13)."""
    attached = MandatePlacement.objects.filter(
        Q(end_date=None) | Q(end_date__gte=as_of),
        mandate=OuterRef("pk"),
        start_date__lte=as_of,
        studio__is_active=True,
    )
    led = Studio.objects.filter(lead=OuterRef("pk"), is_active=True)
    rows = Mandate.objects.held_on(as_of).frontline().filter(under("organization__path", [organization.path]))
    rows = rows.filter(Q(group__placement__studio__is_active=True) | Exists(attached) | Exists(led))
    return rows.select_related("person", "congress", "organization", "group")


def _reached_minimum(organization, _start, as_of):
    """People who have sat as often, in the calendar year of `as_of` up to then, as the policy of their place asks."""
    by_minimum = {}
    policies = list(ReceptionPolicy.objects.select_related("organization"))
    own = {policy.organization.path: policy.yearly_minimum for policy in policies}
    whole = next(
        (own[path] for path in _upwards(organization.path) if path in own),
        ReceptionPolicy._meta.get_field("yearly_minimum").default,
    )
    inside = sorted(path for path in own if path.startswith(organization.path) and path != organization.path)
    for path in [organization.path, *inside]:
        nearer = [other for other in inside if other != path and other.startswith(path)]
        place = Q(organization__path__startswith=path)
        for other in nearer:
            place &= ~Q(organization__path__startswith=other)
        by_minimum.setdefault(own.get(path, whole), []).append(place)
    reached = Q(pk__in=[])
    for minimum, places in by_minimum.items():
        place = Q(pk__in=[])
        for one in places:
            place |= one
        held = Mandate.objects.held_on(as_of).filter(place, person=OuterRef("pk"))
        reached |= Exists(held) & (Q(pk__in=_often_enough(minimum, as_of)) if minimum else Q())
    return Person.objects.filter(reached)


def _upwards(path):
    return [path[:length] for length in range(len(path), 0, -STEP)]


def _often_enough(minimum, as_of):
    lines = DutyRecord.objects.filter(
        Q(reversed_at=None) | Q(reversed_at__gte=day_after(as_of)),
        kind=DutyKind.RECEPTION,
        on__range=(as_of.replace(month=1, day=1), as_of),
    )
    counted = lines.order_by().values("mandate__person").annotate(sat=Count("pk")).filter(sat__gte=minimum)
    return counted.values("mandate__person")


def _declare(code, name, definition, queryset=None, *, unit="场次", ratio=None, pair=Pair.OPINION):
    register(Metric(code, name, unit, definition, pair, queryset, ratio=ratio))


_declare("sessions", "代表驻室接待", SAT, _served())
for _level in Level:
    _declare(
        f"sessions_{_level.value}",
        f"{_level.label}党代表驻室",
        f"{SAT}其中以{_level.label}代表资格驻室的。",
        _served(mandate__level=_level),
    )
_declare(
    "sessions_city_frontline",
    "市级以上一线党代表驻室接待",
    f"{SAT}其中以全国、省级、市级代表资格驻室，且标明「生产和工作一线」的。",
    _served(**CITY_FRONTLINE),
)
_declare(
    "reception_city_frontline",
    "有市级以上一线党代表的接待日",
    "已接待的接待日中，至少有一名市级以上、标明「生产和工作一线」的代表签到到岗的，一室一天计一场。",
    _days_with_city_frontline,
    unit="场",
)
_declare(
    "sessions_absent",
    "代表未到岗",
    SAT.replace("签到到岗的代表", "排了班没有签到的代表"),
    _duties(DutyStatus.ABSENT),
)
_declare(
    "sessions_by_code",
    "代表本人签到",
    f"{SAT}其中由代表本人用手机凭现场口令签到的，其余由联络员代签。",
    _served(checked_in_by=CheckInMeans.CODE),
)
_declare(
    "frontline_with_venue",
    "有工作室（站）的一线党代表",
    "截至日在任或暂停的一线代表资格中，编入的代表小组有启用的工作室（站），或本人挂靠、领衔一个启用的工作室（站）的；"
    "按代表所在地归口，与起始日无关。",
    _covered,
    unit="名",
    pair=Pair.ABILITY,
)
_declare(
    "frontline_coverage",
    "一线党代表覆盖率",
    "有工作室（站）的一线党代表 ÷ 生产和工作一线党代表。",
    unit="%",
    ratio=("frontline_with_venue", "frontline"),
    pair=Pair.ABILITY,
)
_declare(
    "minimum_reached",
    "达到年度接待次数的党代表（人）",
    "截至日所在年度1月1日至截至日，驻室接待次数达到接待日设置中年度最低次数（默认每年2次）的在任或暂停代表，"
    "一人无论几个资格只计一名，按履职记录计算；按代表资格所在地归口，与起始日无关。",
    _reached_minimum,
    unit="名",
)
_declare(
    "minimum_reached_rate",
    "年度接待次数达标率",
    "达到年度接待次数的党代表（人） ÷ 党代表（人）。",
    unit="%",
    ratio=("minimum_reached", "persons"),
)
