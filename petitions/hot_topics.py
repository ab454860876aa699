"""Hot topics of each county and of the city, found anew every night from the matters of the last weeks."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Substr
from django.utils import timezone

from accounts.enums import OrganizationKind
from accounts.masking import scrub_person
from accounts.models import Organization
from petitions.enums import Status
from petitions.models import HotTopic, Petition
from petitions.similarity import READ
from petitions.topics import Heard, find_topics

WEEKS = 4
MOST_TOPICS = 12
"""Of one place; what is smaller than the twelfth is not hot."""


def find_hot_topics(*, on, progress=lambda done, total, message="": None):
    """Make the topics of the day `on`, in place of those a first run of the day has made. Returns how many."""
    places = Organization.objects.filter(
        kind__in=[OrganizationKind.CITY, *OrganizationKind.county_level()], is_active=True
    )
    places = list(places.order_by("path"))
    heard = _heard(on)
    found = {}
    for number, place in enumerate(places):
        progress(number, len(places), f"正在比对{place.display_name}的事项")
        inside = [one for path, one in heard if path.startswith(place.path)]
        found[place] = find_topics(inside, on=on, weeks=WEEKS)[:MOST_TOPICS]
    with transaction.atomic():
        HotTopic.objects.filter(found_on=on).delete()
        for place, topics in found.items():
            for topic in topics:
                _keep(place, topic, on=on)
    return sum(map(len, found.values()))


def _heard(on):
    """[(path, Heard)]. What is said against an office enters no topic: its words would be read by too many."""
    since = timezone.make_aware(datetime.combine(on - timedelta(weeks=2 * WEEKS), time.min))
    rows = (
        Petition.objects.filter(
            received_at__gte=since, is_accusation=False, anonymized_at=None, stop_processing_at=None
        )
        .exclude(status=Status.WITHDRAWN)
        .order_by("received_at", "pk")
        .values_list(
            "pk",
            "title",
            Substr("content", 1, READ),
            "place",
            "received_at",
            "category_id",
            "organization__path",
            "petitioner_name",
            "petitioner_phone",
        )
    )
    return [
        (
            path,
            # Its title may become the label of a topic.
            Heard(
                *(pk, scrub_person(title, name=name or "", phone=phone or ""), content, place),
                *(timezone.localtime(received_at).date(), category),
            ),
        )
        for pk, title, content, place, received_at, category, path, name, phone in rows
    ]


def _keep(place, topic, *, on):
    row = HotTopic.objects.create(
        found_on=on,
        organization=place,
        label=topic.label[:60],
        category_id=topic.category,
        place=topic.place[:100],
        size=topic.size,
        previous_size=topic.previous,
        weeks=WEEKS,
    )
    row.petitions.set(topic.keys)


def newest_topics(user):
    """The topics of the last night there was one, for each organisation the user looks after."""
    visible = HotTopic.objects.visible_to(user)
    day = visible.order_by("-found_on").values_list("found_on", flat=True).first()
    return visible.filter(found_on=day) if day else visible.none()


def matters_of(topic, user):
    """The matters of a topic that the user may see."""
    links = HotTopic.petitions.through.objects.filter(hottopic=topic)
    return Petition.objects.visible_to(user).filter(pk__in=links.values("petition"))


def with_seen(topics, user):
    """Put on each topic how many of its matters the user sees, and how many of them are open; two queries."""
    links = HotTopic.petitions.through.objects.filter(
        hottopic__in=[topic.pk for topic in topics],
        petition__in=Petition.objects.visible_to(user).values("pk"),
    )
    counted = _counted(links)
    still_open = _counted(links.filter(petition__status__in=Status.open_states()))
    for topic in topics:
        topic.seen, topic.still_open = counted.get(topic.pk, 0), still_open.get(topic.pk, 0)
    return topics


def _counted(links):
    return dict(links.values_list("hottopic").annotate(number=Count("pk")).order_by())
