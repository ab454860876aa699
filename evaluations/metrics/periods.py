"""From the midnight before the first day to that after the last."""

from datetime import datetime, time, timedelta

from django.utils import timezone


def midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def within(name, start, as_of):
    """Keywords of a filter: the moment `name` lies between the two days, both included."""
    return {f"{name}__gte": midnight(start), f"{name}__lt": midnight(as_of + timedelta(days=1))}
