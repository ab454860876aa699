"""手机日历: the secret address of one's own duties, opened, made anew and closed; and the calendar read at it."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.actor import Actor
from petitions.papers.qr import draw_svg_address
from portal import flood
from portal.access import representatives_only
from representatives.models import Person
from studios.actions.feeds import close_feed, feed_of, note_read, open_feed
from studios.calendars import CONTENT_TYPE, duty_calendar
from studios.models import CalendarFeed


def _person_of(request):
    return Person.objects.filter(user_id=request.user.pk).first()


@representatives_only
@require_safe
def calendar(request):
    return _show(request, _person_of(request))


def _show(request, person, **more):
    feed = CalendarFeed.objects.filter(person=person, revoked_at=None).first() if person else None
    context = {"active": "duties", "person": person, "feed": feed, "address": "", **more}
    return render(request, "portal/calendar.html", context)


@representatives_only
@require_POST
def calendar_open(request):
    """The address is in the answer to this POST alone: no address leads back to it, and nothing keeps it."""
    person = _person_of(request)
    if person is None:
        return redirect("portal:calendar")
    _feed, token = open_feed(person, by=Actor.from_request(request, "portal"), at=timezone.now())
    address = base_of(request) + reverse("portal:feed", args=[token])
    return _show(request, person, **ways_in(address))


@representatives_only
@require_POST
def calendar_close(request):
    person = _person_of(request)
    if person and close_feed(person, by=Actor.from_request(request, "portal"), at=timezone.now()):
        messages.success(request, "已停用。原来的地址读不到了，手机里的旧日程请在日历里删掉订阅。")
    return redirect("portal:calendar")


def base_of(request):
    """Where people outside reach us: PUBLIC_URL where it is set."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")


def ways_in(address):
    """An address as a calendar program takes it: typed, tapped (webcal opens the calendar), and scanned."""
    webcal = f"webcal://{address.split('://', 1)[-1]}"
    return {"address": address, "webcal": webcal, "code": draw_svg_address(webcal, scale=4)}


@require_safe
def feed(request, token):
    """Read by calendar programs, which cannot sign in: the address is the key. An unknown one and one that was closed
    are answered alike."""
    at = timezone.now()
    if flood.reads_too_often(f"feed:{token}", at=at, most=settings.CALENDAR_READS_PER_HOUR):
        return too_often()
    today = timezone.localdate(at)
    found = feed_of(token)
    if found is None:
        response = HttpResponse(
            "没有这个日历，或已停用。", status=404, content_type="text/plain; charset=utf-8"
        )
    else:
        note_read(found, on=today)
        body = duty_calendar(found.person, on=today, base_url=base_of(request))
        response = HttpResponse(body, content_type=CONTENT_TYPE)
        response["Content-Disposition"] = 'inline; filename="duties.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def too_often():
    response = HttpResponse(
        "读得太勤了，请过一小时再读。", status=429, content_type="text/plain; charset=utf-8"
    )
    response["Retry-After"] = "3600"
    response["Cache-Control"] = "private, no-store"
    return response
