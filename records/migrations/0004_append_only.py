from django.db import migrations

from records.triggers import install_triggers, remove_triggers


class Migration(migrations.Migration):
    """The database itself keeps events and seals append-only."""

    dependencies = [("records", "0003_files_and_seals")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: install_triggers(schema_editor),
            lambda apps, schema_editor: remove_triggers(schema_editor),
        )
    ]
