"""What is kept with a venue: the inspection of each item of the checklist with its evidence (R17), and documents."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone

from accounts.admin_base import sent_data
from accounts.errors import InvalidInput
from records.models import Attachment
from studios.actions.inspecting import inspect_item, keep_file
from studios.admin.forms import StepForm
from studios.enums import Verdict
from studios.models import ChecklistItem, ChecklistResult
from studios.moves.people import INSPECTION
from studios.rules import may_organize, may_staff


class PaperPages:
    """Pages of StudioAdmin."""

    def get_urls(self):
        wrap, item = self.admin_site.admin_view, "<int:pk>/checklist/<int:item>/"
        return [
            path(item, wrap(self.item_view), name="studios_studio_item"),
            path(f"{item}evidence/", wrap(self.evidence_view), name="studios_studio_evidence"),
            path("<int:pk>/documents/", wrap(self.document_view), name="studios_studio_documents"),
            *super().get_urls(),
        ]

    def _item(self, request, pk, item):
        studio = self.find(request, pk)
        item = get_object_or_404(ChecklistItem, pk=item)
        return studio, item, ChecklistResult.objects.filter(studio=studio, item=item).first()

    def item_view(self, request, pk, item):
        studio, item, result = self._item(request, pk, item)
        form = StepForm(
            INSPECTION, sent_data(request), initial=_begin(result, request.user), user=request.user
        )
        done, status = self.take_form(
            request, form, lambda by, at: inspect_item(studio, item, by=by, at=at, **form.given())
        )
        if done:
            verdict = Verdict.MET if done.is_met else Verdict.LACKING
            messages.success(
                request, f"已登记检查：{item.name}{verdict.label}。有照片或文件的，请接着传上来。"
            )
            return HttpResponseRedirect(reverse("admin:studios_studio_item", args=[studio.pk, item.pk]))
        return self._item_page(request, studio, item, result, form=form, status=status)

    def _item_page(self, request, studio, item, result, *, form=None, refusal="", status=200):
        may_inspect = may_organize(request.user, studio)
        form = form or StepForm(INSPECTION, initial=_begin(result, request.user), user=request.user)
        files = Attachment.objects.about(result) if result else []
        context = {
            "title": f"{item.name}：{studio.name}",
            "studio": studio,
            "item": item,
            "result": result,
            "chip": chip_of(result, on=timezone.localdate()),
            "files": files,
            "form": form if may_inspect or form.is_bound else None,
            "may_upload": result is not None and may_staff(request.user, studio),
            "refusal": refusal,
        }
        return self.show(request, "admin/studios/studio/item.html", context, status=status)

    def evidence_view(self, request, pk, item):
        studio, item, result = self._item(request, pk, item)

        def do(by, at):
            self.check_staffs(request, studio)
            if result is None:
                raise InvalidInput({"file": ["这一项还没有检查过，请先登记检查，再传证明材料。"]})
            return keep_file(result, studio, _upload(request), by=by, at=at)

        return self.take_press(
            request,
            do,
            told="已传上证明材料。",
            back=reverse("admin:studios_studio_item", args=[studio.pk, item.pk]),
            refused=lambda sentence, status: self._item_page(
                request, studio, item, result, refusal=sentence, status=status
            ),
        )

    def document_view(self, request, pk):
        studio = self.find(request, pk)
        if request.method == "GET":
            return self._document_page(request, studio)
        self.check_staffs(request, studio)
        return self.take_press(
            request,
            lambda by, at: keep_file(studio, studio, _upload(request), by=by, at=at),
            told="已存入本室资料。",
            back=reverse("admin:studios_studio_documents", args=[studio.pk]),
            refused=lambda sentence, status: self._document_page(
                request, studio, refusal=sentence, status=status
            ),
        )

    def _document_page(self, request, studio, *, refusal="", status=200):
        context = {
            "title": f"本室资料：{studio.name}",
            "studio": studio,
            "documents": Attachment.objects.about(studio),
            "staffs": may_staff(request.user, studio),
            "refusal": refusal,
        }
        return self.show(request, "admin/studios/studio/documents.html", context, status=status)


def _upload(request):
    upload = request.FILES.get("file")
    if upload is None:
        raise InvalidInput({"file": ["请先选择文件。"]})
    return upload


def _begin(result, user):
    today = f"{timezone.localdate():%Y-%m-%d}"
    if result is None:
        return {"verdict": Verdict.MET, "inspected_date": today, "inspector": user.label}
    return {
        "verdict": Verdict.MET if result.is_met else Verdict.LACKING,
        "inspected_date": today,
        "inspector": result.inspector or user.label,
        "note": result.note,
    }


def chip_of(result, *, on):
    """(colour, words)"""
    if result is None:
        return "received", "还没检查"
    if result.stands(on=on):
        return "archived", "达标"
    return ("overdue", "已过期") if result.is_met and result.has_run_out(on=on) else ("handling", "未达标")


def checklist_of(studio, *, on):
    """[(ChecklistItem, ChecklistResult or None, chip)] of the items in force; two queries."""
    results = {result.item_id: result for result in ChecklistResult.objects.filter(studio=studio)}
    items = ChecklistItem.objects.filter(is_active=True)
    return [(item, results.get(item.pk), chip_of(results.get(item.pk), on=on)) for item in items]
