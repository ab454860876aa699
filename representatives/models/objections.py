"""What a representative says is wrong with her duty file, and what the office answers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from accounts.scope import Scope, under
from records.papers.words import day
from representatives.enums import DutyKind, ObjectionKind, ObjectionStatus
from representatives.models.ledger import DutyRecord
from representatives.models.rolls import Mandate


class DutyObjectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The organizers of the place, and herself; nobody else."""
        prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
        return self.filter(
            under("mandate__organization__path", prefixes) | Q(mandate__person__user_id=user.pk)
        )

    def open(self):
        return self.filter(status=ObjectionStatus.OPEN)

    def with_names(self):
        return self.select_related(
            "mandate__person",
            "mandate__congress",
            "mandate__organization__parent",
            "record__mandate",
            "answered_by",
        )


class DutyObjection(models.Model):
    """To one line of the file (`record`), or that something is missing from it (`duty_kind`, `on`)."""

    mandate = models.ForeignKey(
        Mandate, verbose_name=_("党代表"), on_delete=models.PROTECT, related_name="duty_objections"
    )
    kind = models.CharField(_("类别"), max_length=10, choices=ObjectionKind.choices)
    record = models.ForeignKey(
        DutyRecord,
        verbose_name=_("哪一条履职记录"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="objections",
    )
    duty_kind = models.CharField(_("哪类履职"), max_length=30, choices=DutyKind.choices, blank=True)
    on = models.DateField(_("哪一天"), null=True, blank=True)
    text = models.TextField(_("怎么回事"), max_length=500)
    status = models.CharField(
        _("状态"), max_length=10, choices=ObjectionStatus.choices, default=ObjectionStatus.OPEN
    )
    made_at = models.DateTimeField(_("提出时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, verbose_name=_("答复人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer = models.TextField(_("答复"), max_length=500, blank=True)

    objects = DutyObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("履职记录异议")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(status="open"), name="duty_objection_once_open"
            ),
            models.CheckConstraint(
                condition=Q(kind="wrong", record__isnull=False)
                | Q(kind="missing", record=None, on__isnull=False),
                name="duty_objection_names_its_entry",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("accepted", "refused"), answered_at__isnull=False)
                | Q(status__in=("open", "withdrawn"), answered_at=None),
                name="duty_objection_answered_dated",
            ),
        ]
        indexes = [models.Index(fields=["status", "made_at"], name="duty_objection_open")]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.about}"

    @property
    def about(self):
        """Which entry, in words. Joined with its record, no query."""
        if self.record_id:
            return f"{day(self.record.on)} {self.record.get_kind_display()}"
        return f"{day(self.on)} {self.get_duty_kind_display()}"
