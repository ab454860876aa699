"""Schemes: what may stand in one, who approves it, how versions follow each other, and the first drafts (R83, R84)."""

import pytest
from django.utils import timezone

from accounts.errors import Conflict, InvalidInput, NotAllowed
from evaluations.actions.schemes import (
    change_scheme,
    copy_scheme,
    draw_up_scheme,
    faults_before_use,
    perform_scheme,
)
from evaluations.enums import IndicatorSource, SchemeStatus, SubjectKind
from evaluations.models import Scheme
from evaluations.pages.scheme import in_words
from evaluations.setup import load_schemes
from evaluations.what_if import try_scheme
from records.models import Event
from tests.evaluations.world import make_indicator, make_scheme
from tests.factories import acting

NUMBER = {"document_number": "寿组发〔2022〕9号"}
ROW = {"name": "驻室接待", "source": "ledger", "kinds": ["reception"], "target": 2, "weight": 100}


def do(city, verb, scheme, *, user=None, data=None):
    return perform_scheme(verb, scheme, by=acting(user or city.organizer), at=timezone.now(), data=data)


def verbs(scheme):
    return list(Event.objects.about(scheme).order_by("pk").values_list("verb", flat=True))


def test_a_draft_is_approved_sent_back_and_retired(city):
    scheme = make_scheme(city, status="draft")
    do(city, "approve", scheme, data=NUMBER)
    scheme.refresh_from_db()
    assert (scheme.status, scheme.document_number) == (SchemeStatus.IN_USE, "寿组发〔2022〕9号")
    do(city, "send_back", scheme)
    scheme.refresh_from_db()
    assert (scheme.status, scheme.approved_at) == (SchemeStatus.DRAFT, None)
    do(city, "approve", scheme, data=NUMBER)
    do(city, "retire", scheme)
    with pytest.raises(Conflict):
        do(city, "approve", scheme, data=NUMBER)
    assert verbs(scheme) == ["approve", "send_back", "approve", "retire"]


def test_approving_retires_the_version_before_and_leaves_its_content(city):
    first = make_scheme(city)
    Scheme.objects.filter(pk=first.pk).update(frozen_at=timezone.now())
    rows = list(first.indicators.values_list("code", "weight", "target"))
    second = copy_scheme(first, by=acting(city.organizer), at=timezone.now())
    assert (second.version, second.status, second.copied_from) == (2, SchemeStatus.DRAFT, first)
    do(city, "approve", second, data=NUMBER)
    first.refresh_from_db()
    assert first.status == SchemeStatus.RETIRED
    assert first.frozen_at is not None
    assert list(first.indicators.values_list("code", "weight", "target")) == rows
    assert list(second.indicators.values_list("code", "weight", "target")) == rows
    # Another year, level or kind has nothing to do with it.
    other = make_scheme(city, year=first.year + 1)
    do(city, "retire", second)
    other.refresh_from_db()
    assert other.status == SchemeStatus.IN_USE


def test_a_frozen_scheme_is_neither_sent_back_nor_changed(city):
    scheme = make_scheme(city)
    Scheme.objects.filter(pk=scheme.pk).update(frozen_at=timezone.now())
    scheme.refresh_from_db()
    with pytest.raises(Conflict) as refused:
        do(city, "send_back", scheme)
    assert "复制成新版" in refused.value.message
    with pytest.raises(Conflict):
        change_scheme(scheme, {"title": "改"}, by=acting(city.organizer), at=timezone.now())
    scheme.refresh_from_db()
    assert scheme.title != "改"


def test_somebody_approved_it_while_it_was_being_changed(city):
    scheme = make_scheme(city, status="draft")
    stale = Scheme.objects.get(pk=scheme.pk)
    do(city, "approve", scheme, data=NUMBER)
    with pytest.raises(Conflict):
        change_scheme(stale, {}, [ROW], by=acting(city.organizer), at=timezone.now())
    with pytest.raises(Conflict):
        do(city, "approve", stale, data=NUMBER)
    assert scheme.indicators.count() == 4


@pytest.mark.parametrize("who", ["stranger", "leader", "assessor", "keeper", "representative"])
def test_only_the_organizers_of_the_place_touch_a_scheme(city, who):
    scheme = make_scheme(city, status="draft")
    user = getattr(city, who)
    for call in (
        lambda: do(city, "approve", scheme, user=user, data=NUMBER),
        lambda: change_scheme(scheme, {"title": "改"}, by=acting(user), at=timezone.now()),
        lambda: copy_scheme(scheme, by=acting(user), at=timezone.now()),
    ):
        with pytest.raises(NotAllowed):
            call()
    scheme.refresh_from_db()
    assert (scheme.status, Scheme.objects.count()) == (SchemeStatus.DRAFT, 1)


def test_the_weights_must_sum_to_a_hundred_without_the_bonuses(city):
    scheme = make_scheme(city, status="draft")
    make_indicator(scheme, source=IndicatorSource.BONUS, kinds=["mentoring"], weight=5, cap=9)
    assert faults_before_use(scheme, list(scheme.indicators.all())) == []
    scheme.indicators.filter(code="reception").update(weight="39.99")
    with pytest.raises(Conflict) as refused:
        do(city, "approve", scheme, data=NUMBER)
    assert "现在是99.99分" in refused.value.message
    scheme.indicators.all().delete()
    with pytest.raises(Conflict) as refused:
        do(city, "approve", scheme, data=NUMBER)
    assert "还没有指标" in refused.value.message


def test_a_document_number_is_asked_for(city):
    with pytest.raises(InvalidInput) as refused:
        do(city, "approve", make_scheme(city, status="draft"), data={})
    assert list(refused.value.errors) == ["document_number"]


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        ("representative", {"source": "targets", "kinds": []}, "数据来源只能"),
        ("studio", {}, "数据来源只能"),
        ("representative", {"kinds": []}, "哪几类履职记录"),
        ("representative", {"source": "committee"}, "请清空"),
        ("representative", {"cap": 50}, "不能低于分值"),
        ("representative", {"source": "bonus", "when_missing": "leave_out"}, "记零分"),
    ],
)
def test_what_an_indicator_cannot_be(city, kind, changed, words):
    values = {"kind": kind, "organization": city.county, "year": 2022, "title": "办法"}
    with pytest.raises(InvalidInput) as refused:
        draw_up_scheme(values, [ROW | changed], by=acting(city.organizer), at=timezone.now())
    assert words in refused.value.errors["indicators"][0]
    assert Scheme.objects.count() == 0


def test_the_lines_stand_in_order_and_codes_are_given(city):
    values = {"kind": "representative", "organization": city.county, "year": 2022, "title": "办法"}
    by, at = acting(city.organizer), timezone.now()
    with pytest.raises(InvalidInput) as refused:
        draw_up_scheme(values | {"excellent_from": 80, "competent_from": 85}, [], by=by, at=at)
    assert list(refused.value.errors) == ["excellent_from"]
    with pytest.raises(InvalidInput) as refused:
        draw_up_scheme(values, [ROW | {"code": "a"}, ROW | {"code": "a"}], by=by, at=at)
    assert "已经用过" in refused.value.errors["indicators"][0]
    draft = draw_up_scheme(values, [ROW, ROW], by=by, at=at)
    assert list(draft.indicators.values_list("code", "position")) == [("ledger-1", 1), ("ledger-2", 2)]
    assert verbs(draft) == ["created"]


def test_a_copy_for_next_year_and_for_another_place(city):
    scheme = make_scheme(city, year=2022, organization=city.root, title="潍坊市党代表2022年度考评办法")
    by, at = acting(city.organizer), timezone.now()
    with pytest.raises(NotAllowed):
        copy_scheme(scheme, year=2023, by=by, at=at)
    draft = copy_scheme(scheme, year=2023, organization=city.county, by=by, at=at)
    assert (draft.title, draft.version) == ("寿光市党代表2023年度考评办法", 1)
    assert draft.indicators.count() == scheme.indicators.count()
    assert verbs(draft) == ["copy"]


def test_the_first_drafts_sum_to_a_hundred_and_are_loaded_once(city):
    assert load_schemes() == 2
    assert load_schemes() == 0
    people = Scheme.objects.get(kind=SubjectKind.REPRESENTATIVE)
    venues = Scheme.objects.get(kind=SubjectKind.STUDIO)
    assert {people.year, venues.year} == {timezone.localdate().year}
    assert {people.status, venues.status} == {SchemeStatus.DRAFT}
    for scheme in (people, venues):
        assert faults_before_use(scheme, list(scheme.indicators.all())) == []
    assert people.indicators.get(code="honour").kinds == ["honour"]
    # What staff made of it stays, also when it was retired or is of another year.
    Scheme.objects.update(status=SchemeStatus.RETIRED, year=2020)
    assert load_schemes() == 0


def test_an_indicator_in_words(city):
    scheme = make_scheme(city)
    words = {row.code: in_words(row).how for row in scheme.indicators.all()}
    assert words["reception"] == "驻室接待满 2 次得 40 分，按比例计，最多 40 分。"
    assert "测评均分" in words["committee"]


def test_schemes_at_the_rest_door(city, rest):
    api = rest(city.organizer)
    body = {
        "kind": "representative",
        "organization": city.county.pk,
        "year": 2022,
        "title": "寿光市2022年考评办法",
        "indicators": [ROW | {"code": "reception"}],
    }
    answer = api.post("/api/v1/schemes/", body, format="json")
    assert answer.status_code == 201, answer.data
    assert (answer.data["version"], answer.data["weight"]) == (1, "100.00")
    address = f"/api/v1/schemes/{answer.data['id']}/"
    wrong = api.patch(address, {"indicators": [ROW | {"kinds": ["no-such"]}]}, format="json")
    assert wrong.status_code == 400
    half = [ROW | {"weight": 60}]
    assert api.patch(address, {"indicators": half, "title": "改"}, format="json").data["weight"] == "60.00"
    refused = api.post(f"{address}approve/", NUMBER, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "not-complete")
    api.patch(address, {"indicators": [ROW]}, format="json")
    assert api.post(f"{address}approve/", NUMBER, format="json").data["status"] == "in_use"
    assert api.patch(address, {"title": "再改"}, format="json").status_code == 409
    copied = api.post(f"{address}copy/", {"year": 2023}, format="json")
    assert (copied.status_code, copied.data["year"], copied.data["status"]) == (201, 2023, "draft")
    assert copied["Location"].endswith(f"/api/v1/schemes/{copied.data['id']}/")
    assert api.get(f"{address}what-if/").status_code == 400  # no year to try it on
    listed = api.get("/api/v1/schemes/", {"year": 2022}).data["results"]
    assert [row["title"] for row in listed] == ["改"]
    stranger = rest(city.stranger)
    assert stranger.get(address).status_code == 404
    assert stranger.post("/api/v1/schemes/", body, format="json").status_code in (400, 403)
    leader = rest(city.leader)
    assert leader.get(address).status_code == 200
    assert leader.post("/api/v1/schemes/", body, format="json").status_code == 403
    assert leader.get(f"{address}what-if/").status_code == 403
    assert rest(city.representative).get(address).status_code == 403


def test_the_list_at_the_rest_door_costs_the_same(city, rest, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for year in (2021, 2022, 2023):
        make_scheme(city, year=year)
        api = rest(city.organizer)
        with CaptureQueriesContext(connection) as queries:
            assert api.get("/api/v1/schemes/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[-1]


def test_a_trial_needs_a_year_with_suggestions(city):
    scheme = make_scheme(city, status="draft")
    trial = try_scheme(scheme, 2022, city.organizer)
    assert (trial.whole.people, trial.counties, trial.changes) == (0, [], [])
