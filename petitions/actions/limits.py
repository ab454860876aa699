"""Keeping the rules of the clock (R58): versions of time limits, each with its source; what was in force stays as it
was, so that every date can still be explained."""

from django.db import IntegrityError, transaction

from accounts.errors import Conflict, InvalidInput
from accounts.models import Organization
from petitions.models import TimeLimit
from records.actions import record_event

MOST_WORK_DAYS = 250
"""About a year of work days: more is a typing error."""


def add_limit(*, by, at, on, step, work_days, source, in_force_from, kind="", level="", category=None):
    """A rule where there was none; it may begin today. Raises InvalidInput, Conflict."""
    limit = TimeLimit(
        step=step,
        kind=kind,
        level=level,
        category=category,
        work_days=work_days,
        source=source,
        in_force_from=in_force_from,
    )
    check_new_limit(limit, on=on)
    return _write(limit, "created", by=by, at=at)


def check_new_limit(limit, *, on):
    errors = _faults(limit.work_days, limit.source)
    if limit.in_force_from < on:
        errors["in_force_from"] = ["施行日期不能早于今天：已经告知的期限不追溯改动。"]
    if TimeLimit.objects.versions_of(limit).exists():
        errors["step"] = ["这个环节、类别、层级和分类已有规定，请打开它点「修订」，不要另建一条。"]
    if errors:
        raise InvalidInput(errors)


def revise_limit(limit, *, by, at, on, work_days, source, in_force_from, is_repealed=False):
    """A new version of the rule from a later day on; `is_repealed` ends it, and the more general rule counts again."""
    errors = _faults(work_days, source)
    if in_force_from <= on:
        errors["in_force_from"] = ["修订须从明天或更晚的日子起施行：今天以前的期限按当时的规定算。"]
    elif TimeLimit.objects.versions_of(limit).filter(in_force_from__gte=in_force_from).exists():
        errors["in_force_from"] = ["这一天或之后已有另一个版本，请选更晚的日期，或先改那个还没施行的版本。"]
    if errors:
        raise InvalidInput(errors)
    version = TimeLimit(
        step=limit.step,
        kind=limit.kind,
        level=limit.level,
        category=limit.category,
        work_days=work_days,
        source=source,
        in_force_from=in_force_from,
        is_repealed=is_repealed,
    )
    return _write(version, "revised", by=by, at=at, before=_told(limit))


def check_not_in_force(limit, *, on):
    """What has been in force is neither rewritten nor deleted."""
    if limit.in_force_from <= on:
        raise Conflict("这个版本已经施行，不能改动或删除。请用「修订」从以后的日子起改。", code="in-force")


def change_limit(limit, *, by, at, on, work_days, source):
    """Correct a version that is not yet in force."""
    check_not_in_force(limit, on=on)
    if errors := _faults(work_days, source):
        raise InvalidInput(errors)
    before = _told(limit)
    limit.work_days, limit.source = work_days, source
    return _write(limit, "updated", by=by, at=at, before=before)


@transaction.atomic
def cancel_limit(limit, *, by, at, on):
    """Take back a version that is not yet in force."""
    check_not_in_force(limit, on=on)
    record_event(limit, "deleted", by=by, at=at, organization=_city(), before=_told(limit))
    limit.delete()


def _faults(work_days, source):
    errors = {}
    if not 1 <= work_days <= MOST_WORK_DAYS:
        errors["work_days"] = [f"工作日数须在 1 到 {MOST_WORK_DAYS} 之间。"]
    if not source.strip():
        errors["source"] = ["请写明依据，如文件名称和条款。"]
    return errors


def _write(limit, verb, *, by, at, before=None):
    try:
        with transaction.atomic():
            limit.save()
            record_event(limit, verb, by=by, at=at, organization=_city(), before=before, after=_told(limit))
    except IntegrityError as error:
        raise Conflict("刚才已有人为这一天写入了版本，这次没有保存。请刷新后核对。") from error
    return limit


def _told(limit):
    return {
        "work_days": limit.work_days,
        "source": limit.source,
        "in_force_from": limit.in_force_from.isoformat(),
        "is_repealed": limit.is_repealed,
    }


def _city():
    """The rules are the whole city's."""
    return Organization.objects.order_by("path").first()
