"""The rules of the clock at the desk and at the REST door."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from petitions.models import ReminderRule, TimeLimit
from petitions.setup import load_reminder_rules
from records.models import Event, Job
from tests.admin.conftest import at_desk  # noqa: F401  (a fixture)
from tests.api.conftest import Caller, json_requests  # noqa: F401  (fixtures)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(city):
    load_reminder_rules()
    return make_user(Role.ORGANIZER, city.root, name="市组工")


def in_days(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def general():
    return TimeLimit.objects.get(step="handle", kind="", level="")


def test_revised_at_the_desk(city, chief, at_desk):  # noqa: F811
    page = at_desk(chief)
    address = reverse("admin:petitions_timelimit_change", args=[general().pk])
    shown = page.get(address).content.decode()
    assert "修订" in shown and "现行" in shown and 'name="work_days"' not in shown
    revise = reverse("admin:petitions_timelimit_revise", args=[general().pk])
    assert page.get(revise).status_code == 200
    refused = page.post(revise, {"work_days": 25, "source": "新办法", "in_force_from": in_days(0)})
    assert refused.status_code == 400 and "修订须从明天或更晚的日子起施行" in refused.content.decode()
    done = page.post(revise, {"work_days": 25, "source": "新办法", "in_force_from": in_days(3)})
    version = TimeLimit.objects.get(work_days=25)
    assert done.headers["Location"] == reverse("admin:petitions_timelimit_change", args=[version.pk])

    coming = reverse("admin:petitions_timelimit_change", args=[version.pk])
    assert 'name="work_days"' in page.get(coming).content.decode()
    assert page.post(coming, {"work_days": 26, "source": "新办法第3条"}).status_code == 302
    assert Event.objects.about(version).filter(verb="updated").count() == 1
    gone = page.post(reverse("admin:petitions_timelimit_delete", args=[version.pk]), {"post": "yes"})
    assert gone.status_code == 302 and not TimeLimit.objects.filter(pk=version.pk).exists()
    kept = page.post(reverse("admin:petitions_timelimit_delete", args=[general().pk]), {"post": "yes"})
    assert kept.status_code == 403 and general()


def test_added_at_the_desk_with_faults_at_the_field(city, chief, at_desk):  # noqa: F811
    page, address = at_desk(chief), reverse("admin:petitions_timelimit_add")
    sent = {"step": "handle", "kind": "", "level": "", "work_days": 20, "source": "x"}
    refused = page.post(address, sent | {"in_force_from": in_days(0)})
    assert refused.status_code == 200 and "请打开它点「修订」" in refused.content.decode()
    done = page.post(address, sent | {"level": "county", "in_force_from": in_days(0)})
    assert done.status_code == 302
    made = TimeLimit.objects.get(level="county")
    assert Event.objects.about(made).get().verb == "created"
    assert "现行" in page.get(reverse("admin:petitions_timelimit_changelist")).content.decode()


def test_a_county_reads_and_changes_nothing(city, chief, at_desk):  # noqa: F811
    page = at_desk(city.organizer)
    assert page.get(reverse("admin:petitions_timelimit_changelist")).status_code == 200
    assert page.get(reverse("admin:petitions_timelimit_revise", args=[general().pk])).status_code == 403
    assert page.post(reverse("admin:petitions_reminderrule_run")).status_code == 403
    door = Caller(city.organizer)
    assert door.get("time-limits/").status_code == 200
    for path, body in (
        ("time-limits/", {"step": "handle", "level": "county", "work_days": 1, "source": "x"}),
        (f"time-limits/{general().pk}/revise/", {"work_days": 1, "source": "x"}),
        (f"time-limits/{general().pk}/cancel/", {}),
        ("reminder-rules/", {"name": "x", "offset": 2, "audience": "turn"}),
    ):
        assert door.post(path, body).status_code == 403, path


def test_versions_over_the_api(city, chief):
    door = Caller(chief)
    made = door.post(
        "time-limits/",
        {"step": "handle", "level": "town", "work_days": 20, "source": "县办法", "in_force_from": in_days(0)},
    )
    assert made.status_code == 201 and made.told["step_display"] == "办理"
    address = f"time-limits/{made.told['id']}"
    refused = door.patch(f"{address}/", {"work_days": 10})
    assert (refused.status_code, refused.told["code"]) == (409, "in-force")
    version = door.post(
        f"{address}/revise/", {"work_days": 15, "source": "新办法", "in_force_from": in_days(2)}
    )
    assert (version.status_code, version.told["work_days"]) == (201, 15)
    coming = f"time-limits/{version.told['id']}"
    assert door.patch(f"{coming}/", {"work_days": 16}).told["work_days"] == 16
    in_force = door.get("time-limits/", step="handle", level="town", in_force_on=in_days(2)).told["results"]
    assert [row["work_days"] for row in in_force] == [16]
    assert door.post(f"{coming}/cancel/").status_code == 200
    in_force = door.get("time-limits/", step="handle", level="town", in_force_on=in_days(2)).told["results"]
    assert [row["work_days"] for row in in_force] == [20]


def test_a_reminder_rule_is_switched_off_not_rewritten(city, chief, at_desk):  # noqa: F811
    door, rule = Caller(chief), ReminderRule.objects.get(audience="city")
    assert door.patch(f"reminder-rules/{rule.pk}/", {"is_active": False}).told["is_active"] is False
    refused = door.patch(f"reminder-rules/{rule.pk}/", {"offset": 3})
    assert refused.status_code == 400 and list(refused.told["errors"]) == ["offset"]
    assert (
        door.post("reminder-rules/", {"name": "又一条", "offset": 10, "audience": "city"}).status_code == 400
    )
    made = door.post("reminder-rules/", {"name": "逾期二十日", "offset": 20, "audience": "city"})
    assert (made.status_code, made.told["about"]) == (201, "due")
    page = at_desk(chief).get(reverse("admin:petitions_reminderrule_change", args=[rule.pk]))
    assert 'name="offset"' not in page.content.decode() and 'name="is_active"' in page.content.decode()


def test_the_city_starts_a_run_at_the_desk(city, chief, at_desk, django_capture_on_commit_callbacks):  # noqa: F811
    page = at_desk(chief)
    assert page.get(reverse("admin:petitions_reminderrule_run")).status_code == 405
    assert page.post(reverse("admin:petitions_reminderrule_run")).status_code == 302
    job = Job.objects.get()
    assert (job.kind, job.created_by, job.organization) == ("send-reminders", chief, city.root)
    shown = page.get(reverse("admin:petitions_reminderrule_changelist")).content.decode()
    assert "现在催办" in shown and "排队等候" in shown and "过后 3 个工作日" in shown
