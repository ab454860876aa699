from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import DeliveryState, NoticeKind, OrganizationKind, Role
from accounts.scope import STEP, Scope, successor, under


class OrganizationQuerySet(models.QuerySet):
    def within(self, organization):
        """The organisation and everything below it."""
        return self.filter(path__gte=organization.path, path__lt=successor(organization.path))

    def ancestors_of(self, organization, *, include_self=True):
        return self.filter(path__in=organization.ancestor_paths(include_self=include_self))

    def county_level(self):
        return self.filter(kind__in=OrganizationKind.county_level())

    def visible_to(self, user):
        """Own subtrees, the line upwards, and the handling units that hang on that line."""
        scope = Scope.of(user)
        if scope.is_everything:
            return self
        prefixes = scope.prefixes()
        upwards = {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}
        return self.filter(
            under("path", prefixes)
            | Q(path__in=upwards)
            | Q(kind=OrganizationKind.UNIT, parent__path__in=upwards)
        )


class Organization(models.Model):
    """A node of the organisation tree. `path` holds four digits per level, the parent's path first."""

    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    short_name = models.CharField(_("简称"), max_length=30, blank=True)
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=OrganizationKind.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    path = models.CharField(_("路径"), max_length=40, unique=True, editable=False)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("组织")
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="organization_name_in_parent")]

    def __str__(self):
        return self.name

    @property
    def display_name(self):
        return self.short_name or self.name

    def ancestor_paths(self, *, include_self=True):
        end = len(self.path) + 1 if include_self else len(self.path)
        return [self.path[:n] for n in range(STEP, end, STEP)]

    def contains(self, other):
        return other.path.startswith(self.path)

    @property
    def county_path(self):
        """Path of the county-level unit this belongs to; a city-level organisation answers its own root."""
        return self.path[: STEP * 2]


class User(AbstractUser):
    """An account. Its rights come from memberships alone; `is_superuser` is the installer's key."""

    display_name = models.CharField(_("姓名"), max_length=40, blank=True)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    is_service = models.BooleanField(
        _("系统账号"), default=False, help_text=_("供对接系统使用，不能在网页登录")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("账号")

    def __str__(self):
        return self.label

    @property
    def label(self):
        return self.display_name or self.username

    def get_short_name(self):
        return self.label

    def get_full_name(self):
        return self.label


class MembershipQuerySet(models.QuerySet):
    def current(self, *, on):
        return self.filter(start_date__lte=on).filter(Q(end_date=None) | Q(end_date__gte=on))


class Membership(models.Model):
    """A role in an organisation from one day to another (both included)."""

    user = models.ForeignKey(
        User, verbose_name=_("账号"), on_delete=models.CASCADE, related_name="memberships"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("组织"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    start_date = models.DateField(_("起"))
    end_date = models.DateField(_("止"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=Q(end_date=None),
                name="membership_open_once",
            ),
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gte=models.F("start_date")),
                name="membership_dates_in_order",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.organization}"


class Notice(models.Model):
    """A message to one user, shown at the bell; read once."""

    user = models.ForeignKey(User, verbose_name=_("收件人"), on_delete=models.CASCADE, related_name="notices")
    title = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("内容"), blank=True)
    link = models.CharField(_("链接"), max_length=200, blank=True)
    kind = models.CharField(
        _("类别"), max_length=10, choices=NoticeKind.choices, default=NoticeKind.MATTER.value
    )
    created_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self):
        return self.title


class IdempotentReply(models.Model):
    """The answer to a request of another system, kept for a while so that the same request gets the same answer."""

    user = models.ForeignKey(User, verbose_name=_("账号"), on_delete=models.CASCADE, related_name="+")
    key = models.CharField(_("幂等键"), max_length=100)
    fingerprint = models.CharField(_("请求指纹"), max_length=64)
    status = models.PositiveSmallIntegerField(_("状态码"), default=0)
    body = models.TextField(_("答复"), blank=True)
    location = models.CharField(_("新建内容的地址"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("时间"))
    expires_at = models.DateTimeField(_("保留至"), db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口答复存根")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_reply_once")]

    def __str__(self):
        return self.key


class NoticeChannelQuerySet(models.QuerySet):
    def kept_by(self, user):
        """One's own, and the duty phones of the offices one organizes or works for."""
        posts = Scope.of(user).posts(*Role.desk_roles())
        return self.filter(Q(user_id=user.pk) | Q(organization__path__in=posts))


class NoticeChannel(models.Model):
    """Where notices of a user, or of an office's duty phone, go beside the bell: an apprise address."""

    user = models.ForeignKey(
        User,
        verbose_name=_("账号"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notice_channels",
    )
    organization = models.ForeignKey(
        Organization,
        verbose_name=_("值班单位"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notice_channels",
    )
    name = models.CharField(_("名称"), max_length=30)
    sealed = models.TextField(_("地址（加密）"), editable=False)
    """The address holds a token: never shown again, decrypted only to send."""
    shown = models.CharField(_("地址"), max_length=80, editable=False)
    """Its first part and nothing secret, e.g. `wecombot://****`."""
    kinds = models.JSONField(_("收哪些通知"), default=list)
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(_("添加时间"))
    created_by = models.ForeignKey(
        User, verbose_name=_("添加人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    last_sent_at = models.DateTimeField(_("最近送达"), null=True, blank=True)
    last_failed_at = models.DateTimeField(_("最近失败"), null=True, blank=True)
    last_error = models.CharField(_("失败原因"), max_length=200, blank=True)

    objects = NoticeChannelQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通知方式")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, organization__isnull=False) | Q(user__isnull=False, organization=None),
                name="notice_channel_of_one",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_failing(self):
        return bool(self.last_error)


class NoticeDelivery(models.Model):
    """One notice on its way to one channel; written with the notice, sent after the commit, never sent twice."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("通知"), on_delete=models.CASCADE, related_name="deliveries"
    )
    channel = models.ForeignKey(
        NoticeChannel, verbose_name=_("通知方式"), on_delete=models.CASCADE, related_name="deliveries"
    )
    text = models.CharField(_("发出的文字"), max_length=200)
    state = models.CharField(
        _("状态"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_at = models.DateTimeField(_("下次发送"))
    claimed_at = models.DateTimeField(_("开始发送"), null=True, blank=True)
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    error = models.CharField(_("失败原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("通知发送")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_open")]
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once")]

    def __str__(self):
        return f"{self.channel} {self.get_state_display()}"
