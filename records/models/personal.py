"""Personal data: how long it is kept, what people ask of us about theirs, and what was done in the end."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.masking import mask_name, mask_phone
from accounts.models import Organization, User
from accounts.scope import STEP, Scope, under
from records.models.jobs import Job


class RetentionRule(models.Model):
    """How long personal data of one kind is kept (PIPL Art. 19); `what` is a code of `records/retention.py`."""

    what = models.CharField(_("内容"), max_length=30, unique=True)
    days = models.PositiveIntegerField(_("保留天数"), help_text=_("自办结之日起算"))
    source = models.CharField(_("依据"), max_length=200)
    is_active = models.BooleanField(_("启用"), default=True, help_text=_("停用后这一类不再自动处理"))

    class Meta:
        verbose_name = verbose_name_plural = _("个人信息保留期限")
        ordering = ["pk"]

    def __str__(self):
        from records.retention import label_of

        return label_of(self.what)


class RetentionReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The city's business: organizers of the city and of counties, and auditors, may read what was done."""
        return self if may_read_retention(user) else self.none()


class RetentionReport(models.Model):
    """What one run of the retention job did: how many by rule, how many are held and why."""

    ran_at = models.DateTimeField(_("时间"))
    started_by = models.ForeignKey(
        User, verbose_name=_("发起人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    job = models.OneToOneField(
        Job, verbose_name=_("任务"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lines = models.JSONField(_("结果"), default=list)
    """[{"what", "label", "days", "source", "done", "held": {"why": count}}]"""
    done = models.PositiveIntegerField(_("已处理"), default=0)
    held = models.PositiveIntegerField(_("暂缓"), default=0)

    objects = RetentionReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("个人信息到期处理")
        ordering = ["-ran_at", "-pk"]

    def __str__(self):
        return f"{self.ran_at:%Y-%m-%d}"


class RequestKind(models.TextChoices):
    """PIPL Arts. 44–47: to know and copy, to correct, to delete, to restrict."""

    EXPORT = "export", _("查阅、复制")
    CORRECT = "correct", _("更正")
    DELETE = "delete", _("删除")
    STOP = "stop", _("停止处理")
    RESUME = "resume", _("恢复处理")


class RequestStatus(models.TextChoices):
    OPEN = "open", _("待处理")
    DONE = "done", _("已办理")
    REFUSED = "refused", _("未同意")


class DataRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Organizers at county level and above, for their subtree; never about a matter that is hidden from them."""
        from records.personal_data import sources

        rows = self.filter(under("organization__path", deciding_paths(user)))
        for source in sources():
            hidden = source.hidden_from(user)
            if hidden is not None:
                items = DataRequestItem.objects.filter(
                    request=OuterRef("pk"), subject_type=source.subject_type, subject_id__in=hidden
                )
                rows = rows.exclude(Exists(items))
        return rows

    def open(self):
        return self.filter(status=RequestStatus.OPEN)


class DataRequest(models.Model):
    """What a person asks about the data we hold of hers; answered within 15 work days."""

    kind = models.CharField(_("要求"), max_length=10, choices=RequestKind.choices)
    status = models.CharField(
        _("状态"), max_length=10, choices=RequestStatus.choices, default=RequestStatus.OPEN
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("受理组织"), on_delete=models.PROTECT, related_name="+"
    )
    subject_name = models.CharField(_("本人姓名"), max_length=40, blank=True)
    subject_phone = models.CharField(_("本人电话"), max_length=20, blank=True)
    reason = models.TextField(_("理由"), max_length=1000)
    new_name = models.CharField(_("更正后的姓名"), max_length=40, blank=True)
    new_phone = models.CharField(_("更正后的电话"), max_length=20, blank=True)
    by_person = models.BooleanField(_("本人在网上提出"), default=False)
    received_at = models.DateTimeField(_("收到时间"))
    received_by = models.ForeignKey(
        User, verbose_name=_("受理人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_date = models.DateField(_("答复期限"))
    decided_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name=_("经办人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(_("答复"), max_length=2000, blank=True)
    forgotten_at = models.DateTimeField(_("个人信息清除时间"), null=True, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("个人信息请求")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["organization", "status"], name="data_request_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=RequestStatus.OPEN) | (Q(decided_at__isnull=False) & ~Q(answer="")),
                name="data_request_answered",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.masked_name}"

    @property
    def masked_name(self):
        return mask_name(self.subject_name) or "未留姓名"

    @property
    def masked_phone(self):
        return mask_phone(self.subject_phone)

    @property
    def masked_new(self):
        return " ".join(filter(None, [mask_name(self.new_name), mask_phone(self.new_phone)]))

    def is_overdue(self, *, on):
        return self.status == RequestStatus.OPEN and self.due_date < on


class DataRequestItem(models.Model):
    """One thing of hers that the request is about, and what came of it."""

    request = models.ForeignKey(
        DataRequest, verbose_name=_("请求"), on_delete=models.CASCADE, related_name="items"
    )
    subject_type = models.CharField(_("对象类别"), max_length=60)
    subject_id = models.BigIntegerField(_("对象编号"))
    label = models.CharField(_("编号"), max_length=60)
    outcome = models.CharField(_("处理结果"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("请求涉及的内容")
        ordering = ["pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="data_request_item")]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "subject_type", "subject_id"], name="data_request_item_once"
            )
        ]

    def __str__(self):
        return self.label


def deciding_paths(user):
    """Where the user decides on personal data: as an organizer of a county, a zone or the city."""
    return [path for path in Scope.of(user).prefixes(Role.ORGANIZER) if len(path) <= 2 * STEP]


def may_decide(user):
    return bool(deciding_paths(user))


def may_read_retention(user):
    return may_decide(user) or Scope.of(user).has(Role.AUDITOR)
