"""What came of the masses' surveys (R90). Nothing shows before a survey is closed and enough have answered.

While it runs not even the mean is told, and no score leans on it: two looks with one answer in between would tell what
that answer was. How many have answered is told at any time, to know whether to go on; that tells who has answered to
whoever stands beside her, and never what.
"""

from dataclasses import dataclass

from django.db.models import F, Sum

from evaluations.enums import MassSurveyStatus, SurveyRating
from evaluations.models import Survey, SurveyTally
from evaluations.scoring import divide

PER_STEP = 20
"""Marks of 100 for each of the five steps: 很满意 100, 满意 80, 一般 60, 不满意 40, 很不满意 20."""


@dataclass(frozen=True)
class Bar:
    label: str
    count: int
    percent: int


@dataclass(frozen=True)
class QuestionResult:
    code: str
    text: str
    mark: int
    """Hundredths of a mark from 0 to 100."""
    bars: tuple

    @property
    def mark_words(self):
        return mark_words(self.mark)


@dataclass(frozen=True)
class SurveyResult:
    """`mark` is None and `questions` are empty where nothing may show; `words` then says why."""

    count: int
    minimum: int
    mark: int | None
    questions: tuple
    words: str

    @property
    def is_shown(self):
        return self.mark is not None

    @property
    def mark_words(self):
        return mark_words(self.mark) if self.is_shown else ""


def results_of(survey):
    """The SurveyResult of one survey, one query."""
    if not survey.is_shown:
        return SurveyResult(survey.answers_count, survey.minimum_answers, None, (), _why_not(survey))
    counts = {}
    for tally in SurveyTally.objects.filter(survey=survey):
        counts.setdefault(tally.question, {})[tally.rating] = tally.count
    questions = tuple(
        _question(question, counts.get(question["code"], {}), survey.answers_count)
        for question in survey.questions
    )
    total = sum(rating * count for given in counts.values() for rating, count in given.items())
    mark = mark_of(total, survey.answers_count * len(survey.questions))
    return SurveyResult(survey.answers_count, survey.minimum_answers, mark, questions, "")


def mark_of(total, number):
    """The mean mark, in hundredths, of `number` ratings that add up to `total`; halves up."""
    return divide(total * PER_STEP * 100, number)


def mark_words(mark):
    """8750 → "87.5" """
    return f"{mark // 100}.{mark % 100:02d}".rstrip("0").rstrip(".")


def _question(question, given, answers):
    total = sum(rating * count for rating, count in given.items())
    bars = tuple(
        Bar(str(label), given.get(int(value), 0), divide(given.get(int(value), 0) * 100, answers))
        for value, label in SurveyRating.choices
    )
    return QuestionResult(question["code"], question["text"], mark_of(total, answers), bars)


def _why_not(survey):
    count, minimum = survey.answers_count, survey.minimum_answers
    if survey.status == MassSurveyStatus.CLOSED:
        return f"共收到 {count} 份，不满 {minimum} 份，不显示结果，也不计入考评。"
    return f"已有 {count} 份，评议结束且满 {minimum} 份后显示。"


def survey_marks(cycle):
    """{mandate id or venue id: (mean mark in hundredths, answers)} of the surveys for a cycle's year that may be seen.

    Only of closed ones: a score that moved with each answer would tell the answer.
    """
    subject = "studio_id" if cycle.is_of_venues else "mandate_id"
    shown = Survey.objects.shown().filter(year=cycle.year, **{f"{subject}__isnull": False})
    rows = (
        SurveyTally.objects.filter(survey__in=shown)
        .order_by()
        .values(f"survey__{subject}", "survey__answers_count")
        .annotate(total=Sum(F("rating") * F("count")), number=Sum("count"))
    )
    return {
        row[f"survey__{subject}"]: (mark_of(row["total"], row["number"]), row["survey__answers_count"])
        for row in rows
    }


def result_for(evaluation):
    """What whoever is appraised may know of the survey about herself: (mean mark in hundredths, answers), or None."""
    subject = {"studio": evaluation.studio_id} if evaluation.studio_id else {"mandate": evaluation.mandate_id}
    survey = Survey.objects.shown().filter(year=evaluation.cycle.year, **subject).first()
    if survey is None:
        return None
    return results_of(survey).mark, survey.answers_count
