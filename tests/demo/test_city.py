import json
import stat
from collections import Counter
from datetime import date, datetime, time

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.enums import Role
from accounts.models import Membership, Notice, Organization, User
from petitions.actions import perform, receive_petition
from petitions.enums import Status
from petitions.models import Category, Channel, Petition
from portal.demo import city as city_module
from portal.demo.city import HouseNotEmptyError, build_city
from portal.verification import verify_house
from records.models import Event
from records.seals import unsealed_events
from representatives.models import DutyRecord, Group, Mandate, Person
from studios.models import ChecklistResult, Duty, GroupPlacement, Helper, Studio, Visit
from tests.demo.conftest import NOW, REPORT_DAY, TODAY
from training.models import MentorPair
from workdays.queries import load_calendar


def user(username):
    return User.objects.get(username=username)


def test_the_small_city_keeps_its_proportions(demo_city):
    levels = dict(Counter(Mandate.objects.values_list("level", flat=True)))
    assert levels == {"national": 1, "provincial": 1, "city": 11, "county": 78, "town": 195}
    assert Mandate.objects.count() - Mandate.objects.values("person").distinct().count() == 11
    cadres = MentorPair.objects.filter(kind="cadre")
    assert Person.objects.filter(mandates=None).count() == Helper.objects.count() + cadres.count()
    assert Studio.objects.filter(kind="workroom").count() == 77
    assert Studio.objects.filter(kind="station").count() == 152
    assert ChecklistResult.objects.count() == 229 * 5


def test_every_mandate_has_a_venue(demo_city):
    """City, county and town mandates by their group, the two higher levels by the workroom they lead (R10, R19)."""
    ungrouped = Mandate.objects.filter(group=None)
    assert set(ungrouped.values_list("level", flat=True)) == {"national", "provincial"}
    assert Studio.objects.filter(lead__in=ungrouped).count() == ungrouped.count()
    assert GroupPlacement.objects.count() == Group.objects.count()


def test_the_city_agrees_with_itself(demo_city):
    assert [(check.code, check.faults) for check in verify_house(on=TODAY) if check.faults] == []


def test_everything_is_sealed(demo_city):
    assert Event.objects.count() == demo_city.events
    assert unsealed_events().count() == 0


def test_the_year_of_the_report_is_closed(demo_city):
    year = Petition.objects.filter(received_at__year=2022)
    assert year.count() == 420
    assert set(year.values_list("status", flat=True)) == {Status.ARCHIVED, Status.WITHDRAWN}
    solved = year.filter(outcome="A")
    assert solved.count() == 137
    assert (
        max(timezone.localdate(moment) for moment in solved.values_list("resolved_at", flat=True))
        <= REPORT_DAY
    )


def test_everything_happens_in_office_hours(demo_city):
    calendar = load_calendar()
    for moment in Event.objects.values_list("at", flat=True):
        local = timezone.localtime(moment)
        assert calendar.is_workday(local.date()), local
        assert time(8, 30) <= local.time() <= time(17, 22), local
    assert Event.objects.filter(at__gte=NOW).count() == 0


def test_the_tail_shows_every_state_and_something_overdue(demo_city):
    tail = Petition.objects.filter(received_at__year=2026)
    assert set(tail.values_list("status", flat=True)) >= set(Status.stages())
    assert tail.overdue(on=TODAY).count() >= 3


def test_nobody_can_be_telephoned(demo_city):
    phones = [
        *Person.objects.values_list("phone", flat=True),
        *Petition.objects.exclude(petitioner_phone="").values_list("petitioner_phone", flat=True),
    ]
    assert {phone[:3] for phone in phones} == {"154"}


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("zuzhi-weifang", "registered"),
        ("zuzhi-shouguang", "registered"),
        ("zuzhi-changle", "registered"),
        ("zhushi-yangshouwei", "received"),
        ("jingban-shouguang-zhujian", "handling"),
        ("yangshouwei", "feedback"),
        ("wangwen", "feedback"),
        ("lingdao-weifang", "handling"),
    ],
)
def test_every_work_list_has_something(demo_city, username, status):
    mine = Petition.objects.visible_to(user(username))
    assert mine.filter(status=status, received_at__year=2026).exists()


def test_handler_and_representative_have_overdue_work(demo_city):
    unit = Organization.objects.get(code="370783-U01")
    assert (
        Petition.objects.visible_to(user("jingban-shouguang-zhujian"))
        .overdue(on=TODAY)
        .filter(lead_unit=unit)
        .exists()
    )
    mine = Petition.objects.filter(mandate__person__user=user("yangshouwei"))
    assert mine.to_be_told().count() >= 2
    assert mine.overdue(on=TODAY).exists()
    assert DutyRecord.objects.filter(mandate__person__user=user("yangshouwei")).exists()
    assert Notice.objects.filter(user=user("yangshouwei"), read_at=None).exists()


def test_neighbours_do_not_see_each_other(demo_city):
    seen = Petition.objects.visible_to(user("zuzhi-changle"))
    codes = set(seen.values_list("organization__code", flat=True))
    assert codes
    assert {code[:6] for code in codes} == {"370725"}


def test_accounts_are_written_for_the_owner_alone(demo_city):
    path = demo_city.data_dir / "demo-accounts.json"
    accounts = json.loads(path.read_text(encoding="utf-8"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {account["role"] for account in accounts} == {*Role.values, "superuser"}
    assert {account["username"] for account in accounts} >= {
        "zuzhi-shouguang",
        "zuzhi-changle",
        "yangshouwei",
    }
    for account in accounts:
        if account["role"] == "client":
            continue
        found = user(account["username"])
        assert found.check_password(account["password"])
        if account["role"] != "superuser":
            place = Organization.objects.get(code=account["organization_code"])
            assert Membership.objects.filter(user=found, role=account["role"], organization=place).exists()


def test_the_other_system_gets_a_token(demo_city, client):
    account = next(account for account in demo_city.accounts if account["role"] == "client")
    answer = client.post(
        "/oauth/token/",
        {
            "grant_type": "client_credentials",
            "client_id": account["username"],
            "client_secret": account["password"],
        },
    )
    assert answer.status_code == 200
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    listed = client.get("/api/v1/petitions/", headers=headers).json()["results"]
    assert len(listed) > 0


def test_other_accounts_cannot_sign_in(demo_city):
    published = {account["username"] for account in demo_city.accounts}
    silent = User.objects.exclude(username__in=published)
    assert silent.exists()
    assert [found for found in silent[:50] if found.has_usable_password()] == []


def test_the_next_number_follows_the_last(scratch):
    studio = Studio.objects.get(is_pilot=True)
    numbers = list(
        Petition.objects.filter(number__startswith="370783-2026-").values_list("number", flat=True)
    )
    petition = receive_petition(
        by=Actor(user=user("zuzhi-shouguang"), door="admin"),
        at=NOW,
        studio=studio,
        channel=Channel.objects.get(code="studio"),
        kind="opinion",
        title="村口路灯不亮",
        content="村口路灯不亮。",
    )
    assert int(petition.number[-6:]) == max(int(number[-6:]) for number in numbers) + 1


def test_events_have_the_shape_the_verbs_leave(scratch):
    """A demo matter walked by the real verbs tells the same things as the ones written in bulk."""
    organizer = Actor(user=user("zuzhi-shouguang"), door="admin")
    petition = Petition.objects.filter(status="received", studio__is_pilot=True).first()
    unit = Organization.objects.get(code="370783-U01")
    for verb, data in [
        ("register", {"category": Category.objects.get(code="housing-city-lamp")}),
        ("assign", {"organization": unit}),
        ("reply", {"content": "已修好。", "outcome": "A"}),
        ("feedback", {"method": "phone", "content": "满意", "rating": 5}),
        ("archive", {}),
        ("reopen", {"reason": "又坏了"}),
        ("withdraw", {"reason": "不再反映"}),
    ]:
        perform(verb, petition, by=organizer, at=NOW, data=data)
    for event in Event.objects.about(petition).filter(at=NOW):
        drawn = Event.objects.filter(subject_type="petitions.petition", verb=event.verb, at__lt=NOW).first()
        if drawn is None:
            assert event.verb == "reopen"
            continue
        assert (drawn.before.keys(), drawn.after.keys()) == (event.before.keys(), event.after.keys()), (
            event.verb
        )


def test_a_house_with_something_in_it_is_refused(demo_city, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    with pytest.raises(HouseNotEmptyError):
        build_city(scale=0.005, at=NOW, today=TODAY)
    with pytest.raises(CommandError, match="只能装进空库"):
        call_command("demo", scale=0.005, verbosity=0)
    assert list(tmp_path.iterdir()) == []


def restart_numbers():
    """PostgreSQL counts on where a city was that is gone again; a house that is new begins with the same numbers."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(sql)


@pytest.mark.django_db
class TestFreshHouse:
    @pytest.fixture(autouse=True)
    def _empty_house(self, tmp_path, settings):
        settings.DATA_DIR = tmp_path
        call_command("setup", verbosity=0)

    def test_an_aborted_demo_leaves_an_empty_house(self, monkeypatch, tmp_path):
        def fail(*_args, **_options):
            raise RuntimeError("the plug was pulled")

        monkeypatch.setattr(city_module, "seal_events", fail)
        with pytest.raises(RuntimeError, match="the plug was pulled"):
            build_city(scale=0.005, at=NOW, today=TODAY)
        counts = [model.objects.count() for model in (Person, Mandate, Studio, Petition, User, Event)]
        assert counts == [0] * 6
        assert list(tmp_path.iterdir()) == []

    def test_the_same_seed_builds_the_same_city(self):
        def drawn():
            with transaction.atomic():
                restart_numbers()
                build_city(scale=0.005, at=NOW, today=TODAY)
                rows = [
                    *Petition.objects.order_by("number").values_list(
                        "number", "title", "content", "received_at", "outcome", "rating"
                    ),
                    *Mandate.objects.order_by("certificate_number").values_list(
                        "certificate_number", "person__name", "group__name"
                    ),
                    *Duty.objects.order_by("pk").values_list(
                        "date", "day__studio__name", "person__name", "status"
                    ),
                    *Visit.objects.order_by("pk").values_list("day__date", "count", "recorded_at"),
                ]
                transaction.set_rollback(True)
            return rows

        assert drawn() == drawn()

    def test_the_story_moves_with_the_day(self):
        build_city(scale=0.005, at=datetime(2027, 3, 10, 9, 0, tzinfo=NOW.tzinfo), today=date(2027, 3, 10))
        newest = Petition.objects.order_by("received_at").last()
        assert timezone.localdate(newest.received_at) == date(2027, 3, 9)

    def test_the_command_tells_the_accounts(self, capsys, tmp_path):
        call_command("demo", "--scale", "0.005", "--today", "2026-11-23")
        told = capsys.readouterr().out
        for account in json.loads((tmp_path / "demo-accounts.json").read_text(encoding="utf-8")):
            assert account["username"] in told
            assert account["password"] in told

    @pytest.mark.parametrize("options", [{"scale": 0}, {"scale": 50}, {"today": date(2022, 12, 1)}])
    def test_odd_wishes_are_refused(self, options):
        with pytest.raises(CommandError):
            call_command("demo", **options)
