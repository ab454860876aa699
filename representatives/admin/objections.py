"""The register of objections to duty files: the open ones first, each with the entry it is about and the answer."""

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.given_forms import GivenForm
from records.models import Event
from records.moves import check_move
from representatives.actions.objections import perform_objection
from representatives.admin.link_filters import LinkPlaceFilter
from representatives.enums import ObjectionStatus
from representatives.ledger import tell_lines
from representatives.models import DutyObjection
from representatives.moves.duty_file import OBJECTIONS

NAME = "representatives_dutyobjection"
CHIPS = {
    ObjectionStatus.OPEN: "handling",
    ObjectionStatus.ACCEPTED: "archived",
    ObjectionStatus.REFUSED: "registered",
    ObjectionStatus.WITHDRAWN: "withdrawn",
}


@admin.register(DutyObjection)
class DutyObjectionAdmin(DeskPages, ScopedModelAdmin):
    readers = (Role.ORGANIZER,)
    list_display = ["what", "chip", "who", "place", "made_at"]
    list_display_links = ["what"]
    list_filter = [LinkPlaceFilter, ("status", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter)]
    search_fields = ["mandate__person__name", "text"]
    search_help_text = "代表或异议内容"
    ordering = ["-made_at", "-pk"]
    list_before_template = "admin/representatives/dutyobjection/list_tools.html"
    related = (
        "mandate__person",
        "mandate__congress",
        "mandate__organization__parent",
        "record__mandate",
        "answered_by",
    )

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def organization_of(self, obj):
        return obj.mandate.organization

    def get_queryset(self, request):
        return super().get_queryset(request).with_names()

    def changelist_view(self, request, extra_context=None):
        open_now = DutyObjection.objects.visible_to(request.user).open().count()
        return super().changelist_view(request, {"open_now": open_now} | (extra_context or {}))

    @display(description="异议")
    def what(self, row):
        return format_html('<span class="desk-what"><b>{}</b><small>{}</small></span>', row, row.text[:60])

    @display(description="状态", ordering="status")
    def chip(self, row):
        return format_html(
            '<span class="chip chip--{}">{}</span>', CHIPS[row.status], row.get_status_display()
        )

    @display(description="党代表", ordering="mandate__person__name")
    def who(self, row):
        return row.mandate.person.name

    @display(description="所在地", ordering="mandate__organization__path")
    def place(self, row):
        home = row.mandate.organization
        return f"{home.parent.display_name} {home.display_name}" if home.parent else home.display_name

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name=f"{NAME}_step"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.page(request, self.find(request, object_id))

    def page(self, request, row, *, refusal="", status=200):
        told = tell_lines([row.record], request.user)[0][1] if row.record else None
        context = {
            "title": str(row),
            "row": row,
            "chip": CHIPS[row.status],
            "told": told,
            "file": f"{reverse('admin:representatives_person_file', args=[row.mandate.person_id])}"
            f"?mandate={row.mandate_id}&year={(row.record.on if row.record else row.on).year}",
            "moves": OBJECTIONS.allowed(row, request.user),
            "timeline": Event.objects.about(row).order_by("-at", "-pk")[:50],
            "refusal": refusal,
        }
        return self.show(request, "admin/representatives/dutyobjection/detail.html", context, status=status)

    def step_view(self, request, pk, verb):
        row = self.find(request, pk)
        if verb not in OBJECTIONS:
            raise Http404
        move, by = OBJECTIONS[verb], Actor.from_request(request, "admin")
        back = reverse(f"admin:{NAME}_change", args=[row.pk])
        form, status = GivenForm(move.needs, sent_data(request), subject=row, user=request.user), 200
        try:
            check_move(row, move, by=by, status=ObjectionStatus)
            if request.method == "POST" and form.is_valid():
                perform_objection(verb, row, by=by, at=timezone.now(), data=form.given())
                messages.success(request, "已答复，本人会收到通知。")
                return HttpResponseRedirect(back)
        except InvalidInput as fault:
            form.refuse(fault)
            status = fault.http_status
        except (Conflict, NotAllowed) as fault:
            return self.page(request, self.find(request, pk), refusal=fault.message, status=fault.http_status)
        context = {
            "title": f"{move.label}：{row.mandate.person.name}",
            "lead": f"{row}。{row.text} —— {move.hint}",
            "form": form,
            "button": move.label,
            "back": back,
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)
