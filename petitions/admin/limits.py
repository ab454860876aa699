"""Time limits in versions, and the rules of reminders: the city's organizers keep them without a developer (R58)."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import sent_data
from accounts.admin_site import add_navigation, may_view
from accounts.errors import DomainError, InvalidInput
from petitions.actions.limits import (
    add_limit,
    cancel_limit,
    change_limit,
    check_new_limit,
    revise_limit,
)
from petitions.admin.lists import SettingAdmin
from petitions.jobs import SEND_REMINDERS, start_reminders
from petitions.models import ReminderRule, TimeLimit
from records.jobs import kind_label
from records.models import Job

RULE = ("step", "kind", "level", "category", "in_force_from")
"""What makes a rule and its version; told once."""


class LimitForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        wanted = {"work_days", "source", *([] if self.instance.pk else ["step", "in_force_from"])}
        if self.instance.pk or not wanted <= cleaned.keys():
            return cleaned
        limit = TimeLimit(**{name: cleaned[name] for name in (*RULE, "work_days", "source")})
        try:
            check_new_limit(limit, on=timezone.localdate())
        except InvalidInput as fault:
            for name, sentences in fault.errors.items():
                self.add_error(name, sentences)
        return cleaned


class ReviseForm(forms.Form):
    """A new version of a rule, from a later day on."""

    work_days = forms.IntegerField(label="工作日数", min_value=1, max_value=250)
    source = forms.CharField(label="依据", max_length=120, help_text="文件名称和条款")
    in_force_from = forms.DateField(
        label="施行日期",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="从明天或更晚起；已经算好的期限不变",
    )
    is_repealed = forms.BooleanField(
        label="废止这条规定", required=False, help_text="自施行日起不再适用，改按更一般的规定"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["is_repealed"].look = "check"


@admin.register(TimeLimit)
class TimeLimitAdmin(SettingAdmin):
    """All versions of all rules. One that has been in force is read only; 修订 makes the next version."""

    form = LimitForm
    list_display = ["name", "applies", "work_days", "in_force_from", "standing", "source"]
    list_display_links = ["name"]
    list_filter = ["step", "kind", "level"]
    ordering = ["step", "kind", "level", "category__path", "-in_force_from"]
    fields = [*RULE, "work_days", "source"]
    autocomplete_fields = ["category"]
    change_form_before_template = "admin/petitions/timelimit/versions.html"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("category")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (not isinstance(obj, TimeLimit) or obj.in_force_from > timezone.localdate())

    def has_add_permission(self, request, obj=None):
        return super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return isinstance(obj, TimeLimit) and self.has_change_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        return RULE if obj else []

    @display(description="环节", ordering="step")
    def name(self, limit):
        return limit.get_step_display()

    @display(description="适用于")
    def applies(self, limit):
        parts = [limit.get_kind_display(), limit.get_level_display(), str(limit.category or "")]
        return " · ".join(part for part in parts if part) or "全部"

    @display(
        description="状态",
        label={"现行": "success", "待施行": "info", "已被取代": "", "废止": "warning"},
    )
    def standing(self, limit):
        return _standing(limit, in_force=self._in_force, on=self._on)

    def changelist_view(self, request, extra_context=None):
        self._on = timezone.localdate()
        self._in_force = set(TimeLimit.objects.in_force(on=self._on).values_list("pk", flat=True))
        return super().changelist_view(request, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        extra = dict(extra_context or {})
        if str(object_id).isdecimal() and (limit := self.get_object(request, object_id)):
            on = timezone.localdate()
            in_force = set(TimeLimit.objects.in_force(on=on).values_list("pk", flat=True))
            versions = TimeLimit.objects.versions_of(limit)
            extra["versions"] = [(row, _standing(row, in_force=in_force, on=on)) for row in versions]
            extra["may_revise"] = self.has_add_permission(request)
        return super().change_view(request, object_id, form_url, extra)

    def save_model(self, request, obj, form, change):
        told = {"by": Actor.from_request(request, "admin"), "at": timezone.now(), "on": timezone.localdate()}
        given = {name: form.cleaned_data[name] for name in ("work_days", "source")}
        if change:
            change_limit(obj, **told, **given)
        else:
            made = add_limit(**told, **given, **{name: form.cleaned_data[name] for name in RULE})
            obj.pk = made.pk

    def delete_model(self, request, obj):
        cancel_limit(obj, by=Actor.from_request(request, "admin"), at=timezone.now(), on=timezone.localdate())

    def get_urls(self):
        revise = self.admin_site.admin_view(self.revise_view)
        return [
            path("<int:pk>/revise/", revise, name="petitions_timelimit_revise"),
            *super().get_urls(),
        ]

    def revise_view(self, request, pk):
        if not self.has_add_permission(request):
            raise PermissionDenied
        limit = get_object_or_404(TimeLimit.objects.select_related("category"), pk=pk)
        initial = {"work_days": limit.work_days, "source": limit.source}
        form = ReviseForm(sent_data(request), initial=initial)
        status = 400 if form.is_bound else 200
        if form.is_valid():
            told = {
                "by": Actor.from_request(request, "admin"),
                "at": timezone.now(),
                "on": timezone.localdate(),
            }
            try:
                version = revise_limit(limit, **told, **form.cleaned_data)
            except InvalidInput as fault:
                for name, sentences in fault.errors.items():
                    form.add_error(name if name in form.fields else None, sentences)
            except DomainError as fault:
                form.add_error(None, fault.message)
                status = fault.http_status
            else:
                messages.success(request, f"已修订，{version.in_force_from:%Y-%m-%d}起施行。")
                return HttpResponseRedirect(reverse("admin:petitions_timelimit_change", args=[version.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": f"修订：{limit.get_step_display()}",
            "opts": self.opts,
            "limit": limit,
            "applies": self.applies(limit),
            "form": form,
        }
        return render(request, "admin/petitions/timelimit/revise.html", context, status=status)


def _standing(limit, *, in_force, on):
    if limit.in_force_from > on:
        return "待施行"
    if limit.pk in in_force:
        return "现行"
    return "废止" if limit.is_repealed else "已被取代"


@admin.register(ReminderRule)
class ReminderRuleAdmin(SettingAdmin):
    """When whom is reminded. What a rule speaks of stays as it is, since reminders have been sent by it: another
    day or another audience is another rule, and the old one is switched off."""

    list_display = ["name", "about", "when", "audience", "is_active", "source"]
    list_filter = ["about", "audience", "is_active"]
    fields = ["name", "about", "offset", "audience", "source", "is_active"]
    list_before_template = "admin/petitions/reminderrule/run.html"

    def get_readonly_fields(self, request, obj=None):
        return ["about", "offset", "audience"] if obj else []

    @display(description="什么时候", ordering="offset")
    def when(self, rule):
        if rule.offset == 0:
            return "当天"
        return f"{'前' if rule.offset < 0 else '过后'} {abs(rule.offset)} 个工作日"

    def changelist_view(self, request, extra_context=None):
        job = Job.objects.filter(kind=SEND_REMINDERS).order_by("-pk").first()
        extra = {
            "job": job,
            "job_label": kind_label(SEND_REMINDERS),
            "may_run": self.has_change_permission(request),
        }
        return super().changelist_view(request, extra | (extra_context or {}))

    def get_urls(self):
        run = self.admin_site.admin_view(self.run_view)
        return [path("run/", run, name="petitions_reminderrule_run"), *super().get_urls()]

    def run_view(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        start_reminders(by=Actor.from_request(request, "admin"), at=timezone.now())
        messages.success(request, "已开始催办。今天已经发过的不会再发；刷新本页看进展。")
        return HttpResponseRedirect(reverse("admin:petitions_reminderrule_changelist"))


add_navigation(
    "群众的事",
    [
        ("办理时限", "timer", "admin:petitions_timelimit_changelist", may_view("petitions.timelimit")),
        (
            "催办规则",
            "notifications_active",
            "admin:petitions_reminderrule_changelist",
            may_view("petitions.reminderrule"),
        ),
    ],
)
