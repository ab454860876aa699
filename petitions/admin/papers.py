"""Paper at the desk: the form, the letter and the folder of a matter, and the ledger of a list."""

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.actor import Actor
from accounts.admin_base import sent_data
from accounts.errors import DomainError, InvalidInput
from petitions.moves import UNMASK_REASON
from petitions.papers.ledger import (
    AT_ONCE,
    MOST,
    export_ledger,
    exports_of,
    give_export,
    may_export,
    may_export_unmasked,
    start_export,
)
from petitions.papers.making import is_made, make_paper, make_unmasked_paper, may_print_unmasked
from records.given_forms import GivenForm
from records.moves import Given


class UnmaskedPaper(models.TextChoices):
    LETTER_WORD = "letter.docx", "答复函（Word）"
    LETTER_PDF = "letter.pdf", "答复函（PDF）"
    FORM_WORD = "form.docx", "办理表（Word）"
    FORM_PDF = "form.pdf", "办理表（PDF）"


class PaperWithoutLetter(models.TextChoices):
    FORM_WORD = "form.docx", "办理表（Word）"
    FORM_PDF = "form.pdf", "办理表（PDF）"


class UnmaskedForm(GivenForm):
    """The letter is offered while a reply stands; who asks for it all the same is told why not."""

    def __init__(self, *args, **kwargs):
        options = UnmaskedPaper if kwargs["subject"].outcome else PaperWithoutLetter
        paper = Given("paper", "打印什么", "choice", options=options)
        super().__init__((paper, UNMASK_REASON), *args, **kwargs)


class LedgerForm(GivenForm):
    def __init__(self, *args, **kwargs):
        unmask = Given("unmask", "带上反映人的姓名和电话", "boolean", required=False)
        reason = Given(
            "reason",
            "用途",
            "text",
            required=False,
            help="带姓名和电话时必填，如：年度归档核对。导出会留痕。",
        )
        may_unmask = may_export_unmasked(kwargs["user"])
        super().__init__((unmask, reason) if may_unmask else (), *args, **kwargs)


class PapersMixin:
    """Pages of PetitionAdmin."""

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, "petitions_petition_"
        return [
            path("export/", wrap(self.export_view), name=f"{name}export"),
            path("export/<int:pk>/", wrap(self.exported_view), name=f"{name}exported"),
            path("export/<int:pk>/progress/", wrap(self.progress_view), name=f"{name}export_progress"),
            path("export/<int:pk>/file/", wrap(self.ledger_view), name=f"{name}ledger"),
            path("<int:pk>/papers/", wrap(self.papers_view), name=f"{name}papers"),
            path("<int:pk>/papers/<slug:paper>.<slug:ending>", wrap(self.paper_view), name=f"{name}paper"),
            *super().get_urls(),
        ]

    def paper_view(self, request, pk, paper, ending):
        petition = self._find(request, pk)
        if not is_made(paper, ending):
            raise Http404
        by = Actor.from_request(request, "admin")
        try:
            return send_paper(make_paper(petition, paper, ending, by=by, at=timezone.now()))
        except DomainError as fault:
            return self._page(request, petition, refusal=fault.message, status=fault.http_status)

    def papers_view(self, request, pk):
        """With name and phone: what, and why."""
        petition = self._find(request, pk)
        form, status = UnmaskedForm(sent_data(request), subject=petition, user=request.user), 200
        if not may_print_unmasked(request.user, petition):
            sentence = "您的岗位不能打印反映人的姓名和电话，请打印不带姓名电话的。"
            return self._page(request, petition, refusal=sentence, status=403)
        if request.method == "POST" and form.is_valid():
            by = Actor.from_request(request, "admin")
            paper, _dot, ending = str(form.cleaned_data["paper"]).partition(".")
            try:
                if not is_made(paper, ending):
                    raise InvalidInput({"paper": ["请选择打印什么。"]})
                reason = form.cleaned_data["reason"]
                return send_paper(
                    make_unmasked_paper(petition, paper, ending, by=by, at=timezone.now(), reason=reason)
                )
            except InvalidInput as fault:
                form.refuse(fault)
                status = 400
            except DomainError as fault:
                form.add_error(None, fault.message)
                status = fault.http_status
        context = self._papers_context(request, "打印（带姓名和电话）", petition=petition, form=form)
        return render(request, "admin/petitions/petition/papers.html", context, status=status)

    def _papers_context(self, request, title, **context):
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts, **context}

    def _listed(self, request):
        """Ids of what the list shows with the filters of this address, in its order."""
        changes = self.get_changelist_instance(request)
        return list(changes.queryset.values_list("pk", flat=True)[: MOST + 1])

    def export_view(self, request):
        if not (self.has_view_permission(request) and may_export(request.user)):
            raise PermissionDenied
        if ERROR_FLAG in request.GET:
            return HttpResponseRedirect(reverse("admin:petitions_petition_changelist"))
        try:
            ids = self._listed(request)
        except IncorrectLookupParameters:
            # The list says what is wrong with these filters.
            return HttpResponseRedirect(
                f"{reverse('admin:petitions_petition_changelist')}?{request.GET.urlencode()}"
            )
        form, status = LedgerForm(sent_data(request), user=request.user), 200
        if request.method == "POST" and form.is_valid():
            by, at = Actor.from_request(request, "admin"), timezone.now()
            given = form.given()
            try:
                if len(ids) <= AT_ONCE:
                    return export_ledger(ids, by=by, at=at, **given)
                job = start_export(ids, by=by, at=at, **given)
                return HttpResponseRedirect(reverse("admin:petitions_petition_exported", args=[job.pk]))
            except InvalidInput as fault:
                form.refuse(fault)
                status = 400
            except DomainError as fault:
                form.add_error(None, fault.message)
                status = fault.http_status
        context = self._papers_context(
            request,
            "导出台账",
            form=form,
            number=len(ids),
            at_once=len(ids) <= AT_ONCE,
            query=request.GET.urlencode(),
        )
        return render(request, "admin/petitions/petition/export.html", context, status=status)

    def _export(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(exports_of(request.user), pk=pk)

    def exported_view(self, request, pk):
        context = self._papers_context(request, "导出台账", job=self._export(request, pk))
        return render(request, "admin/petitions/petition/exported.html", context)

    def progress_view(self, request, pk):
        job = self._export(request, pk)
        response = render(request, "admin/petitions/petition/_export_progress.html", {"job": job})
        if not job.is_open:
            response["HX-Refresh"] = "true"
        return response

    def ledger_view(self, request, pk):
        job = self._export(request, pk)
        try:
            return give_export(job, by=Actor.from_request(request, "admin"), at=timezone.now())
        except DomainError as fault:
            messages.error(request, fault.message)
            return HttpResponseRedirect(reverse("admin:petitions_petition_exported", args=[pk]))


def send_paper(made):
    """A MadePaper as a download under its Chinese name."""
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = content_disposition_header(True, made.filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
