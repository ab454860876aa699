"""Schemes: which indicators count how much, in which year, for which level; versioned (R83, R84)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization
from accounts.scope import STEP, Scope, under
from evaluations.enums import IndicatorSource, Measure, SchemeStatus, SubjectKind, WhenMissing
from evaluations.scoring import GradeLines, Rule
from representatives.enums import DutyKind, Level

OFFICE = (Role.ORGANIZER, Role.ASSESSOR, Role.LEADER, Role.CLIENT)
"""Who reads how appraisals go in a place."""
CENT = Decimal("0.01")


def upwards(prefixes):
    return {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}


def hundredths(value):
    return int((Decimal(value) * 100).to_integral_value())


class SchemeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of one's own place and below, and of those above: by them one's own people are appraised too."""
        prefixes = Scope.of(user).prefixes(*OFFICE)
        return self.filter(
            under("organization__path", prefixes) | Q(organization__path__in=upwards(prefixes))
        )

    def in_use(self):
        return self.filter(status=SchemeStatus.IN_USE)


class Scheme(models.Model):
    """A method of appraisal. What is changed after a cycle has opened with it would change what people were told:
    from then on it is frozen, and a new version is made instead."""

    kind = models.CharField(
        _("考什么"), max_length=16, choices=SubjectKind.choices, default=SubjectKind.REPRESENTATIVE
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("适用组织"), on_delete=models.PROTECT, related_name="schemes"
    )
    year = models.PositiveSmallIntegerField(
        _("年度"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    level = models.CharField(
        _("代表层级"),
        max_length=12,
        choices=Level.choices,
        blank=True,
        help_text=_("留空为各层级通用；某一层级另有办法的，那个层级用它自己的"),
    )
    version = models.PositiveSmallIntegerField(_("版次"), default=1, editable=False)
    title = models.CharField(_("名称"), max_length=80)
    note = models.TextField(_("说明"), max_length=1000, blank=True)
    excellent_from = models.DecimalField(
        _("优秀（分及以上）"),
        max_digits=5,
        decimal_places=2,
        default=90,
        help_text=_("等次分数线的默认值：90、80、60分，来源：政协委员履职考评的通行做法；可以改"),
    )
    competent_from = models.DecimalField(_("称职（分及以上）"), max_digits=5, decimal_places=2, default=80)
    basic_from = models.DecimalField(_("基本称职（分及以上）"), max_digits=5, decimal_places=2, default=60)
    excellent_quota_percent = models.PositiveSmallIntegerField(
        _("优秀比例上限（%）"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("留空为不限；默认不限"),
    )
    bonus_cap = models.DecimalField(
        _("加分合计最多（分）"),
        max_digits=5,
        decimal_places=2,
        default=5,
        validators=[MinValueValidator(0), MaxValueValidator(50)],
    )
    minimum_answers = models.PositiveSmallIntegerField(
        _("群众评议至少几份才计入"),
        default=5,
        validators=[MinValueValidator(3), MaxValueValidator(500)],
        help_text=_("不足这个数的不显示、不计入，避免从结果猜出是谁评的"),
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=SchemeStatus.choices, default=SchemeStatus.DRAFT
    )
    document_number = models.CharField(_("依据文号"), max_length=60, blank=True)
    copied_from = models.ForeignKey(
        "self",
        verbose_name=_("来自"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="copies",
    )
    approved_at = models.DateTimeField(_("启用时间"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("冻结时间"), null=True, blank=True, editable=False)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("考评办法")
        ordering = ["-year", "organization__path", "kind", "level", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organization", "year", "level", "version"], name="scheme_version_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "organization", "year", "level"],
                condition=Q(status=SchemeStatus.IN_USE),
                name="scheme_in_use_once",
            ),
            models.CheckConstraint(
                condition=Q(excellent_from__gt=models.F("competent_from"))
                & Q(competent_from__gt=models.F("basic_from")),
                name="scheme_lines_in_order",
            ),
        ]

    def __str__(self):
        return f"{self.title}（第{self.version}版）" if self.version > 1 else self.title

    @property
    def is_editable(self):
        return self.status == SchemeStatus.DRAFT

    @property
    def lines(self):
        return GradeLines(
            hundredths(self.excellent_from), hundredths(self.competent_from), hundredths(self.basic_from)
        )

    @property
    def bonus_cap_hundredths(self):
        return hundredths(self.bonus_cap)


class Indicator(models.Model):
    """One thing that counts. `target` of it brings `weight` points, in proportion below and beyond, up to `cap`."""

    scheme = models.ForeignKey(
        Scheme, verbose_name=_("考评办法"), on_delete=models.CASCADE, related_name="indicators"
    )
    code = models.SlugField(_("代码"), max_length=40, help_text=_("同一件事每年用同一个代码，便于比较"))
    name = models.CharField(_("指标"), max_length=60)
    source = models.CharField(_("数据来源"), max_length=16, choices=IndicatorSource.choices)
    kinds = models.JSONField(_("履职记录类别"), default=list, blank=True)
    measure = models.CharField(_("怎么数"), max_length=10, choices=Measure.choices, default=Measure.LINES)
    target = models.DecimalField(
        _("满分需达到"),
        max_digits=7,
        decimal_places=2,
        default=100,
        validators=[MinValueValidator(CENT)],
        help_text=_("履职记录填条数或数量；述职、测评、评议和比率按百分制，填100"),
    )
    weight = models.DecimalField(
        _("分值"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(CENT), MaxValueValidator(100)],
    )
    cap = models.DecimalField(
        _("最多得分"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(CENT), MaxValueValidator(100)],
        help_text=_("留空即分值；大于分值的，超额完成可以多得，合计仍不超过100分"),
    )
    when_missing = models.CharField(
        _("没有数据时"), max_length=10, choices=WhenMissing.choices, default=WhenMissing.ZERO
    )
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    help = models.CharField(_("怎么算的"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("考评指标")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="indicator_code_once"),
            models.CheckConstraint(condition=Q(target__gt=0) & Q(weight__gt=0), name="indicator_counts"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_bonus(self):
        return self.source == IndicatorSource.BONUS

    @property
    def is_from_ledger(self):
        return self.source in IndicatorSource.from_ledger()

    @property
    def is_share(self):
        """A share of a venue, with records behind it."""
        return self.source in IndicatorSource.of_venues()

    @property
    def most(self):
        return self.weight if self.cap is None else self.cap

    @property
    def rule(self):
        return Rule(
            target=hundredths(self.target),
            weight=hundredths(self.weight),
            cap=hundredths(self.most),
            is_bonus=self.is_bonus,
            leaves_out=self.when_missing == WhenMissing.LEAVE_OUT,
        )

    @property
    def kind_labels(self):
        known = dict(DutyKind.choices)
        return [str(known.get(kind, kind)) for kind in self.kinds]
