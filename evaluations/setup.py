import csv
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.models import Organization
from evaluations.models import Indicator, Scheme

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_schemes():
    """The city's first drafts of both schemes, for this year. Where the city has one of a kind, of whatever year, it is
    left alone: next year's is copied from it. Returns how many were new."""
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is None:
        return 0
    indicators = list(_rows("indicators.csv"))
    created = 0
    for row in _rows("schemes.csv"):
        if Scheme.objects.filter(organization=city, kind=row["kind"]).exists():
            continue
        year = timezone.localdate().year
        words = {"place": city.name, "year": year}
        scheme = Scheme.objects.create(
            organization=city,
            kind=row["kind"],
            year=year,
            title=row["title"].format(**words),
            note=row["note"],
        )
        mine = [one for one in indicators if one["scheme"] == row["scheme"]]
        Indicator.objects.bulk_create(
            _indicator(scheme, position, one) for position, one in enumerate(mine, start=1)
        )
        created += 1
    return created


def _indicator(scheme, position, row):
    return Indicator(
        scheme=scheme,
        position=position,
        code=row["code"],
        name=row["name"],
        source=row["source"],
        kinds=row["kinds"].split(";") if row["kinds"] else [],
        measure=row["measure"],
        target=Decimal(row["target"]),
        weight=Decimal(row["weight"]),
        cap=Decimal(row["cap"]) if row["cap"] else None,
        when_missing=row["when_missing"],
        help=row["help"],
    )


def _rows(name):
    with (DATA / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
