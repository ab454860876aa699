"""What helps a person to find her matters again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from petitions.models.petitions import Petition


class SearchText(models.Model):
    """Everything that is said about a matter, as one folded text; `petitions/finding.py` asks it.

    On PostgreSQL the database keeps it itself, by the triggers of `petitions/search_table.py`: nobody writes it, so no
    verb, import or correction can forget to. On SQLite it stays empty, and the matters themselves are read.
    """

    petition = models.OneToOneField(
        Petition,
        verbose_name=_("意见建议"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_text",
    )
    text = models.TextField(_("检索文本"))
    whose = models.CharField(_("属于谁"), max_length=80, default="", editable=False)
    """Organisation, venue and mandate of the matter, as marks beside those of its text (`search_table.MARKS`)."""

    class Meta:
        verbose_name = verbose_name_plural = _("检索文本")

    def __str__(self):
        return self.text[:20]


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
