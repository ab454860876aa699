"""Importing in two jobs: one that checks and compares, and after the confirmation one that applies.

Both start from the uploaded file. The second makes the comparison again in its own transaction and refuses if the
outcome is not the one that was confirmed.
"""

import json
import uuid
from io import BytesIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.actor import Actor
from accounts.enums import Role
from accounts.errors import Conflict
from accounts.models import Organization
from accounts.scope import Scope
from records.importers import (
    check_may_import,
    get_importer,
    make_plan,
    read_import,
    register_importer,
    run_import,
    without_gc,
)
from records.jobs import enqueue_job, job_kind
from records.models import Job
from records.models.jobs import JobState
from records.workbooks import write_faults
from records.workbooks.cells import plain

CHECK, APPLY = "import-check-", "import-apply-"


def declare_import(importer):
    """Make an importer known to the admin pages, and its two jobs to the workers. Called in an app's `jobs.py`."""
    register_importer(importer)
    job_kind(CHECK + importer.kind, f"核对{importer.label}")(_check)
    job_kind(APPLY + importer.kind, f"导入{importer.label}")(_apply)


def start_check(importer, file, *, by, at, name):
    """Put an uploaded file up for checking. Returns the job; `name` is what the user called the file."""
    check_may_import(by)
    stored = File(file, name=f"{uuid.uuid4().hex}.xlsx")
    payload = {"importer": importer.kind, "name": name[:120], "address": by.address}
    return enqueue_job(
        CHECK + importer.kind, by=by, at=at, payload=payload, file=stored, organization=_home(by)
    )


def check_again(check, *, by, at):
    """Check the same file once more, because the database has changed since."""
    check_may_import(by)
    start_only_while_kept(check)
    payload = {**check.payload, "address": by.address}
    return enqueue_job(
        check.kind, by=by, at=at, payload=payload, file=check.file.name, organization=check.organization
    )


def start_apply(check, *, by, at):
    """Confirm what a finished check has shown. Returns the job that applies it, the running one if there is one."""
    check_may_import(by)
    start_only_while_kept(check)
    if check.state != JobState.DONE or "fingerprint" not in check.result:
        raise Conflict("这个文件还没有核对完，请等核对结果出来再确认。")
    kind = APPLY + check.payload["importer"]
    earlier = Job.objects.filter(kind=kind, payload__check=check.pk)
    standing = earlier.exclude(state=JobState.FAILED).first()
    if standing:
        return standing
    payload = {
        "importer": check.payload["importer"],
        "name": check.payload["name"],
        "check": check.pk,
        "address": by.address,
    }
    return enqueue_job(kind, by=by, at=at, payload=payload, organization=check.organization)


def start_only_while_kept(check):
    """A check whose file is gone cannot be confirmed or made again."""
    if check.result.get("forgotten"):
        raise Conflict("这个文件已按保留期限删除，请重新上传。")


def read_preview(check):
    """What a finished check found, as `_told` wrote it."""
    with default_storage.open(check.result["preview"]) as file:
        return json.load(file)


def _home(by):
    """The organisation an import is done for: the one whose organizer imports."""
    prefixes = [path for path in Scope.of(by.user).prefixes(Role.ORGANIZER) if path]
    homes = Organization.objects.order_by("path")
    return homes.filter(path__in=prefixes).first() if prefixes else homes.first()


def _importing(job):
    """Whoever started the job, at the door where she did."""
    return Actor(user=job.created_by, door="admin", address=job.payload.get("address"))


def _check(job, progress):
    importer = get_importer(job.payload["importer"])
    at = timezone.now()
    with job.file.open("rb") as file, without_gc():
        read = read_import(importer, file, at=at, progress=progress)
        plan = make_plan(importer, read, by=_importing(job), at=at, progress=progress)
        preview = json.dumps(_told(plan), ensure_ascii=False).encode()
    path = default_storage.save(f"jobs/{at:%Y/%m}/{uuid.uuid4().hex}.json", ContentFile(preview))
    if plan.faults:
        faults = BytesIO()
        write_faults(faults, plan.sheet, plan.faults)
        job.fault_file.save(f"{uuid.uuid4().hex}.xlsx", ContentFile(faults.getvalue()), save=False)
        Job.objects.filter(pk=job.pk).update(fault_file=job.fault_file.name)
    return {"counts": plan.counts(), "notes": plan.notes, "fingerprint": plan.fingerprint(), "preview": path}


def _apply(job, progress):
    importer = get_importer(job.payload["importer"])
    check = Job.objects.get(pk=job.payload["check"])
    at = timezone.now()
    with check.file.open("rb") as file, without_gc():
        read = read_import(importer, file, at=at, progress=progress)
        plan = run_import(
            importer,
            read,
            by=_importing(job),
            at=at,
            expected=check.result["fingerprint"],
            skip_faulty=True,
            progress=progress,
        )
    return {"counts": plan.counts()}


def _told(plan):
    """The plan as plain JSON for the preview pages."""
    values = {row.number: row.values for row in plan.sheet.rows}
    positions = plan.sheet.positions
    return {
        "new": [{"row": row.row, "title": row.title, "facts": row.facts} for row in plan.new],
        "changed": [
            {
                "row": row.row,
                "title": row.title,
                "changes": [{"label": c.label, "old": c.old, "new": c.new} for c in row.changes],
            }
            for row in plan.changed
        ],
        "unchanged": [{"row": row.row, "title": row.title} for row in plan.unchanged],
        "faulty": [
            {**fault.as_dict(), "found": _found(values[fault.row], positions.get(fault.column))}
            for fault in plan.faults
        ],
    }


def _found(values, position):
    return "" if position is None else plain(values[position]).strip()[:40]
