from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from accounts.admin_base import ScopedModelAdmin
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.scope import Scope
from records.models import Document, Event


@admin.register(Event)
class EventAdmin(ScopedModelAdmin):
    """The trail, to read only; the database itself refuses anything else."""

    readers = (Role.AUDITOR, Role.ORGANIZER)
    writers = ()
    list_display = ["at", "actor_label", "what", "subject", "door_name", "address", "organization"]
    list_filter = [("at", RangeDateFilter)]
    search_fields = ["actor_label", "note"]
    search_help_text = "操作人或说明"
    ordering = ["-at", "-pk"]
    fields = [
        "at",
        "actor_label",
        "door",
        "address",
        "verb",
        "subject_type",
        "subject_id",
        "before",
        "after",
        "note",
    ]
    DOORS = {"admin": "工作台", "portal": "手机", "api": "接口", "public": "公开页", "system": "系统"}

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

    @display(description="入口")
    def door_name(self, event):
        return self.DOORS.get(event.door, event.door)


@admin.register(Document)
class DocumentAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER, Role.KEEPER, Role.HANDLER, Role.ASSESSOR)
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
        "superseded_by",
        "summary",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization", "superseded_by")


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
