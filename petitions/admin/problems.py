"""Problems at the desk: several matters about one thing, with how far each person has been told."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from accounts.admin_base import ScopedModelAdmin
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from petitions.admin.hints import hint_view, similar_view, suggest_view
from petitions.models import Petition, Problem
from petitions.pages.due import due_words
from petitions.pages.problem import sources_of
from petitions.pages.stages import stages_of
from workdays.queries import load_calendar


@admin.register(Problem)
class ProblemAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.KEEPER, Role.HANDLER, Role.LEADER)
    writers = ()
    list_display = ["what", "how_many", "where", "on", "state"]
    list_display_links = ["what"]
    search_fields = ["number", "title"]
    search_help_text = "并案号或名称"
    ordering = ["-opened_at", "-pk"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        """With the number of sources this reader may see; the others do not exist for her."""
        seen = Petition.objects.visible_to(request.user).filter(problem=OuterRef("pk")).order_by()
        number = seen.values("problem").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).select_related("organization").annotate(seen=Subquery(number))

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("hints/", wrap(hint_view), name="petitions_problem_hints"),
            path("similar/<int:pk>/", wrap(similar_view), name="petitions_problem_similar"),
            path("suggest/<int:pk>/", wrap(suggest_view), name="petitions_problem_suggest"),
            *super().get_urls(),
        ]

    @display(description="同一件事", ordering="number")
    def what(self, problem):
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', problem.title, problem.number
        )

    @display(description="反映件数")
    def how_many(self, problem):
        return f"{problem.seen or 0} 件"

    @display(description="所属组织")
    def where(self, problem):
        return problem.organization.display_name

    @display(description="并案时间", ordering="opened_at")
    def on(self, problem):
        return f"{timezone.localtime(problem.opened_at):%Y-%m-%d}"

    @display(description="状态")
    def state(self, problem):
        return "已解散" if problem.dissolved_at else "并案办理"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not str(object_id).isdecimal():
            raise Http404
        problem = get_object_or_404(
            Problem.objects.visible_to(request.user).select_related("organization", "opened_by"), pk=object_id
        )
        sources = sources_of(problem, request.user)
        main = next((source for source in sources if source.pk == problem.main_id), None)
        context = {
            **self.admin_site.each_context(request),
            "title": problem.title,
            "opts": self.opts,
            "problem": problem,
            "sources": sources,
            "main": main,
            "stages": stages_of(main) if main else [],
            "due": due_words(main, on=timezone.localdate(), calendar=load_calendar()) if main else None,
            "told": sum(1 for source in sources if source.fed_back_at),
            "waiting": sum(1 for source in sources if source.is_open and not source.fed_back_at),
        }
        return TemplateResponse(request, "admin/petitions/problem/detail.html", context)


add_navigation(
    "群众的事",
    [("并案", "merge", "admin:petitions_problem_changelist", may_view("petitions.problem"))],
)
