"""First choice for honours and the next congress (R87): excellent twice running within a term."""

from django.contrib import admin
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from evaluations.actions.candidates import perform_candidate
from evaluations.admin.consequence_pages import ConsequencePages, HomeFilter
from evaluations.enums import CandidateStatus
from evaluations.models import Candidate
from evaluations.moves.candidates import CANDIDATES
from evaluations.pages.consequence_chips import CANDIDATE_CHIPS
from training.admin.filters import years


class SecondYearFilter(DropdownFilter):
    title = "第二年"
    parameter_name = "year"

    def lookups(self, request, model_admin):
        return [(str(year), f"{year}年") for year in years()]

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal() or len(self.value()) > 4:
            return queryset
        return queryset.filter(evaluation__cycle__year=int(self.value()))


@admin.register(Candidate)
class CandidateAdmin(ConsequencePages):
    table = CANDIDATES
    perform = perform_candidate
    states = CandidateStatus
    template = "admin/evaluations/candidate/detail.html"
    list_display = ["who", "chip", "why", "purpose", "document_number"]
    list_display_links = ["who"]
    list_filter = [
        HomeFilter,
        SecondYearFilter,
        ("status", ChoicesDropdownFilter),
        ("purpose", ChoicesDropdownFilter),
    ]
    search_fields = ["evaluation__mandate__person__name", "document_number"]
    search_help_text = "姓名或文号"
    ordering = ["-evaluation__cycle__year", "evaluation__organization__path", "pk"]

    @display(description="党代表")
    def who(self, candidate):
        mandate = candidate.evaluation.mandate
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}代表 · {}</small></span>',
            mandate.person.name,
            mandate.get_level_display(),
            candidate.evaluation.organization.display_name,
        )

    @display(description="状态", ordering="status")
    def chip(self, candidate):
        return format_html(
            '<span class="chip chip--{}">{}</span>',
            CANDIDATE_CHIPS[candidate.status],
            candidate.get_status_display(),
        )

    @display(description="为什么列入")
    def why(self, candidate):
        return candidate.why

    def page_context(self, request, candidate):
        mandate = candidate.evaluation.mandate
        return {
            "title": f"优先人选：{mandate.person.name}",
            "mandate": mandate,
            "chip": CANDIDATE_CHIPS[candidate.status],
            "years": [candidate.previous, candidate.evaluation],
        }
