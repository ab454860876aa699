from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organization, User
from accounts.scope import Scope, under
from records.verbs import verb_label

_HIDDEN = {}


def hide_events(subject_type, ids_hidden_from):
    """Let an app keep the trail of some of its things from somebody who else might read it:
    `ids_hidden_from(user)` gives their ids."""
    _HIDDEN[subject_type] = ids_hidden_from


class EventQuerySet(models.QuerySet):
    def about(self, subject):
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def visible_to(self, user):
        """The trail of the organisations somebody organises or audits, but for what is kept from her."""
        prefixes = Scope.of(user).prefixes(Role.AUDITOR, Role.ORGANIZER)
        if not prefixes:
            return self.none()
        rows = self.filter(under("organization__path", prefixes))
        for subject_type, ids_hidden_from in _HIDDEN.items():
            rows = rows.exclude(subject_type=subject_type, subject_id__in=ids_hidden_from(user))
        return rows


class Event(models.Model):
    """What happened: the time line on the page and the audit trail at once. Never changed, never deleted.

    `before`/`after` hold the fields that changed, as plain JSON; personal data is stored masked.
    """

    at = models.DateTimeField(_("时间"), db_index=True)
    actor = models.ForeignKey(
        User, verbose_name=_("操作人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(_("操作人姓名"), max_length=80)
    door = models.CharField(_("入口"), max_length=10)
    address = models.GenericIPAddressField(_("地址"), null=True, blank=True)
    verb = models.CharField(_("动作"), max_length=40)
    subject_type = models.CharField(_("对象类别"), max_length=60)
    subject_id = models.BigIntegerField(_("对象编号"))
    organization = models.ForeignKey(
        Organization,
        verbose_name=_("组织"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    before = models.JSONField(_("之前"), default=dict, blank=True)
    after = models.JSONField(_("之后"), default=dict, blank=True)
    note = models.TextField(_("说明"), blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("留痕")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="event_subject"),
            # The trail of a subtree, newest first, answered from the index alone.
            models.Index(fields=["organization", "at"], name="event_trail"),
        ]

    def __str__(self):
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.actor_label} {self.verb_label}"

    @property
    def verb_label(self):
        return verb_label(self.subject_type, self.verb)

    @property
    def subject_name(self):
        """The Chinese name of the kind of thing, e.g. 意见建议."""
        try:
            return str(apps.get_model(self.subject_type)._meta.verbose_name)
        except (LookupError, ValueError):
            return self.subject_type
