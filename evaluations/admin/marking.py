"""An assessor's own sheets at the desk: marks page by page, conflicts, and the seal (R84).

Only the holder of a seat comes here. Nobody else, of whatever post, has an address at which a mark could be read.
"""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from accounts.actor import Actor
from accounts.admin_base import ScopedModelAdmin
from accounts.admin_pages import DeskPages
from accounts.enums import Role
from accounts.errors import DomainError, InvalidInput
from evaluations.actions.marks import declare_conflict, give_marks, rows_of, seal_sheet, unmarked
from evaluations.disclosure import is_handed_in
from evaluations.enums import ConflictKind, CycleStatus
from evaluations.explaining import explain
from evaluations.models import Assessor, Mark
from studios.admin.forms import StepForm

PER_PAGE = 50


@admin.register(Assessor)
class AssessorAdmin(DeskPages, ScopedModelAdmin):
    readers = Role.staff_roles()
    writers = ()
    list_display = ["what", "chip", "host", "due", "progress"]
    list_display_links = ["what"]
    ordering = ["-cycle__year", "pk"]
    list_filter = []
    search_fields = ["cycle__title"]
    search_help_text = "考评名称"

    def get_queryset(self, request):
        """Her own seats, whatever her post."""
        rows = Assessor.objects.seats_of(request.user).select_related("cycle__organization")
        return rows.with_done().order_by("-cycle__year", "pk")

    def find(self, request, pk):
        if not str(pk).isdecimal():
            raise Http404
        rows = Assessor.objects.seats_of(request.user).select_related("cycle__organization", "user")
        return get_object_or_404(rows, pk=pk)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @display(description="测评表")
    def what(self, seat):
        return seat.cycle.title

    @display(description="状态")
    def chip(self, seat):
        colour, words = _seat_chip(seat)
        return format_html('<span class="chip chip--{}">{}</span>', colour, words)

    @display(description="评定机关所在地")
    def host(self, seat):
        return seat.cycle.organization.display_name

    @display(description="截止")
    def due(self, seat):
        return seat.cycle.assess_due_date

    @display(description="已打分（含回避）")
    def progress(self, seat):
        return seat.done

    def get_urls(self):
        wrap, name, one = self.admin_site.admin_view, "evaluations_assessor_", "<int:pk>/"
        return [
            path(f"{one}seal/", wrap(self.seal_view), name=f"{name}seal"),
            path(f"{one}reports/<int:evaluation>/", wrap(self.report_view), name=f"{name}report"),
            path(f"{one}conflicts/<int:evaluation>/", wrap(self.conflict_view), name=f"{name}conflict"),
            *super().get_urls(),
        ]

    def back_to(self, seat):
        return reverse("admin:evaluations_assessor_change", args=[seat.pk])

    def change_view(self, request, object_id, form_url="", extra_context=None):
        seat = self.find(request, object_id)
        if request.method != "POST":
            return self.sheet_page(request, seat)
        typed = {
            name.removeprefix("mark-"): value.strip()
            for name, value in request.POST.items()
            if name.startswith("mark-") and name.removeprefix("mark-").isdecimal()
        }
        try:
            given = {int(pk): _whole(value) for pk, value in typed.items() if len(pk) < 18}
            give_marks(seat, given, by=Actor.from_request(request, "admin"), at=timezone.now())
        except InvalidInput as fault:
            return self.sheet_page(request, seat, typed=typed, faults=fault.errors, status=400)
        except DomainError as fault:
            fresh = self.find(request, object_id)
            return self.sheet_page(request, fresh, refusal=fault.message, status=fault.http_status)
        messages.success(request, "已保存这一页。")
        return HttpResponseRedirect(self._onward(request, seat))

    def _onward(self, request, seat):
        """The next page, or what is left, or the sheet with its seal."""
        query = "left=1&" if request.GET.get("left") else ""
        number = request.GET.get("page", "1")
        number = int(number) if number.isdecimal() and len(number) < 6 else 1
        if "_next" in request.POST and not query:
            number += 1
        return f"{self.back_to(seat)}?{query}page={1 if query else number}"

    def sheet_page(self, request, seat, *, typed=None, faults=None, refusal="", status=200):
        left_only = bool(request.GET.get("left"))
        rows = unmarked(seat) if left_only else rows_of(seat)
        mine = Mark.objects.filter(assessor=seat, evaluation=OuterRef("pk"))
        rows = rows.annotate(
            mark=Subquery(mine.values("value")), conflict=Subquery(mine.values("conflict"))
        ).select_related("organization", "mandate__person", "studio")
        page = Paginator(rows.order_by("organization__path", "pk"), PER_PAGE)
        page = page.get_page(request.GET.get("page"))
        is_open = seat.cycle.status == CycleStatus.ASSESSING and not seat.sealed_at and not seat.excused_at
        for row in page:
            row.shown = (typed or {}).get(str(row.pk), "" if row.mark is None else row.mark)
            row.faults = (faults or {}).get(str(row.pk), [])
            row.conflict_label = ConflictKind(row.conflict).label if row.conflict else ""
        whole, left = rows_of(seat).count(), unmarked(seat).count()
        context = {
            "title": f"测评表：{seat.cycle.title}",
            "seat": seat,
            "cycle": seat.cycle,
            "chip": _seat_chip(seat),
            "page": page,
            "left_only": left_only,
            "whole": whole,
            "left": left,
            "done": whole - left,
            "is_open": is_open,
            "faults": faults or {},
            "refusal": refusal,
        }
        return self.show(request, "admin/evaluations/assessor/sheet.html", context, status=status)

    def _refused(self, request, seat):
        """For `take_press`: the sheet with the sentence."""
        return lambda sentence, status: self.sheet_page(
            request, self.find(request, seat.pk), refusal=sentence, status=status
        )

    def seal_view(self, request, pk):
        seat = self.find(request, pk)
        if request.method == "POST":
            return self.take_press(
                request,
                lambda by, at: seal_sheet(seat, by=by, at=at),
                told="测评表已封存，谢谢。全部封存以后才会拆封。",
                back=self.back_to(seat),
                refused=self._refused(request, seat),
            )
        left = unmarked(seat).count()
        if left:
            return self._refused(request, seat)(f"还有 {left} 个没有打分，打完（或申请回避）才能封存。", 409)
        context = {
            "title": f"封存测评表：{seat.cycle.title}",
            "lead": "封存以后不能再改。所有人都封存后一起拆封，只看平均分，不看谁打了多少。",
            "form": StepForm((), None, subject=seat, user=request.user),
            "button": "封存",
            "back": self.back_to(seat),
        }
        return self.show(request, "admin/studios/given_form.html", context)

    def _row(self, seat, evaluation):
        rows = rows_of(seat).with_names().select_related("organization__parent", "decided_by")
        return get_object_or_404(rows, pk=evaluation)

    def conflict_view(self, request, pk, evaluation):
        seat = self.find(request, pk)
        row = self._row(seat, evaluation)
        if request.method == "POST":
            return self.take_press(
                request,
                lambda by, at: declare_conflict(seat, row, by=by, at=at),
                told=f"已回避{row.name}，不用打分。",
                back=self.back_to(seat),
                refused=self._refused(request, seat),
            )
        context = {
            "title": f"申请回避：{row.name}",
            "lead": "有亲属、利害等关系，不便打分的，可以回避；已打的分随之取消，不计入平均分。",
            "form": StepForm((), None, subject=row, user=request.user),
            "button": "回避",
            "back": self.back_to(seat),
        }
        return self.show(request, "admin/studios/given_form.html", context)

    def report_view(self, request, pk, evaluation):
        """What an assessor reads before she marks: the report, and what the ledger says."""
        seat = self.find(request, pk)
        row = self._row(seat, evaluation)
        told = explain(row, reader=request.user)
        context = {
            "title": f"述职：{row.name}",
            "seat": seat,
            "evaluation": row,
            "is_handed_in": is_handed_in(row),
            "lines": [line for line in told.lines if line.indicator.is_from_ledger],
            "may_mark": seat.cycle.status == CycleStatus.ASSESSING and not seat.sealed_at,
        }
        return self.show(request, "admin/evaluations/assessor/report.html", context)


def _whole(value):
    """A number, None where nothing was typed, or the text as it is, for the verb to refuse."""
    if not value:
        return None
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 6 else value


def _seat_chip(seat):
    if seat.excused_at:
        return "withdrawn", "已免除"
    if seat.sealed_at:
        return "archived", "已封存"
    if seat.cycle.status == CycleStatus.ASSESSING:
        return "handling", "打分中"
    if seat.cycle.status == CycleStatus.REPORTING:
        return "received", "还没有开始"
    return "withdrawn", "已结束"
