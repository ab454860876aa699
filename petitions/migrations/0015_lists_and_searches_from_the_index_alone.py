from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("petitions", "0014_in_hand_by_date")]

    operations = [
        migrations.RemoveIndex(model_name="petition", name="petition_newest"),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                fields=["-received_at", "-id", "organization", "is_accusation"], name="petition_newest"
            ),
        ),
        migrations.RemoveIndex(model_name="petition", name="petition_by_id"),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                fields=[
                    "id",
                    "received_at",
                    "organization",
                    "is_accusation",
                    "status",
                    "due_date",
                    "fed_back_at",
                ],
                name="petition_by_id",
            ),
        ),
    ]
