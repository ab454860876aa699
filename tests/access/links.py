"""A representative's link with a branch and its log, a pair she is taken on in, and what is set about both."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.actions import create_organization
from accounts.enums import OrganizationKind
from records.models import Job
from representatives.enums import Level
from representatives.models import Contact, ContactLink, LinkPolicy
from tests.factories import make_congress, make_mandate, make_person
from training.models import MentorPair, PairGoal, PairPolicy, PairRecord


def link_examples(city):
    """({noun in an address: row}, {name in an address: what is put there})"""
    today, now = timezone.localdate(), timezone.now()
    branch = create_organization(
        code="370783001-B01", name="屯西村党支部", kind=OrganizationKind.BRANCH, parent=city.town
    )
    link = ContactLink.objects.create(
        kind="branch", mandate=city.mandate, branch=branch, start_date=today - timedelta(days=60)
    )
    contact = Contact.objects.create(link=link, on=today - timedelta(days=3), method="visit", recorded_at=now)
    mentor = make_mandate(
        city.town, person=city.mandate.person, congress=make_congress(city.root, level=Level.CITY, ordinal=13)
    )
    pair = MentorPair.objects.create(
        kind="cadre",
        mentor=mentor,
        mentee=make_person(name="高远", birth_month=date(1996, 5, 1)),
        organization=city.town,
        start_date=today - timedelta(days=60),
        planned_end_date=today + timedelta(days=300),
    )
    PairGoal.objects.create(pair=pair, content="能独立主持一次接待", due_date=pair.planned_end_date)
    record = PairRecord.objects.create(
        pair=pair, on=today - timedelta(days=3), kind="talk", content="谈心", recorded_at=now
    )
    spreading = Job.objects.create(
        kind="spread-links",
        payload={"kind": "cadre"},
        created_by=city.organizer,
        created_at=now,
        organization=city.county,
    )
    link_policy = LinkPolicy.objects.create(organization=city.county)
    pair_policy = PairPolicy.objects.create(organization=city.county)
    rows = {
        "contactlink": link,
        "contact-link": link,
        "contact": link,
        "linkpolicy": link_policy,
        "link-policy": link_policy,
        "mentorpair": pair,
        "pair": pair,
        "pairpolicy": pair_policy,
        "pair-policy": pair_policy,
        "spreading": spreading,
    }
    return rows, {"contact": str(contact.pk), "record": str(record.pk), "kind": "cadre"}
