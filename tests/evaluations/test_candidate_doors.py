"""The lists of first choice and of talks by the desk and the REST door: who comes in, what is refused, what it costs."""

import pytest

from evaluations.actions.finalizing import follow_up
from evaluations.enums import Grade
from evaluations.models import Candidate, ReminderTalk
from tests.evaluations.finals import CLOSED, final_cycle, final_grade
from tests.factories import acting, make_mandate, make_person

pytestmark = pytest.mark.django_db
CHOSEN = {"document_number": "潍组发〔2023〕4号", "reason": "授予优秀党代表"}


@pytest.fixture
def years(city):
    """years(number): as many candidates and as many talks."""

    def make(number):
        seats = [make_mandate(city.town, person=make_person(name=f"优秀{n}")) for n in range(number)]
        for year in (2021, 2022):
            cycle = final_cycle(city, year)
            for seat in seats:
                final_grade(cycle, seat, Grade.EXCELLENT, score=9325)
        for n in range(number):
            person = make_person(name=f"谈话{n}")
            final_grade(cycle, make_mandate(city.town, person=person), Grade.INCOMPETENT, score=4200)
        follow_up(cycle, by=acting(city.organizer), at=CLOSED[2022])
        return Candidate.objects.first()

    return make


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_the_same_for_more_people(
    city, years, browser, rest, number, django_assert_max_num_queries
):
    years(number)
    desk = browser(city.organizer)
    for noun, name in (("candidate", "优秀"), ("remindertalk", "谈话")):
        desk.page(f"/admin/evaluations/{noun}/")
        with django_assert_max_num_queries(12):
            text = desk.page(f"/admin/evaluations/{noun}/")
        assert all(f"{name}{n}" in text for n in range(number))
    api = rest(city.organizer)
    for noun in ("candidates", "reminder-talks"):
        with django_assert_max_num_queries(8):
            assert len(api.get(f"/api/v1/{noun}/").json()["results"]) == number


def test_a_candidate_at_the_desk(city, years, browser):
    candidate = years(1)
    desk, address = browser(city.organizer), f"/admin/evaluations/candidate/{candidate.pk}/"
    page = desk.page(f"{address}change/")
    assert "2021年度93.25分优秀、2022年度93.25分优秀" in page
    assert f"/admin/evaluations/evaluation/{candidate.previous_id}/change/" in page
    wrong = desk.post(f"{address}do/propose/", {"purpose": ""})
    assert (wrong.status_code, "请选择用于" in wrong.content.decode()) == (400, True)
    assert desk.post(f"{address}do/propose/", {"purpose": "honour"}).status_code == 302
    assert desk.post(f"{address}do/propose/", {"purpose": "honour"}).status_code == 409
    assert desk.post(f"{address}do/choose/", CHOSEN).status_code == 302
    assert "潍组发〔2023〕4号" in desk.page(f"{address}change/")
    assert "优秀0" in desk.page("/admin/evaluations/candidate/?status__exact=chosen&year=2022")
    assert "优秀0" not in desk.page("/admin/evaluations/candidate/?year=2021")
    desk.page(f"{address}do/nothing/", 404)
    looking = browser(city.leader)
    assert "更正，重新列入" not in looking.page(f"{address}change/")
    assert looking.post(f"{address}do/relist/", {"reason": "不该由他办"}).status_code == 403
    browser(city.stranger).page(f"{address}change/", 404)
    browser(city.keeper).page("/admin/evaluations/candidate/", 403)


def test_a_candidate_at_the_rest_door(city, years, rest):
    address = f"/api/v1/candidates/{years(1).pk}/"
    told = rest(city.organizer).get(address).json()
    assert (told["name"], told["year"], told["allowed_verbs"]) == ("优秀0", 2022, ["propose", "strike"])
    assert rest(city.leader).get(address).json()["allowed_verbs"] == []
    assert rest(city.representative).get(address).status_code == 403
    assert rest(city.stranger).get(address).status_code == 404
    assert rest(city.stranger).post(f"{address}strike/", {"reason": "邻县"}, format="json").status_code == 404
    refused = rest(city.leader).post(f"{address}strike/", {"reason": "领导"}, format="json")
    assert refused.status_code == 403
    early = rest(city.organizer).post(f"{address}choose/", CHOSEN, format="json")
    assert (early.status_code, Candidate.objects.get().status) == (409, "listed")
    done = rest(city.organizer).post(f"{address}propose/", {"purpose": "next_congress"}, format="json")
    assert done.json()["purpose"] == "next_congress"
    unknown = rest(city.organizer).post(f"{address}strike/", {"reason": "x", "more": 1}, format="json")
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["more"])


def test_a_talk_of_somebody_else_is_nobodys_to_read(city, years, rest):
    years(1)
    talk = ReminderTalk.objects.get()
    for who in (city.representative, city.colleague, city.stranger_representative, city.stranger):
        assert rest(who).get(f"/api/v1/reminder-talks/{talk.pk}/").status_code == 404
