"""The public's door against those who guess, flood, smuggle and listen; and for those who share an address."""

import io
import json
import logging
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings as live_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from accounts.errors import InvalidInput
from petitions.models import Petition, Supplement, TrackingCode
from petitions.photos import LONGEST_SIDE, clean_photos
from petitions.tracking import code_for, digest_of, find_by_code, in_groups, read_code
from portal import flood
from records.models import Attachment, Event
from tests.factories import MONDAY, make_petition
from tests.portal.public import SAID, answer_to, box_of, code_in, hidden, photo, send

pytestmark = pytest.mark.django_db

VILLAGE = "203.0.113.7"


# --- the code --------------------------------------------------------------------------------------------


def everything_kept():
    """Every word in every table, as one text."""
    words = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            words += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(words)


def test_the_code_is_kept_nowhere(client, city, caplog):
    caplog.set_level(logging.DEBUG)
    token = hidden(client.get(box_of(city)).content.decode())["token"]
    code = code_in(send(client, box_of(city), token=token))
    client.post("/track/", {"code": code})
    kept = everything_kept()
    for secret in (code, code.replace("-", ""), token):
        assert secret not in kept
        assert secret not in caplog.text
    assert TrackingCode.objects.get().digest in kept


def test_the_code_is_eighty_bits_and_each_its_own():
    codes = {code_for(f"token-{number}") for number in range(2000)}
    assert len(codes) == 2000
    assert all(len(code) == 16 and read_code(code) == code for code in codes)
    assert {sign for code in codes for sign in code} == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_the_table_alone_gives_no_code_away(client, city, settings):
    """Without the key the digest of a code cannot be computed, and of the form's token only a hash is kept."""
    code = read_code(code_in(send(client, box_of(city))))
    assert TrackingCode.objects.get().digest == digest_of(code) != digest_of(code, secret="another key")
    assert Petition.objects.get().source_key.startswith("public:")


def test_a_new_secret_key_keeps_codes_good_while_the_old_one_is_named(client, city, settings):
    code = code_in(send(client, box_of(city)))
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "k" * 60
    assert find_by_code(code) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert find_by_code(code) == Petition.objects.get()
    settings.SECRET_KEY_FALLBACKS = []
    assert find_by_code(code) == Petition.objects.get()


def test_no_answer_is_kept_on_the_way(client, city):
    answers = [client.get(box_of(city)), send(client, box_of(city)), client.get("/track/")]
    answers.append(client.post("/track/", {"code": code_in(answers[1])}))
    for answer in answers:
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "sessionid" not in answer.cookies
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_no_address_leads_to_a_code_or_a_matter(client, city):
    code = code_in(send(client, box_of(city)))
    for path in (f"/track/{code}/", f"/track/?code={code}", f"/box/{code}/"):
        answer = client.get(path)
        assert SAID not in answer.content.decode()
        assert "已经收到" not in answer.content.decode()


# --- guessing --------------------------------------------------------------------------------------------


def test_wrong_and_unknown_codes_cost_the_same(client, city, django_assert_num_queries):
    make_petition(city)
    answers = []
    for typed in ("x", "AAAA-AAAA-AAAA-AAAA", "没有", ""):
        with django_assert_num_queries(1):
            answers.append(client.post("/track/", {"code": typed}))
    assert {answer.status_code for answer in answers} == {400}
    pages = [answer.content.decode() for answer in answers]
    assert all("没有查到" in page for page in pages)


def test_guessing_meets_a_growing_wait_but_a_right_code_always_works(city):
    guesser, owner = Client(REMOTE_ADDR=VILLAGE), Client(REMOTE_ADDR=VILLAGE)
    code = code_in(send(owner, box_of(city)))
    waits = []
    for _try in range(live_settings.TRACK_FREE_TRIES + 4):
        answer = guesser.post("/track/", {"code": "AAAA-AAAA-AAAA-AAAA"})
        waits.append(int(answer.get("Retry-After", 0)))
    assert waits == [0] * live_settings.TRACK_FREE_TRIES + [10, 20, 40, 80]
    assert answer.status_code == 429
    assert "请过 80 秒再试" in answer.content.decode()
    for visitor in (owner, guesser, Client(REMOTE_ADDR=VILLAGE)):
        assert "已经收到" in visitor.post("/track/", {"code": code}).content.decode()


# --- flooding, and sharing an address ----------------------------------------------------------------------


def test_three_hundred_people_behind_one_address(city, settings):
    """Each has a phone of her own; from the forty-first on each does one small sum; all get in."""
    asked = 0
    for number in range(300):
        phone = Client(REMOTE_ADDR=VILLAGE)
        page = phone.get(box_of(city)).content.decode()
        answer = {}
        if "请算一算" in page:
            asked += 1
            answer = {"answer": answer_to(page), "seal": hidden(page)["seal"]}
        sent = send(phone, box_of(city), token=hidden(page)["token"], content=f"{SAID}第{number}户", **answer)
        assert sent.status_code == 200, sent.content.decode()[:2000]
    assert Petition.objects.count() == 300
    assert asked == 300 - settings.BOX_ADDRESS_FREE_PER_HOUR


def test_the_sum_is_asked_also_of_who_opened_the_page_before(city, settings):
    settings.BOX_ADDRESS_FREE_PER_HOUR = 0
    visitor = Client(REMOTE_ADDR=VILLAGE)
    settings.BOX_ADDRESS_FREE_PER_HOUR = 1
    token = hidden(visitor.get(box_of(city)).content.decode())["token"]
    send(Client(REMOTE_ADDR=VILLAGE), box_of(city))
    asked = send(visitor, box_of(city), token=token)
    page = asked.content.decode()
    assert asked.status_code == 400
    assert "请算一道题" in page
    assert SAID in page
    wrong = send(visitor, box_of(city), token=token, seal=hidden(page)["seal"], answer="99").content.decode()
    assert "得数不对" in wrong
    right = {"seal": hidden(wrong)["seal"], "answer": answer_to(wrong)}
    assert send(visitor, box_of(city), token=token, **right).status_code == 200
    assert Petition.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "sum_", "right"),
    [("12", 12, True), (" １２ ", 12, True), ("十二", 12, True), ("一十二", 12, True), ("十", 10, True)]
    + [
        ("七", 7, True),
        ("", 7, False),
        ("8", 7, False),
        ("二十", 12, False),
        ("十十", 10, False),
    ],
)
def test_a_sum_may_be_answered_in_any_figures(typed, sum_, right):
    with patch("portal.flood.random.randint", side_effect=[min(sum_ - 1, 9), sum_ - min(sum_ - 1, 9)]):
        _question, seal = flood.new_sum("form")
    assert flood.sum_is_right(typed, seal, "form") is right
    assert flood.sum_is_right(typed, seal, "another form") is False


def test_one_phone_that_sends_and_sends_is_told_to_wait(client, city, settings):
    for number in range(settings.BOX_DEVICE_PER_HOUR):
        assert send(client, box_of(city), content=f"{SAID}{number}").status_code == 200
    refused = send(client, box_of(city), content="再来一件")
    assert refused.status_code == 429
    page = refused.content.decode()
    assert "请过一小时再送" in page
    assert settings.PUBLIC_PHONE in page
    assert "再来一件" in page
    # Her neighbour at the same address is not punished.
    assert send(Client(), box_of(city)).status_code == 200


def test_a_refused_phone_still_gets_the_answer_to_what_it_sent(client, city, settings):
    token = hidden(client.get(box_of(city)).content.decode())["token"]
    code = code_in(send(client, box_of(city), token=token))
    settings.BOX_DEVICE_PER_HOUR = 0
    assert code_in(send(client, box_of(city), token=token)) == code


def test_a_device_cookie_cannot_be_made_up(city):
    visitor = Client()
    visitor.cookies[flood.DEVICE_COOKIE] = "mine:forged"
    assert send(visitor, box_of(city)).status_code == 200
    assert flood.source_of(visitor.get(box_of(city)).wsgi_request).device is None


def test_a_machine_that_fills_every_field_is_asked_the_sum(client, city):
    page = send(client, box_of(city), website="http://spam.example").content.decode()
    assert "请算一算" in page
    assert Petition.objects.count() == 0
    answer = {"answer": answer_to(page), "seal": hidden(page)["seal"], "token": hidden(page)["token"]}
    assert send(client, box_of(city), website="http://spam.example", **answer).status_code == 200


def test_without_a_cache_people_get_in_but_not_without_end(city, settings):
    settings.BOX_BLIND_PER_HOUR = 3
    flood._blind.hour = None
    with patch("portal.flood.cache.add", side_effect=ConnectionError("gone")):
        answers = [send(Client(), box_of(city), content=f"{SAID}{n}").status_code for n in range(6)]
    flood._blind.hour = None
    assert answers[0] == 200
    assert answers[-1] == 429
    assert Petition.objects.count() == answers.count(200) <= 5


# --- forged requests ---------------------------------------------------------------------------------------


def test_visitors_without_cookies_are_served(city):
    """Scanned inside WeChat, cookies may be off: the form's own seal stands for them, also where CSRF is enforced."""
    for strict in (True, False):
        visitor = Client(enforce_csrf_checks=strict)
        page = visitor.get(box_of(city)).content.decode()
        visitor.cookies.clear()
        sent = send(visitor, box_of(city), token=hidden(page)["token"], content=f"{SAID}{strict}")
        visitor.cookies.clear()
        state = visitor.post("/track/", {"code": code_in(sent)}).content.decode()
        visitor.cookies.clear()
        added = visitor.post("/track/add/", {"pass": hidden(state)["pass"], "content": "补一句"})
        assert added.status_code == 200
    assert Supplement.objects.count() == 2


def test_another_site_can_do_nothing_in_her_name(client, city):
    """No cookie opens anything here: without seal or pass a request from elsewhere is refused."""
    send(client, box_of(city))
    for path in ("/track/add/", "/track/rate/", "/track/withdraw/"):
        assert client.post(path, {"content": "x", "rating": "1"}).status_code == 400
    assert client.post(box_of(city), {"content": SAID, "kind": "opinion"}).status_code == 400
    assert Petition.objects.get().status == "received"


# --- what is smuggled in -------------------------------------------------------------------------------------


def test_text_stays_text(client, city):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7|add:7 }} =HYPERLINK(1)"
    send(client, box_of(city), content=evil, place='"><svg onload=1>', petitioner_name="</textarea><b>")
    petition = Petition.objects.get()
    assert petition.content == evil
    client.force_login(city.organizer)
    page = client.get(f"/admin/petitions/petition/{petition.pk}/change/").content.decode()
    assert "<script>alert(1)" not in page
    assert "<svg onload" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("name", ["content", "place", "petitioner_name", "kind", "token", "answer"])
def test_a_nul_is_refused_without_a_fuss(client, city, name):
    assert send(client, box_of(city), **{name: "a\x00b"}).status_code == 400
    assert Petition.objects.count() == 0


def gps_exif(*, orientation=1):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretPhoneMaker"
    exif.get_ifd(0x8825)[2] = (36.0, 52.0, 30.0)
    exif.get_ifd(0x8825)[4] = (118.0, 44.0, 10.0)
    return exif.tobytes()


def test_a_photo_loses_its_place_and_keeps_its_way_up(client, city):
    sent = photo(size=(800, 400), exif=gps_exif(orientation=6))
    assert b"SecretPhoneMaker" in sent.read()
    sent.seek(0)
    send(client, box_of(city), photos=[sent])
    with Attachment.objects.get().file.open("rb") as kept:
        content = kept.read()
    assert b"SecretPhoneMaker" not in content
    assert b"Exif" not in content
    image = Image.open(io.BytesIO(content))
    assert dict(image.getexif()) == {}
    assert image.size == (400, 800)


def test_a_large_photo_becomes_small():
    small = clean_photos([photo(size=(6000, 3000))])[0]
    assert Image.open(small).size == (LONGEST_SIDE, LONGEST_SIDE // 2)


def named(content, name="a.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def png_of(width, height):
    """A PNG that claims to be so large, in a few hundred bytes."""
    import struct
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + rows + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "重新选择"),
        (b"<html><script>1</script>", "只收 jpg、png、webp"),
        (b"GIF89a" + b"\x00" * 50, "只收 jpg、png、webp"),
        (b"%PDF-1.7\n", "只收 jpg、png、webp"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 100, "只收"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (png_of(30_000, 30_000), "尺寸太大"),
        (png_of(4_000, 4_000), "没有传完整或已损坏"),
    ],
    ids=["empty", "html", "gif", "pdf", "torn header", "heic", "bomb", "short"],
)
def test_what_is_no_photo_is_refused_in_words(content, words):
    with pytest.raises(InvalidInput) as refused:
        clean_photos([photo(), named(content)])
    sentence = refused.value.errors["photos"][0]
    assert sentence.startswith("第 2 张：")
    assert words in sentence


def test_a_photo_that_came_half(city, client):
    whole = photo(size=(1200, 900)).read()
    refused = send(client, box_of(city), photos=[named(whole[: len(whole) // 2])])
    assert refused.status_code == 400
    assert "没有传完整" in refused.content.decode()
    assert Petition.objects.count() == Attachment.objects.count() == 0


def test_too_many_and_too_big(client, city, settings):
    refused = send(client, box_of(city), photos=[photo() for _one in range(4)])
    assert "最多 3 张照片，现有 4 张" in refused.content.decode()
    settings.BOX_PHOTO_MAX_BYTES = 500
    refused = send(client, box_of(city), photos=[photo()])
    assert "太大" in refused.content.decode()
    assert Petition.objects.count() == 0


def test_a_body_beyond_all_measure_is_not_read(client, city):
    most = live_settings.BOX_PHOTOS * live_settings.BOX_PHOTO_MAX_BYTES + 2 * 2**20
    answer = client.generic(
        "POST", box_of(city), b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(most)
    )
    assert answer.status_code == 413
    assert "照片太大，没有传上来" in answer.content.decode()


def test_a_torn_upload_makes_no_matter(client, city):
    token = hidden(client.get(box_of(city)).content.decode())["token"]
    whole = (
        f'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="content"\r\n\r\n{SAID[:5]}'
    ).encode()
    answer = client.generic("POST", box_of(city), whole, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 400
    assert Petition.objects.count() == 0


def test_a_line_that_breaks_while_sending(client, city):
    from django.http import UnreadablePostError

    with patch("portal.views.public_box.BoxForm", side_effect=UnreadablePostError("gone")):
        answer = client.post(box_of(city), {"content": SAID})
    assert answer.status_code == 400
    assert "网络中断" in answer.content.decode()


def test_trail_and_notices_name_nobody(client, city):
    send(client, box_of(city), petitioner_name="周吴郑", petitioner_phone="13912345678")
    petition = Petition.objects.get()
    told = [json.dumps([event.after, event.before, event.note]) for event in Event.objects.about(petition)]
    told += [f"{notice.title}{notice.body}" for notice in city.keeper.notices.all()]
    assert not [words for words in told if "周吴郑" in words or "13912345678" in words]


def test_the_lot_of_pictures_is_decoded_only_after_the_limits(client, city, settings):
    settings.BOX_DEVICE_PER_HOUR = 0
    client.get(box_of(city))
    with patch("portal.views.public_box.clean_photos") as decode:
        assert send(client, box_of(city), photos=[photo()]).status_code == 429
    assert not decode.called


def test_counts_go_with_the_hour(city, settings):
    source = flood.Source(device="d", address=VILLAGE, venue="v")
    for _one in range(settings.BOX_DEVICE_PER_HOUR):
        flood.count_sent(source, at=MONDAY)
    assert flood.is_refused(source, at=MONDAY)
    assert not flood.is_refused(source, at=MONDAY + timedelta(hours=1))


def test_the_public_code_alone_opens_no_file(client, city):
    code = code_in(send(client, box_of(city), photos=[photo()]))
    client.post("/track/", {"code": code})
    answer = client.get(f"/files/{Attachment.objects.get().pk}/")
    assert answer.status_code in (302, 403, 404)
    assert in_groups(read_code(code)) == code
