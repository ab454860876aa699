from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.masking import mask_phone
from accounts.models import Organization, User
from accounts.scope import STEP, Scope, under
from representatives.enums import Gender, Level, MandateStatus

READERS = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR, Role.KEEPER, Role.CLIENT)
ROLL_READERS = READERS[:-1]
"""The people among them: who may open the rolls at the desk."""


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """People with a mandate the user may see, and the user herself."""
        mandates = Mandate.objects.visible_to(user).filter(person=models.OuterRef("pk"))
        return self.filter(Q(models.Exists(mandates)) | Q(user_id=user.pk))


class Person(models.Model):
    """One row per human being. Two rows of a roster with the same name, birth month and phone are one person."""

    name = models.CharField(_("姓名"), max_length=40)
    pinyin = models.CharField(_("拼音首字母"), max_length=40, blank=True, db_index=True)
    gender = models.CharField(_("性别"), max_length=10, choices=Gender.choices, blank=True)
    ethnicity = models.CharField(_("民族"), max_length=20, blank=True)
    birth_month = models.DateField(_("出生年月"), null=True, blank=True, help_text=_("取当月1日"))
    education = models.CharField(_("文化程度"), max_length=20, blank=True)
    joined_party_month = models.DateField(_("入党时间"), null=True, blank=True, help_text=_("取当月1日"))
    employer = models.CharField(_("工作单位及职务"), max_length=120, blank=True)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    user = models.OneToOneField(
        User, verbose_name=_("账号"), null=True, blank=True, on_delete=models.SET_NULL, related_name="person"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["name", "birth_month", "phone"], name="person_once")]

    def __str__(self):
        return self.name

    @property
    def masked_phone(self):
        return mask_phone(self.phone)


class CongressQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Congresses of one's own subtree and of everything above it."""
        prefixes = Scope.of(user).prefixes()
        upwards = {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}
        return self.filter(under("organization__path", prefixes) | Q(organization__path__in=upwards))


class Congress(models.Model):
    """A term (届) of a Party congress at one level. A national or provincial one hangs on the city's root."""

    level = models.CharField(_("层级"), max_length=12, choices=Level.choices)
    organization = models.ForeignKey(
        Organization, verbose_name=_("组织"), on_delete=models.PROTECT, related_name="congresses"
    )
    ordinal = models.PositiveSmallIntegerField(_("届次"))
    name = models.CharField(_("名称"), max_length=80)
    start_date = models.DateField(_("召开日期"), null=True, blank=True)
    planned_end_date = models.DateField(_("任期届满（计划）"), null=True, blank=True)
    end_date = models.DateField(_("任期届满（实际）"), null=True, blank=True)

    objects = CongressQuerySet.as_manager()

    class Meta:
        verbose_name = _("届次")
        verbose_name_plural = _("届次")
        ordering = ["organization__path", "level", "-ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["level", "organization", "ordinal"], name="congress_once"),
        ]

    def __str__(self):
        return self.name

    def year_of_term(self, *, on):
        """1 in the first year after the congress met (任期第一年, R4), 0 before it; None while unknown."""
        if self.start_date is None:
            return None
        years = on.year - self.start_date.year
        anniversary_passed = (on.month, on.day) >= (self.start_date.month, self.start_date.day)
        return max(years + (1 if anniversary_passed else 0), 0)


class GroupQuerySet(models.QuerySet):
    def visible_to(self, user):
        scope = Scope.of(user)
        condition = under("organization__path", scope.prefixes(*READERS))
        return self.filter(condition | Q(pk__in=Mandate.objects.groups_of(user)))

    def standing(self):
        return self.filter(dissolved_date=None)

    def with_size(self):
        """`people`: how many of its members are in office."""
        in_office = Q(mandates__status=MandateStatus.IN_OFFICE)
        return self.annotate(people=models.Count("mandates", filter=in_office))


class Group(models.Model):
    """A group (代表小组) of about 20 representatives of one place and field (R14)."""

    name = models.CharField(_("名称"), max_length=80)
    organization = models.ForeignKey(
        Organization, verbose_name=_("组织"), on_delete=models.PROTECT, related_name="groups"
    )
    field = models.CharField(_("行业领域"), max_length=40, blank=True)
    leader = models.ForeignKey(
        "Mandate", verbose_name=_("组长"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    secretary = models.ForeignKey(
        "Mandate",
        verbose_name=_("联络员"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    dissolved_date = models.DateField(_("撤并日期"), null=True, blank=True, editable=False)
    """A group that has met keeps its row; nobody sits in it any more."""

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("代表小组")
        ordering = ["organization__path", "name"]
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="group_name_once")]

    def __str__(self):
        return self.name

    @property
    def is_standing(self):
        return self.dissolved_date is None

    def organization_covers(self, place):
        """May somebody of this place sit here? Who lives in the same county, and anybody in a group of the whole city."""
        home = self.organization
        return place.path.startswith(home.path) or place.county_path == home.county_path


class MandateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff see their subtree; a representative her own mandates and her groups' members."""
        scope = Scope.of(user)
        own = Q(person__user_id=user.pk) | Q(group__in=self.groups_of(user))
        return self.filter(under("organization__path", scope.prefixes(*READERS)) | own)

    def groups_of(self, user):
        """Ids of the groups the user sits in, as a subquery. A seat that is suspended or over opens no group."""
        own = Mandate.objects.in_office().filter(person__user_id=user.pk).exclude(group=None)
        return (own if Scope.of(user).has(Role.REPRESENTATIVE) else own.none()).values("group_id")

    def in_office(self):
        return self.filter(status=MandateStatus.IN_OFFICE)

    def frontline(self):
        return self.filter(is_frontline=True)

    def held_on(self, day):
        """Mandates that stood on that day: begun, and not yet over (a suspended one still stands)."""
        begun = Q(start_date=None) | Q(start_date__lte=day)
        return self.filter(begun & (Q(end_date=None) | Q(end_date__gt=day)))


class Mandate(models.Model):
    """A person's seat (代表资格) in one congress. Mandates are counted apart from people (R1)."""

    person = models.ForeignKey(
        Person, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="mandates"
    )
    congress = models.ForeignKey(
        Congress, verbose_name=_("届次"), on_delete=models.PROTECT, related_name="mandates"
    )
    level = models.CharField(
        _("代表层级"), max_length=12, choices=Level.choices, help_text=_("随届次，便于检索")
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("所在地"), on_delete=models.PROTECT, related_name="mandates"
    )
    certificate_number = models.CharField(_("代表证号"), max_length=30, unique=True)
    electing_unit = models.CharField(_("选举单位"), max_length=80, blank=True)
    field = models.CharField(_("行业领域"), max_length=40, blank=True)
    is_frontline = models.BooleanField(_("生产和工作一线"), default=False)
    group = models.ForeignKey(
        Group,
        verbose_name=_("代表小组"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="mandates",
    )
    is_group_fixed = models.BooleanField(
        _("固定在本组"), default=False, help_text=_("由人工安排，再次生成编组建议时不动")
    )
    group_note = models.CharField(_("编组说明"), max_length=200, blank=True)
    status = models.CharField(
        _("资格状态"), max_length=12, choices=MandateStatus.choices, default=MandateStatus.IN_OFFICE
    )
    start_date = models.DateField(_("当选日期"), null=True, blank=True)
    end_date = models.DateField(_("终止日期"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("代表资格")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["organization", "level", "status"], name="mandate_place"),
            models.Index(fields=["level", "is_frontline"], name="mandate_frontline"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=MandateStatus.holding()) | Q(end_date__isnull=False),
                name="mandate_end_dated",
            ),
        ]

    def __str__(self):
        return f"{self.person.name}（{self.get_level_display()}）"


class MandateDecision(models.Model):
    """Why and by whom a mandate changed its state (Art. 28: unit proposes, committee decides, filed one level up)."""

    mandate = models.ForeignKey(
        Mandate, verbose_name=_("代表资格"), on_delete=models.CASCADE, related_name="decisions"
    )
    verb = models.CharField(_("决定"), max_length=12)
    ground = models.CharField(_("事由"), max_length=30, blank=True)
    proposer = models.CharField(_("提出单位"), max_length=80, blank=True)
    decided_by = models.CharField(_("决定机关"), max_length=80, blank=True)
    decision_date = models.DateField(_("决定日期"))
    filing_date = models.DateField(_("报备日期"), null=True, blank=True)
    note = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("资格决定")
        ordering = ["-decision_date", "-pk"]

    def __str__(self):
        return f"{self.mandate} {self.decision_date}"
