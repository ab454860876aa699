"""What followed from the appraisals of two years that are over: a candidate, a talk that was held, an item to improve; and
the report of a venue that is being written."""

from datetime import timedelta

from django.utils import timezone

from evaluations.actions.finalizing import follow_up
from evaluations.actions.improvements import add_improvement
from evaluations.actions.talks import perform_talk
from evaluations.enums import CycleStatus, Grade, SubjectKind
from evaluations.models import Candidate, FollowUpPolicy, ReminderTalk
from tests.evaluations.finals import CLOSED, final_cycle, final_grade
from tests.evaluations.world import make_cycle, make_evaluation
from tests.factories import acting, make_mandate


def follow_up_examples(city):
    """({noun in an address: row}, {name in an address: what is put there})"""
    today, now, by = timezone.localdate(), timezone.now(), acting(city.organizer)
    # A seat of its own: hers are appraised elsewhere in the examples.
    seat = make_mandate(city.town, person=city.mandate.person, certificate_number="CS-FOLLOW-UP")
    for year in (2021, 2022):
        cycle = final_cycle(city, year)
        final_grade(cycle, seat, Grade.EXCELLENT, score=9300)
    poor = final_grade(cycle, city.mandate, Grade.INCOMPETENT, score=4200)
    follow_up(cycle, by=by, at=CLOSED[2022])
    talk = ReminderTalk.objects.with_names().get(evaluation=poor)
    held = {
        "talk_date": CLOSED[2022].date(),
        "talker": "组织部副部长",
        "content": "全年没有驻室接待。",
        "plan": "每季度接待一次。",
        "follow_up_date": today + timedelta(days=30),
    }
    perform_talk("hold", talk, by=by, at=now, data=held)
    data = {"content": "每月驻室一次", "owner": city.representative, "due_date": today + timedelta(days=30)}
    improvement = add_improvement(poor, by=by, at=now, data=data)
    venues = make_cycle(city, kind=SubjectKind.STUDIO, year=2017, status=CycleStatus.REPORTING)
    policy = FollowUpPolicy.objects.create(organization=city.county)
    rows = {
        "candidate": Candidate.objects.get(evaluation__mandate=seat),
        "remindertalk": talk,
        "reminder-talk": talk,
        "talk": talk,
        "improvement": improvement,
        "venuereport": make_evaluation(venues, city.studio),
        "followuppolicy": policy,
        "follow-up-policy": policy,
    }
    return rows, {}


FOLLOW_UP_VERBS = {
    "admin/evaluations/candidate/": "propose",
    "admin/evaluations/remindertalk/": "close",
    "admin/evaluations/improvement/": "postpone",
    "admin/evaluations/venuereport/": "save",
    "me/talks/": "amend_plan",
    "improvements/": "report_done",
}
"""What a route begins with → the verb that its example is asked for."""
