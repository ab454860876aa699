"""What happens to surveys by itself: they close the day after their last one, and a word goes out while there is time."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import Notice
from evaluations.actions.surveys import perform_survey
from evaluations.models import Survey
from evaluations.survey_notices import FEW, desk_link, tell_few

NEAR = timedelta(days=7)


def close_due_surveys(*, on, by, at):
    """Surveys whose last day is over. Returns how many; each in a transaction of its own, so that one that somebody
    closes meanwhile does not keep the others open."""
    closed = 0
    for pk in Survey.objects.running().filter(due_date__lt=on).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            rows = Survey.objects.running().filter(pk=pk).select_for_update(of=("self",), no_key=True)
            survey = rows.with_names().first()
            if survey is not None:
                perform_survey("close", survey, by=by, at=at)
                closed += 1
    return closed


@transaction.atomic
def remind_of_few_answers(*, on, at):
    """Once for each last day, in its last week: too few have answered for anything to show. Returns how many surveys."""
    rows = Survey.objects.running().filter(
        due_date__gte=on, due_date__lt=on + NEAR, answers_count__lt=F("minimum_answers")
    )
    rows = list(rows.select_for_update(of=("self",), no_key=True).with_names().order_by("pk"))
    links = {desk_link(survey): survey for survey in rows}
    told = Notice.objects.filter(link__in=links, title__startswith=FEW, created_at__gte=at - 2 * NEAR)
    for link in set(told.values_list("link", flat=True)):
        links.pop(link)
    for survey in links.values():
        tell_few(survey, at=at)
    return len(links)
