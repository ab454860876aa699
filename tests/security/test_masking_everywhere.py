"""No page, list, file or answer shows who brought a matter, to nobody, unless she gave a reason and left a trace.

The walk over every address as every role is in tests/access/test_access_table.py, with people whose names and phones
appear nowhere else: those of `name_everybody`. A new route is walked by itself; a new kind of thing that names people
belongs in there.
"""

import io
import re
import zipfile

import pytest
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from accounts.models import User
from petitions.models import DisputeParty, Feedback, Petition, Reply, Supplement
from records.models import DataRequest
from representatives.models import Person
from studios.models import Visit
from tests.access.routes import Examples

NAME, PHONE = "欧阳泄密", "13987654321"
PARTY, PARTY_PHONE = "司马漏名", "13711998877"
STAFF_PHONE, PERSON_PHONE = "13655443322", "13533221100"
SECRETS = (NAME, PHONE, PARTY, PARTY_PHONE, STAFF_PHONE, PERSON_PHONE)

pytestmark = pytest.mark.django_db


def name_everybody():
    """Every place that keeps a person gets one whose name would be recognised."""
    Petition.objects.update(
        petitioner_name=NAME,
        petitioner_phone=PHONE,
        # People begin with who they are, and a title is the first sentence.
        title=Concat(Value(f"我叫{NAME}，电话{PHONE}，"), Substr("title", 1, 60)),
        content=Concat(Value(f"我叫{NAME}，电话{PHONE}，身份证370783197001010011。"), "content"),
    )
    for model in (Reply, Feedback, Supplement):
        model.objects.update(content=Concat("content", Value(f"（{NAME}，{PHONE}）")))
    DisputeParty.objects.update(name=PARTY, phone=PARTY_PHONE, is_firm=False)
    DataRequest.objects.update(subject_name=NAME, subject_phone=PHONE, new_name=PARTY, new_phone=PARTY_PHONE)
    Visit.objects.update(name=NAME)
    User.objects.update(phone=STAFF_PHONE)
    # Two mandates of one person share a phone; it is not unique.
    Person.objects.update(phone=PERSON_PHONE)


def words_of(response):
    """What a reader of the answer would read, also inside of Office files."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    words = content.decode("utf-8", "replace") + str(response.headers)
    # JSON may spell a Chinese sign by its number.
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda sign: chr(int(sign[1], 16)), words)


@pytest.fixture
def examples(city, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    examples = Examples(city)
    name_everybody()
    return examples


def test_the_walk_would_notice(city, examples, client):
    """The same eyes on the one answer that may name her: they see her."""
    petition = Petition.objects.get(pk=examples.keys["petition"])
    client.force_login(city.organizer)
    page = client.post(f"/admin/petitions/petition/{petition.pk}/unmask/", {"reason": "电话告知"})
    assert {NAME, PHONE} <= {secret for secret in SECRETS if secret in words_of(page)}
    seen = client.get(f"/admin/petitions/petition/{petition.pk}/change/")
    assert "欧*" in words_of(seen)
    assert "139****4321" in words_of(seen)


@pytest.mark.parametrize("words", [NAME, PHONE, PHONE[-4:], "370783197001010011"])
def test_nobody_is_found_by_name_or_phone(city, examples, client, words):
    number = Petition.objects.get(pk=examples.keys["petition"]).number
    client.force_login(city.organizer)
    for address in (f"/admin/petitions/petition/?q={words}", f"/api/v1/petitions/?search={words}"):
        assert number not in words_of(client.get(address))
    client.force_login(city.representative)
    assert number not in words_of(client.get(f"/matters/?q={words}"))
