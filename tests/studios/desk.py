"""Reception days of today and around it, as the desk meets them: its doors read the real clock."""

from datetime import time, timedelta

from django.utils import timezone

from studios.enums import DayStatus
from studios.models import Duty, ReceptionDay


def today(days=0):
    return timezone.localdate() + timedelta(days=days)


def make_day(studio, *, days=0, sitters=(), status=DayStatus.PUBLISHED, duty_status="confirmed", **fields):
    """A day of the venue, so many days from today, on which these mandates sit."""
    published = timezone.now() - timedelta(days=9) if status != DayStatus.PLANNED else None
    fields = {"start_time": time(9), "end_time": time(11, 30), "published_at": published} | fields
    day = ReceptionDay.objects.create(studio=studio, date=today(days), status=status, **fields)
    for mandate in sitters:
        Duty.objects.create(
            day=day,
            mandate=mandate,
            person_id=mandate.person_id,
            date=day.date,
            status=duty_status,
            reason="近12个月未轮值，为本室最少。",
        )
    return day


def duties_of(day):
    return list(Duty.objects.filter(day=day).order_by("pk").select_related("person", "mandate"))
