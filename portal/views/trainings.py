"""培训: what a representative is called to, and what she does about it: confirm, ask for leave, check in, certificate."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actor import Actor
from accounts.errors import Conflict, DomainError, InvalidInput, NotAllowed
from portal.access import representatives_only
from portal.learning import hours_of_year, lesson_of, lessons_by_time, lessons_of, open_surveys
from records.given_forms import GivenForm
from records.models import Attachment
from training.actions.attending import CODE, check_in_by_code, perform_enrolment
from training.actions.needs import ANSWER, answer_survey
from training.certificates import print_certificate
from training.enums import SurveyStatus
from training.models import NeedAnswer, NeedSurvey
from training.moves import ENROLMENTS


@dataclass(frozen=True)
class TrainingStep:
    verb: str
    title: str
    done: str
    closed: str
    may: str
    needs: tuple = ()
    hint: str = ""
    has_page: bool = True


STEPS = {
    step.verb: step
    for step in (
        TrainingStep(
            "confirm",
            "确认参加",
            "已确认，到时候见。前一天还会提醒您。",
            "这一期不用再确认。",
            "can_confirm",
            has_page=False,
        ),
        TrainingStep(
            "ask_leave",
            "请假",
            "已交主办单位，同意与否都会通知您。",
            "这一期现在不能再请假。有出入的请联系主办单位。",
            "can_ask_leave",
            ENROLMENTS["ask_leave"].needs,
            ENROLMENTS["ask_leave"].hint,
        ),
        TrainingStep(
            "check_in",
            "签到",
            "已签到。",
            "现在不用签到。签到只在培训当天，补签请联系主办单位。",
            "can_check_in",
            (CODE,),
        ),
    )
}


def _do(verb, enrolment, *, by, at, data):
    if verb == "check_in":
        return check_in_by_code(enrolment, by=by, at=at, code=data["code"])
    return perform_enrolment(verb, enrolment, by=by, at=at, data=data)


@representatives_only
@require_safe
def training_list(request):
    today = timezone.localdate()
    coming, past = lessons_by_time(request.user, on=today)
    context = {
        "active": "duties",
        "coming": coming,
        "past": past,
        "hours": hours_of_year(past, year=today.year),
        "surveys": open_surveys(request.user, on=today),
        "year": today.year,
    }
    return render(request, "portal/trainings.html", context)


def _find(user, pk):
    """What she herself was told of; anything else is not there."""
    return get_object_or_404(lessons_of(user), training=pk)


@representatives_only
@require_safe
def training_page(request, pk):
    return _show(request, _find(request.user, pk))


def _show(request, enrolment, *, refusal="", status=200):
    context = {
        "active": "duties",
        "lesson": lesson_of(enrolment, on=timezone.localdate()),
        "enrolment": enrolment,
        "training": enrolment.training,
        "files": list(Attachment.objects.about(enrolment.training)),
        "refusal": refusal,
    }
    return render(request, "portal/training.html", context, status=status)


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def training_step(request, pk, verb):
    enrolment = _find(request.user, pk)
    if verb not in STEPS:
        raise Http404
    step, at = STEPS[verb], timezone.now()
    form = GivenForm(
        step.needs, request.POST if request.method == "POST" else None, subject=enrolment, user=request.user
    )
    if "code" in form.fields:
        form.fields["code"].widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "off",
            "pattern": "[0-9 ]*",
            "maxlength": 10,
            "autofocus": True,
        }
    try:
        if request.method == "POST" and form.is_valid():
            _do(verb, enrolment, by=Actor.from_request(request, "portal"), at=at, data=form.given())
            messages.success(request, step.done)
            return redirect("portal:training", pk=pk)
        if not getattr(lesson_of(enrolment, on=timezone.localdate(at)), step.may):
            raise Conflict(step.closed, code="wrong-state")
    except InvalidInput as fault:
        form.refuse(fault)
        return _step_page(request, enrolment, step, form, status=fault.http_status)
    except (Conflict, NotAllowed) as fault:
        # The page below the sentence is read anew: it shows what the other one did.
        return _show(request, _find(request.user, pk), refusal=fault.message, status=fault.http_status)
    if not step.has_page:
        return redirect("portal:training", pk=pk)
    return _step_page(request, enrolment, step, form)


def _step_page(request, enrolment, step, form, *, status=200):
    lesson = lesson_of(enrolment, on=timezone.localdate())
    context = {"active": "duties", "lesson": lesson, "training": lesson.training, "step": step, "form": form}
    return render(request, "portal/training_step.html", context, status=status)


@representatives_only
@require_safe
def training_certificate(request, pk):
    """Her own certificate as a PDF; printing it leaves an event."""
    enrolment = _find(request.user, pk)
    try:
        pdf = print_certificate(enrolment, by=Actor.from_request(request, "portal"), at=timezone.now())
    except DomainError as fault:
        return _show(request, enrolment, refusal=fault.message, status=fault.http_status)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        True, f"结业证 {enrolment.training.title}.pdf"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@representatives_only
@require_http_methods(["GET", "HEAD", "POST"])
def need_survey(request, pk):
    """One minute: up to three courses, what she does, what she lacks."""
    survey = get_object_or_404(NeedSurvey.objects.asking(request.user).select_related("organization"), pk=pk)
    known = NeedAnswer.objects.filter(survey=survey, person__user_id=request.user.pk).first()
    started = None
    if known and request.method != "POST":
        chosen = [str(course) for course in known.courses.values_list("pk", flat=True)]
        started = {"courses": chosen, "doing": known.doing, "lacking": known.lacking}
    form = NeedForm(
        ANSWER,
        request.POST if request.method == "POST" else None,
        initial=started,
        subject=survey,
        user=request.user,
    )
    status, refusal = 200, ""
    if request.method == "POST" and form.is_valid():
        try:
            by = Actor.from_request(request, "portal")
            answer_survey(survey, by=by, at=timezone.now(), data=form.given())
            messages.success(request, "已收到。开班时会优先通知您。")
            return redirect("portal:trainings")
        except InvalidInput as fault:
            form.refuse(fault)
            status = fault.http_status
        except (Conflict, NotAllowed) as fault:
            refusal, status = fault.message, fault.http_status
    is_open = survey.status == SurveyStatus.OPEN and survey.due_date >= timezone.localdate()
    context = {
        "active": "duties",
        "survey": survey,
        "known": known,
        "form": form if is_open else None,
        "refusal": refusal,
    }
    return render(request, "portal/need.html", context, status=status)


class NeedForm(GivenForm):
    """Courses are tiles under the thumb, however many there are."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["courses"]
        field.widget = forms.CheckboxSelectMultiple(choices=field.widget.choices)
        field.look, field.shape = "tiles", "square"
