"""The lists and rules that staff keep themselves, without a developer."""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganizationKind
from accounts.models import Organization
from accounts.scope import STEP, Scope, under
from petitions.enums import Audience, Kind, Outcome, ReminderDate, Step


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


class TimeLimitQuerySet(models.QuerySet):
    def in_force(self, *, on):
        """The version of each rule that counts on the day, without those repealed by then."""
        newer = TimeLimit.objects.annotate(about=Coalesce("category", 0)).filter(
            step=OuterRef("step"),
            kind=OuterRef("kind"),
            level=OuterRef("level"),
            about=Coalesce(OuterRef("category"), 0),
            in_force_from__gt=OuterRef("in_force_from"),
            in_force_from__lte=on,
        )
        return self.filter(~Exists(newer), in_force_from__lte=on, is_repealed=False)

    def versions_of(self, limit):
        """The versions of one rule, the newest first."""
        same = {name: getattr(limit, name) for name in ("step", "kind", "level", "category_id")}
        return self.filter(**same).order_by("-in_force_from")


class TimeLimit(models.Model):
    """How many work days a step may take (R58), from a day on.

    A rule may speak of one kind, one level and one category (with everything below it). The most specific rule in
    force decides: category before kind before level. A rule is not rewritten once it has been in force: a new version
    with a later day takes its place, so that every old date can still be explained.
    """

    step = models.CharField(_("环节"), max_length=10, choices=Step.choices)
    kind = models.CharField(
        _("类别"), max_length=15, choices=Kind.choices, blank=True, help_text=_("空为各类通用")
    )
    level = models.CharField(
        _("层级"),
        max_length=20,
        choices=OrganizationKind.choices,
        blank=True,
        help_text=_("事项所属组织的层级；空为各级通用"),
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("问题分类"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("含下级分类；空为各类通用"),
    )
    work_days = models.PositiveSmallIntegerField(_("工作日数"))
    source = models.CharField(_("依据"), max_length=120)
    in_force_from = models.DateField(_("施行日期"), default=date(2000, 1, 1))
    is_repealed = models.BooleanField(
        _("废止"), default=False, help_text=_("自施行日起这条规定不再适用，改按更一般的规定")
    )

    objects = TimeLimitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("办理时限")
        ordering = ["step", "kind", "level", "category", "-in_force_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "kind", "level", "category", "in_force_from"],
                name="time_limit_version_once",
            ),
            models.UniqueConstraint(
                fields=["step", "kind", "level", "in_force_from"],
                condition=Q(category=None),
                name="time_limit_version_once_general",
            ),
        ]

    def __str__(self):
        return f"{self.get_step_display()} {self.work_days} 个工作日"


class ReminderRule(models.Model):
    """When whom is reminded of a date: so many work days before it (negative), at it (0) or after it (R58)."""

    name = models.CharField(_("名称"), max_length=40)
    about = models.CharField(
        _("提醒什么日期"), max_length=12, choices=ReminderDate.choices, default=ReminderDate.DUE
    )
    offset = models.SmallIntegerField(
        _("相对该日期的工作日"), help_text=_("负数为之前，0 为当天，正数为过后")
    )
    audience = models.CharField(_("提醒谁"), max_length=10, choices=Audience.choices)
    source = models.CharField(_("依据"), max_length=120, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("催办规则")
        ordering = ["about", "offset", "audience"]
        constraints = [
            models.UniqueConstraint(fields=["about", "offset", "audience"], name="reminder_rule_once")
        ]

    def __str__(self):
        return self.name


class ReplyTemplateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those for everybody, and those of one's own organisations and the ones above them."""
        prefixes = Scope.of(user).prefixes()
        above = {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}
        own = under("organization__path", prefixes) | Q(organization__path__in=above)
        return self.filter(Q(organization=None) | own)


class ReplyTemplate(models.Model):
    """A text to begin an answer with; {编号} {标题} {单位} {日期} are filled in."""

    name = models.CharField(_("名称"), max_length=40)
    organization = models.ForeignKey(
        Organization,
        verbose_name=_("适用组织"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("空为全市通用"),
    )
    kind = models.CharField(_("类别"), max_length=15, choices=Kind.choices, blank=True)
    category = models.ForeignKey(
        Category,
        verbose_name=_("问题分类"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    outcome = models.CharField(_("答复类别"), max_length=1, choices=Outcome.choices, blank=True)
    content = models.TextField(_("内容"), max_length=5000)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("答复模板")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class NumberCounter(models.Model):
    """The last number given out in a county and year, e.g. key "370702-2022"."""

    key = models.CharField(max_length=20, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("编号计数")

    def __str__(self):
        return f"{self.key}: {self.last}"
