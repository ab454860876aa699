import csv
from pathlib import Path

from accounts.models import Organization
from studios.models import ChecklistItem, ReceptionPolicy

DATA = Path(__file__).parent / "data"


def load_checklist():
    """The starting values of the checklist; what staff have changed since stays. Returns how many were new."""
    created = 0
    with (DATA / "checklist.csv").open(encoding="utf-8") as lines:
        for position, row in enumerate(csv.DictReader(lines), start=1):
            _item, is_new = ChecklistItem.objects.get_or_create(
                code=row["code"],
                defaults={"name": row["name"], "description": row["description"], "position": position},
            )
            created += is_new
    return created


def load_reception_policy():
    """The city's settings of reception days, with the defaults and their sources; what staff have changed stays."""
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is None:
        return 0
    return int(ReceptionPolicy.objects.get_or_create(organization=city)[1])
