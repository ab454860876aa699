"""Matters that are the same thing, and topics that many speak of."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.scope import Scope, under
from petitions.models.lists import Category
from petitions.models.petitions import Petition


class ProblemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those with a source matter the user may see."""
        sources = Petition.objects.visible_to(user).filter(problem=models.OuterRef("pk"))
        return self.filter(models.Exists(sources))


class Problem(models.Model):
    """Several matters about one thing (R57): the main one is handled and answered, every source person is told.

    Its sources are the petitions that point to it, the main one among them.
    """

    number = models.CharField(_("并案号"), max_length=24, unique=True)
    title = models.CharField(_("名称"), max_length=100)
    organization = models.ForeignKey(
        Organization, verbose_name=_("所属组织"), on_delete=models.PROTECT, related_name="+"
    )
    main = models.ForeignKey(
        Petition, verbose_name=_("主件"), on_delete=models.PROTECT, related_name="led_problems"
    )
    opened_at = models.DateTimeField(_("并案时间"))
    opened_by = models.ForeignKey(
        User, verbose_name=_("并案人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dissolved_at = models.DateTimeField(_("解散时间"), null=True, blank=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("并案")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["main"], condition=Q(dissolved_at=None), name="problem_main_once")
        ]

    def __str__(self):
        return f"{self.number} {self.title}"


class HotTopicQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(under("organization__path", Scope.of(user).prefixes(Role.ORGANIZER, Role.LEADER)))


class HotTopic(models.Model):
    """Many matters of the last weeks about one thing, found by a nightly job."""

    found_on = models.DateField(_("日期"))
    organization = models.ForeignKey(
        Organization, verbose_name=_("所属组织"), on_delete=models.PROTECT, related_name="+"
    )
    label = models.CharField(_("说的是什么"), max_length=60)
    category = models.ForeignKey(
        Category,
        verbose_name=_("问题分类"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    place = models.CharField(_("地点"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("件数"))
    previous_size = models.PositiveIntegerField(_("前一时段件数"), default=0)
    weeks = models.PositiveSmallIntegerField(_("周数"), default=4)
    petitions = models.ManyToManyField(Petition, verbose_name=_("意见建议"), related_name="+")

    objects = HotTopicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("热点")
        ordering = ["-found_on", "-size", "pk"]
        indexes = [models.Index(fields=["organization", "-found_on"], name="hot_topic_place")]

    def __str__(self):
        return self.label

    @property
    def growth(self):
        """Against as many weeks before; negative where it wanes."""
        return self.size - self.previous_size

    @property
    def decline(self):
        return -self.growth
