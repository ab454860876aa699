"""Builders of the masses' survey: one of the city's workroom or of its representative, opened and answered."""

from datetime import timedelta

from evaluations.actions.surveys import answer_survey, issue_codes, make_surveys, perform_survey
from evaluations.models import Survey
from evaluations.survey_setup import load_survey_questions
from tests.factories import MONDAY, acting

TODAY = MONDAY.date()
LAST = TODAY + timedelta(days=14)


def make_survey(city, *, of="studio", at=MONDAY, due=None, **fields):
    load_survey_questions()
    subject = {"studios": [city.studio]} if of == "studio" else {"mandates": [city.mandate]}
    due = due or at.date() + timedelta(days=14)
    data = {"year": at.year, "due_date": due, "minimum_answers": 3} | subject | fields
    return make_surveys(by=acting(city.organizer), at=at, data=data)[0]


def open_survey(city, **fields):
    survey = make_survey(city, **fields)
    perform_survey("open", survey, by=acting(city.organizer), at=fields.get("at", MONDAY))
    return survey


def issue(city, survey, count=5, *, at=MONDAY):
    return issue_codes(survey, by=acting(city.organizer), at=at, data={"count": count})


def ticks(survey, rating=5):
    """What a form with one rating for all questions sends, or one for each."""
    ratings = [rating] * len(survey.questions) if isinstance(rating, int) else rating
    return {
        f"q-{question['code']}": str(given) for question, given in zip(survey.questions, ratings, strict=True)
    }


def answered(city, ratings, *, of="studio", close=True, **fields):
    """A survey answered by one for each of `ratings`, and closed."""
    survey = open_survey(city, of=of, **fields)
    at = fields.get("at", MONDAY)
    for code, rating in zip(issue(city, survey, len(ratings) or 1, at=at), ratings, strict=False):
        answer_survey(code, on=at.date(), data=ticks(survey, rating))
    if close:
        survey = fresh(survey)
        perform_survey("close", survey, by=acting(city.organizer), at=at)
    return fresh(survey)


def fresh(survey):
    return Survey.objects.with_names().get(pk=survey.pk)
