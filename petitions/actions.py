"""The verbs of a matter. Every door calls these and nothing else; each event has exactly one body.

All raise `NotAllowed` (not your post), `Conflict` (not this state, or somebody was first) or `InvalidInput`
(what the step must be given is missing or wrong), and then nothing has changed.
"""

import re
import unicodedata

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.errors import InvalidInput, NotAllowed
from petitions import notices, rules
from petitions.deadlines import step_due
from petitions.enums import AssignmentRole, Outcome, Status, Step
from petitions.models import Assignment, Feedback, Petition, Reply
from petitions.moves import RECEIVE, TABLE, UNMASK_REASON
from petitions.numbers import next_archive_number, next_petition_number
from records.actions import record_event
from records.moves import check_move, clean_given, make_move
from representatives.actions import hold_seats, write_duty_record
from representatives.enums import DutyKind

PHONE = re.compile(r"[0-9+][0-9]{4,19}")


def allowed_moves(petition, user):
    """The steps this user may take now, in the order of their buttons."""
    return TABLE.allowed(petition, user)


def allowed_verbs(petition, user):
    return [move.verb for move in allowed_moves(petition, user)]


def perform(verb, petition, *, by, at, data):
    """Take one step of the workflow table; `data` as a door received it. Returns the petition in its new state."""
    move = TABLE[verb]
    check_move(petition, move, by=by, status=Status)
    given = move.clean(data, petition, by.user)
    with transaction.atomic():
        _DEEDS[verb](petition, move, by=by, at=at, **given)
    return petition


@transaction.atomic
def receive_petition(*, by, at, source_key=None, **data):
    """Take down what somebody said (接待): the keys of `RECEIVE` in `data`. Returns a Petition in state received.

    `source_key` names the draft or ledger row it comes from: a second call with the same key returns the matter
    made by the first, so that a form sent twice over a bad line makes one matter.
    """
    if not rules.may_receive(by.user):
        raise NotAllowed("您的岗位不登记群众事项，请联系工作室（站）的联络员。")
    if source_key and (known := Petition.objects.filter(source_key=source_key).first()):
        return known
    given = _clean_receipt(data, by=by)
    hold_seats(receiving=given["mandate"], field="mandate")
    studio = given["studio"]
    due_date, due_explained = step_due(Step.REGISTER, given["kind"], at=at)
    petition = Petition.objects.create(
        **given,
        number=next_petition_number(studio.organization, year=timezone.localtime(at).year),
        organization=studio.organization,
        received_at=at,
        due_date=due_date,
        due_explained=due_explained,
        source_key=source_key,
        created_by=by.user,
    )
    record_event(
        petition,
        "receive",
        by=by,
        at=at,
        organization=petition.organization,
        after={"status": petition.status, "channel": petition.channel.code, "kind": petition.kind},
    )
    _write_duty(petition, DutyKind.PETITION_RECEIVED, petition, at=at)
    notices.tell_keepers(petition, at=at, unless=by.user)
    return petition


def _clean_receipt(data, *, by):
    data = dict(data)
    if isinstance(data.get("petitioner_phone"), str):
        phone = unicodedata.normalize("NFKC", data["petitioner_phone"])
        data["petitioner_phone"] = re.sub(r"[\s\-—()]", "", phone)
    given = clean_given(RECEIVE, data, None, by.user, step="接待")
    if given["petitioner_phone"] and not PHONE.fullmatch(given["petitioner_phone"]):
        raise InvalidInput({"petitioner_phone": ["联系电话应为5到20位数字，可带区号，请核对后重填。"]})
    if given["mandate"] and given["mandate"].level not in rules.Level.city_and_above():
        home, venue = given["mandate"].organization, given["studio"].organization
        if not home.path.startswith(venue.county_path):
            raise InvalidInput({"mandate": ["这位代表不属于该工作室（站）所在的县市区，请另选。"]})
    if given["anonymous"]:
        given["petitioner_name"] = given["petitioner_phone"] = ""
    given["title"] = " ".join(given["title"].split()) or first_sentence(given["content"])
    return given


def first_sentence(text, *, limit=30):
    """A title for a matter that was given none: its first sentence, cut at `limit` characters."""
    sentence = re.split(r"[。！？!?；;\n]", text.strip(), maxsplit=1)[0].strip() or text.strip()
    return sentence if len(sentence) <= limit else f"{sentence[: limit - 1]}…"


def register_petition(petition, *, by, at, category, note=""):
    return perform("register", petition, by=by, at=at, data={"category": category, "note": note})


def assign_petition(petition, *, by, at, organization, note=""):
    return perform("assign", petition, by=by, at=at, data={"organization": organization, "note": note})


def reply_petition(petition, *, by, at, content, outcome):
    return perform("reply", petition, by=by, at=at, data={"content": content, "outcome": outcome})


def feed_back_petition(petition, *, by, at, method, content="", rating=None):
    data = {"method": method, "content": content, "rating": rating}
    return perform("feedback", petition, by=by, at=at, data=data)


def archive_petition(petition, *, by, at, note=""):
    return perform("archive", petition, by=by, at=at, data={"note": note})


def reopen_petition(petition, *, by, at, reason, organization=None):
    return perform("reopen", petition, by=by, at=at, data={"reason": reason, "organization": organization})


def withdraw_petition(petition, *, by, at, reason):
    return perform("withdraw", petition, by=by, at=at, data={"reason": reason})


def check_may_unmask(petition, *, by):
    if not rules.may_unmask(by.user, petition):
        raise NotAllowed("您的岗位不能查看反映人的联系方式，请联系该工作室（站）的联络员。")


@transaction.atomic
def unmask_petition(petition, *, by, at, reason):
    """Name and phone of the petitioner, for a reason that stays in the time line. Returns (name, phone)."""
    check_may_unmask(petition, by=by)
    given = clean_given([UNMASK_REASON], {"reason": reason}, petition, by.user, step="查看联系方式")
    record_event(petition, "unmasked", by=by, at=at, organization=petition.organization, note=given["reason"])
    return petition.petitioner_name, petition.petitioner_phone


def _register(petition, move, *, by, at, category, note):
    changes = {"category": category, "registered_at": at, **_due(Step.ASSIGN, petition, at)}
    after = {"category": category.full_name}
    _move(petition, move, by=by, at=at, changes=changes, after=after, note=note)


def _assign(petition, move, *, by, at, organization, note):
    changes = {"lead_unit": organization, "assigned_at": at, **_due(Step.HANDLE, petition, at)}
    after = {"lead_unit": organization.display_name, "due_date": _iso(changes["due_date"])}
    _move(petition, move, by=by, at=at, changes=changes, after=after, note=note)
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
    due = _due(Step.FEEDBACK, petition, at)
    changes = {"replied_at": at, "outcome": outcome, "resolved_at": resolved_at, **due}
    after = {"outcome": outcome, "unit": petition.lead_unit.display_name}
    _move(petition, move, by=by, at=at, changes=changes, after=after)
    Reply.objects.create(
        petition=petition, organization=petition.lead_unit, outcome=outcome, content=content, replied_at=at
    )
    notices.tell_receiver(petition, at=at, unless=by.user)


def _feed_back(petition, move, *, by, at, method, content, rating):
    changes = {"fed_back_at": at, "rating": rating, "due_date": None, "due_explained": {}}
    after = {"method": method, "rating": rating}
    _move(petition, move, by=by, at=at, changes=changes, after=after)
    feedback = Feedback.objects.create(
        petition=petition, method=method, content=content, rating=rating, told_at=at
    )
    if petition.mandate_id and rules.received(by.user, petition):
        _write_duty(petition, DutyKind.PETITION_FED_BACK, feedback, at=at)


def _archive(petition, move, *, by, at, note):
    # A file keeps its number when it comes back from being reopened (R59).
    year = timezone.localtime(at).year
    number = petition.archive_number or next_archive_number(petition, year=year)
    changes = {"archived_at": at, "archive_number": number}
    _move(petition, move, by=by, at=at, changes=changes, after={"archive_number": number}, note=note)


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
        "reopen_count": petition.reopen_count + 1,
        **_due(Step.HANDLE, petition, at),
    }
    after = {"lead_unit": unit.display_name, "due_date": _iso(changes["due_date"])}
    _move(petition, move, by=by, at=at, changes=changes, after=after, note=reason)
    _hand_to_unit(petition, at=at, note=reason)


def _withdraw(petition, move, *, by, at, reason):
    changes = {"withdrawn_at": at, "due_date": None, "due_explained": {}}
    _move(petition, move, by=by, at=at, changes=changes, note=reason)


_DEEDS = {
    "register": _register,
    "assign": _assign,
    "reply": _reply,
    "feedback": _feed_back,
    "archive": _archive,
    "reopen": _reopen,
    "withdraw": _withdraw,
}


def _move(petition, move, *, by, at, changes, after=None, note=""):
    make_move(
        petition,
        move,
        by=by,
        at=at,
        organization=petition.organization,
        status=Status,
        changes=changes,
        after=after,
        note=note,
    )


def _due(step, petition, at):
    due_date, due_explained = step_due(step, petition.kind, at=at)
    return {"due_date": due_date, "due_explained": due_explained}


def _iso(day):
    return day.isoformat() if day else None


def _write_duty(petition, kind, source, *, at):
    if petition.mandate_id:
        write_duty_record(petition.mandate, kind, on=timezone.localtime(at).date(), source=source)


def hand_over_petitions(petitions, *, to, by, at):
    """Give open matters to another receiving representative, or with `to=None` to the venue alone."""
    verb = "handed_over" if to else "left_to_venue"
    for petition in petitions.select_related("organization", "mandate__person"):
        before = str(petition.mandate)
        Petition.objects.filter(pk=petition.pk).update(mandate=to)
        record_event(
            petition,
            verb,
            by=by,
            at=at,
            organization=petition.organization,
            before={"mandate": before},
            after={"mandate": str(to) if to else None},
        )
    if to and to.person.user:
        notify([to.person.user], title="有群众事项移交给您", link="/matters/", at=at)
