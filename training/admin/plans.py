"""Yearly plans at the desk (R29), and who is on which roster as one register."""

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import CountyFilter
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Organization
from accounts.scope import Scope
from records.models import Event
from records.moves import check_move
from studios.admin.forms import StepForm
from training.actions.plans import perform_plan
from training.admin.filters import EnrolmentYearFilter, YearFilter
from training.enums import EnrolmentStatus, PlanStatus, TrainingStatus
from training.models import Enrolment, Training, TrainingPlan
from training.moves import PLANS
from training.notices import when
from training.pages.chips import ENROLMENT_CHIPS, PLAN_CHIPS, training_chip
from training.rules import may_organize

READERS = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)


@admin.register(TrainingPlan)
class TrainingPlanAdmin(DeskPages, ScopedModelAdmin):
    readers = READERS
    list_display = ["what", "chip", "organization", "year", "sessions", "people_target"]
    list_display_links = ["what"]
    list_filter = [CountyFilter, YearFilter, ("status", ChoicesDropdownFilter)]
    search_fields = ["title", "document_number"]
    search_help_text = "名称或文号"
    ordering = ["-year", "organization__path", "pk"]
    fields = ["organization", "year", "title", "aim", "is_in_cadre_plan", "people_target"]
    related = ("organization",)

    def get_queryset(self, request):
        held = Q(trainings__status=TrainingStatus.HELD)
        meant = ~Q(trainings__status=TrainingStatus.CANCELLED)
        rows = super().get_queryset(request).select_related("organization")
        return rows.annotate(held=Count("trainings", filter=held), meant=Count("trainings", filter=meant))

    @display(description="计划", ordering="title")
    def what(self, plan):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>',
            plan.title,
            plan.document_number or "—",
        )

    @display(description="状态", ordering="status")
    def chip(self, plan):
        return format_html(
            '<span class="chip chip--{}">{}</span>', PLAN_CHIPS[plan.status], plan.get_status_display()
        )

    @display(description="已办")
    def sessions(self, plan):
        return f"{plan.held}/{plan.meant} 期"

    def get_changeform_initial_data(self, request):
        home = Organization.objects.filter(path__in=Scope.of(request.user).posts(Role.ORGANIZER))
        home, year = home.order_by("path").first(), timezone.localdate().year
        started = {"organization": home, "year": year}
        if home:
            started["title"] = f"{home.display_name}{year}年党代表培训计划"
        return started | super().get_changeform_initial_data(request)

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "training_trainingplan_"
        return [
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name=f"{name}step"),
            path("<int:pk>/edit/", wrap(self.edit_view), name=f"{name}edit"),
            *super().get_urls(),
        ]

    def back_to(self, plan):
        return reverse("admin:training_trainingplan_change", args=[plan.pk])

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"已建「{obj.title}」。下一步：列出培训班，再批准。")
        return HttpResponseRedirect(self.back_to(obj))

    def response_change(self, request, obj):
        messages.success(request, f"已保存「{obj.title}」。")
        return HttpResponseRedirect(self.back_to(obj))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.plan_page(request, self.find(request, object_id))

    def edit_view(self, request, pk):
        plan = self.find(request, pk)
        if plan.status != PlanStatus.DRAFT:
            sentence = "计划已批准，不能直接改。要改请先「退回修改」。"
            return self.plan_page(request, plan, refusal=sentence, status=409)
        return self.changeform_view(request, str(pk))

    def plan_page(self, request, plan, *, refusal="", status=200):
        on = timezone.localdate()
        rows = Training.objects.visible_to(request.user).filter(plan=plan)
        came = Q(enrolments__status=EnrolmentStatus.ATTENDED)
        trainings = list(
            rows.annotate(came=Count("enrolments", filter=came)).order_by("start_date", "pk")[:200]
        )
        for training in trainings:
            training.chip, training.when = training_chip(training, on=on), when(training)
        organizes = may_organize(request.user, plan)
        context = {
            "title": plan.title,
            "plan": plan,
            "chip": PLAN_CHIPS[plan.status],
            "trainings": trainings,
            "came": sum(t.came for t in trainings if t.status == TrainingStatus.HELD),
            "moves": PLANS.allowed(plan, request.user),
            "may_organize": organizes,
            "refusal": refusal,
            "timeline": list(Event.objects.about(plan).order_by("-at", "-pk")[:30]) if organizes else [],
        }
        return self.show(request, "admin/training/trainingplan/detail.html", context, status=status)

    def step_view(self, request, pk, verb):
        plan = self.find(request, pk)
        if verb not in PLANS:
            raise Http404
        move, by, status = PLANS[verb], Actor.from_request(request, "admin"), 200
        form = StepForm(move.needs, sent_data(request), subject=plan, user=request.user)
        try:
            check_move(plan, move, by=by, status=PlanStatus)
            if request.method == "POST" and form.is_valid():
                perform_plan(verb, plan, by=by, at=timezone.now(), data=form.given())
                messages.success(request, f"已{move.label}：{plan.title}")
                return HttpResponseRedirect(self.back_to(plan))
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            fresh = self.find(request, pk)
            return self.plan_page(request, fresh, refusal=fault.message, status=fault.http_status)
        context = {
            "title": f"{move.label}：{plan.title}",
            "lead": move.hint,
            "form": form,
            "button": move.label,
            "back": self.back_to(plan),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)


class HomeCountyFilter(CountyFilter):
    """Of the people, not of the sessions."""

    title = "代表所在县市区"


@admin.register(Enrolment)
class EnrolmentAdmin(ScopedModelAdmin):
    """Who was at what: read only, each row leads to its session."""

    readers = READERS
    writers = ()
    list_display = ["who", "chip", "which", "day", "hours", "certificate_number"]
    list_display_links = ["who"]
    list_filter = [
        HomeCountyFilter,
        ("status", ChoicesDropdownFilter),
        ("training__kind", ChoicesDropdownFilter),
        EnrolmentYearFilter,
    ]
    search_fields = ["person__name", "training__title", "certificate_number"]
    search_help_text = "姓名、培训班或结业证号"
    ordering = ["-pk"]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related("person", "training__organization", "mandate", "organization")

    def has_add_permission(self, request, obj=None):
        """People are put on the roster of a session."""
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @display(description="姓名")
    def who(self, row):
        level = f"{row.mandate.get_level_display()}代表" if row.mandate else "陪同参训"
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}　{}</small></span>',
            row.person.name,
            level,
            row.organization.display_name,
        )

    @display(description="状态", ordering="status")
    def chip(self, row):
        return format_html(
            '<span class="chip chip--{}">{}</span>', ENROLMENT_CHIPS[row.status], row.get_status_display()
        )

    @display(description="培训班")
    def which(self, row):
        return row.training.title

    @display(description="开始日期", ordering="training__start_date")
    def day(self, row):
        return row.training.start_date

    def change_view(self, request, object_id, form_url="", extra_context=None):
        rows = self.get_queryset(request)
        row = rows.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        if row is None:
            raise Http404
        if not Training.objects.visible_to(request.user).filter(pk=row.training_id).exists():
            raise Http404
        return HttpResponseRedirect(reverse("admin:training_training_change", args=[row.training_id]))
