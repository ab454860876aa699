"""A reception day of today at the venue, with one of everything that hangs on it."""

from datetime import timedelta

from django.utils import timezone

from records.models import Job
from representatives.models import Mandate
from studios.actions.feeds import open_feed
from studios.models import (
    ChecklistItem,
    Companion,
    Duty,
    Helper,
    Leave,
    MandatePlacement,
    ReceptionDay,
    ReceptionPolicy,
    ReceptionRule,
    StudioTarget,
    SwapRequest,
    Visit,
)
from tests.factories import acting, make_person


def reception_examples(city):
    """({noun in an address: row}, {name in an address: what is put there}). The representative sits today; a colleague
    offers her duty of next week."""
    today, now = timezone.localdate(), timezone.now()
    colleague = Mandate.objects.get(person__user=city.colleague)
    rule = ReceptionRule.objects.create(
        studio=city.studio, rrule="FREQ=MONTHLY;BYMONTHDAY=1,15", start_date=today - timedelta(days=90)
    )
    day, duty = _day(city, today, city.mandate, rule)
    _coming, offered = _day(city, today + timedelta(days=8), colleague, rule)
    helper = Helper.objects.create(
        person=make_person(), studio=city.studio, kind="volunteer", joined_date=today - timedelta(days=30)
    )
    swap = SwapRequest.objects.create(duty=offered, offered_at=now)
    leave = Leave.objects.create(
        person=city.mandate.person,
        start_date=today + timedelta(days=40),
        end_date=today + timedelta(days=41),
        reason="培训",
        recorded_at=now,
    )
    placement = MandatePlacement.objects.create(
        mandate=city.mandate, studio=city.studio, start_date=today - timedelta(days=30)
    )
    policy = ReceptionPolicy.objects.create(organization=city.county)
    target = StudioTarget.objects.create(studio=city.studio, year=today.year, kind="visits", target=300)
    _feed, token = open_feed(city.mandate.person, by=acting(city.representative, "portal"), at=now)
    visit = Visit.objects.create(day=day, count=1, name="李桂兰", recorded_at=now)
    companion = Companion.objects.create(day=day, person=helper.person, role="helper", recorded_at=now)
    item = ChecklistItem.objects.create(code="rules", name="有制度")
    work = Job.objects.create(
        kind="plan-month",
        payload={"month": f"{today:%Y-%m}", "studios": [city.studio.pk]},
        created_by=city.organizer,
        created_at=now,
        organization=city.county,
    )
    rows = {
        "receptionday": day,
        "reception-day": day,
        "duty": duty,
        "swaprequest": swap,
        "swap-request": swap,
        "swap": swap,
        "leave": leave,
        "helper": helper,
        "mandateplacement": placement,
        "mandate-placement": placement,
        "reception-rule": rule,
        "receptionpolicy": policy,
        "reception-policy": policy,
        "studiotarget": target,
        "studio-target": target,
        "work": work,
    }
    fixed = {
        "item": str(item.pk),
        "studio": str(city.studio.pk),
        "duty": str(duty.pk),
        "visit": str(visit.pk),
        "companion": str(companion.pk),
        "month": f"{today:%Y-%m}",
        "token": token,
    }
    return rows, fixed


def _day(city, date, mandate, rule):
    day = ReceptionDay.objects.create(
        studio=city.studio,
        rule=rule,
        date=date,
        start_time="09:00",
        end_time="11:30",
        status="published",
        published_at=timezone.now(),
    )
    duty = Duty.objects.create(
        day=day, mandate=mandate, person=mandate.person, date=date, reason="十二个月里最少。"
    )
    return day, duty
