import csv
from pathlib import Path

from django.db import transaction

from accounts.actions import create_organization
from accounts.models import Organization

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_organizations(path=DATA / "weifang_organizations.csv"):
    """Weifang's tree, parents before children; what is there already stays. Returns how many were new."""
    known = {organization.code: organization for organization in Organization.objects.all()}
    created = 0
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["code"] in known:
                continue
            known[row["code"]] = create_organization(
                code=row["code"],
                name=row["name"],
                short_name=row["short_name"],
                kind=row["kind"],
                parent=known[row["parent_code"]] if row["parent_code"] else None,
                aliases=[alias for alias in row["aliases"].split("|") if alias],
            )
            created += 1
    return created
