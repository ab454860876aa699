"""The public's calendar: which venue receives when, who sits there by name and level, and how to be told of changes."""

import calendar as months
import re
from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from accounts.models import Organization
from portal import flood
from portal.views.feeds import base_of, too_often, ways_in
from portal.views.public_box import no_venue, public_page
from studios.calendars import CONTENT_TYPE, venue_calendar
from studios.models import Studio
from studios.public_days import held_between, next_days, public_days, public_venues, rule_words
from workdays.queries import load_calendar

AHEAD = timedelta(days=92)
NEXT_DAYS = 6
MONTHS_BACK, MONTHS_AHEAD = 1, 11


@public_page
@require_safe
def venues(request):
    """Counties, a county's venues with the next day of each, or the days of a month or of one date."""
    today = timezone.localdate()
    found, counties = _venues_by_county()
    county = next((one for one, _rows in counties if one.code == request.GET.get("county")), None)
    chosen = next((rows for one, rows in counties if one == county), found) if county else found
    context = {
        "counties": counties,
        "county": county,
        "today": today,
        "month": None,
        "day": _read_date(request.GET.get("date"), today=today),
    }
    month = _read_month(request.GET.get("month"), today=today)
    if context["day"]:
        return _by_date(request, chosen, context)
    if month:
        return _by_month(request, chosen, month, context)
    nexts = next_days(chosen, on=today, calendar=load_calendar())
    if county:
        context["rows"] = [(studio, nexts.get(studio.pk)) for studio in chosen]
    else:
        context["summaries"] = [(one, len(rows), _soonest(rows, nexts)) for one, rows in counties]
    return render(request, "portal/public/venues.html", context)


def _venues_by_county():
    """([Studio], [(county, its venues)]) in two queries; what hangs on the city itself stands under the city."""
    rows = list(public_venues().select_related("organization").order_by("organization__path", "kind", "name"))
    paths = {studio.organization.county_path for studio in rows}
    places = Organization.objects.filter(path__in=paths)
    by_path = {place.path: place for place in places}
    grouped = groupby(rows, key=lambda studio: studio.organization.county_path)
    counties = [(by_path[path], list(studios)) for path, studios in grouped if path in by_path]
    return rows, counties


def _soonest(rows, nexts):
    days = [nexts[studio.pk] for studio in rows if studio.pk in nexts]
    return min(days, key=lambda day: (day.date, day.start_time), default=None)


def _by_date(request, chosen, context):
    day = context["day"]
    found = public_days(chosen, day, day, calendar=load_calendar())
    context["month"] = day.replace(day=1)
    context["groups"] = [(day, found)] if found else []
    return render(request, "portal/public/venues_month.html", context)


def _by_month(request, chosen, month, context):
    last = month.replace(day=months.monthrange(month.year, month.month)[1])
    # Who comes is read only where it is shown: a county's month is a page, the city's would be a book.
    found = public_days(
        chosen, month, last, calendar=load_calendar(), with_sitters=context["county"] is not None
    )
    counts = {}
    for day in found:
        counts[day.date] = counts.get(day.date, 0) + 1
    context |= {
        "month": month,
        "weeks": _weeks(month, counts),
        "earlier": _shift(month, -1, today=context["today"]),
        "later": _shift(month, 1, today=context["today"]),
        "total": len(found),
        "groups": [(on, list(rows)) for on, rows in groupby(found, key=lambda one: one.date)]
        if context["county"]
        else [],
    }
    return render(request, "portal/public/venues_month.html", context)


def _weeks(month, counts):
    """Weeks of (date or None, how many venues receive), Monday first."""
    grid = months.Calendar().monthdatescalendar(month.year, month.month)
    return [
        [(day, counts.get(day, 0)) if day.month == month.month else (None, 0) for day in week]
        for week in grid
    ]


def _read_month(text, *, today):
    """The first of the month asked for; None where none was, or where it is too far away to say anything."""
    if text is None:
        return None
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if match is None or not 2000 <= int(match[1]) <= 2999:
        return today.replace(day=1)
    month = date(int(match[1]), int(match[2]), 1)
    return month if _within(month, today=today) else today.replace(day=1)


def _read_date(text, *, today):
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if _within(day.replace(day=1), today=today) else None


def _within(month, *, today):
    months_off = (month.year - today.year) * 12 + month.month - today.month
    return -MONTHS_BACK <= months_off <= MONTHS_AHEAD


def _shift(month, by, *, today):
    number = month.year * 12 + month.month - 1 + by
    other = date(number // 12, number % 12 + 1, 1)
    return other if _within(other, today=today) else None


@public_page
@require_safe
def venue(request, code):
    studio, gone = _find(request, code)
    if gone:
        return gone
    today = timezone.localdate()
    days = public_days([studio], today, today + AHEAD, calendar=load_calendar())
    coming = [day for day in days if day.state in ("published", "planned")][:NEXT_DAYS]
    last_month = today.replace(day=1) - timedelta(days=1)
    address = base_of(request) + reverse("portal:venue_calendar", args=[studio.code])
    context = {
        "studio": studio,
        "rule": rule_words(studio, on=today),
        "days": coming,
        "is_provisional": any(day.is_provisional for day in coming),
        "today": today,
        "held": held_between(studio, last_month.replace(day=1), last_month),
        "last_month": last_month,
        "county": Organization.objects.filter(path=studio.organization.county_path).first(),
        **ways_in(address),
    }
    return render(request, "portal/public/venue.html", context)


def _find(request, code):
    """(venue, None), or (None, the page that says there is none)."""
    studio = Studio.objects.filter(code=code).select_related("organization", "parent").first()
    if studio is None or not studio.is_active:
        return None, no_venue(request, studio)
    return studio, None


@require_safe
@conditional_page
def venue_calendar_file(request, code):
    studio, gone = _find(request, code)
    if gone:
        return gone
    at = timezone.now()
    if flood.reads_too_often(
        f"venues:{flood.source_of(request).address}", at=at, most=settings.PUBLIC_CALENDAR_READS_PER_HOUR
    ):
        return too_often()
    response = HttpResponse(venue_calendar(studio, on=timezone.localdate(at)), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="reception-days.ics"'
    response["Cache-Control"] = "public, max-age=900"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
