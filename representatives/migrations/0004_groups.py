import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("representatives", "0003_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="group",
            name="dissolved_date",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="撤并日期"),
        ),
        migrations.AddField(
            model_name="mandate",
            name="group_note",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="编组说明"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="mandate",
            name="is_group_fixed",
            field=models.BooleanField(
                default=False, help_text="由人工安排，再次生成编组建议时不动", verbose_name="固定在本组"
            ),
        ),
        migrations.CreateModel(
            name="GroupPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "size",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="来源：潍坊市做法，每20名左右代表编一个小组",
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="每组宜有几名代表",
                    ),
                ),
                (
                    "tolerance",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="超出这个范围，列表和小组页会提醒",
                        validators=[django.core.validators.MaxValueValidator(50)],
                        verbose_name="上下可差几名",
                    ),
                ),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_policy",
                        to="accounts.organization",
                        verbose_name="适用组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "编组设置",
                "verbose_name_plural": "编组设置",
                "ordering": ["organization__path"],
            },
        ),
    ]
