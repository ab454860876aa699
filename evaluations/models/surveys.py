"""What members and masses think of a venue or a representative (R90): nobody can tell who said what.

A token lets somebody in once, and its row is taken away when she answers; an answer has no time, no running number and
no link to a token, to an address or to a person.
"""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.scope import Scope, under
from evaluations.enums import MassSurveyStatus
from evaluations.models.schemes import OFFICE
from representatives.models import Mandate
from studios.models import Keeper, Studio


class SurveyQuestion(models.Model):
    """A question of the masses' survey, answered from 1 to 5: data that staff change."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    kind = models.CharField(
        _("问什么"), max_length=16, choices=[("representative", _("党代表")), ("studio", _("工作室（站）"))]
    )
    text = models.CharField(_("问题"), max_length=80)
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("评议问题")
        ordering = ["kind", "position", "pk"]

    def __str__(self):
        return self.text


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        office = under("organization__path", Scope.of(user).prefixes(*OFFICE))
        return self.filter(office | Q(studio__in=Keeper.objects.studios_of(user)))


class Survey(models.Model):
    """One survey about one venue or one representative, for the appraisal of one year."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("所在地"), on_delete=models.PROTECT, related_name="surveys"
    )
    studio = models.ForeignKey(
        Studio,
        verbose_name=_("工作室（站）"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="surveys",
    )
    mandate = models.ForeignKey(
        Mandate,
        verbose_name=_("党代表"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="surveys",
    )
    year = models.PositiveSmallIntegerField(
        _("用于哪一年的考评"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    title = models.CharField(_("名称"), max_length=80)
    questions = models.JSONField(_("问题"), default=list, help_text=_("开始评议时定下，以后不变"))
    minimum_answers = models.PositiveSmallIntegerField(
        _("至少几份才显示结果"), default=5, validators=[MinValueValidator(3), MaxValueValidator(500)]
    )
    due_date = models.DateField(_("截止日期"))
    status = models.CharField(
        _("状态"), max_length=10, choices=MassSurveyStatus.choices, default=MassSurveyStatus.DRAFT
    )
    tokens_issued = models.PositiveIntegerField(_("发出评议码"), default=0)
    opened_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("群众评议")
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["studio", "year"], name="survey_of_studio_once"),
            models.UniqueConstraint(fields=["mandate", "year"], name="survey_of_mandate_once"),
            models.CheckConstraint(
                condition=Q(mandate__isnull=False, studio__isnull=True)
                | Q(mandate__isnull=True, studio__isnull=False),
                name="survey_of_one_subject",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def about(self):
        return self.studio.name if self.studio_id else self.mandate.person.name


class SurveyToken(models.Model):
    """A code that still opens the survey, hashed. Used up, it is deleted."""

    digest = models.CharField(max_length=64, primary_key=True)
    survey = models.ForeignKey(
        Survey, verbose_name=_("群众评议"), on_delete=models.CASCADE, related_name="tokens"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("评议码")

    def __str__(self):
        return str(self.survey_id)


class SurveyAnswer(models.Model):
    """One answer: {question code: 1–5}. The key is drawn by lot, so that it tells no order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(
        Survey, verbose_name=_("群众评议"), on_delete=models.CASCADE, related_name="answers"
    )
    ratings = models.JSONField(_("评分"))

    class Meta:
        verbose_name = verbose_name_plural = _("评议答卷")

    def __str__(self):
        return str(self.survey_id)
