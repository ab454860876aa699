"""What follows from a final grade: first choice (R87), a reminder talk (R88), items to improve (R91)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from accounts.scope import Scope, under
from evaluations.enums import (
    CandidatePurpose,
    CandidateStatus,
    ImprovementReminderKind,
    ImprovementStatus,
    TalkOutcome,
    TalkReminderKind,
    TalkStatus,
)
from evaluations.models.evaluations import Evaluation
from evaluations.models.schemes import OFFICE, upwards
from studios.models import Keeper


class OfEvaluationQuerySet(models.QuerySet):
    def of_office(self, user):
        return self.filter(under("evaluation__organization__path", Scope.of(user).prefixes(*OFFICE)))


class CandidateQuerySet(OfEvaluationQuerySet):
    def visible_to(self, user):
        """The office's own business: whoever is on the list is not told before something came of it."""
        return self.of_office(user)

    def with_names(self):
        return self.select_related(
            "evaluation__cycle__organization",
            "evaluation__mandate__person",
            "evaluation__mandate__congress",
            "evaluation__organization",
            "previous__cycle",
        )


class Candidate(models.Model):
    """Excellent in two years running within one term. `evaluation` is that of the later year."""

    evaluation = models.OneToOneField(
        Evaluation, verbose_name=_("第二年考评"), on_delete=models.PROTECT, related_name="candidacy"
    )
    previous = models.ForeignKey(
        Evaluation, verbose_name=_("第一年考评"), on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(_("用于"), max_length=16, choices=CandidatePurpose.choices, blank=True)
    status = models.CharField(
        _("状态"), max_length=12, choices=CandidateStatus.choices, default=CandidateStatus.LISTED
    )
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    listed_at = models.DateTimeField(_("列入时间"))
    settled_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("优先人选")
        ordering = ["-listed_at", "-pk"]

    def __str__(self):
        return f"{self.evaluation} {self.get_status_display()}"

    @property
    def why(self):
        """2021年度95.00分优秀、2022年度96.50分优秀，同一届任期内连续两年优秀"""
        years = "、".join(
            f"{one.cycle.year}年度{'' if one.score is None else f'{one.score_value:.2f}分'}{one.decided_label}"
            for one in (self.previous, self.evaluation)
        )
        return f"{years}，同一届任期内连续两年优秀"


class ReminderTalkQuerySet(OfEvaluationQuerySet):
    def visible_to(self, user):
        """The office, and she herself once it has been held."""
        office = under("evaluation__organization__path", Scope.of(user).prefixes(*OFFICE))
        hers = Q(
            evaluation__mandate__person__user_id=user.pk, status__in=[TalkStatus.HELD, TalkStatus.CLOSED]
        )
        return self.filter(office | hers)

    def open(self):
        return self.filter(status__in=TalkStatus.open_states())

    def late(self, *, on):
        """The talk or the follow-up ought to have been by now."""
        return self.filter(
            Q(status=TalkStatus.DUE, due_date__lt=on) | Q(status=TalkStatus.HELD, follow_up_date__lt=on)
        )

    def with_names(self):
        return self.select_related(
            "evaluation__cycle__organization", "evaluation__mandate__person__user", "evaluation__organization"
        )


class ReminderTalk(models.Model):
    """提醒谈话: who talked with her and when, what was said, what she will do, and what became of it."""

    evaluation = models.OneToOneField(
        Evaluation, verbose_name=_("考评结果"), on_delete=models.PROTECT, related_name="talk"
    )
    status = models.CharField(_("状态"), max_length=10, choices=TalkStatus.choices, default=TalkStatus.DUE)
    due_date = models.DateField(_("最迟谈话日期"))
    talk_date = models.DateField(_("谈话日期"), null=True, blank=True)
    talker = models.CharField(_("谈话人"), max_length=80, blank=True)
    content = models.TextField(_("谈话要点"), max_length=2000, blank=True)
    plan = models.TextField(_("改进打算"), max_length=2000, blank=True)
    follow_up_date = models.DateField(_("回访日期"), null=True, blank=True)
    followed_up_on = models.DateField(_("实际回访"), null=True, blank=True)
    follow_up = models.TextField(_("回访情况"), max_length=2000, blank=True)
    outcome = models.CharField(_("改进结果"), max_length=16, choices=TalkOutcome.choices, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    objects = ReminderTalkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("提醒谈话")
        ordering = ["due_date", "pk"]

    def __str__(self):
        return f"{self.evaluation} {self.get_status_display()}"


class ImprovementQuerySet(OfEvaluationQuerySet):
    def visible_to(self, user):
        """The office, whoever it is about, and whoever owns it."""
        office = under("evaluation__organization__path", Scope.of(user).prefixes(*OFFICE))
        return self.filter(office | self._own(user))

    def own(self, user):
        """What she owns, and what is about her or the venue she keeps."""
        return self.filter(self._own(user))

    @staticmethod
    def _own(user):
        hers = Q(evaluation__mandate__person__user_id=user.pk)
        kept = Q(evaluation__studio__in=Keeper.objects.studios_of(user))
        return hers | kept | Q(owner=user.pk)

    def open(self):
        return self.filter(status__in=ImprovementStatus.open_states())

    def settled(self):
        return self.exclude(status__in=ImprovementStatus.open_states())

    def overdue(self, *, on):
        return self.filter(status=ImprovementStatus.OPEN, due_date__lt=on)

    def mine(self, user):
        """What she has to do herself."""
        return self.filter(owner=user.pk)

    def with_names(self):
        return self.select_related(
            "evaluation__cycle__organization",
            "evaluation__mandate__person",
            "evaluation__studio",
            "evaluation__organization",
            "owner",
        )


class Improvement(models.Model):
    """One thing to be done better after an appraisal, with an owner and a day."""

    evaluation = models.ForeignKey(
        Evaluation, verbose_name=_("考评结果"), on_delete=models.PROTECT, related_name="improvements"
    )
    content = models.CharField(_("改进事项"), max_length=200)
    owner = models.ForeignKey(
        User,
        verbose_name=_("责任人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="improvements",
    )
    owner_name = models.CharField(_("责任人姓名"), max_length=40, blank=True)
    due_date = models.DateField(_("完成期限"))
    status = models.CharField(
        _("状态"), max_length=10, choices=ImprovementStatus.choices, default=ImprovementStatus.OPEN
    )
    result = models.TextField(_("完成情况"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("列出时间"))
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    settled_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("改进事项")
        ordering = ["due_date", "pk"]
        indexes = [models.Index(fields=["status", "due_date"], name="improvement_by_day")]

    def __str__(self):
        return self.content

    @property
    def owner_label(self):
        return self.owner.label if self.owner_id else self.owner_name

    def is_overdue(self, *, on):
        return self.status == ImprovementStatus.OPEN and self.due_date < on


class TalkReminder(models.Model):
    """The organizers were reminded of a talk; a row for each reminder, so that none is sent twice. A day that is put
    off is reminded of anew."""

    talk = models.ForeignKey(
        ReminderTalk, verbose_name=_("提醒谈话"), on_delete=models.CASCADE, related_name="reminders"
    )
    kind = models.CharField(_("提醒什么"), max_length=12, choices=TalkReminderKind.choices)
    about_date = models.DateField(_("哪一天的事"))
    sent_at = models.DateTimeField(_("提醒时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("谈话提醒")
        constraints = [
            models.UniqueConstraint(fields=["talk", "kind", "about_date"], name="talk_reminder_once")
        ]

    def __str__(self):
        return f"{self.talk_id} {self.get_kind_display()}"


class ImprovementReminder(models.Model):
    """Whoever owns an item was reminded of it; see `TalkReminder`."""

    improvement = models.ForeignKey(
        Improvement, verbose_name=_("改进事项"), on_delete=models.CASCADE, related_name="reminders"
    )
    kind = models.CharField(_("提醒什么"), max_length=12, choices=ImprovementReminderKind.choices)
    about_date = models.DateField(_("哪一天的事"))
    sent_at = models.DateTimeField(_("提醒时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("改进提醒")
        constraints = [
            models.UniqueConstraint(
                fields=["improvement", "kind", "about_date"], name="improvement_reminder_once"
            )
        ]

    def __str__(self):
        return f"{self.improvement_id} {self.get_kind_display()}"


class FollowUpPolicyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody of the office may read what counts for it, also what the city has set above it."""
        prefixes = Scope.of(user).prefixes(*OFFICE)
        return self.filter(
            under("organization__path", prefixes) | Q(organization__path__in=upwards(prefixes))
        )


class FollowUpPolicy(models.Model):
    """What is expected after an appraisal; for a place without a row, the nearest one above it counts."""

    organization = models.OneToOneField(
        Organization, verbose_name=_("适用组织"), on_delete=models.CASCADE, related_name="follow_up_policy"
    )
    talk_days = models.PositiveSmallIntegerField(
        _("定档后几个工作日内谈话"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("来源：潍坊市做法只规定不称职的要提醒谈话，没有规定期限；默认20个工作日，约一个月"),
    )
    talk_reminder_days = models.PositiveSmallIntegerField(
        _("谈话、回访前几天提醒"),
        default=5,
        validators=[MaxValueValidator(30)],
        help_text=_("提醒评定机关的组工干部；默认5天"),
    )
    improvement_reminder_days = models.PositiveSmallIntegerField(
        _("改进期限前几天提醒"),
        default=7,
        validators=[MaxValueValidator(60)],
        help_text=_("提醒责任人；过了期限再提醒一次，并告诉组工干部；默认7天"),
    )

    objects = FollowUpPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考评后续设置")
        ordering = ["organization__path"]

    def __str__(self):
        return f"{self.organization}"
