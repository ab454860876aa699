"""Merging what is the same thing (R57). One of the matters is the main one: it is handled and answered, and the others
follow it in the same transaction, each with an event and an assignment of its own. Telling the person and closing the
file are done for each by itself.
"""

from dataclasses import replace

from django.db import IntegrityError, transaction

from accounts.errors import Conflict, InvalidInput
from petitions import rules
from petitions.actions.following import FOLLOWED, bring_level, check_accused
from petitions.actions.moving import move_on
from petitions.enums import Status
from petitions.models import Petition, Problem
from petitions.numbers import next_problem_number
from records.actions import record_event

LEAVING = {"withdraw", "reopen"}
"""What a source does for itself alone: it leaves the problem."""
SINGLE = {
    "route_out": "这件事是并案办理的，转出要逐件告知本人。请先把它移出并案，再转出。",
}


def check_stands_alone(petition, verb):
    """A follower moves with its main matter and not by itself."""
    if petition.problem_id is None:
        return
    if verb in SINGLE:
        raise Conflict(SINGLE[verb], code="merged")
    if verb in FOLLOWED and petition.problem.main_id != petition.pk:
        raise Conflict(
            f"这件事已并案（{petition.problem.number}），随主件一起办理。请到主件上办；并错了的，先「移出并案」。",
            code="merged",
        )


def may_move_alone(petition, verb):
    try:
        check_stands_alone(petition, verb)
    except Conflict:
        return False
    return True


def _merge(petition, move, *, by, at, main, note):
    main = _hold(petition, main)
    _check_pair(petition, main)
    problem, is_new = _problem_of(main, by=by, at=at)
    check_accused([petition, main], [main, petition])
    changes = bring_level(petition, main, at=at) | {"problem": problem}
    after = {"problem": problem.number}
    move_on(
        petition,
        replace(move, target=main.status),
        by=by,
        at=at,
        changes=changes,
        after=after,
        note=note,
    )
    # Its own reader may not see this one: the main matter's time line names only the problem.
    verb = "problem_opened" if is_new else "problem_joined"
    record_event(main, verb, by=by, at=at, organization=main.organization, after=after)


def _hold(petition, main):
    """Both rows locked, in one order for everybody, and the main one as it is now."""
    rows = Petition.objects.select_for_update().filter(pk__in=[petition.pk, main.pk]).order_by("pk")
    locked = {row.pk: row for row in rows}
    if main.pk == petition.pk:
        raise InvalidInput({"main": ["不能并入它自己，请另选一件。"]})
    if locked[petition.pk].problem_id is not None:
        raise Conflict("刚才已有人把这件事并案了，没有重复执行。请刷新页面，看最新进展。")
    chosen = locked[main.pk]
    if chosen.problem_id:
        problem = Problem.objects.select_related("main").get(pk=chosen.problem_id)
        if problem.main_id != chosen.pk:
            chosen = Petition.objects.select_for_update().get(pk=problem.main_id)
    return chosen


ORDER = (Status.RECEIVED, Status.REGISTERED, Status.HANDLING, Status.FEEDBACK)


def _check_pair(petition, main):
    if main.organization.county_path != petition.organization.county_path:
        raise InvalidInput({"main": ["两件事不在同一个县市区，不能并案。请由各县市区分别办理。"]})
    if _accused_in(main) != _accused_in(petition):
        raise InvalidInput(
            {
                "main": [
                    "反映机关单位问题的事，只能和反映同一单位的并案：不然该单位会从同案的别的事里看出来。请分别办理。"
                ]
            }
        )
    if main.status not in ORDER or main.waits_for_archive:
        raise InvalidInput({"main": [f"{main.number} 已经办结，不能再并入。需要时请重新办理那一件。"]})
    if main.paused_at or main.extension_requested_at:
        raise InvalidInput({"main": [f"{main.number} 正停着表或在等延期批复，请先处理完再并案。"]})
    if ORDER.index(petition.status) > ORDER.index(main.status):
        words = f"这一件已到「{petition.get_status_display()}」，{main.number} 还在「{main.get_status_display()}」。"
        raise InvalidInput({"main": [f"{words}请打开 {main.number}，把它并入这一件。"]})


def _accused_in(petition):
    """The offices a matter complains about. All sources of a problem complain of the same ones or of none, so that
    nobody who sees one of them misses another: not by its title, not by a count, not by its time line."""
    if not petition.is_accusation:
        return set()
    return set(petition.accused_offices.values_list("organization_id", flat=True))


def _problem_of(main, *, by, at):
    if main.problem_id:
        return Problem.objects.get(pk=main.problem_id), False
    try:
        with transaction.atomic():
            problem = Problem.objects.create(
                number=next_problem_number(main, at=at),
                title=main.shown_title,
                organization=main.organization,
                main=main,
                opened_at=at,
                opened_by=by.user,
            )
    except IntegrityError as error:
        raise Conflict("刚才已有人以这件事为主件并案，没有重复执行。请刷新页面后再并。") from error
    Petition.objects.filter(pk=main.pk).update(problem=problem)
    main.problem = problem
    return problem, True


def _unmerge(petition, move, *, by, at, reason):
    problem = _lock_problem(petition)
    move_on(
        petition,
        move,
        by=by,
        at=at,
        changes={"problem": None},
        after={"problem": problem.number},
        note=reason,
    )
    _settle(problem, without=petition, by=by, at=at)


def leave_problem(petition, verb, *, by, at):
    """A source that is withdrawn, or handled anew for itself, leaves; a main matter that is handled anew stays."""
    if petition.problem_id is None or verb not in LEAVING:
        return
    problem = _lock_problem(petition)
    if verb == "reopen" and problem.main_id == petition.pk:
        return
    Petition.objects.filter(pk=petition.pk).update(problem=None)
    petition.problem = None
    after = {"problem": problem.number}
    record_event(petition, "problem_left", by=by, at=at, organization=petition.organization, after=after)
    _settle(problem, without=petition, by=by, at=at)


def _lock_problem(petition):
    problem = Problem.objects.select_for_update().filter(pk=petition.problem_id).first()
    if problem is None:
        raise Conflict("刚才已有人把这件事移出了并案。请刷新页面，看最新进展。")
    return problem


def _settle(problem, *, without, by, at):
    """One alone is no problem; if the main one left, the earliest of the others leads from now on."""
    rest = list(
        Petition.objects.select_for_update()
        .filter(problem=problem)
        .exclude(pk=without.pk)
        .select_related("organization")
        .order_by("received_at", "pk")
    )
    after = {"problem": problem.number}
    if len(rest) <= 1:
        for last in rest:
            Petition.objects.filter(pk=last.pk).update(problem=None)
            record_event(last, "problem_ended", by=by, at=at, organization=last.organization, after=after)
        Problem.objects.filter(pk=problem.pk).update(dissolved_at=at)
    elif problem.main_id == without.pk:
        main = next((one for one in rest if one.is_open), rest[0])
        Problem.objects.filter(pk=problem.pk).update(main=main, title=main.shown_title)
        record_event(main, "problem_led", by=by, at=at, organization=main.organization, after=after)


@transaction.atomic
def merge_petitions(petitions, *, main, by, at, note=""):
    """Merge several into `main`, all or none. Returns the Problem."""
    from petitions.actions.engine import perform

    others = [petition for petition in petitions if petition.pk != main.pk]
    if not others:
        raise InvalidInput({"petitions": ["请至少再选一件，才能并案。"]})
    for petition in others:
        if not rules.merge_targets(petition, by.user).filter(pk=main.pk).exists():
            raise InvalidInput({"main": ["主件和选中的事项不在同一个县市区，或您不能并案，请另选。"]})
        perform("merge", petition, by=by, at=at, data={"main": main, "note": note})
    return Problem.objects.get(petitions=others[0])


DEEDS = {"merge": _merge, "unmerge": _unmerge}
