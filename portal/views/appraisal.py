"""年度考评 on the phone: write the report, see what each point came from, the result, and object to it."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actor import Actor
from accounts.enums import Role
from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed
from accounts.scope import Scope
from evaluations.actions.appeals import lodge_appeal, perform_appeal
from evaluations.actions.evaluations import perform_evaluation, save_report
from evaluations.enums import IndicatorSource
from evaluations.explaining import explain, records_behind
from evaluations.models import Appeal
from evaluations.moves import EVALUATIONS
from evaluations.moves.evaluations import APPEAL
from portal.access import is_representative, representatives_only, signed_in
from portal.appraising import appraisal_of, appraisals_of
from records.given_forms import GivenForm

REPORT_NEEDS = EVALUATIONS["submit_report"].needs


def appraised_only(view):
    """Representatives. Who keeps a venue writes its report at the desk, and is told so."""
    guarded = representatives_only(view)

    @signed_in
    @wraps(view)
    def shown_the_way(request, *args, **kwargs):
        if not is_representative(request.user) and Scope.of(request.user).has(Role.KEEPER):
            raise PermissionDenied(
                "这里是党代表本人的述职。工作室（站）的述职请到工作台的「年度考评」里填写。"
            )
        return guarded(request, *args, **kwargs)

    return shown_the_way


@appraised_only
@require_safe
def appraisal_list(request):
    today = timezone.localdate()
    found = [appraisal_of(row, on=today) for row in appraisals_of(request.user)]
    context = {
        "active": "me",
        "running": [each for each in found if each.is_running],
        "past": [each for each in found if not each.is_running],
    }
    return render(request, "portal/appraisals.html", context)


def _find(user, pk):
    """Her own; anything else is not there."""
    return get_object_or_404(appraisals_of(user), pk=pk)


@appraised_only
@require_safe
def appraisal_page(request, pk):
    return _show(request, _find(request.user, pk))


def _show(request, evaluation, *, refusal="", status=200):
    appeals = list(Appeal.objects.filter(evaluation=evaluation))
    context = {
        "active": "me",
        "appraisal": appraisal_of(evaluation, on=timezone.localdate(), appeals=appeals),
        "evaluation": evaluation,
        "cycle": evaluation.cycle,
        "told": explain(evaluation, reader=request.user),
        "appeals": appeals,
        "refusal": refusal,
    }
    return render(request, "portal/appraisal.html", context, status=status)


@appraised_only
@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_report(request, pk):
    """The report: kept as a draft, or handed in. Whatever happens, what she typed stands in the form again."""
    evaluation = _find(request.user, pk)
    started = {"report": evaluation.report, "self_mark": evaluation.self_mark}
    sent = request.POST if request.method == "POST" else None
    form = GivenForm(REPORT_NEEDS, sent, initial=started, subject=evaluation, user=request.user)
    form.fields["report"].widget.attrs["rows"] = 12
    status = 200
    try:
        if sent is not None and form.is_valid():
            by, at = Actor.from_request(request, "portal"), timezone.now()
            if sent.get("deed") == "save":
                save_report(evaluation, by=by, at=at, data=form.given())
                messages.success(request, "草稿已保存，还没有上报。")
                return redirect("portal:appraisal_report", pk=pk)
            perform_evaluation("submit_report", evaluation, by=by, at=at, data=form.given())
            messages.success(request, "述职已上报。截止前还可以收回修改。")
            return redirect("portal:appraisal", pk=pk)
    except InvalidInput as fault:
        form.refuse(fault)
        status = fault.http_status
    except (Conflict, NotAllowed) as fault:
        form.add_error(None, fault.message)
        status = fault.http_status
        evaluation = _find(request.user, pk)
    appraisal = appraisal_of(evaluation, on=timezone.localdate())
    if sent is None and not appraisal.can_report:
        return _show(
            request, evaluation, refusal="现在不能写述职：已经上报，或者述职阶段已经结束。", status=409
        )
    context = {
        "active": "me",
        "appraisal": appraisal,
        "evaluation": evaluation,
        "cycle": evaluation.cycle,
        "form": form,
        "told": explain(evaluation, reader=request.user),
    }
    return render(request, "portal/appraisal_report.html", context, status=status)


@appraised_only
@require_POST
def appraisal_draft(request, pk):
    """The draft as it is being typed, for htmx: one line about what was kept. A refusal is a line too, so that the page
    with her words on it stays as it is."""
    evaluation, at = _find(request.user, pk), timezone.now()
    form = GivenForm(REPORT_NEEDS, request.POST, subject=evaluation, user=request.user)
    form.is_valid()
    try:
        save_report(evaluation, by=Actor.from_request(request, "portal"), at=at, data=form.given())
    except DomainError as fault:
        return render(request, "portal/_draft_state.html", {"refusal": fault.message}, status=400)
    return render(request, "portal/_draft_state.html", {"saved_at": timezone.localtime(at)})


@appraised_only
@require_POST
def appraisal_recall(request, pk):
    evaluation = _find(request.user, pk)
    try:
        by = Actor.from_request(request, "portal")
        perform_evaluation("recall_report", evaluation, by=by, at=timezone.now())
    except (Conflict, NotAllowed) as fault:
        return _show(request, _find(request.user, pk), refusal=fault.message, status=fault.http_status)
    messages.success(request, "已收回，改好后记得再次上报。")
    return redirect("portal:appraisal_report", pk=pk)


@appraised_only
@require_http_methods(["GET", "HEAD", "POST"])
def appraisal_appeal(request, pk):
    evaluation = _find(request.user, pk)
    sent = request.POST if request.method == "POST" else None
    form = GivenForm(APPEAL, sent, subject=evaluation, user=request.user)
    status = 200
    try:
        if sent is not None and form.is_valid():
            by = Actor.from_request(request, "portal")
            lodge_appeal(evaluation, by=by, at=timezone.now(), data=form.given())
            messages.success(request, "申诉已提出。评定机关核实后答复您，答复前不会定档。")
            return redirect("portal:appraisal", pk=pk)
    except InvalidInput as fault:
        form.refuse(fault)
        status = fault.http_status
    except (Conflict, NotAllowed) as fault:
        form.add_error(None, fault.message)
        status = fault.http_status
    appeals = list(Appeal.objects.filter(evaluation=evaluation))
    appraisal = appraisal_of(evaluation, on=timezone.localdate(), appeals=appeals)
    if sent is None and not appraisal.can_appeal:
        words = (
            "您已经申诉过，请看答复。"
            if appraisal.has_appealed
            else "现在不能申诉：公示开始后、申诉期满前才可以。"
        )
        return _show(request, evaluation, refusal=words, status=409)
    context = {
        "active": "me",
        "appraisal": appraisal,
        "evaluation": evaluation,
        "cycle": evaluation.cycle,
        "form": form,
    }
    return render(request, "portal/appraisal_appeal.html", context, status=status)


@appraised_only
@require_POST
def appeal_withdraw(request, pk, appeal):
    evaluation = _find(request.user, pk)
    found = get_object_or_404(Appeal.objects.filter(evaluation=evaluation), pk=appeal)
    try:
        perform_appeal("withdraw", found, by=Actor.from_request(request, "portal"), at=timezone.now())
    except (Conflict, NotAllowed) as fault:
        return _show(request, _find(request.user, pk), refusal=fault.message, status=fault.http_status)
    messages.success(request, "申诉已撤回。")
    return redirect("portal:appraisal", pk=pk)


@appraised_only
@require_safe
def appraisal_records(request, pk, indicator):
    """The records behind one indicator, newest first, each leading to what it came from."""
    evaluation = _find(request.user, pk)
    found = get_object_or_404(
        evaluation.scheme.indicators.filter(source__in=IndicatorSource.from_ledger()), pk=indicator
    )
    told = explain(evaluation, reader=request.user)
    page, behind = records_behind(evaluation, found, reader=request.user, page=request.GET.get("page", 1))
    context = {
        "active": "me",
        "evaluation": evaluation,
        "cycle": evaluation.cycle,
        "line": next(line for line in told.lines if line.indicator.pk == found.pk),
        "page": page,
        "behind": behind,
    }
    return render(request, "portal/appraisal_records.html", context)
