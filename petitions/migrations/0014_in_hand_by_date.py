from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def copy_dates(apps, schema_editor):
    petitions = apps.get_model("petitions", "Petition").objects.filter(pk=OuterRef("petition"))
    rows = apps.get_model("petitions", "Assignment").objects.all()
    rows.update(received_at=Subquery(petitions.values("received_at")))


class Migration(migrations.Migration):
    dependencies = [("petitions", "0013_what_units_have_in_hand")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="received_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="接待时间"),
        ),
        migrations.RunPython(copy_dates, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="assignment",
            name="received_at",
            field=models.DateTimeField(editable=False, verbose_name="接待时间"),
        ),
        migrations.RemoveIndex(model_name="assignment", name="assignment_in_hand"),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=Q(ended_at=None),
                fields=["organization", "-received_at", "-petition"],
                name="assignment_in_hand_by_date",
            ),
        ),
    ]
