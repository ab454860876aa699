from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin, sent_data
from accounts.errors import Conflict, InvalidInput, NotAllowed
from records.given_forms import GivenForm
from records.moves import Given, clean_given
from representatives.actions import close_congress
from representatives.enums import MandateStatus
from representatives.models import ROLL_READERS, Congress

END_DATE = Given("end_date", "届满日期", "date", help="一般为下一届代表大会召开之日")


@admin.register(Congress)
class CongressAdmin(ScopedModelAdmin):
    """Terms; when one is over, the mandates that still stand expire with it (R4)."""

    readers = ROLL_READERS
    list_display = ["name", "level", "start_date", "planned_end_date", "end_date"]
    list_filter = [("level", ChoicesDropdownFilter)]
    search_fields = ["name"]
    fields = ["level", "organization", "ordinal", "name", "start_date", "planned_end_date"]
    change_form_template = "admin/representatives/congress/change_form.html"

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/close/", wrap(self.close_view), name="representatives_congress_close"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            open_now = obj.end_date is None and self.has_change_permission(request, obj)
            context |= {"congress": obj, "may_close": open_now, "standing": self._standing(obj).count()}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @staticmethod
    def _standing(congress):
        return congress.mandates.filter(status__in=MandateStatus.holding())

    def close_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        congress = get_object_or_404(Congress.objects.visible_to(request.user), pk=pk)
        back = reverse("admin:representatives_congress_change", args=[pk])
        if not self.has_change_permission(request, congress):
            raise PermissionDenied
        form, status = GivenForm([END_DATE], sent_data(request), user=request.user), 200
        try:
            if request.method == "POST" and form.is_valid():
                by = Actor.from_request(request, "admin")
                given = clean_given([END_DATE], form.given(), congress, request.user, step="届满")
                expired = close_congress(congress, by=by, at=timezone.now(), **given)
                messages.success(request, f"{congress.name}已届满，{expired} 个代表资格随之届满。")
                return HttpResponseRedirect(back)
        except InvalidInput as fault:
            form.refuse(fault)
            status = 400
        except (Conflict, NotAllowed) as fault:
            messages.error(request, fault.message)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"届满：{congress.name}",
            "opts": self.opts,
            "congress": congress,
            "form": form,
            "standing": self._standing(congress).count(),
        }
        return render(request, "admin/representatives/congress/close.html", context, status=status)
