"""Links at the desk: who is linked with whom, the log of contacts, and the steps (R50, R51)."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelect2Widget

from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_pages import DeskPages
from accounts.admin_policies import PlacePolicyAdmin
from accounts.enums import Role
from accounts.scope import Scope
from records.given_forms import GivenForm
from records.models import Event
from representatives import rules
from representatives.actions import cancel_contact, end_link, log_contact, make_link
from representatives.admin.link_filters import LinkPlaceFilter, QuarterFilter, StandingFilter
from representatives.admin.link_reports import LinkReportPages
from representatives.admin_fields import build_mandate_lookup
from representatives.models import ROLL_READERS, ContactLink, LinkPolicy
from representatives.moves.links import CONTACT, END_LINK, LINK
from representatives.quarters import Quarter

NAME = "representatives_contactlink"


class LinkForm(GivenForm):
    """Representatives are looked up; cadres and branches stand in a list that can be searched."""

    lookups = {"mandate": build_mandate_lookup}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("cadre", "branch"):
            if name in self.fields and hasattr(self.fields[name].widget, "choices"):
                choices = [("", "——"), *(row for row in self.fields[name].widget.choices if row[0])]
                self.fields[name].widget = UnfoldAdminSelect2Widget(choices=choices)


def chip_of(link, *, on):
    """(colour, words) of how a link stands this quarter; `link.last_on` is annotated."""
    if link.end_date:
        return "received", "已结束"
    if link.last_on and link.last_on >= Quarter.of(on).first:
        return "archived", "本季已联系"
    return "handling", "本季还没联系"


@admin.register(ContactLink)
class ContactLinkAdmin(LinkReportPages, DeskPages, ScopedModelAdmin):
    readers = ROLL_READERS
    list_display = ["ends", "state", "kind", "place", "last", "start_date"]
    list_display_links = ["ends"]
    list_filter = [
        LinkPlaceFilter,
        ("kind", ChoicesDropdownFilter),
        QuarterFilter,
        StandingFilter,
    ]
    search_fields = ["mandate__person__name", "cadre__display_name", "branch__name"]
    search_help_text = "代表、组工干部或党支部"
    ordering = ["kind", "mandate__organization__path", "pk"]
    list_before_template = "admin/representatives/contactlink/list_tools.html"
    related = ("mandate__person", "mandate__organization__parent", "cadre", "branch")

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return Scope.of(request.user).has(Role.ORGANIZER)

    def organization_of(self, obj):
        return obj.mandate.organization

    def get_queryset(self, request):
        return super().get_queryset(request).with_last_contact().with_names()

    @display(description="谁联系谁")
    def ends(self, link):
        return format_html(
            '<span class="desk-what"><b>{} → {}</b><small>{}</small></span>',
            link.near_end,
            link.other_end,
            link.reason,
        )

    @display(description="本季度")
    def state(self, link):
        colour, words = chip_of(link, on=timezone.localdate())
        return format_html('<span class="chip chip--{}">{}</span>', colour, words)

    @display(description="代表所在地", ordering="mandate__organization__path")
    def place(self, link):
        home = link.mandate.organization
        return f"{home.parent.display_name} {home.display_name}" if home.parent else home.display_name

    @display(description="上次联系", empty_value="从未")
    def last(self, link):
        return link.last_on

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/contact/", wrap(self.contact_view), name=f"{NAME}_contact"),
            path("<int:pk>/end/", wrap(self.end_view), name=f"{NAME}_end"),
            path(
                "<int:pk>/contacts/<int:contact>/cancel/",
                wrap(self.cancel_view),
                name=f"{NAME}_cancel",
            ),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        self.check_may_add(request)
        started = {"start_date": f"{timezone.localdate():%Y-%m-%d}", "kind": "cadre"}
        form = LinkForm(
            LINK, sent_data(request), initial=started if request.method == "GET" else None, user=request.user
        )
        link, status = self.take_form(request, form, lambda by, at: make_link(by=by, at=at, **form.given()))
        if link:
            messages.success(request, f"已结对：{link.near_end}联系{link.other_end}。")
            again = "_addanother" in request.POST
            return HttpResponseRedirect(reverse(f"admin:{NAME}_{'add' if again else 'changelist'}"))
        context = {
            "title": "安排结对",
            "lead": "一名一线代表由一名组工干部联系；代表联系的党支部可以不止一个。人多时用「平均分配」。",
            "form": form,
            "button": "结对",
            "again": "结对并安排下一个",
            "back": reverse(f"admin:{NAME}_changelist"),
        }
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._page(request, self.find(request, object_id))

    def _form(self, request, data=None):
        started = {"on": f"{timezone.localdate():%Y-%m-%d}", "method": "visit"}
        return GivenForm(CONTACT, data, initial=None if data is not None else started, user=request.user)

    def _page(self, request, link, *, form=None, refusal="", status=200):
        link.last_on = link.contacts.standing().values_list("on", flat=True).first()
        may_log = rules.may_log(request.user, link)
        context = {
            "title": str(link),
            "link": link,
            "chip": chip_of(link, on=timezone.localdate()),
            "contacts": link.contacts.select_related("recorded_by")[:50],
            "form": (form or self._form(request)) if may_log and not link.end_date else None,
            "may_log": may_log,
            "may_end": link.end_date is None and rules.organizes(request.user, link.mandate),
            "timeline": Event.objects.about(link).order_by("-at", "-pk")[:50],
            "refusal": refusal,
        }
        return self.show(request, "admin/representatives/contactlink/detail.html", context, status=status)

    def contact_view(self, request, pk):
        link = self.find(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(reverse(f"admin:{NAME}_change", args=[link.pk]))
        form = self._form(request, request.POST)
        made, status = self.take_form(
            request, form, lambda by, at: log_contact(link, by=by, at=at, **form.given())
        )
        if made:
            messages.success(request, f"已记下{made.on:%m月%d日}的联系。")
            return HttpResponseRedirect(reverse(f"admin:{NAME}_change", args=[link.pk]))
        if status != 400:
            refusal = " ".join(form.non_field_errors())
            return self._page(request, self.find(request, pk), refusal=refusal, status=status)
        return self._page(request, link, form=form, status=status)

    def cancel_view(self, request, pk, contact):
        link = self.find(request, pk)
        row = get_object_or_404(link.contacts, pk=contact)
        row.link = link
        return self.take_press(
            request,
            lambda by, at: cancel_contact(row, by=by, at=at),
            told="已更正，这一条不再计数。",
            back=reverse(f"admin:{NAME}_change", args=[link.pk]),
            refused=lambda sentence, status: self._page(
                request, self.find(request, pk), refusal=sentence, status=status
            ),
        )

    def end_view(self, request, pk):
        link = self.find(request, pk)
        started = {"end_date": f"{timezone.localdate():%Y-%m-%d}"} if request.method == "GET" else None
        form = GivenForm(END_LINK, sent_data(request), initial=started, user=request.user)
        done, status = self.take_form(
            request, form, lambda by, at: end_link(link, by=by, at=at, **form.given())
        )
        if done:
            messages.success(request, "已结束结对，联系记录照样保留。")
            return HttpResponseRedirect(reverse(f"admin:{NAME}_change", args=[link.pk]))
        context = {
            "title": f"结束结对：{link}",
            "lead": "联系记录照样保留。要换人，结束后再「安排结对」，或由「平均分配」补上。",
            "form": form,
            "button": "结束结对",
            "danger": True,
            "back": reverse(f"admin:{NAME}_change", args=[link.pk]),
        }
        if request.method == "GET" and not rules.organizes(request.user, link.mandate):
            status = 403
            context["refusal"] = "只有当地组织部门的组工干部可以结束结对，请联系他们。"
        return self.show(request, "admin/studios/given_form.html", context, status=status)


@admin.register(LinkPolicy)
class LinkPolicyAdmin(PlacePolicyAdmin):
    """What is expected of links: set by the organizers of the city and of counties."""

    list_display = ["organization", "cadre_load", "reminder_days"]
