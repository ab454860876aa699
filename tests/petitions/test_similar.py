"""Similar open matters while one types: found, quick, and never telling what the reader may not see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.enums import Role
from petitions.alike import find_similar, similar_to
from petitions.models import Accused, Channel, Petition
from petitions.similarity import Told, find_alike
from tests.factories import MONDAY, make_petition, make_user

BRIDGE = "王家庄村南头的桥断了两根栏杆，桥面裂了一道缝，孩子上学走着危险，希望赶紧修。"
RETOLD = "俺村南边那座桥栏杆断了，桥面有裂缝，小孩上学不敢走。在王家庄村。"
PLACE = "寿光市洛城街道王家庄村"
HINTS = "/admin/petitions/problem/hints/"


def others():
    texts = [
        ("村口三盏路灯不亮", "屯西村村口三盏路灯坏了半个月，晚上老人出门不便。", "寿光市洛城街道屯西村"),
        ("大棚保险理赔慢", "九月台风后大棚受损，保险公司已勘验，至今没有赔款。", "寿光市洛城街道东斟灌村"),
        (
            "桥栏杆断了",
            "李家官庄村东的桥断了栏杆，桥面裂缝，孩子上学走着危险。",
            "寿光市洛城街道李家官庄村",
        ),
        ("村南桥坏了", BRIDGE, PLACE),
        ("王家庄村养殖场气味大", "村东养鸡场粪便堆在路边，夏天味道大，苍蝇多。", PLACE),
    ]
    return [Told(number, *text) for number, text in enumerate(texts)]


def test_the_same_bridge_in_other_words_is_found_and_the_other_bridge_is_not():
    (alike,) = find_alike(Told("typed", "", RETOLD, PLACE), others())
    assert (alike.key, alike.same_person) == (3, False)
    assert "同一地点" in alike.reasons
    assert "内容" in alike.sentence


def test_the_same_telephone_is_enough_to_be_named():
    (alike,) = find_alike(
        Told("typed", "", "公交车晚上停得太早，下夜班回不了家。"), others(), same_person={1}
    )
    assert (alike.key, alike.reasons) == (1, ["同一来电"])


@given(st.text(max_size=80), st.text(max_size=20))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_compared(content, place):
    found = find_alike(Told("typed", "", content, place), [*others(), Told("x", content, content, place)])
    assert all(0 <= alike.text <= 1.0001 and 0 <= alike.place <= 1.0001 for alike in found)


@given(st.sampled_from(others()))
@settings(max_examples=10, deadline=None)
def test_a_matter_is_most_like_itself(one):
    assert find_alike(one, others())[0].key == one.key


@pytest.fixture
def bridge(city):
    return make_petition(
        city, title="村南桥坏了", content=BRIDGE, place=PLACE, petitioner_phone="13905361234"
    )


def ask(user, **fields):
    return find_similar(user, **{"content": RETOLD, "place": PLACE} | fields)


@pytest.mark.django_db
def test_who_is_shown_what(city, bridge):
    for user in (city.organizer, city.keeper, city.representative, city.leader):
        assert [one.petition for one in ask(user)] == [bridge]
    for user in (city.stranger, city.stranger_representative, city.handler, make_user(None, city.town)):
        assert ask(user) == []


@pytest.mark.django_db
def test_closed_ones_and_those_of_another_county_are_not_shown(city, bridge):
    city_organizer = make_user(Role.ORGANIZER, city.root)
    assert [one.petition for one in ask(city_organizer, organization=city.town)] == [bridge]
    assert ask(city_organizer, organization=city.neighbour_town) == []
    Petition.objects.filter(pk=bridge.pk).update(status="withdrawn", withdrawn_at=MONDAY)
    assert ask(city_organizer) == []


@pytest.mark.django_db
def test_the_office_complained_about_is_shown_nothing(city, bridge):
    Petition.objects.filter(pk=bridge.pk).update(is_accusation=True)
    Accused.objects.create(petition=bridge, organization=city.town)
    official = make_user(Role.ORGANIZER, city.town)
    assert ask(official) == []
    assert ask(official, phone="13905361234") == []
    assert [one.petition for one in ask(city.organizer)] == [bridge]


@pytest.mark.django_db
def test_a_telephone_is_matched_only_for_whom_may_look_behind_the_mask(city, bridge):
    words = "公交车晚上停得太早，下夜班回不了家。"
    (found,) = ask(city.keeper, content=words, place="", phone="13905361234")
    assert found.sentence == "同一来电"
    for user in (city.leader, city.client, city.colleague):
        assert ask(user, content=words, place="", phone="13905361234") == []
    assert ask(city.keeper, content=words, place="", phone="13905361235") == []


@pytest.mark.django_db
def test_like_a_matter_that_is_there(city, bridge):
    again = make_petition(
        city, content=RETOLD, place=PLACE, title="桥", petitioner_phone="", at=MONDAY + timedelta(days=1)
    )
    assert [one.petition for one in similar_to(again, city.keeper)] == [bridge]


@pytest.mark.django_db
def test_the_cost_does_not_grow_with_the_number_found(city, bridge):
    def queries():
        keeper = type(city.keeper).objects.get(pk=city.keeper.pk)
        with CaptureQueriesContext(connection) as captured:
            found = ask(keeper, phone="13905361234")
        return len(captured), len(found)

    one, found = queries()
    for _more in range(2):
        make_petition(city, title="村南桥", content=BRIDGE, place=PLACE, petitioner_phone="13905361234")
    assert found == 1
    assert queries() == (one, 3)
    assert one <= 8


@pytest.mark.django_db
def test_the_desk_hints_while_typing_and_merges_on_saving(city, bridge, client):
    client.force_login(city.keeper)
    page = client.get("/admin/petitions/petition/add/").content.decode()
    assert f'hx-post="{HINTS}"' in page
    form = {
        "studio": city.studio.pk,
        "channel": Channel.objects.get(code="studio").pk,
        "kind": "opinion",
        "content": RETOLD,
        "place": PLACE,
        "petitioner_name": "王建国",
        "petitioner_phone": "",
        "title": "",
    }
    hint = client.post(HINTS, form).content.decode()
    assert bridge.number in hint
    assert f'name="merge_with" value="{bridge.pk}"' in hint
    for personal in ("李桂兰", "13905361234", "李*", "139****"):
        assert personal not in hint
    response = client.post("/admin/petitions/petition/add/", form | {"merge_with": bridge.pk})
    assert response.status_code == 302
    made = Petition.objects.get(content=RETOLD)
    assert made.problem.main == bridge
    assert client.get(f"/admin/petitions/problem/{made.problem_id}/change/").status_code == 200


@pytest.mark.django_db
def test_the_hint_is_for_those_who_take_matters_down(city, bridge, client):
    assert client.post(HINTS, {"content": RETOLD}).status_code == 302
    for user, status in ((city.handler, 403), (city.leader, 403), (city.stranger, 200)):
        client.force_login(user)
        response = client.post(HINTS, {"content": RETOLD, "place": PLACE})
        assert response.status_code == status
        assert bridge.number not in response.content.decode()
    client.force_login(city.keeper)
    assert client.get(HINTS).status_code == 405
    assert client.post(HINTS, {"content": "\x00桥", "studio": "9" * 30}).status_code == 200


@pytest.mark.django_db
def test_the_page_of_a_matter_offers_the_similar_one(city, bridge, client):
    again = make_petition(city, content=RETOLD, place=PLACE, title="桥", petitioner_phone="")
    client.force_login(city.keeper)
    page = client.get(f"/admin/petitions/petition/{again.pk}/change/").content.decode()
    assert f'hx-get="/admin/petitions/problem/similar/{again.pk}/"' in page
    card = client.get(f"/admin/petitions/problem/similar/{again.pk}/").content.decode()
    assert bridge.number in card
    assert "并入这一件" in card
    step = f"/admin/petitions/petition/{again.pk}/step/merge/"
    assert bridge.number in client.get(step).content.decode()
    assert client.post(step, {"main": bridge.pk}).status_code == 302
    page = client.get(f"/admin/petitions/petition/{again.pk}/change/").content.decode()
    assert "与另外 1 件并案办理" in page
    client.force_login(city.stranger)
    assert client.get(f"/admin/petitions/problem/similar/{again.pk}/").status_code == 404


PHONE_HINTS = "/matters/similar/"


@pytest.mark.django_db
def test_a_representative_gets_a_quiet_word_on_her_phone(city, bridge, client):
    client.force_login(city.representative)
    assert f'hx-post="{PHONE_HINTS}"' in client.get("/matters/new/").content.decode()
    hint = client.post(PHONE_HINTS, {"content": RETOLD, "place": PLACE}).content.decode()
    assert "可能有人反映过同一件事" in hint
    assert bridge.title in hint
    for personal in ("李桂兰", "李*", "139"):
        assert personal not in hint
    assert client.get(PHONE_HINTS).status_code == 405
    assert client.post(PHONE_HINTS, {"content": "\x00", "studio": "x"}).content.strip() == b""
    client.force_login(city.stranger_representative)
    assert bridge.title not in client.post(PHONE_HINTS, {"content": RETOLD, "place": PLACE}).content.decode()


@pytest.mark.django_db
def test_the_phone_says_with_how_many_others_it_is_handled(city, bridge, client):
    again = make_petition(city, content=RETOLD, place=PLACE)
    complaint = make_petition(city, content=RETOLD, place=PLACE)
    Petition.objects.filter(pk=complaint.pk).update(is_accusation=True)
    from petitions.actions import merge_petitions
    from tests.factories import acting

    merge_petitions([again, complaint], main=bridge, by=acting(city.organizer), at=MONDAY)
    client.force_login(city.representative)
    page = client.get(f"/matters/{bridge.pk}/").content.decode()
    assert "与另外 1 件并案办理" in page


@pytest.mark.django_db
def test_a_problem_is_hinted_at_once_however_many_told_it(city, bridge):
    from petitions.actions import merge_petitions
    from tests.factories import acting

    more = [make_petition(city, content=BRIDGE, place=PLACE) for _one in range(2)]
    assert len(ask(city.keeper)) == 3
    merge_petitions(more, main=bridge, by=acting(city.organizer), at=MONDAY)
    assert len(ask(city.keeper)) == 1
