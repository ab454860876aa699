"""The register of honours, and those ticks of the yearly list that people wrote down themselves (R7, R73)."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_filters import DayRangeFilter
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.errors import NotAllowed
from accounts.scope import Scope
from records.attachments import attach_file
from records.given_forms import GivenForm
from records.models import Attachment, Event
from representatives import file_rules
from representatives.actions.duty_items import cancel_tick
from representatives.actions.honours import record_honour, withdraw_honour
from representatives.admin.link_filters import LinkPlaceFilter
from representatives.admin_fields import build_mandate_lookup
from representatives.models import ROLL_READERS, DutyTick, Honour
from representatives.moves.duty_file import CANCEL_TICK, HONOUR, WITHDRAW_HONOUR

DETAIL = "admin/representatives/honour/detail.html"


class CountsFilter(DropdownFilter):
    title = "现在"
    parameter_name = "counts"
    ended = "withdrawn_at"

    def lookups(self, request, model_admin):
        return [("1", "有效"), ("0", "已撤销")]

    def queryset(self, request, queryset):
        if self.value() not in ("0", "1"):
            return queryset
        return queryset.filter(**{f"{self.ended}__isnull": self.value() == "1"})


class TickCountsFilter(CountsFilter):
    ended = "cancelled_at"


class HonourForm(GivenForm):
    lookups = {"mandate": build_mandate_lookup}


class FileRegister(DeskPages, ScopedModelAdmin):
    """Rows below a mandate that are written by verbs and never edited, each with its files and its course."""

    readers = ROLL_READERS
    related = ("mandate__person", "mandate__congress", "mandate__organization__parent", "recorded_by")

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    def organization_of(self, obj):
        return obj.mandate.organization

    def get_queryset(self, request):
        return super().get_queryset(request).with_names()

    @display(description="党代表", ordering="mandate__person__name")
    def who(self, row):
        return row.mandate.person.name

    @display(description="所在地", ordering="mandate__organization__path")
    def place(self, row):
        home = row.mandate.organization
        return f"{home.parent.display_name} {home.display_name}" if home.parent else home.display_name

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, f"representatives_{self.opts.model_name}"
        return [
            path("<int:pk>/file/", wrap(self.attach_view), name=f"{name}_file"),
            path("<int:pk>/cancel/", wrap(self.cancel_view), name=f"{name}_cancel"),
            *super().get_urls(),
        ]

    def back_to(self, row):
        return reverse(f"admin:representatives_{self.opts.model_name}_change", args=[row.pk])

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.page(request, self.find(request, object_id))

    def page(self, request, row, *, refusal="", status=200):
        may_keep = file_rules.may_keep_file(request.user, row.mandate)
        name = f"representatives_{self.opts.model_name}"
        context = {
            "title": str(row),
            "row": row,
            "mandate": row.mandate,
            "facts": self.facts(row),
            "ended": self.ended(row),
            "files": list(Attachment.objects.about(row)),
            "may_keep": may_keep and row.is_standing,
            "cancel": reverse(f"admin:{name}_cancel", args=[row.pk]),
            "attach": reverse(f"admin:{name}_file", args=[row.pk]),
            "cancel_words": self.step,
            "timeline": Event.objects.about(row).order_by("-at", "-pk")[:50],
            "refusal": refusal,
        }
        return self.show(request, DETAIL, context, status=status)

    def attach_view(self, request, pk):
        row = self.find(request, pk)

        def attach(by, at):
            if not file_rules.may_keep_file(by.user, row.mandate):
                raise NotAllowed("只有当地组织部门的组工干部可以添加附件，请联系他们。")
            if "file" in request.FILES:
                attach_file(row, request.FILES["file"], by=by, at=at)
            return "file" in request.FILES

        return self.take_press(
            request,
            attach,
            told=lambda done: "已添加。" if done else "没有选择文件。",
            back=self.back_to(row),
            refused=lambda sentence, status: self.page(request, row, refusal=sentence, status=status),
        )

    def cancel_view(self, request, pk):
        row = self.find(request, pk)
        form = GivenForm(self.needs, sent_data(request), subject=row, user=request.user)
        done, status = self.take_form(request, form, lambda by, at: self.undo(row, by, at, form.given()))
        if done:
            messages.success(request, f"已{self.step}：{row}。")
            return HttpResponseRedirect(self.back_to(row))
        context = {
            "title": f"{self.step}：{row}",
            "lead": self.lead,
            "form": form,
            "button": self.step,
            "danger": True,
            "back": self.back_to(row),
        }
        if request.method == "GET" and not file_rules.may_keep_file(request.user, row.mandate):
            status, context["refusal"] = 403, f"只有当地组织部门的组工干部可以{self.step}，请联系他们。"
        return self.show(request, "admin/studios/given_form.html", context, status=status)


@admin.register(Honour)
class HonourAdmin(FileRegister):
    list_display = ["what", "who", "level", "granted_date", "place", "state"]
    list_display_links = ["what"]
    list_filter = [
        LinkPlaceFilter,
        ("level", ChoicesDropdownFilter),
        ("granted_date", DayRangeFilter),
        CountsFilter,
    ]
    search_fields = ["mandate__person__name", "title", "granted_by", "document_number"]
    search_help_text = "代表、荣誉名称、授予单位或文号"
    ordering = ["-granted_date", "-pk"]
    needs, step = WITHDRAW_HONOUR, "撤销荣誉"
    lead = "登记错了，或授予单位收回了。撤销后不再计入履职档案，原来的登记和理由都保留，本人会收到通知。"

    def has_add_permission(self, request):
        return Scope.of(request.user).has(Role.ORGANIZER)

    @display(description="荣誉", ordering="title")
    def what(self, honour):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', honour.title, honour.granted_by
        )

    @display(description="状态")
    def state(self, honour):
        return "有效" if honour.is_standing else "已撤销"

    def add_view(self, request, form_url="", extra_context=None):
        self.check_may_add(request)
        asked = request.GET.get("mandate", "")
        form = HonourForm(
            HONOUR,
            sent_data(request),
            initial={"mandate": asked} if request.method == "GET" and asked.isdecimal() else None,
            user=request.user,
        )
        honour, status = self.take_form(
            request, form, lambda by, at: record_honour(by=by, at=at, **form.given())
        )
        if honour:
            messages.success(
                request, f"已登记：{honour.mandate.person.name}「{honour.title}」。证书、文件在这里添加。"
            )
            again = "_addanother" in request.POST
            return HttpResponseRedirect(
                reverse("admin:representatives_honour_add") if again else self.back_to(honour)
            )
        context = {
            "title": "登记荣誉",
            "lead": "照证书或表彰文件登记，记入这一届的履职档案，本人会收到通知。",
            "form": form,
            "button": "登记",
            "again": "登记并添加下一项",
            "back": reverse("admin:representatives_honour_changelist"),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def facts(self, honour):
        return [
            ("授予单位", honour.granted_by),
            ("级别", honour.get_level_display()),
            ("授予日期", honour.granted_date),
            ("文号", honour.document_number or "—"),
            ("说明", honour.note or "—"),
        ]

    def ended(self, honour):
        return "" if honour.is_standing else honour.withdraw_reason

    def undo(self, honour, by, at, given):
        return withdraw_honour(honour, by=by, at=at, **given)


@admin.register(DutyTick)
class DutyTickAdmin(FileRegister):
    list_display = ["what", "who", "on", "quantity", "place", "state"]
    list_display_links = ["what"]
    list_filter = [LinkPlaceFilter, ("on", DayRangeFilter), TickCountsFilter]
    search_fields = ["mandate__person__name", "evidence", "item__text"]
    search_help_text = "代表、事项或做了什么"
    ordering = ["-on", "-pk"]
    related = (*FileRegister.related, "item")
    needs, step = CANCEL_TICK, "取消登记"
    lead = "查实没有做，或不能算的，取消后不再计入清单，写的理由本人看得到。"

    @display(description="清单事项", ordering="item__text")
    def what(self, tick):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', tick.item.text, tick.evidence
        )

    @display(description="状态")
    def state(self, tick):
        return "有效" if tick.is_standing else "已取消"

    def facts(self, tick):
        return [
            ("事项", f"{tick.item.year}年 {tick.item.text}"),
            ("做了什么", tick.evidence),
            ("日期", tick.on),
            ("数量", f"{tick.quantity} {tick.item.unit}"),
            ("登记人", str(tick.recorded_by or "—")),
        ]

    def ended(self, tick):
        return "" if tick.is_standing else tick.cancel_reason

    def undo(self, tick, by, at, given):
        return cancel_tick(tick, by=by, at=at, **given)
