"""The matters taken down on a reception day, shown on the day's own page to whoever may see them."""

from django.utils import timezone

from petitions.models import Petition
from petitions.rules import may_receive, may_staff
from studios.enums import DayStatus

OPEN = (DayStatus.PUBLISHED, DayStatus.HELD)


def day_part(day, user):
    """{"matters": […], "may_receive": bool}, or None on a day that nobody can have come to."""
    if day.status not in OPEN or day.date > timezone.localdate():
        return None
    matters = Petition.objects.visible_to(user).filter(reception_day=day).with_names().order_by("pk")
    return {
        "day": day,
        "matters": list(matters),
        "may_receive": may_receive(user) and may_staff(user, day.studio),
    }
