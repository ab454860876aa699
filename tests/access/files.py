"""An honour, a list with something ticked on it, an objection, and an archive of her county's duty files."""

from django.utils import timezone

from records.models import Job
from representatives.actions.duty_items import tick_item
from representatives.actions.honours import record_honour
from representatives.actions.objections import raise_objection
from representatives.models import DutyItem
from tests.factories import acting


def file_examples(city):
    """({noun in an address: row}, {name in an address: what is put there})"""
    today, now = timezone.localdate(), timezone.now()
    honour = record_honour(
        by=acting(city.organizer),
        at=now,
        mandate=city.mandate.pk,
        title="优秀党代表",
        granted_by="中共寿光市委",
        level="county",
        granted_date=today.isoformat(),
    )
    item = DutyItem.objects.create(organization=city.county, year=today.year, text="调研", wanted=2)
    tick = tick_item(
        item,
        city.mandate,
        by=acting(city.representative, "portal"),
        at=now,
        evidence="到屯西村看大棚",
        on=today.isoformat(),
    )
    objection = raise_objection(
        city.mandate,
        by=acting(city.representative, "portal"),
        at=now,
        kind="missing",
        duty_kind="reception",
        on=today.isoformat(),
        text="上午在工作室接待了三位群众。",
    )
    archive = Job.objects.create(
        kind="archive-duty-files",
        payload={"year": today.year, "name": f"履职档案-寿光市-{today.year}年.zip"},
        created_by=city.organizer,
        created_at=now,
        organization=city.county,
    )
    rows = {
        "honour": honour,
        "dutyitem": item,
        "duty-item": item,
        "item": item,
        "dutytick": tick,
        "duty-tick": tick,
        "tick": tick,
        "dutyobjection": objection,
        "duty-objection": objection,
        "objection": objection,
        "archive": archive,
    }
    return rows, {"mandate": str(city.mandate.pk)}


VERBS = {"admin/representatives/dutyobjection/": "accept"}
"""What a route begins with → the verb that its example is asked for."""
