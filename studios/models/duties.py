"""Duties (驻室): who sits on which reception day, leave, swaps, reminders and calendar feeds (R21, R22)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scope import Scope, under
from representatives.models import READERS, Mandate, Person
from studios.enums import CheckInMeans, DayStatus, DutyStatus, ReminderKind, SwapState
from studios.models.receptions import ReceptionDay
from studios.models.venues import Studio


class DutyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees the duties at its venues; a representative what was told of hers and of her own."""
        told = Q(day__published_at__isnull=False)
        return self.filter(
            Q(day__studio__in=Studio.objects.of_office(user).values("pk"))
            | told
            & (Q(day__studio__in=Studio.objects.visible_to(user).values("pk")) | Q(person__user_id=user.pk))
        )

    def of_user(self, user):
        """One's own published duties."""
        return self.filter(person__user_id=user.pk).exclude(day__status=DayStatus.PLANNED)

    def holding(self):
        return self.filter(status__in=DutyStatus.holding())

    def ahead(self, *, on):
        return self.filter(status__in=DutyStatus.ahead(), date__gte=on)


class Duty(models.Model):
    """One seat of one reception day. Who gives the seat up keeps the row; who takes it over gets a new one.

    `person` and `date` repeat what day and mandate say, so that the database itself refuses a double booking.
    """

    day = models.ForeignKey(
        ReceptionDay, verbose_name=_("接待日"), on_delete=models.CASCADE, related_name="duties"
    )
    mandate = models.ForeignKey(
        Mandate, verbose_name=_("代表"), on_delete=models.PROTECT, related_name="reception_duties"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="reception_duties"
    )
    date = models.DateField(_("日期"))
    status = models.CharField(
        _("状态"), max_length=10, choices=DutyStatus.choices, default=DutyStatus.ASSIGNED
    )
    reason = models.CharField(_("为什么排她"), max_length=300, blank=True)
    is_pinned = models.BooleanField(_("人工指定"), default=False, help_text=_("由人选定的，重新排班时不动"))
    left_reason = models.CharField(_("为什么不来"), max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("接替"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="successor",
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    checked_in_by = models.CharField(_("签到方式"), max_length=10, choices=CheckInMeans.choices, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("变动时间"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("驻室安排")
        ordering = ["date", "day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "date"],
                condition=Q(status__in=["assigned", "confirmed", "served", "absent"]),
                name="duty_one_a_day",
            ),
        ]
        indexes = [models.Index(fields=["mandate", "date"], name="duty_history")]

    def __str__(self):
        return f"{self.person} {self.date}"

    @property
    def is_ahead(self):
        return self.status in DutyStatus.ahead()

    @property
    def is_holding(self):
        return self.status in DutyStatus.holding()


class LeaveQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of those of one's place and those who sit at one's venues, by office; and one's own. Why a colleague is away
        is nobody's business."""
        venues = Studio.objects.of_office(user).values("pk")
        prefixes = Scope.of(user).prefixes(*READERS)
        mandates = Mandate.objects.filter(person=models.OuterRef("person")).filter(
            under("organization__path", prefixes)
            | Q(group__placement__studio__in=venues)
            | Q(studio_placements__studio__in=venues)
        )
        return self.filter(Q(models.Exists(mandates)) | Q(person__user_id=user.pk))

    def standing(self):
        return self.filter(withdrawn_at=None)

    def covering(self, day):
        return self.standing().filter(start_date__lte=day, end_date__gte=day)


class Leave(models.Model):
    """Days on which somebody cannot sit (both ends included): told by herself, or written down by staff."""

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.CASCADE, related_name="leaves"
    )
    start_date = models.DateField(_("起"))
    end_date = models.DateField(_("止"))
    reason = models.CharField(_("事由"), max_length=200)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("请假")
        ordering = ["-start_date", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end_date__gte=F("start_date")), name="leave_dates_in_order")
        ]

    def __str__(self):
        return f"{self.person} {self.start_date}—{self.end_date}"


class SwapRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(duty__in=Duty.objects.visible_to(user).values("pk"))

    def open(self):
        return self.filter(state__in=SwapState.open_states())


class SwapRequest(models.Model):
    """Somebody offers her duty to colleagues who can. One takes it, giving a duty of her own in return or not."""

    duty = models.ForeignKey(
        Duty, verbose_name=_("要换的班"), on_delete=models.CASCADE, related_name="swap_requests"
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=SwapState.choices, default=SwapState.OPEN)
    offered_at = models.DateTimeField(_("提出时间"))
    taken_by = models.ForeignKey(
        Mandate, verbose_name=_("接班人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    in_return = models.ForeignKey(
        Duty, verbose_name=_("换回的班"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_at = models.DateTimeField(_("接下时间"), null=True, blank=True)
    decided_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("同意人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decision_note = models.CharField(_("不同意的原因"), max_length=200, blank=True)

    objects = SwapRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("换班")
        ordering = ["-offered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["duty"], condition=Q(state__in=["open", "taken"]), name="swap_open_once"
            )
        ]

    def __str__(self):
        return f"{self.duty} {self.get_state_display()}"


class DutyReminder(models.Model):
    """A notice about a duty that was sent; a second run finds it and sends nothing."""

    duty = models.ForeignKey(
        Duty, verbose_name=_("驻室安排"), on_delete=models.CASCADE, related_name="reminders"
    )
    kind = models.CharField(_("类别"), max_length=10, choices=ReminderKind.choices)
    sent_at = models.DateTimeField(_("发送时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("驻室提醒")
        constraints = [models.UniqueConstraint(fields=["duty", "kind"], name="duty_reminder_once")]

    def __str__(self):
        return f"{self.duty} {self.get_kind_display()}"


class CalendarFeed(models.Model):
    """A secret address under which a representative's calendar program reads her duties. Kept as a hash."""

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.CASCADE, related_name="calendar_feeds"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("开通时间"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    last_read_on = models.DateField(_("最近读取"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("日历订阅")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at=None), name="calendar_feed_open_once"
            )
        ]

    def __str__(self):
        return f"{self.person} {self.created_at:%Y-%m-%d}"
