"""回访: what the lot fell on, and what those who were called say."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.admin_site import add_navigation, may_view
from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from petitions.actions import allowed_verbs
from petitions.actions.call_backs import RECORD, record_call_back
from petitions.call_backs import may_call
from petitions.enums import CallBackState
from petitions.models import CallBack
from petitions.rules import may_unmask
from records.given_forms import GivenForm


class RecordForm(GivenForm):
    def __init__(self, *args, **kwargs):
        super().__init__(RECORD, *args, **kwargs)


@admin.register(CallBack)
class CallBackAdmin(ScopedModelAdmin):
    readers = (Role.ORGANIZER, Role.LEADER)
    writers = ()
    list_display = ["what", "chip", "calls", "found", "where", "sampled_on"]
    list_display_links = ["what"]
    list_filter = [("state", ChoicesDropdownFilter)]
    ordering = ["-sampled_on", "pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_names()

    @display(description="事项")
    def what(self, call_back):
        petition = call_back.petition
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', petition.title, petition.number
        )

    @display(description="状态", label={"待回访": "warning", "已回访": "success", "联系不上": "info"})
    def chip(self, call_back):
        return call_back.get_state_display()

    @display(description="已拨打")
    def calls(self, call_back):
        return f"{call_back.tries} 次" if call_back.tries else "—"

    @display(description="结果")
    def found(self, call_back):
        if call_back.state != CallBackState.DONE:
            return "—"
        if not call_back.was_told:
            return "本人说没人告诉过"
        return "不满意" if call_back.finds_fault else "属实"

    @display(description="工作室（站）")
    def where(self, call_back):
        return call_back.petition.studio.name

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not str(object_id).isdecimal():
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        call_back = self._find(request, object_id)
        form = RecordForm(sent_data(request), subject=call_back, user=request.user)
        if request.method != "POST" or not form.is_valid():
            return self._page(request, call_back, form)
        by = Actor.from_request(request, "admin")
        try:
            record_call_back(call_back, by=by, at=timezone.now(), **form.given())
        except InvalidInput as fault:
            form.refuse(fault)
            return self._page(request, call_back, form, status=400)
        except (Conflict, NotAllowed) as fault:
            fresh = self._find(request, object_id)
            return self._page(request, fresh, form, refusal=fault.message, status=fault.http_status)
        messages.success(request, f"已记下回访：{call_back.petition.number}，{call_back.get_state_display()}")
        return HttpResponseRedirect(reverse("admin:petitions_callback_change", args=[call_back.pk]))

    def _find(self, request, pk):
        return get_object_or_404(CallBack.objects.visible_to(request.user).with_names(), pk=pk)

    def _page(self, request, call_back, form, *, refusal="", status=200):
        petition = call_back.petition
        context = {
            **self.admin_site.each_context(request),
            "title": f"回访：{petition.title}",
            "opts": self.opts,
            "call_back": call_back,
            "petition": petition,
            "reply": petition.replies.select_related("organization").first(),
            "feedback": petition.feedbacks.filter(by_person=False).first(),
            "form": form,
            "refusal": refusal,
            "may_record": call_back.state == CallBackState.WAITING and may_call(request.user, call_back),
            "is_waiting": call_back.state == CallBackState.WAITING,
            "can_unmask": bool(petition.petitioner_phone) and may_unmask(request.user, petition),
            "may_reopen": call_back.finds_fault and "reopen" in allowed_verbs(petition, request.user),
        }
        return TemplateResponse(request, "admin/petitions/callback/detail.html", context, status=status)


add_navigation(
    "群众的事",
    [("回访", "phone_callback", "admin:petitions_callback_changelist", may_view("petitions.callback"))],
)
