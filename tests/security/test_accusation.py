"""A complaint about an office is handled without that office learning of it: not who, not what, not that it exists.

The county's housing office and the town are both complained about; everybody who works for either is the office.
"""

from datetime import date

import pytest
from django.test import Client

from accounts.actions import notify
from accounts.enums import Role
from accounts.errors import InvalidInput, NotAllowed
from accounts.models import Membership, Notice
from petitions.actions import hand_over_petitions, perform, receive_petition, unmask_petition
from petitions.models import Channel, HotTopic, Petition
from petitions.notices import tell
from representatives.actions import perform as end_mandate
from studios.models import Keeper
from tests.access.routes import Examples, methods_of, walked_routes
from tests.access.visitor import Visitor, hand_out_words
from tests.factories import MONDAY, acting, add_helper, leaf_category, make_petition, make_user
from tests.security.test_masking_everywhere import words_of

pytestmark = pytest.mark.django_db
TITLE, CONTENT = "驻村吃拿卡要的那位股长", "他每回下村都要土特产，不给就拖着不盖章，请上级查一查。"
NAME, PHONE = "闻人密报", "13712349876"
POSTS = [Role.HANDLER, Role.ORGANIZER, Role.LEADER, Role.AUDITOR, Role.ASSESSOR, Role.KEEPER, Role.CLIENT]
OUTSIDE = ["organizer", "leader", "auditor"]
"""People of the county: above the offices complained about."""


def accuse(city, *, by=None):
    return receive_petition(
        by=acting(by or city.organizer),
        at=MONDAY,
        studio=city.studio,
        channel=Channel.objects.get(code="letter"),
        kind="opinion",
        title=TITLE,
        content=CONTENT,
        petitioner_name=NAME,
        petitioner_phone=PHONE,
        mandate=city.mandate,
        accused=[city.unit, city.town],
    )


def live_through(city, petition):
    """Its whole life by the county's own people and another unit; yields after each step."""
    add_helper(city)
    organizer, helper = city.organizer, city.helper
    steps = [
        ("register", organizer, {"category": leaf_category()}),
        ("supervise", city.leader, {"demand": "请如实查清，严守秘密。"}),
        ("assign", organizer, {"organization": city.helper_unit}),
        (
            "extend",
            helper,
            {"work_days": 5, "reason": "取证", "told_on": MONDAY.date(), "told_method": "phone"},
        ),
        ("approve_extension", organizer, {}),
        ("pause", helper, {"reason": "waiting_person", "note": "等材料"}),
        ("resume", helper, {}),
        ("reply", helper, {"content": "已对当事人批评教育。", "outcome": "A"}),
        ("feedback", organizer, {"method": "phone", "rating": 4, "handling_rating": 5}),
        ("archive", organizer, {}),
    ]
    for verb, user, data in steps:
        perform(verb, petition, by=acting(user), at=MONDAY, data=data)
        yield verb


def people_of(city, offices=("unit", "town")):
    """Somebody in all posts of an office at once, who sees what any of them sees; and those of the small city, who
    hold one post each."""
    people = {}
    for office in (getattr(city, name) for name in offices):
        user = make_user(None, office, name=f"{office.name}的多面手")
        for role in POSTS:
            Membership.objects.create(user=user, organization=office, role=role, start_date=date(2022, 1, 1))
        Keeper.objects.create(user=user, studio=city.studio, start_date=MONDAY.date())
        people[f"everything of {office}"] = user
    own = {"unit": ("handler",), "town": ("keeper", "colleague")}
    return people | {name: city.user(name) for office in offices for name in own[office]}


def looked_up(city, petition):
    return (TITLE, CONTENT, NAME, PHONE, petition.number)


def leaks_to(user, examples, secrets):
    """(address, what it tells her), one after another."""
    client = Visitor()
    client.force_login(user)
    for route, pattern in walked_routes().items():
        if "GET" in methods_of(pattern):
            words = client.ask("GET", examples.address_of(route), words_of)
            if told := [secret for secret in secrets if secret in words]:
                yield route, told


@pytest.fixture
def examples(city, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    hand_out_words(monkeypatch)
    return Examples(city)


@pytest.mark.once
@pytest.mark.parametrize(("office", "stage"), [("unit", "pause"), ("town", "archive")])
def test_no_address_tells_the_office(city, examples, office, stage):
    """Every GET address, as everybody who works there: with the clock standing, and when the file is closed."""
    people = people_of(city, [office])
    petition = accuse(city)
    for verb in live_through(city, petition):
        if verb == stage:
            break
    # The example addresses speak of this matter too: it is asked for by its own id.
    examples.keys["petition"] = examples.keys["matter"] = petition.pk
    secrets = looked_up(city, petition)
    leaks = {who: list(leaks_to(user, examples, secrets)) for who, user in people.items()}
    assert {who: told for who, told in leaks.items() if told} == {}
    # The same walk finds it for those above, and need not go on from there.
    assert next(leaks_to(city.organizer, examples, secrets), None)


def test_the_story(city):
    """Somebody complains of the housing office and of the town. The county handles it with another unit."""
    people = people_of(city)
    before = {who: Notice.objects.filter(user=user).count() for who, user in people.items()}
    petition = accuse(city)
    for verb in live_through(city, petition):
        for who, user in people.items():
            assert not Petition.objects.visible_to(user).filter(pk=petition.pk).exists(), (who, verb)
    after = {who: Notice.objects.filter(user=user).count() for who, user in people.items()}
    assert after == before
    # She who heard it keeps it in sight, and so do those above the offices.
    for user in (city.representative, *(city.user(name) for name in OUTSIDE[:2]), city.helper):
        assert Petition.objects.visible_to(user).filter(pk=petition.pk).exists()


def test_the_office_counts_and_searches_as_if_it_were_not_there(city):
    """Lists, tabs and searches of the office are the same with the complaint and without it."""
    make_petition(city, status="handling")
    asked = [
        "/admin/petitions/petition/",
        "/admin/petitions/petition/?q=土特产",
        "/api/v1/petitions/",
        "/api/v1/petitions/?search=土特产",
        "/admin/",
    ]

    def told(user):
        client = Client()
        client.force_login(user)
        answers = []
        for address in asked:
            answer = client.get(address)
            context = answer.context or {}
            tabs = [(tab.code, count) for tab, count, _now in context.get("desk_tabs", ())]
            cards = [(card["label"], card["count"]) for card in context.get("desk_cards", ())]
            body = len(answer.json()["results"]) if "api" in address else (tabs, cards)
            answers.append((answer.status_code, body))
        return answers

    people = {"handler": city.handler, "keeper": city.keeper}
    without = {who: told(user) for who, user in people.items()}
    accuse(city)
    assert {who: told(user) for who, user in people.items()} == without


def test_it_is_never_given_to_the_office(city):
    petition = accuse(city)
    perform("register", petition, by=acting(city.organizer), at=MONDAY, data={"category": leaf_category()})
    organizer = acting(city.organizer)
    for office in (city.unit, city.town):
        with pytest.raises(InvalidInput):
            perform("assign", petition, by=organizer, at=MONDAY, data={"organization": office})
        with pytest.raises(InvalidInput):
            data = {"organization": add_helper(city), "co_units": [office]}
            perform("assign", petition, by=organizer, at=MONDAY, data=data)
    perform("assign", petition, by=organizer, at=MONDAY, data={"organization": add_helper(city)})
    with pytest.raises(InvalidInput):
        perform(
            "hand_on", petition, by=organizer, at=MONDAY, data={"organization": city.unit, "reason": "改"}
        )


def test_an_office_that_already_has_it_must_give_it_up_first(city):
    petition = make_petition(city, status="handling")
    data = {"accused": [city.unit]}
    with pytest.raises(InvalidInput, match="正在承办"):
        perform("name_accused", petition, by=acting(city.organizer), at=MONDAY, data=data)
    hand_on = {"organization": add_helper(city), "reason": "反映的是原单位"}
    perform("hand_on", petition, by=acting(city.organizer), at=MONDAY, data=hand_on)
    perform("name_accused", petition, by=acting(city.organizer), at=MONDAY, data=data)
    assert Petition.objects.get(pk=petition.pk).is_accusation
    assert not Petition.objects.visible_to(city.handler).exists()


def test_the_handling_unit_does_not_learn_who(city):
    petition = accuse(city)
    steps = live_through(city, petition)
    while next(steps) != "assign":
        pass
    with pytest.raises(NotAllowed):
        unmask_petition(petition, by=acting(city.helper), at=MONDAY, reason="核实")
    assert unmask_petition(petition, by=acting(city.organizer), at=MONDAY, reason="核实") == (NAME, PHONE)


def test_the_keeper_who_typed_it_in_is_told_where_it_went(city, client):
    """The town's own keeper writes down a complaint about the town: it leaves her hands at once, and she is told so."""
    client.force_login(city.keeper)
    answer = client.post(
        "/admin/petitions/petition/add/",
        {
            "studio": city.studio.pk,
            "channel": Channel.objects.get(code="letter").pk,
            "kind": "opinion",
            "content": CONTENT,
            "accused": [city.town.pk],
        },
        follow=True,
    )
    assert answer.redirect_chain[0][0] == "/admin/petitions/petition/"
    assert "已交上级办理" in answer.content.decode()
    petition = Petition.objects.get(content=CONTENT)
    assert Notice.objects.filter(user=city.organizer, title__contains=petition.title).count() == 1
    assert client.get(f"/admin/petitions/petition/{petition.pk}/change/").status_code == 404


def test_a_notice_that_would_go_to_the_office_is_not_sent(city):
    petition = accuse(city)
    tell([city.handler, city.keeper, city.organizer], petition, "有新进展", at=MONDAY)
    assert [notice.user for notice in Notice.objects.filter(title__startswith="有新进展")] == [city.organizer]


def test_what_the_office_was_told_before_is_taken_back(city):
    """It was taken down as a plain matter, its keeper had a notice, the night had made a topic of it."""
    petition = make_petition(city, title="街道窗口三点半就锁门", by=city.representative)
    other = make_petition(city, title="街道窗口门锁坏了", by=city.representative)
    notify(
        [city.keeper], title="2 件新事项待登记", body=f"{petition.number}　一\n{other.number}　二", at=MONDAY
    )
    topic = HotTopic.objects.create(
        found_on=MONDAY.date(), organization=city.county, label="窗口三点半就锁门", size=2
    )
    topic.petitions.set([petition, other])
    alone = HotTopic.objects.create(found_on=MONDAY.date(), organization=city.root, label="锁门", size=1)
    alone.petitions.set([petition])
    assert Notice.objects.filter(user=city.keeper, body__contains=petition.number).count() == 2
    data = {"category": leaf_category(), "accused": [city.town]}
    perform("register", petition, by=acting(city.organizer), at=MONDAY, data=data)
    told = Notice.objects.filter(user=city.keeper)
    assert [petition.number in notice.body for notice in told] == [False] * told.count()
    assert told.get(title="1 件新事项待登记").body == f"{other.number}　二"
    topic.refresh_from_db()
    assert (topic.label, topic.size) == (other.title, 1)
    assert not HotTopic.objects.filter(pk=alone.pk).exists()


def test_whoever_ends_a_mandate_learns_of_no_complaint_about_her_office(city, client):
    """The representative who heard it leaves: the town's organizer is neither shown it nor asked what becomes of it."""
    petition, mandate = accuse(city), city.mandate
    mandate.congress.organization = city.town
    mandate.congress.save(update_fields=["organization"])
    official = make_user(Role.ORGANIZER, city.town)
    step = f"/admin/representatives/mandate/{mandate.pk}/step/end/"
    work = f"/api/v1/mandates/{mandate.pk}/open-work/"
    for user, told in ((official, []), (city.colleague, []), (city.organizer, [1])):
        client.force_login(user)
        assert [row["count"] for row in client.get(work).json()] == told
    client.force_login(official)
    page = client.get(step).content.decode()
    assert "终止" in page and "未办结" not in page and petition.number not in page
    decision = {
        "ground": "resigned",
        "proposer": "洛城街道党工委",
        "decided_by": "寿光市委",
        "decision_date": MONDAY.date().isoformat(),
    }
    end_mandate("end", mandate, by=acting(official), at=MONDAY, data=decision)
    petition.refresh_from_db()
    assert petition.mandate is None and Petition.objects.visible_to(city.organizer).get() == petition


def test_a_complaint_is_handed_to_no_colleague(city):
    complaint, plain = accuse(city), make_petition(city)
    successor = city.colleague.person.mandates.get()
    open_ones = Petition.objects.filter(pk__in=[complaint.pk, plain.pk])
    hand_over_petitions(open_ones, to=successor, by=acting(city.organizer), at=MONDAY)
    complaint.refresh_from_db()
    plain.refresh_from_db()
    assert (complaint.mandate, plain.mandate) == (None, successor)
    assert set(Petition.objects.visible_to(city.colleague)) == {plain}


def test_those_above_keep_their_notices(city):
    petition = make_petition(city, status="registered")
    tell([city.organizer, city.keeper], petition, "有新进展", at=MONDAY)
    perform("name_accused", petition, by=acting(city.organizer), at=MONDAY, data={"accused": [city.town]})
    assert [notice.user for notice in Notice.objects.filter(title__startswith="有新进展")] == [city.organizer]


def test_the_trail_of_the_office_says_nothing(city, client):
    petition = accuse(city)
    auditor = make_user(Role.AUDITOR, city.town, name="镇审计")
    client.force_login(auditor)
    told = client.get("/api/v1/events/?subject_type=petitions.petition").json()["results"]
    assert petition.pk not in [row["subject_id"] for row in told]
    client.force_login(city.auditor)
    told = client.get("/api/v1/events/?subject_type=petitions.petition").json()["results"]
    assert petition.pk in [row["subject_id"] for row in told]
