"""The five stages 接待—登记—处理—反馈—归档, step by step."""

from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed
from petitions import notices, rules
from petitions.actions.hands import (
    add_co_units,
    check_co_units,
    check_countersigned,
    end_assignments,
    hand_to_unit,
)
from petitions.actions.moving import iso, move_on, next_due, stop_clock, write_duty
from petitions.call_backs import unanswered_faults, write_settled
from petitions.confidential import name_offices, take_words_back
from petitions.enums import AssignmentEnd, Outcome, Status, Step
from petitions.models import Feedback, Reply
from petitions.numbers import next_archive_number
from representatives.enums import DutyKind

UNSATISFIED = 2
"""A rating of so much or less: it is handled again, or the file says why not (R56)."""


def _register(petition, move, *, by, at, category, accused, note):
    due = next_due(Step.ASSIGN, petition, at, category=category)
    changes = {"category": category, "registered_at": at, **due}
    if accused:
        name_offices(petition, accused)
        changes["is_accusation"] = True
    after = {"category": category.full_name}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=note)
    if accused:
        take_words_back(petition)


def _assign(petition, move, *, by, at, organization, co_units, note):
    check_co_units(co_units, organization)
    changes = {"lead_unit": organization, "assigned_at": at, **next_due(Step.HANDLE, petition, at)}
    after = {"lead_unit": organization.display_name, "due_date": iso(changes["due_date"])}
    if co_units:
        after["co_units"] = [unit.display_name for unit in co_units]
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=note)
    hand_to_unit(petition, by=by, at=at, note=note)
    if co_units:
        add_co_units(petition, co_units, at=at, note=note)


def _reply(petition, move, *, by, at, content, outcome):
    check_countersigned(petition)
    resolved_at = at if outcome == Outcome.SOLVED else None
    step = next_due(Step.FEEDBACK, petition, at)
    changes = {"replied_at": at, "outcome": outcome, "resolved_at": resolved_at, **step}
    after = {"outcome": outcome, "unit": petition.lead_unit.display_name}
    move_on(petition, move, by=by, at=at, changes=changes, after=after)
    Reply.objects.create(
        petition=petition, organization=petition.lead_unit, outcome=outcome, content=content, replied_at=at
    )
    notices.tell_receiver(petition, at=at, unless=by.user)


def _feed_back(petition, move, *, by, at, method, content, rating, handling_rating):
    feedback = tell_person(
        petition,
        move,
        by=by,
        at=at,
        method=method,
        content=content,
        rating=rating,
        handling_rating=handling_rating,
    )
    if petition.mandate_id and rules.received(by.user, petition):
        write_duty(petition, DutyKind.PETITION_FED_BACK, feedback, at=at)


def tell_person(petition, move, *, by, at, method, content, rating, handling_rating, by_person=False):
    """The person knows the result, and how she rates it; whoever writes it down. Returns the Feedback."""
    changes = {
        "fed_back_at": at,
        "rating": rating,
        "handling_rating": handling_rating,
        "due_date": None,
        "due_explained": {},
    }
    after = {"method": method, "rating": rating, "handling_rating": handling_rating}
    move_on(petition, move, by=by, at=at, changes=changes, after=after)
    return Feedback.objects.create(
        petition=petition,
        method=method,
        content=content,
        rating=rating,
        handling_rating=handling_rating,
        by_person=by_person,
        told_at=at,
    )


def _rate(petition, move, *, by, at, method, handling_rating, rating, content, unsatisfied_note):
    """What she said after she was told. A file that is closed stays closed only with the reason why."""
    changes = {"rating": rating, "handling_rating": handling_rating}
    if petition.status == Status.ARCHIVED and min(rating, handling_rating) <= UNSATISFIED:
        _check_unsatisfied(unsatisfied_note)
    note = f"不满意未重新办理：{unsatisfied_note}" if unsatisfied_note else ""
    move_on(petition, move, by=by, at=at, changes=changes, after={"method": method, **changes}, note=note)
    Feedback.objects.create(petition=petition, method=method, content=content, told_at=at, **changes)


def _check_unsatisfied(unsatisfied_note):
    if not unsatisfied_note:
        sentence = "本人不满意。请「重新办理」；确实不再办的，写明为什么不重新办理，才能归档。"
        raise InvalidInput({"unsatisfied_note": [sentence]})


def _archive(petition, move, *, by, at, note, unsatisfied_note):
    faults = unanswered_faults(petition)
    if petition.is_unsatisfied or faults:
        _check_unsatisfied(unsatisfied_note)
    # A file keeps its number when it comes back from being reopened (R59).
    year = timezone.localtime(at).year
    number = petition.archive_number or next_archive_number(petition, year=year)
    changes = {"archived_at": at, "archive_number": number}
    after = {"archive_number": number}
    if unsatisfied_note:
        after["unsatisfied_note"] = unsatisfied_note
        note = f"{note}\n不满意未重新办理：{unsatisfied_note}".strip()
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=note)
    for fault in faults:
        write_settled(fault, by=by, at=at, reason=unsatisfied_note)


def _reopen(petition, move, *, by, at, reason, organization):
    unit = organization or petition.lead_unit
    if unit is None:
        raise InvalidInput({"organization": ["这件事还没有承办单位，请选择由谁重新办理。"]})
    if organization is None and any(
        unit.path.startswith(office.path) for office in rules.accused_of(petition)
    ):
        raise InvalidInput({"organization": ["原承办单位不能再办这件事，请另选承办单位。"]})
    changes = {
        "lead_unit": unit,
        "assigned_at": at,
        "replied_at": None,
        "resolved_at": None,
        "fed_back_at": None,
        "archived_at": None,
        "outcome": "",
        "rating": None,
        "handling_rating": None,
        "reopen_count": petition.reopen_count + 1,
        **next_due(Step.HANDLE, petition, at),
    }
    after = {"lead_unit": unit.display_name, "due_date": iso(changes["due_date"])}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=reason)
    end_assignments(petition, AssignmentEnd.REOPENED, at=at)
    hand_to_unit(petition, by=by, at=at, note=reason)


def _resolve(petition, move, *, by, at, note):
    if petition.status == Status.ARCHIVED and not rules.organizes(by.user, petition):
        raise NotAllowed("已归档的，请联系主管的组工干部记下「已解决」。")
    changes = {"outcome": Outcome.SOLVED, "resolved_at": at}
    move_on(petition, move, by=by, at=at, changes=changes, after={"outcome": Outcome.SOLVED}, note=note)
    notices.tell_receiver(petition, at=at, unless=by.user, words="后来解决了，请告诉群众")


def _withdraw(petition, move, *, by, at, reason):
    changes = {"withdrawn_at": at, **stop_clock(petition)}
    move_on(petition, move, by=by, at=at, changes=changes, note=reason)


DEEDS = {
    "register": _register,
    "assign": _assign,
    "reply": _reply,
    "feedback": _feed_back,
    "rate": _rate,
    "archive": _archive,
    "reopen": _reopen,
    "resolve": _resolve,
    "withdraw": _withdraw,
}
