from datetime import timedelta

import pytest
from django.utils import timezone

from tests.doors import browser, rest, undefined_variables_show  # noqa: F401 (fixtures)
from tests.factories import acting
from tests.training.classes import make_plan, make_training
from training.actions.enrolling import enrol_by_rule
from training.actions.plans import perform_plan
from training.actions.sessions import perform_training


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def open_class(city, today):
    """A class of today, told to everybody whom 寿光市 has to train; the doors read the real clock."""
    by, at = acting(city.organizer), timezone.now()
    plan = make_plan(city.county, year=today.year)
    perform_plan("approve", plan, by=by, at=at, data={"document_number": "寿组发〔2026〕3号"})
    training = make_training(city.county, start=today, end=today + timedelta(days=1), plan=plan, hours=16)
    enrol_by_rule(training, by=by, at=at)
    perform_training("publish", training, by=by, at=at)
    return training
