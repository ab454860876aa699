"""Cycles at the desk: the list with how far each is, the form with its days, and the page of one (R84–R86)."""

from collections import Counter, defaultdict
from copy import deepcopy

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import CountyFilter
from accounts.admin_pages import DeskPages
from accounts.enums import OrganizationKind, Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope
from evaluations.actions.assessors import EXCUSE, appoint_assessors, excuse_assessor, possible_assessors
from evaluations.actions.cycles import perform_cycle
from evaluations.actions.drafting import FIXED, hold_for_change
from evaluations.actions.evaluations import decide_as_suggested
from evaluations.admin.forms import AppointForm, CycleForm
from evaluations.disclosure import DECIDERS
from evaluations.enums import CycleStatus, EvaluationStatus
from evaluations.models import Assessor, Cycle, Evaluation
from evaluations.moves import CYCLES
from evaluations.pages.chips import CYCLE_CHIPS
from evaluations.pages.cycle import cycle_page
from evaluations.rules import may_organize
from evaluations.year import CITY_LEVELS, COUNTY_LEVELS, default_dates
from records.moves import Given, check_move, clean_given
from representatives.enums import Level
from studios.admin.forms import StepForm
from training.admin.filters import YearFilter

READERS = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)
APPOINT = (
    Given(
        "users",
        "测评人",
        "models",
        options=possible_assessors,
        help="本地、下级和上级的组工干部、考评人员和领导，可以选几位",
    ),
)


@admin.register(Cycle)
class CycleAdmin(DeskPages, ScopedModelAdmin):
    readers = READERS
    form = CycleForm
    list_display = ["what", "chip", "host", "year", "how_far", "due"]
    list_display_links = ["what"]
    list_filter = [
        CountyFilter,
        YearFilter,
        ("kind", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
    ]
    search_fields = ["title"]
    search_help_text = "名称"
    ordering = ["-year", "organization__path", "kind"]
    fieldsets = [
        (
            None,
            {"fields": [("kind", "year"), "organization", "title", "levels", "frontline_only"]},
        ),
        ("算哪段时间", {"fields": [("period_start", "period_end"), "cut_off_date"]}),
        (
            "哪天做什么",
            {
                "fields": [
                    ("open_date", "report_due_date"),
                    ("assess_due_date", "decide_due_date"),
                    ("publicity_days", "appeal_days"),
                ],
                "description": "到日子系统自动开始、提醒、计算和结束；也可以在考评页面上提前办。",
            },
        ),
    ]
    related = ("organization",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization")

    def get_changelist_instance(self, request):
        changes = super().get_changelist_instance(request)
        changes.result_list = _count_progress(changes.result_list, request.user)
        return changes

    def get_readonly_fields(self, request, obj=None):
        return (*(FIXED.get(obj.status, ()) if obj else ()), "levels_in_words")

    def get_fieldsets(self, request, obj=None):
        """Levels that are fixed stand there in words: the field itself would show its codes."""
        fieldsets = deepcopy(super().get_fieldsets(request, obj))
        if "levels" in self.get_readonly_fields(request, obj):
            fields = fieldsets[0][1]["fields"]
            fields[fields.index("levels")] = "levels_in_words"
        return fieldsets

    @display(description="层级")
    def levels_in_words(self, cycle):
        return "、".join(_labels(cycle.levels)) or "—"

    @display(description="考评", ordering="title")
    def what(self, cycle):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>',
            cycle.title,
            cycle.get_kind_display(),
        )

    @display(description="状态", ordering="status")
    def chip(self, cycle):
        return format_html(
            '<span class="chip chip--{}">{}</span>', CYCLE_CHIPS[cycle.status], cycle.get_status_display()
        )

    @display(description="评定机关所在地", ordering="organization__path")
    def host(self, cycle):
        return cycle.organization.display_name

    @display(description="进度")
    def how_far(self, cycle):
        return cycle.progress

    @display(description="这一步截止")
    def due(self, cycle):
        return {
            CycleStatus.DRAFT: f"{cycle.open_date} 开始",
            CycleStatus.REPORTING: cycle.report_due_date,
            CycleStatus.ASSESSING: cycle.assess_due_date,
            CycleStatus.DECIDING: cycle.decide_due_date,
            CycleStatus.PUBLICITY: cycle.publicity_end_date,
            CycleStatus.APPEALS: cycle.appeal_end_date,
        }.get(cycle.status, "—")

    def get_changeform_initial_data(self, request):
        """This year's, of the place at which she organizes, with the days as they usually fall."""
        home = Organization.objects.filter(path__in=Scope.of(request.user).posts(Role.ORGANIZER))
        home, year = home.order_by("path").first(), timezone.localdate().year
        started = {"organization": home, "year": year, **default_dates(year)}
        if home:
            is_city = home.kind == OrganizationKind.CITY
            started["levels"] = list(CITY_LEVELS if is_city else COUNTY_LEVELS)
            started["title"] = f"{home.display_name}{year}年党代表考评"
        return started | super().get_changeform_initial_data(request)

    def get_urls(self):
        wrap, name, one = self.admin_site.admin_view, "evaluations_cycle_", "<int:pk>/"
        return [
            path(f"{one}step/<slug:verb>/", wrap(self.step_view), name=f"{name}step"),
            path(f"{one}edit/", wrap(self.edit_view), name=f"{name}edit"),
            path(f"{one}decide-as-suggested/", wrap(self.decide_view), name=f"{name}decide"),
            path(f"{one}assessors/", wrap(self.appoint_view), name=f"{name}appoint"),
            path(f"{one}assessors/<int:seat>/excuse/", wrap(self.excuse_view), name=f"{name}excuse"),
            *super().get_urls(),
        ]

    def back_to(self, cycle):
        return reverse("admin:evaluations_cycle_change", args=[cycle.pk])

    def save_model(self, request, obj, form, change):
        if change:
            hold_for_change(obj, form.changed_data)
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"已建「{obj.title}」。下一步：请测评人，到日子自动开始。")
        return HttpResponseRedirect(self.back_to(obj))

    def response_change(self, request, obj):
        messages.success(request, f"已保存「{obj.title}」。")
        return HttpResponseRedirect(self.back_to(obj))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.cycle_page(request, self.find(request, object_id))

    def edit_view(self, request, pk):
        cycle = self.find(request, pk)
        if cycle.status not in FIXED:
            sentence = f"这次考评现在是「{cycle.get_status_display()}」，安排不能再改。"
            return self.cycle_page(request, cycle, refusal=sentence, status=409)
        try:
            return self.changeform_view(request, str(pk))
        except Conflict as fault:
            return self.refused_at(request, cycle, fault.message, fault.http_status)

    def cycle_page(self, request, cycle, *, refusal="", status=200):
        context = {
            "title": cycle.title,
            "cycle": cycle,
            "page": cycle_page(cycle, request.user, on=timezone.localdate()),
            "levels": _labels(cycle.levels),
            "refusal": refusal,
        }
        return self.show(request, "admin/evaluations/cycle/detail.html", context, status=status)

    def refused_at(self, request, cycle, sentence, status):
        return self.cycle_page(request, self.find(request, cycle.pk), refusal=sentence, status=status)

    def step_view(self, request, pk, verb):
        cycle = self.find(request, pk)
        if verb not in CYCLES:
            raise Http404
        move, by, status = CYCLES[verb], Actor.from_request(request, "admin"), 200
        form = StepForm(move.needs, sent_data(request), subject=cycle, user=request.user)
        try:
            check_move(cycle, move, by=by, status=CycleStatus)
            if request.method == "POST" and (form.is_valid() or not move.needs):
                given = form.given() if move.needs else {}
                perform_cycle(verb, cycle, by=by, at=timezone.now(), data=given)
                messages.success(request, f"已{move.label}：{cycle.title}")
                return HttpResponseRedirect(self.back_to(cycle))
        except InvalidInput as fault:
            if not form.fields:
                return self.refused_at(request, cycle, fault.message, fault.http_status)
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            return self.refused_at(request, cycle, fault.message, fault.http_status)
        return self._asked(request, cycle, form, move.label, move.hint, move.tone == "danger", status)

    def _asked(self, request, cycle, form, label, lead, danger, status, about=""):
        context = {
            "title": f"{label}：{about or cycle.title}",
            "lead": lead,
            "form": form,
            "button": label,
            "danger": danger,
            "back": self.back_to(cycle),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def decide_view(self, request, pk):
        """All that are undecided, as suggested: asked once more, because it is the committee's decision."""
        cycle = self.find(request, pk)
        if not may_organize(request.user, cycle):
            raise PermissionDenied
        if request.method == "POST":
            return self.take_press(
                request,
                lambda by, at: decide_as_suggested(cycle, by=by, at=at),
                told=lambda count: f"已按建议评定 {count} 份。" if count else "没有可以按建议评定的。",
                back=self.back_to(cycle),
                refused=lambda sentence, status: self.refused_at(request, cycle, sentence, status),
            )
        rows = cycle.evaluations.filter(status__in=EvaluationStatus.undecided()).exclude(suggested_grade="")
        form = StepForm((), None, subject=cycle, user=request.user)
        lead = (
            f"把还没有评定的 {rows.count()} 份都按系统建议的等次评定。"
            "这是党委的决定，请确认党委已经研究；已单独评定的不动，没有建议等次的留待逐个评定。"
        )
        return self._asked(request, cycle, form, "按建议评定", lead, False, 200)

    def appoint_view(self, request, pk):
        cycle = self.find(request, pk)
        if not may_organize(request.user, cycle):
            raise PermissionDenied
        form = AppointForm(APPOINT, sent_data(request), subject=cycle, user=request.user)

        def do(by, at):
            given = clean_given(APPOINT, form.given(), cycle, request.user, step="请人测评")
            return appoint_assessors(cycle, given["users"], by=by, at=at)

        added, status = self.take_form(request, form, do)
        if added is not None:
            words = f"已请 {added} 位测评人。" if added else "选的人都已经在测评人里。"
            messages.success(request, words)
            return HttpResponseRedirect(f"{self.back_to(cycle)}#assessors")
        lead = "测评人给每个人打0到100的整数分，互相看不到；同单位、结对、结对联系的自动回避。"
        return self._asked(request, cycle, form, "请人测评", lead, False, status)

    def excuse_view(self, request, pk, seat):
        cycle = self.find(request, pk)
        if not may_organize(request.user, cycle):
            raise PermissionDenied
        assessor = get_object_or_404(cycle.assessors.select_related("user"), pk=seat)
        assessor.cycle = cycle
        form = StepForm(EXCUSE, sent_data(request), subject=assessor, user=request.user)
        done, status = self.take_form(
            request, form, lambda by, at: excuse_assessor(assessor, by=by, at=at, data=form.given())
        )
        if done:
            messages.success(request, f"已免除{assessor.user}，她打的分不再计入。")
            return HttpResponseRedirect(f"{self.back_to(cycle)}#assessors")
        lead = "她的测评表不再计入，封存了的也一样；可以另请别人。"
        return self._asked(request, cycle, form, "免除测评人", lead, True, status, about=str(assessor.user))


def _labels(levels):
    return [str(Level(level).label) for level in levels if level in Level.values]


def _count_progress(cycles, user):
    """The cycles of a page with `progress` in words: two queries, however many."""
    cycles = list(cycles)
    ids = [cycle.pk for cycle in cycles]
    rows = Evaluation.objects.of_office(user).filter(cycle__in=ids).order_by()
    counts = defaultdict(Counter)
    for cycle, status, count in rows.values_list("cycle", "status").annotate(n=Count("pk")):
        counts[cycle][status] = count
    seats = defaultdict(list)
    for cycle, sealed in Assessor.objects.counting().filter(cycle__in=ids).values_list("cycle", "sealed_at"):
        seats[cycle].append(sealed is not None)
    scope = Scope.of(user)
    for cycle in cycles:
        decides = scope.covers(cycle.organization, *DECIDERS)
        cycle.progress = _progress(cycle, counts[cycle.pk], seats[cycle.pk], decides=decides)
    return cycles


def _progress(cycle, counts, seats, *, decides):
    whole = sum(counts[status] for status in EvaluationStatus.appraised())
    noun = "个" if cycle.is_of_venues else "人"
    if cycle.status == CycleStatus.REPORTING:
        return f"已述职 {whole - counts[EvaluationStatus.PENDING]}/{whole}"
    if cycle.status == CycleStatus.ASSESSING:
        return f"已封存 {sum(seats)}/{len(seats)} 份测评表"
    if cycle.status == CycleStatus.DECIDING and decides:
        open_rows = sum(counts[status] for status in EvaluationStatus.undecided())
        return f"已评定 {whole - open_rows}/{whole}"
    return f"{whole} {noun}" if whole else "—"
