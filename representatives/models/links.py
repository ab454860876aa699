"""双结对: organisation cadres each linked with frontline representatives (R50), representatives with Party branches
(R51), and the log of their contacts."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.scope import STEP, Scope, under
from representatives.enums import ContactMethod, LinkEnding, LinkKind
from representatives.models.rolls import READERS, Mandate


class LinkPolicyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of one's own place and everything below it, and of everything above: what holds here comes from there."""
        prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
        upwards = {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}
        return self.filter(under("organization__path", prefixes) | Q(organization__path__in=upwards))


class LinkPolicy(models.Model):
    """What is expected of links in a place and everywhere below it; the nearest one above counts."""

    organization = models.OneToOneField(
        Organization, verbose_name=_("适用组织"), on_delete=models.CASCADE, related_name="link_policy"
    )
    cadre_load = models.PositiveSmallIntegerField(
        _("一名干部最多联系几名代表"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("分配时不超过这个数；各地没有统一规定，按镇街组工干部人数估定，可以改"),
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("季末前几天提醒"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("每季度至少联系一次（各地做法）；还没联系的，到这时提醒，天数可以改"),
    )

    objects = LinkPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("结对联系设置")

    def __str__(self):
        return str(self.organization)


class ContactLinkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees the links of its place, and everybody her own, from either end."""
        prefixes = Scope.of(user).prefixes(*READERS)
        return self.filter(under("mandate__organization__path", prefixes) | _ends_at(user))

    def ending_at(self, user):
        """Her own, from either end."""
        return self.filter(_ends_at(user))

    def in_hand_of(self, user):
        """Those whose contacts are hers to keep: the cadre's, and the representative's with her branch."""
        kept = Q(kind=LinkKind.CADRE, cadre=user.pk) | Q(
            kind=LinkKind.BRANCH, mandate__person__user_id=user.pk
        )
        return self.filter(kept)

    def open(self):
        return self.filter(end_date=None)

    def standing_on(self, day):
        return self.filter(start_date__lte=day).filter(Q(end_date=None) | Q(end_date__gt=day))

    def with_last_contact(self):
        """`last_on`: the day of the last contact that stands."""
        last = Contact.objects.standing().filter(link=OuterRef("pk")).order_by("-on").values("on")[:1]
        return self.annotate(last_on=Subquery(last))

    def contacted_between(self, first, last):
        return self.filter(models.Exists(_contacts_between(first, last)))

    def silent_between(self, first, last):
        """Nobody has been in touch from the one day to the other, both included."""
        return self.filter(~models.Exists(_contacts_between(first, last)))

    def with_names(self):
        return self.select_related("mandate__person", "mandate__organization__parent", "cadre", "branch")


def _ends_at(user):
    return Q(cadre=user.pk) | Q(mandate__person__user_id=user.pk)


def _contacts_between(first, last):
    return Contact.objects.standing().filter(link=OuterRef("pk"), on__range=(first, last))


class ContactLink(models.Model):
    """One cadre and one frontline representative, or one representative and one Party branch, for a time."""

    kind = models.CharField(_("类别"), max_length=10, choices=LinkKind.choices)
    mandate = models.ForeignKey(
        Mandate, verbose_name=_("党代表"), on_delete=models.PROTECT, related_name="contact_links"
    )
    cadre = models.ForeignKey(
        User,
        verbose_name=_("组工干部"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contact_links",
    )
    branch = models.ForeignKey(
        Organization,
        verbose_name=_("党支部"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contact_links",
    )
    start_date = models.DateField(_("起"))
    end_date = models.DateField(_("止"), null=True, blank=True)
    ending = models.CharField(_("为什么结束"), max_length=20, choices=LinkEnding.choices, blank=True)
    reason = models.CharField(_("为什么这样结对"), max_length=200, blank=True)

    objects = ContactLinkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("结对联系")
        ordering = ["kind", "mandate__organization__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mandate"], condition=Q(kind="cadre", end_date=None), name="contact_link_one_cadre"
            ),
            models.UniqueConstraint(
                fields=["mandate", "branch"],
                condition=Q(kind="branch", end_date=None),
                name="contact_link_branch_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="cadre", cadre__isnull=False, branch=None)
                | Q(kind="branch", branch__isnull=False, cadre=None),
                name="contact_link_ends",
            ),
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gte=F("start_date")),
                name="contact_link_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["kind", "end_date"], name="contact_link_open")]

    def __str__(self):
        if self.kind == LinkKind.CADRE:
            return f"{self.cadre} — {self.mandate.person.name}代表"
        return f"{self.mandate.person.name}代表 — {self.branch}"

    @property
    def keeper_user_id(self):
        """Whose it is to be in touch."""
        return self.cadre_id if self.kind == LinkKind.CADRE else self.mandate.person.user_id

    @property
    def other_end(self):
        """Who is contacted, in words."""
        return f"{self.mandate.person.name}代表" if self.kind == LinkKind.CADRE else str(self.branch)

    @property
    def near_end(self):
        """Who is to be in touch, in words."""
        return str(self.cadre) if self.kind == LinkKind.CADRE else f"{self.mandate.person.name}代表"


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(link__in=ContactLink.objects.visible_to(user).values("pk"))

    def standing(self):
        return self.filter(cancelled_at=None)


class Contact(models.Model):
    """Somebody was in touch on a day; entered by mistake, it is cancelled and no longer counts."""

    link = models.ForeignKey(
        ContactLink, verbose_name=_("结对联系"), on_delete=models.PROTECT, related_name="contacts"
    )
    on = models.DateField(_("日期"))
    method = models.CharField(_("方式"), max_length=10, choices=ContactMethod.choices)
    note = models.CharField(_("说了什么"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("更正时间"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("联系记录")
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "on"], condition=Q(cancelled_at=None), name="contact_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["link", "on"], name="contact_by_day")]

    def __str__(self):
        return f"{self.on} {self.get_method_display()}"


class ContactReminder(models.Model):
    """Somebody was reminded of the contacts of a quarter; once for each."""

    user = models.ForeignKey(User, verbose_name=_("账号"), on_delete=models.CASCADE, related_name="+")
    quarter_start = models.DateField(_("季度起"))
    sent_at = models.DateTimeField(_("提醒时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("联系提醒")
        constraints = [
            models.UniqueConstraint(fields=["user", "quarter_start"], name="contact_reminder_once")
        ]

    def __str__(self):
        return f"{self.user_id} {self.quarter_start}"
