"""The five stages 接待—登记—处理—反馈—归档, step by step."""

from django.utils import timezone

from accounts.errors import InvalidInput
from petitions import notices, rules
from petitions.actions.moving import iso, move_on, next_due, stop_clock, write_duty
from petitions.enums import AssignmentRole, Outcome, Step
from petitions.models import Assignment, Feedback, Reply
from petitions.numbers import next_archive_number
from representatives.enums import DutyKind


def _register(petition, move, *, by, at, category, note):
    due = next_due(Step.ASSIGN, petition, at, category=category)
    changes = {"category": category, "registered_at": at, **due}
    after = {"category": category.full_name}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=note)


def _assign(petition, move, *, by, at, organization, note):
    changes = {"lead_unit": organization, "assigned_at": at, **next_due(Step.HANDLE, petition, at)}
    after = {"lead_unit": organization.display_name, "due_date": iso(changes["due_date"])}
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=note)
    _hand_to_unit(petition, at=at, note=note)


def _hand_to_unit(petition, *, at, note):
    Assignment.objects.create(
        petition=petition,
        organization=petition.lead_unit,
        role=AssignmentRole.LEAD,
        assigned_at=at,
        due_date=petition.due_date,
        note=note,
    )
    notices.tell_unit(petition, at=at)


def _reply(petition, move, *, by, at, content, outcome):
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


def _archive(petition, move, *, by, at, note, unsatisfied_note):
    if petition.is_unsatisfied and not unsatisfied_note:
        raise InvalidInput(
            {
                "unsatisfied_note": [
                    "本人不满意。请「重新办理」；确实不再办的，写明为什么不重新办理，才能归档。"
                ]
            }
        )
    # A file keeps its number when it comes back from being reopened (R59).
    year = timezone.localtime(at).year
    number = petition.archive_number or next_archive_number(petition, year=year)
    changes = {"archived_at": at, "archive_number": number}
    after = {"archive_number": number}
    if unsatisfied_note:
        after["unsatisfied_note"] = unsatisfied_note
        note = f"{note}\n不满意未重新办理：{unsatisfied_note}".strip()
    move_on(petition, move, by=by, at=at, changes=changes, after=after, note=note)


def _reopen(petition, move, *, by, at, reason, organization):
    unit = organization or petition.lead_unit
    if unit is None:
        raise InvalidInput({"organization": ["这件事还没有承办单位，请选择由谁重新办理。"]})
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
    _hand_to_unit(petition, at=at, note=reason)


def _withdraw(petition, move, *, by, at, reason):
    changes = {"withdrawn_at": at, **stop_clock(petition)}
    move_on(petition, move, by=by, at=at, changes=changes, note=reason)


DEEDS = {
    "register": _register,
    "assign": _assign,
    "reply": _reply,
    "feedback": _feed_back,
    "archive": _archive,
    "reopen": _reopen,
    "withdraw": _withdraw,
}
