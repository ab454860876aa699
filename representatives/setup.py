import csv
from pathlib import Path

from django.utils import timezone

from accounts.models import Organization
from representatives.models import DutyItem, GroupPolicy, LinkPolicy

DATA = Path(__file__).parent / "data"


def load_link_policy():
    """The city's settings of links, with the defaults and their sources; what staff have changed stays."""
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is None:
        return 0
    return int(LinkPolicy.objects.get_or_create(organization=city)[1])


def load_group_policy():
    """The city's settings of groups, with the defaults and their sources; what staff have changed stays."""
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is None:
        return 0
    return int(GroupPolicy.objects.get_or_create(organization=city)[1])


def load_duty_items(year=None):
    """The city's list of a year (this one, if none is named), with the defaults and their sources. A city that has a list
    of that year keeps it. Returns how many items are new."""
    year = year or timezone.localdate().year
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is None or DutyItem.objects.filter(organization=city, year=year).exists():
        return 0
    with (DATA / "duty_items.csv").open(encoding="utf-8") as lines:
        items = [
            DutyItem(
                organization=city,
                year=year,
                position=position,
                **row | {"kinds": row["kinds"].split(), "wanted": int(row["wanted"])},
            )
            for position, row in enumerate(csv.DictReader(lines), start=1)
        ]
    DutyItem.objects.bulk_create(items)
    return len(items)
