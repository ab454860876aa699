from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.masking import mask_name, mask_phone
from accounts.models import Organization, User
from accounts.scope import Scope, under
from petitions.enums import AssignmentRole, FeedbackMethod, Kind, Outcome, Status, Step
from representatives.models import Mandate
from studios.models import Keeper, Studio


class Channel(models.Model):
    """How a matter came in (R53); staff add one without a developer."""

    code = models.SlugField(_("代码"), unique=True)
    name = models.CharField(_("名称"), max_length=30)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("来源渠道")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name


class Category(models.Model):
    """What a matter is about: a short tree of three levels; `path` holds four digits per level."""

    code = models.SlugField(_("代码"), unique=True)
    name = models.CharField(_("名称"), max_length=30)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级分类"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(_("路径"), max_length=20, unique=True, editable=False)
    full_name = models.CharField(_("全称"), max_length=100, editable=False)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("问题分类")
        ordering = ["path"]

    def __str__(self):
        return self.full_name


class TimeLimit(models.Model):
    """How many work days a step may take (R58). The row for the kind wins over the row for all kinds."""

    step = models.CharField(_("环节"), max_length=10, choices=Step.choices)
    kind = models.CharField(
        _("类别"), max_length=15, choices=Kind.choices, blank=True, help_text=_("空为各类通用")
    )
    work_days = models.PositiveSmallIntegerField(_("工作日数"))
    source = models.CharField(_("依据"), max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = _("办理时限")
        ordering = ["step", "kind"]
        constraints = [models.UniqueConstraint(fields=["step", "kind"], name="time_limit_once")]

    def __str__(self):
        return f"{self.get_step_display()} {self.work_days} 个工作日"


class NumberCounter(models.Model):
    """The last number given out in a county and year, e.g. key "370702-2022"."""

    key = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("编号计数")

    def __str__(self):
        return f"{self.key}: {self.last}"


class PetitionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Organizers, leaders and clients: their subtree. Keepers: their venues. Handling units: what was assigned
        to them. Representatives: what they received and their groups received."""
        scope = Scope.of(user)
        condition = under("organization__path", scope.prefixes(Role.ORGANIZER, Role.LEADER, Role.CLIENT))
        if scope.has(Role.KEEPER):
            condition |= Q(studio__in=Keeper.objects.studios_of(user))
        handled = scope.prefixes(Role.HANDLER)
        if handled:
            assigned = Assignment.objects.filter(
                under("organization__path", handled), petition=models.OuterRef("pk")
            )
            condition |= Q(models.Exists(assigned))
        if scope.has(Role.REPRESENTATIVE):
            own = Mandate.objects.filter(person__user_id=user.pk)
            colleagues = Mandate.objects.filter(group__in=Mandate.objects.groups_of(user))
            condition |= Q(mandate__in=own.values("pk")) | Q(mandate__in=colleagues.values("pk"))
        return self.filter(condition)

    def open(self):
        return self.filter(status__in=Status.open_states())

    def overdue(self, *, on):
        """Open, and the date of the present step has passed. A matter already told only waits for the archive."""
        return self.open().filter(due_date__lt=on, fed_back_at=None)

    def to_be_told(self):
        """Answered, and the person has not been told yet."""
        return self.filter(status=Status.FEEDBACK, fed_back_at=None)

    def with_names(self):
        """What lists and pages name beside the matter, in one query."""
        return self.select_related(
            "channel", "category", "studio", "organization", "lead_unit", "mandate__person", "mandate__group"
        )


class Petition(models.Model):
    """One matter of a member or of the masses: one record, one item (R55)."""

    number = models.CharField(_("编号"), max_length=24, unique=True)
    status = models.CharField(_("环节"), max_length=12, choices=Status.choices, default=Status.RECEIVED)
    channel = models.ForeignKey(
        Channel, verbose_name=_("来源渠道"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("类别"), max_length=15, choices=Kind.choices)
    category = models.ForeignKey(
        Category,
        verbose_name=_("问题分类"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="petitions",
    )
    studio = models.ForeignKey(
        Studio, verbose_name=_("工作室（站）"), on_delete=models.PROTECT, related_name="petitions"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("所属组织"), on_delete=models.PROTECT, related_name="petitions"
    )
    mandate = models.ForeignKey(
        Mandate,
        verbose_name=_("接待代表"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="petitions",
    )
    title = models.CharField(_("标题"), max_length=100)
    content = models.TextField(_("内容"), max_length=10000)
    place = models.CharField(_("地点"), max_length=100, blank=True)
    petitioner_name = models.CharField(_("反映人"), max_length=40, blank=True)
    petitioner_phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    anonymous = models.BooleanField(_("匿名"), default=False)

    lead_unit = models.ForeignKey(
        Organization,
        verbose_name=_("承办单位"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_petitions",
    )
    due_date = models.DateField(_("本环节期限"), null=True, blank=True)
    due_explained = models.JSONField(_("期限怎么算的"), default=dict, blank=True)
    outcome = models.CharField(_("答复类别"), max_length=1, choices=Outcome.choices, blank=True)
    rating = models.PositiveSmallIntegerField(_("满意度"), null=True, blank=True)
    received_at = models.DateTimeField(_("接待时间"))
    registered_at = models.DateTimeField(_("登记时间"), null=True, blank=True)
    assigned_at = models.DateTimeField(_("交办时间"), null=True, blank=True)
    replied_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("解决时间"), null=True, blank=True)
    fed_back_at = models.DateTimeField(_("反馈时间"), null=True, blank=True)
    archived_at = models.DateTimeField(_("归档时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    archive_number = models.CharField(_("档案号"), max_length=30, unique=True, null=True, blank=True)
    reopen_count = models.PositiveSmallIntegerField(_("重新办理次数"), default=0)
    source_key = models.CharField(
        _("来源标识"), max_length=80, unique=True, null=True, blank=True, editable=False
    )
    created_by = models.ForeignKey(
        User, verbose_name=_("录入人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("意见建议")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="petition_newest"),
            models.Index(fields=["status", "due_date"], name="petition_worklist"),
            models.Index(fields=["organization", "-received_at"], name="petition_place"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(anonymous=False) | Q(petitioner_name="", petitioner_phone=""),
                name="petition_anonymous_is_bare",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ARCHIVED)
                | Q(archived_at__isnull=False, fed_back_at__isnull=False, archive_number__isnull=False),
                name="petition_archived_after_feedback",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.FEEDBACK, Status.ARCHIVED])
                | (Q(replied_at__isnull=False) & ~Q(outcome="")),
                name="petition_feedback_after_reply",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.HANDLING) | Q(lead_unit__isnull=False),
                name="petition_handling_has_unit",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(outcome=Outcome.SOLVED), name="petition_resolved_is_a"
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)), name="petition_rating_1_5"
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def masked_name(self):
        return "匿名" if self.anonymous else mask_name(self.petitioner_name)

    @property
    def masked_phone(self):
        return mask_phone(self.petitioner_phone)

    @property
    def is_open(self):
        return self.status in Status.open_states()

    @property
    def waits_for_archive(self):
        return self.status == Status.FEEDBACK and self.fed_back_at is not None

    def is_overdue(self, *, on):
        return bool(self.is_open and self.due_date and self.due_date < on and self.fed_back_at is None)


class Assignment(models.Model):
    """A unit that has the matter in hand, from assignment on (R60)."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("意见建议"), on_delete=models.CASCADE, related_name="assignments"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("承办单位"), on_delete=models.PROTECT, related_name="assignments"
    )
    role = models.CharField(
        _("主办或协办"), max_length=5, choices=AssignmentRole.choices, default=AssignmentRole.LEAD
    )
    assigned_at = models.DateTimeField(_("交办时间"))
    due_date = models.DateField(_("办理期限"), null=True, blank=True)
    note = models.TextField(_("交办意见"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("交办")
        ordering = ["assigned_at", "pk"]
        indexes = [models.Index(fields=["organization", "petition"], name="assignment_unit")]

    def __str__(self):
        return f"{self.organization} {self.get_role_display()}"


class Reply(models.Model):
    """What the handling unit answered, with its class A–D."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("意见建议"), on_delete=models.CASCADE, related_name="replies"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("答复单位"), on_delete=models.PROTECT, related_name="replies"
    )
    outcome = models.CharField(_("答复类别"), max_length=1, choices=Outcome.choices)
    content = models.TextField(_("答复内容"), max_length=10000)
    replied_at = models.DateTimeField(_("答复时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("答复")
        ordering = ["-replied_at", "-pk"]

    def __str__(self):
        return f"{self.organization} {self.get_outcome_display()}"


class Feedback(models.Model):
    """How the person was told, what she said, and her rating from 1 to 5."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("意见建议"), on_delete=models.CASCADE, related_name="feedbacks"
    )
    method = models.CharField(_("告知方式"), max_length=10, choices=FeedbackMethod.choices)
    content = models.TextField(_("反馈情况"), max_length=2000, blank=True)
    rating = models.PositiveSmallIntegerField(_("满意度"), null=True, blank=True)
    told_at = models.DateTimeField(_("告知时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("反馈")
        ordering = ["-told_at", "-pk"]

    def __str__(self):
        return f"{self.get_method_display()} {self.told_at:%Y-%m-%d}"
