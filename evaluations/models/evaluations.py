"""One subject's appraisal in one cycle, the marks it was given, and an appeal against it (R84–R86)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from accounts.scope import Scope, under
from evaluations.enums import (
    AppealStatus,
    ConflictKind,
    CycleStatus,
    EvaluationStatus,
    Grade,
    SubjectKind,
    grade_label,
)
from evaluations.models.cycles import Assessor, Cycle
from evaluations.models.schemes import OFFICE, Scheme
from representatives.models import Mandate
from studios.models import Keeper, Studio


class EvaluationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees those of its place; a representative and a venue's keeper their own, once the cycle is open."""
        office = under("organization__path", Scope.of(user).prefixes(*OFFICE))
        return self.filter(office | _own(user))

    def of_office(self, user):
        return self.filter(under("organization__path", Scope.of(user).prefixes(*OFFICE)))

    def own(self, user):
        return self.filter(_own(user))

    def appraised(self):
        return self.exclude(status=EvaluationStatus.EXCUSED)

    def final(self):
        return self.filter(status=EvaluationStatus.FINAL)

    def of_people(self):
        return self.filter(cycle__kind=SubjectKind.REPRESENTATIVE)

    def of_studios(self):
        return self.filter(cycle__kind=SubjectKind.STUDIO)

    def with_names(self):
        return self.select_related(
            "cycle__organization", "scheme", "organization", "mandate__person", "studio", "mandate__congress"
        )


def _own(user):
    hers = Q(mandate__person__user_id=user.pk)
    return hers | Q(studio__in=Keeper.objects.studios_of(user))


class Evaluation(models.Model):
    """Of a mandate or of a venue. Points, scores and marks are whole hundredths (see scoring.py): 8750 is 87.50.

    `points` keeps what each indicator brought: {"<indicator id>": [quantity, points]} in hundredths, null where nothing
    is known. It is written by the statements of computing.py alone, and no more once the cycle is final.
    """

    cycle = models.ForeignKey(
        Cycle, verbose_name=_("年度考评"), on_delete=models.PROTECT, related_name="evaluations"
    )
    scheme = models.ForeignKey(
        Scheme, verbose_name=_("考评办法"), on_delete=models.PROTECT, related_name="evaluations"
    )
    mandate = models.ForeignKey(
        Mandate,
        verbose_name=_("代表资格"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    studio = models.ForeignKey(
        Studio,
        verbose_name=_("工作室（站）"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="evaluations",
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("所在地"), on_delete=models.PROTECT, related_name="evaluations"
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=EvaluationStatus.choices, default=EvaluationStatus.PENDING
    )
    report = models.TextField(_("述职"), max_length=3000, blank=True)
    self_mark = models.PositiveSmallIntegerField(
        _("自评分"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    report_saved_at = models.DateTimeField(_("草稿保存时间"), null=True, blank=True)
    reported_at = models.DateTimeField(_("述职时间"), null=True, blank=True)
    committee_mark = models.PositiveIntegerField(_("测评均分"), null=True, blank=True)
    committee_count = models.PositiveSmallIntegerField(_("测评人数"), default=0)
    survey_mark = models.PositiveIntegerField(_("评议均分"), null=True, blank=True)
    survey_count = models.PositiveIntegerField(_("评议份数"), default=0)
    points = models.JSONField(_("各项得分"), default=dict, blank=True)
    score = models.PositiveIntegerField(_("总分"), null=True, blank=True)
    suggested_grade = models.CharField(_("建议等次"), max_length=12, choices=Grade.choices, blank=True)
    is_over_quota = models.BooleanField(_("超出优秀名额"), default=False)
    decided_grade = models.CharField(_("评定等次"), max_length=12, choices=Grade.choices, blank=True)
    decision_reason = models.CharField(_("评定理由"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("评定登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("评定时间"), null=True, blank=True)
    excuse_reason = models.CharField(_("不参加的原因"), max_length=200, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考评结果")
        ordering = ["-cycle__year", "organization__path", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "mandate"], name="evaluation_of_mandate_once"),
            models.UniqueConstraint(fields=["cycle", "studio"], name="evaluation_of_studio_once"),
            models.CheckConstraint(
                condition=Q(mandate__isnull=False, studio__isnull=True)
                | Q(mandate__isnull=True, studio__isnull=False),
                name="evaluation_of_one_subject",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[EvaluationStatus.DECIDED, EvaluationStatus.FINAL])
                | ~Q(decided_grade=""),
                name="evaluation_decided_has_grade",
            ),
        ]
        indexes = [
            models.Index(fields=["cycle", "status"], name="evaluation_by_status"),
        ]

    def __str__(self):
        return f"{self.name} {self.cycle.year}"

    @property
    def kind(self):
        return SubjectKind.STUDIO if self.studio_id else SubjectKind.REPRESENTATIVE

    @property
    def name(self):
        return self.studio.name if self.studio_id else self.mandate.person.name

    @property
    def score_value(self):
        """87.50, or None"""
        return None if self.score is None else Decimal(self.score) / 100

    @property
    def suggested_label(self):
        return grade_label(self.suggested_grade, self.kind)

    @property
    def decided_label(self):
        return grade_label(self.decided_grade, self.kind)

    @property
    def differs(self):
        """The committee has decided otherwise than was suggested."""
        return bool(self.decided_grade) and self.decided_grade != self.suggested_grade

    @property
    def is_told(self):
        """Is the decided grade hers to know?"""
        return self.cycle.status in CycleStatus.told() and self.status in (
            EvaluationStatus.DECIDED,
            EvaluationStatus.FINAL,
        )


class Mark(models.Model):
    """What one assessor gave to one subject, or why she gave nothing."""

    assessor = models.ForeignKey(
        Assessor, verbose_name=_("测评人"), on_delete=models.CASCADE, related_name="marks"
    )
    evaluation = models.ForeignKey(
        Evaluation, verbose_name=_("考评结果"), on_delete=models.CASCADE, related_name="marks"
    )
    value = models.PositiveSmallIntegerField(
        _("测评分"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    conflict = models.CharField(_("回避"), max_length=12, choices=ConflictKind.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("测评打分")
        constraints = [
            models.UniqueConstraint(fields=["assessor", "evaluation"], name="mark_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | (Q(value__lte=100) & Q(conflict="")),
                name="mark_or_conflict",
            ),
        ]

    def __str__(self):
        return f"{self.assessor_id} → {self.evaluation_id}"


class AppealQuerySet(models.QuerySet):
    def visible_to(self, user):
        office = under("evaluation__organization__path", Scope.of(user).prefixes(*OFFICE))
        hers = Q(evaluation__mandate__person__user_id=user.pk)
        kept = Q(evaluation__studio__in=Keeper.objects.studios_of(user))
        return self.filter(office | hers | kept)

    def open(self):
        return self.filter(status=AppealStatus.LODGED)


class Appeal(models.Model):
    """Somebody thinks that her grade is wrong, and says why; the deciding office answers before anything is final."""

    evaluation = models.ForeignKey(
        Evaluation, verbose_name=_("考评结果"), on_delete=models.PROTECT, related_name="appeals"
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=AppealStatus.choices, default=AppealStatus.LODGED
    )
    content = models.TextField(_("申诉理由"), max_length=1000)
    lodged_by = models.ForeignKey(
        User, verbose_name=_("申诉人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    lodged_at = models.DateTimeField(_("申诉时间"))
    old_grade = models.CharField(_("原评定"), max_length=12, choices=Grade.choices)
    new_grade = models.CharField(_("改为"), max_length=12, choices=Grade.choices, blank=True)
    answer = models.TextField(_("答复"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("申诉")
        ordering = ["-lodged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation"], condition=Q(status=AppealStatus.LODGED), name="appeal_open_once"
            )
        ]

    def __str__(self):
        return f"{self.evaluation} {self.get_status_display()}"
