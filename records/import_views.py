"""The admin's import pages: upload → check with progress → preview → confirm → result. Organizers only."""

from functools import wraps

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actor import Actor
from accounts.errors import DomainError
from records.import_forms import UploadForm
from records.import_jobs import (
    APPLY,
    CHECK,
    check_again,
    read_preview,
    start_apply,
    start_check,
)
from records.importers import all_importers, check_may_import, get_importer
from records.jobs import kind_label
from records.models import Job
from records.models.jobs import JobState
from records.workbooks.writing import CONTENT_TYPE

PER_PAGE = 50
TABS = {"new": "新增", "changed": "更新", "faulty": "有问题", "unchanged": "未变"}


def organizers_only(view):
    """Behind the admin's own door, and open to organizers alone."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        try:
            check_may_import(Actor.from_request(request, "admin"))
        except DomainError as error:
            raise PermissionDenied(error.message) from error
        return view(request, *args, **kwargs)

    return admin.site.admin_view(guarded)


def _imports(user):
    """The import jobs a user may see."""
    kinds = [prefix + importer.kind for importer in all_importers() for prefix in (CHECK, APPLY)]
    return Job.objects.visible_to(user).filter(kind__in=kinds).select_related("created_by", "organization")


def _page(request, template, title, **context):
    return render(
        request,
        f"admin/imports/{template}.html",
        {**admin.site.each_context(request), "title": title, **context},
    )


@organizers_only
@require_GET
def import_list(request):
    page = Paginator(_imports(request.user), PER_PAGE).get_page(request.GET.get("page"))
    for job in page.object_list:
        job.label = kind_label(job.kind)
    return _page(request, "list", "导入", page=page)


@organizers_only
@require_http_methods(["GET", "POST"])
def upload(request):
    kind = request.GET.get("kind") or all_importers()[0].kind
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*sent, initial={"importer": kind})
    if form.is_valid():
        importer = get_importer(form.cleaned_data["importer"])
        file = form.cleaned_data["file"]
        job = start_check(
            importer, file, by=Actor.from_request(request, "admin"), at=timezone.now(), name=file.name
        )
        return redirect("imports:job", job.pk)
    return _page(request, "upload", "导入 Excel 表", form=form, importers=_described())


def _described():
    """What each kind of table is and which columns it has."""
    now = timezone.now()
    return [
        {
            "kind": importer.kind,
            "label": importer.label,
            "hint": importer.hint,
            "columns": [column.header for column in importer.columns(at=now)],
        }
        for importer in all_importers()
    ]


@organizers_only
@require_GET
def job(request, pk):
    job = get_object_or_404(_imports(request.user), pk=pk)
    job.label = kind_label(job.kind)
    importer = get_importer(job.payload["importer"])
    context = {"job": job, "importer": importer}
    if job.result.get("forgotten"):
        return _page(request, "forgotten", job.label, **context)
    if job.kind.startswith(CHECK) and job.state == JobState.DONE:
        return _page(request, "preview", job.label, **context, **_preview(request, job))
    if job.kind.startswith(APPLY) and job.state == JobState.DONE:
        context["list_url"] = _list_url(importer)
    return _page(request, "job", job.label, **context)


def _list_url(importer):
    try:
        return reverse(importer.list_url)
    except NoReverseMatch:
        return ""


def _preview(request, job):
    counts = job.result["counts"]
    numbers = {"new": counts["created"], "changed": counts["updated"], "faulty": counts["faulty"]}
    numbers["unchanged"] = counts["unchanged"]
    tab = request.GET.get("tab")
    if tab not in TABS:
        tab = next((name for name in ("faulty", "changed", "new") if numbers[name]), "unchanged")
    rows = read_preview(job)[tab]
    apply = _imports(request.user).filter(kind=APPLY + job.payload["importer"], payload__check=job.pk).first()
    return {
        "counts": counts,
        "work": counts["created"] + counts["updated"],
        "tabs": [(name, label, numbers[name]) for name, label in TABS.items()],
        "tab": tab,
        "query": f"tab={tab}&",
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "notes": job.result["notes"],
        "apply": apply,
    }


@organizers_only
@require_GET
def progress(request, pk):
    """The progress fragment; once the job is over, htmx is told to load the page anew."""
    job = get_object_or_404(_imports(request.user), pk=pk)
    response = render(request, "admin/imports/_progress.html", {"job": job})
    if not job.is_open:
        response["HX-Refresh"] = "true"
    return response


@organizers_only
@require_POST
def confirm(request, pk):
    return _start(request, pk, start_apply)


@organizers_only
@require_POST
def again(request, pk):
    return _start(request, pk, check_again)


def _start(request, pk, action):
    """Begin a job that follows from the check `pk`."""
    check = get_object_or_404(_imports(request.user).filter(kind__startswith=CHECK), pk=pk)
    try:
        started = action(check, by=Actor.from_request(request, "admin"), at=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("imports:job", check.pk)
    return redirect("imports:job", started.pk)


@organizers_only
@require_GET
def faults(request, pk):
    """The faulty rows as a workbook with the column 「问题」."""
    job = get_object_or_404(_imports(request.user), pk=pk)
    if not job.fault_file:
        raise Http404
    name = job.payload["name"].removesuffix(".xlsx")
    response = FileResponse(
        job.fault_file.open("rb"),
        as_attachment=True,
        filename=f"{name}-问题数据.xlsx",
        content_type=CONTENT_TYPE,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
