"""登记台账: a list of matters as an Excel workbook, in one stroke or, when it is long, as a job with progress."""

import uuid
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.http import FileResponse
from django.utils import timezone

from accounts.actor import Actor
from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.masking import mask_name, mask_phone, scrub_person
from accounts.models import Organization
from accounts.scope import Scope
from petitions.enums import Kind, Outcome, Status
from petitions.models import Petition
from petitions.moves import UNMASK_REASON
from petitions.rules import kept_studio_ids
from records.actions import record_event
from records.jobs import enqueue_job, job_kind
from records.models import Job
from records.models.jobs import JobState
from records.moves import clean_given
from records.workbooks import export_rows, write_rows
from records.workbooks.writing import CONTENT_TYPE

EXPORT_LEDGER = "export-ledger"
AT_ONCE = 1000
"""Rows that are written while the reader waits, in well under a second."""
MOST = 300_000
CHUNK = 500
"""Rows that are read at a time; SQLite takes 32,766 parameters, PostgreSQL plans short lists best."""

FIELDS = (
    "number",
    "received_at",
    "channel__name",
    "studio__name",
    "mandate__person__name",
    "petitioner_name",
    "petitioner_phone",
    "anonymous",
    "kind",
    "category__full_name",
    "title",
    "content",
    "place",
    "status",
    "lead_unit__name",
    "due_date",
    "replied_at",
    "outcome",
    "resolved_at",
    "fed_back_at",
    "handling_rating",
    "rating",
    "archive_number",
    "archived_at",
    "organization__path",
    "studio_id",
    "is_accusation",
    "pk",
)
HEADERS = (
    "序号",
    "编号",
    "登记时间",
    "来源渠道",
    "工作室（站）",
    "接待代表",
    "反映人",
    "联系电话",
    "类别",
    "问题分类",
    "标题",
    "内容",
    "地点",
    "环节",
    "承办单位",
    "期限",
    "答复时间",
    "答复类别",
    "解决时间",
    "反馈时间",
    "办理满意度",
    "结果满意度",
    "档案号",
    "归档时间",
)


def may_export(user):
    """Those who work with lists of matters at the desk, and systems that take over for them."""
    return Scope.of(user).has(Role.ORGANIZER, Role.KEEPER, Role.HANDLER, Role.LEADER, Role.CLIENT)


def may_export_unmasked(user):
    return Scope.of(user).has(Role.ORGANIZER, Role.KEEPER)


def check_export(ids, *, by, unmask, reason):
    """The reason, or a refusal. `ids` are matters the user saw."""
    if not may_export(by.user):
        raise NotAllowed("您的岗位不能导出台账，请联系主管单位的组工干部。")
    if not ids:
        raise InvalidInput("没有可以导出的事项，请放宽筛选条件。")
    if len(ids) > MOST:
        raise InvalidInput(f"一次最多导出 {MOST:,} 件，现在选中 {len(ids):,} 件，请用筛选缩小范围。")
    if not unmask:
        return ""
    if not may_export_unmasked(by.user):
        raise NotAllowed("您的岗位不能导出反映人的姓名和电话，请导出不带姓名电话的。")
    return clean_given([UNMASK_REASON], {"reason": reason}, None, by.user, step="导出台账")["reason"]


def export_ledger(ids, *, by, at, unmask=False, reason=""):
    """The workbook at once, as a response. Leaves the event "exported"."""
    reason = check_export(ids, by=by, unmask=unmask, reason=reason)
    with transaction.atomic():
        _record(len(ids), by=by, at=at, unmask=unmask, reason=reason)
    return export_rows(_name(at), HEADERS, ledger_rows(ids, by.user, unmask=unmask))


def start_export(ids, *, by, at, unmask=False, reason=""):
    """Enqueue it. The list of what was seen goes with the job; what may be seen is asked again when it is written."""
    reason = check_export(ids, by=by, unmask=unmask, reason=reason)
    payload = {"name": f"{_name(at)}.xlsx", "unmask": unmask, "rows": len(ids)}
    file = ContentFile("\n".join(map(str, ids)).encode(), name=f"{uuid.uuid4().hex}.txt")
    with transaction.atomic():
        _record(len(ids), by=by, at=at, unmask=unmask, reason=reason)
        return enqueue_job(EXPORT_LEDGER, by=by, at=at, payload=payload, file=file, organization=home_of(by))


@job_kind(EXPORT_LEDGER, "导出登记台账")
def run_export(job, progress):
    with job.file.open("rb") as file:
        ids = [int(line) for line in file.read().split()]
    user, listed = job.created_by, job.file.name
    rows = ledger_rows(ids, user, unmask=job.payload["unmask"], progress=progress)
    book = BytesIO()
    write_rows(book, HEADERS, rows, title="登记台账")
    progress(len(ids), len(ids), "正在保存")
    job.file.save(f"{uuid.uuid4().hex}.xlsx", ContentFile(book.getvalue()), save=False)
    # Only while this attempt counts: the file of another one is not taken away.
    Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING).update(file=job.file.name)
    job.file.storage.delete(listed)
    return {"rows": len(ids)}


def exports_of(user):
    """Her own exports only: a workbook may hold what others do not see."""
    return Job.objects.filter(kind=EXPORT_LEDGER, created_by=user.pk)


def give_export(job, *, by, at):
    """The workbook of a finished job as a response."""
    if job.state != JobState.DONE:
        raise Conflict("台账还没有导出完，请稍候再下载。")
    if not job.file:
        raise Conflict("这份台账已按保留期限删除，请重新导出。")
    record_event(
        job, "downloaded", by=by, at=at, organization=job.organization, after={"name": job.payload["name"]}
    )
    response = FileResponse(
        job.file.open("rb"), as_attachment=True, filename=job.payload["name"], content_type=CONTENT_TYPE
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def ledger_rows(ids, user, *, unmask=False, progress=None):
    """One row for each of `ids` the user may (still) see, in their order; as many queries as chunks."""
    shows = _who_is_shown(user) if unmask else (lambda row: False)
    number = 0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = Petition.objects.visible_to(user).filter(pk__in=chunk).order_by().values(*FIELDS)
        rows = {row["pk"]: row for row in found}
        for pk in chunk:
            if pk in rows:
                number += 1
                yield _ledger_row(number, rows[pk], is_shown=shows(rows[pk]))
        if progress:
            done = min(start + CHUNK, len(ids))
            progress(done, len(ids), f"已写 {done:,} 件，共 {len(ids):,} 件")


def _who_is_shown(user):
    """row → may this user have the person's name? As `may_print_unmasked`, for many rows without a query each."""
    organized, kept = Scope.of(user).prefixes(Role.ORGANIZER), kept_studio_ids(user)

    def is_shown(row):
        if any(row["organization__path"].startswith(path) for path in organized):
            return True
        return row["studio_id"] in kept and not row["is_accusation"]

    return is_shown


def _ledger_row(number, row, *, is_shown):
    name, phone = row["petitioner_name"], row["petitioner_phone"]

    def text(words):
        return words if is_shown else scrub_person(words, name=name, phone=phone)

    return (
        number,
        row["number"],
        row["received_at"],
        row["channel__name"],
        row["studio__name"],
        row["mandate__person__name"] or "",
        "匿名" if row["anonymous"] else name if is_shown else mask_name(name),
        phone if is_shown else mask_phone(phone),
        str(Kind(row["kind"]).label),
        row["category__full_name"] or "",
        text(row["title"]),
        text(row["content"]),
        text(row["place"]),
        str(Status(row["status"]).label),
        row["lead_unit__name"] or "",
        row["due_date"],
        row["replied_at"],
        str(Outcome(row["outcome"]).label) if row["outcome"] else "",
        row["resolved_at"],
        row["fed_back_at"],
        row["handling_rating"],
        row["rating"],
        row["archive_number"] or "",
        row["archived_at"],
    )


def _record(number, *, by, at, unmask, reason):
    home = home_of(by)
    what = "登记台账（含姓名电话）" if unmask else "登记台账"
    record_event(
        home, "exported", by=by, at=at, organization=home, after={"what": what, "rows": number}, note=reason
    )


def home_of(by: Actor):
    """The organisation an export is made for: the highest one in which the user holds a post."""
    prefixes = [path for path in Scope.of(by.user).prefixes() if path]
    homes = Organization.objects.order_by("path")
    return homes.filter(path__in=prefixes).first() if prefixes else homes.first()


def _name(at):
    return f"登记台账-{timezone.localtime(at):%Y%m%d-%H%M}"
