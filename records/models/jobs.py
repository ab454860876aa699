from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.scope import Scope, under


class JobState(models.TextChoices):
    QUEUED = "queued", _("排队中")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("未完成")

    @classmethod
    def open_states(cls):
        return (cls.QUEUED, cls.RUNNING)


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever started it, and the organizers of the organisation it works for."""
        prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
        return self.filter(under("organization__path", prefixes) | Q(created_by_id=user.pk))

    def lost(self, *, before):
        """Jobs that nobody seems to be at: never picked up, or without a sign of life since `before`."""
        seen = Coalesce("heartbeat_at", "created_at")
        return self.filter(state__in=JobState.open_states()).annotate(seen_at=seen).filter(seen_at__lt=before)


class Job(models.Model):
    """A long piece of work. The row is written in the business transaction and Celery carries its id only, so a
    lost broker loses nothing: a sweep sends the id again."""

    kind = models.CharField(_("任务"), max_length=40)
    payload = models.JSONField(_("参数"), default=dict)
    file = models.FileField(_("上传的文件"), upload_to="jobs/%Y/%m/", blank=True, max_length=200)
    fault_file = models.FileField(_("问题清单"), upload_to="jobs/%Y/%m/", blank=True, max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField(_("已处理"), default=0)
    total = models.PositiveIntegerField(_("总数"), default=0)
    message = models.CharField(_("正在做什么"), max_length=200, blank=True)
    result = models.JSONField(_("结果"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    organization = models.ForeignKey(
        Organization,
        verbose_name=_("组织"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_by = models.ForeignKey(
        User, verbose_name=_("发起人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("发起时间"))
    heartbeat_at = models.DateTimeField(_("最近进展"), null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任务")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "heartbeat_at"], name="job_open")]

    def __str__(self):
        return f"{self.kind} #{self.pk}"

    @property
    def percent(self):
        """0–100, or None while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def is_open(self):
        return self.state in JobState.open_states()
