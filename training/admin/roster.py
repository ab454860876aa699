"""What the organizer does with a roster: draws it up by rule, adds people, checks them in, prints certificates."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.actor import Actor
from accounts.admin_base import sent_data
from accounts.errors import DomainError, InvalidInput
from records.moves import clean_given
from studios.admin.forms import StepForm
from studios.codes import code_at, seconds_left
from training.actions.attending import check_in_all, perform_enrolment
from training.actions.drafting import keep_material
from training.actions.enrolling import ONE, enrol_by_rule, enrol_people
from training.admin.forms import InnerForm
from training.certificates import print_certificates
from training.enums import EnrolmentStatus, TrainingStatus
from training.models import Enrolment
from training.moves import ENROLMENTS, TRAININGS
from training.rules import may_organize


class RosterPages:
    """Pages of TrainingAdmin."""

    def get_urls(self):
        wrap, name, one = self.admin_site.admin_view, "training_training_", "<int:pk>/"
        return [
            path(f"{one}enrol-by-rule/", wrap(self.by_rule_view), name=f"{name}enrol_by_rule"),
            path(f"{one}enrol/", wrap(self.enrol_view), name=f"{name}enrol"),
            path(f"{one}check-in-all/", wrap(self.check_in_all_view), name=f"{name}check_in_all"),
            path(f"{one}places/<int:place>/<slug:verb>/", wrap(self.place_view), name=f"{name}place"),
            path(f"{one}files/", wrap(self.file_view), name=f"{name}file"),
            path(f"{one}certificates.pdf", wrap(self.certificates_view), name=f"{name}certificates"),
            path(f"{one}screen/", wrap(self.screen_view), name=f"{name}screen"),
            path(f"{one}screen/code/", wrap(self.code_view), name=f"{name}code"),
            *super().get_urls(),
        ]

    def forms_of(self, request, page, typed):
        """The small forms of the page, as far as they are open."""
        training, user = page.training, request.user
        opens = page.may_organize and training.is_coming
        closes = page.may_organize and training.status == TrainingStatus.OPEN and page.has_begun
        return {
            "add_form": (typed or InnerForm(ONE, subject=training, user=user, auto_id="add_%s"))
            if opens
            else None,
            "close_form": InnerForm(TRAININGS["close"].needs, subject=training, user=user, auto_id="close_%s")
            if closes
            else None,
        }

    def _press(self, request, training, do, told):
        return self.take_press(
            request,
            do,
            told=told,
            back=self.back_to(training),
            refused=lambda sentence, status: self.refused_at(request, training, sentence, status),
        )

    def by_rule_view(self, request, pk):
        training = self.find(request, pk)
        return self._press(
            request,
            training,
            lambda by, at: enrol_by_rule(training, by=by, at=at),
            lambda listed: listed.words,
        )

    def enrol_view(self, request, pk):
        training = self.find(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = InnerForm(ONE, sent_data(request), subject=training, user=request.user, auto_id="add_%s")
        form.is_valid()

        def do(by, at):
            if not may_organize(request.user, training):
                raise PermissionDenied
            try:
                given = clean_given(ONE, form.given(), training, request.user, step="加人")
                (row,) = enrol_people(training, by=by, at=at, data={"people": [given["person"]]})
            except InvalidInput as fault:
                faults = {"person": [sentence for told in fault.errors.values() for sentence in told]}
                form.refuse(InvalidInput(faults))
                raise
            return row

        def refused(sentence, status):
            fresh = self.find(request, pk)
            shown = "" if form.errors else sentence
            return self.session_page(request, fresh, refusal=shown, status=status, form=form)

        return self.take_press(
            request,
            do,
            told=lambda row: f"已把{row.person.name}列入名单。",
            back=self.back_to(training),
            refused=refused,
        )

    def check_in_all_view(self, request, pk):
        training = self.find(request, pk)
        return self._press(
            request,
            training,
            lambda by, at: check_in_all(training, by=by, at=at),
            lambda rows: f"已给 {len(rows)} 人签到；没到的请逐个取消签到。",
        )

    def place_view(self, request, pk, place, verb):
        training = self.find(request, pk)
        rows = Enrolment.objects.visible_to(request.user).filter(training=training)
        place = get_object_or_404(
            rows.select_related("person__user", "mandate", "training__organization"), pk=place
        )
        if verb not in ENROLMENTS or verb == "ask_leave":
            raise Http404
        move = ENROLMENTS[verb]
        if not move.needs:
            return self._press(
                request,
                training,
                lambda by, at: perform_enrolment(verb, place, by=by, at=at),
                f"{place.person.name}：已{move.label}。",
            )
        form = StepForm(move.needs, sent_data(request), subject=place, user=request.user)
        if request.method != "POST":
            return self._place_form(request, training, place, move, form)

        def do(by, at):
            try:
                form.is_valid()
                return perform_enrolment(verb, place, by=by, at=at, data=form.given())
            except InvalidInput as fault:
                form.refuse(fault)
                raise

        def refused(sentence, status):
            if form.errors:
                return self._place_form(request, training, place, move, form, status=status)
            return self.refused_at(request, training, sentence, status)

        return self.take_press(
            request,
            do,
            told=f"{place.person.name}：已{move.label}。",
            back=self.back_to(training),
            refused=refused,
        )

    def _place_form(self, request, training, place, move, form, *, status=200):
        context = {
            "title": f"{move.label}：{place.person.name}",
            "lead": f"{training.title}　{place.leave_reason}",
            "form": form,
            "button": move.label,
            "back": self.back_to(training),
        }
        if not move.may(request.user, place):
            raise PermissionDenied
        return self.show(request, "admin/studios/given_form.html", context, status=status)

    def file_view(self, request, pk):
        training = self.find(request, pk)

        def do(by, at):
            if not may_organize(request.user, training):
                raise PermissionDenied
            upload = request.FILES.get("file")
            if upload is None:
                raise InvalidInput({"file": ["请先选择文件。"]})
            return keep_material(training, upload, by=by, at=at)

        return self._press(request, training, do, lambda kept: f"已传「{kept.original_name}」。")

    def certificates_view(self, request, pk):
        """A page that is printed leaves an event, so it is asked for by a button."""
        training = self.find(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            by = Actor.from_request(request, "admin")
            pdf = print_certificates(training, by=by, at=timezone.now())
        except DomainError as fault:
            return self.refused_at(request, training, fault.message, fault.http_status)
        name = content_disposition_header(True, f"结业证 {training.code}.pdf")
        return HttpResponse(pdf, "application/pdf", headers={"Content-Disposition": name})

    def _screen(self, request, pk):
        training = self.find(request, pk)
        if not may_organize(request.user, training):
            raise PermissionDenied
        now = timezone.now()
        today = timezone.localdate(now)
        shows = training.status == TrainingStatus.OPEN and training.start_date <= today <= training.end_date
        code = code_at(training.code_secret, now)
        rows = training.enrolments
        return {
            "training": training,
            "shows": shows,
            "code": f"{code[:3]} {code[3:]}" if shows else "",
            "left": seconds_left(now),
            "came": rows.filter(status=EnrolmentStatus.ATTENDED).count(),
            "expected": rows.filter(status__in=EnrolmentStatus.placed()).count(),
        }

    def screen_view(self, request, pk):
        """For the screen of the class room: the code of the minute, big, and how many have used it."""
        return TemplateResponse(request, "admin/training/training/screen.html", self._screen(request, pk))

    def code_view(self, request, pk):
        return TemplateResponse(request, "admin/training/training/_code.html", self._screen(request, pk))
