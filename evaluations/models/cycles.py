"""A cycle: one place's appraisal of one year, and who assesses in it (R84, R85)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from accounts.scope import Scope, under
from evaluations.enums import CycleStatus, EvaluationStatus, SubjectKind
from evaluations.models.schemes import OFFICE, upwards


class CycleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office: of its place, below and above. Who assesses in one sees it too."""
        prefixes = Scope.of(user).prefixes(*OFFICE)
        office = under("organization__path", prefixes) | Q(organization__path__in=upwards(prefixes))
        return self.filter(office | Q(pk__in=Assessor.objects.seats_of(user).values("cycle")))

    def of_office(self, user):
        return self.filter(under("organization__path", Scope.of(user).prefixes(*OFFICE)))

    def running(self):
        return self.filter(status__in=CycleStatus.running())


class Cycle(models.Model):
    """What happens on which day is set by staff; the system opens, reminds, computes and closes on those days."""

    kind = models.CharField(
        _("考什么"), max_length=16, choices=SubjectKind.choices, default=SubjectKind.REPRESENTATIVE
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("评定机关所在组织"), on_delete=models.PROTECT, related_name="cycles"
    )
    year = models.PositiveSmallIntegerField(
        _("年度"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    title = models.CharField(_("名称"), max_length=80)
    levels = models.JSONField(
        _("代表层级"), default=list, blank=True, help_text=_("参加考评的代表层级；工作室（站）考核不用填")
    )
    frontline_only = models.BooleanField(
        _("只考评生产和工作一线代表"), default=True, help_text=_("来源：潍坊市做法，每年对一线党代表考评一次")
    )
    period_start = models.DateField(_("履职记录从"))
    period_end = models.DateField(_("到"))
    cut_off_date = models.DateField(_("在任截止日"), help_text=_("这一天在任的参加考评；默认为年度最后一天"))
    open_date = models.DateField(_("开始述职"))
    report_due_date = models.DateField(_("述职截止"))
    assess_due_date = models.DateField(_("测评截止"))
    decide_due_date = models.DateField(_("评定截止"))
    publicity_days = models.PositiveSmallIntegerField(
        _("公示几个工作日"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_("干部考核结果公示一般不少于5个工作日"),
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("公示后几个工作日内可以申诉"), default=5, validators=[MaxValueValidator(30)]
    )
    publicity_end_date = models.DateField(_("公示到"), null=True, blank=True, editable=False)
    appeal_end_date = models.DateField(_("申诉到"), null=True, blank=True, editable=False)
    status = models.CharField(
        _("状态"), max_length=10, choices=CycleStatus.choices, default=CycleStatus.DRAFT
    )
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("定档时间"), null=True, blank=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("年度考评")
        ordering = ["-year", "organization__path", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organization", "year"],
                condition=~Q(status=CycleStatus.CANCELLED),
                name="cycle_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start"))
                & Q(report_due_date__gte=F("open_date"))
                & Q(assess_due_date__gte=F("report_due_date"))
                & Q(decide_due_date__gte=F("assess_due_date")),
                name="cycle_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["status", "open_date"], name="cycle_by_day")]

    def __str__(self):
        return self.title

    @property
    def is_of_venues(self):
        return self.kind == SubjectKind.STUDIO

    @property
    def is_running(self):
        return self.status in CycleStatus.running()

    @property
    def is_told(self):
        return self.status in CycleStatus.told()


class AssessorQuerySet(models.QuerySet):
    def seats_of(self, user):
        """Her own seats. A draft is not yet anybody's task."""
        return self.filter(user_id=user.pk).exclude(cycle__status=CycleStatus.DRAFT)

    def counting(self):
        return self.filter(excused_at=None)

    def with_done(self):
        """Annotates `done`: how many have her mark or a conflict, of those who still take part."""
        answered = Q(marks__value__isnull=False) | ~Q(marks__conflict="")
        excused = Q(marks__evaluation__status=EvaluationStatus.EXCUSED)
        return self.annotate(done=Count("marks", filter=answered & ~excused))


class Assessor(models.Model):
    """Somebody who marks everybody in a cycle, apart from those with whom she has to do. Her sheet is closed to
    everybody until all sheets are sealed."""

    cycle = models.ForeignKey(
        Cycle, verbose_name=_("年度考评"), on_delete=models.CASCADE, related_name="assessors"
    )
    user = models.ForeignKey(
        User, verbose_name=_("测评人"), on_delete=models.PROTECT, related_name="assessor_seats"
    )
    sealed_at = models.DateTimeField(_("封存时间"), null=True, blank=True)
    excused_at = models.DateTimeField(_("免除时间"), null=True, blank=True)
    excuse_reason = models.CharField(_("免除原因"), max_length=200, blank=True)

    objects = AssessorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("测评人")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "user"], name="assessor_once")]

    def __str__(self):
        return f"{self.user} {self.cycle}"
