"""Sessions of training and who is called to them (R28, R33)."""

import secrets
from datetime import time
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.scope import Scope, under
from representatives.models import READERS, Group, Mandate, Person
from training.enums import (
    AttendanceMeans,
    Audience,
    EnrolmentSource,
    EnrolmentStatus,
    TrainingKind,
    TrainingReminderKind,
    TrainingStatus,
)
from training.models.needs import Course
from training.models.plans import TrainingPlan, upwards


def new_secret():
    return secrets.token_hex(20)


class TrainingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees the sessions of its place, of those below and of those above, to which its people are called;
        a representative those to which she was called herself."""
        prefixes = Scope.of(user).prefixes(*READERS)
        office = under("organization__path", prefixes) | Q(organization__path__in=upwards(prefixes))
        hers = Enrolment.objects.told_to(user).values("training")
        return self.filter(office | Q(pk__in=hers))

    def of_office(self, user):
        prefixes = Scope.of(user).prefixes(*READERS)
        return self.filter(under("organization__path", prefixes))

    def held(self):
        return self.filter(status=TrainingStatus.HELD)


class Training(models.Model):
    """One session (一期培训). Its roster is drawn up by rule, by hand, or both."""

    code = models.CharField(_("编号"), max_length=20, unique=True, null=True, editable=False)
    plan = models.ForeignKey(
        TrainingPlan,
        verbose_name=_("培训计划"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="trainings",
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("主办单位"), on_delete=models.PROTECT, related_name="trainings"
    )
    kind = models.CharField(_("类别"), max_length=12, choices=TrainingKind.choices)
    title = models.CharField(_("名称"), max_length=80)
    course = models.ForeignKey(
        Course,
        verbose_name=_("课程"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="trainings",
    )
    start_date = models.DateField(_("开始日期"))
    end_date = models.DateField(_("结束日期"))
    start_time = models.TimeField(_("每天几点开始"), default=time(9))
    place = models.CharField(_("地点"), max_length=120)
    teacher = models.CharField(_("授课人"), max_length=80)
    hours = models.DecimalField(
        _("学时"),
        max_digits=5,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(400)],
    )
    seats = models.PositiveIntegerField(_("名额"), validators=[MinValueValidator(1), MaxValueValidator(5000)])
    is_main_class = models.BooleanField(
        _("县乡党校主体班"), default=False, help_text=_("计入「不少于10%的代表参加党校主体班」")
    )
    material = models.TextField(
        _("学习资料"), max_length=2000, blank=True, help_text=_("书目、提纲；文件另传")
    )
    audience = models.CharField(
        _("名单规则"), max_length=12, choices=Audience.choices, default=Audience.RESPONSIBLE
    )
    levels = models.JSONField(_("代表层级"), default=list, blank=True)
    frontline_only = models.BooleanField(_("只含生产和工作一线"), default=False)
    field = models.CharField(_("行业领域"), max_length=40, blank=True)
    group = models.ForeignKey(
        Group,
        verbose_name=_("代表小组"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="trainings",
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=TrainingStatus.choices, default=TrainingStatus.PLANNED
    )
    code_secret = models.CharField(max_length=40, default=new_secret, editable=False)
    published_at = models.DateTimeField(_("通知时间"), null=True, blank=True)
    summary = models.TextField(_("小结"), max_length=2000, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("培训班")
        ordering = ["-start_date", "-pk"]
        indexes = [models.Index(fields=["status", "start_date"], name="training_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(end_date__gte=F("start_date")), name="training_dates_in_order")
        ]

    def __str__(self):
        return f"{self.title}（{self.start_date}）"

    @property
    def is_coming(self):
        return self.status in TrainingStatus.coming()


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees its own people wherever they learn, and everybody at its own sessions; a representative what
        she herself was told."""
        prefixes = Scope.of(user).prefixes(*READERS)
        told = Q(person__user_id=user.pk, status__in=EnrolmentStatus.told())
        office = under("organization__path", prefixes) | under("training__organization__path", prefixes)
        return self.filter(office | told)

    def told_to(self, user):
        return self.filter(person__user_id=user.pk, status__in=EnrolmentStatus.told())

    def attended(self):
        """Those that count: who came, at sessions that are over."""
        return self.filter(status=EnrolmentStatus.ATTENDED, training__status=TrainingStatus.HELD)

    def placed(self):
        return self.filter(status__in=EnrolmentStatus.placed()).exclude(
            training__status=TrainingStatus.CANCELLED
        )


class Enrolment(models.Model):
    """One person at one session (人次). A young cadre who comes along with her mentor has no mandate.

    `organization` repeats the place of the mandate, or else that of the session: whose figure it is.
    """

    training = models.ForeignKey(
        Training, verbose_name=_("培训班"), on_delete=models.CASCADE, related_name="enrolments"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="enrolments"
    )
    mandate = models.ForeignKey(
        Mandate,
        verbose_name=_("代表资格"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("所在地"), on_delete=models.PROTECT, related_name="enrolments"
    )
    status = models.CharField(
        _("状态"), max_length=12, choices=EnrolmentStatus.choices, default=EnrolmentStatus.LISTED
    )
    source = models.CharField(_("怎么列入"), max_length=10, choices=EnrolmentSource.choices)
    reason = models.CharField(_("为什么在名单上"), max_length=200, blank=True)
    leave_reason = models.CharField(_("请假事由"), max_length=200, blank=True)
    invited_at = models.DateTimeField(_("通知时间"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    checked_in_by = models.CharField(
        _("签到方式"), max_length=10, choices=AttendanceMeans.choices, blank=True
    )
    hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1, default=0)
    certificate_number = models.CharField(_("结业证号"), max_length=30, unique=True, null=True, blank=True)
    changed_at = models.DateTimeField(_("变动时间"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("参训名单")
        ordering = ["training", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["training", "person"], name="enrolment_once"),
        ]
        indexes = [models.Index(fields=["person", "status"], name="enrolment_of_person")]

    def __str__(self):
        return f"{self.person}：{self.training}"

    @property
    def is_ahead(self):
        return self.status in EnrolmentStatus.ahead()


class TrainingReminder(models.Model):
    """A notice about a session that was sent; a second run finds it and sends nothing."""

    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("参训"), on_delete=models.CASCADE, related_name="reminders"
    )
    kind = models.CharField(_("类别"), max_length=10, choices=TrainingReminderKind.choices)
    sent_at = models.DateTimeField(_("发送时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("培训提醒")
        constraints = [models.UniqueConstraint(fields=["enrolment", "kind"], name="training_reminder_once")]

    def __str__(self):
        return f"{self.enrolment} {self.get_kind_display()}"
