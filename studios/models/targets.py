from django.db import models
from django.utils.translation import gettext_lazy as _

from studios.enums import TargetKind
from studios.models.venues import Studio


class StudioTargetQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(studio__in=Studio.objects.visible_to(user).values("pk"))


class StudioTarget(models.Model):
    """A number set for a venue at the year's start and looked at again at its end (R89, 枳沟镇)."""

    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.CASCADE, related_name="targets"
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    kind = models.CharField(_("指标"), max_length=12, choices=TargetKind.choices)
    target = models.PositiveIntegerField(_("目标"))

    objects = StudioTargetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("年度目标")
        ordering = ["-year", "studio", "kind"]
        constraints = [models.UniqueConstraint(fields=["studio", "year", "kind"], name="studio_target_once")]

    def __str__(self):
        return f"{self.studio} {self.year} {self.get_kind_display()}"
