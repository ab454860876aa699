"""A class of today to which both representatives are called, a plan, a survey, and what is set about training."""

from datetime import timedelta

from django.utils import timezone

from records.models import Job
from tests.factories import acting
from tests.training.classes import make_plan, make_training
from training.actions.enrolling import enrol_by_rule
from training.actions.sessions import perform_training
from training.models import Course, Enrolment, NeedSurvey, TrainingDuty, TrainingPolicy


def training_examples(city):
    """({noun in an address: row}, {name in an address: what is put there})"""
    today, now = timezone.localdate(), timezone.now()
    by = acting(city.organizer)
    training = make_training(city.county, start=today)
    enrol_by_rule(training, by=by, at=now)
    perform_training("publish", training, by=by, at=now)
    plan = make_plan(city.county, year=today.year)
    course = Course.objects.create(code="modern-farming", name="现代农业与乡村产业")
    survey = NeedSurvey.objects.create(
        organization=city.county,
        year=today.year,
        title="想学什么",
        due_date=today + timedelta(days=9),
        status="open",
        opened_at=now,
    )
    policy = TrainingPolicy.objects.create(organization=city.county)
    enrolment = Enrolment.objects.get(training=training, person=city.mandate.person)
    invitation = Job.objects.create(
        kind="invite-missing",
        payload={"training": training.pk, "measure": "frontline", "year": today.year, "path": ""},
        created_by=city.organizer,
        created_at=now,
        organization=city.county,
    )
    rows = {
        "training": training,
        "trainingplan": plan,
        "training-plan": plan,
        "trainingduty": TrainingDuty.objects.create(level="town", trainer="county"),
        "trainingpolicy": policy,
        "enrolment": enrolment,
        "place": enrolment,
        "course": course,
        "needsurvey": survey,
        "need-survey": survey,
        "need": survey,
        "invitation": invitation,
    }
    return rows, {"course": course.code}


VERBS = {
    "admin/training/trainingplan/": "approve",
    "admin/training/needsurvey/": "close",
    "admin/training/training/<int:pk>/places/": "refuse_leave",
    "admin/training/training/": "cancel",
    "trainings/": "ask_leave",
}
"""What a route begins with → the verb that its example is asked for."""
