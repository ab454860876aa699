"""Disputes and what was recovered in them (R75–R77)."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.masking import mask_name, mask_phone
from accounts.models import Organization, User
from accounts.scope import Scope, under
from petitions.enums import DisputeKind, DisputeState, PartySide
from petitions.models.petitions import Petition
from studios.models import Keeper, Studio


def _yuan(label, **options):
    """Money: yuan and fen, never a float."""
    return models.DecimalField(
        label, max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0"))], **options
    )


class DisputeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Organizers and leaders: their subtree. Keepers: their venues. Others: with a clue they may see. Nobody whose
        office one of its clues complains about."""
        scope = Scope.of(user)
        condition = under("organization__path", scope.prefixes(Role.ORGANIZER, Role.LEADER, Role.CLIENT))
        if scope.has(Role.KEEPER):
            condition |= Q(studio__in=Keeper.objects.studios_of(user))
        clues = Petition.objects.visible_to(user).filter(dispute=models.OuterRef("pk"))
        condition |= Q(models.Exists(clues))
        all_clues = Petition.objects.filter(dispute=models.OuterRef("pk"))
        hidden = all_clues.filter(is_accusation=True).exclude(
            pk__in=Petition.objects.not_about_office_of(user).values("pk")
        )
        return self.filter(condition).exclude(models.Exists(hidden))


class Dispute(models.Model):
    """A quarrel about money or rights that a venue mediates; several clues may belong to one."""

    number = models.CharField(_("纠纷号"), max_length=24, unique=True)
    title = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=12, choices=DisputeKind.choices)
    organization = models.ForeignKey(
        Organization, verbose_name=_("所属组织"), on_delete=models.PROTECT, related_name="+"
    )
    studio = models.ForeignKey(
        Studio, verbose_name=_("调解工作室"), on_delete=models.PROTECT, related_name="disputes"
    )
    claimed = _yuan(_("涉及金额（元）"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN
    )
    opened_at = models.DateTimeField(_("立案时间"))
    closed_on = models.DateField(_("结束日期"), null=True, blank=True)
    agreement_number = models.CharField(_("协议书号"), max_length=60, blank=True)
    agreement = models.TextField(_("协议内容"), max_length=5000, blank=True)
    excess_reason = models.TextField(
        _("追回超出主张的说明"), max_length=500, blank=True, help_text=_("如含利息、赔偿金")
    )
    recovered = _yuan(_("已追回（元）"), default=Decimal("0"))
    created_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("纠纷调解")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["organization", "-opened_at"], name="dispute_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(claimed=None) | Q(recovered__lte=models.F("claimed")) | ~Q(excess_reason=""),
                name="dispute_recovered_within_claim",
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.OPEN) | Q(closed_on__isnull=False), name="dispute_closed_when"
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"


class DisputeParty(models.Model):
    dispute = models.ForeignKey(
        Dispute, verbose_name=_("纠纷"), on_delete=models.CASCADE, related_name="parties"
    )
    side = models.CharField(_("一方"), max_length=10, choices=PartySide.choices)
    name = models.CharField(_("姓名或单位"), max_length=60)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    is_firm = models.BooleanField(_("单位"), default=False)
    headcount = models.PositiveSmallIntegerField(_("人数"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("当事人")
        ordering = ["side", "pk"]

    def __str__(self):
        return self.masked_name

    @property
    def masked_name(self):
        """A firm's name is no personal datum; a person's is."""
        return self.name if self.is_firm else mask_name(self.name)

    @property
    def masked_phone(self):
        return mask_phone(self.phone)


class MediationSession(models.Model):
    dispute = models.ForeignKey(
        Dispute, verbose_name=_("纠纷"), on_delete=models.CASCADE, related_name="sessions"
    )
    held_at = models.DateTimeField(_("调解时间"))
    place = models.CharField(_("地点"), max_length=100, blank=True)
    mediator = models.CharField(_("调解人"), max_length=60)
    content = models.TextField(_("调解情况"), max_length=5000)

    class Meta:
        verbose_name = verbose_name_plural = _("调解记录")
        ordering = ["held_at", "pk"]

    def __str__(self):
        return f"{self.held_at:%Y-%m-%d}"


class RecoveryQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(dispute__in=Dispute.objects.visible_to(user))


class Recovery(models.Model):
    """Money that reached the people, with who paid it; the proof is an attachment."""

    dispute = models.ForeignKey(
        Dispute, verbose_name=_("纠纷"), on_delete=models.CASCADE, related_name="recoveries"
    )
    paid_on = models.DateField(_("到账日期"))
    amount = _yuan(_("金额（元）"))
    payer = models.CharField(_("付款方"), max_length=60)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("冲销时间"), null=True, blank=True)
    cancel_reason = models.CharField(_("冲销原因"), max_length=200, blank=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("追回款项")
        ordering = ["paid_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="recovery_is_positive"),
        ]

    def __str__(self):
        return f"{self.paid_on} {self.amount:,} 元"
