"""A colleague's offer: what is asked, who can help, and taking it. Two who take one: the second is told kindly."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.actor import Actor
from accounts.errors import Conflict, InvalidInput, NotAllowed
from portal.access import representatives_only
from studios.actions.offers import offers_to
from studios.actions.swaps import give_back_swap, take_swap, withdraw_swap
from studios.enums import SwapState
from studios.models import Duty, SwapRequest

PLAIN = "plain"


def _find(user, pk):
    rows = SwapRequest.objects.visible_to(user).select_related(
        "duty__day__studio", "duty__person", "duty__mandate", "taken_by__person", "in_return__day"
    )
    return get_object_or_404(rows, pk=pk)


@representatives_only
@require_safe
def swap_page(request, pk):
    return _show(request, _find(request.user, pk))


def _show(request, swap, *, refusal="", status=200):
    user, today = request.user, timezone.localdate()
    is_hers = swap.duty.person.user_id == user.pk
    is_takers = swap.taken_by is not None and swap.taken_by.person.user_id == user.pk
    is_open = swap.state == SwapState.OPEN and swap.duty.is_ahead and swap.duty.date > today
    context = {
        "active": "duties",
        "swap": swap,
        "duty": swap.duty,
        "day": swap.duty.day,
        "hours": f"{swap.duty.day.start_time:%H:%M}–{swap.duty.day.end_time:%H:%M}",
        "is_hers": is_hers,
        "is_takers": is_takers,
        "is_open": is_open,
        "offer": next(iter(offers_to(user, on=today, swap=swap)), None) if is_open and not is_hers else None,
        "own_duty": _duty_after(swap, user)
        if swap.state == SwapState.DONE and (is_hers or is_takers)
        else None,
        "refusal": refusal,
    }
    return render(request, "portal/swap.html", context, status=status)


def _duty_after(swap, user):
    """What became hers by the swap; None for her who gave hers up for nothing."""
    duties = Duty.objects.visible_to(user).of_user(user).holding().select_related("day__studio")
    return duties.filter(replaces__in=[swap.duty_id, swap.in_return_id]).first()


@representatives_only
@require_POST
def swap_step(request, pk, verb):
    swap = _find(request.user, pk)
    if verb not in ("take", "withdraw", "give_back"):
        raise Http404
    by, at = Actor.from_request(request, "portal"), timezone.now()
    try:
        if verb == "withdraw":
            withdraw_swap(swap, by=by, at=at)
            messages.success(request, "已撤回，这一班还是您来。")
            return redirect("portal:duty", pk=swap.duty_id)
        if verb == "give_back":
            give_back_swap(swap, by=by, at=at)
            messages.success(request, "已收回，这一班您不用来。仍在等别的同事接。")
            return redirect("portal:swap", pk=pk)
        swap = _take(swap, request.POST.get("how", ""), by=by, at=at)
    except (Conflict, NotAllowed, InvalidInput) as fault:
        return _show(request, _find(request.user, pk), refusal=fault.message, status=fault.http_status)
    done = swap.state == SwapState.DONE
    messages.success(request, "换班办好了。" if done else "谢谢您接班。联络员同意后通知您。")
    return redirect("portal:swap", pk=pk)


def _take(swap, how, *, by, at):
    offer = next(iter(offers_to(by.user, on=timezone.localdate(at), swap=swap)), None)
    if offer is None:
        raise InvalidInput("这是您自己的班，不能自己接。要来就请撤回换班。")
    if offer.mandate is None:
        raise NotAllowed(offer.refusal)
    in_return = None
    if how != PLAIN:
        in_return = next((duty for duty in offer.returns if str(duty.pk) == how), None)
        if in_return is None and swap.state == SwapState.OPEN:
            raise InvalidInput("请选择怎么接：直接接下，或用自己的一班来换。")
    return take_swap(swap, offer.mandate, by=by, at=at, in_return=in_return)
