"""The public's door: a matter sent from a phone, after scanning the code at a venue. No account, no session."""

from functools import wraps

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from accounts.errors import InvalidInput
from petitions.actions.public import clean_receipt, receive_from_public
from petitions.models import Petition
from petitions.photos import clean_photos
from petitions.tracking import in_groups, source_key_of
from portal import flood
from portal.public_forms import BoxForm, is_our_token
from records.privacy import privacy_notice
from studios.models import Studio

SLACK_BYTES = 2**20
"""What the words and the wrapping of a form may take beside its photos."""
TOO_BIG = "照片太大，没有传上来。请少选几张，或截屏后再选截图；写好的字还在。"
TORN = "网络中断，没有传完。写好的字还在，请再点一次「送出」。"


def public_page(view):
    """For anybody. Nothing is kept on the way or on the phone, no search engine comes in, and no cookie is asked for:
    what a visitor may do rests on the form's own seal or on her code, so a forged request gains nothing."""

    @csrf_exempt
    @wraps(view)
    def guarded(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except UnreadablePostError:
            response = HttpResponse(TORN, status=400, content_type="text/plain; charset=utf-8")
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


@require_safe
def robots(request):
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@public_page
@require_safe
def box_without_code(request):
    return render(request, "portal/public/no_venue.html", {"reason": "", "phone": settings.PUBLIC_PHONE})


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def box(request, code):
    studio = Studio.objects.filter(code=code).select_related("organization", "parent").first()
    if studio is None or not studio.is_active:
        return no_venue(request, studio)
    source = flood.source_of(request, venue=studio.code)
    at = timezone.now()
    if request.method != "POST":
        form = BoxForm(studio, initial={})
        if flood.asks_sum(source, at=at):
            form.ask_sum(form.fields["token"].initial)
        return flood.remember_device(request, _box_page(request, form))
    if _is_too_big(request):
        form = BoxForm(studio)
        form.fault = TOO_BIG
        return _box_page(request, form, status=413)
    form = BoxForm(studio, request.POST, request.FILES)
    if not form.is_valid():
        return _box_page(request, form, status=400)
    try:
        petition, tracking_code, is_new = _take_in(form, source, at=at)
    except InvalidInput as fault:
        form.refuse(fault)
        return _box_page(request, form, status=429 if fault.code == "too-many" else fault.http_status)
    if is_new:
        flood.count_sent(source, at=at)
    return _sent_page(request, studio, petition, tracking_code)


def _take_in(form, source, *, at):
    """(petition, code, is new) of what was sent, or InvalidInput with a sentence at each field."""
    given, token = form.given(), form.cleaned_data.get("token") or ""
    if not is_our_token(token, form.studio):
        form.set_value("token", BoxForm(form.studio).fields["token"].initial)
        raise InvalidInput("页面放得太久了，写好的内容还在，请再点一次「送出」。")
    # What has been taken in already is only answered again: no limit stands in the way of that.
    if not Petition.objects.filter(source_key=source_key_of(token)).exists():
        _check_flood(form, token, source, at=at)
    photos = _clean_all(form, given)
    by = Actor.public()
    try:
        petition, code, is_new = receive_from_public(
            form.studio, token=token, photos=photos, by=by, at=at, **given
        )
    except IntegrityError:
        # The same form arrived twice at the same moment: the other one made it, this one is answered like it.
        petition, code, is_new = receive_from_public(form.studio, token=token, by=by, at=at, **given)
    if not is_new and petition.content != given["content"].strip():
        form.set_value("token", BoxForm(form.studio).fields["token"].initial)
        raise InvalidInput(
            f"先前写的那一件已经收到，查询码 {in_groups(code)}，请先记下。"
            "要改要补，请到「查进展」里补充；如果这是另一件事，请再点一次「送出」。"
        )
    return petition, code, is_new


def _check_flood(form, token, source, *, at):
    if flood.is_refused(source, at=at):
        raise InvalidInput(
            f"这里一小时内收到的太多了，暂时送不出去。写好的内容还在，请过一小时再送；"
            f"急事请打 {settings.PUBLIC_PHONE}，或到工作室当面说。",
            code="too-many",
        )
    asked = flood.asks_sum(source, at=at) or form.cleaned_data.get("website")
    seal, answer = form.cleaned_data.get("seal"), form.cleaned_data.get("answer")
    if asked and not flood.sum_is_right(answer, seal, token):
        form.ask_sum(token)
        words = "得数不对，请再算一次。" if answer else "这会儿送的人多，请算一道题，证明不是机器。"
        raise InvalidInput({"answer": [words]})
    if asked:
        form.asks_sum = True


def _clean_all(form, given):
    """The photos; the faults of words and photos are told together."""
    errors, photos = {}, []
    try:
        clean_receipt(given)
    except InvalidInput as fault:
        errors.update(fault.errors)
    try:
        photos = clean_photos(form.cleaned_data.get("photos") or [])
    except InvalidInput as fault:
        errors.update(fault.errors)
    if errors:
        raise InvalidInput(errors)
    return photos


def _is_too_big(request):
    """Told from the header, before anything is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = settings.BOX_PHOTOS * settings.BOX_PHOTO_MAX_BYTES + SLACK_BYTES
    return not length.isdecimal() or int(length) > most


def _box_page(request, form, *, status=200):
    name = "_box" if request.htmx else "box"
    context = {
        "form": form,
        "studio": form.studio,
        "fault": getattr(form, "fault", ""),
        "photos_lost": form.is_bound and not request.htmx and bool(request.FILES),
        "keeps_draft": "kiosk" not in request.GET,
        "photo_limit": settings.BOX_PHOTOS,
        **privacy_notice(),
    }
    return render(request, f"portal/public/{name}.html", context, status=status)


def _sent_page(request, studio, petition, code):
    """The answer to the sending itself, not a page with an address: the code is in no history, log or referrer."""
    name = "_sent" if request.htmx else "sent"
    context = {"studio": studio, "petition": petition, "code": in_groups(code)}
    response = render(request, f"portal/public/{name}.html", context)
    if request.htmx:
        # The draft on the phone is let go only on this word.
        response["HX-Trigger"] = "intake-saved"
    return response


def no_venue(request, studio):
    parent = studio.parent if studio and studio.parent and studio.parent.is_active else None
    context = {
        "reason": "closed" if studio else "unknown",
        "studio": studio,
        "parent": parent,
        "phone": settings.PUBLIC_PHONE,
    }
    return render(request, "portal/public/no_venue.html", context, status=404)
