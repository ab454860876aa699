"""Events written in bulk are the same rows that `record_event` writes."""

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.forms.models import model_to_dict

from records.actions import record_event
from records.bulk import BATCH, EventRow, record_events
from records.models import Event
from representatives.models import Mandate
from tests.factories import MONDAY, acting


def test_one_by_one_and_in_bulk_give_the_same(city):
    by = acting(city.organizer)
    told = {"before": {"field": "教育"}, "after": {"field": None, "is_frontline": True}, "note": "第 4 行"}
    single = record_event(city.mandate, "imported", by=by, at=MONDAY, organization=city.town, **told)
    record_events(Mandate, [EventRow(city.mandate.pk, "imported", city.town.pk, **told)], by=by, at=MONDAY)
    bulk = Event.objects.about(city.mandate).exclude(pk=single.pk).get()
    single.refresh_from_db()
    assert model_to_dict(bulk, exclude=["id"]) == model_to_dict(single, exclude=["id"])
    assert bulk.at == single.at == MONDAY


@pytest.mark.parametrize("number", [0, 1, BATCH, BATCH + 1])
def test_batches(city, number, django_assert_max_num_queries):
    rows = [EventRow(city.mandate.pk, "imported", city.town.pk, note=str(n)) for n in range(number)]
    with django_assert_max_num_queries(4):
        record_events(Mandate, rows, by=acting(city.organizer), at=MONDAY)
    notes = Event.objects.about(city.mandate).order_by("pk").values_list("note", flat=True)
    assert list(notes) == [str(n) for n in range(number)]


def test_they_are_as_unchangeable_as_any(city):
    record_events(
        Mandate, [EventRow(city.mandate.pk, "imported", city.town.pk)], by=acting(city.organizer), at=MONDAY
    )
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE records_event SET note = 'x'")
