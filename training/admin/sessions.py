"""Sessions at the desk: the list, the form, and for each session the page with its roster and steps (R28)."""

from django.contrib import admin, messages
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
from records.moves import check_move
from studios.admin.forms import StepForm
from training.actions.drafting import check_editable, tell_change
from training.actions.sessions import give_code, perform_training
from training.admin.coverage import CoveragePages
from training.admin.filters import TrainingYearFilter
from training.admin.forms import TrainingForm
from training.admin.roster import RosterPages
from training.counting import count_places
from training.enums import TrainingStatus
from training.models import Training
from training.moves import TRAININGS
from training.notices import when
from training.pages.chips import training_chip
from training.pages.session import session_page

READERS = (Role.ORGANIZER, Role.LEADER, Role.ASSESSOR)


@admin.register(Training)
class TrainingAdmin(CoveragePages, RosterPages, DeskPages, ScopedModelAdmin):
    readers = READERS
    form = TrainingForm
    list_display = ["what", "chip", "kind", "host", "people", "hours"]
    list_display_links = ["what"]
    list_filter = [
        CountyFilter,
        ("kind", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
        TrainingYearFilter,
        "is_main_class",
    ]
    search_fields = ["title", "code", "teacher", "place"]
    search_help_text = "名称、编号、授课人或地点"
    ordering = ["-start_date", "-pk"]
    autocomplete_fields = ["group"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "organization",
                    "plan",
                    "kind",
                    "title",
                    "course",
                    ("start_date", "end_date", "start_time"),
                    ("place", "teacher"),
                    ("hours", "seats"),
                    "is_main_class",
                    "material",
                ]
            },
        ),
        ("谁来参加", {"fields": ["audience", "levels", "frontline_only", "field", "group"]}),
    ]
    list_before_template = "admin/training/training/tools.html"
    related = ("organization", "plan", "course", "group")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)

    def get_changelist_instance(self, request):
        changes = super().get_changelist_instance(request)
        changes.result_list = count_places(changes.result_list)
        return changes

    @display(description="培训班", ordering="start_date")
    def what(self, training):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}　{}</small></span>',
            training.title,
            when(training),
            training.code,
        )

    @display(description="状态", ordering="status")
    def chip(self, training):
        colour, words = training_chip(training, on=timezone.localdate())
        return format_html('<span class="chip chip--{}">{}</span>', colour, words)

    @display(description="主办单位", ordering="organization__path")
    def host(self, training):
        return training.organization.display_name

    @display(description="参训")
    def people(self, training):
        if training.status == TrainingStatus.HELD:
            return f"{training.came} 人次"
        return f"{training.placed}/{training.seats} 人"

    def changelist_view(self, request, extra_context=None):
        may_import = Scope.of(request.user).has(Role.ORGANIZER)
        return super().changelist_view(request, {"may_import": may_import} | (extra_context or {}))

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "training_training_"
        return [
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name=f"{name}step"),
            path("<int:pk>/edit/", wrap(self.edit_view), name=f"{name}edit"),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request):
        today = timezone.localdate()
        home = Organization.objects.filter(path__in=Scope.of(request.user).posts(Role.ORGANIZER))
        started = {"start_date": today, "end_date": today, "organization": home.order_by("path").first()}
        return started | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "course" and field is not None:
            field.queryset = field.queryset.filter(is_active=True)
        return field

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change:
            by, at = Actor.from_request(request, "admin"), timezone.now()
            tell_change(obj, form.changed_data, by=by, at=at)
        else:
            give_code(obj)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"已建「{obj.title}」，编号 {obj.code}。下一步：列名单。")
        return HttpResponseRedirect(self.back_to(obj))

    def response_change(self, request, obj):
        messages.success(request, f"已保存「{obj.title}」。")
        return HttpResponseRedirect(self.back_to(obj))

    def back_to(self, training):
        return reverse("admin:training_training_change", args=[training.pk])

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.session_page(request, self.find(request, object_id))

    def edit_view(self, request, pk):
        training = self.find(request, pk)
        try:
            check_editable(training)
        except Conflict as fault:
            return self.session_page(request, training, refusal=fault.message, status=fault.http_status)
        return self.changeform_view(request, str(pk))

    def session_page(self, request, training, *, refusal="", status=200, form=None):
        at = timezone.now()
        page = session_page(
            training,
            request.user,
            at=at,
            status=request.GET.get("status", ""),
            number=request.GET.get("page"),
        )
        context = {
            "title": training.title,
            "training": training,
            "page": page,
            "refusal": refusal,
            "when": when(training),
            "shown": request.GET.get("status", ""),
            **self.forms_of(request, page, form),
        }
        return self.show(request, "admin/training/training/detail.html", context, status=status)

    def refused_at(self, request, training, sentence, status):
        fresh = self.find(request, training.pk)
        return self.session_page(request, fresh, refusal=sentence, status=status)

    def step_view(self, request, pk, verb):
        training = self.find(request, pk)
        if verb not in TRAININGS:
            raise Http404
        move, by = TRAININGS[verb], Actor.from_request(request, "admin")
        form = StepForm(move.needs, sent_data(request), subject=training, user=request.user)
        status = 200
        try:
            check_move(training, move, by=by, status=TrainingStatus)
            if request.method == "POST" and (form.is_valid() or not move.needs):
                given = form.given() if move.needs else {}
                perform_training(verb, training, by=by, at=timezone.now(), data=given)
                messages.success(request, f"已{move.label}：{training.title}")
                return HttpResponseRedirect(self.back_to(training))
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            return self.refused_at(request, training, fault.message, fault.http_status)
        context = {
            "title": f"{move.label}：{training.title}",
            "lead": move.hint,
            "form": form,
            "button": move.label,
            "danger": move.tone == "danger",
            "back": self.back_to(training),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)
