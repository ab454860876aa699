"""What happens to a matter on its way: hands, answers, clocks and where else it may go."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.scope import Scope, under
from petitions.enums import (
    AssignmentEnd,
    AssignmentRole,
    CallBackState,
    ExtensionState,
    FeedbackMethod,
    Outcome,
    PauseReason,
    Receiver,
)
from petitions.models.lists import ReminderRule
from petitions.models.petitions import Petition


def _petition(related_name):
    return models.ForeignKey(
        Petition, verbose_name=_("意见建议"), on_delete=models.CASCADE, related_name=related_name
    )


def _user(label, *, blank=True):
    return models.ForeignKey(
        User, verbose_name=label, null=True, blank=blank, on_delete=models.PROTECT, related_name="+"
    )


class AssignmentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(ended_at=None)

    def in_hand_of(self, user):
        """What the units have in hand for which she handles matters."""
        return self.active().filter(under("organization__path", Scope.of(user).prefixes(Role.HANDLER)))

    def leading(self):
        return self.active().filter(role=AssignmentRole.LEAD)

    def helping(self):
        return self.active().filter(role=AssignmentRole.CO)


class Assignment(models.Model):
    """A unit that has the matter in hand, from assignment on (R60)."""

    petition = _petition("assignments")
    organization = models.ForeignKey(
        Organization, verbose_name=_("承办单位"), on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField(
        _("主办或协办"), max_length=5, choices=AssignmentRole.choices, default=AssignmentRole.LEAD
    )
    given_out_by = models.ForeignKey(
        Organization,
        verbose_name=_("交办组织"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    assigned_at = models.DateTimeField(_("交办时间"))
    received_at = models.DateTimeField(_("接待时间"), editable=False)
    """The matter's own, which never changes: what a unit has in hand is in order by one index, however much it is."""
    due_date = models.DateField(_("办理期限"), null=True, blank=True)
    note = models.TextField(_("交办意见"), blank=True)
    countersigned_at = models.DateTimeField(_("会签时间"), null=True, blank=True)
    countersigned_by = _user(_("会签人"))
    countersign_content = models.TextField(_("会签意见"), max_length=5000, blank=True)
    ended_at = models.DateTimeField(_("不再承办时间"), null=True, blank=True)
    end_reason = models.CharField(_("不再承办原因"), max_length=12, choices=AssignmentEnd.choices, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("交办")
        ordering = ["assigned_at", "pk"]
        indexes = [
            # What a unit has in hand, from the index alone: lists and searches of handling units begin here.
            models.Index(
                fields=["organization", "-received_at", "-petition"],
                condition=Q(ended_at=None),
                name="assignment_in_hand_by_date",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="assignment_ended_why",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.get_role_display()}"

    def save(self, *args, **kwargs):
        if self.received_at is None:
            self.received_at = self.petition.received_at
        super().save(*args, **kwargs)


class Reply(models.Model):
    """What the handling unit answered, with its class A–D."""

    petition = _petition("replies")
    organization = models.ForeignKey(
        Organization, verbose_name=_("答复单位"), on_delete=models.PROTECT, related_name="replies"
    )
    outcome = models.CharField(_("答复类别"), max_length=1, choices=Outcome.choices)
    content = models.TextField(_("答复内容"), max_length=10000)
    replied_at = models.DateTimeField(_("答复时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("答复")
        ordering = ["-replied_at", "-pk"]

    def __str__(self):
        return f"{self.organization} {self.get_outcome_display()}"


class Feedback(models.Model):
    """How the person was told, what she said, and how she rates handling and result apart, from 1 to 5 (R56)."""

    petition = _petition("feedbacks")
    method = models.CharField(_("告知方式"), max_length=10, choices=FeedbackMethod.choices)
    content = models.TextField(_("反馈情况"), max_length=2000, blank=True)
    rating = models.PositiveSmallIntegerField(_("结果满意度"), null=True, blank=True)
    handling_rating = models.PositiveSmallIntegerField(_("办理满意度"), null=True, blank=True)
    by_person = models.BooleanField(_("本人填写"), default=False)
    told_at = models.DateTimeField(_("告知时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("反馈")
        ordering = ["-told_at", "-pk"]

    def __str__(self):
        return f"{self.get_method_display()} {self.told_at:%Y-%m-%d}"


class Accused(models.Model):
    """An office that a matter complains about. It must never learn who complained (信访 confidentiality rule)."""

    petition = _petition("accused_offices")
    organization = models.ForeignKey(
        Organization, verbose_name=_("被反映的单位"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("被反映的单位")
        constraints = [models.UniqueConstraint(fields=["petition", "organization"], name="accused_once")]

    def __str__(self):
        return str(self.organization)


class Extension(models.Model):
    """A request for more time, with the proof that the person has been told why, and what was decided."""

    petition = _petition("extensions")
    organization = models.ForeignKey(
        Organization, verbose_name=_("申请单位"), on_delete=models.PROTECT, related_name="+"
    )
    work_days = models.PositiveSmallIntegerField(_("延长工作日数"))
    reason = models.TextField(_("理由"), max_length=1000)
    told_on = models.DateField(_("告知反映人日期"))
    told_method = models.CharField(_("告知方式"), max_length=10, choices=FeedbackMethod.choices)
    state = models.CharField(
        _("状态"), max_length=10, choices=ExtensionState.choices, default=ExtensionState.REQUESTED
    )
    requested_at = models.DateTimeField(_("申请时间"))
    requested_by = _user(_("申请人"))
    decided_at = models.DateTimeField(_("批复时间"), null=True, blank=True)
    decided_by = _user(_("批复人"))
    decision_note = models.TextField(_("批复意见"), max_length=1000, blank=True)
    granted_days = models.PositiveSmallIntegerField(_("同意延长工作日数"), null=True, blank=True)
    old_due = models.DateField(_("原期限"), null=True, blank=True)
    new_due = models.DateField(_("新期限"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("延期")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition"],
                condition=Q(state=ExtensionState.REQUESTED),
                name="extension_open_once",
            )
        ]

    def __str__(self):
        return f"{self.work_days} 个工作日（{self.get_state_display()}）"


class Pause(models.Model):
    """A time in which the clock stood; what was left before it is left after it."""

    petition = _petition("pauses")
    reason = models.CharField(_("停表原因"), max_length=15, choices=PauseReason.choices)
    note = models.TextField(_("说明"), max_length=1000)
    started_at = models.DateTimeField(_("停表时间"))
    ended_at = models.DateTimeField(_("恢复时间"), null=True, blank=True)
    end_note = models.TextField(_("恢复说明"), max_length=1000, blank=True)
    old_due = models.DateField(_("停表前期限"), null=True, blank=True)
    new_due = models.DateField(_("恢复后期限"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("停表")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["petition"], condition=Q(ended_at=None), name="pause_open_once")
        ]

    def __str__(self):
        return self.get_reason_display()


class Supervision(models.Model):
    """An office above wants to see progress (督办, R60)."""

    petition = _petition("supervisions")
    organization = models.ForeignKey(
        Organization, verbose_name=_("督办组织"), on_delete=models.PROTECT, related_name="+"
    )
    demand = models.TextField(_("督办要求"), max_length=1000)
    reply_due = models.DateField(_("要求回报日期"), null=True, blank=True)
    opened_at = models.DateTimeField(_("督办时间"))
    opened_by = _user(_("督办人"))
    closed_at = models.DateTimeField(_("解除时间"), null=True, blank=True)
    closed_by = _user(_("解除人"))
    result = models.TextField(_("督办结果"), max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("督办")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["petition"], condition=Q(closed_at=None), name="supervision_open_once"
            )
        ]

    def __str__(self):
        return f"{self.organization} 督办"


class Routing(models.Model):
    """A matter that is not ours: where it went, their receipt, and that the person was told (信访工作条例第23条)."""

    petition = _petition("routings")
    receiver = models.CharField(_("转往"), max_length=12, choices=Receiver.choices)
    receiver_name = models.CharField(_("接收机关"), max_length=60)
    reason = models.TextField(_("转出理由"), max_length=1000)
    routed_at = models.DateTimeField(_("转出时间"))
    told_on = models.DateField(_("告知反映人日期"), null=True, blank=True)
    told_method = models.CharField(_("告知方式"), max_length=10, choices=FeedbackMethod.choices, blank=True)
    receipt_number = models.CharField(_("接收回执号"), max_length=60, blank=True)
    receipt_on = models.DateField(_("回执日期"), null=True, blank=True)
    returned_at = models.DateTimeField(_("退回时间"), null=True, blank=True)
    return_reason = models.TextField(_("退回理由"), max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("转出")
        ordering = ["-routed_at", "-pk"]

    def __str__(self):
        return self.receiver_name


class SentReminder(models.Model):
    """A reminder that has been sent, so that it is sent once for a date, however often the job runs."""

    petition = _petition("reminders")
    rule = models.ForeignKey(
        ReminderRule, verbose_name=_("催办规则"), on_delete=models.PROTECT, related_name="+"
    )
    due_date = models.DateField(_("期限"))
    sent_at = models.DateTimeField(_("发出时间"))
    told = models.PositiveSmallIntegerField(_("通知人数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("催办记录")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "rule", "due_date"], name="sent_reminder_once")
        ]

    def __str__(self):
        return f"{self.rule} {self.due_date}"


class CallBackQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Organizers and leaders: what was drawn in their subtree, less what complains about their own office."""
        prefixes = Scope.of(user).prefixes(Role.ORGANIZER, Role.LEADER)
        seen = Petition.objects.filter(under("organization__path", prefixes)).not_about_office_of(user)
        return self.filter(petition__in=seen.order_by())

    def waiting(self):
        return self.filter(state=CallBackState.WAITING)

    def with_names(self):
        names = ("organization", "studio", "lead_unit", "category", "channel", "mandate__person")
        return self.select_related("called_by", *(f"petition__{name}" for name in names))


class CallBack(models.Model):
    """A matter drawn by lot, whose person is called by somebody who had no hand in it: was she told, is it so?"""

    petition = _petition("call_backs")
    sampled_on = models.DateField(_("抽中日期"))
    state = models.CharField(
        _("状态"), max_length=10, choices=CallBackState.choices, default=CallBackState.WAITING
    )
    tries = models.PositiveSmallIntegerField(_("已拨打次数"), default=0)
    called_at = models.DateTimeField(_("回访时间"), null=True, blank=True)
    called_by = _user(_("回访人"))
    was_told = models.BooleanField(_("确已告知本人"), null=True, blank=True)
    handling_rating = models.PositiveSmallIntegerField(_("办理满意度"), null=True, blank=True)
    result_rating = models.PositiveSmallIntegerField(_("结果满意度"), null=True, blank=True)
    remark = models.TextField(_("群众意见"), max_length=2000, blank=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("回访")
        ordering = ["-sampled_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "sampled_on"], name="call_back_once"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(called_at__isnull=False, was_told__isnull=False),
                name="call_back_done_says",
            ),
        ]

    def __str__(self):
        return f"回访 {self.petition.number}"

    @property
    def organization(self):
        return self.petition.organization

    @property
    def finds_fault(self):
        """Reached, and she was not told, or is not satisfied: the matter should be handled again."""
        low = any(given is not None and given <= 2 for given in (self.handling_rating, self.result_rating))
        return self.state == CallBackState.DONE and (not self.was_told or low)
