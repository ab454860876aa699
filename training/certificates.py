"""Certificates (结业证) as PDF: one for herself, or all of a session in one file (R28)."""

from accounts.errors import Conflict, NotAllowed
from records.actions import record_event
from records.papers.rendering import render_pdf
from training import rules
from training.enums import EnrolmentStatus, TrainingStatus
from training.models import Enrolment

SHEET = "papers/certificate.css"
MOST = 300
"""In one file: a page takes a twentieth of a second."""


def certificate_rows(training):
    return (
        Enrolment.objects.filter(training=training, status=EnrolmentStatus.ATTENDED)
        .exclude(certificate_number=None)
        .select_related("person", "training__organization", "mandate")
        .order_by("certificate_number")
    )


def print_certificate(enrolment, *, by, at):
    """Her own certificate, or by the office that gives it. Returns the bytes of a PDF."""
    if not (rules.is_hers(by.user, enrolment) or rules.organizes_training(by.user, enrolment)):
        raise NotAllowed("只能打印自己的结业证，或由主办单位打印。")
    if not is_certified(enrolment):
        raise Conflict("还没有结业证：培训结束登记、学满学时后才有。", code="no-certificate")
    pdf = _render([enrolment])
    record_event(enrolment, "certificates", by=by, at=at, organization=enrolment.training.organization)
    return pdf


def is_certified(enrolment):
    return bool(
        enrolment.certificate_number
        and enrolment.status == EnrolmentStatus.ATTENDED
        and enrolment.training.status == TrainingStatus.HELD
    )


def print_certificates(training, *, by, at):
    """All of a session in one file, in the order of their numbers. Returns the bytes of a PDF."""
    if not rules.may_organize(by.user, training):
        raise NotAllowed("只有主办单位的组工干部可以打印结业证。")
    rows = list(certificate_rows(training)[: MOST + 1]) if training.status == TrainingStatus.HELD else []
    if not rows:
        raise Conflict("还没有结业证：培训结束登记、学满学时后才有。", code="no-certificate")
    if len(rows) > MOST:
        raise Conflict(f"一次最多打印 {MOST} 份，请在名单里逐人打印。", code="too-many")
    pdf = _render(rows)
    after = {"certificates": len(rows)}
    record_event(training, "certificates", by=by, at=at, organization=training.organization, after=after)
    return pdf


def _render(rows):
    return render_pdf("papers/certificate.html", {"rows": rows}, stylesheets=(SHEET,))
