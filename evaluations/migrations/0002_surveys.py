"""Answers to the masses' survey are counted and not kept: counts in place of the table of answers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0001_initial"),
    ]

    operations = [
        migrations.DeleteModel(name="SurveyAnswer"),
        migrations.AddField(
            model_name="survey",
            name="answers_count",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="收到评议"),
        ),
        migrations.AddField(
            model_name="survey",
            name="drawn_up_to",
            field=models.CharField(blank=True, default="", editable=False, max_length=16),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="survey",
            index=models.Index(fields=["status", "due_date"], name="survey_by_day"),
        ),
        migrations.AddConstraint(
            model_name="survey",
            constraint=models.CheckConstraint(
                condition=models.Q(("answers_count__lte", models.F("tokens_issued"))),
                name="survey_answer_for_a_token",
            ),
        ),
        migrations.CreateModel(
            name="SurveyTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=40, verbose_name="问题代码")),
                ("rating", models.PositiveSmallIntegerField(verbose_name="评分")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="份数")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="evaluations.survey",
                        verbose_name="群众评议",
                    ),
                ),
            ],
            options={
                "verbose_name": "评议计数",
                "verbose_name_plural": "评议计数",
                "ordering": ["survey", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("survey", "question", "rating"), name="survey_tally_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rating__gte", 1), ("rating__lte", 5)), name="survey_tally_rating"
                    ),
                ],
            },
        ),
    ]
