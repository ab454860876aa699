"""Sight that outlives the post, and ledgers that meet across the border of a county."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import User
from petitions import matter_import
from petitions.matter_import import MATTERS
from petitions.models import Petition
from petitions.rules import receiving_studios
from records.importers import PlanChanged, make_plan, read_import, run_import
from representatives.enums import MandateStatus
from representatives.models import Group, Mandate
from studios.models import Studio
from tests.factories import acting, make_petition, make_studio
from tests.imports.books import MATTER_HEADERS, book, matter_row

AT = datetime(2022, 10, 28, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ANSWERED = {"答复内容": "已更换路灯。", "答复时间": "2022-10-20 16:00:00"}


def sight(user):
    user = User.objects.get(pk=user.pk)  # as the next request reads her
    return [model.objects.visible_to(user).count() for model in (Petition, Mandate, Group, Studio)] + [
        receiving_studios(None, user).count()
    ]


def test_a_seat_that_does_not_stand_opens_no_group(city):
    make_petition(city)
    assert sight(city.colleague) == [1, 2, 1, 1, 1]
    for status in set(MandateStatus.values) - {MandateStatus.IN_OFFICE}:
        Mandate.objects.filter(person__user=city.colleague).update(status=status, end_date=AT.date())
        assert sight(city.colleague) == [0, 1, 0, 0, 0], status


def test_a_representative_no_more_sees_no_group(city):
    make_petition(city)
    city.colleague.memberships.update(end_date=timezone.localdate() - timedelta(days=1))
    assert sight(city.colleague) == [0, 1, 0, 0, 0]


def test_the_receiver_still_sees_what_she_took_down(city):
    matter = make_petition(city)
    Mandate.objects.filter(pk=city.mandate.pk).update(status=MandateStatus.SUSPENDED)
    assert Petition.objects.visible_to(User.objects.get(pk=city.representative.pk)).get() == matter


def ledger(row, studio):
    index = MATTER_HEADERS.index("工作室（站）")
    return book(MATTER_HEADERS, [[*row[:index], studio.name, *row[index + 1 :]]])


def import_for(user, file):
    return run_import(MATTERS, read_import(MATTERS, file, at=AT), by=acting(user), at=AT)


def test_the_same_words_in_two_counties_are_two_matters(city):
    theirs = import_for(city.stranger, ledger(matter_row(3), city.neighbour_studio))
    ours = import_for(city.organizer, ledger(matter_row(3, **ANSWERED), city.studio))
    assert (theirs.counts()["created"], ours.counts()["created"], ours.counts()["updated"]) == (1, 1, 0)
    assert Petition.objects.get(studio=city.neighbour_studio).replied_at is None
    again = import_for(city.organizer, ledger(matter_row(3, **ANSWERED), city.studio))
    assert again.counts()["unchanged"] == 1


def test_the_same_words_at_two_venues_are_two_matters(city):
    other = make_studio(city.town)
    assert import_for(city.organizer, ledger(matter_row(3), city.studio)).counts()["created"] == 1
    assert import_for(city.organizer, ledger(matter_row(3), other)).counts()["created"] == 1


@pytest.mark.parametrize("other", ["handling", "withdrawn"])
def test_a_reply_does_not_run_over_what_a_clerk_does_meanwhile(other, city, monkeypatch):
    import_for(city.organizer, ledger(matter_row(3), city.studio))
    write = matter_import._add_replies

    def somebody_first(rows, *, at):
        Petition.objects.update(status=other, lead_unit=city.unit)
        return write(rows, at=at)

    monkeypatch.setattr(matter_import, "_add_replies", somebody_first)
    file = ledger(matter_row(3, **ANSWERED), city.studio)
    assert (
        len(make_plan(MATTERS, read_import(MATTERS, file, at=AT), by=acting(city.organizer), at=AT).changed)
        == 1
    )
    with pytest.raises(PlanChanged):
        import_for(city.organizer, file)
    assert Petition.objects.get().replied_at is None


def test_nobody_on_the_way_keeps_an_answer_of_the_api(city, at_desk):
    matter = make_petition(city)
    client = at_desk(city.keeper)
    for path in (
        "petitions/",
        f"petitions/{matter.pk}/",
        f"petitions/{matter.pk}/events/",
        "me/",
        "mandates/",
    ):
        assert "no-store" in client.get(f"/api/v1/{path}").headers["Cache-Control"], path
    told = client.post(f"/api/v1/petitions/{matter.pk}/unmask/", {"reason": "电话告知"}, "application/json")
    assert told.json()["petitioner_phone"] == "13900002210"
    assert "no-store" in told.headers["Cache-Control"]
