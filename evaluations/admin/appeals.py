"""The register of appeals, and the page on which one is answered (R86)."""

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
from accounts.scope import Scope
from evaluations.actions.appeals import perform_appeal
from evaluations.admin.filters import AppealCountyFilter, AppealCycleFilter
from evaluations.disclosure import DECIDERS
from evaluations.enums import AppealStatus, grade_label
from evaluations.models import Appeal
from evaluations.moves import APPEALS
from evaluations.pages.chips import APPEAL_CHIPS
from evaluations.pages.evaluation import appeal_form_needs
from records.models import Event
from records.moves import check_move
from studios.admin.forms import StepForm


@admin.register(Appeal)
class AppealAdmin(DeskPages, ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)
    list_display = ["who", "chip", "which", "lodged", "old", "new", "answered"]
    list_display_links = ["who"]
    list_filter = [AppealCountyFilter, AppealCycleFilter, ("status", ChoicesDropdownFilter)]
    search_fields = ["evaluation__mandate__person__name", "evaluation__studio__name"]
    search_help_text = "姓名或工作室（站）名称"
    ordering = ["-lodged_at", "-pk"]
    related = (
        "evaluation__cycle__organization",
        "evaluation__organization",
        "evaluation__mandate__person",
        "evaluation__studio",
        "evaluation__scheme",
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)

    def has_add_permission(self, request, obj=None):
        """An appeal is lodged by whom it is about, on the phone."""
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @display(description="谁")
    def who(self, appeal):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>',
            appeal.evaluation.name,
            appeal.evaluation.organization.display_name,
        )

    @display(description="状态", ordering="status")
    def chip(self, appeal):
        return format_html(
            '<span class="chip chip--{}">{}</span>', APPEAL_CHIPS[appeal.status], appeal.get_status_display()
        )

    @display(description="考评")
    def which(self, appeal):
        return appeal.evaluation.cycle.title

    @display(description="提出日期", ordering="lodged_at")
    def lodged(self, appeal):
        return timezone.localtime(appeal.lodged_at).date()

    @display(description="原评定")
    def old(self, appeal):
        return grade_label(appeal.old_grade, appeal.evaluation.kind)

    @display(description="改为", empty_value="—")
    def new(self, appeal):
        return grade_label(appeal.new_grade, appeal.evaluation.kind) or None

    @display(description="答复日期", empty_value="—")
    def answered(self, appeal):
        return timezone.localtime(appeal.answered_at).date() if appeal.answered_at else None

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "evaluations_appeal_"
        return [
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name=f"{name}step"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.appeal_page(request, self.find(request, object_id))

    def appeal_page(self, request, appeal, *, refusal="", status=200):
        evaluation = appeal.evaluation
        decides = Scope.of(request.user).covers(evaluation.organization, *DECIDERS)
        events = Event.objects.about(appeal).order_by("-at", "-pk")
        context = {
            "title": f"申诉：{evaluation.name}",
            "appeal": appeal,
            "evaluation": evaluation,
            "chip": APPEAL_CHIPS[appeal.status],
            "old": grade_label(appeal.old_grade, evaluation.kind),
            "new": grade_label(appeal.new_grade, evaluation.kind),
            "moves": APPEALS.allowed(appeal, request.user),
            "timeline": list(events[:30]) if decides else [],
            "refusal": refusal,
        }
        return self.show(request, "admin/evaluations/appeal/detail.html", context, status=status)

    def step_view(self, request, pk, verb):
        appeal = self.find(request, pk)
        if verb not in APPEALS:
            raise Http404
        move, by, status = APPEALS[verb], Actor.from_request(request, "admin"), 200
        back = reverse("admin:evaluations_appeal_change", args=[appeal.pk])
        needs = appeal_form_needs(move, appeal.evaluation)
        form = StepForm(needs, sent_data(request), subject=appeal, user=request.user)
        try:
            check_move(appeal, move, by=by, status=AppealStatus)
            if request.method == "POST" and (form.is_valid() or not needs):
                given = form.given() if needs else {}
                perform_appeal(verb, appeal, by=by, at=timezone.now(), data=given)
                messages.success(request, f"已{move.label}：{appeal.evaluation.name}。已告知本人。")
                return HttpResponseRedirect(back)
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            fresh = self.find(request, pk)
            return self.appeal_page(request, fresh, refusal=fault.message, status=fault.http_status)
        old = grade_label(appeal.old_grade, appeal.evaluation.kind)
        context = {
            "title": f"{move.label}：{appeal.evaluation.name}",
            "lead": f"原评定：{old}。申诉理由：{appeal.content}",
            "form": form,
            "button": move.label,
            "back": back,
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)
