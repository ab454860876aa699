"""The verbs of the masses' survey (R90): make, open, print slips, answer, close.

Of an answer nothing is written down but what the counts of the survey have become: no event, no notice, no line in a
log, no time (see models/surveys.py for what an attacker could still learn).
"""

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.enums import MassSurveyStatus, SurveyRating
from evaluations.models import Survey, SurveyQuestion, SurveyTally, SurveyToken
from evaluations.moves import ISSUE, SURVEYS
from evaluations.survey_codes import digest_of, digests_of, new_codes
from evaluations.survey_notices import tell_closed, tell_opened
from evaluations.survey_rules import may_organize
from evaluations.survey_subjects import organized_mandates, organized_places, organized_studios, venues_of
from records.actions import build_event, record_event
from records.models import Event
from records.moves import Given, check_move, clean_given, make_move
from studios.models import Studio

FEWEST_QUESTIONS, MOST_QUESTIONS = 3, 6
NOT_USABLE = (
    "这个评议码不能用：可能输错了，可能用过了，也可能评议已经结束。请对照纸条再看一遍。"
    "如果您刚刚评过，您的评价已经记下，不用再评。"
)
COMMON = (
    Given("year", _("用于哪一年的考评"), "integer", minimum=2000, maximum=2100),
    Given("due_date", _("截止日期"), "date", help=_("第二天自动结束")),
    Given(
        "minimum_answers",
        _("至少几份才显示结果"),
        "integer",
        minimum=3,
        maximum=500,
        help=_("不足这个数的不显示、不计入考评，免得从结果猜出谁怎么评"),
    ),
)
MAKE = (
    Given("studios", _("评哪些工作室（站）"), "models", required=False, options=organized_studios),
    Given("mandates", _("评哪些党代表"), "models", required=False, options=organized_mandates),
    *COMMON,
)
MAKE_FOR_PLACE = (
    Given("organization", _("哪里的工作室（站）"), "model", options=organized_places, help=_("含下级")),
    *COMMON,
)


def make_surveys(*, by, at, data):
    """A survey each for venues and representatives named one by one. Returns them."""
    given = clean_given(MAKE, data, None, by.user, step="新建评议")
    subjects = [*given.pop("studios"), *given.pop("mandates")]
    if not subjects:
        raise InvalidInput({"studios": ["请选一个工作室（站）或一名党代表，也可以选几个。"]})
    _check_due(given["due_date"], on=timezone.localdate(at))
    surveys = [_new_survey(subject, given) for subject in subjects]
    known = _known(surveys)
    if known:
        names = "、".join(survey.about for survey in known[:3])
        raise Conflict(
            f"{names}{given['year']}年已经有评议了，一年一份，请打开已有的。", code="already-there"
        )
    return _write(surveys, by=by, at=at)


def make_for_place(*, by, at, data):
    """A survey for each venue in use of a place and of those below that has none for the year. Returns the new ones."""
    given = clean_given(MAKE_FOR_PLACE, data, None, by.user, step="新建评议")
    place = given.pop("organization")
    _check_due(given["due_date"], on=timezone.localdate(at))
    surveys = [_new_survey(studio, given) for studio in venues_of(place)]
    known = {survey.studio_id for survey in _known(surveys)}
    fresh = [survey for survey in surveys if survey.studio_id not in known]
    if not fresh:
        raise Conflict(
            f"{place.display_name}的工作室（站）{given['year']}年都已有评议。", code="already-there"
        )
    return _write(fresh, by=by, at=at)


def _check_due(due_date, *, on):
    if due_date < on:
        raise InvalidInput({"due_date": ["截止日期已经过去，请改为今天或以后。"]})


def _new_survey(subject, given):
    key, name = ("studio", subject.name) if isinstance(subject, Studio) else ("mandate", subject.person.name)
    title = f"{name}{given['year']}年群众评议"
    return Survey(**{key: subject}, organization=subject.organization, title=title, **given)


def _known(surveys):
    if not surveys:
        return []
    venues = {survey.studio_id for survey in surveys if survey.studio_id}
    seats = {survey.mandate_id for survey in surveys if survey.mandate_id}
    rows = Survey.objects.filter(year=surveys[0].year)
    found = rows.filter(studio__in=venues) | rows.filter(mandate__in=seats)
    return list(found.with_names())


def _write(surveys, *, by, at):
    try:
        with transaction.atomic():
            made = Survey.objects.bulk_create(surveys, batch_size=200)
            Event.objects.bulk_create(
                [
                    build_event(
                        survey,
                        "created",
                        by=by,
                        at=at,
                        organization=survey.organization,
                        after={"title": survey.title, "due_date": str(survey.due_date)},
                    )
                    for survey in made
                ],
                batch_size=200,
            )
    except IntegrityError as error:
        raise Conflict("刚才已有人建了其中的评议，这次没有保存。请刷新后核对。") from error
    return made


def change_survey(survey, *, by, at, data):
    """Dates and the minimum of a draft. Once it is open, only its last day may be put off (see the moves)."""
    if not may_organize(by.user, survey):
        raise NotAllowed("您的岗位不能修改评议，请联系主管单位的组工干部。")
    given = clean_given(COMMON[1:], data, survey, by.user, step="修改评议")
    _check_due(given["due_date"], on=timezone.localdate(at))
    before = {"due_date": str(survey.due_date), "minimum_answers": survey.minimum_answers}
    with transaction.atomic():
        if Survey.objects.filter(pk=survey.pk, status=MassSurveyStatus.DRAFT).update(**given) != 1:
            raise Conflict("评议已经开始，不能再改；截止日期可以延长。", code="wrong-state")
        survey.due_date, survey.minimum_answers = given["due_date"], given["minimum_answers"]
        after = {"due_date": str(survey.due_date), "minimum_answers": survey.minimum_answers}
        record_event(
            survey, "updated", by=by, at=at, organization=survey.organization, before=before, after=after
        )
    return survey


def perform_survey(verb, survey, *, by, at, data=None):
    """Open, extend or close a survey. Returns it."""
    move = SURVEYS[verb]
    check_move(survey, move, by=by, status=MassSurveyStatus)
    given = move.clean(data or {}, survey, by.user)
    on = timezone.localdate(at)
    changes, after = _changes(verb, survey, given, on=on, at=at)
    with transaction.atomic():
        make_move(
            survey,
            move,
            by=by,
            at=at,
            organization=survey.organization,
            status=MassSurveyStatus,
            changes=changes,
            after=after,
        )
        if verb == "open":
            _lay_out_tallies(survey)
            tell_opened(survey, at=at)
        if verb == "close":
            SurveyToken.objects.filter(survey=survey).delete()
            survey.refresh_from_db(fields=["answers_count", "tokens_issued"])
            tell_closed(survey, at=at)
    return survey


def _changes(verb, survey, given, *, on, at):
    """(fields that change with the verb, what its event tells beside the state)"""
    if verb == "open":
        if survey.due_date < on:
            raise Conflict("截止日期已经过去。请先改截止日期，再开始评议。", code="too-late")
        return {"opened_at": at, "questions": questions_for(survey.kind)}, {}
    if verb == "extend":
        if given["due_date"] < on or given["due_date"] <= survey.due_date:
            raise InvalidInput({"due_date": ["只能往后延，请选一个比现在的截止日期晚、还没过去的日子。"]})
        return given, {"due_date": str(given["due_date"])}
    return {"closed_at": at}, {}


def questions_for(kind):
    """The questions in use for venues or for representatives, as a survey keeps them."""
    rows = SurveyQuestion.objects.filter(kind=kind, is_active=True)
    asked = [{"code": row.code, "text": row.text} for row in rows]
    if not FEWEST_QUESTIONS <= len(asked) <= MOST_QUESTIONS:
        raise Conflict(
            f"在用的评议问题有 {len(asked)} 个，须有 {FEWEST_QUESTIONS} 到 {MOST_QUESTIONS} 个，一屏评得完。"
            "请先在「评议问题」里调整。",
            code="wrong-questions",
        )
    return asked


def _lay_out_tallies(survey):
    SurveyTally.objects.bulk_create(
        [
            SurveyTally(survey=survey, question=question["code"], rating=int(rating))
            for question in survey.questions
            for rating in SurveyRating.values
        ]
    )


def issue_codes(survey, *, by, at, data, use=None):
    """New codes, in plain text for this once. `use(codes)` makes the paper of them before any is good, so that slips that
    could not be printed let nobody in; its result is returned, or else the codes."""
    check_move(survey, ISSUE, by=by, status=MassSurveyStatus)
    count = ISSUE.clean(data or {}, survey, by.user)["count"]
    if survey.due_date < timezone.localdate(at):
        raise Conflict("评议已过截止日期，明天自动结束。要继续请先延长截止日期。", code="too-late")
    codes = new_codes(count)
    result = use(codes) if use else codes
    with transaction.atomic():
        rows = Survey.objects.filter(pk=survey.pk, status=MassSurveyStatus.OPEN)
        if rows.update(tokens_issued=F("tokens_issued") + count) != 1:
            raise Conflict("评议刚刚结束了，评议码没有生效。请刷新页面，看最新情况。")
        # In the order of the digests: where a row lies says nothing of where its slip lay on the paper.
        digests = sorted(digest_of(code) for code in codes)
        SurveyToken.objects.bulk_create(
            [SurveyToken(digest=digest, survey_id=survey.pk) for digest in digests]
        )
        record_event(
            survey, ISSUE.verb, by=by, at=at, organization=survey.organization, after={"count": count}
        )
        survey.refresh_from_db(fields=["tokens_issued"])
    return result


def find_survey(code, *, on):
    """The running survey that the code on a slip opens, or None; used, wrong and late codes are the same None."""
    rows = Survey.objects.running().filter(tokens__digest__in=digests_of(code), due_date__gte=on)
    return rows.with_names().first()


def answer_givens(survey):
    return [
        Given(f"q-{question['code']}", question["text"], "choice", options=SurveyRating, missing="请选一项。")
        for question in survey.questions
    ]


def answer_survey(code, *, on, data):
    """Count one answer and use its code up, both or neither. `data` holds "q-<question code>" → "1" to "5".

    Nobody is told and nothing is returned. Raises Conflict, with one sentence for all of them, if the code was used, is
    wrong or late.
    """
    survey = find_survey(code, on=on)
    if survey is None:
        raise Conflict(NOT_USABLE, code="not-usable")
    given = clean_given(answer_givens(survey), data, survey, None, step="评议")
    ratings = {name.removeprefix("q-"): int(rating) for name, rating in given.items()}
    with transaction.atomic():
        # The survey's row first: answers wait for each other here, and the end of the survey waits too.
        running = Survey.objects.running().filter(pk=survey.pk)
        list(running.select_for_update(no_key=True).values_list("pk"))
        tokens = SurveyToken.objects.filter(survey__in=running, digest__in=digests_of(code))
        if tokens.delete()[0] != 1:
            raise Conflict(NOT_USABLE, code="not-usable")
        running.update(answers_count=F("answers_count") + 1)
        count_ratings(survey, [ratings])


def count_ratings(survey, answers):
    """Add answers ({question code: 1–5}) to the counts. All counts are written anew, also those that stay: which rows were
    touched last, and lie last in the table's file, would tell what the last one ticked."""
    added = {}
    for answer in answers:
        for question, rating in answer.items():
            added[question, rating] = added.get((question, rating), 0) + 1
    cases = [
        When(question=question, rating=rating, then=Value(number))
        for (question, rating), number in added.items()
    ]
    SurveyTally.objects.filter(survey=survey).update(count=F("count") + Case(*cases, default=Value(0)))
