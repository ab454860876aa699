"""How long a roster takes, against the least anybody could do: read the cells, and bulk_create bare rows.

    python bench/import_roster.py roster.xlsx

Prints seconds and peak memory of `manage.py import_roster` in a process of its own (first and second import), and
the ratio to the yardstick: calamine reading the sheet + one bulk_create of as many people and mandates, unchecked.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
YARDSTICK = """
import django; django.setup()
import sys, time
from datetime import date
import python_calamine
from accounts.models import Organization
from django.db import transaction
from representatives.models import Congress, Mandate, Person
started = time.monotonic()
table = python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()[3:]
with transaction.atomic():
    town = Organization.objects.filter(kind="town").first()
    congress = Congress.objects.create(level="town", organization=town, ordinal=1, name="x")
    people = [Person(name=r[2], birth_month=date(1970, 1, 1), phone=str(n), employer=r[8]) for n, r in enumerate(table)]
    Person.objects.bulk_create(people, batch_size=2000)
    Mandate.objects.bulk_create(
        [
            Mandate(person=p, congress=congress, level="town", organization=town, certificate_number=r[1], field=r[9])
            for p, r in zip(people, table)
        ],
        batch_size=2000,
    )
print(time.monotonic() - started)
"""


def run(data_dir, *command, **options):
    environment = {**os.environ, "DATA_DIR": data_dir, "DJANGO_SETTINGS_MODULE": "weifang_liaison.settings"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    ).stdout


def timed(data_dir, *command):
    """(seconds, peak RSS in MB) of one process. ru_maxrss of the children is that of the largest so far."""
    started = time.monotonic()
    print(run(data_dir, *command).strip()[:200])
    return time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def empty_house(data_dir):
    run(data_dir, "manage.py", "migrate", "-v0")
    run(data_dir, "manage.py", "shell", "-v0", "-c", "from accounts.setup import *; load_organizations()")


def main(file):
    with tempfile.TemporaryDirectory() as data_dir:
        empty_house(data_dir)
        first, peak = timed(data_dir, "manage.py", "import_roster", file, "--json")
        second, _peak = timed(data_dir, "manage.py", "import_roster", file, "--json")
    with tempfile.TemporaryDirectory() as data_dir:
        empty_house(data_dir)
        yardstick = float(run(data_dir, "-c", YARDSTICK, file))
    print(f"first import {first:.2f} s, peak {peak:.0f} MB; second {second:.2f} s")
    print(
        f"yardstick (calamine + bare bulk_create, without start-up) {yardstick:.2f} s; ratio {first / yardstick:.1f}"
    )


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).resolve()))
