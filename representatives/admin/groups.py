from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from unfold.decorators import display

from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import PlaceFilter
from accounts.admin_pages import DeskPages
from accounts.admin_policies import PlacePolicyAdmin
from accounts.enums import Role
from accounts.scope import Scope
from records.given_forms import GivenForm
from records.models import Event
from representatives.actions.groups import appoint_officers, dissolve_group
from representatives.admin.group_board import BoardPages
from representatives.group_policies import GroupPolicies
from representatives.models import ROLL_READERS, Group, GroupPolicy
from representatives.moves.groups import OFFICERS
from representatives.pages.group import page_of


class StandingFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("small", "人数偏少"), ("large", "人数偏多"), ("leaderless", "没有组长"), ("gone", "已撤并")]

    def queryset(self, request, queryset):
        if self.value() == "gone":
            return queryset.exclude(dissolved_date=None)
        queryset = queryset.standing()
        if self.value() == "leaderless":
            return queryset.filter(leader=None)
        if self.value() in ("small", "large"):
            return queryset.filter(pk__in=straying(queryset, small=self.value() == "small"))
        return queryset


def straying(groups, *, small):
    """Ids of groups with too few or too many people, each by the settings of its place."""
    policies = GroupPolicies()
    found = []
    for group in groups.select_related("organization"):
        limits = policies.limits_at(group.organization)
        if group.people < limits.least if small else group.people > limits.most:
            found.append(group.pk)
    return found


@admin.register(Group)
class GroupAdmin(BoardPages, DeskPages, ScopedModelAdmin):
    """Groups with their venue and members, and a warning where the size strays (R14)."""

    readers = ROLL_READERS
    related = ("organization", "leader__person", "secretary__person", "placement__studio")
    list_display = ["name", "organization", "field", "venue", "led_by", "size"]
    search_fields = ["name"]
    list_filter = [PlaceFilter, StandingFilter]
    fields = ["name", "organization", "field"]
    change_form_template = "admin/representatives/group/change_form.html"
    change_list_template = "admin/representatives/group/change_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related).with_size()

    def get_search_results(self, request, queryset, search_term):
        if request.resolver_match.url_name == "autocomplete":
            queryset = queryset.standing()
        return super().get_search_results(request, queryset, search_term)

    def get_readonly_fields(self, request, obj=None):
        """Whose it is stays: its members are of the place."""
        return ["organization"] if obj else []

    def get_changelist_instance(self, request):
        changes = super().get_changelist_instance(request)
        policies = GroupPolicies()
        for group in changes.result_list:
            group.limits = policies.limits_at(group.organization)
        return changes

    @display(description="工作室（站）")
    def venue(self, group):
        return group.placement.studio.name if hasattr(group, "placement") else "未挂靠"

    @display(description="组长")
    def led_by(self, group):
        return group.leader.person.name if group.leader else "—"

    @display(description="人数", ordering="people", label={"合适": "success", "偏离": "warning"})
    def size(self, group):
        if not group.is_standing:
            return "已撤并", "已撤并"
        if group.limits.warning(group.people):
            return "偏离", f"{group.people} 名，宜 {group.limits.size} 名左右"
        return "合适", f"{group.people} 名"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/officers/", wrap(self.officers_view), name="representatives_group_officers"),
            path("<int:pk>/dissolve/", wrap(self.dissolve_view), name="representatives_group_dissolve"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context |= {
                "group": obj,
                "page": page_of(obj, on=timezone.localdate()),
                "organizes": self._organizes(request, obj),
                "timeline": Event.objects.about(obj)[:30],
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @staticmethod
    def _organizes(request, group):
        return Scope.of(request.user).covers(group.organization, Role.ORGANIZER)

    def _address(self, group):
        return reverse("admin:representatives_group_change", args=[group.pk])

    def officers_view(self, request, pk):
        group = self.find(request, pk)
        if not self._organizes(request, group):
            raise PermissionDenied
        form = GivenForm(
            OFFICERS,
            sent_data(request),
            subject=group,
            user=request.user,
            initial={"leader": group.leader_id, "secretary": group.secretary_id},
        )
        done, status = self.take_form(
            request, form, lambda by, at: appoint_officers(group, by=by, at=at, **form.given())
        )
        if done:
            messages.success(request, f"{group.name}的组长、联络员已确定，本人会收到通知。")
            return HttpResponseRedirect(self._address(group))
        context = {
            "title": f"确定组长、联络员：{group.name}",
            "group": group,
            "form": form,
            "back": self._address(group),
        }
        return self.show(request, "admin/representatives/group/officers.html", context, status=status)

    def dissolve_view(self, request, pk):
        group = self.find(request, pk)
        return self.take_press(
            request,
            lambda by, at: dissolve_group(group, by=by, at=at),
            told=f"{group.name}已撤并。",
            back=self._address(group),
            refused=lambda sentence, status: self._refused(request, group, sentence, status),
        )

    def _refused(self, request, group, sentence, status):
        context = {
            "title": group.name,
            "group": group,
            "refusal": sentence,
            "back": self._address(group),
        }
        return self.show(request, "admin/representatives/group/refused.html", context, status=status)


@admin.register(GroupPolicy)
class GroupPolicyAdmin(PlacePolicyAdmin):
    """How large groups are in a place: set by the organizers of the city and of counties."""

    list_display = ["organization", "size", "tolerance"]
