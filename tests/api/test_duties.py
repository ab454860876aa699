"""Duties, swaps, leave and the calendar address over REST."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from studios.api.rows import DutyDetailSerializer, DutySerializer
from studios.api.swaps import SwapDetailSerializer, SwapSerializer
from studios.codes import code_at
from studios.models import CalendarFeed, Duty, Leave, ReceptionPolicy

pytestmark = pytest.mark.django_db


def names(answer):
    assert answer.status_code == 200, answer.told
    return [row["person_name"] for row in answer.told["results"]]


def test_lists_and_whose_they_are(city, door, receptions):
    organizer, zhao = door("organizer"), door("zhao")
    rows = organizer.get("duties/", ordering="date").told["results"]
    assert [row["person_name"] for row in rows] == ["杨守伟", "王雯", "赵春兰", "钱建国"]
    assert set(rows[0]) == set(DutySerializer().fields)
    assert names(zhao.get("duties/", mine="true")) == ["赵春兰"]
    assert sorted(names(zhao.get("duties/", mine="false"))) == ["杨守伟", "王雯", "钱建国"]
    assert names(organizer.get("duties/", day=receptions.coming.pk, ordering="id")) == ["赵春兰", "钱建国"]
    assert names(organizer.get("duties/", search="守伟")) == ["杨守伟"]
    assert names(organizer.get("duties/", status="served")) == []
    assert len(names(organizer.get("duties/", holding="true", studio=city.studio.pk))) == 4
    assert names(organizer.get("duties/", date_after=receptions.coming.date, ordering="id")) == [
        "赵春兰",
        "钱建国",
    ]
    detail = zhao.get(f"duties/{receptions.duty('zhao').pk}/").told
    assert set(detail) == set(DutyDetailSerializer().fields)
    assert detail["allowed_verbs"] == ["confirm", "ask_leave", "offer_swap"]
    assert detail["is_mine"] is True
    for who in ("stranger", "stranger_representative"):
        assert names(door(who).get("duties/")) == []
        assert door(who).get(f"duties/{receptions.duty('zhao').pk}/").status_code == 404
    assert door("handler").get("duties/").status_code == 403


def test_confirming_and_leave_and_why_is_nobodys_business(door, receptions):
    zhao, path = door("zhao"), f"duties/{receptions.duty('zhao').pk}"
    assert zhao.post(f"{path}/confirm/").told["status"] == "confirmed"
    again = zhao.post(f"{path}/confirm/")
    assert (again.status_code, again.told["code"]) == (409, "wrong-state")
    assert zhao.post(f"{path}/confirm/", {"note": "x"}).status_code == 400
    assert list(zhao.post(f"{path}/ask-leave/").told["errors"]) == ["reason"]
    for who in ("qian", "leader"):
        assert door(who).post(f"{path}/ask-leave/", {"reason": "出差"}).status_code == 403
    gone = zhao.post(f"{path}/ask-leave/", {"reason": "住院"}).told
    assert (gone["status"], gone["left_reason"]) == ("on_leave", "住院")
    assert door("keeper").get(f"{path}/").told["left_reason"] == "住院"
    assert door("qian").get(f"{path}/").told["left_reason"] == ""
    assert "住院" not in door("qian").get("duties/").content.decode()
    for who in ("qian", "colleague"):
        assert door(who).get(f"{path}/events/").status_code == 403
    for who in ("zhao", "keeper", "leader"):
        assert [line["note"] for line in door(who).get(f"{path}/events/").told["results"]][-1] == "住院"
    assert Leave.objects.get().person.name == "赵春兰"


def test_checking_in_with_the_code_on_the_screen(door, receptions):
    path = f"duties/{receptions.duty('yang').pk}"
    yang = door("representative")
    assert "check_in_by_code" in yang.get(f"{path}/").told["allowed_verbs"]
    assert list(yang.post(f"{path}/check-in-by-code/").told["errors"]) == ["code"]
    wrong = yang.post(f"{path}/check-in-by-code/", {"code": "abc"})
    assert (wrong.status_code, wrong.told["code"]) == (400, "wrong-code")
    assert yang.post(f"{path}/check-in/").status_code == 403
    code = code_at(receptions.now.code_secret, timezone.now())
    assert door("colleague").post(f"{path}/check-in-by-code/", {"code": code}).status_code == 403
    told = yang.post(f"{path}/check-in-by-code/", {"code": code}).told
    assert (told["status"], told["checked_in_by"]) == ("served", "code")
    assert yang.post(f"{path}/undo-check-in/").status_code == 403
    assert door("keeper").post(f"{path}/undo-check-in/").told["status"] == "confirmed"


def test_who_tries_codes_out_has_to_wait(door, receptions, settings):
    settings.CHECK_IN_TRIES = 2
    path = f"duties/{receptions.duty('yang').pk}/check-in-by-code/"
    answers = [door("representative").post(path, {"code": "000"}) for _turn in range(3)]
    assert [answer.told["code"] for answer in answers] == ["wrong-code", "wrong-code", "too-many-tries"]
    assert answers[2].status_code == 409


@pytest.fixture
def offered(door, receptions):
    answer = door("zhao").post(f"duties/{receptions.duty('zhao').pk}/offer-swap/", {"note": "那天赶集"})
    assert answer.status_code == 201, answer.told
    assert answer["Location"].endswith(f"/api/v1/swap-requests/{answer.told['id']}/")
    return answer.told["id"]


def test_a_swap_from_the_offer_to_the_approval(door, receptions, offered):
    path = f"swap-requests/{offered}"
    told = door("sun").get(f"{path}/").told
    assert set(told) == set(SwapDetailSerializer().fields)
    assert (told["state"], told["person_name"], told["allowed_verbs"]) == ("open", "赵春兰", ["take"])
    assert set(door("keeper").get("swap-requests/").told["results"][0]) == set(SwapSerializer().fields)
    assert names(door("zhao").get(f"{path}/takers/")) == ["孙秀英"]
    assert names(door("sun").get(f"{path}/takers/")) == ["孙秀英"]
    assert names(door("colleague").get(f"{path}/takers/")) == []
    assert door("sun").get(f"{path}/my-offer/").told == {
        "mandate": receptions.mandates["sun"].pk,
        "is_plain": True,
        "refusal": "",
        "returns": [],
    }
    wang = door("colleague").get(f"{path}/my-offer/").told
    assert (wang["is_plain"], wang["returns"]) == (False, [])
    assert "相邻" in wang["refusal"]
    refused = door("colleague").post(f"{path}/take/")
    assert (refused.status_code, list(refused.told["errors"])) == (400, ["mandate"])
    assert door("zhao").post(f"{path}/take/").status_code == 403
    assert door("sun").post(f"{path}/take/", {"by": 1}).status_code == 400
    assert door("sun").post(f"{path}/take/").told["state"] == "taken"
    late = door("sun").post(f"{path}/take/")
    assert (late.status_code, late.told["code"]) == (409, "swap-gone")
    for who in ("zhao", "sun", "leader"):
        assert door(who).post(f"{path}/approve/").status_code == 403
    done = door("keeper").post(f"{path}/approve/").told
    assert (done["state"], done["taken_by_name"]) == ("done", "孙秀英")
    assert [
        duty.person.name for duty in Duty.objects.holding().filter(day=receptions.coming).order_by("pk")
    ] == [
        "钱建国",
        "孙秀英",
    ]
    assert door("keeper").post(f"{path}/approve/").status_code == 409
    verbs = [line["verb"] for line in door("keeper").get(f"{path}/events/").told["results"]]
    assert verbs == ["offer", "take", "approve"]


def test_two_offers_of_one_duty_and_taking_it_back(door, receptions, offered):
    duty = receptions.duty("zhao").pk
    twice = door("zhao").post(f"duties/{duty}/offer-swap/")
    assert (twice.status_code, twice.told["code"]) == (409, "already-offered")
    assert door("zhao").get(f"duties/{duty}/").told["open_swap"] == offered
    assert door("qian").post(f"swap-requests/{offered}/withdraw/").status_code == 403
    assert door("zhao").post(f"swap-requests/{offered}/withdraw/").told["state"] == "withdrawn"
    assert door("zhao").post(f"swap-requests/{offered}/withdraw/").status_code == 409
    gone = door("sun").post(f"swap-requests/{offered}/take/")
    assert (gone.status_code, gone.told["code"]) == (409, "swap-gone")


def test_staff_say_why_not(door, offered):
    door("sun").post(f"swap-requests/{offered}/take/")
    keeper = door("keeper")
    assert list(keeper.post(f"swap-requests/{offered}/refuse/").told["errors"]) == ["reason"]
    told = keeper.post(f"swap-requests/{offered}/refuse/", {"reason": "那天要熟手"}).told
    assert (told["state"], told["decision_note"]) == ("refused", "那天要熟手")
    for who, note in (("zhao", "那天要熟手"), ("sun", "那天要熟手"), ("leader", "那天要熟手"), ("qian", "")):
        assert door(who).get("swap-requests/").told["results"][0]["decision_note"] == note
        seen = door(who).get(f"swap-requests/{offered}/events/")
        assert seen.status_code == (200 if note else 403)


def test_done_at_once_where_the_policy_says_so(city, door, offered):
    ReceptionPolicy.objects.create(organization=city.county, approves_swaps_itself=True)
    assert door("sun").post(f"swap-requests/{offered}/take/").told["state"] == "done"


def test_strangers_see_no_swap(door, offered):
    for who in ("stranger", "stranger_representative"):
        assert door(who).get("swap-requests/").told["results"] == []
        for verb in ("take", "approve", "refuse", "withdraw"):
            assert door(who).post(f"swap-requests/{offered}/{verb}/").status_code == 404


def days(first, last):
    today = timezone.localdate()
    return {
        "start_date": str(today + timedelta(days=first)),
        "end_date": str(today + timedelta(days=last)),
    }


def test_leave_is_told_ahead_and_withdrawn(door, receptions):
    zhao = door("zhao")
    made = zhao.post("leaves/", days(8, 12) | {"reason": "去济南学习"})
    assert made.status_code == 201, made.told
    # What is published stays hers until she asks for leave of each.
    assert [duty["day"] for duty in made.told["duties"]] == [receptions.coming.pk]
    leave = made.told["id"]
    assert receptions.duty("zhao").status == "assigned"
    assert zhao.get("leaves/", mine="true", standing="true").told["results"][0]["id"] == leave
    assert door("qian").get("leaves/").told["results"] == []
    assert door("qian").get(f"leaves/{leave}/").status_code == 404
    assert door("stranger").get(f"leaves/{leave}/").status_code == 404
    seen = door("keeper").get("leaves/", covers=receptions.coming.date).told["results"]
    assert [(row["person_name"], row["reason"]) for row in seen] == [("赵春兰", "去济南学习")]
    assert door("leader").post(f"leaves/{leave}/withdraw/").status_code == 403
    assert zhao.post(f"leaves/{leave}/withdraw/").told["withdrawn_at"] is not None
    assert zhao.post(f"leaves/{leave}/withdraw/").status_code == 409


def test_leave_is_written_down_for_her(city, door, receptions):
    body = days(20, 30) | {"reason": "外出务工"}
    person = receptions.mandates["sun"].person_id
    assert door("keeper").post("leaves/", body | {"person": person}).told["person_name"] == "孙秀英"
    assert list(door("keeper").post("leaves/", body).told["errors"]) == ["person"]
    assert door("qian").post("leaves/", body | {"person": person}).status_code == 403
    assert list(door("stranger").post("leaves/", body | {"person": person}).told["errors"]) == ["person"]
    assert list(door("zhao").post("leaves/", days(5, 3) | {"reason": "x"}).told["errors"]) == ["end_date"]
    for who in ("leader", "client"):
        assert door(who).post("leaves/", body | {"person": person}).status_code == 403
    assert door("zhao").post("leaves/", body | {"by": 1, "organization": 2}).status_code == 400


def test_ones_own_calendar(door, receptions):
    zhao = door("zhao")
    assert zhao.get("me/calendar-feed/").told == {"is_open": False, "created_at": None, "last_read_on": None}
    first = zhao.post("me/calendar-feed/", key="k-1")
    assert first.status_code == 201
    calendar = Client().get(first.told["url"])
    assert calendar.status_code == 200
    assert "BEGIN:VEVENT" in calendar.content.decode()
    # The address is a secret: it is kept nowhere, so a repeated request makes a new one.
    second = zhao.post("me/calendar-feed/", key="k-1")
    assert second.told["url"] != first.told["url"]
    assert Client().get(first.told["url"]).status_code == 404
    token = second.told["url"].rsplit("/", 1)[1].removesuffix(".ics")
    assert not CalendarFeed.objects.filter(token_hash=token).exists()
    assert "url" not in zhao.get("me/calendar-feed/").told
    assert zhao.client.delete("/api/v1/me/calendar-feed/").status_code == 204
    assert Client().get(second.told["url"]).status_code == 404
    assert door("keeper").post("me/calendar-feed/").status_code == 403
    assert door(None).get("me/calendar-feed/").status_code == 401
