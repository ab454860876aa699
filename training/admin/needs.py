"""Surveys of needs at the desk, and the courses that they suggest (R32)."""

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

from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import CountyFilter
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.models import Organization
from accounts.scope import Scope
from studios.admin.forms import StepForm
from training.actions.from_needs import OFFER, offer_course
from training.actions.needs import asked_seats, perform_survey, suggested_courses
from training.admin.filters import YearFilter
from training.enums import SurveyStatus
from training.models import Course, NeedAnswer, NeedSurvey
from training.moves import SURVEYS
from training.pages.chips import SURVEY_CHIPS
from training.rules import may_organize

PER_PAGE = 50


@admin.register(NeedSurvey)
class NeedSurveyAdmin(DeskPages, ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)
    list_display = ["title", "chip", "organization", "year", "due_date", "answered"]
    list_filter = [CountyFilter, YearFilter, ("status", ChoicesDropdownFilter)]
    search_fields = ["title"]
    search_help_text = "名称"
    ordering = ["-due_date", "-pk"]
    fields = ["organization", "year", "title", "words", "due_date"]
    related = ("organization",)

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("organization")
        return rows.annotate(count=Count("answers"))

    @display(description="状态", ordering="status")
    def chip(self, survey):
        return format_html(
            '<span class="chip chip--{}">{}</span>', SURVEY_CHIPS[survey.status], survey.get_status_display()
        )

    @display(description="已填")
    def answered(self, survey):
        return f"{survey.count} 份"

    def get_changeform_initial_data(self, request):
        home = Organization.objects.filter(path__in=Scope.of(request.user).posts(Role.ORGANIZER))
        home, today = home.order_by("path").first(), timezone.localdate()
        year = today.year + (today.month >= 10)
        started = {"organization": home, "year": year}
        if home:
            started["title"] = f"{home.display_name}{year}年党代表培训需求调查"
        return started | super().get_changeform_initial_data(request)

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "training_needsurvey_"
        return [
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name=f"{name}step"),
            path("<int:pk>/edit/", wrap(self.edit_view), name=f"{name}edit"),
            path("<int:pk>/offer/<slug:course>/", wrap(self.offer_view), name=f"{name}offer"),
            *super().get_urls(),
        ]

    def back_to(self, survey):
        return reverse("admin:training_needsurvey_change", args=[survey.pk])

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"已建「{obj.title}」。下一步：开始征集。")
        return HttpResponseRedirect(self.back_to(obj))

    def response_change(self, request, obj):
        messages.success(request, f"已保存「{obj.title}」。")
        return HttpResponseRedirect(self.back_to(obj))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.survey_page(request, self.find(request, object_id))

    def edit_view(self, request, pk):
        survey = self.find(request, pk)
        if survey.status == SurveyStatus.CLOSED:
            return self.survey_page(request, survey, refusal="征集已经结束，不能再改。", status=409)
        return self.changeform_view(request, str(pk))

    def survey_page(self, request, survey, *, refusal="", status=200):
        answers = NeedAnswer.objects.visible_to(request.user).filter(survey=survey)
        organizes = may_organize(request.user, survey)
        rows = answers.select_related("person", "organization").prefetch_related("courses")
        suggestions = suggested_courses(survey, answers)
        context = {
            "title": survey.title,
            "survey": survey,
            "chip": SURVEY_CHIPS[survey.status],
            "asked": asked_seats(survey).values("person").distinct().count(),
            "answered": answers.count(),
            "suggestions": suggestions,
            "most": max((one.score for one in suggestions), default=1),
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "moves": SURVEYS.allowed(survey, request.user),
            "may_organize": organizes,
            "refusal": refusal,
        }
        return self.show(request, "admin/training/needsurvey/detail.html", context, status=status)

    def step_view(self, request, pk, verb):
        survey = self.find(request, pk)
        if verb not in SURVEYS:
            raise Http404
        return self.take_press(
            request,
            lambda by, at: perform_survey(verb, survey, by=by, at=at),
            told=f"已{SURVEYS[verb].label}：{survey.title}",
            back=self.back_to(survey),
            refused=lambda sentence, status: self.survey_page(
                request, self.find(request, pk), refusal=sentence, status=status
            ),
        )

    def offer_view(self, request, pk, course):
        survey = self.find(request, pk)
        if not may_organize(request.user, survey):
            raise PermissionDenied
        course = Course.objects.filter(code=course, is_active=True).first()
        if course is None:
            raise Http404
        form = StepForm(OFFER[1:], sent_data(request), subject=survey, user=request.user)
        done, status = self.take_form(
            request,
            form,
            lambda by, at: offer_course(survey, by=by, at=at, data={"course": course, **form.given()}),
        )
        if done:
            training, listed = done
            messages.success(request, f"已建「{training.title}」，{listed.words}定好时间地点再发通知。")
            return HttpResponseRedirect(reverse("admin:training_training_change", args=[training.pk]))
        context = {
            "title": f"按需求开班：{course.name}",
            "lead": f"建议 {course.hours:g} 学时。提出想学的人先列进名单，一班最多 50 人。",
            "form": form,
            "button": "开班",
            "back": self.back_to(survey),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)
