"""履职档案 on the phone (R73): one's own file of a term, what is still to be done this year, evidence, objections."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actor import Actor
from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed
from portal.access import representatives_only
from records.given_forms import GivenForm
from representatives.actions.duty_items import cancel_tick, check_may_tick, tick_item
from representatives.actions.objections import perform_objection, raise_objection
from representatives.duty_file import files_of, open_duty_file
from representatives.enums import DutyKind, ObjectionKind
from representatives.models import DutyItem, DutyObjection, DutyRecord, DutyTick, Mandate, Person
from representatives.moves.duty_file import OBJECTION, TEXT, TICK
from representatives.papers.dossier import print_dossier

HERE = {
    DutyKind.RECEPTION: ("portal:duties", "看驻室安排"),
    DutyKind.BRANCH_CONTACT: ("portal:contacts", "去联系支部"),
    DutyKind.TRAINING: ("portal:trainings", "看培训"),
    DutyKind.MENTORING: ("portal:pairs", "去帮带"),
    DutyKind.PETITION_RECEIVED: ("portal:matter_new", "记一件事"),
    DutyKind.PETITION_FED_BACK: ("portal:matters", "看要反馈的事"),
}
"""Where she does what an item asks for."""
MISSING = (*(replace(given, required=True) for given in OBJECTION if given.name in ("duty_kind", "on")), TEXT)


class FileForm(GivenForm):
    prompts = {
        "evidence": "做了什么",
        "on": "哪天",
        "quantity": "几次或几名",
        "text": "怎么回事",
        "duty_kind": "少记的是哪一类",
    }


def _own_mandates(user):
    return Mandate.objects.filter(person__user_id=user.pk)


def _chosen(request):
    """(the mandate asked for or the first of them, all of them); None where the account is nobody on the rolls."""
    person = Person.objects.filter(user_id=request.user.pk).first()
    mandates = files_of(person, _own_mandates(request.user)) if person else []
    asked = request.GET.get("mandate", "")
    if not asked:
        return (mandates[0] if mandates else None), mandates
    found = next((mandate for mandate in mandates if str(mandate.pk) == asked), None)
    if found is None:
        raise Http404
    return found, mandates


@representatives_only
@require_safe
def duty_file(request):
    return _show(request)


def _show(request, *, refusal="", status=200):
    mandate, mandates = _chosen(request)
    if mandate is None:
        return render(request, "portal/duty_file.html", {"active": "me", "file": None}, status=status)
    kind = request.GET.get("kind", "")
    file = open_duty_file(
        mandate,
        reader=request.user,
        on=timezone.localdate(),
        asked=request.GET.get("year"),
        page=request.GET.get("page", 1),
        kind=kind,
    )
    context = {
        "active": "me",
        "file": file,
        "mandates": mandates,
        "kind": kind,
        "step": _next_step(file),
        "is_now": file.year == timezone.localdate().year,
        "refusal": refusal,
    }
    return render(request, "portal/duty_file.html", context, status=status)


def _next_step(file):
    """(address, words of the button) of what is to be done first, of this year's list."""
    line = file.next_line
    if line is None or file.year != timezone.localdate().year:
        return None
    if line.item.is_by_hand:
        return _item_address(line.item, file.mandate), "记一笔"
    here = next((HERE[kind] for kind in line.item.kinds if kind in HERE), None)
    return (reverse(here[0]), here[1]) if here else None


def _item_address(item, mandate):
    return f"{reverse('portal:duty_item', args=[item.pk])}?mandate={mandate.pk}"


def _file_address(mandate, year=None):
    query = {"mandate": mandate.pk} | ({"year": year} if year else {})
    return f"{reverse('portal:duty_file')}?{urlencode(query)}"


@representatives_only
@require_safe
def duty_file_paper(request, pk):
    related = ("person", "congress", "organization__parent", "group__placement__studio")
    mandate = get_object_or_404(_own_mandates(request.user).select_related(*related), pk=pk)
    at = timezone.now()
    try:
        name, content = print_dossier(
            mandate,
            by=Actor.from_request(request, "portal"),
            at=at,
            on=timezone.localdate(at),
            asked=request.GET.get("year"),
        )
    except DomainError as fault:
        messages.error(request, fault.message)
        return redirect(_file_address(mandate, request.GET.get("year")))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def duty_item(request, pk):
    """One item of the list: what was written down for it, and another line of evidence."""
    mandate, _mandates = _chosen(request)
    item = get_object_or_404(DutyItem.objects.visible_to(request.user), pk=pk)
    if mandate is None:
        raise Http404
    by, today = Actor.from_request(request, "portal"), timezone.localdate()
    form = _dated(FileForm(TICK, _posted(request), user=request.user, initial=_today(request)), today)
    form.fields["quantity"].help_text = f"只有 1 {item.unit}的可以不填；一起做了几{item.unit}的，写数目"
    status = 200
    try:
        check_may_tick(item, mandate, by=by)
        if request.method == "POST" and form.is_valid():
            tick_item(
                item,
                mandate,
                by=by,
                at=timezone.now(),
                upload=request.FILES.get("file"),
                **form.given(),
            )
            messages.success(request, f"已记下：{item.text}。")
            return redirect(_file_address(mandate, item.year))
    except InvalidInput as fault:
        form.refuse(fault)
        status = fault.http_status
    except (Conflict, NotAllowed) as fault:
        return _show(request, refusal=fault.message, status=fault.http_status)
    rows = DutyTick.objects.standing().filter(item=item, mandate__person__user_id=request.user.pk)
    context = {
        "active": "me",
        "item": item,
        "mandate": mandate,
        "form": form,
        "rows": list(rows),
        "here": _item_address(item, mandate),
        "back": _file_address(mandate, item.year),
    }
    return render(request, "portal/duty_item.html", context, status=status)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _today(request):
    return None if request.method == "POST" else {"on": timezone.localdate().isoformat()}


def _dated(form, today):
    form.fields["on"].widget.attrs["max"] = today.isoformat()
    return form


@representatives_only
@require_POST
def duty_tick_cancel(request, pk):
    rows = DutyTick.objects.filter(mandate__person__user_id=request.user.pk).with_names()
    tick = get_object_or_404(rows, pk=pk)
    try:
        cancel_tick(tick, by=Actor.from_request(request, "portal"), at=timezone.now(), reason="本人更正")
    except (Conflict, NotAllowed) as fault:
        return _show(request, refusal=fault.message, status=fault.http_status)
    messages.success(request, "已取消，这一条不再计入清单。")
    return redirect(_file_address(tick.mandate, tick.item.year))


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def objection_new(request):
    """这条不对, or 少记了一件: the office is asked, nothing is changed by it."""
    mandate, _mandates = _chosen(request)
    if mandate is None:
        raise Http404
    record = _record(request, mandate)
    needs = (TEXT,) if record else MISSING
    form = FileForm(needs, _posted(request), user=request.user)
    if not record:
        _dated(form, timezone.localdate())
    status = 200
    try:
        if request.method == "POST" and form.is_valid():
            kind = ObjectionKind.WRONG if record else ObjectionKind.MISSING
            given = form.given() | {"kind": kind, "record": record}
            raise_objection(mandate, by=Actor.from_request(request, "portal"), at=timezone.now(), **given)
            messages.success(request, "已告诉组织部门，答复后通知您。")
            return redirect(_file_address(mandate, request.GET.get("year")))
    except InvalidInput as fault:
        form.refuse(fault)
        status = fault.http_status
    except (Conflict, NotAllowed) as fault:
        return _show(request, refusal=fault.message, status=fault.http_status)
    context = {
        "active": "me",
        "mandate": mandate,
        "record": record,
        "form": form,
        "back": _file_address(mandate, record.on.year if record else request.GET.get("year")),
    }
    return render(request, "portal/objection.html", context, status=status)


def _record(request, mandate):
    asked = request.GET.get("record", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    return get_object_or_404(DutyRecord.objects.standing().filter(mandate=mandate), pk=asked)


@representatives_only
@require_POST
def objection_withdraw(request, pk):
    rows = DutyObjection.objects.filter(mandate__person__user_id=request.user.pk).with_names()
    objection = get_object_or_404(rows, pk=pk)
    by = Actor.from_request(request, "portal")
    try:
        perform_objection("withdraw", objection, by=by, at=timezone.now(), data={})
    except (Conflict, NotAllowed) as fault:
        return _show(request, refusal=fault.message, status=fault.http_status)
    messages.success(request, "已收回。")
    return redirect(_file_address(objection.mandate))
