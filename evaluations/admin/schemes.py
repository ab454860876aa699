"""Schemes at the desk: drawn up in one form, read in words, tried on a past year, copied, approved (R83, R84)."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedInline, ScopedModelAdmin, sent_data
from accounts.admin_filters import CountyFilter
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope
from evaluations.actions.schemes import (
    COPY,
    NOT_A_DRAFT,
    copy_scheme,
    hold_draft,
    number_version,
    perform_scheme,
)
from evaluations.admin.forms import IndicatorForm, IndicatorFormSet, SchemeForm, sources_for
from evaluations.enums import Grade, SchemeStatus, SubjectKind, grade_label
from evaluations.models import Indicator, Scheme
from evaluations.moves import SCHEMES
from evaluations.pages.chips import GRADE_CHIPS, SCHEME_CHIPS
from evaluations.pages.scheme import scheme_page
from evaluations.rules import may_organize, organizes_anything
from evaluations.what_if import try_scheme, with_rows, years_to_try
from records.moves import check_move, clean_given
from studios.admin.forms import StepForm
from studios.admin.places import county_names
from training.admin.filters import YearFilter

READERS = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)
PER_PAGE = 50


class IndicatorInline(ScopedInline):
    model = Indicator
    form = IndicatorForm
    formset = IndicatorFormSet
    readers = READERS
    deletable = True
    extra = 1
    ordering_field = "position"
    hide_ordering_field = True

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        if obj is not None:
            field = formset.form.base_fields["source"]
            field.choices = [("", "---------"), *sources_for(obj.kind)]
        return formset


@admin.register(Scheme)
class SchemeAdmin(DeskPages, ScopedModelAdmin):
    readers = READERS
    form = SchemeForm
    inlines = [IndicatorInline]
    list_display = ["what", "chip", "kind", "host", "year", "which", "lines"]
    list_display_links = ["what"]
    list_filter = [
        CountyFilter,
        YearFilter,
        ("kind", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
    ]
    search_fields = ["title", "document_number"]
    search_help_text = "名称或文号"
    ordering = ["-year", "organization__path", "kind", "level", "-version"]
    fieldsets = [
        (None, {"fields": [("kind", "year"), ("organization", "level"), "title", "note"]}),
        (
            "等次和名额",
            {
                "fields": [
                    "excellent_from",
                    ("competent_from", "basic_from"),
                    ("excellent_quota_percent", "bonus_cap"),
                    "minimum_answers",
                ]
            },
        ),
    ]
    related = ("organization", "copied_from")

    class Media:
        css = {"all": ["desk/appraisal.css"]}

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("organization")
        return rows.annotate(count=Count("indicators"))

    @display(description="考评办法", ordering="title")
    def what(self, scheme):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>',
            scheme,
            scheme.document_number or "还没有文号",
        )

    @display(description="状态", ordering="status")
    def chip(self, scheme):
        return format_html(
            '<span class="chip chip--{}">{}</span>', SCHEME_CHIPS[scheme.status], scheme.get_status_display()
        )

    @display(description="适用组织", ordering="organization__path")
    def host(self, scheme):
        return scheme.organization.display_name

    @display(description="层级", ordering="level")
    def which(self, scheme):
        return scheme.get_level_display() or "通用"

    @display(description="指标")
    def lines(self, scheme):
        return f"{scheme.count} 项"

    def get_changeform_initial_data(self, request):
        home = Organization.objects.filter(path__in=Scope.of(request.user).posts(Role.ORGANIZER))
        home, year = home.order_by("path").first(), timezone.localdate().year
        started = {"organization": home, "year": year}
        if home:
            started["title"] = f"{home.name}党代表{year}年度考评办法"
        return started | super().get_changeform_initial_data(request)

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "evaluations_scheme_"
        return [
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name=f"{name}step"),
            path("<int:pk>/edit/", wrap(self.edit_view), name=f"{name}edit"),
            path("<int:pk>/copy/", wrap(self.copy_view), name=f"{name}copy"),
            path("<int:pk>/what-if/", wrap(self.what_if_view), name=f"{name}what_if"),
            *super().get_urls(),
        ]

    def back_to(self, scheme):
        return reverse("admin:evaluations_scheme_change", args=[scheme.pk])

    def save_model(self, request, obj, form, change):
        if change:
            hold_draft(obj)
        if not change or {"kind", "organization", "year", "level"} & set(form.changed_data):
            number_version(obj)
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"已起草「{obj}」。下一步：核对各项分值，再启用。")
        return HttpResponseRedirect(self.back_to(obj))

    def response_change(self, request, obj):
        messages.success(request, f"已保存「{obj}」。")
        return HttpResponseRedirect(self.back_to(obj))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.scheme_page(request, self.find(request, object_id))

    def edit_view(self, request, pk):
        scheme = self.find(request, pk)
        if not scheme.is_editable:
            return self.scheme_page(request, scheme, refusal=NOT_A_DRAFT, status=409)
        try:
            return self.changeform_view(request, str(pk))
        except Conflict as fault:
            fresh = self.find(request, pk)
            return self.scheme_page(request, fresh, refusal=fault.message, status=fault.http_status)

    def scheme_page(self, request, scheme, *, refusal="", status=200):
        context = {
            "title": str(scheme),
            "scheme": scheme,
            "page": scheme_page(scheme, request.user),
            "chip": SCHEME_CHIPS[scheme.status],
            "may_copy": organizes_anything(request.user),
            "refusal": refusal,
        }
        return self.show(request, "admin/evaluations/scheme/detail.html", context, status=status)

    def step_view(self, request, pk, verb):
        scheme = self.find(request, pk)
        if verb not in SCHEMES:
            raise Http404
        move, by, status = SCHEMES[verb], Actor.from_request(request, "admin"), 200
        form = StepForm(move.needs, sent_data(request), subject=scheme, user=request.user)
        try:
            check_move(scheme, move, by=by, status=SchemeStatus)
            if request.method == "POST" and (form.is_valid() or not move.needs):
                given = form.given() if move.needs else {}
                perform_scheme(verb, scheme, by=by, at=timezone.now(), data=given)
                messages.success(request, f"已{move.label}：{scheme}")
                return HttpResponseRedirect(self.back_to(scheme))
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            fresh = self.find(request, pk)
            return self.scheme_page(request, fresh, refusal=fault.message, status=fault.http_status)
        context = {
            "title": f"{move.label}：{scheme}",
            "lead": move.hint,
            "form": form,
            "button": move.label,
            "danger": move.tone == "danger",
            "back": self.back_to(scheme),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def copy_view(self, request, pk):
        scheme = self.find(request, pk)
        if not organizes_anything(request.user):
            raise PermissionDenied
        # A version beside the one in use is the rarer wish: mostly last year's is taken over.
        started = {"year": max(scheme.year + 1, timezone.localdate().year)}
        if not may_organize(request.user, scheme):
            home = Organization.objects.filter(path__in=Scope.of(request.user).posts(Role.ORGANIZER))
            started["organization"] = home.order_by("path").values_list("pk", flat=True).first()
        form = StepForm(COPY, sent_data(request), subject=scheme, user=request.user, initial=started)

        def do(by, at):
            given = clean_given(COPY, form.given(), scheme, request.user, step="复制")
            return copy_scheme(scheme, by=by, at=at, **given)

        draft, status = self.take_form(request, form, do)
        if draft:
            messages.success(request, f"已复制为「{draft}」。改好后可以先在往年试算，再启用。")
            return HttpResponseRedirect(self.back_to(draft))
        context = {
            "title": f"复制：{scheme}",
            "lead": "指标、分数线和说明都照搬，成为一份草稿；同一年的成为新版，原来的不变。",
            "form": form,
            "button": "复制",
            "back": self.back_to(scheme),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def what_if_view(self, request, pk):
        scheme = self.find(request, pk)
        if not may_organize(request.user, scheme):
            raise PermissionDenied
        years = years_to_try(scheme, request.user)
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and int(asked) in years else next(iter(years), None)
        trial = try_scheme(scheme, year, request.user) if year else None
        page = Paginator(trial.changes if trial else [], PER_PAGE).get_page(request.GET.get("page"))
        grades = [grade_label(grade, scheme.kind) for grade in Grade]
        tallies = [*trial.counties, trial.whole] if trial else []
        names = county_names(tally.path for tally in tallies)
        for tally in tallies:
            tally.name = names.get(tally.path, "合计")
            tally.cells = list(zip(grades, tally.grades, strict=True))
        context = {
            "title": f"试算：{scheme}",
            "scheme": scheme,
            "years": years,
            "year": year,
            "trial": trial,
            "grades": grades,
            "tallies": tallies[:1] if len(tallies) == 2 else tallies,
            "noun": "个工作室（站）" if scheme.kind == SubjectKind.STUDIO else "人",
            "page": page,
            "rows": [self._shown(change, row, scheme.kind) for change, row in with_rows(list(page))],
        }
        return self.show(request, "admin/evaluations/scheme/what_if.html", context)

    @staticmethod
    def _shown(change, row, kind):
        def told(grade, score):
            return {
                "label": grade_label(grade, kind) or "无",
                "chip": GRADE_CHIPS.get(grade, "received"),
                "score": None if score is None else f"{score / 100:.2f}",
            }

        return {
            "row": row,
            "now": told(change.now, change.score_now),
            "then": told(change.then, change.score_then),
            "decided": row.decided_label,
            "is_better": change.is_better,
        }
