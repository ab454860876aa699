"""How long it takes to plan reception days for the whole city, against bare reading and inserting of the same rows.

    DATA_DIR=/tmp/city python manage.py migrate && DATA_DIR=/tmp/city python manage.py demo
    DATA_DIR=/tmp/city python bench/reception_days.py                       # SQLite
    DATABASE_URL=postgres://… python bench/reception_days.py                # PostgreSQL, with a demo city in it

Plans the first month that nobody has planned yet, for a quarter, a half and all of the venues: laying the days down,
reading the board (people, history, leave, the rest of the year), solving, writing (duties, reasons, time lines). The
yardstick executes the very statements with which the board is read, fetching every row, and inserts the rows that
planning wrote in plain INSERTs of 500; ratio = ours ÷ yardstick. Then twelve months one after the other, each on the
months before it. Nothing stays: every transaction is rolled back.
"""

import argparse
import json
import os
import resource
import sys
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weifang_liaison.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Max  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.actor import Actor  # noqa: E402
from records.models import Event  # noqa: E402
from studios.actions.planning import plan_month, studios_with_rules  # noqa: E402
from studios.boards import load_board, year_end  # noqa: E402
from studios.models import Duty, ReceptionDay, Studio  # noqa: E402
from workdays.queries import load_calendar  # noqa: E402

STAGES = ("days", "board", "solve", "write")
ROWS = 500


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def all_venues():
    return list(studios_with_rules().order_by("pk").values_list("pk", flat=True))


def some_of(ids, part):
    """Every so many-th venue, so that each part of the city is as mixed as the whole."""
    step = round(1 / part)
    return Studio.objects.filter(pk__in=ids[::step])


def first_free_month():
    """The first month after all days there are."""
    last = ReceptionDay.objects.aggregate(last=Max("date"))["last"] or date.today()
    return following(last)


def following(day):
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def plan(month, studios, *, calendar):
    """(MonthPlan, {stage: seconds})"""
    marks = []
    result = plan_month(
        month,
        studios,
        by=Actor.system(),
        at=timezone.now(),
        calendar=calendar,
        progress=lambda _done, _total, _text: marks.append(time.perf_counter()),
    )
    return result, {name: marks[n + 1] - marks[n] for n, name in enumerate(STAGES)}


def highest_ids():
    return {
        model: model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in (ReceptionDay, Duty, Event)
    }


def written_since(ids):
    """{table: (columns, rows)} of what planning has put in, as the database keeps it."""
    found = {}
    with connection.cursor() as cursor:
        for model, last in ids.items():
            columns = ", ".join(
                connection.ops.quote_name(field.column) for field in model._meta.concrete_fields
            )
            table = connection.ops.quote_name(model._meta.db_table)
            # As text where a driver would not take its own value back.
            cursor.execute(f"SELECT {columns} FROM {table} WHERE id > %s ORDER BY id", [last])
            found[table] = columns, [tuple(map(plain, row)) for row in cursor.fetchall()]
    return found


def plain(value):
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def insert_bare(written):
    """Seconds for plain INSERTs of the same rows."""
    started = time.perf_counter()
    with connection.cursor() as cursor:
        for table, (columns, rows) in written.items():
            for start in range(0, len(rows), ROWS):
                part = rows[start : start + ROWS]
                one = f"({', '.join(['%s'] * len(part[0]))})"
                marks = ", ".join([one] * len(part))
                cursor.execute(
                    f"INSERT INTO {table} ({columns}) VALUES {marks}",
                    [value for row in part for value in row],
                )
    return time.perf_counter() - started


def read_bare(month, studios, *, calendar):
    """Seconds for the statements with which the board is read, every row fetched."""
    statements = []

    def note(execute, sql, params, many, context):
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        load_board(list(studios), month, year_end(month), calendar=calendar)
    rows, started = 0, time.perf_counter()
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            rows += len(cursor.fetchall())
    return time.perf_counter() - started, len(statements), rows


def measure_month(month, studios, *, calendar):
    with rolled_back():
        before = highest_ids()
        result, spent = plan(month, studios, calendar=calendar)
        written = written_since(before)
        reading, statements, rows = read_bare(month, studios, calendar=calendar)
    with rolled_back():
        inserting = insert_bare(written)
    total = sum(spent.values())
    stages = "  ".join(f"{name} {spent[name]:5.2f}" for name in STAGES)
    print(
        f"{result.venues:4d} venues {result.days:4d} days {result.assigned:4d} seats"
        f"  {stages}  total {total:5.2f} s"
        f"  | bare read {reading:.2f} s ({statements} statements, {rows} rows), bare insert {inserting:.3f} s"
        f" ({sum(len(rows) for _columns, rows in written.values())} rows), ratio {total / (reading + inserting):.1f}"
    )
    return total


def measure_year(month, studios, *, calendar):
    started, uneven, unfilled, slowest = time.perf_counter(), 0, 0, 0
    with rolled_back():
        for _month in range(12):
            began = time.perf_counter()
            result, _spent = plan(month, studios, calendar=calendar)
            slowest = max(slowest, time.perf_counter() - began)
            uneven = sum(1 for one in result.fairness.values() if not one.is_best)
            unfilled += len(result.unfilled)
            month = following(month)
    print(
        f"twelve months, month by month: {time.perf_counter() - started:.1f} s (slowest month {slowest:.1f} s); "
        f"{unfilled} days not filled; venues at the end that are not proven as even as can be: {uneven}"
    )


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rounds", type=int, default=1, help="how often the whole city is planned")
    options = asked.parse_args()
    settings.DEBUG = False

    calendar, ids = load_calendar(), all_venues()
    if not ids:
        sys.exit("No venue has a rule: build a demo city first (see above).")
    month = first_free_month()
    print(f"{connection.vendor}, {len(ids)} venues with a rule, planning {month:%Y-%m}")
    times = {part: measure_month(month, some_of(ids, part), calendar=calendar) for part in (0.25, 0.5)}
    times[1] = min(
        measure_month(month, some_of(ids, 1), calendar=calendar) for _round in range(options.rounds)
    )
    print(
        "seconds a venue: "
        + ", ".join(f"{part:.0%} {spent / (len(ids) * part):.4f}" for part, spent in times.items())
    )
    measure_year(month, some_of(ids, 1), calendar=calendar)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
