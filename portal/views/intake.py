from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from accounts.errors import InvalidInput
from petitions.actions import receive_petition
from petitions.models import Petition
from portal.access import representatives_only
from portal.forms import IntakeForm


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def matter_new(request):
    """记一件事. Sent twice over a bad line it makes one matter; a fault brings the form back as it was typed."""
    form = IntakeForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method != "POST":
        return _intake_page(request, form)
    if not form.is_valid():
        return _intake_page(request, form, status=InvalidInput.http_status)
    try:
        petition = _receive_once(request, form)
    except InvalidInput as fault:
        form.refuse(fault)
        return _intake_page(request, form, status=fault.http_status)
    messages.success(request, f"已记下，编号 {petition.number}。联络员会来登记。")
    return _go_to(request, petition)


def _receive_once(request, form):
    given = form.given()
    token = form.cleaned_data["token"]
    key = f"portal:{request.user.pk}:{token}" if token else None
    by = Actor.from_request(request, "portal")
    try:
        petition = receive_petition(by=by, at=timezone.now(), source_key=key, **given)
    except IntegrityError:
        # The same form arrived twice at the same moment: the other one made it.
        petition = Petition.objects.filter(source_key=key).first() if key else None
        if petition is None:
            raise
    if petition.content != given["content"].strip():
        form.renew_token()
        raise InvalidInput(
            f"刚才已经记下一件（编号 {petition.number}）。如果这是另一件事，请再点一次「记下这件事」。"
        )
    return petition


def _go_to(request, petition):
    if not request.htmx:
        return redirect("portal:matter", pk=petition.pk)
    # The draft on the phone is let go only on this word; a detour to the sign-in page does not say it.
    response = HttpResponse(status=204)
    response["HX-Trigger"] = "intake-saved"
    response["HX-Redirect"] = resolve_url("portal:matter", pk=petition.pk)
    return response


def _intake_page(request, form, *, status=200):
    template = "portal/_intake.html" if request.htmx else "portal/intake.html"
    return render(request, template, {"active": "matters", "form": form}, status=status)
