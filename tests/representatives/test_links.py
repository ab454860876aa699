"""双结对 (R50, R51): linked evenly, kept up once a quarter, and what becomes of it in the duty ledger."""

from datetime import date, datetime, timedelta

import pytest

from accounts.actions import create_organization
from accounts.enums import OrganizationKind, Role
from accounts.errors import Conflict, InvalidInput, NotAllowed
from accounts.models import Notice
from records.models import Event
from representatives.actions import cancel_contact, end_link, log_contact, make_link, perform
from representatives.actions.spreading import foresee_spread, spread_links
from representatives.enums import DutyKind, LinkEnding, LinkKind
from representatives.ledger import check_ledger, tell_lines
from representatives.models import Contact, ContactLink, DutyRecord, LinkPolicy, Mandate
from representatives.quarters import Quarter
from representatives.reminders import remind_of_contacts
from tests.factories import CHINA, MONDAY, acting, make_mandate, make_user

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
DAY = TODAY.isoformat()


@pytest.fixture
def branch(city):
    return make_branch(city)


def make_branch(city, number=1):
    return create_organization(
        code=f"370783001-B{number:02d}",
        name=f"屯西村第{number}党支部",
        kind=OrganizationKind.BRANCH,
        parent=city.town,
    )


@pytest.fixture
def cadre(city):
    return make_user(Role.ORGANIZER, city.town, name="郑组工")


def link_cadre(city, cadre, /, **fields):
    data = {"kind": "cadre", "mandate": city.mandate.pk, "cadre": cadre.pk, "start_date": DAY} | fields
    return make_link(by=acting(city.organizer), at=MONDAY, **data)


def link_branch(city, branch, /, **fields):
    data = {"kind": "branch", "mandate": city.mandate.pk, "branch": branch.pk, "start_date": DAY} | fields
    return make_link(by=acting(city.organizer), at=MONDAY, **data)


def contact(link, user, on=DAY, at=MONDAY, **fields):
    data = {"method": "visit", "on": on, "note": "看了蔬菜大棚"} | fields
    return log_contact(link, by=acting(user, "portal"), at=at, **data)


def test_a_link_tells_both_ends_and_leaves_a_trail(city, cadre):
    link = link_cadre(city, cadre)
    assert (link.cadre, link.mandate, link.end_date) == (cadre, city.mandate, None)
    told = dict(Notice.objects.values_list("user_id", "title"))
    assert told == {
        cadre.pk: "请您联系杨守伟代表，每季度至少一次",
        city.representative.pk: "组织部门的郑组工今后联系您",
    }
    assert [event.verb for event in Event.objects.about(link)] == ["link"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"cadre": None}, "cadre"),
        ({"branch": "yes"}, "branch"),
        ({"start_date": "2026-11-17"}, "start_date"),
        ({"mandate": "office"}, "mandate"),
        ({"mandate": "next door"}, "mandate"),
        ({"cadre": "stranger"}, "cadre"),
    ],
)
def test_links_that_are_refused(city, cadre, branch, fields, field):
    known = {
        "yes": branch.pk,
        "office": make_mandate(city.town, is_frontline=False).pk,
        "next door": Mandate.objects.get(person__user=city.stranger_representative).pk,
        "stranger": city.stranger.pk,
    }
    with pytest.raises(InvalidInput) as refused:
        link_cadre(city, cadre, **{name: known.get(value, value) for name, value in fields.items()})
    assert set(refused.value.errors) == {field}
    assert not ContactLink.objects.exists()


def test_nobody_is_linked_twice(city, cadre, branch):
    link_cadre(city, cadre)
    with pytest.raises(InvalidInput, match="现在由郑组工联系"):
        link_cadre(city, city.organizer)
    link_branch(city, branch)
    with pytest.raises(InvalidInput, match="已经联系屯西村第1党支部"):
        link_branch(city, branch)


def test_only_organizers_of_the_place_link(city, cadre):
    for user in (city.keeper, city.leader, city.representative):
        with pytest.raises(NotAllowed):
            make_link(
                by=acting(user),
                at=MONDAY,
                kind="cadre",
                mandate=city.mandate.pk,
                cadre=cadre.pk,
                start_date=DAY,
            )
    with pytest.raises(NotAllowed):
        end_link(
            link_cadre(city, cadre), by=acting(city.stranger), at=MONDAY, ending="rearranged", end_date=DAY
        )


def test_a_branch_contact_is_a_line_of_the_ledger_once_and_is_taken_back(city, branch):
    link = link_branch(city, branch)
    made = contact(link, city.representative)
    line = DutyRecord.objects.get(kind=DutyKind.BRANCH_CONTACT)
    assert (line.mandate, line.on, line.source_id, line.reversed_at) == (city.mandate, TODAY, made.pk, None)
    assert list(check_ledger()) == []
    ((_record, told),) = tell_lines([line], city.representative)
    assert (told.what, told.phone) == ("屯西村第1党支部　上门走访", f"/contacts/{link.pk}/")
    ((_record, hidden),) = tell_lines([line], city.stranger)
    assert hidden.what == ""
    with pytest.raises(InvalidInput, match="已经记过"):
        contact(link, city.representative, method="phone")
    cancel_contact(made, by=acting(city.representative), at=MONDAY)
    line.refresh_from_db()
    assert line.reversed_at == MONDAY
    assert list(check_ledger()) == []
    with pytest.raises(Conflict):
        cancel_contact(made, by=acting(city.representative), at=MONDAY)
    contact(link, city.representative, method="phone")
    assert DutyRecord.objects.standing().count() == 1


def test_a_cadres_contact_is_the_cadres_own_work(city, cadre):
    contact(link_cadre(city, cadre), cadre)
    assert not DutyRecord.objects.exists()
    assert Contact.objects.get().recorded_by == cadre


def test_the_ledger_tells_of_lines_without_source_and_sources_without_line(city, branch):
    made = contact(link_branch(city, branch), city.representative)
    DutyRecord.objects.all().delete()
    assert [fault for fault in check_ledger() if "联系党支部" in fault] == [
        f"2026-11-16的「联系党支部」（来源编号 {made.pk}）已经做了，履职记录里却没有。"
    ]
    DutyRecord.objects.create(
        mandate=city.mandate, kind="branch_contact", on=TODAY, quantity=2,
        source_type="representatives.contact", source_id=made.pk,
    )  # fmt: skip
    DutyRecord.objects.create(
        mandate=city.mandate, kind="reception", on=TODAY, source_type="studios.duty", source_id=99
    )
    assert sorted(check_ledger()) == sorted(
        [
            "履职记录里有「驻室接待」2026-11-16（来源编号 99），来源里却没有这件事。",
            f"「联系党支部」来源编号 {made.pk} 记为 2026-11-16 2.00，按来源应为 2026-11-16 1。",
        ]
    )


@pytest.mark.parametrize(
    ("on", "error"),
    [("2026-11-17", "不能晚于今天"), ("2026-11-15", "从2026-11-16开始"), ("", "请选择"), ("昨天", "须写成")],
)
def test_days_that_are_refused(city, cadre, on, error):
    with pytest.raises(InvalidInput, match=error):
        contact(link_cadre(city, cadre), cadre, on=on)


def test_who_may_not_log(city, cadre):
    link = link_cadre(city, cadre)
    for user in (city.colleague, city.representative, city.stranger, city.keeper):
        with pytest.raises(NotAllowed):
            contact(link, user)
    contact(link, city.organizer)


def test_an_ended_link_takes_no_more_and_keeps_its_log(city, cadre):
    link = link_cadre(city, cadre, start_date="2026-10-01")
    contact(link, cadre, on="2026-10-12")
    end_link(link, by=acting(city.organizer), at=MONDAY, ending="rearranged", end_date="2026-11-01")
    with pytest.raises(Conflict):
        contact(link, cadre, on=DAY)
    contact(link, cadre, on="2026-10-20")
    with pytest.raises(Conflict):
        end_link(link, by=acting(city.organizer), at=MONDAY, ending="rearranged", end_date="2026-11-01")
    assert link.contacts.count() == 2


def test_the_seat_takes_its_links_along(city, cadre, branch):
    links = [link_cadre(city, cadre), link_branch(city, branch)]
    organizer = make_user(Role.ORGANIZER, city.town)
    decision = {"proposer": "支部", "decided_by": "党工委", "decision_date": DAY, "ground": "resigned"}
    perform("end", city.mandate, by=acting(organizer), at=MONDAY, data=decision)
    for link in links:
        link.refresh_from_db()
        assert (link.end_date, link.ending) == (TODAY, LinkEnding.MANDATE_OVER)


class TestSpreading:
    def test_evenly_with_the_reason_and_a_second_run_changes_nothing(self, city, cadre):
        second = make_user(Role.ORGANIZER, city.town, name="吴组工")
        for _number in range(5):
            make_mandate(city.town)
        make_mandate(city.town, is_frontline=False)
        foreseen = foresee_spread(LinkKind.CADRE, city.county, on=TODAY)
        done = spread_links(LinkKind.CADRE, city.county, by=acting(city.organizer), at=MONDAY)
        assert foreseen == done
        assert (done.given, done.left, done.fewest, done.most) == (7, 0, 3, 4)
        counted = {user: ContactLink.objects.filter(cadre=user).count() for user in (cadre, second)}
        assert sorted(counted.values()) == [3, 4]
        assert ContactLink.objects.order_by("pk").first().reason == "洛城街道2名组工干部中联系最少，原有0名"
        again = spread_links(LinkKind.CADRE, city.county, by=acting(city.organizer), at=MONDAY)
        assert (again.given, again.ended) == (0, 0)
        assert Event.objects.filter(verb="link").count() == 7

    def test_nobody_carries_more_than_the_place_says(self, city, cadre):
        LinkPolicy.objects.create(organization=city.root, cadre_load=1)
        done = spread_links(LinkKind.CADRE, city.county, by=acting(city.organizer), at=MONDAY)
        # One for the town's cadre, one for the county's own organizer.
        assert (done.given, done.left, done.most) == (2, 0, 1)
        make_mandate(city.town)
        done = spread_links(LinkKind.CADRE, city.county, by=acting(city.organizer), at=MONDAY)
        assert (done.given, done.left) == (0, 1)

    def test_whoever_was_left_behind_gets_another(self, city, cadre):
        link = link_cadre(city, cadre)
        cadre.memberships.update(end_date=TODAY - timedelta(days=1))
        done = spread_links(LinkKind.CADRE, city.county, by=acting(city.organizer), at=MONDAY)
        link.refresh_from_db()
        assert (link.ending, done.ended) == (LinkEnding.LEFT_POST, 1)
        assert ContactLink.objects.open().get(mandate=city.mandate).cadre == city.organizer

    def test_branches_of_the_own_town_alike(self, city):
        branches = [make_branch(city, number) for number in (1, 2)]
        for _number in range(2):
            make_mandate(city.town, is_frontline=False)
        done = spread_links(LinkKind.BRANCH, city.county, by=acting(city.organizer), at=MONDAY)
        assert (done.given, done.fewest, done.most) == (4, 2, 2)
        assert {link.branch for link in ContactLink.objects.all()} == set(branches)

    def test_not_for_a_stranger(self, city, cadre):
        with pytest.raises(NotAllowed):
            spread_links(LinkKind.CADRE, city.county, by=acting(city.stranger), at=MONDAY)


class TestReminding:
    def at(self, day):
        return datetime(2026, 12, day, 8, 20, tzinfo=CHINA)

    def run(self, day):
        return remind_of_contacts(on=date(2026, 12, day), at=self.at(day))

    def test_once_a_quarter_and_only_of_what_is_silent(self, city, cadre, branch):
        Notice.objects.all().delete()
        first, second = link_cadre(city, cadre), link_branch(city, branch)
        contact(second, city.representative)
        Notice.objects.all().delete()
        assert self.run(10) == 0  # 21 days left
        assert self.run(11) == 1
        notice = Notice.objects.get()
        assert (notice.user, notice.link) == (cadre, "/contacts/")
        assert notice.title == "2026年第4季度还有 20 天，1 名代表还没有联系"
        assert self.run(11) == 0
        assert self.run(20) == 0
        assert list(ContactLink.objects.silent_between(date(2026, 10, 1), date(2026, 12, 31))) == [first]
        january = datetime(2027, 3, 20, 8, 20, tzinfo=CHINA)
        assert remind_of_contacts(on=january.date(), at=january) == 2


def test_quarters():
    quarter = Quarter.of(TODAY)
    assert (quarter.first, quarter.last, quarter.label) == (
        date(2026, 10, 1),
        date(2026, 12, 31),
        "2026年第4季度",
    )
    assert quarter.before == Quarter(date(2026, 7, 1), date(2026, 9, 30))
    assert quarter.days_left(on=TODAY) == 45


def test_who_sees_a_link(city, cadre, branch):
    link_cadre(city, cadre), link_branch(city, branch)

    def seen(user):
        return ContactLink.objects.visible_to(user).count()

    assert [seen(user) for user in (city.organizer, cadre, city.representative, city.leader)] == [2, 2, 2, 2]
    assert [seen(user) for user in (city.stranger, city.colleague, city.handler)] == [0, 0, 0]
    assert ContactLink.objects.in_hand_of(cadre).get().kind == LinkKind.CADRE
    assert ContactLink.objects.in_hand_of(city.representative).get().kind == LinkKind.BRANCH
