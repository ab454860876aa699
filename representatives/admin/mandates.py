from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import PlaceFilter
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.masking import mask_phone
from records.actions import record_event
from records.given_forms import GivenForm
from records.models import Event
from records.moves import check_move
from records.workbooks import export_rows
from representatives.actions import perform
from representatives.admin_fields import build_mandate_lookup
from representatives.enums import MandateStatus
from representatives.models import ROLL_READERS, Mandate
from representatives.moves import TABLE
from representatives.open_work import open_work_shown

EXPORT_LIMIT = 50_000


class FieldFilter(admin.SimpleListFilter):
    title = "行业领域"
    parameter_name = "field"

    def lookups(self, request, model_admin):
        fields = (
            Mandate.objects.exclude(field="").order_by("field").values_list("field", flat=True).distinct()
        )
        return [(field, field) for field in fields]

    def queryset(self, request, queryset):
        return queryset.filter(field=self.value()) if self.value() else queryset


class GroupedFilter(admin.SimpleListFilter):
    title = "代表小组"
    parameter_name = "grouped"

    def lookups(self, request, model_admin):
        return [("yes", "已编组"), ("no", "未编组")]

    def queryset(self, request, queryset):
        return queryset.filter(group__isnull=self.value() == "no") if self.value() else queryset


class DecisionForm(GivenForm):
    """The decision on a mandate; where open work hangs on it, it asks what becomes of that."""

    lookups = {"successor": build_mandate_lookup}

    def __init__(self, move, *args, has_open_work, **kwargs):
        super().__init__(move.needs, *args, **kwargs)
        if not has_open_work:
            for name in ("fate", "successor"):
                self.fields.pop(name, None)

    def given(self):
        return {name: value for name, value in super().given().items() if name in self.fields}


@admin.register(Mandate)
class MandateAdmin(ScopedModelAdmin):
    """The roll. A mandate's standing changes by decisions only; its facts are corrected here."""

    readers = ROLL_READERS
    list_display = ["who", "level", "status_chip", "frontline", "place", "field", "group", "unit"]
    list_display_links = ["who"]
    list_filter = [
        ("level", ChoicesDropdownFilter),
        PlaceFilter,
        FieldFilter,
        "is_frontline",
        ("status", ChoicesDropdownFilter),
        GroupedFilter,
    ]
    search_fields = ["person__name", "certificate_number"]
    search_help_text = "姓名、拼音首字母或代表证号"
    ordering = ["organization__path", "pk"]
    fields = ["electing_unit", "field", "is_frontline", "note"]
    actions = ["export_selected"]

    def has_add_permission(self, request):
        # Mandates come in by the roster, so that person, congress and certificate are checked together.
        return False

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("person", "congress", "organization__parent", "group")
        )

    def get_search_results(self, request, queryset, search_term):
        if request.resolver_match.url_name == "autocomplete":
            queryset = queryset.in_office()
        term = search_term.strip()
        if term.isascii() and term.isalpha():
            return queryset.filter(person__pinyin__startswith=term.lower()), False
        return super().get_search_results(request, queryset, term)

    def lookup_label(self, mandate):
        return f"{mandate} · {self.place(mandate)} · {mandate.certificate_number}"

    @display(description="代表", ordering="person__name", header=True)
    def who(self, mandate):
        return mandate.person.name, f"{mandate.certificate_number} · {mask_phone(mandate.person.phone)}"

    @display(
        description="资格状态",
        ordering="status",
        label={"在任": "success", "暂停": "warning"},
    )
    def status_chip(self, mandate):
        return mandate.get_status_display()

    @display(description="一线", ordering="is_frontline")
    def frontline(self, mandate):
        return "一线" if mandate.is_frontline else ""

    @display(description="所在地", ordering="organization__path")
    def place(self, mandate):
        home = mandate.organization
        return f"{home.parent.display_name} {home.display_name}" if home.parent else home.display_name

    @display(description="工作单位及职务")
    def unit(self, mandate):
        return mandate.person.employer

    change_list_template = "admin/representatives/mandate/change_list.html"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(self.export_list), name="representatives_mandate_export"),
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name="representatives_mandate_step"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context |= {
                "mandate": obj,
                "moves": TABLE.allowed(obj, request.user),
                "timeline": Event.objects.about(obj)[:50],
                "decisions": obj.decisions.all(),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    change_form_template = "admin/representatives/mandate/change_form.html"

    def step_view(self, request, pk, verb):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Mandate.objects.visible_to(request.user)
        related = rows.select_related("person", "congress__organization", "organization")
        mandate = get_object_or_404(related, pk=pk)
        if verb not in TABLE:
            raise Http404
        move, by = TABLE[verb], Actor.from_request(request, "admin")
        back = reverse("admin:representatives_mandate_change", args=[pk])
        work = open_work_shown(mandate, request.user) if verb in ("stop", "end") else []
        form = DecisionForm(
            move, sent_data(request), subject=mandate, user=request.user, has_open_work=bool(work)
        )
        status = 200
        try:
            check_move(mandate, move, by=by, status=MandateStatus)
            if request.method == "POST" and form.is_valid():
                perform(verb, mandate, by=by, at=timezone.now(), data=form.given())
                messages.success(request, f"已{move.label}：{mandate.person.name}")
                return HttpResponseRedirect(back)
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            messages.error(request, fault.message)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{move.label}：{mandate.person.name}",
            "opts": self.opts,
            "mandate": mandate,
            "move": move,
            "form": form,
            "work": [(source.label, items.count(), items[:10]) for source, items in work],
        }
        return render(request, "admin/representatives/mandate/step.html", context, status=status)

    def export_list(self, request):
        """Everything the list shows under the filters of the address, not one page of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_changelist_instance(request).get_queryset(request)
        response = self.export_selected(request, found)
        if response is None:
            messages.warning(request, "没有符合条件的代表，没有导出。")
            response = HttpResponseRedirect(reverse("admin:representatives_mandate_changelist"))
        return response

    @admin.action(description="导出所选为 Excel")
    def export_selected(self, request, queryset):
        first = queryset.first()
        if first is None:  # forged, or gone in the meantime
            return None
        rows = queryset.select_related("person", "congress", "organization__parent", "group")[:EXPORT_LIMIT]
        record_event(
            first,
            "exported",
            by=Actor.from_request(request, "admin"),
            at=timezone.now(),
            organization=first.organization,
            after={"rows": min(queryset.count(), EXPORT_LIMIT)},
        )
        headers = [
            "代表证号",
            "姓名",
            "代表层级",
            "资格状态",
            "一线",
            "所在地",
            "行业领域",
            "代表小组",
            "工作单位及职务",
            "联系电话",
        ]
        return export_rows("党代表名册.xlsx", headers, (self._exported(mandate) for mandate in rows))

    def _exported(self, mandate):
        return [
            mandate.certificate_number,
            mandate.person.name,
            mandate.get_level_display(),
            mandate.get_status_display(),
            "是" if mandate.is_frontline else "否",
            self.place(mandate),
            mandate.field,
            mandate.group.name if mandate.group else "",
            mandate.person.employer,
            mask_phone(mandate.person.phone),
        ]
