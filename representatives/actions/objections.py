"""She objects to what stands in her file, or says what is missing; the office answers."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.enums import NoticeKind, Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Membership
from accounts.scope import STEP
from records.actions import record_event
from records.moves import check_move, clean_given, make_move
from representatives import file_rules
from representatives.actions.honours import file_address
from representatives.enums import ObjectionKind, ObjectionStatus
from representatives.models import DutyObjection, Mandate
from representatives.moves.duty_file import OBJECTION, OBJECTIONS

NOT_HERS = "只能对自己的履职档案提出异议。"


@transaction.atomic
def raise_objection(mandate, *, by, at, **data):
    """Returns the DutyObjection; the organizers nearest to her are told."""
    if by.user is None or not file_rules.is_hers(by.user, mandate):
        raise NotAllowed(NOT_HERS)
    given = clean_given(OBJECTION, data, mandate, by.user, step="提出异议")
    _check(mandate, given, at=at)
    # Two taps on one button: the second waits here, and then finds the first.
    list(Mandate.objects.filter(pk=mandate.pk).select_for_update(no_key=True).values_list("pk"))
    same = {name: given[name] for name in ("kind", "record", "duty_kind", "on")}
    if DutyObjection.objects.open().filter(mandate=mandate, **same).exists():
        raise Conflict("这一条您已经提过，正等组织部门答复。", code="already-open")
    objection = DutyObjection.objects.create(mandate=mandate, made_at=at, **given)
    after = {"kind": objection.kind, "about": objection.about}
    record_event(objection, "raise", by=by, at=at, organization=mandate.organization, after=after)
    notify(
        _nearest_organizers(mandate, besides=by.user, on=timezone.localdate(at)),
        title=f"{mandate.person.name}代表对履职记录有异议",
        body=objection.about,
        link=f"/admin/representatives/dutyobjection/{objection.pk}/change/",
        at=at,
        kind=NoticeKind.OTHER,
    )
    return objection


def _check(mandate, given, *, at):
    errors = {}
    if given["kind"] == ObjectionKind.WRONG:
        given["duty_kind"], given["on"] = "", None
        if given["record"] is None:
            errors["record"] = ["请选择哪一条履职记录不对。"]
    else:
        given["record"] = None
        if not given["duty_kind"]:
            errors["duty_kind"] = ["请选择少记的是哪类履职。"]
        if given["on"] is None:
            errors["on"] = ["请选择是哪一天的事。"]
        elif given["on"] > timezone.localdate(at):
            errors["on"] = ["日期不能晚于今天，请核对。"]
        elif mandate.start_date and given["on"] < mandate.start_date:
            errors["on"] = ["这一天还没有当选，请核对日期。"]
    if errors:
        raise InvalidInput(errors)


def _nearest_organizers(mandate, *, besides, on):
    """Of the lowest place above her that has any."""
    path = mandate.organization.path
    above = [path[:length] for length in range(STEP, len(path) + 1, STEP)]
    posts = Membership.objects.current(on=on).filter(
        organization__path__in=above, role=Role.ORGANIZER, user__is_active=True, user__is_service=False
    )
    found = {}
    for post in posts.exclude(user=besides).select_related("user", "organization"):
        found.setdefault(post.organization.path, []).append(post.user)
    return found[max(found, key=len)] if found else []


@transaction.atomic
def perform_objection(verb, objection, *, by, at, data):
    """Accept, refuse or take back, as the table says. Returns the objection in its new state."""
    move = OBJECTIONS[verb]
    check_move(objection, move, by=by, status=ObjectionStatus)
    given = move.clean(data, objection, by.user)
    answered = move.target in ObjectionStatus.answered()
    changes = {"answered_at": at, "answered_by": by.user, "answer": given["answer"]} if answered else {}
    mandate = objection.mandate
    make_move(
        objection,
        move,
        by=by,
        at=at,
        organization=mandate.organization,
        status=ObjectionStatus,
        changes=changes,
        note=given.get("answer", ""),
    )
    if answered:
        notify(
            [mandate.person.user],
            title=f"您对履职记录的异议已答复：{move.target.label}",
            body=given["answer"],
            link=file_address(mandate),
            at=at,
            kind=NoticeKind.OTHER,
        )
    return objection
