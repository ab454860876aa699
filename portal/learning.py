"""A representative's training as her phone shows it: what she is called to, what she may do about it, what she has done."""

from dataclasses import dataclass
from datetime import timedelta

from training.certificates import is_certified
from training.enums import EnrolmentStatus, SurveyStatus, TrainingStatus
from training.models import Enrolment, NeedAnswer, NeedSurvey
from training.notices import when
from training.pages.chips import ENROLMENT_CHIPS

LEAD_DAYS = 31
"""A session no farther away than this stands on the home page."""
HERE = (
    EnrolmentStatus.INVITED,
    EnrolmentStatus.CONFIRMED,
    EnrolmentStatus.LEAVE_ASKED,
    EnrolmentStatus.ON_LEAVE,
)
"""Whoever comes after all may check in."""


@dataclass(frozen=True)
class Lesson:
    """One session to which she was called, with what the page says and offers about it on the day `on`."""

    enrolment: Enrolment
    days_left: int
    days_over: int
    """Since its last day; negative while it has still to end."""

    @property
    def training(self):
        return self.enrolment.training

    @property
    def is_coming(self):
        """Still to be held or being held, and something may still be done about it."""
        return self.training.status == TrainingStatus.OPEN and self.days_over <= 0

    @property
    def is_today(self):
        return self.days_left <= 0 and self.days_over <= 0

    @property
    def is_here(self):
        return self.is_coming and self.enrolment.status == EnrolmentStatus.ATTENDED

    @property
    def can_confirm(self):
        return self.is_coming and self.enrolment.status == EnrolmentStatus.INVITED and not self.is_today

    @property
    def can_ask_leave(self):
        states = (EnrolmentStatus.INVITED, EnrolmentStatus.CONFIRMED)
        return self.is_coming and self.enrolment.status in states

    @property
    def can_check_in(self):
        return self.is_coming and self.is_today and self.enrolment.status in HERE

    @property
    def waits_for_her(self):
        return self.can_confirm or (self.can_check_in and self.enrolment.status != EnrolmentStatus.ON_LEAVE)

    @property
    def has_certificate(self):
        return is_certified(self.enrolment)

    @property
    def left_words(self):
        if self.is_today:
            return "今天"
        return {1: "明天", 2: "后天"}.get(self.days_left, f"还有 {self.days_left} 天")

    @property
    def when(self):
        return when(self.training)

    @property
    def chip(self):
        if self.training.status == TrainingStatus.CANCELLED:
            return "withdrawn"
        return ENROLMENT_CHIPS[self.enrolment.status]

    @property
    def state_words(self):
        if self.training.status == TrainingStatus.CANCELLED:
            return "已取消"
        if self.enrolment.is_ahead and self.training.status == TrainingStatus.OPEN and self.days_over > 0:
            return "等主办单位登记"
        return self.enrolment.get_status_display()


def lessons_of(user):
    """What she was told of; one query with what the pages need."""
    rows = Enrolment.objects.told_to(user)
    return rows.select_related("training__organization", "person", "mandate")


def lesson_of(enrolment, *, on):
    training = enrolment.training
    return Lesson(enrolment, (training.start_date - on).days, (on - training.end_date).days)


def next_lesson(user, *, on):
    """The session that stands on the home page: the next one, or the one she is sitting in right now."""
    rows = lessons_of(user).filter(
        training__status=TrainingStatus.OPEN,
        training__end_date__gte=on,
        training__start_date__lte=on + timedelta(days=LEAD_DAYS),
        status__in=(*EnrolmentStatus.ahead(), EnrolmentStatus.ATTENDED),
    )
    row = rows.order_by("training__start_date", "pk").first()
    return lesson_of(row, on=on) if row else None


def lessons_by_time(user, *, on):
    """([coming, the soonest first], [gone by, the newest first])"""
    rows = lessons_of(user).order_by("training__start_date", "pk")
    lessons = [lesson_of(row, on=on) for row in rows]
    coming = [lesson for lesson in lessons if lesson.is_coming]
    return coming, [lesson for lesson in reversed(lessons) if lesson not in coming]


def hours_of_year(lessons, *, year):
    """What she has learned in a year, in sessions that are over."""
    return sum(
        lesson.enrolment.hours
        for lesson in lessons
        if lesson.training.status == TrainingStatus.HELD and lesson.training.start_date.year == year
    )


def open_surveys(user, *, on):
    """[(survey, her answer or None)] of surveys that ask her today; three queries."""
    surveys = list(
        NeedSurvey.objects.asking(user)
        .filter(status=SurveyStatus.OPEN, due_date__gte=on)
        .select_related("organization")
        .order_by("due_date", "pk")
    )
    rows = NeedAnswer.objects.filter(survey__in=surveys, person__user_id=user.pk) if surveys else ()
    answers = {answer.survey_id: answer for answer in rows}
    return [(survey, answers.get(survey.pk)) for survey in surveys]
