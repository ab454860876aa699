"""Items to improve after an appraisal: set, done, confirmed (R91)."""

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.consequence_notices import (
    improvement_desk_link,
    improvement_link,
    organizers_of,
    tell,
)
from evaluations.consequence_rules import improvable, may_improve
from evaluations.enums import ImprovementStatus
from evaluations.models import Evaluation, Improvement
from evaluations.moves.improvements import IMPROVEMENT, IMPROVEMENTS
from records.actions import record_event
from records.moves import check_move, clean_given, make_move
from records.papers.words import day

NO_ORGANIZER = "改进事项由评定机关或所在地的组工干部列出，请联系他们。"


@transaction.atomic
def add_improvement(evaluation, *, by, at, data):
    """Set an item after an appraisal whose grade has been told. Returns the Improvement."""
    if by.user is not None and not may_improve(by.user, evaluation):
        raise NotAllowed(NO_ORGANIZER)
    if not evaluation.is_told:
        raise Conflict("等次公示以后才能列改进事项，请先完成评定和公示。", code="wrong-state")
    given = clean_given(IMPROVEMENT, data, evaluation, by.user, step="列出改进事项")
    if bool(given["owner"]) == bool(given["owner_name"]):
        sentence = "责任人选一位，没有账号的填姓名；两样只填一样。"
        raise InvalidInput({"owner": [sentence]})
    _check_day(given["due_date"], at=at)
    # Two presses of one button: the second waits here, and then finds the first.
    list(
        Evaluation.objects.filter(pk=evaluation.pk)
        .order_by()
        .select_for_update(no_key=True)
        .values_list("pk")
    )
    if evaluation.improvements.open().filter(content=given["content"]).exists():
        raise InvalidInput({"content": ["这一条已经列出了，还没有改完。"]})
    improvement = Improvement.objects.create(evaluation=evaluation, created_at=at, **given)
    record_event(
        improvement,
        "add",
        by=by,
        at=at,
        organization=evaluation.organization,
        after={
            "content": improvement.content,
            "owner": improvement.owner_label,
            "due_date": improvement.due_date.isoformat(),
        },
    )
    _tell_owner(improvement, f"请改进，{day(improvement.due_date)}前完成", at=at, unless=by.user)
    return improvement


def _check_day(day, *, at):
    if day <= timezone.localdate(at):
        raise InvalidInput({"due_date": ["完成期限须在今天以后，请另选。"]})


def may_add(user, evaluation):
    """For pages that show the button: would `add_improvement` be heard?"""
    return evaluation.is_told and may_improve(user, evaluation)


def evaluations_to_improve(user):
    return improvable(None, user)


def perform_improvement(verb, improvement, *, by, at, data=None):
    """One step of the table. Returns the improvement."""
    move = IMPROVEMENTS[verb]
    check_move(improvement, move, by=by, status=ImprovementStatus)
    given = move.clean(data or {}, improvement, by.user)
    with transaction.atomic():
        _DO[verb](improvement, move, by=by, at=at, **given)
    return improvement


def _move(improvement, move, *, by, at, changes=None, after=None, note=""):
    make_move(
        improvement,
        move,
        by=by,
        at=at,
        organization=improvement.evaluation.organization,
        status=ImprovementStatus,
        changes=changes,
        after=after,
        note=note,
    )


def _report_done(improvement, move, *, by, at, result):
    changes = {"result": result, "done_at": at, "reason": ""}
    _move(improvement, move, by=by, at=at, changes=changes, note=result[:200])
    evaluation = improvement.evaluation
    homes = (evaluation.cycle.organization, evaluation.organization)
    users = organizers_of(*homes, on=timezone.localdate(at))
    title = f"{evaluation.name}的改进事项等您验收"
    link = improvement_desk_link(improvement)
    tell(users, title, body=improvement.content, link=link, at=at, unless=by.user)


def _confirm(improvement, move, *, by, at, note):
    _move(improvement, move, by=by, at=at, changes={"settled_at": at}, note=note)
    _tell_owner(improvement, "改进事项已验收", at=at, unless=by.user)


def _send_back(improvement, move, *, by, at, reason):
    _move(improvement, move, by=by, at=at, changes={"done_at": None, "reason": reason}, note=reason)
    _tell_owner(improvement, f"改进事项退回再改：{reason}", at=at, unless=by.user)


def _postpone(improvement, move, *, by, at, due_date, reason):
    _check_day(due_date, at=at)
    after = {"due_date": due_date.isoformat()}
    _move(improvement, move, by=by, at=at, changes={"due_date": due_date}, after=after, note=reason)
    _tell_owner(improvement, f"改进期限改到{day(due_date)}", at=at, unless=by.user)


def _drop(improvement, move, *, by, at, reason):
    _move(improvement, move, by=by, at=at, changes={"settled_at": at, "reason": reason}, note=reason)
    _tell_owner(improvement, "改进事项已取消", at=at, unless=by.user)


def _tell_owner(improvement, title, *, at, unless):
    body = improvement.content
    tell([improvement.owner], title, body=body, link=improvement_link(improvement), at=at, unless=unless)


_DO = {
    "report_done": _report_done,
    "confirm": _confirm,
    "send_back": _send_back,
    "postpone": _postpone,
    "drop": _drop,
}
