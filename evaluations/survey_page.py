"""What the desk's page of one survey shows, the next thing to do first."""

from dataclasses import dataclass

from django.utils import timezone

from evaluations.enums import MassSurveyStatus
from evaluations.models import SurveyQuestion
from evaluations.moves import DRAW, ISSUE, SURVEYS
from evaluations.survey_results import results_of
from evaluations.survey_rules import may_hand_out, may_organize
from records.models import Event

SURVEY_CHIPS = {
    MassSurveyStatus.DRAFT: "received",
    MassSurveyStatus.OPEN: "registered",
    MassSurveyStatus.CLOSED: "archived",
}
SLIPS_AT_FIRST = 24
"""Three full sheets, offered where nobody has said how many."""


@dataclass(frozen=True)
class SurveyPage:
    chip: str
    moves: list
    may_organize: bool
    may_hand_out: bool
    next_step: str
    """ "open", "print", "more" (print again or draw), "close", "results", "" (nothing she can do)."""
    words: str
    result: object
    questions: list
    left: int
    """Codes that were issued and not used."""
    timeline: list


def survey_page(survey, user, *, at):
    organizes = may_organize(user, survey)
    hands_out = may_hand_out(user, survey)
    questions = survey.questions or _questions_in_use(survey)
    step, words = _next(survey, organizes, hands_out, on=timezone.localdate(at))
    return SurveyPage(
        chip=SURVEY_CHIPS[survey.status],
        moves=SURVEYS.allowed(survey, user),
        may_organize=organizes,
        may_hand_out=hands_out and ISSUE.open_for(survey) and DRAW.open_for(survey),
        next_step=step,
        words=words,
        result=results_of(survey),
        questions=questions,
        left=survey.tokens_issued - survey.answers_count,
        timeline=list(Event.objects.about(survey).order_by("-at", "-pk")[:30]) if organizes else [],
    )


def _questions_in_use(survey):
    rows = SurveyQuestion.objects.filter(kind=survey.kind, is_active=True)
    return [{"code": row.code, "text": row.text} for row in rows]


def _next(survey, organizes, hands_out, *, on):
    if survey.status == MassSurveyStatus.DRAFT:
        return ("open", "看过下面的问题和截止日期，就可以开始。") if organizes else ("", "还没有开始。")
    if survey.status == MassSurveyStatus.CLOSED:
        return "results", ""
    if survey.due_date < on:
        return "close", "已过截止日期，明天早上自动结束；要继续请延长。"
    if not hands_out:
        return "", ""
    if not survey.tokens_issued:
        return "print", "先打印评议码，发给来过的党员群众。"
    if survey.answers_count < survey.minimum_answers:
        return "more", f"还差 {survey.minimum_answers - survey.answers_count} 份才够显示结果。"
    return "close" if organizes else "more", "份数已够。结束评议后可以看结果；也可以等到截止日期自动结束。"
