"""Events are append-only, and whoever gets round the triggers is found out by the chain."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from records import seals
from records.models import Event, Seal, SealEntry
from records.seals import GENESIS, seal_events, verify_chain
from records.triggers import install_triggers, remove_triggers
from tests.factories import MONDAY, acting, make_city, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(city):
    """Three matters' events in seals of four."""
    for _turn in range(3):
        make_petition(city, status="feedback")
    assert seal_events(at=MONDAY, batch=4) == 12
    return list(Event.objects.order_by("pk"))


class lifted:
    """What somebody with the database password could do: take the triggers off, change, put them back."""

    def __enter__(self):
        self._run(remove_triggers)

    def __exit__(self, *exc):
        self._run(install_triggers)

    @staticmethod
    def _run(work):
        # Inside a test's transaction SQLite's schema editor refuses to start; the statements themselves are fine.
        class Editor:
            def __init__(self):
                self.connection = connection

            def execute(self, statement):
                with connection.cursor() as cursor:
                    cursor.execute(statement)

        work(Editor())


@pytest.mark.parametrize("model", [Event, Seal, SealEntry])
def test_the_database_refuses_to_change_what_was_written(sealed, model):
    row = model.objects.order_by("pk").first()
    field = {"Event": "note", "Seal": "digest", "SealEntry": "digest"}[model.__name__]
    for deed in [
        lambda: model.objects.filter(pk=row.pk).update(**{field: "x"}),
        lambda: model.objects.filter(pk=row.pk)._raw_delete("default"),
    ]:
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    row.refresh_from_db()
    assert getattr(row, field) != "x"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_truncate_is_refused(sealed):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE records_event")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can replace a row by inserting one")
@pytest.mark.parametrize("model", [Event, Seal, SealEntry])
def test_a_row_is_not_pushed_out_by_another(sealed, model):
    """INSERT OR REPLACE deletes what is in its way, and fires no trigger on DELETE."""
    row = model.objects.order_by("pk").first()
    table, field = model._meta.db_table, "note" if model is Event else "digest"
    columns = [f.column for f in model._meta.concrete_fields]
    values = ", ".join("'x'" if name == field else name for name in columns)
    # By its id, and by any other key it has.
    for given in [columns, columns[1:]] if model is not Event else [columns]:
        told = values if "id" in given else values.removeprefix("id, ")
        with (
            pytest.raises(DatabaseError, match="只能新增"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"INSERT OR REPLACE INTO {table} ({', '.join(given)}) SELECT {told} FROM {table} WHERE id = %s",
                [row.pk],
            )
    row.refresh_from_db()
    assert getattr(row, field) != "x"


@pytest.mark.django_db(transaction=True)
def test_the_triggers_can_be_taken_off_and_put_back_by_migration():
    try:
        call_command("migrate", "records", "0003", verbosity=0)
        make_petition(make_city())
        Event.objects.update(note="x")
    finally:
        call_command("migrate", "records", verbosity=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(note="x")


def test_an_untouched_chain_holds(sealed):
    report = verify_chain()
    assert (report.faults, report.seals, report.events, report.pending) == ([], 3, 12, 0)
    assert report.head == Seal.objects.get(number=3).digest != GENESIS


def test_sealing_twice_seals_nothing_new(sealed):
    assert seal_events(at=MONDAY) == 0
    assert Seal.objects.count() == 3


def test_a_late_commit_lands_in_the_next_seal(city, sealed):
    late = make_petition(city)
    assert verify_chain().pending == 1
    assert seal_events(at=MONDAY) == 1
    assert SealEntry.objects.order_by("pk").last().event_id == Event.objects.about(late).get().pk
    assert verify_chain().faults == []


def test_a_row_slipped_in_far_below_is_found(sealed, monkeypatch):
    with lifted():
        SealEntry.objects.filter(event_id=sealed[0].pk).update(event_id=10**9)
    monkeypatch.setattr("records.seals.LATE_IDS", 10**6)
    assert "有1条留痕夹在已封存的编号之间，却不在任何封印里，可能是事后插入。" in verify_chain().faults


def test_people_go_on_working_while_a_chain_is_verified(city, sealed, monkeypatch):
    """A seal set between the reading of the chain and the counting of the rest is no fault."""
    verify_seal = seals._verify_seal

    def meanwhile(seal, report):
        verify_seal(seal, report)
        if seal.number == 3:
            make_petition(city)
            assert seal_events(at=MONDAY) == 1

    monkeypatch.setattr(seals, "_verify_seal", meanwhile)
    report = verify_chain()
    assert (report.faults, report.events) == ([], 12)


def test_an_edited_row_is_found(sealed):
    with lifted():
        Event.objects.filter(pk=sealed[5].pk).update(note="没有这回事")
    assert verify_chain().faults == [f"留痕 {sealed[5].pk} 的内容被改动（第2号封印）。"]


def test_a_removed_row_is_found(sealed):
    with lifted():
        Event.objects.filter(pk=sealed[0].pk)._raw_delete("default")
    assert verify_chain().faults == [f"留痕 {sealed[0].pk} 已被删除（第1号封印）。"]


def test_rows_that_changed_places_are_found(sealed):
    first, second = SealEntry.objects.order_by("pk")[:2]
    with lifted():
        SealEntry.objects.filter(pk=first.pk).update(position=99)
        SealEntry.objects.filter(pk=second.pk).update(position=first.position)
        SealEntry.objects.filter(pk=first.pk).update(position=second.position)
    assert verify_chain().faults == ["第1号封印的条目被改动或调换过次序。"]


def test_a_rewritten_entry_is_found(sealed):
    """Editing the event and its entry alike still breaks the chain."""
    with lifted():
        SealEntry.objects.filter(event_id=sealed[0].pk).update(digest="0" * 64)
    assert "第1号封印的条目被改动或调换过次序。" in verify_chain().faults


def test_a_removed_seal_is_found(sealed):
    with lifted():
        SealEntry.objects.filter(seal__number=2)._raw_delete("default")
        Seal.objects.filter(number=2)._raw_delete("default")
    faults = verify_chain().faults
    assert faults[:2] == ["封印缺号：应为第2号，实为第3号。", "第3号封印与上一封印接不上。"]


def test_a_head_kept_elsewhere_is_recognized_later(city, sealed):
    kept = verify_chain().head
    make_petition(city)
    seal_events(at=MONDAY)
    assert verify_chain(kept_head=kept).faults == []
    assert len(verify_chain(kept_head="f" * 64).faults) == 1


def test_the_command_prints_the_head_and_fails_on_a_fault(sealed, capsys):
    call_command("verify_events", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["events"], told["faults"], len(told["head"])) == (12, [], 64)
    with lifted():
        Event.objects.filter(pk=sealed[0].pk).update(note="改")
    with pytest.raises(CommandError):
        call_command("verify_events")
    assert f"留痕 {sealed[0].pk} 的内容被改动" in capsys.readouterr().err


def test_events_hold_no_personal_data(city):
    make_petition(city, status="archived")
    told = json.dumps(list(Event.objects.values("before", "after", "note")), ensure_ascii=False)
    assert "李桂兰" not in told
    assert "13900002210" not in told


def test_the_trail_is_for_its_own_organizers_and_auditors(city):
    make_petition(city)
    sees = {
        name: Event.objects.visible_to(city.user(name)).count()
        for name in ["organizer", "auditor", "leader", "keeper", "handler", "representative", "stranger"]
    }
    assert sees == {
        "organizer": 1,
        "auditor": 1,
        "leader": 0,
        "keeper": 0,
        "handler": 0,
        "representative": 0,
        "stranger": 0,
    }


def test_an_actor_at_a_door_is_written_down(city):
    petition = make_petition(city, by=city.keeper)
    event = Event.objects.about(petition).get()
    actor = acting(city.keeper)
    assert (event.actor, event.door, event.address) == (city.keeper, actor.door, "127.0.0.1")
