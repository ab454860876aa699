"""Who belongs to a venue beside the groups: representatives attached in person, helpers, and who sat beside (R10, R37,
R38)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from representatives.models import Mandate, Person
from studios.enums import CompanionRole, HelperKind
from studios.models.receptions import ReceptionDay
from studios.models.venues import Studio


class MandatePlacementQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(studio__in=Studio.objects.of_office(user).values("pk"))


class MandatePlacement(models.Model):
    """A higher-level representative attached to a venue in person (R10); groups come by their own placement."""

    mandate = models.ForeignKey(
        Mandate, verbose_name=_("代表"), on_delete=models.CASCADE, related_name="studio_placements"
    )
    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.CASCADE, related_name="mandate_placements"
    )
    start_date = models.DateField(_("起"))
    end_date = models.DateField(_("止"), null=True, blank=True)

    objects = MandatePlacementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("联系代表")
        constraints = [
            models.UniqueConstraint(
                fields=["mandate", "studio"], condition=Q(end_date=None), name="mandate_placement_open_once"
            )
        ]

    def __str__(self):
        return f"{self.mandate} → {self.studio}"


class HelperQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(studio__in=Studio.objects.visible_to(user).values("pk"))

    def current(self, *, on):
        return self.filter(joined_date__lte=on).filter(Q(left_date=None) | Q(left_date__gt=on))


class Helper(models.Model):
    """An activist, community worker or volunteer attached to a venue (R37); each person once at a time."""

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="helping"
    )
    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.PROTECT, related_name="helpers"
    )
    kind = models.CharField(_("类别"), max_length=20, choices=HelperKind.choices)
    joined_date = models.DateField(_("加入日期"))
    left_date = models.DateField(_("退出日期"), null=True, blank=True)
    left_reason = models.CharField(_("退出原因"), max_length=100, blank=True)

    objects = HelperQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("协助人员")
        ordering = ["studio", "kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(left_date=None), name="helper_once"),
            models.CheckConstraint(
                condition=Q(left_date=None) | Q(left_date__gte=F("joined_date")), name="helper_dates_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.get_kind_display()}"


class Companion(models.Model):
    """A helper or a mentee who was there on a reception day (R38, 同驻室)."""

    day = models.ForeignKey(
        ReceptionDay, verbose_name=_("接待日"), on_delete=models.CASCADE, related_name="companions"
    )
    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="companionships"
    )
    role = models.CharField(_("身份"), max_length=10, choices=CompanionRole.choices)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("同驻室人员")
        constraints = [models.UniqueConstraint(fields=["day", "person"], name="companion_once")]

    def __str__(self):
        return f"{self.person} {self.day}"
