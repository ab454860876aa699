from django.db import migrations

from records.triggers import install_triggers, remove_triggers


def renew(apps, schema_editor):
    remove_triggers(schema_editor)
    install_triggers(schema_editor)


class Migration(migrations.Migration):
    """SQLite's INSERT OR REPLACE got round the trigger on DELETE."""

    dependencies = [("records", "0004_append_only")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
