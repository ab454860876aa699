"""Feedback and rating (R56): handling and result apart, never by the unit itself; not satisfied has consequences."""

from datetime import date

import pytest

from accounts.enums import Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Membership
from petitions.actions import allowed_verbs, perform
from petitions.enums import FeedbackMethod, TellingMethod
from petitions.models import Assignment, Feedback, Petition
from petitions.moves import TABLE
from records.metrics import compute, get_metric
from records.models import Event
from studios.models import Keeper
from tests.factories import MONDAY, acting, event_verbs, make_petition, make_user

pytestmark = pytest.mark.django_db

TOLD = {"method": "phone", "content": "知道了", "rating": 2, "handling_rating": 5}


def tell(petition, user, **data):
    return perform("feedback", petition, by=acting(user), at=MONDAY, data=TOLD | data)


def test_handling_and_result_are_rated_apart(city):
    petition = tell(make_petition(city, status="feedback"), city.keeper)
    row = Petition.objects.get(pk=petition.pk)
    assert (row.rating, row.handling_rating) == (2, 5)
    feedback = Feedback.objects.get()
    assert (feedback.rating, feedback.handling_rating, feedback.by_person) == (2, 5, False)
    assert Event.objects.about(petition).first().after["handling_rating"] == 5


def test_staff_cannot_say_that_she_looked_herself(city):
    assert set(TellingMethod.values) == {method.value for method in FeedbackMethod.of_staff()}
    with pytest.raises(InvalidInput) as refused:
        tell(make_petition(city, status="feedback"), city.keeper, method="online")
    assert list(refused.value.errors) == ["method"]


@pytest.mark.parametrize("name", ["rating", "handling_rating"])
@pytest.mark.parametrize("value", [0, 6, "五", 2.5])
def test_one_to_five(city, name, value):
    with pytest.raises(InvalidInput) as refused:
        tell(make_petition(city, status="feedback"), city.keeper, **{name: value})
    assert list(refused.value.errors) == [name]


def also(user, role, organization):
    Membership.objects.create(user=user, organization=organization, role=role, start_date=date(2022, 1, 1))
    return user


def test_the_handling_unit_can_never_fill_it_in(city):
    """Not as the unit, and not by a second post of the same person: keeper, representative or organizer."""
    keeper = also(make_user(Role.HANDLER, city.unit, name="兼联络员"), Role.KEEPER, city.town)
    Keeper.objects.create(user=keeper, studio=city.studio, start_date=date(2022, 1, 1))
    organizer = also(make_user(Role.HANDLER, city.unit, name="兼组工"), Role.ORGANIZER, city.county)
    own_organizer = make_user(Role.ORGANIZER, city.unit, name="本单位组工")
    representative = also(city.representative, Role.HANDLER, city.unit)
    petition = make_petition(city, status="feedback")
    for user in (city.handler, keeper, organizer, own_organizer, representative):
        assert "feedback" not in allowed_verbs(petition, user)
        with pytest.raises(NotAllowed):
            tell(petition, user)
    assert "feedback" in allowed_verbs(petition, city.keeper)


def test_nor_can_a_unit_that_helped(city):
    helper = also(make_user(Role.HANDLER, city.neighbour_unit, name="协办"), Role.ORGANIZER, city.county)
    petition = make_petition(city, status="feedback")
    assert "feedback" in allowed_verbs(petition, helper)
    Assignment.objects.create(
        petition=petition, organization=city.neighbour_unit, role="co", assigned_at=MONDAY
    )
    assert "feedback" not in allowed_verbs(petition, helper)


def test_a_town_that_handled_it_does_not_rate_itself(city):
    """The town's organizer is of the handling unit then; the venue's keeper and the county are not."""
    town_organizer = make_user(Role.ORGANIZER, city.town, name="镇组工")
    petition = make_petition(city, status="feedback")
    assert "feedback" in allowed_verbs(petition, town_organizer)
    Petition.objects.filter(pk=petition.pk).update(lead_unit=city.town)
    petition = Petition.objects.with_names().get(pk=petition.pk)
    assert "feedback" not in allowed_verbs(petition, town_organizer)
    assert "feedback" in allowed_verbs(petition, city.organizer)
    assert "feedback" in allowed_verbs(petition, city.keeper)


def test_nor_does_a_town_that_helped(city, client):
    """Its organizer is refused at every door: by the verb, at the desk and over REST."""
    town_organizer = make_user(Role.ORGANIZER, city.town, name="镇组工")
    petition = make_petition(city, status="feedback")
    Assignment.objects.create(petition=petition, organization=city.town, role="co", assigned_at=MONDAY)
    petition = Petition.objects.with_names().get(pk=petition.pk)
    assert "feedback" not in allowed_verbs(petition, town_organizer)
    with pytest.raises(NotAllowed):
        tell(petition, town_organizer)
    client.force_login(town_organizer)
    given = {"method": "phone", "rating": 5, "handling_rating": 5}
    desk = client.post(f"/admin/petitions/petition/{petition.pk}/step/feedback/", given)
    rest = client.post(f"/api/v1/petitions/{petition.pk}/feedback/", given, content_type="application/json")
    assert (desk.status_code, rest.status_code) == (403, 403)
    assert not Feedback.objects.exists()
    assert "feedback" in allowed_verbs(petition, city.organizer)


@pytest.mark.parametrize("low", [{"rating": 1, "handling_rating": 5}, {"rating": 5, "handling_rating": 2}])
def test_not_satisfied_is_filed_only_with_the_reason_why_not_again(city, low):
    petition = tell(make_petition(city, status="feedback"), city.keeper, **low)
    with pytest.raises(InvalidInput) as refused:
        perform("archive", petition, by=acting(city.keeper), at=MONDAY, data={})
    assert list(refused.value.errors) == ["unsatisfied_note"]
    assert Petition.objects.get(pk=petition.pk).status == "feedback"
    why = {"unsatisfied_note": "超出政策范围，已当面解释。"}
    perform("archive", petition, by=acting(city.keeper), at=MONDAY, data=why)
    event = Event.objects.about(petition).first()
    assert event.after["unsatisfied_note"] == "超出政策范围，已当面解释。"
    assert "不满意未重新办理" in event.note


def test_or_it_is_handled_again_and_the_old_ratings_go(city):
    petition = tell(make_petition(city, status="feedback"), city.keeper)
    perform("reopen", petition, by=acting(city.representative), at=MONDAY, data={"reason": "灯又坏了"})
    row = Petition.objects.get(pk=petition.pk)
    assert (row.status, row.rating, row.handling_rating, row.fed_back_at) == ("handling", None, None, None)
    assert Feedback.objects.get().rating == 2


def test_satisfied_or_unrated_needs_no_reason(city):
    for ratings in ({"rating": 3, "handling_rating": 3}, {"rating": None, "handling_rating": None}):
        petition = tell(make_petition(city, status="feedback"), city.keeper, **ratings)
        perform("archive", petition, by=acting(city.keeper), at=MONDAY, data={})
        assert petition.status == "archived"


def test_told_once(city):
    petition = tell(make_petition(city, status="feedback"), city.keeper)
    with pytest.raises(Conflict):
        tell(petition, city.keeper)
    assert event_verbs(petition).count("feedback") == 1


def test_the_phone_offers_both_ways(client, city):
    petition = make_petition(city, status="feedback")
    client.force_login(city.representative)
    page = client.get(f"/matters/{petition.pk}/").content.decode()
    assert "已告知本人" in page
    assert "不满意，重新办理" in page
    step = client.get(f"/matters/{petition.pk}/feedback/").content.decode()
    assert "本人给办理打几分" in step
    assert "本人给结果打几分" in step


def test_the_desk_asks_what_to_do_about_it(client, city):
    petition = tell(make_petition(city, status="feedback"), city.keeper)
    client.force_login(city.organizer)
    page = client.get(f"/admin/petitions/petition/{petition.pk}/change/").content.decode()
    assert "本人不满意：请「重新办理」" in page
    assert "办理 5 分" in page
    assert "结果 2 分" in page


def figures(city, *codes):
    return [
        compute(get_metric(code), city.root, date(2026, 1, 1), date(2026, 12, 31)).value for code in codes
    ]


def test_what_people_say_is_counted(city):
    for ratings in (
        {"rating": 5, "handling_rating": 4},
        {"rating": 2, "handling_rating": 4},
        {"rating": None, "handling_rating": 1},
        {"rating": None, "handling_rating": None},
    ):
        tell(make_petition(city, status="feedback"), city.keeper, **ratings)
    make_petition(city)
    assert figures(city, "rated_handling", "satisfied_handling", "unsatisfied_handling") == [3, 2, 1]
    assert figures(city, "rated_result", "satisfied_result", "unsatisfied_result") == [2, 1, 1]
    assert figures(city, "satisfied_handling_rate", "satisfied_result_rate") == [66.7, 50.0]
    assert figures(city, "acknowledged", "acknowledged_soon", "told_soon") == [4, 4, 4]
    assert figures(city, "acknowledged_soon_rate", "told_soon_rate") == [100.0, 100.0]


def test_the_last_word_counts_and_what_was_said_before_a_reopening_stays_said(city):
    petition = tell(make_petition(city, status="feedback"), city.keeper)
    perform("reopen", petition, by=acting(city.organizer), at=MONDAY, data={"reason": "重办"})
    assert figures(city, "unsatisfied_result") == [1]
    perform("reply", petition, by=acting(city.handler), at=MONDAY, data={"content": "已修好", "outcome": "A"})
    tell(petition, city.keeper, rating=5)
    assert figures(city, "unsatisfied_result", "satisfied_result", "rated_result") == [0, 1, 1]


def test_only_the_table_and_the_public_door_write_ratings():
    assert [given.name for given in TABLE["feedback"].needs] == [
        "method",
        "content",
        "handling_rating",
        "rating",
    ]


# --- what she says later --------------------------------------------------------------------------------

SAID = {"method": "phone", "handling_rating": 5, "rating": 4, "content": "灯亮了"}


def rate(petition, user, **data):
    return perform("rate", petition, by=acting(user), at=MONDAY, data=SAID | data)


def test_what_she_says_later_is_written_down_once(city):
    petition = make_petition(city, status="unrated")
    assert "rate" in allowed_verbs(petition, city.representative)
    rate(petition, city.representative)
    row = Petition.objects.get(pk=petition.pk)
    assert (row.handling_rating, row.rating, row.status) == (5, 4, "feedback")
    said = row.feedbacks.first()
    assert (said.content, said.by_person) == ("灯亮了", False)
    event = Event.objects.about(petition).get(verb="rate")
    assert (event.after["handling_rating"], event.verb_label) == (5, "本人评价")
    with pytest.raises(Conflict):
        rate(petition, city.keeper)
    assert row.feedbacks.count() == 2


@pytest.mark.parametrize("missing", ["method", "handling_rating", "rating"])
def test_both_are_asked_for(city, missing):
    petition = make_petition(city, status="unrated")
    with pytest.raises(InvalidInput) as refused:
        rate(petition, city.keeper, **{missing: None})
    assert list(refused.value.errors) == [missing]


def test_neither_before_she_was_told_nor_by_the_unit(city):
    with pytest.raises(Conflict):
        rate(make_petition(city, status="feedback"), city.keeper)
    for user in (city.handler, city.colleague, city.leader):
        with pytest.raises(NotAllowed):
            rate(make_petition(city, status="unrated"), user)


def test_a_closed_file_stays_closed_only_with_the_reason(city):
    petition = make_petition(city, status="unrated")
    perform("archive", petition, by=acting(city.keeper), at=MONDAY, data={})
    with pytest.raises(InvalidInput) as refused:
        rate(petition, city.keeper, rating=1)
    assert list(refused.value.errors) == ["unsatisfied_note"]
    assert Petition.objects.get(pk=petition.pk).rating is None
    rate(petition, city.keeper, rating=1, unsatisfied_note="明年统一改造，已向本人说明。")
    told = Event.objects.about(petition).get(verb="rate")
    assert told.note == "不满意未重新办理：明年统一改造，已向本人说明。"
    assert Petition.objects.get(pk=petition.pk).status == "archived"
