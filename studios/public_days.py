"""What anybody may know of reception days: when a venue receives, who sits there by name and level, and its rule in
words. Who is planned for a day that is not published yet is told to nobody.

So many queries, however many venues. Days that nobody has planned yet are read off the rules, so that a venue can be
found half a year ahead; a day that was put off stays off.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import Q

from studios.boards import rule_days
from studios.enums import DayStatus, HolidayPolicy
from studios.models import Duty, ReceptionDay, ReceptionRule, Studio
from studios.recurrence import ReceptionRuleError, describe_rule


@dataclass(frozen=True)
class PublicDay:
    """One reception day of a venue. `state`: "published", "planned" (who comes is not told yet), "held", "missed"."""

    studio: Studio
    date: date
    start_time: time
    end_time: time
    state: str
    sitters: tuple[str, ...] = ()
    """"杨守伟（镇级）", of a published day."""
    moved: str = ""
    """Why it is not on the rule's own day, in a sentence."""
    is_provisional: bool = False

    @property
    def hours(self):
        return f"{self.start_time:%H:%M}–{self.end_time:%H:%M}"

    @property
    def who(self):
        """Who receives, in words."""
        if self.state == "held":
            return "已接待"
        if self.state == "missed":
            return "当天没有接待"
        if self.sitters:
            return "、".join(self.sitters)
        return "代表待公布" if self.state == "planned" else "代表另行通知"

    @property
    def note(self):
        """Why the date is another one than the rule's. That a date is provisional is said apart, once for all."""
        return "；".join(part for part in self.moved.rstrip("。").split("；") if "放假安排" not in part)


def public_venues():
    return Studio.objects.filter(is_active=True, organization__is_active=True)


def public_days(studios, first, last, *, calendar, with_sitters=True):
    """[PublicDay] of these venues from `first` to `last`, by date and venue."""
    venues = {studio.pk: studio for studio in studios}
    rows = list(
        ReceptionDay.objects.filter(studio__in=list(venues)).filter(
            Q(date__range=(first, last)) | Q(rule_date__range=(first, last))
        )
    )
    shown = [day for day in rows if day.status != DayStatus.POSTPONED and first <= day.date <= last]
    told = [day.pk for day in shown if day.status == DayStatus.PUBLISHED]
    sitters = _sitters(told) if with_sitters else {}
    found = [_of_row(venues[day.studio_id], day, sitters.get(day.pk, ())) for day in shown]
    found += _by_rule(venues, rows, first, last, calendar=calendar)
    return sorted(
        found, key=lambda day: (day.date, day.start_time, day.studio.organization.path, day.studio.pk)
    )


def next_days(studios, *, on, calendar, ahead=timedelta(days=62)):
    """{venue: its next PublicDay} from the day `on`."""
    found = {}
    for day in public_days(studios, on, on + ahead, calendar=calendar):
        if day.state in ("published", "planned"):
            found.setdefault(day.studio.pk, day)
    return found


def _of_row(studio, day, sitters):
    state = {DayStatus.PUBLISHED: "published", DayStatus.HELD: "held", DayStatus.MISSED: "missed"}
    return PublicDay(
        studio=studio,
        date=day.date,
        start_time=day.start_time,
        end_time=day.end_time,
        state=state.get(day.status, "planned"),
        sitters=tuple(sitters),
        moved=day.moved_reason,
        is_provisional=day.is_provisional,
    )


def _sitters(days):
    """{day: ["杨守伟（镇级）"]}"""
    rows = Duty.objects.holding().filter(day__in=days).select_related("person", "mandate")
    told = {}
    for duty in rows.order_by("day", "mandate__level", "pk"):
        told.setdefault(duty.day_id, []).append(f"{duty.person.name}（{duty.mandate.get_level_display()}）")
    return told


def _by_rule(venues, rows, first, last, *, calendar):
    """Days that the rules yield and no row stands for, or stood for before it was put off."""
    taken = {(day.studio_id, day.date) for day in rows if day.status != DayStatus.POSTPONED}
    settled = {(day.studio_id, day.rule_date) for day in rows if day.rule_date}
    rules = rules_in_force(venues, first, last)
    for rule, found in rule_days(rules, first, last, calendar=calendar):
        if (rule.studio_id, found.date) in taken or (rule.studio_id, found.rule_date) in settled:
            continue
        yield PublicDay(
            studio=venues[rule.studio_id],
            date=found.date,
            start_time=rule.start_time,
            end_time=rule.end_time,
            state="planned",
            moved=found.told,
            is_provisional=found.is_provisional,
        )


def rules_in_force(venues, first, last):
    rows = ReceptionRule.objects.filter(studio__in=list(venues), start_date__lte=last)
    return rows.filter(Q(end_date=None) | Q(end_date__gte=first)).order_by("studio", "start_date")


def rule_words(studio, *, on):
    """ "每月1日、15日 09:00–11:30，遇放假顺延到下一个工作日"; the clerk's text where there is no rule; else empty."""
    rule = rules_in_force([studio.pk], on, on + timedelta(days=62)).first()
    if rule is None:
        return studio.reception_text
    try:
        when = describe_rule(rule.rrule)
    except ReceptionRuleError:
        when = studio.reception_text
    policy = (
        "放假照常接待"
        if rule.holiday_policy == HolidayPolicy.KEEP
        else f"遇放假{rule.get_holiday_policy_display()}"
    )
    return f"{when} {rule.start_time:%H:%M}–{rule.end_time:%H:%M}，{policy}"


def held_between(studio, first, last):
    """How often the venue received."""
    return ReceptionDay.objects.filter(
        studio=studio, status=DayStatus.HELD, date__range=(first, last)
    ).count()
