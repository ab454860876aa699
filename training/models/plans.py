"""Yearly plans, and the settings of training: who trains whom, the quota, when reminders go out (R29–R31)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.scope import STEP, Scope, under
from representatives.enums import Level
from representatives.models import READERS
from training.enums import PlanStatus, QuotaBase, Trainer


def upwards(prefixes):
    return {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}


class TrainingPlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of one's own place and below, and those above it: what is planned there is one's own too."""
        prefixes = Scope.of(user).prefixes(*READERS)
        return self.filter(
            under("organization__path", prefixes) | Q(organization__path__in=upwards(prefixes))
        )


class TrainingPlan(models.Model):
    """What a place means to train in a year, as a part of its plan of cadre training (R29)."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("组织"), on_delete=models.PROTECT, related_name="training_plans"
    )
    year = models.PositiveSmallIntegerField(
        _("年度"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    title = models.CharField(_("名称"), max_length=80)
    aim = models.TextField(_("目标与安排"), max_length=2000, blank=True)
    is_in_cadre_plan = models.BooleanField(
        _("已列入干部教育培训计划"), default=True, help_text=_("党代表培训列入本地干部教育培训规划和年度计划")
    )
    people_target = models.PositiveIntegerField(_("计划培训人次"), default=0)
    status = models.CharField(_("状态"), max_length=10, choices=PlanStatus.choices, default=PlanStatus.DRAFT)
    document_number = models.CharField(_("批准文号"), max_length=60, blank=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User, verbose_name=_("批准登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = TrainingPlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("培训计划")
        ordering = ["-year", "organization__path", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "year"], name="training_plan_once_a_year")
        ]

    def __str__(self):
        return self.title


class TrainingPolicyQuerySet(models.QuerySet):
    def visible_to(self, user):
        prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
        return self.filter(
            under("organization__path", prefixes) | Q(organization__path__in=upwards(prefixes))
        )


class TrainingPolicy(models.Model):
    """How training is done in a place and everywhere below it; the nearest one above counts."""

    organization = models.OneToOneField(
        Organization, verbose_name=_("适用组织"), on_delete=models.CASCADE, related_name="training_policy"
    )
    quota_percent = models.PositiveSmallIntegerField(
        _("党校主体班每年安排不少于（%）"),
        default=10,
        validators=[MaxValueValidator(100)],
        help_text=_("来源：潍坊市党代表培训做法，每年安排不少于10%的代表参加县乡党校主体班"),
    )
    quota_base = models.CharField(
        _("比例的分母"), max_length=10, choices=QuotaBase.choices, default=QuotaBase.IN_OFFICE
    )
    first_reminder_days = models.PositiveSmallIntegerField(
        _("第一次提醒提前几天"), default=3, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    second_reminder_days = models.PositiveSmallIntegerField(
        _("第二次提醒提前几天"), default=1, validators=[MaxValueValidator(30)]
    )
    certificate_percent = models.PositiveSmallIntegerField(
        _("学满多少学时发结业证（%）"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("缺课超过五分之一的不发结业证，参照干部教育培训学员管理的通行做法"),
    )

    objects = TrainingPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("培训设置")
        ordering = ["organization__path"]

    def __str__(self):
        return f"{self.organization}培训设置"


class TrainingDuty(models.Model):
    """One row of who trains whom in the first year of a term (R30): the city the frontline ones of the city's level
    and above, counties all their own."""

    level = models.CharField(_("代表层级"), max_length=12, choices=Level.choices, unique=True)
    trainer = models.CharField(_("由谁培训"), max_length=10, choices=Trainer.choices)
    is_frontline_only = models.BooleanField(_("只含生产和工作一线"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("培训职责")
        ordering = ["pk"]

    def __str__(self):
        whom = "一线代表" if self.is_frontline_only else "代表"
        return f"{self.get_level_display()}{whom}由{self.get_trainer_display()}培训"
