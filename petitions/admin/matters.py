from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import DayRangeFilter
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed
from accounts.scope import Scope
from petitions.actions import allowed_moves, perform, receive_petition, register_petition, unmask_petition
from petitions.admin.bulk import BulkMixin, offered_templates
from petitions.admin.filters import (
    CategoryFilter,
    ChannelFilter,
    CoUnitFilter,
    MarksFilter,
    PetitionCountyFilter,
    RatingFilter,
    StudioFilter,
    UnitFilter,
)
from petitions.admin.forms import ReceiveForm, UnmaskForm, step_form
from petitions.admin.papers import PapersMixin
from petitions.admin.posters import poster
from petitions.admin.searches import SearchesMixin
from petitions.admin.supervision import SUPERVISION_COLUMNS, SupervisionColumnsMixin, is_supervision_list
from petitions.confidential import is_hidden_from
from petitions.counting import AheadPaginator
from petitions.desk import BY_CODE, buttons_of, count_tabs, tabs_shown, whose_turn
from petitions.enums import Status
from petitions.finding import search
from petitions.models import Petition
from petitions.moves import TABLE
from petitions.pages.clock import clock_part, with_supervision
from petitions.pages.due import due_words, explain_due
from petitions.pages.parts import parts_of
from petitions.pages.stages import stages_of
from petitions.pages.timeline import timeline_of
from petitions.reply_templates import fill_template, templates_for
from petitions.rules import may_staff, may_unmask
from petitions.searches import remember_view
from records.models import Attachment
from records.moves import check_move
from studios.models import ReceptionDay
from workdays.queries import load_calendar

RECEIVERS = (Role.ORGANIZER, Role.KEEPER)


class TabFilter(admin.SimpleListFilter):
    """The tabs above the list; drawn there, not in the filter sheet."""

    title = "环节"
    parameter_name = "tab"

    def lookups(self, request, model_admin):
        return [(tab.code, tab.label) for tab in BY_CODE.values()]

    def queryset(self, request, queryset):
        tab = BY_CODE.get(self.value())
        return queryset.filter(tab.condition(timezone.localdate())) if tab else queryset


@admin.register(Petition)
class PetitionAdmin(SupervisionColumnsMixin, BulkMixin, PapersMixin, SearchesMixin, ScopedModelAdmin):
    """The work list, and one page for each matter. A matter changes by its steps only."""

    readers = (Role.ORGANIZER, Role.KEEPER, Role.HANDLER, Role.LEADER)
    writers = ()
    list_display = ["what", "chip", "due", "unit", "where", "how", "on"]
    list_display_links = ["what"]
    list_filter = [
        TabFilter,
        PetitionCountyFilter,
        StudioFilter,
        UnitFilter,
        CoUnitFilter,
        CategoryFilter,
        MarksFilter,
        ("kind", ChoicesDropdownFilter),
        ChannelFilter,
        ("outcome", ChoicesDropdownFilter),
        RatingFilter,
        ("received_at", DayRangeFilter),
        ("due_date", DayRangeFilter),
        ("replied_at", DayRangeFilter),
    ]
    list_before_template = "admin/petitions/petition/tabs.html"
    search_fields = ["number", "title", "content"]
    search_help_text = "编号、标题、内容或答复里的字"
    ordering = ["-received_at", "-pk"]

    def has_add_permission(self, request):
        return Scope.of(request.user).has(*RECEIVERS)

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return self._named(super().get_queryset(request), request)

    @staticmethod
    def _named(rows, request):
        rows = rows.with_names()
        return with_supervision(rows) if is_supervision_list(request) else rows

    def get_list_display(self, request):
        """On the list of supervised matters: who looks in, and when the report is due."""
        return SUPERVISION_COLUMNS if is_supervision_list(request) else self.list_display

    def get_search_results(self, request, queryset, search_term):
        return search(queryset, search_term, reader=request.user), False

    def get_paginator(self, request, queryset, per_page, *args, **kwargs):
        asked = {"page": request.GET.get("p"), "is_search": bool(request.GET.get("q"))}
        named = self._named(Petition.objects.all(), request)
        return AheadPaginator(queryset, per_page, *args, named=named, **asked, **kwargs)

    def get_changelist_instance(self, request):
        """The count stands below the list, in words; the theme would tell a capped one as if it were exact. The calendar
        is read once for all rows."""
        changes = super().get_changelist_instance(request)
        changes.full_result_count = changes.result_count
        on, calendar = timezone.localdate(), load_calendar()
        for petition in changes.result_list:
            petition.due_words = due_words(petition, on=on, calendar=calendar)
        return changes

    def changelist_view(self, request, extra_context=None):
        on = timezone.localdate()
        counts = count_tabs(request.user, on=on)
        current = request.GET.get("tab", "")
        tabs = [(tab, counts[tab.code], tab.code == current) for tab in tabs_shown(counts, current)]
        extra = {"desk_tabs": tabs, "desk_tab": current, "title": "意见建议"} | self.finding_context(request)
        return super().changelist_view(request, extra | (extra_context or {}))

    @display(description="事项", ordering="number")
    def what(self, petition):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', petition.shown_title, petition.number
        )

    @display(description="环节", ordering="status")
    def chip(self, petition):
        return format_html(
            '<span class="chip chip--{}">{}</span>', petition.status, petition.get_status_display()
        )

    @display(description="期限", ordering="due_date")
    def due(self, petition):
        words = petition.due_words
        return format_html('<span class="desk-due desk-due--{}">{}</span>', words.tone, words.left)

    @display(description="承办单位")
    def unit(self, petition):
        return petition.lead_unit.display_name if petition.lead_unit else "—"

    @display(description="工作室（站）")
    def where(self, petition):
        return petition.studio.name

    @display(description="类别")
    def how(self, petition):
        return f"{petition.get_kind_display()} · {petition.channel.name}"

    @display(description="接待时间", ordering="received_at")
    def on(self, petition):
        return f"{timezone.localtime(petition.received_at):%Y-%m-%d}"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name="petitions_petition_step"),
            path("<int:pk>/unmask/", wrap(self.unmask_view), name="petitions_petition_unmask"),
            path("studio/<int:pk>/poster/", wrap(poster), name="petitions_poster"),
            *super().get_urls(),
        ]

    def _find(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Petition.objects.visible_to(request.user).with_names(), pk=pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not str(object_id).isdecimal():
            raise Http404
        petition = self._find(request, object_id)
        if request.method == "GET":
            remember_view(petition, user=request.user, at=timezone.now())
        return self._page(request, petition)

    def _page(self, request, petition, *, refusal="", status=200):
        context = {
            **self.admin_site.each_context(request),
            "title": petition.shown_title,
            "opts": self.opts,
            "petition": petition,
            "refusal": refusal,
            "stages": stages_of(petition),
            "due": due_words(petition, on=timezone.localdate(), calendar=load_calendar()),
            "explanation": explain_due(petition),
            "whose_turn": whose_turn(petition),
            "buttons": buttons_of(allowed_moves(petition, request.user)),
            "replies": _answers_of(petition),
            "feedbacks": petition.feedbacks.all() if petition.fed_back_at or petition.reopen_count else [],
            "timeline": timeline_of(petition),
            "parts": parts_of(petition, request.user),
            "files": Attachment.objects.about(petition),
            "sees_days": Scope.of(request.user).has(Role.ORGANIZER, Role.KEEPER, Role.LEADER),
            "can_unmask": petition.is_masked and may_unmask(request.user, petition),
        }
        return TemplateResponse(request, "admin/petitions/petition/detail.html", context, status=status)

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        day = self._asked_day(request)
        started = {"mandate": request.GET["mandate"]} if request.GET.get("mandate") else None
        form = ReceiveForm(sent_data(request), initial=started, user=request.user, day=day)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                petition = self._receive(request, form, day)
            except InvalidInput as fault:
                form.refuse(fault)
                status = 400
            except DomainError as fault:
                form.add_error(None, fault.message)
                status = fault.http_status
            else:
                done = "已登记" if petition.status != Status.RECEIVED else "已记下，等待登记"
                done = f"{done}，并入 {petition.problem.number}" if petition.problem_id else done
                messages.success(request, f"{done}：{petition.number} {petition.shown_title}")
                if is_hidden_from(petition, request.user):
                    messages.info(
                        request, "反映的是您所在的单位：已交上级办理，本单位不再显示。请不要打听和转告。"
                    )
                    return HttpResponseRedirect(reverse("admin:petitions_petition_changelist"))
                return HttpResponseRedirect(_after_receiving(request, petition, day))
        context = {
            **self.admin_site.each_context(request),
            "title": "登记来访事项",
            "opts": self.opts,
            "form": form,
            "day": day,
        }
        return render(request, "admin/petitions/petition/receive.html", context, status=status)

    @staticmethod
    def _asked_day(request):
        """The reception day in whose course the matter is taken down; None outside of one."""
        asked = request.GET.get("day", "")
        if not asked.isdecimal():
            return None
        rows = ReceptionDay.objects.visible_to(request.user).select_related("studio__organization")
        day = get_object_or_404(rows, pk=asked)
        if not may_staff(request.user, day.studio):
            raise PermissionDenied
        return day

    @transaction.atomic
    def _receive(self, request, form, day):
        """Take it down and, where a category was chosen, register it: both or neither."""
        by, at = Actor.from_request(request, "admin"), timezone.now()
        petition = receive_petition(by=by, at=at, reception_day=day, **form.given())
        if main := request.POST.get("merge_with"):
            # It goes where that one is, and under its category: the same thing is filed once.
            perform("merge", petition, by=by, at=at, data={"main": main})
        elif category := form.cleaned_data["category"]:
            register_petition(petition, by=by, at=at, category=category)
        return petition

    def step_view(self, request, pk, verb):
        petition = self._find(request, pk)
        if verb not in TABLE:
            raise Http404
        move, by = TABLE[verb], Actor.from_request(request, "admin")
        templates = templates_for(petition, offered_templates(request.user)) if verb == "reply" else []
        chosen = next((one for one in templates if str(one.pk) == request.GET.get("template")), None)
        form = step_form(
            verb,
            sent_data(request),
            subject=petition,
            user=request.user,
            initial=_begin(chosen, petition),
        )
        status = 200
        try:
            check_move(petition, move, by=by, status=Status)
            if request.method == "POST" and (form.is_valid() or not move.needs):
                perform(verb, petition, by=by, at=timezone.now(), data=form.given())
                messages.success(request, f"已{move.label}：{petition.number}")
                return self._after(request, petition)
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            return self._page(
                request, self._find(request, pk), refusal=fault.message, status=fault.http_status
            )
        context = {
            **self.admin_site.each_context(request),
            "title": f"{move.label}：{petition.shown_title}",
            "opts": self.opts,
            "petition": petition,
            "move": move,
            "form": form,
            "clock": clock_part(petition, request.user),
            "templates": templates,
            "chosen": chosen,
        }
        return render(request, "admin/petitions/petition/step.html", context, status=status)

    def _after(self, request, petition):
        """To the matter, or to the list where it has left the user's hands (handed back, about her own office)."""
        if Petition.objects.visible_to(request.user).filter(pk=petition.pk).exists():
            return HttpResponseRedirect(reverse("admin:petitions_petition_change", args=[petition.pk]))
        messages.info(request, "这件事已不由本单位办理，列表里不再显示。")
        return HttpResponseRedirect(reverse("admin:petitions_petition_changelist"))

    def unmask_view(self, request, pk):
        petition = self._find(request, pk)
        form = UnmaskForm(sent_data(request), subject=petition, user=request.user)
        name, phone, is_shown, status = "", "", False, 200
        try:
            if request.method == "POST" and form.is_valid():
                by = Actor.from_request(request, "admin")
                name, phone = unmask_petition(petition, by=by, at=timezone.now(), **form.given())
                is_shown = True
            elif not may_unmask(request.user, petition):
                raise NotAllowed("您的岗位不能查看反映人的联系方式，请联系该工作室（站）的联络员。")
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except NotAllowed as fault:
            return self._page(request, petition, refusal=fault.message, status=fault.http_status)
        context = {
            **self.admin_site.each_context(request),
            "title": "查看联系方式",
            "opts": self.opts,
            "petition": petition,
            "form": form,
            "name": name,
            "phone": phone,
            "is_shown": is_shown,
        }
        response = render(request, "admin/petitions/petition/unmask.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


def _after_receiving(request, petition, day):
    """Where it goes on: with the next one, with the day's page, or with the matter."""
    if "_addanother" in request.POST:
        address = reverse("admin:petitions_petition_add")
        return f"{address}?day={day.pk}" if day else address
    if day:
        return reverse("admin:studios_receptionday_change", args=[day.pk])
    return reverse("admin:petitions_petition_change", args=[petition.pk])


def _begin(template, petition):
    """What a chosen template puts into the form of an answer."""
    if template is None:
        return None
    content = fill_template(template.content, petition, at=timezone.now())
    return {"content": content, "outcome": template.outcome}


def _answers_of(petition):
    """Asked for only where there can be one: the page has a limit of queries."""
    answered = petition.replied_at or petition.reopen_count
    return petition.replies.select_related("organization") if answered else []


def may_receive(request):
    return Scope.of(request.user).has(*RECEIVERS)


add_navigation("今天", [("今天要办", "today", "admin:index", lambda request: True)])
add_navigation(
    "群众的事",
    [
        ("登记来访事项", "edit_note", "admin:petitions_petition_add", may_receive),
        ("意见建议", "forum", "admin:petitions_petition_changelist", may_view("petitions.petition")),
    ],
)
