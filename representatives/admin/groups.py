from django.conf import settings
from django.contrib import admin
from django.db.models import Count
from unfold.decorators import display

from accounts.admin_base import ScopedModelAdmin
from accounts.admin_filters import PlaceFilter
from representatives.models import ROLL_READERS, Group


@admin.register(Group)
class GroupAdmin(ScopedModelAdmin):
    """Groups with their venue and members, and a warning where the size strays (R14)."""

    readers = ROLL_READERS
    list_display = ["name", "organization", "field", "venue", "size"]
    search_fields = ["name"]
    list_filter = [PlaceFilter]
    fields = ["name", "organization", "field", "leader", "secretary"]
    autocomplete_fields = ["leader", "secretary"]
    change_form_template = "admin/representatives/group/change_form.html"

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("organization", "placement__studio")
        return rows.annotate(members=Count("mandates"))

    @display(description="工作室（站）")
    def venue(self, group):
        return group.placement.studio.name if hasattr(group, "placement") else "未挂靠"

    @display(description="人数", ordering="members", label={"合适": "success", "偏离": "warning"})
    def size(self, group):
        if abs(group.members - settings.GROUP_SIZE) <= settings.GROUP_TOLERANCE:
            return "合适", f"{group.members} 名"
        return "偏离", f"{group.members} 名，宜 {settings.GROUP_SIZE} 名左右"

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            rows = obj.mandates.select_related("person", "organization").order_by("person__pinyin", "pk")
            context |= {"group": obj, "group_members": rows}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)
