"""Writing many events at once: rolls of 14,000 rows have to be in within seconds.

The same table, the same columns and the same triggers as `record_event`; only the object per row is saved.
"""

import json
from dataclasses import dataclass, field

from django.db import connection, transaction

from records.models import Event

BATCH = 500


@dataclass(slots=True)
class EventRow:
    """What is told of one subject; who and when are the same for the whole batch."""

    subject_id: int
    verb: str
    organization_id: int | None
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    note: str = ""


def record_events(subject_type, rows, *, by, at):
    """Insert the events of `rows` about subjects of one type (a model class), all by `by` at `at`."""
    connection_ops = connection.ops
    names = [
        "at",
        "actor_id",
        "actor_label",
        "door",
        "address",
        "verb",
        "subject_type",
        "subject_id",
        "organization_id",
        "before",
        "after",
        "note",
    ]
    columns = ", ".join(connection_ops.quote_name(name) for name in names)
    table = connection_ops.quote_name(Event._meta.db_table)
    moment = connection_ops.adapt_datetimefield_value(at)
    who = (moment, by.user.pk if by.user else None, by.label[:80], by.door, by.address)
    label = subject_type._meta.label_lower
    one = f"({', '.join(['%s'] * len(names))})"
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            values = []
            for row in batch:
                values += who
                values += (
                    row.verb,
                    label,
                    row.subject_id,
                    row.organization_id,
                    _json(row.before),
                    _json(row.after),
                    row.note,
                )
            cursor.execute(f"INSERT INTO {table} ({columns}) VALUES {', '.join([one] * len(batch))}", values)


def _json(value):
    return json.dumps(value, ensure_ascii=False) if value else "{}"


def refresh_statistics(*models):
    """The planner learns of many new rows now (of these tables, or of all): until the database gets round to it by
    itself, PostgreSQL takes full tables for empty ones and joins them row by row."""
    with connection.cursor() as cursor:
        if not models:
            cursor.execute("ANALYZE")
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
