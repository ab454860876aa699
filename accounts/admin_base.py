"""What every page of the desk has in common: scope, roles, and an event for each save."""

import re

from django import forms
from django.contrib.admin import ShowFacets
from django.db import models, transaction
from django.http import Http404
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.actor import Actor
from accounts.enums import Role
from accounts.models import Organization
from accounts.scope import Scope, under
from accounts.trail import leave_trail

# Never written into the trail: it is read by many and kept for ever.
PERSONAL = {"password_new", "phone", "petitioner_phone", "petitioner_name", "birth_month"}


class WordsField(forms.CharField):
    """A list of words (aliases), typed as an office writes one: 甲、乙."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, *, encoder=None, decoder=None, **kwargs):
        kwargs.setdefault("help_text", "多个用顿号隔开")
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "、".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value):
        words = re.split(r"[、，,;；\n]+", super().to_python(value))
        return list(dict.fromkeys(word.strip() for word in words if word.strip()))

    def has_changed(self, initial, data):
        return list(initial or []) != self.to_python(data)


class RoleRights:
    """Rights from roles @ organisation, instead of rows in a permission table.

    `readers` may look, `writers` may also add and change; `city_only` asks writers to be organizers of the city.
    Nothing is deleted unless `deletable`.
    """

    readers = (Role.ORGANIZER, Role.LEADER)
    writers = (Role.ORGANIZER,)
    city_only = False
    deletable = False

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return Scope.of(request.user).has(*self.readers, *self.writers)

    def has_change_permission(self, request, obj=None):
        scope = Scope.of(request.user)
        if self.city_only:
            return any(len(path) <= 4 for path in scope.prefixes(*self.writers)) and scope.has(*self.writers)
        organization = self.organization_of(obj) if isinstance(obj, models.Model) and obj.pk else None
        return scope.covers(organization, *self.writers) if organization else scope.has(*self.writers)

    def has_add_permission(self, request, obj=None):
        return self.has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return self.deletable and self.has_change_permission(request, obj)

    def organization_of(self, obj):
        """Whose trail a change of this row belongs to, and in whose scope it lies."""
        return getattr(obj, "organization", None)


class ScopedChoices:
    """In a form, and in the rows below it, only what the user may see is on offer, and accepted."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """For the organisation of a row: only what she may write."""
        related = db_field.related_model
        if "queryset" not in kwargs and related is Organization and db_field.name == "organization":
            # One sees the line upwards too, but nothing may be put there.
            prefixes = Scope.of(request.user).prefixes(*self.writers)
            kwargs["queryset"] = Organization.objects.filter(under("path", prefixes))
        if "queryset" not in kwargs and hasattr(related._default_manager.all(), "visible_to"):
            kwargs["queryset"] = related._default_manager.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ScopedModelAdmin(ScopedChoices, RoleRights, ModelAdmin):
    """A list and a form that start from `visible_to(user)`; outside of it a row does not exist (404)."""

    list_per_page = 50
    list_filter_submit = True
    list_filter_sheet = True
    warn_unsaved_form = True
    compressed_fields = True
    show_full_result_count = False
    # Counts beside every choice of every filter: one query each, and our own filters do not offer them.
    show_facets = ShowFacets.NEVER
    actions_on_top = True
    formfield_overrides = {
        models.JSONField: {
            "form_class": WordsField,
            "widget": UnfoldAdminTextInputWidget,
            "help_text": "多个用顿号隔开",
        }
    }

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if hasattr(self.model.objects.all(), "visible_to"):
            visible = self.model.objects.visible_to(request.user)
            ordering = self.get_ordering(request)
            rows = visible.order_by(*ordering) if ordering else visible
        return rows

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404

    def lookup_allowed(self, lookup, value, request):
        """Only the filters that are shown: any other field in an address would be guessed at letter by letter."""
        shown = any(
            lookup in (name, f"{name}_from", f"{name}_to") or lookup.startswith(f"{name}__")
            for name in map(_filter_name, self.get_list_filter(request))
        )
        return shown and super().lookup_allowed(lookup, value, request)

    def save_model(self, request, obj, form, change):
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            changed = [name for name in form.changed_data if name in form.fields]
            leave_trail(
                obj,
                "updated" if change else "created",
                by=Actor.from_request(request, "admin"),
                at=timezone.now(),
                organization=self.organization_of(obj),
                before={n: _told(n, form.initial.get(n)) for n in changed} if change else {},
                after={n: _told(n, form.cleaned_data.get(n)) for n in changed},
            )

    def save_formset(self, request, form, formset, change):
        """Rows below the form leave a trace on the thing above them."""
        with transaction.atomic():
            super().save_formset(request, form, formset, change)
            if formset.has_changed():
                leave_trail(
                    form.instance,
                    "updated",
                    by=Actor.from_request(request, "admin"),
                    at=timezone.now(),
                    organization=self.organization_of(form.instance),
                    after={
                        "what": str(formset.model._meta.verbose_name),
                        "added": [str(row)[:100] for row in formset.new_objects],
                        "changed": [str(row)[:100] for row, _names in formset.changed_objects],
                    },
                )

    def log_addition(self, request, obj, message):
        """The trail is the one log; Django's own would be a second, editable one."""

    def log_change(self, request, obj, message):
        """See `log_addition`."""

    def log_deletions(self, request, queryset):
        """See `log_addition`."""


class ScopedInline(ScopedChoices, RoleRights, TabularInline):
    extra = 0
    show_change_link = False

    def organization_of(self, obj):
        return getattr(obj, "organization", None)


def _filter_name(item):
    """The name that an entry of `list_filter` has in an address."""
    if isinstance(item, tuple):
        return item[0]
    return item if isinstance(item, str) else item.parameter_name


def _told(name, value):
    if name in PERSONAL:
        return "已修改" if value else ""
    if isinstance(value, bool | int | float) or value is None:
        return value
    return str(value)[:200]


def sent_data(request):
    """What a form was sent, even if it was sent empty; None where nothing was sent."""
    return request.POST if request.method == "POST" else None
