"""Many matters at once at the desk: choose them in the list, fill the step in once, and read what became of each."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from unfold.decorators import action

from accounts.actor import Actor
from accounts.admin_base import sent_data
from accounts.errors import InvalidInput
from accounts.scope import Scope
from petitions.actions.bulk import BULK, MOST, check_selection, perform_each
from petitions.admin.forms import step_form
from petitions.models import Petition, ReplyTemplate
from petitions.moves import TABLE
from petitions.reply_templates import PLACEHOLDERS, check_placeholders


def offered_templates(user):
    return list(ReplyTemplate.objects.visible_to(user).filter(is_active=True).select_related("category"))


class BulkMixin:
    """Actions and a page of PetitionAdmin."""

    actions = ["bulk_assign", "bulk_reply"]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("bulk/<slug:verb>/", wrap(self.bulk_view), name="petitions_petition_bulk"),
            *super().get_urls(),
        ]

    def has_bulk_assign_permission(self, request):
        return Scope.of(request.user).has(*BULK["assign"])

    def has_bulk_reply_permission(self, request):
        return Scope.of(request.user).has(*BULK["reply"])

    @action(description="批量交办", permissions=["bulk_assign"])
    def bulk_assign(self, request, queryset):
        return self._to_page(request, "assign", queryset)

    @action(description="批量答复", permissions=["bulk_reply"])
    def bulk_reply(self, request, queryset):
        return self._to_page(request, "reply", queryset)

    def _to_page(self, request, verb, queryset):
        ids = list(queryset.order_by().values_list("pk", flat=True)[: MOST + 1])
        if len(ids) > MOST:
            messages.error(request, f"一次最多办 {MOST} 件，请缩小范围或分几次选。")
            return None
        chosen = ",".join(map(str, ids))
        return HttpResponseRedirect(f"{reverse('admin:petitions_petition_bulk', args=[verb])}?ids={chosen}")

    def bulk_view(self, request, verb):
        if verb not in BULK:
            raise Http404
        if not Scope.of(request.user).has(*BULK[verb]):
            raise PermissionDenied
        petitions = self._chosen(request)
        if not petitions:
            messages.error(request, "请先在列表里选要办的事项。")
            return HttpResponseRedirect(reverse("admin:petitions_petition_changelist"))
        move = TABLE[verb]
        ready = [petition for petition in petitions if move.open_for(petition)]
        context = {
            **self.admin_site.each_context(request),
            "title": f"批量{move.label}",
            "opts": self.opts,
            "move": move,
            "petitions": [(petition, petition in ready) for petition in petitions],
            "ready": len(ready),
            "ids": ",".join(str(petition.pk) for petition in petitions),
            "list_url": reverse("admin:petitions_petition_changelist"),
        }
        if ready:
            answer = self._bulk_form(request, verb, ready, context)
            if answer is not None:
                return answer
        return render(request, "admin/petitions/petition/bulk.html", context)

    def _bulk_form(self, request, verb, ready, context):
        templates = offered_templates(request.user) if verb == "reply" else []
        chosen = next((one for one in templates if str(one.pk) == request.GET.get("template")), None)
        initial = {"content": chosen.content, "outcome": chosen.outcome} if chosen else None
        form = step_form(verb, sent_data(request), subject=ready[0], user=request.user, initial=initial)
        context |= {"form": form, "templates": templates, "chosen": chosen, "placeholders": PLACEHOLDERS}
        if request.method != "POST" or not form.is_valid():
            return None
        try:
            if verb == "reply":
                check_placeholders(form.given().get("content") or "")
            # What is missing or wrong for all is told at the field, before anything is done.
            TABLE[verb].clean(form.given(), ready[0], request.user)
        except InvalidInput as fault:
            form.refuse(fault)
            return render(request, "admin/petitions/petition/bulk.html", context, status=400)
        by = Actor.from_request(request, "admin")
        context["outcomes"] = perform_each(verb, ready, by=by, at=timezone.now(), data=form.given())
        context["done"] = sum(outcome.is_done for outcome in context["outcomes"])
        context["failed"] = len(context["outcomes"]) - context["done"]
        return render(request, "admin/petitions/petition/bulk_done.html", context)

    def _chosen(self, request):
        asked = request.POST.get("ids") or request.GET.get("ids") or ""
        ids = [int(one) for one in asked.split(",") if one.isdecimal() and len(one) < 19]
        try:
            ids = check_selection(ids)
        except InvalidInput:
            return []
        found = Petition.objects.visible_to(request.user).with_names().in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]
