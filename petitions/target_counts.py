"""What matters count against the yearly targets of venues (R89): received, and resolved (R56: answered is not solved)."""

from datetime import datetime, time, timedelta

from django.db.models import Count
from django.utils import timezone

from petitions.enums import Status
from petitions.models import Petition


def count_received(studios, first, last, reader=None):
    """{studio id: number} of matters received in the period; what was taken back does not count."""
    rows = Petition.objects.exclude(status=Status.WITHDRAWN).filter(**_within("received_at", first, last))
    return _by_venue(rows, studios, reader)


def count_resolved(studios, first, last, reader=None):
    return _by_venue(Petition.objects.filter(**_within("resolved_at", first, last)), studios, reader)


def _by_venue(rows, studios, reader):
    """Complaints about the reader's own office are in no count of hers; the official number has them all."""
    rows = rows.not_about_office_of(reader) if reader else rows
    return dict(rows.filter(studio__in=studios).order_by().values_list("studio_id").annotate(Count("pk")))


def _within(name, first, last):
    """From the midnight before the first day to that after the last, of our own place."""
    bounds = (first, last + timedelta(days=1))
    start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in bounds)
    return {f"{name}__gte": start, f"{name}__lt": end}
