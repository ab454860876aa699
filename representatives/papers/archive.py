"""A year's duty files of a place as one ZIP: a folder for each town, a PDF for each person, an index sheet. One file is
made at a time and goes to disk at once, so that a county takes no more memory than a village."""

import gc
import tempfile
import uuid
import zipfile

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.http import FileResponse
from django.utils import timezone

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.scope import Scope, under
from records.actions import record_event
from records.jobs import actor_of, enqueue_job, job_kind
from records.models import Job
from records.models.jobs import JobState
from records.papers.rendering import pdf_problem
from records.workbooks import write_rows
from representatives.duty_file import MOST as MOST_LINES
from representatives.duty_file import open_duty_file
from representatives.duty_lists import DutyLists
from representatives.models import Mandate
from representatives.papers.dossier import archive_name, file_name, render_dossier

ARCHIVE_FILES = "archive-duty-files"
MOST = 3000
"""Files in one archive: a county has about 900, at half a second each."""
INDEX = "目录.xlsx"
HEADERS = (
    "序号",
    "所在地",
    "姓名",
    "代表大会",
    "层级",
    "代表证号",
    "代表小组",
    "履职记录（条）",
    "清单达到（项）",
    "清单共（项）",
    "荣誉（项）",
    "文件",
)
NOT_ORGANIZER = "只有当地组织部门的组工干部可以打包履职档案，请联系他们。"


def archived_mandates(place, year):
    """Who held a seat of the place in that year, town by town."""
    begun = Q(start_date=None) | Q(start_date__year__lte=year)
    rows = Mandate.objects.filter(begun & (Q(end_date=None) | Q(end_date__year__gte=year)))
    rows = rows.filter(under("organization__path", [place.path]))
    return rows.order_by("organization__path", "person__pinyin", "pk")


def start_archive(place, year, *, by, at):
    """Enqueue it. Returns the Job."""
    if by.user is None or not Scope.of(by.user).covers(place, Role.ORGANIZER):
        raise NotAllowed(NOT_ORGANIZER)
    if year > timezone.localdate(at).year:
        raise InvalidInput({"year": ["这一年还没有到，请另选年份。"]})
    number = archived_mandates(place, year).count()
    if not number:
        raise InvalidInput({"year": [f"{place.display_name}{year}年没有党代表，没有可以打包的档案。"]})
    if number > MOST:
        raise InvalidInput(
            {"organization": [f"一次最多打包 {MOST:,} 份，这里有 {number:,} 份，请按县市区分别打包。"]}
        )
    if problem := pdf_problem():
        raise Conflict(problem, code="pdf-unavailable")
    with transaction.atomic():
        after = {"what": f"{year}年履职档案", "rows": number}
        record_event(place, "exported", by=by, at=at, organization=place, after=after)
        payload = {"year": year, "name": file_name("履职档案", place.name, f"{year}年") + ".zip"}
        return enqueue_job(ARCHIVE_FILES, by=by, at=at, payload=payload, organization=place)


@job_kind(ARCHIVE_FILES, "打包履职档案")
def run_archive(job, progress):
    place, year, by = job.organization, job.payload["year"], actor_of(job)
    if by.user is None or not Scope.of(by.user).covers(place, Role.ORGANIZER):
        raise NotAllowed(NOT_ORGANIZER)
    ids = list(archived_mandates(place, year).values_list("pk", flat=True))
    with tempfile.TemporaryFile(suffix=".zip") as target:
        written = write_archive(target, ids, year, reader=by.user, on=timezone.localdate(), progress=progress)
        target.seek(0)
        progress(len(ids), len(ids), "正在保存")
        job.file.save(f"{uuid.uuid4().hex}.zip", File(target), save=False)
    # Only while this attempt counts: the file of another one is not taken away.
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING)
    if not mine.update(file=job.file.name):
        job.file.storage.delete(job.file.name)
    return {"files": written}


def write_archive(target, ids, year, *, reader, on, progress):
    """One PDF after the other into the file `target`. Returns how many."""
    lists, index, number = DutyLists([year]), [], 0
    # PDFs are packed already; packing them again takes time and saves nothing.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for pk in ids:
            mandate = _find(pk)
            if mandate is not None:
                number += 1
                file = open_duty_file(
                    mandate, reader=reader, on=on, asked=str(year), lists=lists, per_page=MOST_LINES
                )
                name = f"{_folder(mandate)}/{archive_name(number, file)}"
                archive.writestr(name, render_dossier(file, on=on))
                index.append(_index_row(number, file, name))
                # A drawn page refers to itself: left to its own pace, the collector lets a gigabyte gather.
                gc.collect()
            progress(number, len(ids), f"已写 {number:,} 份，共 {len(ids):,} 份")
        with tempfile.TemporaryFile(suffix=".xlsx") as book:
            widths = {"代表大会": 36, "文件": 60, "代表小组": 28}
            write_rows(book, HEADERS, index, title=f"{year}年履职档案目录", widths=widths)
            book.seek(0)
            archive.writestr(INDEX, book.read(), compress_type=zipfile.ZIP_DEFLATED)
    return number


def _find(pk):
    related = ("person", "congress", "organization__parent", "group__placement__studio")
    return Mandate.objects.filter(pk=pk).select_related(*related).first()


def _folder(mandate):
    return file_name(mandate.organization.display_name)


def _index_row(number, file, name):
    mandate = file.mandate
    return (
        number,
        mandate.organization.display_name,
        mandate.person.name,
        mandate.congress.name,
        str(mandate.get_level_display()),
        mandate.certificate_number,
        mandate.group.name if mandate.group else "",
        file.page.paginator.count,
        file.reached,
        len(file.lines),
        len(file.honours),
        name,
    )


def archives_of(user):
    """Those of the places she organizes: who has left the post finds none, not even her own."""
    prefixes = Scope.of(user).prefixes(Role.ORGANIZER)
    return Job.objects.filter(under("organization__path", prefixes), kind=ARCHIVE_FILES)


def give_archive(job, *, by, at):
    """The archive of a finished job as a response; each download leaves a trace."""
    if job.state != JobState.DONE:
        raise Conflict("档案还没有打包完，请稍候再下载。")
    if not job.file:
        raise Conflict("这份档案包已按保留期限删除，请重新打包。")
    record_event(
        job, "downloaded", by=by, at=at, organization=job.organization, after={"name": job.payload["name"]}
    )
    response = FileResponse(
        job.file.open("rb"),
        as_attachment=True,
        filename=job.payload["name"],
        content_type="application/zip",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
