"""Reception days over REST: the board, the seats, the day itself, planning; who sees and who may."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Notice
from records.models import Job
from representatives.models import DutyRecord
from studios.api.rows import ReceptionDayDetailSerializer, ReceptionDaySerializer
from studios.models import ReceptionDay
from tests.factories import make_user
from workdays.queries import load_calendar

pytestmark = pytest.mark.django_db
REFUSED = {
    "publish": {},
    "postpone": {},
    "close": {},
    "miss": {},
    "reopen": {},
    "seat": {},
    "unseat": {},
    "what-if": {},
    "record-visit": {"count": 1},
    "cancel-visit": {},
    "add-companion": {},
    "remove-companion": {},
}


def ids(answer):
    assert answer.status_code == 200, answer.told
    return [row["id"] for row in answer.told["results"]]


def workday(ahead):
    """The first work day at least so many days from today."""
    day, calendar = timezone.localdate() + timedelta(days=ahead), load_calendar()
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def test_the_document_describes_what_is_sent(door, receptions):
    organizer = door("organizer")
    rows = organizer.get("reception-days/").told["results"]
    assert [row["id"] for row in rows] == [receptions.planned.pk, receptions.coming.pk, receptions.now.pk]
    assert set(rows[0]) == set(ReceptionDaySerializer().fields)
    detail = organizer.get(f"reception-days/{receptions.coming.pk}/").told
    assert set(detail) == set(ReceptionDayDetailSerializer().fields)
    assert (detail["start_time"], detail["seats"], detail["seats_filled"]) == ("09:00:00", 2, 2)
    assert [duty["person_name"] for duty in detail["duties"]] == ["赵春兰", "钱建国"]
    assert "code_secret" not in detail


def test_filters(city, door, receptions):
    organizer = door("organizer")
    now, coming, planned = receptions.now, receptions.coming, receptions.planned

    def found(**query):
        return ids(organizer.get("reception-days/", ordering="date", **query))

    assert found() == [now.pk, coming.pk, planned.pk]
    assert found(status="planned") == [planned.pk]
    assert found(status=["planned", "published"]) == [now.pk, coming.pk, planned.pk]
    assert found(studio=city.studio.pk) == [now.pk, coming.pk, planned.pk]
    assert found(studio=city.neighbour_studio.pk) == []
    assert found(organization=city.county.code, date_after=coming.date) == [coming.pk, planned.pk]
    assert found(date_before=coming.date) == [now.pk, coming.pk]
    assert found(search="洛城") == [now.pk, coming.pk, planned.pk]
    assert organizer.get("reception-days/", organization=city.neighbour.code).status_code == 400
    assert organizer.get("reception-days/", month="2026-12").status_code == 400


def test_representatives_see_what_was_told_and_no_more(city, door, receptions):
    ReceptionDay.objects.filter(pk=receptions.coming.pk).update(unfilled_reason="王雯：当日请假。")
    keeper, colleague = door("keeper"), door("colleague")
    keeper.post(f"reception-days/{receptions.now.pk}/record-visit/", {"count": 1, "name": "李桂兰"})
    assert ids(colleague.get("reception-days/", ordering="date")) == [receptions.now.pk, receptions.coming.pk]
    assert colleague.get(f"reception-days/{receptions.planned.pk}/").status_code == 404
    held = colleague.get(f"reception-days/{receptions.now.pk}/").told
    assert (held["visitors"], held["visits"], held["allowed_verbs"]) == (1, [], [])
    assert colleague.get(f"reception-days/{receptions.coming.pk}/").told["unfilled_reason"] == ""
    assert colleague.get(f"reception-days/{receptions.coming.pk}/events/").status_code == 403
    assert keeper.get(f"reception-days/{receptions.coming.pk}/").told["unfilled_reason"] == "王雯：当日请假。"
    assert "李桂兰" not in keeper.get(f"reception-days/{receptions.now.pk}/").content.decode()
    assert ids(door("leader").get("reception-days/", status="planned")) == [receptions.planned.pk]
    for who in ("stranger", "stranger_representative"):
        assert ids(door(who).get("reception-days/")) == []
        assert door(who).get(f"reception-days/{receptions.coming.pk}/").status_code == 404
    assert door("handler").get("reception-days/").status_code == 403


@pytest.mark.parametrize("verb", REFUSED)
def test_verbs_are_the_staffs(door, receptions, verb):
    path = f"reception-days/{receptions.now.pk}/{verb}/"
    for who in ("leader", "colleague", "representative"):
        answer = door(who).post(path, REFUSED[verb])
        assert (answer.status_code, answer.told["code"]) == (403, "not-allowed")
    for who in ("stranger", "stranger_representative"):
        assert door(who).post(path, REFUSED[verb]).status_code == 404


def test_candidates_what_if_and_the_seat(city, door, receptions):
    keeper, path = door("keeper"), f"reception-days/{receptions.planned.pk}"
    found = keeper.get(f"{path}/candidates/").told["results"]
    able = [one["person_name"] for one in found if one["is_valid"]]
    assert sorted(able) == ["孙秀英", "杨守伟", "王雯"]
    # Who sits on the reception day right before it comes last, with the reason.
    assert {one["person_name"] for one in found[3:]} == {"赵春兰", "钱建国"}
    assert all("相邻" in one["reason"] for one in found[3:])
    sun, zhao = receptions.mandates["sun"].pk, receptions.mandates["zhao"].pk
    told = keeper.post(f"{path}/what-if/", {"mandate": zhao}).told
    assert (told["is_valid"], told["breaches"][0]["code"]) == (False, "adjacent")
    told = keeper.post(f"{path}/what-if/", {"mandate": sun}).told
    assert (told["is_valid"], told["breaches"]) == (True, [])
    assert [one["studio"] for one in told["fairness"]] == [city.studio.pk]
    refused = keeper.post(f"{path}/seat/", {"mandate": zhao})
    assert (refused.status_code, list(refused.told["errors"])) == (400, ["mandate"])
    seated = keeper.post(f"{path}/seat/", {"mandate": sun, "reason": "熟悉路灯的事"}).told
    assert [(duty["person_name"], duty["is_pinned"]) for duty in seated["duties"]] == [("孙秀英", True)]
    duty = seated["duties"][0]["id"]
    other = keeper.post(f"reception-days/{receptions.coming.pk}/unseat/", {"duty": duty, "reason": "错"})
    assert (other.status_code, list(other.told["errors"])) == (400, ["duty"])
    empty = keeper.post(f"{path}/unseat/", {"duty": duty, "reason": "另有安排"}).told
    assert [one["status"] for one in empty["duties"]] == ["replaced"]
    assert door("leader").get(f"{path}/candidates/").status_code == 403
    assert keeper.get(f"{path}/candidates/", instead_of=10**20).status_code == 400
    assert keeper.get(f"{path}/candidates/", nonsense=1).status_code == 400


def test_names_of_our_own_arguments_are_no_way_in(city, door, receptions):
    for verb in ("seat", "record-visit", "add-companion"):
        answer = door("keeper").post(
            f"reception-days/{receptions.now.pk}/{verb}/", {"by": 1, "at": 2, "day": 3}
        )
        assert answer.status_code == 400
        assert {"by", "at", "day"} <= set(answer.told["errors"])


def test_publishing_once(door, receptions):
    keeper, path = door("keeper"), f"reception-days/{receptions.planned.pk}"
    nobody = keeper.post(f"{path}/publish/")
    assert (nobody.status_code, nobody.told["code"]) == (409, "nobody-seated")
    keeper.post(f"{path}/seat/", {"mandate": receptions.mandates["sun"].pk})
    published = keeper.post(f"{path}/publish/").told
    assert published["status"] == "published"
    assert "publish" not in published["allowed_verbs"]
    again = keeper.post(f"{path}/publish/")
    assert (again.status_code, again.told["code"]) == (409, "wrong-state")
    verbs = [line["verb"] for line in keeper.get(f"{path}/events/").told["results"]]
    assert verbs == ["seat", "publish"]


def test_putting_off(door, receptions):
    keeper, path = door("keeper"), f"reception-days/{receptions.coming.pk}"
    to_date = workday(12)
    late = keeper.post(f"{path}/postpone/", {"to_date": str(timezone.localdate()), "reason": "停电"})
    assert (late.status_code, list(late.told["errors"])) == (400, ["to_date"])
    put_off = keeper.post(f"{path}/postpone/", {"to_date": str(to_date), "reason": "停电"}).told
    assert (put_off["status"], put_off["reason"]) == ("postponed", "停电")
    later = keeper.get(f"reception-days/{put_off['postponed_to']}/").told
    assert (later["date"], later["status"], later["postponed_from"]) == (
        str(to_date),
        "published",
        receptions.coming.pk,
    )
    assert later["seats_filled"] == 2


def test_the_day_from_check_in_to_the_ledger(city, door, receptions):
    keeper, path = door("keeper"), f"reception-days/{receptions.now.pk}"
    assert "record_visit" in keeper.get(f"{path}/").told["allowed_verbs"]
    nobody = keeper.post(f"{path}/close/", {"minutes": 90, "summary": "无"})
    assert (nobody.status_code, nobody.told["code"]) == (409, "nobody-came")
    duty = receptions.duty("yang")
    assert keeper.post(f"duties/{duty.pk}/check-in/").told["status"] == "served"
    keeper.post(f"{path}/record-visit/", {"count": 3, "note": "路灯"})
    told = keeper.post(f"{path}/record-visit/", {"count": 1, "is_member": True, "name": "李桂兰"}).told
    assert (told["visitors"], told["visitors_members"]) == (4, 1)
    assert [visit["name"] for visit in told["visits"]] == ["", "李*"]
    wrong = keeper.post(f"{path}/record-visit/", {"count": 2, "name": "李桂兰"})
    assert list(wrong.told["errors"]) == ["name"]
    visit = told["visits"][0]["id"]
    assert keeper.post(f"{path}/cancel-visit/", {"visit": visit}).told["visitors"] == 1
    assert keeper.post(f"{path}/cancel-visit/", {"visit": visit}).status_code == 409
    person = receptions.mandates["sun"].person_id
    beside = keeper.post(f"{path}/add-companion/", {"person": person, "role": "mentee"}).told["companions"]
    assert [(one["person_name"], one["role"]) for one in beside] == [("孙秀英", "mentee")]
    assert keeper.post(f"{path}/remove-companion/", {"companion": beside[0]["id"]}).told["companions"] == []
    closed = keeper.post(f"{path}/close/", {"minutes": 90, "summary": "四人问路灯。"}).told
    assert (closed["status"], closed["minutes"], closed["summary"]) == ("held", 90, "四人问路灯。")
    assert [one["status"] for one in closed["duties"]] == ["served", "absent"]
    assert DutyRecord.objects.get(kind="reception").mandate == city.mandate


def test_photos(city, door, receptions, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    path = f"/api/v1/reception-days/{receptions.now.pk}/attachments/"

    def upload(who):
        photo = SimpleUploadedFile("现场.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
        return door(who).client.post(path, {"file": photo}, format="multipart")

    assert upload("keeper").status_code == 201
    assert upload("leader").status_code == 403
    assert upload("stranger").status_code == 404
    assert [row["name"] for row in door("leader").get(path).told["results"]] == ["现场.png"]


def next_month():
    first = timezone.localdate().replace(day=1)
    return (first + timedelta(days=32)).strftime("%Y-%m")


def test_planning_is_a_job(city, door, receptions, django_capture_on_commit_callbacks):
    month = next_month()
    with django_capture_on_commit_callbacks(execute=True):
        answer = door("keeper").post("reception-days/plan/", {"month": month})
    assert (answer.status_code, answer.told["kind"]) == (202, "plan-month")
    job = door("keeper").get(f"jobs/{answer.told['id']}/").told
    assert (job["state"], job["percent"]) == ("done", 100)
    assert (job["result"]["month"], job["result"]["venues"]) == (month, 1)
    assert job["result"]["new_days"] >= 1
    with django_capture_on_commit_callbacks(execute=True):
        body = {"month": month, "organization": city.county.code}
        second = door("organizer").post("reception-days/plan/", body)
    result = Job.objects.get(pk=second.told["id"]).result
    assert (result["new_days"], result["added"], result["removed"]) == (0, 0, 0)
    # Nothing is new, so the keeper is told nothing again.
    assert Notice.objects.filter(user=city.keeper, title__contains="的班排好了").count() == 1
    only = door("organizer").post("reception-days/plan/", {"month": month, "studio": city.studio.pk})
    assert Job.objects.get(pk=only.told["id"]).payload == {"month": month, "studios": [city.studio.pk]}


def test_planning_is_refused(city, door, receptions):
    organizer = door("organizer")
    for month in ("2026-13", "12月", "2000-01", "9999-12", "", None, 202612, "1999-12"):
        answer = organizer.post("reception-days/plan/", {"month": month})
        assert (answer.status_code, list(answer.told["errors"])) == (400, ["month"]), month
    body = {"month": next_month()}
    for organization in (city.neighbour.code, "999", "\x00"):
        answer = organizer.post("reception-days/plan/", body | {"organization": organization})
        assert list(answer.told["errors"]) == ["organization"]
    foreign = organizer.post("reception-days/plan/", body | {"studio": city.neighbour_studio.pk})
    assert list(foreign.told["errors"]) == ["studio"]
    for who in ("leader", "representative"):
        assert door(who).post("reception-days/plan/", body).status_code == 403
    # Next door no venue has a rule: there is nothing to plan, and that is said.
    assert door("stranger").post("reception-days/plan/", body).status_code == 400
    assert not Job.objects.exists()


def test_an_organizer_of_the_city_plans_all(city, door, receptions):
    city.city_organizer = make_user("organizer", city.root, name="市组工")
    answer = door("city_organizer").post("reception-days/plan/", {"month": next_month()})
    assert Job.objects.get(pk=answer.told["id"]).payload["studios"] == [city.studio.pk]


def test_publishing_a_month_is_a_job(city, door, receptions, django_capture_on_commit_callbacks):
    keeper, planned = door("keeper"), receptions.planned
    keeper.post(f"reception-days/{planned.pk}/seat/", {"mandate": receptions.mandates["sun"].pk})
    body = {"month": f"{planned.date:%Y-%m}"}
    for who in ("leader", "representative"):
        assert door(who).post("reception-days/publish-month/", body).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        answer = keeper.post("reception-days/publish-month/", body)
    assert answer.status_code == 202, answer.told
    result = keeper.get(f"jobs/{answer.told['id']}/").told["result"]
    assert (result["published"], result["refused"]) == (1, [])
    planned.refresh_from_db()
    assert planned.status == "published"
    nothing = keeper.post("reception-days/publish-month/", body)
    assert (nothing.status_code, list(nothing.told["errors"])) == (400, ["month"])
