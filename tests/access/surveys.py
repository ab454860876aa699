"""A survey of the workroom that is open, with one code, and a question."""

from datetime import timedelta

from django.utils import timezone

from evaluations.actions.surveys import issue_codes, make_surveys, perform_survey
from evaluations.models import SurveyQuestion
from evaluations.survey_setup import load_survey_questions
from tests.factories import acting


def survey_examples(city):
    """({noun in an address: row}, {name in an address: what is put there})"""
    load_survey_questions()
    by, now = acting(city.organizer), timezone.now()
    data = {
        "studios": [city.studio],
        "year": now.year,
        "due_date": timezone.localdate(now) + timedelta(days=9),
        "minimum_answers": 3,
    }
    (survey,) = make_surveys(by=by, at=now, data=data)
    perform_survey("open", survey, by=by, at=now)
    (code,) = issue_codes(survey, by=by, at=now, data={"count": 1})
    question = SurveyQuestion.objects.first()
    rows = {"survey": survey, "surveyquestion": question, "survey-question": question}
    return rows, {"slip": code}


VERBS = {"admin/evaluations/survey/": "close"}
"""What a route begins with → the verb that its example is asked for."""
