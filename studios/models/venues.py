import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.scope import Scope, under
from representatives.models import READERS, Group, Mandate
from studios.enums import StudioKind

CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_studio_code():
    """An unguessable public code (50 bits), without letters that look alike on a poster."""
    return "".join(secrets.choice(CODE_ALPHABET) for _place in range(10))


class StudioQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff see their subtree, a keeper her venues, a representative the venues where she sits."""
        return self.filter(self._of_office(user) | self._where_she_sits(user))

    def of_office(self, user):
        """What she sees by her office: with what is not told yet, and with what people say when they cannot come."""
        return self.filter(self._of_office(user))

    @staticmethod
    def _of_office(user):
        readers = [role for role in READERS if role != Role.KEEPER]
        return under("organization__path", Scope.of(user).prefixes(*readers)) | Q(
            pk__in=Keeper.objects.studios_of(user)
        )

    @staticmethod
    def _where_she_sits(user):
        """By her group, attached in person, or as the one who leads it."""
        if not Scope.of(user).has(Role.REPRESENTATIVE):
            return Q(pk__in=[])
        placed = GroupPlacement.objects.filter(group__in=Mandate.objects.groups_of(user)).values("studio_id")
        own = Mandate.objects.in_office().filter(person__user_id=user.pk)
        attached = own.filter(studio_placements__isnull=False, studio_placements__end_date=None)
        return (
            Q(pk__in=placed)
            | Q(pk__in=attached.values("studio_placements__studio_id"))
            | Q(lead__in=own.values("pk"))
        )


class Studio(models.Model):
    """A venue: a workroom (工作室) or a station (工作站) of representatives (R16)."""

    code = models.CharField(_("公开码"), max_length=12, unique=True, default=new_studio_code, editable=False)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=10, choices=StudioKind.choices)
    organization = models.ForeignKey(
        Organization, verbose_name=_("所属组织"), on_delete=models.PROTECT, related_name="studios"
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级工作室"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stations",
    )
    address = models.CharField(_("地址"), max_length=120, blank=True)
    lead_name = models.CharField(_("负责人"), max_length=40, blank=True)
    lead = models.ForeignKey(
        Mandate,
        verbose_name=_("领衔代表"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reception_text = models.CharField(_("接待日规则"), max_length=60, blank=True)
    is_pilot = models.BooleanField(_("试点"), default=False)
    specialty = models.CharField(_("特色"), max_length=60, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = StudioQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("工作室（站）")
        ordering = ["organization__path", "kind", "name"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="studio_name_once")]

    def __str__(self):
        return self.name


class GroupPlacement(models.Model):
    """The venue a group belongs to (一组一室, R13)."""

    group = models.OneToOneField(
        Group, verbose_name=_("代表小组"), on_delete=models.CASCADE, related_name="placement"
    )
    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.PROTECT, related_name="placements"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("一组一室")

    def __str__(self):
        return f"{self.group} → {self.studio}"


class KeeperQuerySet(models.QuerySet):
    def current(self, *, on):
        return self.filter(start_date__lte=on).filter(Q(end_date=None) | Q(end_date__gte=on))

    def studios_of(self, user):
        """Ids of the venues the user keeps today, as a subquery; none without the role of a keeper."""
        if not Scope.of(user).has(Role.KEEPER):
            return self.none().values("studio_id")
        return self.filter(user_id=user.pk).current(on=timezone.localdate()).values("studio_id")


class Keeper(models.Model):
    """Who keeps a venue (驻室联络员), from one day to another."""

    user = models.ForeignKey(
        User, verbose_name=_("联络员"), on_delete=models.CASCADE, related_name="keeperships"
    )
    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.CASCADE, related_name="keepers"
    )
    start_date = models.DateField(_("起"))
    end_date = models.DateField(_("止"), null=True, blank=True)

    objects = KeeperQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("驻室联络员")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "studio"], condition=Q(end_date=None), name="keeper_open_once"
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.studio}"


class ChecklistItem(models.Model):
    """One of the "five haves" (五有, R17); data, because other places count four or six."""

    code = models.SlugField(_("代码"), unique=True)
    name = models.CharField(_("名称"), max_length=30)
    description = models.CharField(_("检查要点"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("建设标准")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class ChecklistResultQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(studio__in=Studio.objects.of_office(user).values("pk"))

    def standing(self, *, on):
        """Met, inspected by then, and the inspection has not run out."""
        return self.filter(is_met=True).filter(
            Q(inspected_date=None) | Q(inspected_date__lte=on), Q(expires_date=None) | Q(expires_date__gte=on)
        )


class ChecklistResult(models.Model):
    """Does a venue have it? The newest inspection of each item stands."""

    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.CASCADE, related_name="checklist_results"
    )
    item = models.ForeignKey(
        ChecklistItem, verbose_name=_("建设标准"), on_delete=models.PROTECT, related_name="results"
    )
    is_met = models.BooleanField(_("达标"))
    inspected_date = models.DateField(_("检查日期"), null=True, blank=True)
    inspector = models.CharField(_("检查人"), max_length=40, blank=True)
    expires_date = models.DateField(
        _("有效期至"), null=True, blank=True, help_text=_("过期后须重新检查；不填为长期有效")
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)

    objects = ChecklistResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("达标检查")
        ordering = ["studio", "item__position"]
        constraints = [models.UniqueConstraint(fields=["studio", "item"], name="checklist_result_once")]

    def __str__(self):
        return f"{self.studio} {self.item}"

    def has_run_out(self, *, on):
        return self.expires_date is not None and self.expires_date < on

    def stands(self, *, on):
        """As `ChecklistResultQuerySet.standing`, of one row."""
        begun = self.inspected_date is None or self.inspected_date <= on
        return self.is_met and begun and not self.has_run_out(on=on)
