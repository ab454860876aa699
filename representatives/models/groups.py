from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization
from accounts.scope import STEP, Scope, under


class GroupPolicyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of one's own place and everything below it, and of everything above: what holds here comes from there."""
        prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
        upwards = {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}
        return self.filter(under("organization__path", prefixes) | Q(organization__path__in=upwards))


class GroupPolicy(models.Model):
    """How large groups are in a place and everywhere below it (R14); the nearest one above a group counts."""

    organization = models.OneToOneField(
        Organization, verbose_name=_("适用组织"), on_delete=models.CASCADE, related_name="group_policy"
    )
    size = models.PositiveSmallIntegerField(
        _("每组宜有几名代表"),
        default=20,
        validators=[MinValueValidator(2), MaxValueValidator(100)],
        help_text=_("来源：潍坊市做法，每20名左右代表编一个小组"),
    )
    tolerance = models.PositiveSmallIntegerField(
        _("上下可差几名"),
        default=5,
        validators=[MaxValueValidator(50)],
        help_text=_("超出这个范围，列表和小组页会提醒"),
    )

    objects = GroupPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("编组设置")
        ordering = ["organization__path"]

    def __str__(self):
        return f"{self.organization}编组设置"
