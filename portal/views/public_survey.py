"""群众评议 (R90): answered by whoever holds a slip, on a phone or typed in. No account, no cookie, no name.

Nothing of a visit is kept: a right code is counted nowhere, for it lets in once by itself; only wrong ones are, for the
address, as at the other doors. The code comes in the address when it is scanned and goes back in the body, and no log of
ours writes either down.
"""

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Conflict, InvalidInput
from evaluations.actions.surveys import NOT_USABLE, answer_givens, answer_survey, find_survey
from evaluations.survey_codes import LENGTH, in_groups, read_code
from portal import flood
from portal.public_forms import SurveyCodeForm, SurveyForm
from portal.views.public_box import public_page


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request):
    """Where the code of a slip is typed, and where the answers are sent to."""
    if request.method != "POST":
        return _code_page(request, SurveyCodeForm())
    code = request.POST.get("code", "")
    at = timezone.now()
    found = find_survey(code, on=timezone.localdate(at))
    if found is None:
        return _refuse(request, code, at=at)
    if "sent" not in request.POST:
        return _survey_page(request, found, SurveyForm(answer_givens(found)), code)
    form = SurveyForm(answer_givens(found), request.POST)
    if not form.is_valid():
        return _survey_page(request, found, form, code, status=400)
    try:
        answer_survey(code, on=timezone.localdate(at), data=form.given())
    except InvalidInput as fault:
        form.refuse(fault)
        return _survey_page(request, found, form, code, status=fault.http_status)
    except Conflict:
        # Used by somebody else in this moment: told as every other code that is no good.
        return _refuse(request, code, at=at)
    return redirect("portal:survey_thanks")


@public_page
def survey_slip(request, slip):
    """The address in the code of a slip. Whatever it is asked by, it only shows: a refused method would be written into
    the log together with the address, and so with the code."""
    at = timezone.now()
    found = find_survey(slip, on=timezone.localdate(at))
    if found is None:
        response = _refuse(request, slip, at=at, status=404)
        # Django would write the address of what it could not find, and with it the code, into the log.
        response._has_been_logged = True
        return response
    return _survey_page(request, found, SurveyForm(answer_givens(found)), slip)


@public_page
@require_safe
def survey_thanks(request):
    return render(request, "portal/public/survey_thanks.html")


def _survey_page(request, found, form, code, *, status=200):
    context = {"survey": found, "form": form, "code": read_code(code)}
    return render(request, "portal/public/survey.html", context, status=status)


def _refuse(request, code, *, at, status=400):
    """One sentence for a wrong code, a used one and one that comes too late."""
    wait = flood.wait_after_wrong_code(_address_alone(request), at=at)
    plain = read_code(code)
    form = SurveyCodeForm({"code": in_groups(plain) if plain else code[: LENGTH * 2]})
    form.is_valid()
    form.add_error("code", f"{NOT_USABLE}试得太多了，请过 {wait} 秒再试。" if wait else NOT_USABLE)
    response = _code_page(request, form, status=429 if wait else status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _address_alone(request):
    """Without the name that another of our pages may have given this phone: here no phone is known again."""
    return flood.Source(device=None, address=request.META.get("REMOTE_ADDR", ""))


def _code_page(request, form, *, status=200):
    return render(
        request,
        "portal/public/survey_code.html",
        {"form": form, "phone": settings.PUBLIC_PHONE},
        status=status,
    )
