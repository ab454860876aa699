"""What belongs to a venue over REST: its rule, its settings, helpers, representatives attached in person, targets."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from records.models import Event
from studios.models import Helper, ReceptionDay, ReceptionRule, Studio
from tests.factories import make_mandate, make_user
from workdays.actions import load_calendar_seed

pytestmark = pytest.mark.django_db


def rule_body(city, **changes):
    return {
        "studio": city.studio.pk,
        "text": "每月第一个星期三",
        "start_time": "09:00",
        "end_time": "11:00",
        "seats": 2,
        "holiday_policy": "next",
        "start_date": str(timezone.localdate()),
    } | changes


def test_a_rule_is_set_from_the_clerks_words(city, door, receptions):
    keeper = door("keeper")
    made = keeper.post("reception-rules/", rule_body(city))
    assert made.status_code == 201, made.told
    assert (made.told["rrule"], made.told["described"]) == ("FREQ=MONTHLY;BYDAY=1WE", "每月第一个星期三")
    old = ReceptionRule.objects.exclude(pk=made.told["id"]).get()
    assert old.end_date == timezone.localdate() - timedelta(days=1)
    # What is published stays, what is only planned is planned anew.
    assert set(ReceptionDay.objects.values_list("pk", flat=True)) == {receptions.now.pk, receptions.coming.pk}
    listed = keeper.get("reception-rules/", is_open="true").told["results"]
    assert [row["id"] for row in listed] == [made.told["id"]]
    long_ago = str(timezone.localdate() - timedelta(days=30))
    assert [row["id"] for row in keeper.get("reception-rules/", in_force_on=long_ago).told["results"]] == [
        old.pk
    ]
    assert Studio.objects.get(pk=city.studio.pk).reception_text == "每月第一个星期三"


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"text": "有空就来"}, "text"),
        ({"text": "FREQ=SECONDLY"}, "text"),
        ({"text": "FREQ=MONTHLY;COUNT=3;BYMONTHDAY=1"}, "text"),
        ({"start_time": "25:99"}, "start_time"),
        ({"end_time": "08:00"}, "end_time"),
        ({"seats": 4}, "seats"),
        ({"holiday_policy": "never"}, "holiday_policy"),
        ({"start_date": "2026-02-30"}, "start_date"),
        ({"by": 1}, "by"),
        ({"studio": None}, "studio"),
    ],
)
def test_a_rule_is_refused(city, door, changes, field):
    answer = door("organizer").post("reception-rules/", rule_body(city, **changes))
    assert (answer.status_code, list(answer.told["errors"])) == (400, [field])
    assert not ReceptionRule.objects.exists()


def test_rules_are_set_by_the_staff(city, door, receptions):
    for who in ("leader", "representative"):
        assert door(who).post("reception-rules/", rule_body(city)).status_code == 403
    foreign = door("stranger").post("reception-rules/", rule_body(city))
    assert list(foreign.told["errors"]) == ["studio"]
    assert door("stranger").get("reception-rules/").told["results"] == []
    assert len(door("colleague").get("reception-rules/").told["results"]) == 1


def test_a_preview_shows_the_year(city, door, receptions):
    load_calendar_seed()
    told = door("keeper").get("reception-rules/preview/", text="每月1日、15日", year=2026).told
    assert (told["rrule"], told["year"]) == ("FREQ=MONTHLY;BYMONTHDAY=1,15", 2026)
    by_rule = {row["rule_date"]: row for row in told["dates"]}
    assert by_rule["2026-10-01"]["date"] == "2026-10-08"
    assert "国庆节" in by_rule["2026-10-01"]["told"]
    later = door("keeper").get("reception-rules/preview/", text="每月1日、15日", year=2030).told
    assert later["is_provisional"] is True
    rule = ReceptionRule.objects.get()
    own = door("colleague").get(f"reception-rules/{rule.pk}/preview/", year=2026).told
    assert own["dates"] == told["dates"]
    kept = (
        door("keeper")
        .get("reception-rules/preview/", text="每月1日、15日", year=2026, holiday_policy="keep")
        .told
    )
    assert [row["date"] for row in kept["dates"][:2]] == ["2026-01-01", "2026-01-15"]
    for query in (
        {"year": 2026},
        {"text": "每月1日"},
        {"text": "每月1日", "year": "x"},
        {"text": "x", "year": 1},
    ):
        assert door("keeper").get("reception-rules/preview/", **query).status_code == 400
    assert door("stranger").get(f"reception-rules/{rule.pk}/preview/", year=2026).status_code == 404


def test_settings_of_a_place(city, door):
    organizer = door("organizer")
    made = organizer.post("reception-policies/", {"organization": city.county.pk, "plan_on_day": 18})
    assert (made.status_code, made.told["publish_days_ahead"]) == (201, 3)
    path = f"reception-policies/{made.told['id']}/"
    assert organizer.patch(path, {"plan_on_day": 31}).status_code == 400
    assert organizer.patch(path, {"approves_swaps_itself": True}).told["approves_swaps_itself"] is True
    assert organizer.post("reception-policies/", {"organization": city.county.pk}).status_code == 400
    assert organizer.post("reception-policies/", {"organization": city.root.pk}).status_code == 403
    # The settings of the county count for the keeper's venue, so she may read them.
    assert len(door("keeper").get("reception-policies/").told["results"]) == 1
    assert door("keeper").patch(path, {"plan_on_day": 1}).status_code == 403
    assert door("stranger").get(path).status_code == 404


def helper_body(city, **changes):
    return {
        "studio": city.studio.pk,
        "kind": "volunteer",
        "joined_date": str(timezone.localdate()),
        "name": "孟凡志",
        "phone": "13700001234",
    } | changes


def test_a_helper_joins_once_and_leaves(city, door):
    keeper = door("keeper")
    made = keeper.post("helpers/", helper_body(city))
    assert made.status_code == 201, made.told
    assert (made.told["name"], made.told["phone"], made.told["kind"]) == (
        "孟凡志",
        "137****1234",
        "volunteer",
    )
    twice = keeper.post("helpers/", helper_body(city))
    assert (twice.status_code, list(twice.told["errors"])) == (400, ["name"])
    path = f"helpers/{made.told['id']}/"
    assert list(keeper.post(f"{path}unmask/").told["errors"]) == ["reason"]
    assert keeper.post(f"{path}unmask/", {"reason": "通知到岗"}).told["phone"] == "13700001234"
    assert door("leader").post(f"{path}unmask/", {"reason": "看看"}).status_code == 403
    assert list(keeper.post(f"{path}leave-off/").told["errors"]) == ["left_date", "left_reason"]
    left = {"left_date": str(timezone.localdate()), "left_reason": "搬走"}
    assert door("leader").post(f"{path}leave-off/", left).status_code == 403
    assert door("stranger").post(f"{path}leave-off/", left).status_code == 404
    assert keeper.post(f"{path}leave-off/", left).told["left_reason"] == "搬走"
    assert keeper.post(f"{path}leave-off/", left).status_code == 409
    assert keeper.get("helpers/", current_on=str(timezone.localdate())).told["results"] == []
    assert [row["verb"] for row in keeper.get(f"{path}events/").told["results"]] == ["join", "leave_off"]


def test_helpers_are_registered_by_the_staff(city, door):
    for who in ("leader", "representative", "handler"):
        assert door(who).post("helpers/", helper_body(city)).status_code == 403
    assert door("representative").get("helpers/").status_code == 403
    assert list(door("stranger").post("helpers/", helper_body(city)).told["errors"]) == ["studio"]
    assert not Helper.objects.exists()


def test_a_representative_is_attached_in_person(city, door):
    user = make_user("representative", city.county, name="马县代")
    mandate = make_mandate(city.county, user=user, level="county")
    organizer = door("organizer")
    body = {"mandate": mandate.pk, "studio": city.studio.pk, "start_date": "2026-01-01"}
    made = organizer.post("mandate-placements/", body)
    assert (made.status_code, made.told["person_name"]) == (201, "马县代")
    assert organizer.post("mandate-placements/", body).status_code in (400, 409)
    path = f"mandate-placements/{made.told['id']}/"
    assert list(organizer.patch(path, {"end_date": "2025-12-31"}).told["errors"]) == ["end_date"]
    assert organizer.patch(path, {"mandate": city.mandate.pk}).status_code == 400
    assert organizer.patch(path, {"end_date": "2026-06-30"}).told["end_date"] == "2026-06-30"
    assert door("keeper").post("mandate-placements/", body).status_code == 403
    assert door("stranger").patch(path, {"end_date": None}).status_code == 404
    foreign = organizer.post("mandate-placements/", body | {"studio": city.neighbour_studio.pk})
    assert list(foreign.told["errors"]) == ["studio"]


def test_targets_of_a_year(city, door):
    organizer = door("organizer")
    body = {"studio": city.studio.pk, "year": 2026, "kind": "visits", "target": 300}
    made = organizer.post("studio-targets/", body)
    assert (made.status_code, made.told["kind_display"]) == (201, "接待群众（人次）")
    assert organizer.post("studio-targets/", body).status_code == 400
    path = f"studio-targets/{made.told['id']}/"
    assert organizer.patch(path, {"target": 320}).told["target"] == 320
    assert organizer.patch(path, {"year": 2027}).status_code == 400
    assert organizer.patch(path, {"target": -1}).status_code == 400
    assert [row["id"] for row in door("keeper").get("studio-targets/", year=2026).told["results"]] == [
        made.told["id"]
    ]
    assert door("keeper").patch(path, {"target": 1}).status_code == 403
    assert door("keeper").client.delete(f"/api/v1/{path}").status_code == 403
    assert door("stranger").client.delete(f"/api/v1/{path}").status_code == 404
    assert door("representative").get("studio-targets/").status_code == 403
    assert organizer.client.delete(f"/api/v1/{path}").status_code == 204
    assert organizer.get(path).status_code == 404
    gone = Event.objects.get(verb="deleted")
    assert gone.before == {"year": 2026, "kind": "visits", "target": 320}


def test_a_day_off_is_told_in_the_rule(city, door):
    load_calendar_seed()
    told = door("keeper").get("reception-rules/preview/", text="每月1日", year=date(2026, 1, 1).year).told
    assert all(row["told"] for row in told["dates"] if row["date"] != row["rule_date"])
