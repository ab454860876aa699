from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import TabularInline
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.errors import DomainError, InvalidInput
from workdays.actions import enter_notice
from workdays.models import CalendarDay, CalendarYear
from workdays.notices import read_notice

UPLOAD_LIMIT = 200_000
"""Bytes; a notice has two pages."""


class NoticeForm(forms.Form):
    """A notice pasted or uploaded. Shown first, entered on the second press."""

    text = forms.CharField(
        label="通知原文",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12, "autofocus": True}),
    )
    file = forms.FileField(label="或上传文件", required=False, help_text="纯文本或 JSON")
    year = forms.IntegerField(
        label="年份", required=False, min_value=2000, max_value=2100, help_text="原文带标题时不用填"
    )
    source = forms.CharField(
        label="依据", required=False, max_length=120, help_text="原文带标题和文号时不用填"
    )
    url = forms.URLField(
        label="通知网址", required=False, max_length=300, assume_scheme="https", help_text="可以不填"
    )

    def clean(self):
        cleaned = super().clean()
        upload = cleaned.get("file")
        if upload and upload.size > UPLOAD_LIMIT:
            self.add_error("file", "文件太大，放假通知只有一两页，请核对。")
        elif upload:
            try:
                cleaned["text"] = _decoded(upload.read())
            except UnicodeDecodeError:
                self.add_error("file", "文件不是文本，请上传 txt 或 json，或改为粘贴通知原文。")
            else:
                if "\x00" in cleaned["text"] or "\\u0000" in cleaned["text"]:
                    self.add_error("file", "文件不是文本，请上传 txt 或 json，或改为粘贴通知原文。")
        elif not cleaned.get("text"):
            self.add_error("text", "请粘贴通知原文，或上传文件。")
        return cleaned


def _decoded(content):
    """UTF-8, or what older office machines save. Raises UnicodeDecodeError."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


class DayInline(TabularInline):
    model = CalendarDay
    extra = 0
    fields = ["date", "kind", "name"]

    def has_add_permission(self, request, obj=None):
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def has_view_permission(self, request, obj=None):
        return True


@admin.register(CalendarYear)
class CalendarYearAdmin(ScopedModelAdmin):
    """The years of the work calendar. They change by notices only."""

    readers = tuple(Role.staff_roles())
    writers = (Role.ORGANIZER,)
    city_only = True
    list_display = ["year", "standing", "off_days", "source"]
    ordering = ["-year"]
    fields = ["year", "source", "notice_url", "notice_text"]
    inlines = [DayInline]
    change_list_template = "admin/workdays/calendaryear/change_list.html"

    def has_add_permission(self, request):
        return False

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("days")

    @display(description="状态", label={"已定": "success", "暂定": "warning"})
    def standing(self, year):
        return "暂定" if year.provisional else "已定"

    @display(description="放假与调休")
    def off_days(self, year):
        days = list(year.days.all())
        off = sum(day.kind == "off" for day in days)
        return f"放假 {off} 天，调休上班 {len(days) - off} 天"

    def changelist_view(self, request, extra_context=None):
        extra = {"may_enter": self.has_change_permission(request), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [path("notice/", wrap(self.notice_view), name="workdays_notice"), *super().get_urls()]

    def notice_view(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = NoticeForm(*sent)
        notice, status = None, 400 if sent else 200
        if form.is_valid():
            status = 200
            text = form.cleaned_data["text"]
            notice = read_notice(text, year=form.cleaned_data["year"])
            try:
                if notice.faults:
                    raise InvalidInput({"text": notice.faults})
                if "_enter" in request.POST:
                    return self._enter(request, notice, form.cleaned_data, text)
            except InvalidInput as fault:
                for sentence in fault.errors["text"]:
                    form.add_error("text", sentence)
                notice, status = None, 400
            except DomainError as fault:
                form.add_error(None, fault.message)
                notice, status = None, fault.http_status
        if notice is not None:
            # The second press sends the text that was shown, wherever it came from.
            shown = {name: form.cleaned_data.get(name) or "" for name in form.fields if name != "file"}
            form = NoticeForm(initial=shown)
        context = {
            **self.admin_site.each_context(request),
            "title": "录入放假通知",
            "opts": self.opts,
            "form": form,
            "notice": notice,
        }
        return render(request, "admin/workdays/calendaryear/notice.html", context, status=status)

    def _enter(self, request, notice, cleaned, text):
        enter_notice(
            notice,
            text=text,
            source=cleaned["source"],
            url=cleaned["url"],
            by=Actor.from_request(request, "admin"),
            at=timezone.now(),
        )
        messages.success(request, f"{notice.year}年放假安排已录入，今后的期限按它计算；已告知的期限不变。")
        return HttpResponseRedirect(reverse("admin:workdays_calendaryear_changelist"))


add_navigation(
    "工具",
    [
        (
            "工作日历",
            "calendar_month",
            "admin:workdays_calendaryear_changelist",
            may_view("workdays.calendaryear"),
        )
    ],
)
