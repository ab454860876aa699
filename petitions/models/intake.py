"""How matters come in beside being told across the table: box, chat, QR code."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from accounts.scope import Scope, under
from petitions.models.handling import Accused
from petitions.models.petitions import Petition
from studios.models import Keeper, Studio


class VenueSlipQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Organizers and leaders: their subtree. Keepers: their venues. Nobody whose office one of the matters made
        from it complains about."""
        scope = Scope.of(user)
        condition = under("studio__organization__path", scope.prefixes(Role.ORGANIZER, Role.LEADER))
        if scope.has(Role.KEEPER):
            condition |= Q(studio__in=Keeper.objects.studios_of(user))
        return self.filter(condition).exclude(pk__in=self.model.objects.ids_withheld_from(user))

    def ids_withheld_from(self, user):
        """Ids of those of which a matter complains about the user's office: the words, the count of what was entered
        and the trail would each tell her. They are few; the offices above go on with them."""
        if not Scope.of(user).offices:
            return self.none().values_list("pk", flat=True)
        made = self.model.petitions.field.name
        named = Accused.objects.order_by().values("petition")
        complaints = Petition.objects.filter(is_accusation=True, pk__in=named).exclude(**{made: None})
        hidden = complaints.exclude(pk__in=complaints.not_about_office_of(user).values("pk"))
        return self.filter(pk__in=hidden.order_by().values(made)).order_by().values_list("pk", flat=True)


class BoxOpening(models.Model):
    """One opening of an opinion box, always by two (R46)."""

    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.PROTECT, related_name="box_openings"
    )
    place = models.CharField(_("意见箱位置"), max_length=100)
    opened_at = models.DateTimeField(_("开箱时间"))
    opener_one = models.CharField(_("开箱人一"), max_length=40)
    opener_two = models.CharField(_("开箱人二"), max_length=40)
    slip_count = models.PositiveSmallIntegerField(_("箱内件数"))
    note = models.TextField(_("说明"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("登记时间"))

    objects = VenueSlipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("意见箱开箱")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(opener_one=models.F("opener_two")), name="box_opened_by_two"),
            models.UniqueConstraint(fields=["studio", "place", "opened_at"], name="box_opening_once"),
        ]

    def __str__(self):
        return f"{self.studio} {self.opened_at:%Y-%m-%d}"


class PastedChat(models.Model):
    """The words of a WeChat group as they came (R47); items are taken out of it by hand."""

    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.PROTECT, related_name="pasted_chats"
    )
    group_name = models.CharField(_("群名"), max_length=60)
    text = models.TextField(_("原文"), max_length=50000)
    created_by = models.ForeignKey(
        User, verbose_name=_("录入人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("录入时间"))

    objects = VenueSlipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("群聊记录")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.group_name} {self.created_at:%Y-%m-%d}"


class TrackingCode(models.Model):
    """What the person holds to follow a matter. Only a keyed hash of the code is kept: who reads this table learns
    nothing (at least 80 random bits)."""

    petition = models.OneToOneField(
        Petition, verbose_name=_("意见建议"), on_delete=models.CASCADE, related_name="tracking_code"
    )
    digest = models.CharField(_("查询码摘要"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("发放时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("查询码")

    def __str__(self):
        return str(self.petition_id)


class Supplement(models.Model):
    """What was added to a matter later on, by the person herself or by whoever took it down."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("意见建议"), on_delete=models.CASCADE, related_name="supplements"
    )
    content = models.TextField(_("补充内容"), max_length=5000)
    added_at = models.DateTimeField(_("补充时间"))
    added_by = models.ForeignKey(
        User, verbose_name=_("录入人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("补充")
        ordering = ["added_at", "pk"]

    def __str__(self):
        return self.content[:20]
