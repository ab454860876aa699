"""Hot topics at the desk: what many speak of, where, and how fast it grows; one click from there to merge."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.errors import DomainError, InvalidInput
from accounts.scope import Scope
from petitions.actions import merge_petitions
from petitions.hot_topics import matters_of, newest_topics, with_seen
from petitions.models import HotTopic
from petitions.pages.problem import MERGEABLE, furthest
from petitions.rules import organizes

MOST_LISTED = 200


@admin.register(HotTopic)
class HotTopicAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER)
    writers = ()

    def has_change_permission(self, request, obj=None):
        return False

    def has_add_permission(self, request):
        return False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/", wrap(self.merge_view), name="petitions_hottopic_merge"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = newest_topics(request.user).select_related("organization", "category")
        topics = with_seen(list(rows.order_by("organization__path", "-size", "pk")), request.user)
        places = {}
        for topic in topics:
            if topic.seen:
                places.setdefault(topic.organization, []).append(topic)
        context = {
            **self.admin_site.each_context(request),
            "title": "热点",
            "opts": self.opts,
            "places": places,
            "found_on": topics[0].found_on if topics else None,
            "weeks": topics[0].weeks if topics else None,
        }
        return TemplateResponse(request, "admin/petitions/hottopic/list.html", context)

    def _find(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = HotTopic.objects.visible_to(request.user).select_related("organization", "category")
        return get_object_or_404(rows, pk=pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not str(object_id).isdecimal():
            raise Http404
        return self._page(request, self._find(request, object_id))

    def _page(self, request, topic, *, refusal="", status=200):
        rows = matters_of(topic, request.user).with_names()
        matters = list(rows.order_by("-received_at", "-pk")[:MOST_LISTED])
        for matter in matters:
            free = matter.problem_id is None and matter.status in MERGEABLE
            matter.may_merge = free and organizes(request.user, matter)
        context = {
            **self.admin_site.each_context(request),
            "title": topic.label,
            "opts": self.opts,
            "topic": topic,
            "matters": matters,
            "may_merge": sum(matter.may_merge for matter in matters) > 1,
            "chosen": request.POST.getlist("petitions"),
            "main": request.POST.get("main", ""),
            "refusal": refusal,
        }
        return TemplateResponse(request, "admin/petitions/hottopic/detail.html", context, status=status)

    def merge_view(self, request, pk):
        topic = self._find(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:petitions_hottopic_change", args=[pk]))
        if not Scope.of(request.user).has(Role.ORGANIZER):
            return self._page(
                request, topic, refusal="您的岗位不能并案，请联系主管单位的组工干部。", status=403
            )
        keys = {key for key in request.POST.getlist("petitions") if key.isdecimal() and len(key) < 18}
        rows = matters_of(topic, request.user).filter(pk__in=keys).with_names()
        chosen = list(rows.order_by("received_at", "pk"))
        main = next((one for one in chosen if str(one.pk) == request.POST.get("main")), None)
        try:
            if len(chosen) < 2:
                raise InvalidInput({"petitions": ["请至少勾选两件说同一件事的，再并案。"]})
            problem = merge_petitions(
                chosen,
                main=main or furthest(chosen),
                by=Actor.from_request(request, "admin"),
                at=timezone.now(),
                note=f"热点：{topic.label}",
            )
        except InvalidInput as fault:
            words = " ".join(sentence for sentences in fault.errors.values() for sentence in sentences)
            return self._page(request, topic, refusal=words, status=400)
        except DomainError as fault:
            return self._page(request, topic, refusal=fault.message, status=fault.http_status)
        messages.success(request, f"已并案：{problem.number}，共 {len(chosen)} 件")
        return HttpResponseRedirect(reverse("admin:petitions_problem_change", args=[problem.pk]))


add_navigation(
    "群众的事",
    [
        (
            "热点",
            "local_fire_department",
            "admin:petitions_hottopic_changelist",
            may_view("petitions.hottopic"),
        )
    ],
)
