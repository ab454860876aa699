"""The desk for personal data: what people ask about theirs, how long it is kept, and what the nightly job did."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.errors import DomainError, InvalidInput
from records.data_requests import (
    OPENING,
    REQUEST_TABLE,
    export_request,
    perform_request,
    take_data_request,
)
from records.given_forms import GivenForm
from records.models import DataRequest, Event, Job, RequestKind, RequestStatus, RetentionReport, RetentionRule
from records.models.jobs import JobState
from records.models.personal import may_decide, may_read_retention
from records.moves import check_move
from records.personal_data import things_of
from records.request_files import FORMATS
from records.retention import name_of, preview, seen_by
from records.retention_job import KIND, may_run_retention, start_retention

EFFECTS = {
    RequestKind.EXPORT: "办理以后才能下载本人信息，不打码，只交给本人。",
    RequestKind.CORRECT: "立即更正姓名或电话，并记入经过；经过里新旧都打码。",
    RequestKind.DELETE: "立即删去姓名、电话和本人上传的照片，正文里的电话号、证件号一并隐去，不能恢复。没有办结的、有争议的不能删。",
    RequestKind.STOP: "立即停止：计时停下，此后只能归档或撤回，直到本人要求恢复。",
    RequestKind.RESUME: "立即恢复办理，期限从今天起重新计算。",
}
"""What granting a request does, told before it is done."""


@admin.register(DataRequest)
class DataRequestAdmin(ScopedModelAdmin):
    """What a person asks about her data; organizers at county level and above."""

    readers = (Role.ORGANIZER,)
    writers = ()
    list_display = ["what", "chip", "due", "organization", "came", "received_on"]
    list_display_links = ["what"]
    list_filter = [("status", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter)]
    ordering = ["-received_at", "-pk"]

    def has_view_permission(self, request, obj=None):
        return may_decide(request.user)

    def has_add_permission(self, request):
        return may_decide(request.user)

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organization")

    @display(description="请求", ordering="kind")
    def what(self, row):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{} {}</small></span>',
            row.get_kind_display(),
            row.masked_name,
            row.masked_phone,
        )

    @display(description="状态", ordering="status")
    def chip(self, row):
        return _chip(row)

    @display(description="答复期限", ordering="due_date")
    def due(self, row):
        tone = "overdue" if row.is_overdue(on=timezone.localdate()) else ""
        return format_html('<span class="desk-due desk-due--{}">{}</span>', tone, row.due_date)

    @display(description="从哪里来")
    def came(self, row):
        return "本人网上提出" if row.by_person else "组工干部受理"

    @display(description="收到", ordering="received_at")
    def received_on(self, row):
        return f"{timezone.localtime(row.received_at):%Y-%m-%d}"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/step/<slug:verb>/", wrap(self.step_view), name="records_datarequest_step"),
            path(
                "<int:pk>/file/<slug:form>/",
                wrap(require_POST(self.file_view)),
                name="records_datarequest_file",
            ),
            *super().get_urls(),
        ]

    def _find(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = DataRequest.objects.visible_to(request.user).select_related("organization", "decided_by")
        return get_object_or_404(rows, pk=pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not str(object_id).isdecimal():
            raise Http404
        return self._page(request, self._find(request, object_id))

    def _page(self, request, row, *, refusal="", status=200):
        things = things_of(row.items.all())
        context = {
            "title": str(row),
            "row": row,
            "refusal": refusal,
            "chip": _chip(row),
            "is_overdue": row.is_overdue(on=timezone.localdate()),
            "moves": REQUEST_TABLE.allowed(row, request.user),
            "may_export": row.kind == RequestKind.EXPORT and row.status == RequestStatus.DONE,
            "things": [(item, thing, _address(thing)) for item, _source, thing in things],
            "timeline": Event.objects.about(row),
        }
        return self._show(request, "detail", context, status=status)

    def _show(self, request, template, context, *, status=200):
        given = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/records/datarequest/{template}.html", given, status=status)

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = GivenForm(OPENING, sent_data(request), user=request.user)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                row = take_data_request(
                    by=Actor.from_request(request, "admin"), at=timezone.now(), **form.given()
                )
                return HttpResponseRedirect(reverse("admin:records_datarequest_change", args=[row.pk]))
            except InvalidInput as fault:
                form.refuse(fault)
                status = 400
            except DomainError as fault:
                form.add_error(None, fault.message)
                status = fault.http_status
        return self._show(request, "add", {"title": "受理个人信息请求", "form": form}, status=status)

    def step_view(self, request, pk, verb):
        row = self._find(request, pk)
        if verb not in REQUEST_TABLE:
            raise Http404
        move, by = REQUEST_TABLE[verb], Actor.from_request(request, "admin")
        form = GivenForm(move.needs, sent_data(request), subject=row, user=request.user)
        status = 200
        try:
            check_move(row, move, by=by, status=RequestStatus)
            if request.method == "POST" and form.is_valid():
                perform_request(verb, row, by=by, at=timezone.now(), data=form.given())
                messages.success(request, f"已{move.label}，请把结果告诉本人。")
                return HttpResponseRedirect(reverse("admin:records_datarequest_change", args=[pk]))
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except DomainError as fault:
            return self._page(
                request, self._find(request, pk), refusal=fault.message, status=fault.http_status
            )
        context = {
            "title": move.label,
            "row": row,
            "move": move,
            "hint": EFFECTS[row.kind] if verb == "fulfil" else move.hint,
            "form": form,
            "items": row.items.all(),
        }
        return self._show(request, "step", context, status=status)

    def file_view(self, request, pk, form):
        row = self._find(request, pk)
        if form not in FORMATS:
            raise Http404
        build, content_type = FORMATS[form]
        try:
            told = export_request(row, by=Actor.from_request(request, "admin"), at=timezone.now())
        except DomainError as fault:
            return self._page(request, row, refusal=fault.message, status=fault.http_status)
        response = HttpResponse(build(row, told), content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="personal-data-{row.pk}.{form}"'
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response


def _chip(row):
    tone = {"open": "handling", "done": "archived"}.get(row.status, "")
    return format_html('<span class="chip chip--{}">{}</span>', tone, row.get_status_display())


def _address(thing):
    """The desk's page of the thing, where it has one."""
    if thing is None:
        return ""
    meta = thing._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk])


@admin.register(RetentionRule)
class RetentionRuleAdmin(ScopedModelAdmin):
    """Terms are data; the kinds of data are declared by the rooms that hold them."""

    readers = (Role.ORGANIZER, Role.AUDITOR)
    city_only = True
    list_display = ["label", "days", "source", "is_active"]
    fields = ["label", "days", "source", "is_active"]
    readonly_fields = ["label"]
    ordering = ["pk"]

    def has_add_permission(self, request):
        return False

    @display(description="内容")
    def label(self, rule):
        return str(rule)


@admin.register(RetentionReport)
class RetentionReportAdmin(ScopedModelAdmin):
    """What the nightly job let go of; look first, then do it by hand, if it must not wait for the night."""

    readers = (Role.ORGANIZER, Role.AUDITOR)
    writers = ()
    list_display = ["when", "done", "held", "who"]
    list_display_links = ["when"]
    list_before_template = "admin/records/retentionreport/head.html"
    ordering = ["-ran_at", "-pk"]

    def has_view_permission(self, request, obj=None):
        return may_read_retention(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("started_by")

    def changelist_view(self, request, extra_context=None):
        running = Job.objects.filter(kind=KIND, state__in=JobState.open_states()).first()
        extra = {"running": running, "may_run": may_run_retention(request.user), "title": "个人信息到期处理"}
        return super().changelist_view(request, extra | (extra_context or {}))

    @display(description="时间", ordering="ran_at")
    def when(self, report):
        return f"{timezone.localtime(report.ran_at):%Y-%m-%d %H:%M}"

    @display(description="发起")
    def who(self, report):
        return report.started_by.label if report.started_by else "每晚自动"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("preview/", wrap(self.preview_view), name="records_retentionreport_preview"),
            path("run/", wrap(require_POST(self.run_view)), name="records_retentionreport_run"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not str(object_id).isdecimal():
            raise Http404
        rows = RetentionReport.objects.visible_to(request.user).select_related("started_by")
        report = get_object_or_404(rows, pk=object_id)
        return self._show(request, "detail", {"title": "到期处理结果", "report": report})

    def preview_view(self, request):
        """What a run would do now; rows are named as far as the reader may see them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_run = may_run_retention(request.user)
        told = preview(at=timezone.now(), visible=seen_by(request.user, runs=may_run))
        for line in told:
            line["rows"] = [(row, why, name_of(row)) for row, why in line["rows"]]
        context = {"title": "看看会处理哪些", "told": told, "may_run": may_run}
        return self._show(request, "preview", context)

    def run_view(self, request):
        try:
            start_retention(by=Actor.from_request(request, "admin"), at=timezone.now())
            messages.success(request, "已开始处理，完成后结果在下面的清单里。")
        except DomainError as fault:
            messages.error(request, fault.message)
        return HttpResponseRedirect(reverse("admin:records_retentionreport_changelist"))

    def _show(self, request, template, context):
        given = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/records/retentionreport/{template}.html", given)


add_navigation(
    "工具",
    [
        (
            "个人信息请求",
            "person_search",
            "admin:records_datarequest_changelist",
            may_view("records.datarequest"),
        ),
        (
            "个人信息到期处理",
            "auto_delete",
            "admin:records_retentionreport_changelist",
            may_view("records.retentionreport"),
        ),
        (
            "保留期限",
            "hourglass_bottom",
            "admin:records_retentionrule_changelist",
            may_view("records.retentionrule"),
        ),
    ],
)
