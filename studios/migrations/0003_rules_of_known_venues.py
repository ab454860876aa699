"""Venues that are there already get the rule which their clerks' text says."""

from django.db import migrations
from django.utils import timezone

from studios.recurrence import ReceptionRuleError, parse_reception_text


def adopt_texts(apps, schema_editor):
    rule = apps.get_model("studios", "ReceptionRule")
    today, rows = timezone.localdate(), []
    for studio in apps.get_model("studios", "Studio").objects.exclude(reception_text=""):
        try:
            rrule = parse_reception_text(studio.reception_text)
        except ReceptionRuleError:
            continue
        rows.append(rule(studio=studio, rrule=rrule, start_date=today))
    rule.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("studios", "0002_reception_days")]
    operations = [migrations.RunPython(adopt_texts, migrations.RunPython.noop)]
