"""双带双帮: a representative of the city or above takes on a young representative or a young cadre (R34–R36)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.scope import Scope, under
from representatives.models import READERS, Mandate, Person
from training.enums import MentoringKind, PairKind, PairOutcome, PairStatus
from training.models.plans import upwards


class PairPolicyQuerySet(models.QuerySet):
    def visible_to(self, user):
        prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
        return self.filter(
            under("organization__path", prefixes) | Q(organization__path__in=upwards(prefixes))
        )


class PairPolicy(models.Model):
    """What is expected of pairs in a place and everywhere below it; the nearest one above counts."""

    organization = models.OneToOneField(
        Organization, verbose_name=_("适用组织"), on_delete=models.CASCADE, related_name="pair_policy"
    )
    representative_age = models.PositiveSmallIntegerField(
        _("青年党代表不超过（周岁）"),
        default=40,
        validators=[MinValueValidator(18), MaxValueValidator(60)],
        help_text=_("报道没有写年龄，先定40周岁，可以改"),
    )
    cadre_age = models.PositiveSmallIntegerField(
        _("青年干部不超过（周岁）"),
        default=35,
        validators=[MinValueValidator(18), MaxValueValidator(60)],
        help_text=_("报道没有写年龄，先定35周岁，可以改"),
    )
    most_mentees = models.PositiveSmallIntegerField(
        _("一名代表最多带几人"), default=4, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("季末前几天提醒"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("一个季度还没有帮带记录的，到这时提醒双方"),
    )

    objects = PairPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("结对帮带设置")
        ordering = ["organization__path"]

    def __str__(self):
        return f"{self.organization}结对帮带设置"


class MentorPairQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The offices of either side, and the two themselves."""
        prefixes = Scope.of(user).prefixes(*READERS)
        office = under("organization__path", prefixes) | under("mentor__organization__path", prefixes)
        return self.filter(office | self.of_hers(user))

    def of_user(self, user):
        return self.filter(self.of_hers(user))

    @staticmethod
    def of_hers(user):
        return Q(mentor__person__user_id=user.pk) | Q(mentee__user_id=user.pk)

    def active(self):
        return self.filter(status=PairStatus.ACTIVE)

    def standing_on(self, day):
        return self.filter(start_date__lte=day).filter(Q(ended_date=None) | Q(ended_date__gt=day))

    def silent_between(self, first, last):
        """Nothing was recorded from the one day to the other, both included."""
        records = PairRecord.objects.standing().filter(pair=OuterRef("pk"), on__range=(first, last))
        return self.filter(~models.Exists(records))

    def with_last_record(self):
        last = PairRecord.objects.standing().filter(pair=OuterRef("pk")).order_by("-on").values("on")[:1]
        return self.annotate(last_on=Subquery(last))

    def with_names(self):
        return self.select_related("mentor__person", "mentor__organization", "mentee", "organization__parent")


class MentorPair(models.Model):
    """One mentor, one young person. `organization` is the young one's place: she is who is brought on."""

    kind = models.CharField(_("类别"), max_length=16, choices=PairKind.choices)
    mentor = models.ForeignKey(
        Mandate, verbose_name=_("帮带代表"), on_delete=models.PROTECT, related_name="mentor_pairs"
    )
    mentee = models.ForeignKey(
        Person, verbose_name=_("青年"), on_delete=models.PROTECT, related_name="mentee_pairs"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("青年所在地"), on_delete=models.PROTECT, related_name="mentor_pairs"
    )
    field = models.CharField(_("行业领域"), max_length=40, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=PairStatus.choices, default=PairStatus.ACTIVE)
    start_date = models.DateField(_("结对日期"))
    planned_end_date = models.DateField(_("计划到期"))
    ended_date = models.DateField(_("结束日期"), null=True, blank=True)
    outcome = models.CharField(_("帮带结果"), max_length=10, choices=PairOutcome.choices, blank=True)
    summary = models.TextField(_("总结"), max_length=2000, blank=True)
    reason = models.CharField(_("为什么这样结对"), max_length=200, blank=True)

    objects = MentorPairQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("结对帮带")
        ordering = ["organization__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mentee", "kind"], condition=Q(status="active"), name="pair_one_mentor"
            ),
            models.CheckConstraint(
                condition=Q(planned_end_date__gt=F("start_date")), name="pair_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_date=None) | Q(ended_date__gte=F("start_date")), name="pair_ended_after"
            ),
            models.CheckConstraint(
                condition=Q(status="active", ended_date=None)
                | (~Q(status="active") & Q(ended_date__isnull=False)),
                name="pair_ended_dated",
            ),
        ]
        indexes = [models.Index(fields=["status", "kind"], name="pair_state")]

    def __str__(self):
        return f"{self.mentor.person.name}—{self.mentee.name}"


class PairGoal(models.Model):
    """What the young one shall have learnt by when, and whether she has."""

    pair = models.ForeignKey(
        MentorPair, verbose_name=_("结对帮带"), on_delete=models.CASCADE, related_name="goals"
    )
    content = models.CharField(_("目标"), max_length=120)
    due_date = models.DateField(_("到什么时候"))
    reached_date = models.DateField(_("达到日期"), null=True, blank=True)
    evidence = models.CharField(_("怎么看出达到了"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("帮带目标")
        ordering = ["due_date", "pk"]

    def __str__(self):
        return self.content


class PairRecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(pair__in=MentorPair.objects.visible_to(user).values("pk"))

    def standing(self):
        return self.filter(cancelled_at=None)


class PairRecord(models.Model):
    """Something the two did: a line of the mentor's duty ledger, until it is cancelled."""

    pair = models.ForeignKey(
        MentorPair, verbose_name=_("结对帮带"), on_delete=models.PROTECT, related_name="records"
    )
    on = models.DateField(_("日期"))
    kind = models.CharField(_("做了什么"), max_length=12, choices=MentoringKind.choices)
    content = models.CharField(_("内容"), max_length=500)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("更正时间"), null=True, blank=True)

    objects = PairRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("帮带记录")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["pair", "on"], name="pair_record_by_day")]

    def __str__(self):
        return f"{self.on} {self.get_kind_display()}"


class PairReminder(models.Model):
    """The two were reminded of a quarter in which nothing is recorded; once."""

    pair = models.ForeignKey(
        MentorPair, verbose_name=_("结对帮带"), on_delete=models.CASCADE, related_name="reminders"
    )
    quarter_start = models.DateField(_("季度起"))
    sent_at = models.DateTimeField(_("提醒时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("帮带提醒")
        constraints = [models.UniqueConstraint(fields=["pair", "quarter_start"], name="pair_reminder_once")]

    def __str__(self):
        return f"{self.pair_id} {self.quarter_start}"
