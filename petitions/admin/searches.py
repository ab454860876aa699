"""Filters with a name at the desk: kept from the list, renamed and deleted on a page of their own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from accounts.errors import InvalidInput
from petitions.searches import change_search, clean_query, recent_matters, save_search

SHOWN_RECENT = 8


class SearchesMixin:
    """Pages for saved filters, and what the list shows of them."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("searches/", wrap(self.searches_view), name="petitions_petition_searches"),
            path("searches/<int:pk>/", wrap(self.search_view), name="petitions_petition_search"),
            *super().get_urls(),
        ]

    def finding_context(self, request):
        """For the top of the list: what she kept, what may be kept now, what she looked at."""
        query = clean_query(request.GET.urlencode())
        saved = list(request.user.saved_searches.all())
        return {
            "desk_saved": [(search, search.query == query) for search in saved],
            "desk_query": "" if any(search.query == query for search in saved) else query,
            "desk_recent": recent_matters(request.user, limit=SHOWN_RECENT),
        }

    def searches_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        refused, name, query = {}, "", ""
        if request.method == "POST":
            name, query = request.POST.get("name", ""), request.POST.get("query", "")
            try:
                search = save_search(user=request.user, name=name, query=query)
            except InvalidInput as fault:
                refused = fault.errors
            else:
                messages.success(request, f"已保存筛选「{search.name}」。")
                return HttpResponseRedirect(self._list_of(search))
        return self._searches_page(request, refused=refused, name=name, query=clean_query(query))

    def search_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        search = get_object_or_404(request.user.saved_searches, pk=pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if "_delete" in request.POST:
            search.delete()
            messages.success(request, f"已删除筛选「{search.name}」。")
        else:
            try:
                change_search(search, name=request.POST.get("name", ""))
            except InvalidInput as fault:
                return self._searches_page(request, refused=fault.errors, renamed=pk)
            messages.success(request, f"已改名为「{search.name}」。")
        return HttpResponseRedirect(reverse("admin:petitions_petition_searches"))

    @staticmethod
    def _list_of(search):
        return f"{reverse('admin:petitions_petition_changelist')}?{search.query}"

    def _searches_page(self, request, *, refused, name="", query="", renamed=None):
        context = {
            **self.admin_site.each_context(request),
            "title": "常用筛选",
            "opts": self.opts,
            "searches": request.user.saved_searches.all(),
            "refused": [sentence for sentences in refused.values() for sentence in sentences],
            "name": name,
            "query": query,
            "renamed": renamed,
        }
        status = 400 if refused else 200
        return render(request, "admin/petitions/petition/searches.html", context, status=status)
