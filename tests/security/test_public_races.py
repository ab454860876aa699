"""The same form arrives several times at the same moment, as it does over a bad line."""

import pytest
from django.test import Client

from petitions.models import Petition, Supplement, TrackingCode
from records.models import Attachment
from tests.portal.public import box_of, code_in, hidden, photo, send
from tests.security.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_matter_one_code_and_the_photo_once(city):
    token = hidden(Client().get(box_of(city)).content.decode())["token"]
    answers = at_once(*[lambda: send(Client(), box_of(city), token=token, photos=[photo()])] * 4)
    assert {answer.status_code for answer in answers} == {200}
    assert len({code_in(answer) for answer in answers}) == 1
    assert Petition.objects.count() == TrackingCode.objects.count() == Attachment.objects.count() == 1
    assert "已经收到" in Client().post("/track/", {"code": code_in(answers[0])}).content.decode()


def test_the_same_addition_is_kept_once(city):
    code = code_in(send(Client(), box_of(city)))
    held = hidden(Client().post("/track/", {"code": code}).content.decode())["pass"]
    answers = at_once(*[lambda: Client().post("/track/add/", {"pass": held, "content": "东头也坏了"})] * 4)
    assert {answer.status_code for answer in answers} == {200}
    assert Supplement.objects.count() == 1
