"""The verbs of a survey of needs, and what follows from its answers (R32)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import notify
from accounts.enums import NoticeKind
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import User
from accounts.scope import under
from records.actions import record_event
from records.moves import Given, check_move, clean_given, make_move
from representatives.models import Mandate
from training.audiences import one_seat_each
from training.enums import SurveyStatus
from training.models import Course, Enrolment, NeedAnswer
from training.moves import SURVEYS
from training.suggesting import Answer, Offer, suggest
from workdays.templatetags.chinese_days import day as day_words

MOST_COURSES = 3


def active_courses(_subject, _user):
    return Course.objects.filter(is_active=True)


ANSWER = (
    Given(
        "courses",
        _("想学的课程"),
        "models",
        options=active_courses,
        help=_("最想学的，最多选三门"),
        missing=_("请至少选一门课程；都不合适的，选最接近的一门，并写明还缺什么。"),
    ),
    Given("doing", _("正在干什么"), required=False, max_length=200, help=_("如 种大棚西红柿、管社区养老")),
    Given("lacking", _("还缺什么"), required=False, max_length=200, help=_("如 不会写建议、不懂土地政策")),
)


def perform_survey(verb, survey, *, by, at, data=None):
    """Open a survey to those it asks, or close it. Returns the survey."""
    move = SURVEYS[verb]
    check_move(survey, move, by=by, status=SurveyStatus)
    move.clean(data or {}, survey, by.user)
    if verb == "open" and survey.due_date < timezone.localdate(at):
        raise Conflict("截止日期已经过去。请先改截止日期，再开始征集。", code="too-late")
    with transaction.atomic():
        changes = {"opened_at": at} if verb == "open" else {"closed_at": at}
        make_move(
            survey, move, by=by, at=at, organization=survey.organization, status=SurveyStatus, changes=changes
        )
        if verb == "open":
            _tell_asked(survey, at=at)
    return survey


def asked_seats(survey):
    return Mandate.objects.in_office().filter(under("organization__path", [survey.organization.path]))


def _tell_asked(survey, *, at):
    users = User.objects.filter(person__in=asked_seats(survey).values("person"), is_active=True)
    notify(
        users,
        title=f"想学什么，请您说：{survey.title}",
        body=f"{day_words(survey.due_date)}前填写，一分钟就好。",
        link=f"/needs/{survey.pk}/",
        at=at,
        kind=NoticeKind.OTHER,
    )


def answer_survey(survey, *, by, at, data):
    """A representative says what she needs; a second answer takes the place of the first. Returns the NeedAnswer."""
    seats = asked_seats(survey).filter(person__user=by.user).select_related("organization", "person")
    seat = next(iter(one_seat_each(seats)), None)
    if seat is None:
        raise NotAllowed("这份调查只问本地在任的党代表。")
    if survey.status != SurveyStatus.OPEN or survey.due_date < timezone.localdate(at):
        raise Conflict("征集已经结束，不能再填。有想学的请直接告诉组工干部。", code="wrong-state")
    given = clean_given(ANSWER, data, survey, by.user, step="填写需求")
    if len(given["courses"]) > MOST_COURSES:
        raise InvalidInput({"courses": [f"最多选{MOST_COURSES}门，请留下最想学的。"]})
    with transaction.atomic():
        answer, _new = NeedAnswer.objects.update_or_create(
            survey=survey,
            person=seat.person,
            defaults={
                "mandate": seat,
                "organization": seat.organization,
                "doing": given["doing"],
                "lacking": given["lacking"],
                "answered_at": at,
            },
        )
        answer.courses.set(given["courses"])
        codes = [course.code for course in given["courses"]]
        record_event(
            survey,
            "answer",
            by=by,
            at=at,
            organization=seat.organization,
            after={"person": seat.person_id, "courses": codes},
        )
    return answer


def suggested_courses(survey, answers):
    """[Suggestion] from these answers of the survey, the most needed first. Who has had a course within a year, or has a
    place in one, does not need it again."""
    courses = list(Course.objects.filter(is_active=True))
    told = answers.select_related("mandate").prefetch_related("courses").order_by("pk")
    told = [
        Answer(
            person=answer.person_id,
            chosen=frozenset(course.code for course in answer.courses.all()),
            words=f"{answer.doing} {answer.lacking}",
            field=answer.mandate.field,
        )
        for answer in told
    ]
    since = survey.due_date - timedelta(days=366)
    had = Enrolment.objects.placed().filter(training__start_date__gte=since, training__course__in=courses)
    offers = [Offer(course.code, course.name, tuple(course.keywords)) for course in courses]
    return suggest(offers, told, had=had.values_list("person_id", "training__course__code"))
