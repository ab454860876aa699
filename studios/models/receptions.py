"""Reception days (接待日): the rule of a venue, the days it yields, and who came on the day (R17–R25)."""

import secrets
import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.masking import mask_name
from accounts.models import Organization, User
from accounts.scope import STEP, Scope, under
from studios.enums import DayStatus, HolidayPolicy
from studios.models.venues import Studio


def new_secret():
    return secrets.token_hex(20)


class ReceptionPolicyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of one's own place and everything below it, and of everything above: what holds here comes from there."""
        prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
        upwards = {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}
        return self.filter(under("organization__path", prefixes) | Q(organization__path__in=upwards))


class ReceptionPolicy(models.Model):
    """How reception days are planned in a place and everywhere below it; the nearest one above a venue counts."""

    organization = models.OneToOneField(
        Organization, verbose_name=_("适用组织"), on_delete=models.CASCADE, related_name="reception_policy"
    )
    plan_on_day = models.PositiveSmallIntegerField(
        _("每月几日排下月的班"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text=_("到这一天，系统自动排出下个月的班，等联络员看过再公布"),
    )
    publish_days_ahead = models.PositiveSmallIntegerField(
        _("至少提前几天公布"),
        default=3,
        validators=[MaxValueValidator(30)],
        help_text=_("来源：宝鸡市等地党代表接待日做法，接待日3天前公布"),
    )
    first_reminder_days = models.PositiveSmallIntegerField(
        _("第一次提醒提前几天"), default=3, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    second_reminder_days = models.PositiveSmallIntegerField(
        _("第二次提醒提前几天"), default=1, validators=[MaxValueValidator(30)]
    )
    approves_swaps_itself = models.BooleanField(
        _("换班自动同意"), default=False, help_text=_("有人接下就算换成，不用工作人员再同意")
    )
    yearly_minimum = models.PositiveSmallIntegerField(
        _("每名代表每年至少接待几次"),
        default=2,
        validators=[MaxValueValidator(50)],
        help_text=_("来源：苏州市、甘肃省党代表履职办法"),
    )

    objects = ReceptionPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("接待日设置")
        ordering = ["organization__path"]

    def __str__(self):
        return f"{self.organization}接待日设置"


class ReceptionRule(models.Model):
    """On which days a venue receives, at which hours, with how many representatives. One is in force at a time."""

    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.CASCADE, related_name="reception_rules"
    )
    rrule = models.CharField(_("规则"), max_length=200, help_text=_("iCalendar RRULE"))
    start_time = models.TimeField(_("开始"), default="09:00")
    end_time = models.TimeField(_("结束"), default="11:30")
    seats = models.PositiveSmallIntegerField(
        _("每次几名代表"), default=2, help_text=_("来源：宝鸡市做法，每次至少2名代表")
    )
    holiday_policy = models.CharField(
        _("遇放假"), max_length=10, choices=HolidayPolicy.choices, default=HolidayPolicy.NEXT
    )
    wants_mixed_levels = models.BooleanField(
        _("尽量不同层级搭班"), default=False, help_text=_("如一名市级代表和一名镇级代表")
    )
    start_date = models.DateField(_("起"))
    end_date = models.DateField(_("止"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接待日规则")
        ordering = ["studio", "-start_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["studio"], condition=Q(end_date=None), name="reception_rule_open_once"
            ),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=3), name="reception_rule_seats"),
            models.CheckConstraint(condition=Q(end_time__gt=F("start_time")), name="reception_rule_hours"),
        ]

    def __str__(self):
        return f"{self.studio} {self.rrule}"


class ReceptionDayQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees the days of its venues; a representative what was told of hers, and days she sits on."""
        from studios.models.duties import Duty  # the duty knows its day; only this question goes back

        told = Q(published_at__isnull=False)
        own = Duty.objects.filter(person__user_id=user.pk).values("day_id")
        return self.filter(
            Q(studio__in=Studio.objects.of_office(user).values("pk"))
            | told & (Q(studio__in=Studio.objects.visible_to(user).values("pk")) | Q(pk__in=own))
        )

    def coming(self, *, on):
        return self.filter(status__in=DayStatus.coming(), date__gte=on)

    def told(self):
        return self.filter(status__in=DayStatus.told())

    def in_month(self, year, month):
        return self.filter(date__year=year, date__month=month)


class ReceptionDay(models.Model):
    """One day on which a venue receives: planned, published, then held, missed or put off to another day."""

    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.PROTECT, related_name="reception_days"
    )
    rule = models.ForeignKey(
        ReceptionRule,
        verbose_name=_("规则"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="days",
    )
    date = models.DateField(_("日期"), db_index=True)
    rule_date = models.DateField(_("按规则应在"), null=True, blank=True)
    moved_reason = models.CharField(_("为什么不在那天"), max_length=120, blank=True)
    is_provisional = models.BooleanField(
        _("放假安排未公布"), default=False, help_text=_("当年放假通知还没有发布，日期可能调整")
    )
    start_time = models.TimeField(_("开始"))
    end_time = models.TimeField(_("结束"))
    seats = models.PositiveSmallIntegerField(_("席位"), default=2)
    wants_mixed_levels = models.BooleanField(_("尽量不同层级搭班"), default=False)
    status = models.CharField(_("状态"), max_length=10, choices=DayStatus.choices, default=DayStatus.PLANNED)
    unfilled_reason = models.CharField(_("为什么没有排满"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("公布时间"), null=True, blank=True)
    postponed_to = models.OneToOneField(
        "self",
        verbose_name=_("改到"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="postponed_from",
    )
    reason = models.CharField(_("未接待或改期的原因"), max_length=300, blank=True)
    summary = models.TextField(_("小结"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("接待时长（分钟）"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束登记时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, verbose_name=_("结束登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    """Of iCalendar: goes up whenever a calendar that has read this day must read it anew."""
    code_secret = models.CharField(max_length=40, default=new_secret, editable=False)
    """From it the code is made that changes every minute on the venue's screen."""

    objects = ReceptionDayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("接待日")
        ordering = ["date", "start_time", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["studio", "date"],
                condition=~Q(status="postponed"),
                name="reception_day_once",
            ),
            models.CheckConstraint(condition=Q(end_time__gt=F("start_time")), name="reception_day_hours"),
        ]
        indexes = [models.Index(fields=["status", "date"], name="reception_day_state")]

    def __str__(self):
        return f"{self.studio} {self.date}"

    @property
    def is_coming(self):
        return self.status in DayStatus.coming()


class Visit(models.Model):
    """Visitors of a reception day (R25, 人次): one person, or several counted at once. A name is not needed."""

    day = models.ForeignKey(
        ReceptionDay, verbose_name=_("接待日"), on_delete=models.CASCADE, related_name="visits"
    )
    is_member = models.BooleanField(_("党员"), default=False)
    count = models.PositiveSmallIntegerField(_("人次"), default=1)
    name = models.CharField(_("姓名"), max_length=40, blank=True)
    note = models.CharField(_("来意"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("更正时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("来访登记")
        ordering = ["recorded_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(count__gte=1, count__lte=500), name="visit_count")]

    def __str__(self):
        return f"{self.day} {self.count}"

    @property
    def masked_name(self):
        return mask_name(self.name)
