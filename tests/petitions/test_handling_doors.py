"""Who has a matter, where it was sent and what moved its date, as another system and the representative's phone tell it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions.actions import merge_petitions, perform
from petitions.models import Accused, Petition
from tests.admin.conftest import at_desk  # noqa: F401  (a fixture)
from tests.api.conftest import Caller, json_requests  # noqa: F401  (fixtures)
from tests.factories import ASIDE, MONDAY, ROUTED, acting, add_helper, make_petition

pytestmark = pytest.mark.django_db


def test_the_way_of_a_matter_over_the_api(city):
    petition = make_petition(city, status="helped")
    by = {"by": acting(city.handler), "at": MONDAY}
    perform("extend", petition, data=ASIDE["asked"][1], **by)
    refused = {"reason": "按期可以办完。"}
    perform("refuse_extension", petition, by=acting(city.organizer), at=MONDAY, data=refused)
    perform("pause", petition, data=ASIDE["paused"][1], **by)
    perform("supervise", petition, by=acting(city.organizer), at=MONDAY, data=ASIDE["supervised"][1])
    perform("route_out", petition, by=acting(city.organizer), at=MONDAY, data=ROUTED)
    told = Caller(city.organizer).get(f"petitions/{petition.pk}/handling/").told
    assert [(row["role"], row["end_reason"]) for row in told["hands"]] == [
        ("lead", "routed"),
        ("co", "routed"),
    ]
    assert told["hands"][0]["given_out_by"] == city.county.pk
    (extension,) = told["extensions"]
    assert (extension["state"], extension["decision_note"]) == ("refused", "按期可以办完。")
    assert (extension["told_on"], extension["told_method"]) == ("2026-11-16", "phone")
    assert (told["pauses"][0]["reason"], told["pauses"][0]["ended_at"] is not None) == (
        "waiting_person",
        True,
    )
    assert told["supervisions"][0]["demand"] == ASIDE["supervised"][1]["demand"]
    (routing,) = told["routings"]
    assert (routing["receiver"], routing["receiver_name"]) == ("xinfang", "寿光市信访局")
    assert (routing["told_on"], routing["receipt_on"]) == ("2026-11-16", None)
    assert told["routed_out_at"] and told["problem"] is None and told["is_accusation"] is False


def test_a_merged_one_names_its_problem(city):
    main, other = make_petition(city), make_petition(city)
    problem = merge_petitions([other], main=main, by=acting(city.organizer), at=MONDAY)
    told = Caller(city.organizer).get(f"petitions/{other.pk}/handling/").told["problem"]
    assert told == {"id": problem.pk, "number": problem.number, "is_main": False}


def test_it_is_not_there_for_strangers_nor_for_the_office_complained_about(city):
    petition = make_petition(city, status="handling")
    assert Caller(city.stranger).get(f"petitions/{petition.pk}/handling/").status_code == 404
    assert Caller(city.handler).get(f"petitions/{petition.pk}/handling/").status_code == 200
    Petition.objects.filter(pk=petition.pk).update(is_accusation=True)
    Accused.objects.create(petition=petition, organization=city.unit)
    assert Caller(city.handler).get(f"petitions/{petition.pk}/handling/").status_code == 404
    assert Caller(None).get(f"petitions/{petition.pk}/handling/").status_code == 401


def test_it_asks_no_more_than_twelve_times(city):
    petition = make_petition(city, status="helped")
    caller = Caller(city.organizer)
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(f"petitions/{petition.pk}/handling/").status_code == 200
    assert len(queries) <= 12


def test_the_phone_tells_where_it_was_sent(city, at_desk):  # noqa: F811
    untold = {key: value for key, value in ROUTED.items() if not key.startswith("told_")}
    petition = make_petition(city, status="registered")
    perform("route_out", petition, by=acting(city.organizer), at=timezone.now(), data=untold)
    phone, address = at_desk(city.representative), f"/matters/{petition.pk}/"
    page = phone.get(address).content.decode()
    assert "寿光市信访局" in page and "等回执" in page and "还没有告知反映人" in page
    today = timezone.localdate().isoformat()
    receipt = {"receipt_on": today, "receipt_number": "信字12号", "told_on": today, "told_method": "phone"}
    perform("receipt", petition, by=acting(city.organizer), at=timezone.now(), data=receipt)
    page = phone.get(address).content.decode()
    assert "对方已收" in page and "信字12号" in page and "还没有告知反映人" not in page
    assert at_desk(city.stranger_representative).get(address).status_code == 404


def test_the_phone_names_who_helps(city, at_desk):  # noqa: F811
    petition = make_petition(city, status="helped")
    page = at_desk(city.representative).get(f"/matters/{petition.pk}/").content.decode()
    assert f"{city.helper_unit.display_name}（等会签）" in page
    data = {"content": "电路已查。"}
    perform("countersign", petition, by=acting(city.helper), at=MONDAY, data=data)
    page = at_desk(city.representative).get(f"/matters/{petition.pk}/").content.decode()
    assert f"{city.helper_unit.display_name}（已会签）" in page
    assert add_helper(city) == city.helper_unit
