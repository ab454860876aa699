"""Whom to give a slip: drawn by lot from those who were received within the year (R90).

The lots are drawn apart from the slips. Who was drawn is told once, in the answer to the drawing, and not kept; no slip is
hers before one is handed to her. So that nobody is drawn twice although no name is kept, the people lie in an order that
a key (of SECRET_KEY, for this survey) has shuffled, and a survey keeps only how far down that order it has come.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.errors import Conflict
from accounts.masking import mask_name
from evaluations.enums import MassSurveyStatus
from evaluations.models import Survey
from evaluations.moves import DRAW
from petitions.models import Petition
from records.actions import record_event
from records.moves import check_move
from studios.enums import DutyStatus
from studios.models import Visit
from workdays.templatetags.chinese_days import day as day_words


@dataclass(frozen=True)
class Received:
    """Somebody who was received, as the list names her: masked, with where to find her."""

    name: str
    reason: str
    on: date
    petition_id: int | None = None
    visited_day_id: int | None = None


def draw_lots(survey, *, by, at, data):
    """Draw some people who have not been drawn yet. Returns [Received], by the day on which they were received."""
    check_move(survey, DRAW, by=by, status=MassSurveyStatus)
    count = DRAW.clean(data or {}, survey, by.user)["count"]
    people = received_people(survey, user=by.user)
    waiting = sorted((_place(survey, who), who) for who in people)
    waiting = [(place, who) for place, who in waiting if place > survey.drawn_up_to]
    if not waiting:
        words = "接待过的人都抽到过了" if survey.drawn_up_to else "这一年还没有留下姓名的接待记录，抽不出人"
        raise Conflict(f"{words}；可以打印评议码，发给来访的党员群众。", code="nobody-left")
    drawn = waiting[:count]
    with transaction.atomic():
        rows = Survey.objects.filter(
            pk=survey.pk, status=MassSurveyStatus.OPEN, drawn_up_to=survey.drawn_up_to
        )
        if rows.update(drawn_up_to=drawn[-1][0]) != 1:
            raise Conflict("刚才已有人抽了签，这次没有抽。请刷新页面，接着再抽。")
        survey.drawn_up_to = drawn[-1][0]
        record_event(
            survey, DRAW.verb, by=by, at=at, organization=survey.organization, after={"count": len(drawn)}
        )
    told = [people[who] for _place_, who in drawn]
    return sorted(told, key=lambda one: (one.on, one.name, one.reason))


def _place(survey, who):
    """Where somebody lies in the shuffled order: 64 bits, in hexadecimal."""
    key = hmac.digest(settings.SECRET_KEY.encode(), b"evaluations.lots", hashlib.sha256)
    return hmac.new(key, f"{survey.pk}:{who}".encode(), hashlib.sha256).hexdigest()[:16]


def received_people(survey, *, user):
    """{what tells people apart: Received} of those received by the venue or the representative within the survey's year:
    visits with a name, and matters told back. Two of one name without a phone count as one; better that than twice."""
    people, named = {}, set()
    for name, phone, number, pk, at in _matters(survey, user):
        named.add(name)
        on = timezone.localdate(at)
        told = Received(mask_name(name), f"{day_words(on)}反馈的 {number}", on, petition_id=pk)
        people.setdefault(phone or name, told)
    for name, on, day_id in _visits(survey):
        if name not in named:
            told = Received(mask_name(name), f"{day_words(on)}接待日来访", on, visited_day_id=day_id)
            people.setdefault(name, told)
    return people


def _matters(survey, user):
    """Told back, and left with a name that may still be used. Never a complaint about an office: who has complained is
    on no list."""
    whose = Q(studio=survey.studio_id) if survey.studio_id else Q(mandate=survey.mandate_id)
    rows = Petition.objects.visible_to(user).filter(
        whose,
        fed_back_at__year=survey.year,
        is_accusation=False,
        anonymous=False,
        anonymized_at=None,
        stop_processing_at=None,
        withdrawn_at=None,
    )
    rows = rows.exclude(petitioner_name="").order_by("fed_back_at", "pk")
    return rows.values_list("petitioner_name", "petitioner_phone", "number", "pk", "fed_back_at")


def _visits(survey):
    rows = Visit.objects.filter(day__date__year=survey.year, cancelled_at=None).exclude(name="")
    if survey.studio_id:
        rows = rows.filter(day__studio=survey.studio_id)
    else:
        rows = rows.filter(day__duties__mandate=survey.mandate_id, day__duties__status=DutyStatus.SERVED)
    return rows.order_by("day__date", "pk").values_list("name", "day__date", "day_id")
