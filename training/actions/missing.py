"""One button: whoever is still missing is put on a roster and told (R33)."""

from django.db import transaction
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput
from records.moves import Given, clean_given
from training.actions.enrolling import check_open_roster, enrol_seats, lock_training
from training.actions.sessions import perform_training
from training.audiences import one_seat_each, placed_ahead
from training.enums import EnrolmentSource, TrainingStatus
from training.models import Training
from training.reports.coverage import missing_seats


def coming_trainings(_subject, user):
    """Sessions that the user organizes and that can still take people."""
    rows = Training.objects.of_office(user).filter(status__in=TrainingStatus.coming())
    return rows.filter(end_date__gte=timezone.localdate()).order_by("start_date", "pk")


MISSING = (Given("training", "补到哪个班", "model", options=coming_trainings),)


def missing_for(training, measure, year, *, on, path=""):
    """Seats, one for each person, that are missing by the measure, live in the session's place (and in `path`), and have
    no place in another session ahead."""
    place = max(training.organization.path, path, key=len)
    rows = missing_seats(measure, year, on=on, path=place).in_office()
    return one_seat_each(rows.exclude(placed_ahead(on)).select_related("organization").order_by("pk"))


def check_place(training, path):
    """The two have to lie on one line, or nobody would be both."""
    home = training.organization.path
    if path and not (home.startswith(path) or path.startswith(home)):
        raise InvalidInput({"training": ["这个班不面向这个地方的代表，请另选。"]})


@transaction.atomic
def invite_missing(training, *, measure, year, path, by, at):
    """Put everybody who is missing on the roster as far as there are seats, and tell them; a session not told yet is
    told with it. Returns {"added": …, "words": …}."""
    lock_training(training)
    check_open_roster(training, by=by, at=at)
    check_place(training, path)
    on = timezone.localdate(at)
    seats = missing_for(training, measure, year, on=on, path=path)
    reason = "任期第一年还没有参训" if measure == "first_year" else f"{year}年还没有参训"
    listed = enrol_seats(training, seats, EnrolmentSource.MISSING, by=by, at=at, reason=reason)
    words = listed.words
    if training.status == TrainingStatus.PLANNED and listed.added:
        try:
            with transaction.atomic():
                perform_training("publish", training, by=by, at=at)
        except Conflict as fault:
            words = f"{words}还没有发通知：{fault.message}"
    return {"added": listed.added, "missing": len(seats), "words": words, "training": training.pk}


def chosen_training(data, user):
    """The session that a form or a body names, or InvalidInput."""
    return clean_given(MISSING, data, None, user, step="通知未参训的代表")["training"]
