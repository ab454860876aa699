"""The OpenAPI document: complete, valid, in Chinese, and open to the public without a CDN."""

import json
import re

import pytest
from django.core.management import call_command

from accounts.rest.views import router
from petitions.moves import TABLE
from representatives.moves import TABLE as MANDATES
from studios.moves import DAYS, DUTIES

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def document():
    from drf_spectacular.generators import SchemaGenerator

    return SchemaGenerator().get_schema(request=None, public=True)


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_is_valid_and_without_warnings(tmp_path):
    file = tmp_path / "schema.json"
    call_command(
        *("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(file))
    )
    assert json.loads(file.read_text(encoding="utf-8"))["openapi"].startswith("3.1")


def test_every_noun_is_in_it(document):
    nouns = {noun for noun, _view, _basename in router.registry}
    assert {path.split("/")[3] for path in document["paths"]} == nouns
    assert {tag["name"] for tag in document["tags"]} == nouns
    assert all(HAN.search(tag["description"]) for tag in document["tags"])


def test_every_operation_tells_what_it_is_and_its_refusals(document):
    for name, operation in operations(document):
        assert HAN.search(operation.get("summary", "")), name
        assert {"401", "403", "429"} <= set(operation["responses"]), name
        problem = operation["responses"]["401"]["content"]
        assert list(problem) == ["application/problem+json"], name


@pytest.mark.parametrize(
    "noun, table",
    [("petitions", TABLE), ("mandates", MANDATES), ("reception-days", DAYS), ("duties", DUTIES)],
)
def test_every_verb_says_what_it_must_be_given(document, noun, table):
    schemas = document["components"]["schemas"]
    for move in table:
        operation = document["paths"][f"/api/v1/{noun}/{{id}}/{move.verb.replace('_', '-')}/"]["post"]
        if move.needs:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            request = schemas[reference.rsplit("/", 1)[1]]
            assert set(request["properties"]) == {given.name for given in move.needs}
            assert set(request.get("required", [])) == {given.name for given in move.needs if given.required}
        else:
            assert "requestBody" not in operation
        assert {"200", "400", "404", "409", "422"} <= set(operation["responses"])
        assert "Idempotency-Key" in {parameter["name"] for parameter in operation["parameters"]}


def test_anyone_may_read_it(db, client):
    answer = client.get("/api/schema/?format=json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    page = client.get("/api/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|style=|https?://|\son\w+=", text)
    script = client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/schema/" in script.content.decode()


@pytest.mark.parametrize(
    "wanted", ["*/*", "application/json", "application/vnd.oai.openapi+json", "application/yaml"]
)
def test_the_document_comes_as_it_is_asked_for(client, wanted):
    assert client.get("/api/schema/", headers={"accept": wanted}).status_code == 200
