import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_duty_notices"),
        ("evaluations", "0002_surveys"),
    ]

    operations = [
        migrations.CreateModel(
            name="VenueReport",
            fields=[],
            options={
                "verbose_name": "工作小结",
                "verbose_name_plural": "工作小结",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("evaluations.evaluation",),
        ),
        migrations.AddField(
            model_name="improvement",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="列出时间"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="improvement",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="办结时间"),
        ),
        migrations.CreateModel(
            name="FollowUpPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "talk_days",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="来源：潍坊市做法只规定不称职的要提醒谈话，没有规定期限；默认20个工作日，约一个月",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="定档后几个工作日内谈话",
                    ),
                ),
                (
                    "talk_reminder_days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="提醒评定机关的组工干部；默认5天",
                        validators=[django.core.validators.MaxValueValidator(30)],
                        verbose_name="谈话、回访前几天提醒",
                    ),
                ),
                (
                    "improvement_reminder_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="提醒责任人；过了期限再提醒一次，并告诉组工干部；默认7天",
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="改进期限前几天提醒",
                    ),
                ),
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_up_policy",
                        to="accounts.organization",
                        verbose_name="适用组织",
                    ),
                ),
            ],
            options={
                "verbose_name": "考评后续设置",
                "verbose_name_plural": "考评后续设置",
                "ordering": ["organization__path"],
            },
        ),
        migrations.CreateModel(
            name="ImprovementReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("near", "快到期限"), ("overdue", "已过期限")],
                        max_length=12,
                        verbose_name="提醒什么",
                    ),
                ),
                ("about_date", models.DateField(verbose_name="哪一天的事")),
                ("sent_at", models.DateTimeField(verbose_name="提醒时间")),
                (
                    "improvement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="evaluations.improvement",
                        verbose_name="改进事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "改进提醒",
                "verbose_name_plural": "改进提醒",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("improvement", "kind", "about_date"), name="improvement_reminder_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TalkReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("talk", "该谈话了"), ("follow_up", "该回访了")],
                        max_length=12,
                        verbose_name="提醒什么",
                    ),
                ),
                ("about_date", models.DateField(verbose_name="哪一天的事")),
                ("sent_at", models.DateTimeField(verbose_name="提醒时间")),
                (
                    "talk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="evaluations.remindertalk",
                        verbose_name="提醒谈话",
                    ),
                ),
            ],
            options={
                "verbose_name": "谈话提醒",
                "verbose_name_plural": "谈话提醒",
                "constraints": [
                    models.UniqueConstraint(fields=("talk", "kind", "about_date"), name="talk_reminder_once")
                ],
            },
        ),
    ]
