"""履职清单、责任清单 (R7): what is expected of a representative in a year, and by what each thing is met."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.scope import STEP, Scope, under
from representatives.enums import DutyKind, DutyList, Level, Measure
from representatives.models.rolls import READERS, Mandate


class DutyItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of one's own place and everything below it, and of everything above: what holds here comes from there."""
        prefixes = Scope.of(user).prefixes(*READERS, Role.REPRESENTATIVE)
        upwards = {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}
        return self.filter(under("organization__path", prefixes) | Q(organization__path__in=upwards))

    def active(self):
        return self.filter(is_active=True)


class DutyItem(models.Model):
    """One line of a place's list of a year. For a representative the list of the nearest place that has one counts."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("适用组织"), on_delete=models.CASCADE, related_name="duty_items"
    )
    year = models.PositiveSmallIntegerField(
        _("年度"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    sheet = models.CharField(_("哪张清单"), max_length=15, choices=DutyList.choices, default=DutyList.DUTY)
    level = models.CharField(
        _("代表层级"), max_length=12, choices=Level.choices, blank=True, help_text=_("不选为各级代表")
    )
    position = models.PositiveSmallIntegerField(_("排序"), default=1)
    text = models.CharField(_("事项"), max_length=40, help_text=_("写成名词，如「驻室接待」"))
    detail = models.CharField(_("要求"), max_length=200, blank=True)
    kinds = models.JSONField(
        _("由哪些履职记录完成"),
        default=list,
        blank=True,
        help_text=_("选了的，由系统按履职记录自动计；都不选，由代表在手机上写明做了什么"),
    )
    measure = models.CharField(_("怎样计"), max_length=10, choices=Measure.choices, default=Measure.LINES)
    wanted = models.PositiveSmallIntegerField(
        _("每年至少"), default=1, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    unit = models.CharField(_("单位"), max_length=6, default="次")
    source = models.CharField(_("依据"), max_length=120, blank=True, help_text=_("这个数从哪个文件或做法来"))
    is_active = models.BooleanField(_("启用"), default=True)

    objects = DutyItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("履职清单")
        ordering = ["-year", "organization__path", "sheet", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "sheet", "level", "text"], name="duty_item_once"
            ),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="duty_item_wants_something"),
        ]
        indexes = [models.Index(fields=["year"], name="duty_item_by_year")]

    def __str__(self):
        return f"{self.year}年{self.text}"

    @property
    def is_by_hand(self):
        """Nothing in the ledger tells that it was done: she writes it down herself."""
        return not self.kinds

    @property
    def kind_labels(self):
        labels = dict(DutyKind.choices)
        return [str(labels[kind]) for kind in self.kinds if kind in labels]


class DutyTickQuerySet(models.QuerySet):
    def visible_to(self, user):
        prefixes = Scope.of(user).prefixes(*READERS)
        return self.filter(
            under("mandate__organization__path", prefixes) | Q(mandate__person__user_id=user.pk)
        )

    def standing(self):
        return self.filter(cancelled_at=None)

    def with_names(self):
        return self.select_related("item", "mandate__person", "mandate__organization__parent", "recorded_by")


class DutyTick(models.Model):
    """Evidence that something of the list was done; unticked, it stays and no longer counts."""

    item = models.ForeignKey(DutyItem, verbose_name=_("事项"), on_delete=models.PROTECT, related_name="ticks")
    mandate = models.ForeignKey(
        Mandate, verbose_name=_("党代表"), on_delete=models.PROTECT, related_name="duty_ticks"
    )
    on = models.DateField(_("日期"))
    quantity = models.PositiveSmallIntegerField(_("数量"), default=1, validators=[MinValueValidator(1)])
    evidence = models.CharField(_("做了什么"), max_length=300)
    recorded_at = models.DateTimeField(_("登记时间"))
    recorded_by = models.ForeignKey(
        User, verbose_name=_("登记人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    cancel_reason = models.CharField(_("为什么取消"), max_length=200, blank=True)

    objects = DutyTickQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("清单完成登记")
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "mandate", "on"], condition=Q(cancelled_at=None), name="duty_tick_once_a_day"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="duty_tick_of_something"),
        ]
        indexes = [models.Index(fields=["mandate", "on"], name="duty_tick_by_day")]

    def __str__(self):
        return f"{self.item.text} {self.on}"

    @property
    def is_standing(self):
        return self.cancelled_at is None
