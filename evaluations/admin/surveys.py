"""The masses' survey at the desk (R90): the register, making one or many, slips, lots, and what came of it."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import CountyFilter
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope
from evaluations.actions.lots import draw_lots
from evaluations.actions.surveys import (
    COMMON,
    MAKE,
    MAKE_FOR_PLACE,
    change_survey,
    make_for_place,
    make_surveys,
    perform_survey,
)
from evaluations.enums import MassSurveyStatus, SurveySubject
from evaluations.models import Survey, SurveyQuestion
from evaluations.moves import SURVEYS
from evaluations.survey_page import SLIPS_AT_FIRST, SURVEY_CHIPS, survey_page
from evaluations.survey_rules import may_organize
from evaluations.survey_slips import issue_slips, slips_name
from records.moves import check_move
from records.papers.rendering import PdfUnavailable
from studios.admin.forms import StepForm
from training.admin.filters import YearFilter

READERS = (Role.ORGANIZER, Role.KEEPER, Role.LEADER, Role.ASSESSOR)
MINIMUM = Survey._meta.get_field("minimum_answers").default


def _build_lookup(given, subject, user):
    """Some among thousands, by name: the register of each kind is asked for them."""
    field = forms.ModelMultipleChoiceField(
        queryset=given.options(subject, user),
        required=False,
        widget=AutocompleteSelectMultiple(
            Survey._meta.get_field(given.name.removesuffix("s")), admin.site, attrs={"style": "width: 100%"}
        ),
        error_messages={"invalid_choice": "里面有一项不在您的管理范围内或已停用，请从列表中另选。"},
    )
    field.help_text = "输入几个字查找，可以选几个，最多50个"
    return field


class MakeForm(StepForm):
    lookups = {"studios": _build_lookup, "mandates": _build_lookup}


class SubjectFilter(admin.SimpleListFilter):
    title = "评什么"
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return SurveySubject.choices

    def queryset(self, request, queryset):
        if self.value() not in SurveySubject.values:
            return queryset
        return queryset.filter(studio__isnull=self.value() == SurveySubject.REPRESENTATIVE)


@admin.register(Survey)
class SurveyAdmin(DeskPages, ScopedModelAdmin):
    readers = READERS
    list_display = ["what", "chip", "place", "year", "due_date", "answered"]
    list_display_links = ["what"]
    list_filter = [CountyFilter, SubjectFilter, YearFilter, ("status", ChoicesDropdownFilter)]
    search_fields = ["title", "studio__name", "mandate__person__name"]
    search_help_text = "工作室（站）或党代表"
    ordering = ["-year", "-pk"]
    related = ("organization", "studio__organization", "mandate__person")
    list_before_template = "admin/evaluations/survey/list_tools.html"
    actions = ["open_chosen"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)

    @display(description="评议", ordering="title")
    def what(self, survey):
        kind = "工作室（站）" if survey.studio_id else "党代表"
        return format_html('<span class="desk-what"><b>{}</b><small>{}</small></span>', survey.about, kind)

    @display(description="状态", ordering="status")
    def chip(self, survey):
        return format_html(
            '<span class="chip chip--{}">{}</span>', SURVEY_CHIPS[survey.status], survey.get_status_display()
        )

    @display(description="所在地", ordering="organization__path")
    def place(self, survey):
        return survey.organization.display_name

    @display(description="收到/发出")
    def answered(self, survey):
        return f"{survey.answers_count}/{survey.tokens_issued} 份"

    @action(description="开始评议", permissions=["open_chosen"])
    def open_chosen(self, request, queryset):
        by, at, opened, refused = Actor.from_request(request, "admin"), timezone.now(), 0, {}
        for survey in queryset:
            try:
                perform_survey("open", survey, by=by, at=at)
                opened += 1
            except DomainError as fault:
                refused.setdefault(fault.message, []).append(survey.about)
        if opened:
            messages.success(request, f"已开始 {opened} 个评议。")
        for sentence, names in refused.items():
            messages.warning(
                request, f"{'、'.join(names[:3])}{'等' if len(names) > 3 else ''}没有开始：{sentence}"
            )

    def has_open_chosen_permission(self, request):
        return self.has_add_permission(request)

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "evaluations_survey_"
        return [
            path("for-place/", wrap(self.for_place_view), name=f"{name}for_place"),
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name=f"{name}step"),
            path("<int:pk>/edit/", wrap(self.edit_view), name=f"{name}edit"),
            path("<int:pk>/slips/", wrap(self.slips_view), name=f"{name}slips"),
            path("<int:pk>/draw/", wrap(self.draw_view), name=f"{name}draw"),
            *super().get_urls(),
        ]

    def back_to(self, survey):
        return reverse("admin:evaluations_survey_change", args=[survey.pk])

    # --- making -------------------------------------------------------------------------------------------

    def add_view(self, request, form_url="", extra_context=None):
        self.check_may_add(request)
        form = MakeForm(MAKE, sent_data(request), user=request.user, initial=self.started(request))
        done, status = self.take_form(
            request, form, lambda by, at: make_surveys(by=by, at=at, data=form.given())
        )
        if done:
            return self.made(request, done)
        context = {
            "title": "新建群众评议",
            "lead": "选一个或几个工作室（站）、党代表，各建一份。开始评议前都可以改。",
            "form": form,
            "button": "新建",
            "back": reverse("admin:evaluations_survey_changelist"),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def for_place_view(self, request):
        self.check_may_add(request)
        form = StepForm(MAKE_FOR_PLACE, sent_data(request), user=request.user, initial=self.started(request))
        done, status = self.take_form(
            request, form, lambda by, at: make_for_place(by=by, at=at, data=form.given())
        )
        if done:
            return self.made(request, done)
        context = {
            "title": "给一个地方的工作室（站）都建评议",
            "lead": "在用的工作室（站）各建一份，这一年已有的不动。建好后在列表里选中，一起开始。",
            "form": form,
            "button": "新建",
            "back": reverse("admin:evaluations_survey_changelist"),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def started(self, request):
        posts = Scope.of(request.user).posts(Role.ORGANIZER)
        home = Organization.objects.filter(path__in=posts).order_by("path").first()
        today = timezone.localdate()
        return {
            "organization": home.pk if home else None,
            "year": today.year,
            "due_date": (today + timedelta(days=30)).isoformat(),
            "minimum_answers": MINIMUM,
        }

    def made(self, request, surveys):
        if len(surveys) == 1:
            messages.success(request, f"已建「{surveys[0].title}」。下一步：开始评议。")
            return HttpResponseRedirect(self.back_to(surveys[0]))
        messages.success(request, f"已建 {len(surveys)} 份评议。下一步：在列表里选中，一起开始评议。")
        where = reverse("admin:evaluations_survey_changelist")
        return HttpResponseRedirect(f"{where}?status__exact={MassSurveyStatus.DRAFT}")

    # --- one survey ---------------------------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.survey_page(request, self.find(request, object_id))

    def survey_page(self, request, survey, *, refusal="", faults=None, status=200):
        context = {
            "title": survey.title,
            "survey": survey,
            "page": survey_page(survey, request.user, at=timezone.now()),
            "refusal": refusal,
            "slips_fault": (faults or {}).get("slips", ""),
            "draw_fault": (faults or {}).get("draw", ""),
            "slips_at_first": SLIPS_AT_FIRST,
        }
        return self.show(request, "admin/evaluations/survey/detail.html", context, status=status)

    def refused_at(self, request, pk, sentence, status):
        return self.survey_page(request, self.find(request, pk), refusal=sentence, status=status)

    def edit_view(self, request, pk):
        survey = self.find(request, pk)
        if not may_organize(request.user, survey):
            raise PermissionDenied
        if survey.status != MassSurveyStatus.DRAFT:
            return self.refused_at(request, pk, "评议已经开始，不能再改；截止日期可以延长。", 409)
        started = {"due_date": survey.due_date.isoformat(), "minimum_answers": survey.minimum_answers}
        form = StepForm(COMMON[1:], sent_data(request), user=request.user, initial=started)
        done, status = self.take_form(
            request, form, lambda by, at: change_survey(survey, by=by, at=at, data=form.given())
        )
        if done:
            messages.success(request, f"已保存「{survey.title}」。")
            return HttpResponseRedirect(self.back_to(survey))
        context = {
            "title": f"修改：{survey.title}",
            "form": form,
            "button": "保存",
            "back": self.back_to(survey),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def step_view(self, request, pk, verb):
        survey = self.find(request, pk)
        if verb not in SURVEYS:
            raise Http404
        move, by, status = SURVEYS[verb], Actor.from_request(request, "admin"), 200
        form = StepForm(move.needs, sent_data(request), subject=survey, user=request.user)
        try:
            check_move(survey, move, by=by, status=MassSurveyStatus)
            if request.method == "POST" and form.is_valid():
                perform_survey(verb, survey, by=by, at=timezone.now(), data=form.given())
                messages.success(request, f"已{move.label}：{survey.about}")
                return HttpResponseRedirect(self.back_to(survey))
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            return self.refused_at(request, pk, fault.message, fault.http_status)
        context = {
            "title": f"{move.label}：{survey.about}",
            "lead": move.hint,
            "form": form,
            "button": move.label,
            "danger": move.tone == "danger",
            "back": self.back_to(survey),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def slips_view(self, request, pk):
        """The sheets themselves are the answer: no page and no address leads to them again."""
        return self.hand_out(request, pk, "slips", self._print)

    def draw_view(self, request, pk):
        """Who was drawn is in the answer to the press alone."""
        return self.hand_out(request, pk, "draw", self._draw)

    def hand_out(self, request, pk, card, do):
        survey = self.find(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            return do(request, survey, {"count": request.POST.get("count", "")})
        except InvalidInput as fault:
            return self.survey_page(request, survey, faults={card: fault.message}, status=400)
        except PdfUnavailable as fault:
            messages.error(request, fault.message)
            return HttpResponseRedirect(self.back_to(survey))
        except DomainError as fault:
            return self.refused_at(request, pk, fault.message, fault.http_status)

    def _print(self, request, survey, data):
        sheets = issue_slips(
            survey,
            by=Actor.from_request(request, "admin"),
            at=timezone.now(),
            data=data,
            base=request.build_absolute_uri("/"),
        )
        response = HttpResponse(sheets, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(True, slips_name(survey, data["count"]))
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response

    def _draw(self, request, survey, data):
        by = Actor.from_request(request, "admin")
        people = draw_lots(survey, by=by, at=timezone.now(), data=data)
        context = {
            "title": f"抽签结果：{survey.about}",
            "survey": survey,
            "people": people,
            "back": self.back_to(survey),
        }
        response = self.show(request, "admin/evaluations/survey/drawn.html", context)
        response["Cache-Control"] = "private, no-store"
        return response


@admin.register(SurveyQuestion)
class SurveyQuestionAdmin(ScopedModelAdmin):
    """What is asked; a survey that has begun keeps the questions it began with."""

    readers = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)
    city_only = True
    list_display = ["text", "kind", "position", "is_active"]
    list_filter = [("kind", ChoicesDropdownFilter)]
    search_fields = ["text"]
    search_help_text = "问题"
    ordering = ["kind", "position", "pk"]
    fieldsets = [
        (
            None,
            {
                "fields": ["code", "kind", "text", "position", "is_active"],
                "description": "问题写成一件事，接得上「您满意吗」，如：反映的事有人办、有回音。在用的须有 3 到 6 个。",
            },
        )
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["code", "kind"] if obj else []
