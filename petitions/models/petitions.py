from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganizationKind, Role
from accounts.masking import mask_name, mask_phone, scrub_person
from accounts.models import Organization, User
from accounts.scope import STEP, Scope, under
from petitions.enums import Kind, Outcome, Status
from petitions.models.lists import Category, Channel
from representatives.models import Mandate
from studios.models import Keeper, ReceptionDay, Studio

SUBTREE_ROLES = (Role.ORGANIZER, Role.LEADER, Role.CLIENT)
"""They see whatever lies below their organisation."""


def sees_few(user):
    """Does she see only what she keeps, handles or received? That is read through at once, where an office above may see
    the whole register and is better answered from its newest end."""
    return not Scope.of(user).has(*SUBTREE_ROLES)


def sees_by_place(user):
    """Is what lies below her organisations all she may see?"""
    scope = Scope.of(user)
    return scope.has(*SUBTREE_ROLES) and not scope.has(Role.HANDLER, Role.KEEPER, Role.REPRESENTATIVE)


def handles_only(user):
    """Is what her units have in hand all she may see?"""
    scope = Scope.of(user)
    return scope.has(Role.HANDLER) and not scope.has(*SUBTREE_ROLES, Role.KEEPER, Role.REPRESENTATIVE)


def own_mandates(user):
    return Mandate.objects.filter(person__user_id=user.pk).order_by().values("pk")


def heard_mandates(user):
    """Hers, and those of her groups: she reads what they received."""
    colleagues = Mandate.objects.filter(group__in=Mandate.objects.groups_of(user))
    return own_mandates(user).union(colleagues.order_by().values("pk"))


class PetitionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Organizers, leaders and clients: their subtree. Keepers: their venues. Handling units: what they have in
        hand. Representatives: what they received and their groups received. A complaint about an office is hidden from
        everybody whose office it is, whatever else they may see."""
        from petitions.models.handling import Assignment

        scope = Scope.of(user)
        condition = under("organization__path", scope.prefixes(*SUBTREE_ROLES))
        if scope.has(Role.KEEPER):
            condition |= Q(studio__in=Keeper.objects.studios_of(user))
        if scope.has(Role.HANDLER):
            in_hand = Assignment.objects.in_hand_of(user).filter(petition=models.OuterRef("pk"))
            condition |= Q(models.Exists(in_hand))
        if scope.has(Role.REPRESENTATIVE):
            # What is said against an office stays with the one who heard it. First one list of mandates, which an
            # index answers: "hers or theirs" alone would have every matter of the city looked at.
            unsaid = Q(is_accusation=False) | Q(mandate__in=own_mandates(user))
            condition |= Q(mandate__in=heard_mandates(user)) & unsaid
        return self.filter(condition).not_about_office_of(user)

    def not_about_office_of(self, user):
        """Without the complaints about an office the user belongs to (信访 confidentiality rule).

        A unit, a branch or a town is the office of everybody within it; a county or the city only of those who hold a
        post in its own committee. Having been elected there makes nobody its official.
        """
        offices = Scope.of(user).offices
        if not offices:
            return self
        from petitions.models.handling import Accused

        above = {path[:n] for path in offices for n in range(STEP, len(path) + 1, STEP)}
        about = Accused.objects.filter(
            Q(organization__path__in=offices)
            | Q(organization__path__in=above, organization__kind__in=OrganizationKind.close_offices())
        )
        # One short list, read when the first complaint is met: asked matter by matter, the planner would think that
        # looking at a matter is dear, and not go through the newest until a page is full.
        return self.exclude(is_accusation=True, pk__in=about.order_by().values("petition"))

    def open(self):
        return self.filter(status__in=Status.open_states())

    def overdue(self, *, on):
        """Open, and the date of the present step has passed. A matter already told only waits for the archive."""
        return self.open().filter(due_date__lt=on, fed_back_at=None)

    def running(self):
        """Open, and its clock is running."""
        return self.open().filter(fed_back_at=None, paused_at=None)

    def to_be_told(self):
        """Answered, and the person has not been told yet."""
        return self.filter(status=Status.FEEDBACK, fed_back_at=None)

    def with_names(self):
        """What lists and pages name beside the matter, in one query."""
        return self.select_related(
            "channel",
            "category",
            "studio",
            "organization",
            "lead_unit",
            "mandate__person",
            "mandate__group",
            "problem",
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
    rating = models.PositiveSmallIntegerField(_("结果满意度"), null=True, blank=True)
    handling_rating = models.PositiveSmallIntegerField(_("办理满意度"), null=True, blank=True)
    received_at = models.DateTimeField(_("接待时间"))
    registered_at = models.DateTimeField(_("登记时间"), null=True, blank=True)
    assigned_at = models.DateTimeField(_("交办时间"), null=True, blank=True)
    replied_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("解决时间"), null=True, blank=True)
    fed_back_at = models.DateTimeField(_("反馈时间"), null=True, blank=True)
    archived_at = models.DateTimeField(_("归档时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    routed_out_at = models.DateTimeField(_("转出时间"), null=True, blank=True)
    receipt_on = models.DateField(_("转出回执日期"), null=True, blank=True)
    came_back = models.BooleanField(
        _("曾退回"), default=False, help_text=_("承办单位或接收机关退回过：经过比各环节时间说得更全")
    )
    paused_at = models.DateTimeField(_("停表时间"), null=True, blank=True)
    clock_left = models.SmallIntegerField(
        _("停表时剩余工作日"), null=True, blank=True, help_text=_("负数为停表时已逾期的工作日")
    )
    extension_requested_at = models.DateTimeField(_("申请延期时间"), null=True, blank=True)
    extended_days = models.PositiveSmallIntegerField(_("已延长工作日"), default=0)
    supervised_at = models.DateTimeField(_("督办时间"), null=True, blank=True)
    is_accusation = models.BooleanField(_("反映机关单位的问题"), default=False)
    problem = models.ForeignKey(
        "petitions.Problem",
        verbose_name=_("并案"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="petitions",
    )
    dispute = models.ForeignKey(
        "petitions.Dispute",
        verbose_name=_("纠纷"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="petitions",
    )
    box_opening = models.ForeignKey(
        "petitions.BoxOpening",
        verbose_name=_("意见箱开箱"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="petitions",
    )
    chat = models.ForeignKey(
        "petitions.PastedChat",
        verbose_name=_("群聊记录"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="petitions",
    )
    reception_day = models.ForeignKey(
        ReceptionDay,
        verbose_name=_("接待日"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="petitions",
    )
    stop_processing_at = models.DateTimeField(_("停止处理个人信息"), null=True, blank=True)
    anonymized_at = models.DateTimeField(_("匿名化时间"), null=True, blank=True)
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
            # Place and complaint lie in it so that a county's newest are found among the city's from the index alone.
            models.Index(
                fields=["-received_at", "-id", "organization", "is_accusation"], name="petition_newest"
            ),
            models.Index(fields=["status", "due_date"], name="petition_worklist"),
            models.Index(fields=["organization", "-received_at"], name="petition_place"),
            # Whose ids are known first, from open assignments or a search: put in order and sifted without reading the rows.
            models.Index(
                fields=[
                    "id",
                    "received_at",
                    "organization",
                    "is_accusation",
                    "status",
                    "due_date",
                    "fed_back_at",
                ],
                name="petition_by_id",
            ),
            # How much waits in one place at which stage: the numbers beside the tabs, and what is due first.
            models.Index(fields=["organization", "status", "due_date"], name="petition_place_stage"),
            # Few at any time among very many: each list of them, and its count, reads only them.
            models.Index(
                fields=["supervised_at"], condition=Q(supervised_at__isnull=False), name="petition_supervised"
            ),
            models.Index(fields=["paused_at"], condition=Q(paused_at__isnull=False), name="petition_paused"),
            models.Index(
                fields=["extension_requested_at"],
                condition=Q(extension_requested_at__isnull=False),
                name="petition_extension",
            ),
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
            models.CheckConstraint(
                condition=Q(handling_rating=None) | Q(handling_rating__range=(1, 5)),
                name="petition_handling_rating_1_5",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(status=Status.HANDLING, clock_left__isnull=False),
                name="petition_paused_while_handled",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ROUTED_OUT) | Q(routed_out_at__isnull=False),
                name="petition_routed_out_when",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.shown_title}"

    def shown(self, words):
        """Free text about the matter as anybody may read it: what people write of themselves is masked as their name
        and phone are, until somebody looks at these for a reason."""
        return scrub_person(words, name=self.petitioner_name or "", phone=self.petitioner_phone or "")

    @property
    def is_masked(self):
        """Is there anything to look at for a reason?"""
        return bool(self.petitioner_name or self.petitioner_phone or self.shown_content != self.content)

    def hidden_words(self):
        """What was said at first and added later, as it came, where the pages mask something of it; for whoever looks
        for a reason."""
        said = [self.content, *self.supplements.values_list("content", flat=True)]
        return [words for words in said if self.shown(words) != words]

    @property
    def shown_title(self):
        return self.shown(self.title)

    @property
    def shown_content(self):
        return self.shown(self.content)

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
    def is_unsatisfied(self):
        """She gave handling or result 1 or 2 of 5: it is handled again, or the file says why not."""
        return any(given is not None and given <= 2 for given in (self.rating, self.handling_rating))

    @property
    def is_paused(self):
        return self.paused_at is not None

    @cached_property
    def open_supervision(self):
        """The supervision that is under way, or None; ask only where `supervised_at` says there is one."""
        return self.supervisions.filter(closed_at=None).select_related("organization", "opened_by").first()

    @property
    def waits_for_archive(self):
        return self.status == Status.FEEDBACK and self.fed_back_at is not None

    def is_overdue(self, *, on):
        return bool(self.is_open and self.due_date and self.due_date < on and self.fed_back_at is None)
