"""What the scores of a year cost, beside one bare aggregation of the same records.

    python bench/appraisal.py [--records 100000 300000 1000000] [--people 7563 14264]

Makes rolls and a ledger on a PostgreSQL of its own (or in the empty database that DATABASE_URL names). The yardstick is
one statement that adds up the same records by mandate and kind and fetches the result. Beside it: the first computation,
which writes every row; the second, which finds nothing to change; and the memory of this process. Nothing is asserted;
the last lines say whether the targets hold: at most three times the yardstick, linear in the records, memory flat.
"""

import argparse
import os
import resource
import secrets
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from engine import Postgres  # noqa: E402

YEAR = 2022
BARE = (
    "SELECT mandate_id, kind, COUNT(*), SUM(quantity) FROM representatives_dutyrecord"
    ' WHERE reversed_at IS NULL AND "on" BETWEEN %s AND %s GROUP BY mandate_id, kind'
)
TIMES = 5


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--records", type=int, nargs="+", default=[100_000, 300_000, 1_000_000])
    options.add_argument("--people", type=int, nargs="+", default=[7_563, 14_264])
    given = options.parse_args()
    own = None if os.environ.get("DATABASE_URL") else Postgres()
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder:
        os.environ |= {
            "DATABASE_URL": own.url if own else os.environ["DATABASE_URL"],
            "DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "weifang_liaison.settings",
            "DEBUG": "0",
            "HTTPS": "0",
            "SECRET_KEY": secrets.token_urlsafe(64),
        }
        try:
            import django

            django.setup()
            run(given)
        finally:
            from django.db import connections

            connections.close_all()
            if own:
                own.stop()


def run(given):
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    ground = make_rolls(max(given.people))
    print(
        f"{'records':>10}{'people':>8}{'bare ms':>10}{'first ms':>10}{'ratio':>7}{'again ms':>10}{'ratio':>7}{'MB':>8}"
    )
    rows = []
    for records in sorted(given.records):
        grow_ledger(records)
        for people in given.people:
            rows.append(measure(records, make_cycle(ground, people)))
            print(
                "{:>10,}{:>8,}{:>10.0f}{:>10.0f}{:>7.2f}{:>10.0f}{:>7.2f}{:>8.0f}".format(*rows[-1]),
                flush=True,
            )
    tell(rows, given)


def make_rolls(people):
    from accounts.actions import create_organization
    from accounts.enums import OrganizationKind
    from representatives.enums import Level
    from representatives.models import Congress, Mandate, Person

    city = create_organization(code="3707", name="潍坊市", kind=OrganizationKind.CITY)
    congress = Congress.objects.create(
        level=Level.TOWN, organization=city, ordinal=1, name="第一次代表大会", start_date=date(2021, 12, 1)
    )
    rolls = Person.objects.bulk_create(
        [Person(name=f"代表{n}", phone=f"1990{n:07d}") for n in range(people)], batch_size=2000
    )
    Mandate.objects.bulk_create(
        [
            Mandate(
                person=person,
                congress=congress,
                level=Level.TOWN,
                organization=city,
                certificate_number=f"B{n:07d}",
                is_frontline=True,
                start_date=congress.start_date,
            )
            for n, person in enumerate(rolls)
        ],
        batch_size=2000,
    )
    return city


def grow_ledger(records):
    """Lines spread over the mandates, the kinds and the days of the year, by arithmetic."""
    from django.db import connection

    from representatives.enums import DutyKind
    from representatives.models import DutyRecord, Mandate

    present = DutyRecord.objects.count()
    kinds = list(DutyKind.values)
    first = Mandate.objects.order_by("pk").values_list("pk", flat=True).first()
    count = Mandate.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO representatives_dutyrecord (mandate_id, kind, "on", quantity, source_type, source_id)'
            " SELECT %s + (n::bigint * 7919) %% %s, (%s::text[])[1 + n %% %s], date '2022-01-01' + (n * 31 %% 365)::int,"
            " 0.5 + n %% 16, 'bench', n FROM generate_series(%s, %s) AS n",
            [first, count, kinds, len(kinds), present + 1, records],
        )
        connection.commit()
        cursor.execute("VACUUM ANALYZE")


def make_cycle(city, people):
    from evaluations.enums import CycleStatus, IndicatorSource, Measure, SchemeStatus, SubjectKind
    from evaluations.models import Cycle, Evaluation, Indicator, Scheme
    from evaluations.year import default_dates
    from representatives.enums import DutyKind
    from representatives.models import Mandate

    Evaluation.objects.all().delete()
    Cycle.objects.all().delete()
    Scheme.objects.all().delete()
    scheme = Scheme.objects.create(organization=city, year=YEAR, title="考评办法", status=SchemeStatus.IN_USE)
    ledger = list(DutyKind.values)
    share = 60 // len(ledger)
    for position, kind in enumerate(ledger):
        Indicator.objects.create(
            scheme=scheme,
            code=kind.replace("_", "-"),
            name=kind,
            source=IndicatorSource.LEDGER,
            kinds=[kind],
            target=4,
            weight=share,
            measure=Measure.QUANTITY if kind == DutyKind.TRAINING else Measure.LINES,
            position=position,
        )
    for code, source, weight in (
        ("report", IndicatorSource.SELF_REPORT, 10),
        ("committee", IndicatorSource.COMMITTEE, 90 - share * len(ledger)),
    ):
        Indicator.objects.create(
            scheme=scheme, code=code, name=code, source=source, target=100, weight=weight
        )
    cycle = Cycle.objects.create(
        kind=SubjectKind.REPRESENTATIVE,
        organization=city,
        year=YEAR,
        title="考评",
        levels=["town"],
        status=CycleStatus.ASSESSING,
        **default_dates(YEAR),
    )
    seats = Mandate.objects.order_by("pk").values_list("pk", "organization_id")[:people]
    Evaluation.objects.bulk_create(
        [
            Evaluation(
                cycle=cycle, scheme=scheme, mandate_id=pk, organization_id=organization, committee_mark=8_600
            )
            for pk, organization in seats
        ],
        batch_size=2000,
    )
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return cycle


def spent(do):
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def measure(records, cycle):
    from django.db import connection

    from evaluations.computing import compute_cycle
    from evaluations.models import Evaluation

    def bare():
        with connection.cursor() as cursor:
            cursor.execute(BARE, [cycle.period_start, cycle.period_end])
            while cursor.fetchmany(2000):
                pass

    def forget():
        Evaluation.objects.update(points={}, score=None)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE evaluations_evaluation")

    yardstick, first, again = [], [], []
    for _n in range(TIMES):
        yardstick.append(spent(bare))
        forget()
        first.append(spent(lambda: compute_cycle(cycle)))
        again.append(spent(lambda: compute_cycle(cycle)))
    bare_ms, first_ms, again_ms = map(statistics.median, (yardstick, first, again))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    people = Evaluation.objects.count()
    return records, people, bare_ms, first_ms, first_ms / bare_ms, again_ms, again_ms / bare_ms, memory


def tell(rows, given):
    worst = max(rows, key=lambda row: row[4])
    verdict = "holds" if worst[4] <= 3 else "FAILS"
    print(
        f"{verdict}: the first computation takes at most 3 × the yardstick; worst {worst[4]:.2f} at {worst[0]:,} records, {worst[1]:,} people"
    )
    for people in given.people:
        line = [row for row in rows if row[1] == people]
        growth, more = line[-1][3] / line[0][3], line[-1][0] / line[0][0]
        print(f"{people:,} people: {more:.1f} × the records cost {growth:.1f} × the time")
    print(f"memory: {rows[0][7]:.0f} MB at the first row, {rows[-1][7]:.0f} MB at the last")


if __name__ == "__main__":
    main()
