"""What people need to learn: courses, and the survey that asks (R32, 干什么学什么、缺什么补什么)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from accounts.scope import Scope, under
from representatives.models import READERS, Mandate, Person
from training.enums import SurveyStatus
from training.models.plans import upwards


class Course(models.Model):
    """A course that can be offered: data that staff extend."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    description = models.CharField(_("学什么"), max_length=200, blank=True)
    keywords = models.JSONField(
        _("关键词"), default=list, blank=True, help_text=_("代表在调查里写到这些词的，也算需要这门课")
    )
    hours = models.DecimalField(
        _("建议学时"),
        max_digits=5,
        decimal_places=1,
        default=8,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(400)],
    )
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("课程")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class NeedSurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office: of its own place, below and above; a representative: those that ask her."""
        prefixes = Scope.of(user).prefixes(*READERS)
        office = under("organization__path", prefixes) | Q(organization__path__in=upwards(prefixes))
        return self.filter(office | Q(pk__in=self.model.objects.asking(user).values("pk")))

    def asking(self, user):
        """Surveys put to this representative: those of the places above a seat that she holds."""
        seats = Mandate.objects.in_office().filter(
            person__user_id=user.pk, organization__path__startswith=models.OuterRef("organization__path")
        )
        return self.filter(models.Exists(seats)).exclude(status=SurveyStatus.DRAFT)


class NeedSurvey(models.Model):
    """A place asks its representatives what they need to learn."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("组织"), on_delete=models.PROTECT, related_name="need_surveys"
    )
    year = models.PositiveSmallIntegerField(
        _("用于哪一年的计划"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    title = models.CharField(_("名称"), max_length=80)
    words = models.CharField(_("说明"), max_length=200, blank=True)
    due_date = models.DateField(_("截止日期"))
    status = models.CharField(
        _("状态"), max_length=10, choices=SurveyStatus.choices, default=SurveyStatus.DRAFT
    )
    opened_at = models.DateTimeField(_("开始征集"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束征集"), null=True, blank=True)

    objects = NeedSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("需求调查")
        ordering = ["-due_date", "-pk"]

    def __str__(self):
        return self.title


class NeedAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        prefixes = Scope.of(user).prefixes(*READERS)
        office = under("organization__path", prefixes) | under("survey__organization__path", prefixes)
        return self.filter(office | Q(person__user_id=user.pk))


class NeedAnswer(models.Model):
    """One representative's answer; she may change it while the survey is open."""

    survey = models.ForeignKey(
        NeedSurvey, verbose_name=_("需求调查"), on_delete=models.CASCADE, related_name="answers"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="need_answers"
    )
    mandate = models.ForeignKey(
        Mandate, verbose_name=_("代表资格"), on_delete=models.PROTECT, related_name="need_answers"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("所在地"), on_delete=models.PROTECT, related_name="need_answers"
    )
    courses = models.ManyToManyField(Course, verbose_name=_("想学的课程"), related_name="need_answers")
    doing = models.CharField(_("正在干什么"), max_length=200, blank=True)
    lacking = models.CharField(_("还缺什么"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("填写时间"))

    objects = NeedAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("培训需求")
        ordering = ["-answered_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["survey", "person"], name="need_answer_once")]

    def __str__(self):
        return f"{self.person}：{self.survey}"
