from django.db import models
from django.utils.translation import gettext_lazy as _


class DayKind(models.TextChoices):
    OFF = "off", _("放假")
    MAKEUP = "makeup", _("调休上班")


class CalendarYear(models.Model):
    """A year of the work calendar; provisional until the State Council's notice for it has been entered."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    source = models.CharField(_("依据"), max_length=120, blank=True)
    provisional = models.BooleanField(_("暂定"), default=True)
    notice_url = models.URLField(_("通知网址"), max_length=300, blank=True)
    notice_text = models.TextField(_("通知原文"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("年度放假安排")
        ordering = ["-year"]

    def __str__(self):
        return f"{self.year}年"


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a day off, or a weekend day worked for one (调休)."""

    date = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("安排"), max_length=6, choices=DayKind.choices)
    name = models.CharField(_("节日"), max_length=20)
    year = models.ForeignKey(
        CalendarYear,
        verbose_name=_("年度"),
        on_delete=models.CASCADE,
        related_name="days",
        help_text=_("出自哪一年的通知；元旦的调休可能在上一年"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("放假与调休")
        ordering = ["date"]

    def __str__(self):
        return f"{self.date} {self.name} {self.get_kind_display()}"
