"""The doors of a dispute: names for a reason, papers that come later, and what the representative learns."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.errors import NotAllowed
from accounts.models import IdempotentReply, Notice
from petitions.actions.disputes import unmask_parties
from petitions.models import Recovery
from records.models import Attachment, Event
from tests.factories import MONDAY, acting, make_petition
from tests.petitions.test_disputes import do, pay, start

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def proof(name="转账.png"):
    return SimpleUploadedFile(name, PNG, content_type="image/png")


def test_who_has_to_call_them_sees_names_for_a_reason(city, client):
    dispute = start(city)
    client.force_login(city.keeper)
    page = client.get(f"/admin/petitions/dispute/{dispute.pk}/change/").content.decode()
    assert "赵*" in page
    assert "赵大勇" not in page
    address = f"/admin/petitions/dispute/{dispute.pk}/unmask/"
    assert address in page
    refused = client.post(address, {"reason": ""})
    assert refused.status_code == 400
    assert "赵大勇" not in refused.content.decode()
    assert not Event.objects.filter(verb="unmasked").exists()
    shown = client.post(address, {"reason": "电话约双方到场"})
    assert "赵大勇" in shown.content.decode()
    assert "13900001122" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    event = Event.objects.about(dispute).get(verb="unmasked")
    assert (event.actor, event.note) == (city.keeper, "电话约双方到场")
    assert "13900001122" not in str(event.after)


def test_nobody_else_does(city, client):
    dispute = start(city, petition=make_petition(city, kind="clue"))
    for user in (city.leader, city.representative, city.client, city.handler, city.stranger):
        with pytest.raises(NotAllowed):
            unmask_parties(dispute, by=acting(user), at=MONDAY, reason="看看")
    for user, status in ((city.leader, 403), (city.stranger, 404), (city.handler, 404)):
        client.force_login(user)
        desk = client.post(f"/admin/petitions/dispute/{dispute.pk}/unmask/", {"reason": "看看"})
        assert desk.status_code == status
        rest = client.post(f"/api/v1/disputes/{dispute.pk}/unmask/", {"reason": "看看"}, "application/json")
        assert rest.status_code == status
    assert not Event.objects.filter(verb="unmasked").exists()


def test_rest_shows_them_once_and_keeps_no_copy(city, client):
    dispute = start(city)
    client.force_login(city.keeper)
    address = f"/api/v1/disputes/{dispute.pk}/"
    assert client.get(address).json()["parties"][0]["name"] == "赵*"
    key = {"HTTP_IDEMPOTENCY_KEY": "look-1"}
    shown = client.post(f"{address}unmask/", {"reason": "电话约双方到场"}, "application/json", **key)
    assert shown.json()["parties"][0]["name"] == "赵大勇"
    assert not IdempotentReply.objects.filter(body__contains="13900001122").exists()
    plain = client.post(f"{address}unmask/", {"reason": "电话约双方到场"}, "application/json")
    assert plain.json()["parties"][0]["phone"] == "13900001122"


def test_a_proof_may_come_later(city, client):
    dispute = pay(start(city), city, "10")
    recovery = Recovery.objects.get()
    client.force_login(city.keeper)
    page = f"/admin/petitions/dispute/{dispute.pk}/change/"
    assert "有 1 笔还没有凭证" in client.get(page).content.decode()
    address = f"/admin/petitions/dispute/{dispute.pk}/paper/?recovery={recovery.pk}"
    empty = client.post(address, {})
    assert empty.status_code == 400
    assert "请先选一个文件" in empty.content.decode()
    assert client.post(address, {"file": proof()}).status_code == 302
    assert Attachment.objects.about(recovery).count() == 1
    assert "还没有凭证" not in client.get(page).content.decode()
    agreement = f"/admin/petitions/dispute/{dispute.pk}/paper/"
    assert client.post(agreement, {"file": proof("协议书.png")}).status_code == 302
    assert Attachment.objects.about(dispute).get().original_name == "协议书.png"
    assert "协议书.png" in client.get(page).content.decode()


def test_a_proof_belongs_to_a_payment_of_this_dispute(city, client):
    pay(start(city), city, "10")
    recovery = Recovery.objects.get()
    other = start(city, title="另一起")
    client.force_login(city.keeper)
    for key in (recovery.pk, "x", "9" * 30):
        answer = client.post(f"/admin/petitions/dispute/{other.pk}/paper/?recovery={key}", {"file": proof()})
        assert answer.status_code == 404
    client.force_login(city.leader)
    address = f"/admin/petitions/dispute/{recovery.dispute_id}/paper/?recovery={recovery.pk}"
    assert client.post(address, {"file": proof()}).status_code == 403
    assert not Attachment.objects.exists()


def test_payments_and_their_proofs_over_rest(city, client):
    dispute = pay(start(city), city, "1234.5")
    recovery = Recovery.objects.get()
    client.force_login(city.keeper)
    (row,) = client.get(f"/api/v1/recoveries/?dispute={dispute.pk}").json()["results"]
    assert (row["id"], row["amount"], row["dispute"]) == (recovery.pk, "1234.50", dispute.pk)
    files = f"/api/v1/recoveries/{recovery.pk}/attachments/"
    assert client.post(files, {"file": proof()}).status_code == 201
    assert [file["name"] for file in client.get(files).json()["results"]] == ["转账.png"]
    client.force_login(city.leader)
    assert client.post(files, {"file": proof()}).status_code == 403
    client.force_login(city.stranger)
    assert client.get(files).status_code == 404
    do("cancel_recovery", dispute, city, recovery=recovery.pk, reason="记重了")
    client.force_login(city.keeper)
    assert client.post(files, {"file": proof()}).status_code == 403


def test_her_representative_learns_of_the_money_and_sees_it(city, client):
    clue = make_petition(city, kind="clue", mandate=city.mandate)
    dispute = start(city, petition=clue)
    Notice.objects.all().delete()
    do("add_session", dispute, city, held_at=MONDAY, mediator="老杜", content="到场")
    assert not Notice.objects.exists()
    pay(dispute, city, "12345.60")
    told = Notice.objects.get()
    assert (told.user, told.link) == (city.representative, f"/matters/{clue.pk}/")
    assert told.title.startswith("有钱追回来了")
    assert "赵" not in told.title + told.body
    client.force_login(city.representative)
    page = client.get(f"/matters/{clue.pk}/").content.decode()
    assert "12,345.60 元" in page
    assert "84,600.00 元" in page
    assert "赵" not in page


def test_a_clue_is_named_by_its_number(city, client):
    dispute = start(city)
    clue = make_petition(city, kind="clue")
    client.force_login(city.keeper)
    page = client.get(f"/admin/petitions/dispute/{dispute.pk}/change/").content.decode()
    assert "/step/unlink/" not in page
    assert "/step/cancel_recovery/" not in page
    address = f"/admin/petitions/dispute/{dispute.pk}/step/link/"
    assert "<select" not in client.get(address).content.decode().split("<form", 1)[1].split("</form>")[0]
    assert client.post(address, {"petition": "370783-2026-999999"}).status_code == 400
    assert client.post(address, {"petition": clue.number}).status_code == 302
    assert dispute.petitions.get() == clue
    (row,) = client.get(f"/api/v1/disputes/?petition={clue.pk}").json()["results"]
    assert row["id"] == dispute.pk


def test_both_doors_ask_anew_what_the_excess_is(city, client):
    """At the desk and over REST the sentence stands at the field of the explanation."""
    dispute = pay(start(city, claimed="1000"), city, "1001", excess_reason="多1元利息")
    client.force_login(city.keeper)
    payment = {"paid_on": MONDAY.date().isoformat(), "amount": "500000", "payer": "厂方"}
    amended = {"claimed": "100", "reason": "算错了"}
    for verb, data in (("add_recovery", payment), ("amend_claim", amended)):
        desk = client.post(f"/admin/petitions/dispute/{dispute.pk}/step/{verb}/", data)
        assert desk.status_code == 400
        assert "请写明" in str(desk.context["form"].errors["excess_reason"])
        rest = f"/api/v1/disputes/{dispute.pk}/{verb.replace('_', '-')}/"
        refused = client.post(rest, data, "application/json")
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["excess_reason"])
        told = data | {"excess_reason": "其余是医药费"}
        assert client.post(rest, told, "application/json").status_code == 200
    dispute.refresh_from_db()
    assert (str(dispute.claimed), dispute.excess_reason) == ("100.00", "其余是医药费")
