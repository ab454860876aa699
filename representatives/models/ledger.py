"""The duty ledger: what a representative has done, a line for each thing, with the row that makes it true."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.scope import Scope, under
from representatives.enums import DutyKind
from representatives.models.rolls import READERS, Mandate

_hidden = {}


def hide_lines(source_type, ids_hidden_from):
    """Keep from a reader the lines whose source she must not know of: `ids_hidden_from(user)` gives their ids."""
    _hidden[source_type] = ids_hidden_from


def lines_hidden_from(user):
    """Q of the lines that are kept from her; she did not write them down herself."""
    hidden = Q(pk__in=[])
    for source_type, ids_hidden_from in _hidden.items():
        hidden |= Q(source_type=source_type, source_id__in=ids_hidden_from(user))
    return hidden & ~Q(mandate__in=Mandate.objects.filter(person__user_id=user.pk).order_by().values("pk"))


class DutyRecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        scope = Scope.of(user)
        prefixes = scope.prefixes(*READERS)
        seen = under("mandate__organization__path", prefixes) | Q(mandate__person__user_id=user.pk)
        return self.filter(seen).exclude(lines_hidden_from(user))

    def standing(self):
        return self.filter(reversed_at=None)


class DutyRecord(models.Model):
    """One line of the duty ledger, written by the action that makes it true, once per source."""

    mandate = models.ForeignKey(
        Mandate, verbose_name=_("代表资格"), on_delete=models.PROTECT, related_name="duty_records"
    )
    kind = models.CharField(_("类别"), max_length=30, choices=DutyKind.choices)
    on = models.DateField(_("日期"))
    quantity = models.DecimalField(_("数量"), max_digits=8, decimal_places=2, default=1)
    source_type = models.CharField(_("来源类别"), max_length=60)
    source_id = models.BigIntegerField(_("来源编号"))
    reversed_at = models.DateTimeField(_("冲销时间"), null=True, blank=True)

    objects = DutyRecordQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("履职记录")
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mandate", "kind", "source_type", "source_id"], name="duty_record_once_per_source"
            )
        ]
        indexes = [models.Index(fields=["mandate", "on"], name="duty_record_by_day")]

    def __str__(self):
        return f"{self.mandate_id} {self.get_kind_display()} {self.on}"
