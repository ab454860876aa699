"""履职档案 on the phone: one's own lines of the duty ledger, by year and month, each leading to its source."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.access import representatives_only
from representatives.duty_file import open_duty_file
from representatives.models import DutyRecord


@representatives_only
@require_safe
def duty_file(request):
    asked = request.GET.get("year", "")
    file = open_duty_file(
        DutyRecord.objects.filter(mandate__person__user_id=request.user.pk),
        reader=request.user,
        on=timezone.localdate(),
        year=int(asked) if asked.isdecimal() and len(asked) == 4 else None,
        page=request.GET.get("page", 1),
        kind=request.GET.get("kind"),
    )
    context = {"active": "me", "file": file, "kind": request.GET.get("kind", "")}
    return render(request, "portal/duty_file.html", context)
