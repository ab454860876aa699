"""Reminder talks (R88): what is due first, the page of one, its record on paper; and the settings of what follows."""

from django.contrib import admin
from django.db.models import Case, DateField, F, When
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_policies import PlacePolicyAdmin
from accounts.errors import DomainError
from evaluations.actions.talks import perform_talk
from evaluations.admin.candidates import SecondYearFilter
from evaluations.admin.consequence_pages import ConsequencePages, HomeFilter
from evaluations.enums import TalkStatus
from evaluations.models import FollowUpPolicy, ReminderTalk
from evaluations.moves.talks import TALKS
from evaluations.pages.consequence_chips import talk_chip
from evaluations.talk_paper import may_print, print_talk
from records.papers.words import day


class DueFilter(DropdownFilter):
    title = "该办的"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("open", "还没办结"), ("late", "已过日期")]

    def queryset(self, request, queryset):
        if self.value() == "open":
            return queryset.open()
        if self.value() == "late":
            return queryset.late(on=timezone.localdate())
        return queryset


class YearFilter(SecondYearFilter):
    title = "年度"


@admin.register(ReminderTalk)
class ReminderTalkAdmin(ConsequencePages):
    table = TALKS
    perform = perform_talk
    states = TalkStatus
    template = "admin/evaluations/remindertalk/detail.html"
    list_display = ["who", "chip", "next_day", "talker", "outcome"]
    list_display_links = ["who"]
    list_filter = [
        HomeFilter,
        YearFilter,
        DueFilter,
        ("status", ChoicesDropdownFilter),
        ("outcome", ChoicesDropdownFilter),
    ]
    search_fields = ["evaluation__mandate__person__name", "talker"]
    search_help_text = "代表或谈话人的姓名"

    def get_ordering(self, request):
        """What is due soonest stands first; what is settled comes last."""
        return [F("next_date").asc(nulls_last=True), "pk"]

    def get_queryset(self, request):
        waits = Case(
            When(status=TalkStatus.DUE, then=F("due_date")),
            When(status=TalkStatus.HELD, then=F("follow_up_date")),
            default=None,
            output_field=DateField(),
        )
        rows = self.model.objects.of_office(request.user).with_names().annotate(next_date=waits)
        return rows.order_by(*self.get_ordering(request))

    def get_urls(self):
        paper = path(
            "<int:pk>/record.pdf", self.admin_site.admin_view(self.paper_view), name=f"{self.url_name}_paper"
        )
        return [paper, *super().get_urls()]

    @display(description="党代表")
    def who(self, talk):
        mandate = talk.evaluation.mandate
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}年度不称职 · {}代表 · {}</small></span>',
            mandate.person.name,
            talk.evaluation.cycle.year,
            mandate.get_level_display(),
            talk.evaluation.organization.display_name,
        )

    @display(description="状态", ordering="status")
    def chip(self, talk):
        return format_html('<span class="chip chip--{}">{}</span>', *talk_chip(talk, on=timezone.localdate()))

    @display(description="下一步", ordering="next_date", empty_value="—")
    def next_day(self, talk):
        if talk.status == TalkStatus.DUE:
            return f"{day(talk.due_date)} 前谈话"
        return f"{day(talk.follow_up_date)} 回访" if talk.status == TalkStatus.HELD else None

    def page_context(self, request, talk):
        colour, words = talk_chip(talk, on=timezone.localdate())
        return {
            "title": f"提醒谈话：{talk.evaluation.name}",
            "mandate": talk.evaluation.mandate,
            "chip": colour,
            "state": words,
            "may_print": may_print(request.user, talk),
        }

    def paper_view(self, request, pk):
        talk = self.find(request, pk)
        try:
            pdf = print_talk(talk, by=Actor.from_request(request, "admin"), at=timezone.now())
        except DomainError as fault:
            return self.page(request, talk, refusal=fault.message, status=fault.http_status)
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="talk-{talk.pk}.pdf"'
        return response


@admin.register(FollowUpPolicy)
class FollowUpPolicyAdmin(PlacePolicyAdmin):
    """What is expected after an appraisal: set by the organizers of the city and of counties."""

    list_display = ["organization", "talk_days", "talk_reminder_days", "improvement_reminder_days"]
