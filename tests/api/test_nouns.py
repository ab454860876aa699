"""The other nouns: who may write them, what is refused, what is recorded."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from petitions.models import Category, Channel
from records.models import Event
from tests.factories import make_mandate, make_petition, make_user

pytestmark = pytest.mark.django_db


def test_me(city, door):
    told = door("client").get("me/").told
    assert told["display_name"] == "对接系统"
    assert told["is_service"] is True
    assert [(m["role"], m["organization_code"]) for m in told["memberships"]] == [("client", "370783")]
    assert "petitions" in told["nouns"]
    assert "users" not in told["nouns"]
    assert "users" in door("organizer").get("me/").told["nouns"]


def test_a_studio_is_made_and_changed_by_its_organizer(city, door):
    organizer = door("organizer")
    made = organizer.post(
        "studios/",
        {
            "name": "圣城党代表工作站",
            "kind": "station",
            "organization": city.town.pk,
            "parent": city.studio.pk,
        },
    )
    assert made.status_code == 201, made.told
    assert len(made.told["code"]) == 10
    changed = organizer.patch(f"studios/{made.told['id']}/", {"is_pilot": True, "address": "圣城街1号"})
    assert (changed.told["is_pilot"], changed.told["address"]) == (True, "圣城街1号")
    lines = organizer.get(f"studios/{made.told['id']}/events/").told["results"]
    assert [line["verb"] for line in lines] == ["created", "updated"]
    assert lines[1]["before"] == {"is_pilot": False, "address": ""}


def test_studios_are_refused_to_others(city, door):
    body = {"name": "外县工作室", "kind": "workroom", "organization": city.neighbour_town.pk}
    foreign = door("organizer").post("studios/", body)
    assert foreign.status_code == 400
    assert "管理范围" in foreign.told["errors"]["organization"][0]
    upwards = door("organizer").post("studios/", body | {"organization": city.root.pk})
    assert upwards.status_code == 403
    assert door("keeper").post("studios/", body | {"organization": city.town.pk}).status_code == 403
    assert door("keeper").patch(f"studios/{city.studio.pk}/", {"address": "x"}).status_code == 403
    assert door("stranger").patch(f"studios/{city.studio.pk}/", {"address": "x"}).status_code == 404
    hung = door("organizer").patch(f"studios/{city.studio.pk}/", {"parent": city.studio.pk})
    assert list(hung.told["errors"]) == ["parent"]
    assert not Event.objects.filter(verb__in=["created", "updated"]).exists()


def test_names_taken_and_unknown_fields(city, door):
    body = {"name": city.studio.name, "kind": "workroom", "organization": city.town.pk}
    taken = door("organizer").post("studios/", body)
    assert taken.status_code == 400
    unknown = door("organizer").post("studios/", body | {"name": "新", "colour": "red", "code": "abc"})
    assert sorted(unknown.told["errors"]) == ["code", "colour"]


def test_a_congress_is_made_by_the_organizer(city, door):
    body = {
        "level": "county",
        "organization": city.county.pk,
        "ordinal": 17,
        "name": "中国共产党寿光市第17次代表大会",
        "start_date": "2026-12-20",
    }
    made = door("organizer").post("congresses/", body)
    assert made.status_code == 201
    again = door("organizer").post("congresses/", body)
    assert again.status_code == 400
    assert door("leader").post("congresses/", body | {"ordinal": 18}).status_code == 403
    assert door("organizer").patch(f"congresses/{made.told['id']}/", {"ordinal": 18}).status_code == 405


def test_channels_belong_to_the_city(city, door):
    body = {"code": "radio", "name": "广播热线"}
    assert door("organizer").post("channels/", body).status_code == 403
    city.city_organizer = make_user(Role.ORGANIZER, city.root, name="市组工")
    made = door("city_organizer").post("channels/", body)
    assert made.status_code == 201
    off = door("city_organizer").patch(f"channels/{made.told['id']}/", {"is_active": False})
    assert off.told["is_active"] is False
    parent = door("city_organizer").get("categories/", page_size=1).told["results"][0]
    category = {"code": "street-lamps", "name": "路灯", "parent": parent["id"]}
    leaf = door("city_organizer").post("categories/", category)
    assert leaf.told["full_name"] == f"{parent['full_name']} / 路灯"
    assert leaf.told["path"].startswith(parent["path"])
    renamed = door("city_organizer").patch(f"categories/{leaf.told['id']}/", {"name": "路灯和灯箱"})
    assert renamed.told["full_name"] == f"{parent['full_name']} / 路灯和灯箱"
    # What hangs below a renamed branch follows, and its place in the tree stays.
    door("city_organizer").patch(f"categories/{parent['id']}/", {"name": "新名字"})
    followed = door("city_organizer").get(f"categories/{leaf.told['id']}/").told
    assert (followed["full_name"], followed["path"]) == ("新名字 / 路灯和灯箱", leaf.told["path"])
    moved = door("city_organizer").patch(f"categories/{leaf.told['id']}/", {"parent": None})
    assert list(moved.told["errors"]) == ["parent"]


def test_a_code_comes_from_the_name_and_stays(city, door):
    city.city_organizer = make_user(Role.ORGANIZER, city.root, name="市组工")
    chief = door("city_organizer")
    made = chief.post("channels/", {"name": "入巷走访"})
    assert (made.status_code, made.told["code"]) == (201, "ru-xiang-zou-fang")
    assert chief.post("channels/", {"name": "入乡走访"}).told["code"] == "ru-xiang-zou-fang-2"
    path = f"channels/{made.told['id']}/"
    assert list(chief.patch(path, {"code": "other"}).told["errors"]) == ["code"]
    assert chief.patch(path, {"name": "上门走访"}).told["name"] == "上门走访"
    assert chief.post("channels/", {"name": ""}).status_code == 400
    assert chief.post("categories/", {"name": "夜间照明"}).told["code"] == "ye-jian-zhao-ming"


def test_a_channel_goes_by_its_name_alone(city, door):
    """A second 审计热线 is refused at its name, however it is spelled; so is a name that another one answers to."""
    city.city_organizer = make_user(Role.ORGANIZER, city.root, name="市组工")
    chief = door("city_organizer")
    made = chief.post("channels/", {"name": "审计热线12345", "aliases": ["审计专线"]})
    assert made.status_code == 201
    for name in ("审计热线12345", " 审计热线 12345　", "审计热线１２３４５", "审计专线", "入户走访", "电话"):
        refused = chief.post("channels/", {"name": name})
        assert (refused.status_code, list(refused.told["errors"])) == (400, ["name"]), name
    refused = chief.post("channels/", {"name": "纪检热线", "aliases": ["审计专线"]})
    assert list(refused.told["errors"]) == ["aliases"]
    other = chief.post("channels/", {"name": "纪检热线"})
    path = f"channels/{other.told['id']}/"
    assert list(chief.patch(path, {"name": "审计热线１２３４５"}).told["errors"]) == ["name"]
    assert list(chief.patch(path, {"aliases": ["电话"]}).told["errors"]) == ["aliases"]
    assert chief.patch(path, {"name": "纪检热线", "aliases": ["纪检专线"]}).status_code == 200
    chief.patch(f"channels/{made.told['id']}/", {"is_active": False})
    assert "已停用" in str(chief.post("channels/", {"name": "审计热线12345"}).told["errors"])
    # Those that were made twice before may still be put in order.
    twin = Channel.objects.create(code="twin", name="审计热线12345")
    assert chief.patch(f"channels/{twin.pk}/", {"name": "审计热线12345", "position": 9}).status_code == 200


def test_a_category_has_its_name_alone_below_its_parent(city, door):
    city.city_organizer = make_user(Role.ORGANIZER, city.root, name="市组工")
    chief = door("city_organizer")
    one, two = Category.objects.filter(parent=None)[:2]
    made = chief.post("categories/", {"name": "路灯A座", "parent": one.pk})
    assert made.status_code == 201
    for name in ("路灯A座", " 路灯 Ａ座 "):
        refused = chief.post("categories/", {"name": name, "parent": one.pk})
        assert (refused.status_code, list(refused.told["errors"])) == (400, ["name"])
    assert chief.post("categories/", {"name": one.name}).status_code == 400
    assert chief.post("categories/", {"name": "路灯A座", "parent": two.pk}).status_code == 201
    other = chief.post("categories/", {"name": "路灯B座", "parent": one.pk}).told["id"]
    assert list(chief.patch(f"categories/{other}/", {"name": "路灯Ａ座"}).told["errors"]) == ["name"]
    assert chief.patch(f"categories/{other}/", {"name": "路灯B座"}).status_code == 200


def test_the_desk_refuses_names_twice_at_their_field(city, client):
    client.force_login(make_user(Role.ORGANIZER, city.root, name="市组工"))
    form = {"name": "审计热线", "aliases": "[]", "position": "9", "is_active": "on"}
    add = "/admin/petitions/channel/add/"
    assert client.post(add, form).status_code == 302
    for name in ("审计热线", "　审计热线 ", "审计 热线"):
        refused = client.post(add, form | {"name": name})
        assert refused.status_code == 200
        assert "已有来源渠道「审计热线」" in str(refused.context["adminform"].form.errors["name"])
    row = Channel.objects.get(name="审计热线")
    assert client.post(f"/admin/petitions/channel/{row.pk}/change/", form).status_code == 302
    top = Category.objects.filter(parent=None).first()
    refused = client.post(
        "/admin/petitions/category/add/", {"name": f" {top.name}", "aliases": "[]", "is_active": "on"}
    )
    assert "已有问题分类" in str(refused.context["adminform"].form.errors["name"])
    saved = {"name": top.name, "aliases": "[]", "is_active": "on"}
    assert client.post(f"/admin/petitions/category/{top.pk}/change/", saved).status_code == 302


def test_mandate_verbs_come_from_their_table(city, door):
    make_petition(city)
    organizer = door("town_organizer") if hasattr(city, "town_organizer") else door("organizer")
    path = f"mandates/{city.mandate.pk}"
    assert organizer.get(f"{path}/").told["allowed_verbs"] == ["suspend", "stop", "end"]
    work = organizer.get(f"{path}/open-work/").told
    assert [(each["kind"], each["count"]) for each in work] == [("意见建议", 1)]
    body = {
        "ground": "resigned",
        "proposer": "洛城街道党工委",
        "decided_by": "寿光市委",
        "decision_date": "2026-11-20",
    }
    asked = organizer.post(f"{path}/end/", body)
    assert list(asked.told["errors"]) == ["fate"]
    ended = organizer.post(f"{path}/end/", body | {"fate": "leave_to_venue"})
    assert (ended.status_code, ended.told["status"]) == (200, "ended")
    assert ended.told["end_date"] == "2026-11-20"
    again = organizer.post(f"{path}/end/", body)
    assert (again.status_code, again.told["code"]) == (409, "wrong-state")
    assert door("keeper").post(f"{path}/restore/", {}).status_code == 403
    verbs = [line["verb"] for line in organizer.get(f"{path}/events/").told["results"]]
    assert verbs == ["end"]


def test_notices_are_ones_own(city, door):
    make_petition(city)
    keeper = door("keeper")
    rows = keeper.get("notices/", unread="true").told["results"]
    assert len(rows) == 1
    assert door("organizer").get(f"notices/{rows[0]['id']}/").status_code == 404
    assert keeper.post(f"notices/{rows[0]['id']}/read/").told["read_at"] is not None
    assert keeper.get("notices/", unread="true").told["results"] == []
    assert keeper.get("me/").told["unread_notices"] == 0


def test_attachments(city, door, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    from django.core.files.uploadedfile import SimpleUploadedFile

    petition = make_petition(city)
    path = f"/api/v1/petitions/{petition.pk}/attachments/"

    def upload(who, content=b"%PDF-1.4 lamp", key=None):
        headers = {"Idempotency-Key": key} if key else {}
        file = SimpleUploadedFile("路灯.pdf", content)
        return door(who).client.post(path, {"file": file}, format="multipart", headers=headers)

    made = upload("keeper", key="k-1")
    assert made.status_code == 201, made.json()
    assert upload("keeper", key="k-1").json() == made.json()
    assert upload("keeper", b"%PDF-1.4 other", key="k-1").status_code == 422
    assert upload("leader").status_code == 403
    assert upload("stranger").status_code == 404
    assert upload("keeper", b"MZ\x90\x00").json()["errors"].keys() == {"file"}
    assert door("keeper").client.post(path, {}, format="multipart").status_code == 400
    rows = door("organizer").get(path).told["results"]
    assert [row["name"] for row in rows] == ["路灯.pdf"]
    file = door("organizer").client.get(rows[0]["url"])
    assert b"".join(file.streaming_content) == b"%PDF-1.4 lamp"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in file["Content-Disposition"]
    assert door("stranger").client.get(rows[0]["url"]).status_code == 404


def test_figures_open_their_records(city, door):
    from records.metrics import all_metrics

    make_petition(city)
    organizer = door("organizer")
    rows = organizer.get("metrics/", as_of="2026-12-31").told
    assert {row["code"] for row in rows} == {metric.code for metric in all_metrics()}
    for row in rows:
        assert row["organization"] == "370783"
        assert row["definition"]
        records = organizer.get(row["records_url"])
        assert records.status_code == 200, (row["code"], records.told)
    one = organizer.get(f"metrics/{rows[0]['code']}/", organization=city.town.code).told
    assert (one["organization"], one["code"]) == (city.town.code, rows[0]["code"])


def test_a_page_of_records_costs_the_same_with_one_and_with_three(city, door):
    counts = []
    for _size in (1, 3):
        make_mandate(city.town)
        caller = door("organizer")
        with CaptureQueriesContext(connection) as queries:
            assert caller.get("metrics/mandates/records/", as_of="2026-12-31").status_code == 200
        counts.append(len(queries))
        make_mandate(city.town)
    assert counts == [4, 4]


def test_figures_of_others(city, door):
    organizer = door("organizer")
    assert organizer.get("metrics/", organization=city.neighbour.code).status_code == 400
    assert organizer.get("metrics/", organization=city.root.code).status_code == 403
    assert organizer.get("metrics/nothing/").status_code == 404
    assert list(organizer.get("metrics/", as_of="x").told["errors"]) == ["as_of"]
    later = {"from": "2026-02-01", "as_of": "2026-01-01"}
    assert list(organizer.get("metrics/", **later).told["errors"]) == ["from"]
