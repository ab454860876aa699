"""回访: what the lot fell on, and what those who were called say."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
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
from petitions.actions.call_backs import RECORD, SETTLE, record_call_back, settle_call_back
from petitions.call_backs import awaits_answer, may_call, may_settle, with_settled
from petitions.enums import CallBackState
from petitions.models import CallBack
from petitions.rules import may_unmask
from records.given_forms import GivenForm
from records.models import Event


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
        return with_settled(super().get_queryset(request).with_names())

    @display(description="事项")
    def what(self, call_back):
        petition = call_back.petition
        return format_html(
            '<span class="desk-what"><b>{}</b><small>{}</small></span>', petition.shown_title, petition.number
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
        if not call_back.finds_fault:
            return "属实"
        fault = "不满意" if call_back.was_told else "没人告诉过"
        return f"{fault}，{'待处理' if awaits_answer(call_back) else '已处理'}"

    @display(description="工作室（站）")
    def where(self, call_back):
        return call_back.petition.studio.name

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_urls(self):
        settle = self.admin_site.admin_view(self.settle_view)
        return [path("<int:pk>/settle/", settle, name="petitions_callback_settle"), *super().get_urls()]

    def settle_view(self, request, pk):
        """Not handled again, and why not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        call_back = self._find(request, pk)
        if not may_settle(request.user, call_back):
            raise PermissionDenied
        form = GivenForm(SETTLE, sent_data(request), user=request.user)
        back = reverse("admin:petitions_callback_change", args=[call_back.pk])
        if request.method != "POST" and not awaits_answer(call_back):
            messages.info(request, "这次回访没有等着处理的问题，不用写明。")
            return HttpResponseRedirect(back)
        status = 200
        if request.method == "POST" and form.is_valid():
            by = Actor.from_request(request, "admin")
            try:
                settle_call_back(call_back, by=by, at=timezone.now(), **form.given())
            except InvalidInput as fault:
                form.refuse(fault)
                status = 400
            except Conflict as fault:
                return self._page(
                    request,
                    call_back,
                    RecordForm(subject=call_back, user=request.user),
                    refusal=fault.message,
                    status=fault.http_status,
                )
            else:
                messages.success(request, "已写明为什么不重新办理。")
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"不再办：{call_back.petition.shown_title}",
            "opts": self.opts,
            "form": form,
            "lead": "理由会留在这件事的经过里。",
            "button": "写明，不再办",
            "back": back,
        }
        return TemplateResponse(request, "admin/petitions/given_form.html", context, status=status)

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
        rows = with_settled(CallBack.objects.visible_to(request.user).with_names())
        return get_object_or_404(rows, pk=pk)

    def _page(self, request, call_back, form, *, refusal="", status=200):
        petition = call_back.petition
        awaits = awaits_answer(call_back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"回访：{petition.shown_title}",
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
            "awaits": awaits,
            "may_reopen": awaits and "reopen" in allowed_verbs(petition, request.user),
            "may_settle": awaits and may_settle(request.user, call_back),
            "settled": Event.objects.about(call_back).filter(verb="settled").first()
            if call_back.is_settled
            else None,
        }
        return TemplateResponse(request, "admin/petitions/callback/detail.html", context, status=status)


add_navigation(
    "群众的事",
    [("回访", "phone_callback", "admin:petitions_callback_changelist", may_view("petitions.callback"))],
)
