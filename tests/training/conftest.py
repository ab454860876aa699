from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import acting
from tests.training.classes import make_plan, make_training
from training.actions.enrolling import enrol_by_rule
from training.actions.plans import perform_plan
from training.actions.sessions import perform_training

UNDEFINED = "«undefined: %s»"


@pytest.fixture
def undefined_variables_show(settings):
    """A template variable that does not exist leaves a mark, and `page` fails on it."""
    templates = [dict(engine, OPTIONS=dict(engine["OPTIONS"])) for engine in settings.TEMPLATES]
    templates[0]["OPTIONS"]["string_if_invalid"] = UNDEFINED
    settings.TEMPLATES = templates


@pytest.fixture
def browser(db):
    """browser(user) → a signed-in browser whose `page(address)` gives the text of a good page."""

    def sign_in(user):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")

        def page(address, status=200):
            response = client.get(address)
            assert response.status_code == status, (address, response.status_code)
            text = response.content.decode()
            assert "«undefined" not in text, text[max(text.index("«undefined") - 200, 0) :][:400]
            return text

        client.page = page
        return client

    return sign_in


@pytest.fixture
def rest(db):
    """rest(user) → an API client; a user instance keeps its scope for one request, so each reads it anew."""

    def client(user):
        api = APIClient()
        api.force_authenticate(user=User.objects.get(pk=user.pk))
        return api

    return client


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
