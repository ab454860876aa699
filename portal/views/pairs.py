"""结对: the pairs one is a part of; the mentor writes down what was done, and which goals are reached."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from portal.access import is_representative, signed_in
from records.given_forms import GivenForm
from representatives.quarters import Quarter
from training import pair_rules
from training.actions.pairs import NOT_HERS, add_goal, cancel_mentoring, reach_goal, record_mentoring
from training.enums import PairStatus
from training.models import MentorPair
from training.moves.pairs import GOAL, REACH, RECORD
from training.pages.pair import pair_page


@dataclass(frozen=True)
class Step:
    title: str
    button: str
    needs: tuple
    do: object
    today: str
    """The field that is today unless she says otherwise."""
    done: str


STEPS = {
    "record": Step("记一次帮带", "记下", RECORD, record_mentoring, "on", "已记下，并记入履职档案。"),
    "add_goal": Step("定一个目标", "定下", GOAL, add_goal, "", "目标已定下。"),
    "reach_goal": Step("达到了一个目标", "登记", REACH, reach_goal, "reached_date", "已登记，祝贺。"),
}


class PairForm(GivenForm):
    prompts = {"kind": "做了什么", "on": "哪天", "goal": "哪个目标"}


def _layout(user):
    return "portal/page.html" if is_representative(user) else "allauth/layouts/manage.html"


def _pairs_of(user):
    rows = MentorPair.objects.of_user(user).with_last_record().with_names()
    return rows.select_related(
        "mentor__person__user", "mentor__organization", "mentee__user", "organization__parent"
    )


@signed_in
@require_safe
def pair_list(request):
    today = timezone.localdate()
    quarter = Quarter.of(today)
    pairs = list(_pairs_of(request.user).order_by("-start_date", "pk"))
    rows = [
        {
            "pair": pair,
            "leads": pair_rules.is_mentor(request.user, pair),
            "waits": pair.status == PairStatus.ACTIVE
            and (pair.last_on is None or pair.last_on < quarter.first),
        }
        for pair in pairs
    ]
    context = {
        "active": "me",
        "layout": _layout(request.user),
        "standing": [row for row in rows if row["pair"].status == PairStatus.ACTIVE],
        "ended": [row for row in rows if row["pair"].status != PairStatus.ACTIVE],
    }
    return render(request, "portal/pairs.html", context)


@signed_in
@require_safe
def pair_view(request, pk):
    return _show(request, _find(request.user, pk))


def _find(user, pk):
    return get_object_or_404(_pairs_of(user), pk=pk)


def _show(request, pair, *, refusal="", status=200):
    leads = pair_rules.is_mentor(request.user, pair)
    context = {
        "active": "me",
        "layout": _layout(request.user),
        "pair": pair,
        "page": pair_page(pair, on=timezone.localdate()),
        "leads": leads,
        "may_record": leads and pair.status == PairStatus.ACTIVE,
        "refusal": refusal,
    }
    return render(request, "portal/pair.html", context, status=status)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def pair_step(request, pk, verb):
    pair = _find(request.user, pk)
    if verb not in STEPS:
        raise Http404
    step = STEPS[verb]
    form = _form(request, step, pair)
    try:
        if request.method == "POST" and form.is_valid():
            step.do(pair, by=Actor.from_request(request, "portal"), at=timezone.now(), **form.given())
            messages.success(request, step.done)
            return redirect("portal:pair", pk=pk)
        if not pair_rules.may_record(request.user, pair):
            raise NotAllowed(NOT_HERS)
        if pair.status != PairStatus.ACTIVE:
            raise Conflict(f"这一对现在是「{pair.get_status_display()}」，不能再登记。")
    except InvalidInput as fault:
        form.refuse(fault)
        return _step_page(request, pair, step, verb, form, status=fault.http_status)
    except (Conflict, NotAllowed) as fault:
        return _show(request, _find(request.user, pk), refusal=fault.message, status=fault.http_status)
    return _step_page(request, pair, step, verb, form)


def _form(request, step, pair):
    data = request.POST if request.method == "POST" else None
    initial = {step.today: timezone.localdate().isoformat()} if step.today and data is None else None
    form = PairForm(step.needs, data, subject=pair, user=request.user, initial=initial)
    if step.today:
        form.fields[step.today].widget.attrs["max"] = timezone.localdate().isoformat()
    return form


def _step_page(request, pair, step, verb, form, *, status=200):
    context = {
        "active": "me",
        "layout": _layout(request.user),
        "pair": pair,
        "step": step,
        "verb": verb,
        "form": form,
    }
    return render(request, "portal/pair_step.html", context, status=status)


@signed_in
@require_POST
def pair_cancel(request, pk, record):
    pair = _find(request.user, pk)
    row = get_object_or_404(pair.records, pk=record)
    row.pair = pair
    try:
        cancel_mentoring(row, by=Actor.from_request(request, "portal"), at=timezone.now())
    except (Conflict, NotAllowed) as fault:
        return _show(request, _find(request.user, pk), refusal=fault.message, status=fault.http_status)
    messages.success(request, "已更正，这一条不再计入履职档案。")
    return redirect("portal:pair", pk=pk)
