import csv
from pathlib import Path

from studios.models import ChecklistItem

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
