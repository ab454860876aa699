"""Shares in per cent by which venues are appraised (R83, R89): targets met, what a venue must have, reception days held,
matters told in time. A handful of queries for all venues of a place, and the records behind each share."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from accounts.scope import under
from evaluations.enums import IndicatorSource
from evaluations.scoring import FULL, divide
from petitions.confidential import ids_hidden_from
from petitions.deadlines import TimeLimits
from petitions.enums import Status, Step
from petitions.models import Petition
from records.papers.words import day as written_day
from studios.enums import DayStatus, TargetKind
from studios.models import ChecklistItem, ChecklistResult, ReceptionDay, Studio, StudioTarget
from studios.target_counts import count_for_targets
from workdays.queries import load_calendar


@dataclass(frozen=True)
class Share:
    """So many of so many; `value` in hundredths of per cent, None where nothing was due."""

    over: int = 0
    under: int = 0

    @property
    def value(self):
        return divide(self.over * FULL, self.under) if self.under else None


@dataclass(frozen=True)
class Told:
    """A matter that was answered, and by when whoever brought it had to be told."""

    petition: dict
    due: object
    is_in_time: bool


@dataclass
class VenueMeasures:
    """What is known of one venue: its shares, and what they were made of."""

    targets: list = field(default_factory=list)
    """[(kind, target, actual)]"""
    met: int = 0
    items: int = 0
    days: Counter = field(default_factory=Counter)
    told: list = field(default_factory=list)

    @property
    def target_share(self):
        """The mean of what was reached of each, none counting for more than its whole: one surplus hides no gap."""
        reached = [
            FULL if actual >= target else divide(actual * FULL, target)
            for _kind, target, actual in self.targets
        ]
        return divide(sum(reached), len(reached)) if reached else None

    @property
    def shares(self):
        held = self.days[DayStatus.HELD]
        due = held + self.days[DayStatus.MISSED] + self.days["unwritten"]
        in_time = sum(1 for one in self.told if one.is_in_time)
        return {
            IndicatorSource.TARGETS: self.target_share,
            IndicatorSource.CHECKLIST: Share(self.met, self.items).value,
            IndicatorSource.RECEPTION_DAYS: Share(held, due).value,
            IndicatorSource.MATTERS: Share(in_time, len(self.told)).value,
        }


def studio_measures(cycle, *, on=None):
    """{studio id: {source: share in hundredths of per cent, or None}} for every venue of the cycle's place.

    Nothing after the last day of the cycle counts, nor after `on` (today, unless told): what still lies ahead is not
    yet missed.
    """
    studios = Studio.objects.filter(under("organization__path", [cycle.organization.path]))
    on = on or timezone.localdate()
    found = measure_studios(studios, cycle.year, first=cycle.period_start, last=cycle.period_end, on=on)
    return {pk: measures.shares for pk, measures in found.items()}


def measure_studios(studios, year, *, first, last, on):
    """{studio id: VenueMeasures} for a QuerySet of Studio; a constant number of queries."""
    last = min(last, on)
    found = {pk: VenueMeasures() for pk in studios.order_by().values_list("pk", flat=True)}
    _read_targets(found, studios, year, first=first, last=last)
    _read_checklist(found, studios, last=last)
    _read_days(found, studios, first=first, last=last, on=on)
    for studio, told in _told_matters(studios, first=first, last=last):
        found[studio].told.append(told)
    return found


def _read_targets(found, studios, year, *, first, last, reader=None):
    rows = StudioTarget.objects.filter(studio__in=studios, year=year).order_by("studio", "kind")
    rows = list(rows.values_list("studio", "kind", "target"))
    kinds = [kind for kind in TargetKind if kind in {kind for _studio, kind, _target in rows}]
    actuals = count_for_targets(kinds, studios, first, max(first, last), reader=reader)
    for studio, kind, target in rows:
        found[studio].targets.append((kind, target, actuals.get(kind, {}).get(studio, 0)))


def _read_checklist(found, studios, *, last):
    items = ChecklistItem.objects.filter(is_active=True).count()
    for measures in found.values():
        measures.items = items
    standing = _standing(studios, last).order_by().values_list("studio").annotate(met=Count("pk"))
    for studio, met in standing:
        found[studio].met = met


def _standing(studios, last):
    """Found to be met, at whichever inspection was the last, and good on the last day. An inspection after the year's end
    counts too: the row before it is not kept, and what has been seen since was not worse."""
    rows = ChecklistResult.objects.filter(studio__in=studios, item__is_active=True, is_met=True)
    return rows.filter(Q(expires_date=None) | Q(expires_date__gte=last))


def _days(studios, *, first, last, on):
    """Reception days that were due: held, missed, or passed with nothing written down. What was put off counts on the
    day to which it went."""
    due = Q(status__in=(DayStatus.HELD, DayStatus.MISSED)) | Q(status__in=DayStatus.coming(), date__lt=on)
    return ReceptionDay.objects.filter(due, studio__in=studios, date__range=(first, last))


def _read_days(found, studios, *, first, last, on):
    rows = _days(studios, first=first, last=last, on=on).order_by().values_list("studio", "status")
    for studio, status, count in rows.annotate(Count("pk")):
        name = "unwritten" if status in DayStatus.coming() else status
        found[studio].days[name] += count


def _told_matters(studios, *, first, last):
    """(studio id, Told) for each matter answered in the period whose bearer had to be told by its last day, or was.

    The date is that of the feedback step (R58): work days after the answer, by the rule in force on that day.
    """
    until = _midnight_after(last)
    rows = (
        Petition.objects.filter(
            studio__in=studios,
            status__in=(Status.FEEDBACK, Status.ARCHIVED),
            replied_at__gte=_midnight(first),
            replied_at__lt=until,
        )
        .order_by("replied_at", "pk")
        .values(
            "pk",
            "number",
            "title",
            "studio",
            "kind",
            "replied_at",
            "fed_back_at",
            "organization__kind",
            "category__path",
        )
    )
    clock = _FeedbackClock()
    for row in rows.iterator(5000):
        due = clock.due(row)
        told_on = row["fed_back_at"] and timezone.localdate(row["fed_back_at"])
        is_told = told_on is not None and told_on <= last
        if due is None or (due > last and not is_told):
            continue
        yield row["studio"], Told(row, due, is_in_time=is_told and told_on <= due)


class _FeedbackClock:
    """When somebody had to be told of an answer; each rule and each day is worked out once."""

    def __init__(self):
        self.limits, self.calendar = TimeLimits.load(), load_calendar()
        self._days, self._dates = {}, {}

    def due(self, row):
        start = timezone.localdate(row["replied_at"])
        key = (start, row["kind"], row["organization__kind"], row["category__path"])
        if key not in self._days:
            limit = self.limits.find(
                Step.FEEDBACK,
                row["kind"],
                on=start,
                level=row["organization__kind"],
                category=_Path(row["category__path"]) if row["category__path"] else None,
            )
            self._days[key] = limit.work_days if limit else None
        days = self._days[key]
        if days is None:
            return None
        if (start, days) not in self._dates:
            self._dates[start, days] = self.calendar.add_workdays(start, days).date
        return self._dates[start, days]


@dataclass(frozen=True)
class _Path:
    """As much of a category as a rule is looked up by."""

    path: str


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _midnight_after(day):
    return _midnight(day + timedelta(days=1))


SENTENCES = {
    IndicatorSource.TARGETS: "各项年度目标完成率的平均数；超额完成的按100%算，一项超额不抵另一项缺口。",
    IndicatorSource.CHECKLIST: "达标的建设标准 ÷ 全部在用的建设标准；没有检查或已过有效期的不算达标。",
    IndicatorSource.RECEPTION_DAYS: "已接待的接待日 ÷ 应接待的接待日（已接待、未接待、过了日期还没有登记的）；改期的算在改到的那天。",
    IndicatorSource.MATTERS: "在反馈期限内告知反映人的意见 ÷ 应告知的意见；期限自答复次日起算工作日。",
}
SHOWN = 60


@dataclass(frozen=True)
class Behind:
    """One record behind a share: `is_good` speaks for it, and `link` opens it at the desk."""

    what: str
    note: str
    is_good: bool
    link: str = ""


@dataclass(frozen=True)
class Explained:
    """A share and the records it was made of; what speaks against the venue stands first."""

    share: int | None
    over: int
    under: int
    sentence: str
    rows: list
    left_out: int
    """Records beyond those shown."""
    link: str
    """The page of the whole table, at the desk."""

    @property
    def bad(self):
        return [row for row in self.rows if not row.is_good]

    @property
    def good(self):
        return [row for row in self.rows if row.is_good]


@dataclass(frozen=True)
class _Asked:
    """One venue, one cycle, and who wants to know."""

    studio: Studio
    year: int
    first: object
    last: object
    on: object
    reader: object

    @property
    def studios(self):
        return Studio.objects.filter(pk=self.studio.pk)


def explain_measure(evaluation, source, *, reader=None, on=None):
    """The Explained of one share of a venue's appraisal; raises KeyError for a source that is not a venue's share.

    Every record counts for everybody, and matters are named to those only who may see them; but a complaint about the
    reader's own office stands in no list of hers and in no share above it. The score itself stays as it was computed.
    """
    cycle, on = evaluation.cycle, on or timezone.localdate()
    last = min(cycle.period_end, on)
    asked = _Asked(evaluation.studio, cycle.year, cycle.period_start, last, on, reader)
    rows, share, link = _EXPLAIN[source](asked)
    rows.sort(key=lambda row: row.is_good)
    good = sum(1 for row in rows if row.is_good)
    return Explained(
        share=share,
        over=good,
        under=len(rows),
        sentence=SENTENCES[source],
        rows=rows[:SHOWN],
        left_out=max(len(rows) - SHOWN, 0),
        link=link,
    )


def _explain_targets(asked):
    found = {asked.studio.pk: VenueMeasures()}
    days = {"first": asked.first, "last": asked.last}
    _read_targets(found, asked.studios, asked.year, **days, reader=asked.reader)
    measures = found[asked.studio.pk]
    rows = []
    for kind, target, actual in measures.targets:
        missing = max(target - actual, 0)
        note = f"目标 {target}，完成 {actual}" + (f"，还差 {missing}" if missing else "")
        rows.append(Behind(str(TargetKind(kind).label), note, actual >= target))
    return rows, measures.target_share, f"/admin/studios/studiotarget/gaps/?year={asked.year}"


def _explain_checklist(asked):
    standing = set(_standing(asked.studios, asked.last).values_list("item", flat=True))
    known = {row.item_id: row for row in ChecklistResult.objects.filter(studio=asked.studio)}
    rows = []
    for item in ChecklistItem.objects.filter(is_active=True):
        result = known.get(item.pk)
        if result is None:
            note = "没有检查"
        elif result.is_met and item.pk not in standing:
            note = f"有效期到{result.expires_date}，已过期"
        else:
            note = f"{'达标' if result.is_met else '未达标'}，{result.inspected_date or '没有日期'}检查"
        rows.append(Behind(item.name, note, item.pk in standing))
    return rows, _share_of(rows), f"/admin/studios/studio/{asked.studio.pk}/change/"


def _explain_days(asked):
    rows = []
    days = _days(asked.studios, first=asked.first, last=asked.last, on=asked.on)
    for day in days.order_by("date"):
        note = "过了日期，还没有登记" if day.is_coming else day.get_status_display()
        if day.reason:
            note = f"{note}：{day.reason}"
        link = f"/admin/studios/receptionday/{day.pk}/change/"
        rows.append(Behind(written_day(day.date), note, day.status == DayStatus.HELD, link))
    return rows, _share_of(rows), "/admin/studios/receptionday/"


def _explain_matters(asked):
    found = [told for _pk, told in _told_matters(asked.studios, first=asked.first, last=asked.last)]
    secret = set(ids_hidden_from(asked.reader)) if asked.reader else set()
    found = [told for told in found if told.petition["pk"] not in secret]
    seen = _matters_seen(asked)
    rows = []
    for told in found:
        row = told.petition
        when = timezone.localdate(row["fed_back_at"]) if row["fed_back_at"] else None
        words = f"{when}告知" if when and when <= asked.last else "还没有告知"
        note = f"{timezone.localdate(row['replied_at'])}答复，应在{told.due}前告知，{words}"
        is_seen = row["pk"] in seen
        what = f"{row['number']} {row['title']}" if is_seen else "（您看不到的事项）"
        link = f"/admin/petitions/petition/{row['pk']}/change/" if is_seen else ""
        rows.append(Behind(what, note, told.is_in_time, link))
    return rows, _share_of(rows), "/admin/petitions/petition/"


def _matters_seen(asked):
    if asked.reader is None:
        return frozenset()
    rows = Petition.objects.visible_to(asked.reader).filter(studio=asked.studio)
    return set(rows.order_by().values_list("pk", flat=True))


def _share_of(rows):
    return Share(sum(1 for row in rows if row.is_good), len(rows)).value


_EXPLAIN = {
    IndicatorSource.TARGETS: _explain_targets,
    IndicatorSource.CHECKLIST: _explain_checklist,
    IndicatorSource.RECEPTION_DAYS: _explain_days,
    IndicatorSource.MATTERS: _explain_matters,
}
