from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.clients import create_client
from accounts.models import User
from representatives.models import Mandate
from tests.factories import leaf_category

BASE = "/api/v1"


class Caller:
    """A user at the REST door, in process; answers are checked by the test, JSON is parsed once."""

    def __init__(self, user):
        self.client = APIClient()
        if user is not None:
            self.client.force_authenticate(user=User.objects.get(pk=user.pk))

    def get(self, path, **query):
        return self._told(self.client.get(self._address(path), query))

    def post(self, path, body=None, *, key=None):
        headers = {"Idempotency-Key": key} if key else {}
        return self._told(
            self.client.post(
                self._address(path), {} if body is None else body, format="json", headers=headers
            )
        )

    def patch(self, path, body):
        return self._told(self.client.patch(self._address(path), body, format="json"))

    def put(self, path, body):
        return self._told(self.client.put(self._address(path), body, format="json"))

    @staticmethod
    def _address(path):
        return path if path.startswith(("/", "http")) else f"{BASE}/{path}"

    @staticmethod
    def _told(response):
        # A user instance keeps its scope for one request; the next request shall read it anew.
        response.told = response.json() if response.content else None
        return response


@pytest.fixture(autouse=True)
def json_requests(settings):
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def door(city):
    """door("organizer") → a Caller with that person of the city; door(None) is nobody."""
    return lambda name: Caller(getattr(city, name) if name else None)


@pytest.fixture
def new_matter(city):
    """What a system sends to take down a matter."""
    return {
        "studio": city.studio.pk,
        "channel": "studio",
        "kind": "opinion",
        "title": "村口三盏路灯半个月不亮",
        "content": "屯西村村口三盏路灯坏了半个月，晚上老人出门不便，希望尽快修好。",
        "petitioner_name": "李桂兰",
        "petitioner_phone": "13900002210",
        "mandate": city.mandate.pk,
    }


@pytest.fixture
def steps(city):
    """The verbs of a whole matter with their bodies, in order."""
    return [
        ("register", {"category": leaf_category().code, "note": "已核对"}),
        ("assign", {"organization": city.unit.pk, "note": "请尽快办理"}),
        ("reply", {"content": "已更换三盏路灯，当晚恢复照明。", "outcome": "A"}),
        ("feedback", {"method": "phone", "content": "满意", "rating": 5}),
        ("archive", {"note": "资料齐全"}),
        ("reopen", {"reason": "又不亮了"}),
    ]


@pytest.fixture
def credentials(city):
    """credentials("organizer", city.county) → client id and secret of a new system."""

    def make(role, organization, name="市民热线"):
        made = create_client(
            name,
            organization_code=organization.code,
            role=role,
            on=city.organizer.memberships.get().start_date,
        )
        return SimpleNamespace(id=made.client_id, secret=made.client_secret)

    return make


@pytest.fixture
def receptions(city):
    """The workroom around today: a day to be held today, one that is published, one that is planned and empty.

    Five representatives; 孙秀英 sits nowhere, so she can take over any seat.
    """
    from studios.models import Duty, ReceptionDay, ReceptionRule
    from tests.factories import make_mandate, make_user

    today, now = timezone.localdate(), timezone.now()
    sitters = {"yang": city.mandate, "wang": Mandate.objects.get(person__user=city.colleague)}
    for key, name in (("zhao", "赵春兰"), ("qian", "钱建国"), ("sun", "孙秀英")):
        user = make_user("representative", city.town, name=name)
        setattr(city, key, user)
        sitters[key] = make_mandate(city.town, user=user, group=city.group)
    ReceptionRule.objects.create(
        studio=city.studio, rrule="FREQ=MONTHLY;BYMONTHDAY=1,15", start_date=today - timedelta(days=300)
    )

    def day(ahead, status, *keys):
        made = ReceptionDay.objects.create(
            studio=city.studio,
            date=today + timedelta(days=ahead),
            start_time="09:00",
            end_time="11:30",
            status=status,
            published_at=None if status == "planned" else now,
        )
        for key in keys:
            mandate = sitters[key]
            Duty.objects.create(
                day=made, mandate=mandate, person=mandate.person, date=made.date, reason="十二个月里最少。"
            )
        return made

    return SimpleNamespace(
        now=day(0, "published", "yang", "wang"),
        coming=day(10, "published", "zhao", "qian"),
        planned=day(24, "planned"),
        mandates=sitters,
        duty=lambda key: Duty.objects.get(mandate=sitters[key]),
    )
