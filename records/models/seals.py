from django.db import models
from django.utils.translation import gettext_lazy as _


class Seal(models.Model):
    """A batch of events, chained to the batch before it: digest = sha256(previous digest, entry digests in order)."""

    number = models.PositiveBigIntegerField(_("序号"), unique=True)
    previous_digest = models.CharField(_("上一封印"), max_length=64)
    digest = models.CharField(_("封印"), max_length=64)
    count = models.PositiveIntegerField(_("条数"))
    sealed_at = models.DateTimeField(_("封存时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("封印")
        ordering = ["number"]

    def __str__(self):
        return f"{self.number} {self.digest[:12]}"


class SealEntry(models.Model):
    """One event in a seal. No foreign key to the event: a removed row must be found missing, not be cascaded away."""

    seal = models.ForeignKey(Seal, verbose_name=_("封印"), on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField(_("位置"))
    event_id = models.BigIntegerField(_("留痕编号"), unique=True)
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("封印条目")
        ordering = ["seal_id", "position"]
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="seal_entry_position_once")]

    def __str__(self):
        return f"{self.seal_id}:{self.position} → {self.event_id}"
