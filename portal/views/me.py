from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import read_notice
from portal.access import is_representative, representatives_only, signed_in, staff_door_of
from portal.views.home import duty_of_year
from representatives.ledger import tell_lines
from representatives.models import DutyRecord, Mandate, Person

RECENT = 5
NOTICES = 50


@representatives_only
@require_safe
def me(request):
    today = timezone.localdate()
    mandates = Mandate.objects.filter(person__user_id=request.user.pk).select_related(
        "congress", "organization", "group__placement__studio"
    )
    records = DutyRecord.objects.standing().filter(mandate__person__user_id=request.user.pk)
    context = {
        "active": "me",
        "staff_door": staff_door_of(request.user),
        "person": Person.objects.filter(user_id=request.user.pk).first(),
        "mandates": [(m, m.congress.year_of_term(on=today)) for m in mandates],
        "duty": duty_of_year(request.user, year=today.year),
        "year": today.year,
        "records": tell_lines(list(records.select_related("mandate")[:RECENT]), request.user),
    }
    return render(request, "portal/me.html", context)


@signed_in
@require_safe
def notices(request):
    """The last notices of the signed-in user, unread first by nature: they are the newest."""
    layout = "portal/page.html" if is_representative(request.user) else "allauth/layouts/manage.html"
    rows = list(request.user.notices.all()[:NOTICES])
    context = {"active": "", "layout": layout, "rows": rows, "has_unread": any(not n.read_at for n in rows)}
    return render(request, "portal/notices.html", context)


@signed_in
@require_POST
def notice_open(request, pk):
    """Mark one notice read and go where it points."""
    notice = get_object_or_404(request.user.notices, pk=pk)
    read_notice(notice, at=timezone.now())
    inside = notice.link and url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return redirect(notice.link if inside else "portal:notices")


@signed_in
@require_POST
def notices_read(request):
    request.user.notices.filter(read_at=None).update(read_at=timezone.now())
    messages.success(request, "已全部标为已读。")
    return redirect("portal:notices")
