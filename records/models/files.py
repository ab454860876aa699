from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from accounts.scope import STEP, Scope, under


class AttachmentQuerySet(models.QuerySet):
    def about(self, owner):
        return self.filter(owner_type=owner._meta.label_lower, owner_id=owner.pk)


class Attachment(models.Model):
    """A file that belongs to one thing. Whoever may see the thing may have the file, nobody else."""

    owner_type = models.CharField(_("所属类别"), max_length=60)
    owner_id = models.BigIntegerField(_("所属编号"))
    file = models.FileField(_("文件"), upload_to="attachments/%Y/%m/", max_length=200)
    original_name = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveIntegerField(_("大小"), help_text=_("字节"))
    sha256 = models.CharField(_("校验"), max_length=64)
    uploaded_by = models.ForeignKey(
        User, verbose_name=_("上传人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("附件")
        ordering = ["uploaded_at", "pk"]
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="attachment_owner")]

    def __str__(self):
        return self.original_name


class DocumentKind(models.TextChoices):
    """R20: what guides the work."""

    MEASURE = "measure", _("若干措施")
    REGULATION = "regulation", _("制度办法")
    NOTICE = "notice", _("通知")
    FORM = "form", _("表格样式")
    OTHER = "other", _("其他")


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Documents of one's own subtree and of everything above it: rules come from above."""
        prefixes = Scope.of(user).prefixes()
        upwards = {path[:n] for path in prefixes for n in range(STEP, len(path) + 1, STEP)}
        return self.filter(under("organization__path", prefixes) | Q(organization__path__in=upwards))

    def in_force(self, *, on):
        begun = Q(in_force_from=None) | Q(in_force_from__lte=on)
        return self.filter(begun & (Q(in_force_to=None) | Q(in_force_to__gte=on)))


class Document(models.Model):
    """A rule, measure or form in the library, with the time it is in force and what replaced it."""

    kind = models.CharField(_("类别"), max_length=12, choices=DocumentKind.choices)
    title = models.CharField(_("标题"), max_length=120)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    organization = models.ForeignKey(
        Organization, verbose_name=_("发文组织"), on_delete=models.PROTECT, related_name="documents"
    )
    in_force_from = models.DateField(_("施行日期"), null=True, blank=True)
    in_force_to = models.DateField(_("失效日期"), null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        verbose_name=_("被何文件取代"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="supersedes",
    )
    summary = models.TextField(_("摘要"), blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("文件库")
        ordering = ["-in_force_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_from=None)
                | Q(in_force_to=None)
                | Q(in_force_to__gte=models.F("in_force_from")),
                name="document_dates_in_order",
            )
        ]

    def __str__(self):
        return f"{self.title}（{self.document_number}）" if self.document_number else self.title

    @property
    def level(self):
        """The level of the issuing organisation, e.g. 市 or 县市区."""
        return self.organization.get_kind_display()
