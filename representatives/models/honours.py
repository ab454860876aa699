"""What a representative was honoured with (R73: 有荣誉), a line of the duty ledger for each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scope import Scope, under
from representatives.enums import HonourLevel
from representatives.models.rolls import READERS, Mandate


class HonourQuerySet(models.QuerySet):
    def visible_to(self, user):
        prefixes = Scope.of(user).prefixes(*READERS)
        return self.filter(
            under("mandate__organization__path", prefixes) | Q(mandate__person__user_id=user.pk)
        )

    def standing(self):
        return self.filter(withdrawn_at=None)

    def with_names(self):
        return self.select_related("mandate__person", "mandate__congress", "mandate__organization__parent")


class Honour(models.Model):
    """Entered by the office; entered by mistake or taken back by the giver, it stays and no longer counts."""

    mandate = models.ForeignKey(
        Mandate, verbose_name=_("党代表"), on_delete=models.PROTECT, related_name="honours"
    )
    title = models.CharField(_("荣誉名称"), max_length=80)
    granted_by = models.CharField(_("授予单位"), max_length=80)
    level = models.CharField(_("级别"), max_length=12, choices=HonourLevel.choices)
    granted_date = models.DateField(_("授予日期"))
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    withdraw_reason = models.CharField(_("为什么撤销"), max_length=200, blank=True)

    objects = HonourQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("荣誉表彰")
        ordering = ["-granted_date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mandate", "title", "granted_date"],
                condition=Q(withdrawn_at=None),
                name="honour_once",
            )
        ]
        indexes = [models.Index(fields=["granted_date"], name="honour_by_day")]

    def __str__(self):
        return self.title

    @property
    def is_standing(self):
        return self.withdrawn_at is None
