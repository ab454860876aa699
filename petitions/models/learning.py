"""What was learnt from the matters that staff have filed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LearntCategories(models.Model):
    """What `petitions/suggestion.py` has learnt, as plain numbers; the newest row is the one that answers.

    In the database and not in a file: every web process of every machine answers alike, it is replaced in a
    transaction, it lies in the backup, and nobody can put a file of his own in its place.
    """

    learnt_at = models.DateTimeField(_("学习时间"))
    rows = models.PositiveIntegerField(_("学习的件数"))
    categories = models.PositiveIntegerField(_("学会的分类数"))
    top1 = models.FloatField(_("首选正确率"))
    top3 = models.FloatField(_("前三正确率"))
    data = models.BinaryField(_("数值"))

    class Meta:
        verbose_name = verbose_name_plural = _("分类建议的学习结果")
        ordering = ["-learnt_at", "-pk"]

    def __str__(self):
        return f"{self.learnt_at:%Y-%m-%d} {self.rows} 件"
