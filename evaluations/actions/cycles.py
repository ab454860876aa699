"""The verbs of a year's appraisal, from its first day to the last (R84–R88)."""

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput
from evaluations.actions.conflicts import find_conflicts
from evaluations.actions.finalizing import follow_up
from evaluations.computing import compute_cycle, take_committee_marks
from evaluations.enums import CycleStatus, EvaluationStatus, IndicatorSource
from evaluations.models import Appeal, Cycle, Evaluation, Scheme
from evaluations.moves import CYCLES
from evaluations.notices import tell_appraised, tell_assessors
from evaluations.scoring import suggest
from records.actions import record_event
from records.bulk import EventRow, record_events
from records.moves import check_move, make_move
from representatives.enums import Level, MandateStatus
from representatives.models import Mandate
from studios.models import Studio
from workdays.queries import load_calendar
from workdays.templatetags.chinese_days import day as day_words


def perform_cycle(verb, cycle, *, by, at, data=None):
    """Do one verb of the table on a cycle. Returns the cycle as it now is.

    Raises NotAllowed, Conflict (wrong state, not yet time, something is missing, or somebody was first), InvalidInput.
    """
    move = CYCLES[verb]
    check_move(cycle, move, by=by, status=CycleStatus)
    given = move.clean(data or {}, cycle, by.user)
    with transaction.atomic():
        lock_cycle(cycle)
        check_move(cycle, move, by=by, status=CycleStatus)
        _DO[verb](cycle, move, by=by, at=at, **given)
    return cycle


def lock_cycle(cycle):
    """Whoever changes a cycle or anything in it does it alone."""
    cycle.status = Cycle.objects.select_for_update().values_list("status", flat=True).get(pk=cycle.pk)


def _move(cycle, move, *, by, at, changes=None, after=None, note=""):
    return make_move(
        cycle,
        move,
        by=by,
        at=at,
        organization=cycle.organization,
        status=CycleStatus,
        changes=changes,
        after=after,
        note=note,
    )


def in_scope(cycle):
    """Who takes part: mandates of its levels that stood on the cut-off day, or its venues in use (R85)."""
    path = cycle.organization.path
    if cycle.is_of_venues:
        return Studio.objects.filter(is_active=True, organization__path__startswith=path)
    rows = Mandate.objects.held_on(cycle.cut_off_date).exclude(status=MandateStatus.SUSPENDED)
    rows = rows.filter(organization__path__startswith=path, level__in=cycle.levels)
    return rows.frontline() if cycle.frontline_only else rows


def schemes_for(cycle):
    """{level: the Scheme in use} ("" for venues): that of the nearest place above, its own level before the general
    one. Raises Conflict where one is missing."""
    path = cycle.organization.path
    rows = Scheme.objects.in_use().filter(kind=cycle.kind, year=cycle.year).select_related("organization")
    near = [row for row in rows if path.startswith(row.organization.path)]
    levels = [""] if cycle.is_of_venues else list(cycle.levels)
    found = {}
    for level in levels:
        fitting = [row for row in near if row.level in ("", level)]
        best = max(fitting, key=lambda row: (len(row.organization.path), bool(row.level)), default=None)
        if best is None:
            whom = Level(level).label + "代表" if level else "工作室（站）"
            raise Conflict(
                f"{cycle.year}年还没有启用适用于{whom}的考评办法。请先到「考评办法」启用一份，再开始。",
                code="no-scheme",
            )
        found[level] = best
    return found


def _open(cycle, move, *, by, at):
    on = timezone.localdate(at)
    if cycle.cut_off_date > on:
        raise Conflict(
            f"在任截止日是{day_words(cycle.cut_off_date)}，那天以后才能开始；急需开始的，请先改截止日。",
            code="not-yet",
        )
    if not cycle.is_of_venues and not cycle.levels:
        raise InvalidInput({"levels": ["请至少选一个代表层级。"]})
    schemes = schemes_for(cycle)
    rows = list(_new_rows(cycle, schemes))
    if not rows:
        raise Conflict("截止日没有要考评的代表或工作室（站），请核对层级和截止日。", code="nobody")
    used = {row.pk for row in schemes.values()}
    # Sent back at this very moment, it would be changed under those who are appraised by it.
    held = Scheme.objects.in_use().filter(pk__in=used).select_for_update(no_key=True)
    if len(held) != len(used):
        raise Conflict("考评办法刚刚被退回或停用，没有开始。请启用后再试。", code="no-scheme")
    _move(cycle, move, by=by, at=at, changes={"opened_at": at}, after={"appraised": len(rows)})
    Evaluation.objects.bulk_create(rows, batch_size=1000)
    Scheme.objects.filter(pk__in=used, frozen_at=None).update(frozen_at=at)
    compute_cycle(cycle)
    what = "工作小结" if cycle.is_of_venues else "述职"
    tell_appraised(
        cycle,
        cycle.evaluations.all(),
        f"{cycle.year}年度考评开始，请写{what}",
        on=on,
        at=at,
        body=f"{day_words(cycle.report_due_date)}前上报；履职记录已列在旁边，草稿随时可存。",
    )


def _new_rows(cycle, schemes):
    if cycle.is_of_venues:
        for pk, organization in in_scope(cycle).values_list("pk", "organization_id").order_by("pk"):
            yield Evaluation(cycle=cycle, scheme=schemes[""], studio_id=pk, organization_id=organization)
        return
    rows = in_scope(cycle).values_list("pk", "level", "organization_id").order_by("pk")
    for pk, level, organization in rows:
        yield Evaluation(cycle=cycle, scheme=schemes[level], mandate_id=pk, organization_id=organization)


def _start_assessment(cycle, move, *, by, at):
    if _has_committee(cycle) and not cycle.assessors.counting().exists():
        raise Conflict("还没有请测评人。请先在本页「测评人」里添加，再开始测评。", code="no-assessors")
    _move(cycle, move, by=by, at=at)
    compute_cycle(cycle)
    assessors = list(cycle.assessors.counting().select_related("user"))
    for assessor in assessors:
        find_conflicts(assessor)
    body = f"请在{day_words(cycle.assess_due_date)}前打完分并封存；封存前别人看不到。"
    tell_assessors(assessors, f"请您测评：{cycle.title}", at=at, body=body)


def _has_committee(cycle):
    return Scheme.objects.filter(
        evaluations__cycle=cycle, indicators__source=IndicatorSource.COMMITTEE
    ).exists()


def _suggest(cycle, move, *, by, at):
    counting = cycle.assessors.counting()
    unsealed = counting.filter(sealed_at=None).count()
    if unsealed:
        raise Conflict(
            f"还有 {unsealed} 位测评人没有封存。请等他们封存，或免除不能测评的人。", code="not-sealed"
        )
    if _has_committee(cycle) and not counting.exists():
        raise Conflict("没有有效的测评表，请先请人测评。", code="no-assessors")
    _move(cycle, move, by=by, at=at)
    take_committee_marks(cycle)
    compute_cycle(cycle)
    suggest_grades(cycle)


def suggest_grades(cycle):
    """Write the grade that follows from each score, with the quota of its scheme. Returns how many changed."""
    changed = 0
    rows = cycle.evaluations.appraised().order_by()
    for scheme in Scheme.objects.filter(evaluations__cycle=cycle).distinct():
        scores = dict(rows.filter(scheme=scheme).values_list("pk", "score"))
        found = suggest(scores, scheme.lines, quota_percent=scheme.excellent_quota_percent)
        told = {}
        for pk, (grade, is_over) in found.items():
            told.setdefault((grade or "", is_over), []).append(pk)
        for (grade, is_over), ids in told.items():
            for start in range(0, len(ids), 1000):
                some = rows.filter(pk__in=ids[start : start + 1000])
                some = some.exclude(suggested_grade=grade, is_over_quota=is_over)
                changed += some.update(suggested_grade=grade, is_over_quota=is_over)
    return changed


def _recompute(cycle, move, *, by, at):
    changed = compute_cycle(cycle)
    if cycle.status == CycleStatus.DECIDING:
        suggest_grades(cycle)
    if changed:
        _move(cycle, move, by=by, at=at, after={"changed": changed})


def _publish(cycle, move, *, by, at):
    open_rows = cycle.evaluations.filter(status__in=EvaluationStatus.undecided()).count()
    if open_rows:
        noun = "个工作室（站）" if cycle.is_of_venues else "人"
        raise Conflict(f"还有 {open_rows} {noun}没有评定等次，评定完才能公示。", code="undecided")
    on = timezone.localdate(at)
    end = load_calendar().add_workdays(on, cycle.publicity_days).date
    _move(cycle, move, by=by, at=at, changes={"publicity_end_date": end})
    tell_appraised(
        cycle,
        cycle.evaluations.appraised(),
        f"{cycle.year}年度考评结果公示",
        on=on,
        at=at,
        body=f"公示到{day_words(end)}，有意见可以在线申诉。",
    )


def _withdraw_publicity(cycle, move, *, by, at, reason):
    _move(cycle, move, by=by, at=at, changes={"publicity_end_date": None}, note=reason)


def _end_publicity(cycle, move, *, by, at):
    on = timezone.localdate(at)
    if on <= cycle.publicity_end_date:
        raise Conflict(f"公示到{day_words(cycle.publicity_end_date)}，期满后才能结束。", code="not-yet")
    end = load_calendar().add_workdays(cycle.publicity_end_date, cycle.appeal_days).date
    _move(cycle, move, by=by, at=at, changes={"appeal_end_date": end})


def _finalize(cycle, move, *, by, at):
    on = timezone.localdate(at)
    if on <= cycle.appeal_end_date:
        raise Conflict(f"申诉受理到{day_words(cycle.appeal_end_date)}，期满后才能定档。", code="not-yet")
    waiting = Appeal.objects.open().filter(evaluation__cycle=cycle).count()
    if waiting:
        raise Conflict(f"还有 {waiting} 件申诉没有答复，答复后才能定档。", code="open-appeals")
    _move(cycle, move, by=by, at=at, changes={"closed_at": at})
    rows = cycle.evaluations.filter(status=EvaluationStatus.DECIDED)
    told = [
        EventRow(pk, "finalized", organization, after={"grade": grade})
        for pk, grade, organization in rows.values_list("pk", "decided_grade", "organization_id")
    ]
    rows.update(status=EvaluationStatus.FINAL)
    record_events(Evaluation, told, by=by, at=at)
    follow_up(cycle, by=by, at=at)
    tell_appraised(
        cycle, cycle.evaluations.final(), f"{cycle.year}年度考评已定档", on=on, at=at, body="结果可随时查看。"
    )


def _cancel(cycle, move, *, by, at, reason):
    was_open = cycle.status != CycleStatus.DRAFT
    _move(cycle, move, by=by, at=at, changes={"reason": reason, "closed_at": at}, note=reason)
    if was_open:
        on = timezone.localdate(at)
        tell_appraised(
            cycle, cycle.evaluations.appraised(), f"{cycle.title}已撤销", on=on, at=at, body=reason
        )


_DO = {
    "open": _open,
    "start_assessment": _start_assessment,
    "suggest": _suggest,
    "publish": _publish,
    "withdraw_publicity": _withdraw_publicity,
    "end_publicity": _end_publicity,
    "finalize": _finalize,
    "recompute": _recompute,
    "cancel": _cancel,
}


def note_computed(cycle, changed, *, by, at):
    """Scores followed the records without anybody pressing a button."""
    if changed:
        record_event(
            cycle, "compute", by=by, at=at, organization=cycle.organization, after={"changed": changed}
        )
