"""The poster of a venue: from its page at the desk and by REST, with a code that leads to its door."""

import pytest

from petitions.posters import box_address
from records.papers import rendering
from records.papers.rendering import pdf_problem

pytestmark = pytest.mark.django_db

needs_pdf = pytest.mark.skipif(bool(pdf_problem()), reason="this machine cannot make a PDF")


def test_the_address_is_that_of_the_request_or_the_one_that_was_set(city, settings):
    assert box_address(city.studio, base="https://a.example/") == f"https://a.example/box/{city.studio.code}/"
    settings.PUBLIC_URL = "https://liaison.example"
    address = box_address(city.studio, base="http://10.0.0.5:8000/")
    assert address == f"https://liaison.example/box/{city.studio.code}/"


@needs_pdf
def test_the_keeper_prints_it(client, city):
    client.force_login(city.keeper)
    page = client.get(f"/admin/studios/studio/{city.studio.pk}/change/").content.decode()
    address = f"/admin/petitions/petition/studio/{city.studio.pk}/poster/"
    assert f'href="{address}"' in page
    assert f'href="/box/{city.studio.code}/"' in page
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


@needs_pdf
def test_rest(client, city):
    client.force_login(city.organizer)
    answer = client.get(f"/api/v1/studios/{city.studio.pk}/poster.pdf/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


def test_a_stranger_finds_no_venue(client, city):
    client.force_login(city.stranger)
    assert client.get(f"/admin/petitions/petition/studio/{city.studio.pk}/poster/").status_code == 404


def test_without_pango_the_desk_says_so(client, city, monkeypatch):
    def missing():
        raise rendering.PdfUnavailable(rendering.NO_PANGO)

    monkeypatch.setattr(rendering, "_load", missing)
    client.force_login(city.organizer)
    answer = client.get(f"/admin/petitions/petition/studio/{city.studio.pk}/poster/", follow=True)
    assert answer.status_code == 200
    assert "暂时不能生成 PDF" in answer.content.decode()
