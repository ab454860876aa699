"""Numbers given to people: unique under concurrency by a row lock on the counter."""

from django.db.models import F
from django.utils import timezone

from accounts.enums import OrganizationKind
from accounts.models import Organization
from petitions.models import NumberCounter


def county_code(organization):
    """Six-digit code of the county-level unit an organisation belongs to; the city itself gives 370700."""
    paths = organization.ancestor_paths()[:2]
    county = (
        Organization.objects.filter(path__in=paths)
        .exclude(kind=OrganizationKind.UNIT)
        .order_by("path")
        .last()
    )
    return county.code.ljust(6, "0")


def next_petition_number(organization, *, year):
    """E.g. "370702-2022-000123". Call inside the transaction that uses the number."""
    key = f"{county_code(organization)}-{year}"
    return f"{key}-{_take(key):06d}"


def take_petition_numbers(code, *, year, count):
    """A run of `count` numbers at once, for imports. `code` is that of `county_code`."""
    key = f"{code}-{year}"
    last = _take(key, count)
    return [f"{key}-{number:06d}" for number in range(last - count + 1, last + 1)]


def next_archive_number(petition, *, year):
    """E.g. "370702-DA-2022-000123": 档案号, counted apart per county and year (R59)."""
    key = f"{petition.number[:6]}-DA-{year}"
    return f"{key}-{_take(key):06d}"


def next_problem_number(petition, *, at):
    """E.g. "370702-BA-2022-000123": 并案号, counted apart per county and year (R57)."""
    key = f"{petition.number[:6]}-BA-{timezone.localtime(at).year}"
    return f"{key}-{_take(key):06d}"


def next_dispute_number(organization, *, at):
    """E.g. "370725-JF-2022-000012": 纠纷号, counted apart per county and year (R75)."""
    key = f"{county_code(organization)}-JF-{timezone.localtime(at).year}"
    return f"{key}-{_take(key):06d}"


def _take(key, count=1):
    NumberCounter.objects.get_or_create(key=key)
    NumberCounter.objects.filter(key=key).update(last=F("last") + count)
    return NumberCounter.objects.values_list("last", flat=True).get(key=key)
