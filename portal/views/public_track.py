"""查进展: what became of a matter, by its code. The code travels in the body of a POST, never in an address.

The page answers the POST itself. What she does next carries a pass in the form: signed, short, for this one matter;
it is in no cookie, so it works without any and the next user of the same phone finds nothing.
"""

from django.conf import settings
from django.core import signing
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput
from petitions.actions.public import (
    add_from_public,
    may_rate,
    rate_from_public,
    withdraw_from_public,
)
from petitions.enums import PublicKind
from petitions.models import TrackingCode
from petitions.moves import TABLE
from petitions.pages.public import public_state
from petitions.personal.serving import asked_online, open_data_request
from petitions.tracking import find_by_code
from portal import flood
from portal.public_forms import GIVENS, REQUEST, CodeForm, TrackStepForm
from portal.views.public_box import public_page
from records.moves import clean_given

PASS_SALT = "portal.track"
NOT_FOUND = "没有查到。请照着纸上或截图里的 16 位查询码再输一次，大小写和横线都不要紧。"
TOO_LONG = "页面放得太久了，为保护您已关上，请再输一次查询码。"
KIND_WORDS = dict(PublicKind.choices)
DONE = {
    "rated": "谢谢，您的评价已记下。",
    "reopened": "已记下。这件事已退回承办单位重新办理，请过些天再来看。",
    "asked": "已记下。是否再次重新办理，由上级组工干部决定，请过些天再来看。",
    "add": "补充的内容已记下，办理的人会看到。",
    "add-again": "这段补充已经收到过了，没有重复记。",
    "withdraw": "已撤回，不再办理。",
    "request": "已收到您的请求，会按规定的时间答复。",
}


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def track(request):
    if request.method != "POST":
        return flood.remember_device(request, _code_page(request, CodeForm()))
    at = timezone.now()
    form = CodeForm(request.POST)
    typed = form.cleaned_data["code"] if form.is_valid() else ""
    petition = find_by_code(typed)
    if petition is not None:
        return _state_page(request, petition, at=at)
    wait = flood.wait_after_wrong_code(flood.source_of(request), at=at)
    sentence = f"{NOT_FOUND}试得太多了，请过 {wait} 秒再试。" if wait else NOT_FOUND
    form.add_error("code", sentence)
    response = _code_page(request, form, status=429 if wait else 400)
    if wait:
        response["Retry-After"] = str(wait)
    return response


@public_page
@require_POST
def track_step(request, verb):
    if verb not in GIVENS:
        raise Http404
    petition = _petition_of(request.POST.get("pass", ""))
    if petition is None:
        form = CodeForm()
        return _code_page(
            request,
            form,
            fault=TOO_LONG,
            typed=request.POST.get("content") or request.POST.get("reason", ""),
            status=400,
        )
    at = timezone.now()
    form = TrackStepForm(verb, petition, request.POST)
    if not form.is_valid():
        return _state_page(request, petition, at=at, form=form, verb=verb, status=400)
    try:
        if petition.is_accusation:
            raise Conflict("这件事由上级机关办理，网上不能操作。")
        done = _do(verb, petition, form.given(), at=at)
    except InvalidInput as fault:
        form.refuse(fault)
        return _state_page(request, petition, at=at, form=form, verb=verb, status=fault.http_status)
    except Conflict as fault:
        petition.refresh_from_db()
        return _state_page(request, petition, at=at, refusal=fault.message, status=fault.http_status)
    return _state_page(request, _petition_of(request.POST["pass"]), at=at, done=DONE[done])


def _do(verb, petition, given, *, at):
    by = Actor.public()
    if verb == "rate":
        return rate_from_public(petition, by=by, at=at, **given)
    if verb == "add":
        return "add" if add_from_public(petition, by=by, at=at, **given) else "add-again"
    if verb == "request":
        open_data_request(
            petition=petition, by=by, at=at, **clean_given(REQUEST, given, petition, None, step="提出")
        )
        return "request"
    withdraw_from_public(petition, by=by, at=at, **given)
    return "withdraw"


def new_pass(petition):
    return signing.dumps([petition.pk, petition.tracking_code.digest[:16]], salt=PASS_SALT)


def _petition_of(held):
    try:
        pk, digest = signing.loads(held, salt=PASS_SALT, max_age=settings.TRACK_PASS_MINUTES * 60)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = TrackingCode.objects.select_related(
        "petition__studio", "petition__organization", "petition__category", "petition__lead_unit"
    )
    found = rows.filter(petition=pk, digest__startswith=digest).first()
    return found.petition if found else None


def _code_page(request, form, *, fault="", typed="", status=200):
    context = {"form": form, "fault": fault, "typed": typed[:5000], "phone": settings.PUBLIC_PHONE}
    return render(request, "portal/public/track.html", context, status=status)


def _state_page(request, petition, *, at, form=None, verb="", done="", refusal="", status=200):
    state = public_state(petition, on=timezone.localdate(at))
    open_verbs = () if state.is_bare else _open_verbs(petition, at=at)
    forms = {name: form if name == verb else TrackStepForm(name, petition) for name in open_verbs}
    context = {
        "petition": petition,
        "state": state,
        "kind": KIND_WORDS.get(petition.kind, petition.get_kind_display()),
        "forms": forms,
        "verb": verb,
        "done": done,
        "refusal": refusal,
        "pass": new_pass(petition),
        "additions": [] if state.is_bare else list(petition.supplements.values_list("added_at", flat=True)),
        "requests": list(asked_online(petition)) if "request" in open_verbs else [],
        "phone": settings.PUBLIC_PHONE,
        "minutes": settings.TRACK_PASS_MINUTES,
    }
    return render(request, "portal/public/state.html", context, status=status)


def _open_verbs(petition, *, at):
    """What she may do now, in the order of the page."""
    verbs = ["rate"] if may_rate(petition, at=at) else []
    if petition.is_open:
        verbs.append("add")
    if TABLE["withdraw"].open_for(petition):
        verbs.append("withdraw")
    if not petition.anonymous and petition.anonymized_at is None:
        verbs.append("request")
    return verbs
