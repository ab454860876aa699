"""Texts to begin an answer with, kept by organizers and by the units themselves."""

from django import forms
from django.contrib import admin
from unfold.decorators import display

from accounts.admin_base import ScopedModelAdmin
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.errors import InvalidInput
from accounts.scope import Scope
from petitions.models import ReplyTemplate
from petitions.reply_templates import check_placeholders


class ReplyTemplateForm(forms.ModelForm):
    def clean_content(self):
        try:
            check_placeholders(self.cleaned_data["content"])
        except InvalidInput as fault:
            raise forms.ValidationError(fault.errors["content"]) from fault
        return self.cleaned_data["content"]


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(ScopedModelAdmin):
    """A template for everybody is the city's; others belong to an organisation and those below it."""

    form = ReplyTemplateForm
    readers = (Role.ORGANIZER, Role.HANDLER)
    writers = (Role.ORGANIZER, Role.HANDLER)
    deletable = True
    list_display = ["name", "whose", "applies_to", "outcome", "is_active"]
    fields = ["name", "organization", "kind", "category", "outcome", "content", "is_active"]
    search_fields = ["name", "content"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization", "category")

    def has_change_permission(self, request, obj=None):
        # Without an organisation it is everybody's: only the city's organizers change it.
        if isinstance(obj, ReplyTemplate) and obj.pk and obj.organization_id is None:
            return self._is_city(request)
        return super().has_change_permission(request, obj)

    def _is_city(self, request):
        return any(len(path) <= 4 for path in Scope.of(request.user).prefixes(Role.ORGANIZER))

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        if "organization" in form.base_fields and not self._is_city(request):
            form.base_fields["organization"].required = True
            form.base_fields["organization"].help_text = ""
        return form

    @display(description="适用组织")
    def whose(self, template):
        return template.organization or "全市通用"

    @display(description="适用事项")
    def applies_to(self, template):
        words = [template.get_kind_display(), str(template.category or "")]
        return "、".join(word for word in words if word) or "各类"


add_navigation(
    "群众的事",
    [
        (
            "答复模板",
            "quick_phrases",
            "admin:petitions_replytemplate_changelist",
            may_view("petitions.replytemplate"),
        )
    ],
)
