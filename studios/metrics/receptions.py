"""Figures about reception days and who came to them (R22–R25).

A day counts on its own date, whenever it was closed: what the keeper writes down a day late belongs to the day it tells
of. A day that was put off counts where it went; the date that it left is told apart.
"""

from datetime import datetime, time, timedelta

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.scope import under
from records.metrics import Metric, Pair, register
from studios.enums import DayStatus
from studios.metrics.venues import venues_in_use
from studios.models import ReceptionDay, Visit

PERIOD = "接待日的日期在起始日至截至日（含当日），按工作室（站）所属组织归口，一室一天计一场；改期的按改后的日期计，事后补登的计入接待日当天。"
CAME = (
    "起始日至截至日（含当日）的接待日来访人次，按登记的人次合计，一人来两次计两人次；截至日前已更正的不计。"
)


def days(organization, start, as_of, **conditions):
    """Reception days with a date in the period; those that were put off are on it where they went."""
    rows = ReceptionDay.objects.filter(
        under("studio__organization__path", [organization.path]), date__range=(start, as_of), **conditions
    )
    return rows.select_related("studio__organization")


def _due(organization, start, as_of):
    """All that were laid down and not put off; also those that nobody has published, or that await their record."""
    return days(organization, start, as_of).exclude(status=DayStatus.POSTPONED)


def _in_state(*states):
    def records(organization, start, as_of):
        return days(organization, start, as_of, status__in=states)

    return records


def months_within(start, as_of):
    """(first day of the first whole calendar month, day after the last, how many), of those that lie in the period."""
    first = start if start.day == 1 else (start.replace(day=1) + timedelta(days=32)).replace(day=1)
    after = (as_of + timedelta(days=1)).replace(day=1)
    return first, after, max(0, (after.year - first.year) * 12 + after.month - first.month)


def _every_month(organization, start, as_of):
    """Venues that held a day in each whole month; where the period has none, in the month of `as_of` up to then."""
    first, after, wanted = months_within(start, as_of)
    if not wanted:
        first, after, wanted = max(start, as_of.replace(day=1)), as_of + timedelta(days=1), 1
    held = ReceptionDay.objects.filter(
        studio=OuterRef("pk"), status=DayStatus.HELD, date__gte=first, date__lt=after
    )
    months = (
        held.order_by()
        .values("studio")
        .annotate(found=Count(TruncMonth("date"), distinct=True))
        .values("found")
    )
    rows = venues_in_use()(organization, start, as_of)
    return rows.annotate(months=Subquery(months, output_field=IntegerField())).filter(months=wanted)


def day_after(as_of):
    """The first moment that no longer belongs to the day."""
    return timezone.make_aware(datetime.combine(as_of + timedelta(days=1), time.min))


def _visits(**conditions):
    def records(organization, start, as_of):
        standing = Q(cancelled_at=None) | Q(cancelled_at__gte=day_after(as_of))
        rows = Visit.objects.filter(
            standing,
            under("day__studio__organization__path", [organization.path]),
            day__date__range=(start, as_of),
            **conditions,
        )
        return rows.select_related("day__studio__organization")

    return records


def _declare(code, name, definition, queryset=None, *, unit="场", ratio=None, total=""):
    register(Metric(code, name, unit, definition, Pair.OPINION, queryset, ratio=ratio, total=total))


_declare(
    "reception_due",
    "应接待的接待日",
    f"{PERIOD}等于已接待、未接待、到期未登记三项之和。",
    _due,
)
_declare(
    "reception_held", "已接待的接待日", f"{PERIOD}其中已结束接待、写明小结的。", _in_state(DayStatus.HELD)
)
_declare(
    "reception_missed",
    "未接待的接待日",
    f"{PERIOD}其中没有开成、也没有改期的，均写明原因。",
    _in_state(DayStatus.MISSED),
)
_declare(
    "reception_unrecorded",
    "到期未登记的接待日",
    f"{PERIOD}其中到期还没有登记接待情况的，不论是否公布；截至日当天的接待日在登记前也计在内。",
    _in_state(*DayStatus.coming()),
)
_declare(
    "reception_postponed",
    "改期的接待日",
    "原定日期在起始日至截至日（含当日）、后来改到别的日子的，按原定日期计，一室一天计一场；不计入应接待。",
    _in_state(DayStatus.POSTPONED),
)
_declare(
    "reception_rate",
    "接待日落实率",
    "已接待的接待日 ÷ 应接待的接待日。",
    unit="%",
    ratio=("reception_held", "reception_due"),
)
_declare(
    "reception_monthly",
    "月月接待的工作室（站）",
    "现行启用的工作室（站）中，期间的每个整月都至少接待过一场的；期间不含整月的，看截至日当月。",
    _every_month,
    unit="个",
)
_declare(
    "reception_monthly_rate",
    "月月接待率",
    "月月接待的工作室（站） ÷ 党代表工作室（站）。",
    unit="%",
    ratio=("reception_monthly", "venues"),
)
_declare("visits", "接待党员群众", CAME, _visits(), unit="人次", total="count")
_declare(
    "visits_members",
    "接待党员",
    f"{CAME}其中登记为党员的。",
    _visits(is_member=True),
    unit="人次",
    total="count",
)
_declare(
    "visits_others",
    "接待群众",
    f"{CAME}其中没有登记为党员的。",
    _visits(is_member=False),
    unit="人次",
    total="count",
)
