import csv
from pathlib import Path

from accounts.models import Organization
from training.models import Course, PairPolicy, TrainingDuty, TrainingPolicy

DATA = Path(__file__).parent / "data"


def load_courses():
    """The starting list of courses; what staff have changed since stays. Returns how many were new."""
    created = 0
    for position, row in enumerate(_rows("courses.csv"), start=1):
        _course, is_new = Course.objects.get_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "description": row["description"],
                "keywords": row["keywords"].split(";"),
                "hours": row["hours"],
                "position": position,
            },
        )
        created += is_new
    return created


def load_training_rules():
    """Who trains whom, and the city's settings of training; what staff have changed stays."""
    created = 0
    for row in _rows("duties.csv"):
        _duty, is_new = TrainingDuty.objects.get_or_create(
            level=row["level"],
            defaults={"trainer": row["trainer"], "is_frontline_only": row["is_frontline_only"] == "1"},
        )
        created += is_new
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is not None:
        created += TrainingPolicy.objects.get_or_create(organization=city)[1]
    return created


def _rows(name):
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def load_pair_policy():
    """The city's settings of pairs, with the defaults and their sources; what staff have changed stays."""
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is None:
        return 0
    return int(PairPolicy.objects.get_or_create(organization=city)[1])
