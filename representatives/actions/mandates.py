"""Verbs of mandates and people."""

from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.scope import Scope
from records.actions import build_event, record_event
from records.models import Event
from records.moves import Given, check_move, clean_given, make_move
from representatives.actions.groups import drop_officers
from representatives.actions.links import end_links, end_links_of
from representatives.enums import LinkEnding, MandateStatus, OpenWorkFate
from representatives.models import Congress, ContactLink, Mandate, MandateDecision
from representatives.moves import TABLE
from representatives.open_work import open_work_of, open_work_shown

REASON = Given("reason", "查看原因", "text", max_length=200)


def perform(verb, mandate, *, by, at, data):
    """Suspend, restore, stop or end a mandate as the table says. Returns the mandate in its new state.

    Raises InvalidInput when open work hangs on it and nobody said what becomes of that work.
    """
    move = TABLE[verb]
    check_move(mandate, move, by=by, status=MandateStatus)
    given = move.clean(data, mandate, by.user)
    _check_decision_date(mandate, given, at=at)
    with transaction.atomic():
        if verb in ("stop", "end"):
            hold_seats(mandate, receiving=given["successor"], field="successor")
            _settle_open_work(mandate, given.pop("fate"), given.pop("successor"), by=by, at=at)
        _decide(mandate, move, given, by=by, at=at)
        if verb in ("stop", "end"):
            end_links_of(mandate, by=by, at=at)
            drop_officers([mandate.pk])
    return mandate


def hold_seats(*mandates, receiving, field):
    """Lock seats until this transaction is over, so that no work comes to one that ends at the same moment.

    `receiving` is the seat that is given work (or None); InvalidInput for `field` if it is no longer in office.
    """
    ids = {seat.pk for seat in (*mandates, receiving) if seat}
    if not ids:
        return
    # In one order, or two decisions that name each other would wait for ever; and only against each other: rows that
    # merely refer to a seat do not wait.
    locked = Mandate.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    states = {seat.pk: seat.status for seat in locked}
    if receiving and states[receiving.pk] != MandateStatus.IN_OFFICE:
        sentence = f"{receiving.person.name}的代表资格刚刚有了变动，请刷新页面后另选代表。"
        raise InvalidInput({field: [sentence]})


def _settle_open_work(mandate, fate, successor, *, by, at):
    work = open_work_of(mandate)
    if not work:
        return
    shown = open_work_shown(mandate, by.user)
    if shown and not fate:
        counted = "、".join(f"{source.label}{items.count()}件" for source, items in shown)
        raise InvalidInput({"fate": [f"名下还有未办结的{counted}，请选择移交给谁，或交由工作室（站）办理。"]})
    if fate == OpenWorkFate.HAND_OVER and successor is None:
        raise InvalidInput({"successor": ["请选择接手的代表。"]})
    to = successor if fate == OpenWorkFate.HAND_OVER else None
    for source, items in work:
        source.hand_over(items, to=to, by=by, at=at)


def _check_decision_date(mandate, given, *, at):
    """A decision is made while the mandate stands, and not tomorrow."""
    if given["decision_date"] > timezone.localtime(at).date():
        raise InvalidInput({"decision_date": ["决定日期不能晚于今天，请核对。"]})
    if mandate.start_date and given["decision_date"] < mandate.start_date:
        raise InvalidInput({"decision_date": ["决定日期早于当选日期，请核对。"]})


def _decide(mandate, move, given, *, by, at):
    over = move.target in (MandateStatus.STOPPED, MandateStatus.ENDED)
    changes = {"end_date": given["decision_date"]} if over else {}
    ground = given.get("ground", "")
    make_move(
        mandate,
        move,
        by=by,
        at=at,
        organization=mandate.organization,
        status=MandateStatus,
        changes=changes,
        after={"ground": ground, "decided_by": given["decided_by"]},
        note=given["note"],
    )
    MandateDecision.objects.create(mandate=mandate, verb=move.verb, **given)


@transaction.atomic
def close_congress(congress, *, by, at, end_date):
    """The term is over (届满): the next congress met on `end_date`. Returns how many mandates expired with it."""
    if not Scope.of(by.user).covers(congress.organization, Role.ORGANIZER):
        raise NotAllowed("只有本级组工干部能办理届满，请联系上级组织部门。")
    if Congress.objects.filter(pk=congress.pk, end_date=None).update(end_date=end_date) != 1:
        raise Conflict("这一届已经办理过届满。")
    congress.end_date = end_date
    expiring = Mandate.objects.filter(congress=congress, status__in=MandateStatus.holding())
    mandates = list(expiring.select_for_update(of=("self",)).select_related("organization"))
    Event.objects.bulk_create(
        build_event(
            mandate,
            "expire",
            by=by,
            at=at,
            organization=mandate.organization,
            before={"status": mandate.status},
            after={"status": MandateStatus.EXPIRED},
        )
        for mandate in mandates
    )
    expiring.filter(pk__in=[m.pk for m in mandates]).update(status=MandateStatus.EXPIRED, end_date=end_date)
    expired = ContactLink.objects.filter(mandate__congress=congress)
    end_links(expired, LinkEnding.MANDATE_OVER, by=by, at=at)
    drop_officers([mandate.pk for mandate in mandates])
    return len(mandates)


def check_may_reveal(*, by, organization):
    if not Scope.of(by.user).covers(organization, Role.ORGANIZER, Role.KEEPER):
        raise NotAllowed("您的岗位不能查看联系电话，请联系组工干部。")


@transaction.atomic
def reveal_phone(person, *, by, at, reason, organization):
    """A person's phone in full, for a reason that stays in the trail."""
    check_may_reveal(by=by, organization=organization)
    given = clean_given([REASON], {"reason": reason}, person, by.user, step="查看联系电话")
    record_event(person, "unmasked", by=by, at=at, organization=organization, note=given["reason"])
    return person.phone
