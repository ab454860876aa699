"""Reception days as iCalendar (RFC 5545): a public calendar per venue, and a secret one per representative.

UIDs never change, SEQUENCE goes up with every change, and what is off is told as CANCELLED for a while, so that
Outlook, iOS and others move and strike out what they have shown before. Public calendars name representatives by name
and level alone.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard

from studios.enums import DayStatus, DutyStatus
from studios.models import Duty, ReceptionDay

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//weifang-liaison//reception days//ZH"
ZONE = "Asia/Shanghai"
DOMAIN = "liaison.weifang"


def venue_calendar(studio, *, on):
    """bytes: the venue's published days, from two months back on."""
    since = on - timedelta(days=settings.FEED_PAST_DAYS)
    days = (
        ReceptionDay.objects.filter(studio=studio, date__gte=since)
        .exclude(status=DayStatus.PLANNED)
        .exclude(status=DayStatus.POSTPONED, published_at=None)
        .select_related("studio__organization", "postponed_to")
        .order_by("date", "pk")
    )
    calendar = _calendar(f"{studio.name}接待日")
    sitters = _sitters(days)
    for day in days:
        names = sitters.get(day.pk, [])
        event = _event(day.uid, day, sequence=day.sequence, stamp=day.published_at)
        event.add("summary", f"党代表接待日　{day.studio.name}")
        event.add("description", "\n".join(_told(day, names)))
        calendar.add_component(event)
    return calendar.to_ical()


def _told(day, names):
    if day.status == DayStatus.POSTPONED and day.postponed_to:
        yield f"改到{day.postponed_to.date.month}月{day.postponed_to.date.day}日接待。"
    elif names:
        yield "接待代表：" + "、".join(names)
    if day.moved_reason:
        yield day.moved_reason


def _sitters(days):
    """{day: ["杨守伟（镇级）"]}, in one query."""
    rows = (
        Duty.objects.holding()
        .filter(day__in=days.order_by())
        .select_related("person", "mandate")
        .order_by("day", "mandate__level", "pk")
    )
    told = {}
    for duty in rows:
        told.setdefault(duty.day_id, []).append(f"{duty.person.name}（{duty.mandate.get_level_display()}）")
    return told


def duty_calendar(person, *, on, base_url=""):
    """bytes: the person's published duties, from two months back on; given-up ones as cancelled."""
    since = on - timedelta(days=settings.FEED_PAST_DAYS)
    duties = (
        Duty.objects.filter(person=person, date__gte=since)
        .exclude(day__status=DayStatus.PLANNED)
        .exclude(day__published_at=None)
        .select_related("day__studio", "mandate")
        .order_by("date", "pk")
    )
    calendar = _calendar("我的驻室接待")
    for duty in duties:
        day = duty.day
        gone = not duty.is_holding or day.status == DayStatus.POSTPONED
        stamp = max(filter(None, (day.published_at, duty.changed_at)))
        event = _event(duty.uid, day, sequence=duty.sequence + day.sequence, stamp=stamp, cancelled=gone)
        event.add("summary", f"驻室接待　{day.studio.name}")
        event.add(
            "description", "\n".join(filter(None, (str(DutyStatus(duty.status).label), day.moved_reason)))
        )
        if base_url:
            event.add("url", f"{base_url}/duties/{duty.pk}/")
        if not gone and duty.is_ahead:
            event.add_component(_alarm(day))
        calendar.add_component(event)
    return calendar.to_ical()


def _calendar(name):
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    calendar.add_component(_zone())
    return calendar


def _zone():
    """China keeps one time all year."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    standard = TimezoneStandard()
    standard.add("tzname", "CST")
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    zone.add_component(standard)
    return zone


def _event(uid, day, *, sequence, stamp, cancelled=None):
    local = timezone.get_default_timezone()
    event = Event()
    event.add("uid", f"{uid}@{DOMAIN}")
    event.add("dtstamp", stamp or timezone.make_aware(datetime.combine(day.date, day.start_time), local))
    event.add("sequence", sequence)
    event.add("dtstart", datetime.combine(day.date, day.start_time, local))
    event.add("dtend", datetime.combine(day.date, day.end_time, local))
    event.add("location", " ".join(filter(None, (day.studio.name, day.studio.address))))
    off = day.status in (DayStatus.POSTPONED, DayStatus.MISSED) if cancelled is None else cancelled
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if off else "OPAQUE")
    return event


def _alarm(day):
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"驻室接待　{day.studio.name}")
    alarm.add("trigger", timedelta(hours=-2))
    return alarm
