from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin
from accounts.admin_filters import DayRangeFilter
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.errors import DomainError, InvalidInput
from accounts.models import Organization
from accounts.scope import Scope, under
from records.attachments import attach_file, check_upload
from records.documents import check_supersede, supersede_document
from records.models import Attachment, Document, Event
from records.trail_words import tell_values


@admin.register(Event)
class EventAdmin(ScopedModelAdmin):
    """The trail, to read only; the database itself refuses anything else."""

    readers = (Role.AUDITOR, Role.ORGANIZER)
    writers = ()
    list_display = ["at", "actor_label", "what", "subject", "door_name", "address", "organization"]
    list_filter = [("at", DayRangeFilter)]
    search_fields = ["actor_label", "note"]
    search_help_text = "操作人或说明"
    ordering = ["-at", "-pk"]
    fields = [
        "at",
        "actor_label",
        "what",
        "subject",
        "told_before",
        "told_after",
        "note",
        "door_name",
        "address",
        "organization",
    ]
    readonly_fields = ["what", "subject", "told_before", "told_after", "door_name"]
    DOORS = {"admin": "工作台", "portal": "网页", "api": "接口", "public": "公开页", "system": "系统"}

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization")

    @display(description="动作")
    def what(self, event):
        return event.verb_label

    @display(description="对象")
    def subject(self, event):
        return f"{event.subject_name} {event.subject_id}"

    @display(description="之前")
    def told_before(self, event):
        return self._told(event, event.before)

    @display(description="之后")
    def told_after(self, event):
        return self._told(event, event.after)

    def _told(self, event, values):
        told = tell_values(event.subject_type, values)
        return format_html_join("", "<div>{}：{}</div>", told) or "—"

    @display(description="入口")
    def door_name(self, event):
        return self.DOORS.get(event.door, event.door)


class DocumentForm(forms.ModelForm):
    """A document with its file; a new one may say which document it replaces."""

    upload = forms.FileField(
        label="添加文件",
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text="正文或附件，可分次添加",
    )
    replaces = forms.ModelChoiceField(
        label="取代的文件",
        queryset=Document.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="旧文件自新文件施行的前一天起失效",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "replaces" in self.fields:
            own = under("organization__path", Scope.of(self.user).prefixes(Role.ORGANIZER))
            old = Document.objects.filter(own, superseded_by=None)
            self.fields["replaces"].queryset = old.exclude(pk=self.instance.pk).select_related("organization")

    def clean_upload(self):
        if upload := self.cleaned_data.get("upload"):
            try:
                check_upload(upload)
            except InvalidInput as fault:
                raise ValidationError(fault.message) from fault
        return upload

    def clean(self):
        cleaned = super().clean()
        if old := cleaned.get("replaces"):
            try:
                check_supersede(old, user=self.user, in_force_from=cleaned.get("in_force_from"))
            except DomainError as fault:
                self.add_error(fault.field or "replaces", fault.message)
        return cleaned


@admin.register(Document)
class DocumentAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER, Role.KEEPER, Role.HANDLER, Role.ASSESSOR)
    form = DocumentForm
    list_display = [
        "title",
        "kind",
        "document_number",
        "organization",
        "in_force_from",
        "in_force_to",
        "superseded_by",
    ]
    list_filter = [("kind", ChoicesDropdownFilter)]
    search_fields = ["title", "document_number"]
    fields = [
        "kind",
        "title",
        "document_number",
        "organization",
        "in_force_from",
        "in_force_to",
        "summary",
        "upload",
        "replaces",
        "files",
        "superseded_by",
    ]
    readonly_fields = ["files", "superseded_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization", "superseded_by")

    def get_fields(self, request, obj=None):
        hidden = set() if self.has_change_permission(request, obj) else {"upload", "replaces"}
        return [name for name in self.fields if name not in hidden]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organization":
            prefixes = Scope.of(request.user).prefixes(Role.ORGANIZER)
            kwargs["queryset"] = Organization.objects.filter(under("path", prefixes))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        told = {"by": Actor.from_request(request, "admin"), "at": timezone.now()}
        if upload := form.cleaned_data.get("upload"):
            attach_file(obj, upload, **told)
        if old := form.cleaned_data.get("replaces"):
            supersede_document(old, successor=obj, **told)

    @display(description="文件")
    def files(self, document):
        kept = Attachment.objects.about(document) if document.pk else []
        links = [(reverse("records:attachment", args=[row.pk]), row.original_name) for row in kept]
        return format_html_join("、", '<a class="text-primary-600" href="{}">{}</a>', links) or "—"


def _may_import(request):
    return Scope.of(request.user).has(Role.ORGANIZER)


add_navigation(
    "工具",
    [
        ("导入 Excel 表", "upload_file", "imports:list", _may_import),
        ("文件库", "library_books", "admin:records_document_changelist", may_view("records.document")),
    ],
)
add_navigation("系统", [("留痕", "history", "admin:records_event_changelist", may_view("records.event"))])

from records import admin_personal  # noqa: E402,F401  (registering)
