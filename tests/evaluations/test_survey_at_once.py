"""Two phones with one slip in the same moment, and an answer while the survey is being closed."""

import pytest
from django.test import Client
from django.utils import timezone

from evaluations.actions.surveys import answer_survey, perform_survey
from evaluations.models import SurveyTally, SurveyToken
from tests.evaluations.surveys import fresh, issue, open_survey, ticks
from tests.factories import acting
from tests.studios.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def total(survey):
    return sum(SurveyTally.objects.filter(survey=survey).values_list("count", flat=True))


def test_one_slip_counts_once_and_the_other_is_told_so(city):
    now = timezone.now()
    survey = open_survey(city, at=now)
    # All that is left: the count of answers may never pass that of the codes.
    (code,) = issue(city, survey, 1, at=now)
    body = {"code": code, "sent": "1", **ticks(survey)}
    answers = at_once(*(lambda: Client().post("/survey/", body) for _phone in range(4)))
    assert sorted(answer.status_code for answer in answers) == [302, 400, 400, 400]
    assert all("这个评议码不能用" in a.content.decode() for a in answers if a.status_code == 400)
    assert (fresh(survey).answers_count, total(survey), SurveyToken.objects.count()) == (1, 4, 0)


def test_many_answers_at_once_are_all_counted(city):
    now = timezone.now()
    survey = open_survey(city, at=now)
    codes = issue(city, survey, 6, at=now)
    at_once(*(lambda code=code: answer_survey(code, on=now.date(), data=ticks(survey)) for code in codes))
    assert (fresh(survey).answers_count, total(survey), SurveyToken.objects.count()) == (6, 24, 0)


def test_an_answer_in_the_moment_of_closing_is_counted_or_refused(city):
    now = timezone.now()
    survey = open_survey(city, at=now)
    codes = issue(city, survey, 3, at=now)
    outcomes = at_once(
        lambda: perform_survey("close", fresh(survey), by=acting(city.organizer), at=now),
        *(lambda code=code: answer_survey(code, on=now.date(), data=ticks(survey)) for code in codes),
    )
    counted = sum(outcome is None for outcome in outcomes)
    assert fresh(survey).closed_at is not None
    assert (fresh(survey).answers_count, total(survey)) == (counted, counted * 4)
    assert not SurveyToken.objects.exists()
