"""The demo city's pairs and links keep the office's own rules, and give something to do (R34–R36, R50, R51)."""

from collections import Counter

import pytest
from django.db.models import F

from accounts.enums import Role
from accounts.models import Membership, Organization, User
from portal.demo.mentoring import MOST, PAIRS
from portal.demo.quotas import scaled
from records.metrics import compute, get_metric
from representatives.enums import Level
from representatives.models import Contact, ContactLink, Mandate
from representatives.quarters import Quarter
from tests.demo.conftest import REPORT_DAY, TODAY
from training.actions.pairs import age_on
from training.models import MentorPair, PairRecord
from training.together import shared_sessions


@pytest.mark.parametrize("kind", ["representative", "cadre"])
def test_as_many_pairs_as_the_report_tells(demo_city, kind):
    assert MentorPair.objects.standing_on(REPORT_DAY).filter(kind=kind).count() == scaled(PAIRS, 0.02)


def test_mentors_stand_high_and_young_people_are_young(demo_city):
    pairs = list(MentorPair.objects.select_related("mentor__person", "mentee"))
    assert {pair.mentor.level for pair in pairs} <= set(Level.city_and_above())
    assert all(age_on(pair.mentee.birth_month, pair.start_date) <= 40 for pair in pairs)
    assert all(
        age_on(pair.mentee.birth_month, pair.start_date) <= 35 for pair in pairs if pair.kind == "cadre"
    )
    carried = Counter(pair.mentor.person_id for pair in pairs if pair.status == "active")
    assert max(carried.values()) <= MOST
    assert not MentorPair.objects.filter(mentee=F("mentor__person")).exists()
    assert not PairRecord.objects.filter(on__lt=F("pair__start_date")).exists()


def test_some_sat_together(demo_city):
    pairs = MentorPair.objects.select_related("mentor")
    kinds = Counter(one.kind for rows in shared_sessions(pairs).values() for one in rows)
    assert kinds["duty"] > 0


def test_every_frontline_representative_is_linked_evenly(demo_city):
    rate = get_metric("links_frontline_rate")
    root = Organization.objects.get(code="3707")
    assert compute(rate, root, REPORT_DAY.replace(month=1, day=1), REPORT_DAY).value == 100.0
    assert ContactLink.objects.filter(kind="branch").count() == Mandate.objects.frontline().count()
    loads = Counter(ContactLink.objects.filter(kind="cadre").values_list("cadre", flat=True))
    assert max(loads.values()) <= 30
    posts = Membership.objects.filter(role=Role.ORGANIZER).values("user")
    assert User.objects.filter(pk__in=loads).exclude(pk__in=posts).count() == 0


def test_the_demos_own_people_have_still_to_be_in_touch(demo_city):
    quarter = Quarter.of(TODAY)
    own = ContactLink.objects.filter(mandate__person__user__username="yangshouwei", kind="branch")
    assert own.silent_between(quarter.first, quarter.last).count() == own.count() == 1
    assert Contact.objects.filter(on__gte=quarter.first).exists()
