"""What helps a person to find her matters again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from petitions.models.petitions import Petition


class SavedSearch(models.Model):
    """A filter somebody uses again; `query` is the address after the question mark."""

    user = models.ForeignKey(
        User, verbose_name=_("账号"), on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(_("条件"), max_length=1000)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("常用筛选")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_search_name_once")]

    def __str__(self):
        return self.name


class RecentView(models.Model):
    """A matter somebody opened lately."""

    user = models.ForeignKey(
        User, verbose_name=_("账号"), on_delete=models.CASCADE, related_name="recent_views"
    )
    petition = models.ForeignKey(
        Petition, verbose_name=_("意见建议"), on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("最近看过")
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["user", "petition"], name="recent_view_once")]
        indexes = [models.Index(fields=["user", "-at"], name="recent_view_newest")]

    def __str__(self):
        return f"{self.user_id} → {self.petition_id}"
