"""The printed slips of a survey: eight on a sheet, each with its code, and nothing that tells one from another.

No number and no order: a slip that was given to somebody is not to be found again on the sheet it was cut from.
"""

from django.conf import settings
from django.urls import reverse

from evaluations.actions.surveys import issue_codes
from evaluations.enums import SurveySubject
from evaluations.survey_codes import in_groups
from petitions.papers.qr import draw_svg_address
from records.papers.rendering import render_pdf

STYLESHEETS = ("papers/slips.css",)
PER_SHEET = 8


def issue_slips(survey, *, by, at, data, base):
    """New codes as the bytes of a PDF, the only place where they can be read. Raises PdfUnavailable, and then no code is
    good, where this machine cannot print."""
    return issue_codes(
        survey, by=by, at=at, data=data, use=lambda codes: make_slips(survey, codes, base=base)
    )


def make_slips(survey, codes, *, base):
    door = f"{settings.PUBLIC_URL or base.rstrip('/')}{reverse('portal:survey')}"
    slips = [
        {"code": in_groups(code), "picture": draw_svg_address(f"{door}{code}/", scale=2)} for code in codes
    ]
    context = {
        "survey": survey,
        "about": survey.about,
        "is_venue": survey.kind == SurveySubject.STUDIO,
        "place": survey.organization.display_name,
        "door": door.split("://", 1)[-1].rstrip("/"),
        "questions": len(survey.questions),
        "sheets": [slips[i : i + PER_SHEET] for i in range(0, len(slips), PER_SHEET)],
    }
    return render_pdf("papers/slips.html", context, stylesheets=STYLESHEETS)


def slips_name(survey, count):
    return f"评议码 {survey.about} {count}张.pdf"
