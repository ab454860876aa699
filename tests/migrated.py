"""The migrated database of the suite, kept from run to run: the hundred migrations take half a minute of each worker.

Only on SQLite, and only for exactly these migrations and what they call: a file that differs makes a new one. `migrate`
still runs on the copy, and finds nothing to do.
"""

import hashlib
import os
import sqlite3
import sys
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

CALLED = ["petitions/search_table.py", "records/triggers.py", "studios/recurrence.py"]
"""What the migrations import of the project; test_migrated.py notices what is missing here."""


def migration_files():
    return sorted(settings.BASE_DIR.glob("*/migrations/*.py"))


def digest():
    told = hashlib.sha256(f"{sys.version} {django.__version__} {sqlite3.sqlite_version}".encode())
    files = [*migration_files(), *(settings.BASE_DIR / name for name in CALLED)]
    for path in [*files, *sorted(settings.BASE_DIR.glob("*/data/*.csv"))]:
        told.update(str(path.relative_to(settings.BASE_DIR)).encode())
        told.update(path.read_bytes())
    return told.hexdigest()[:20]


def begin_with_migrated(path):
    """Let the database at `path` begin as a copy of what an earlier run has migrated, if there is one."""
    kept = _kept()
    if kept.exists():
        Path(path).write_bytes(kept.read_bytes())


def keep_migrated_database():
    """From now on the test database begins so, and whoever is the first keeps it for the others."""
    if connection.vendor != "sqlite":
        return
    creation = connection.creation
    make_empty, make = creation._create_test_db, creation.create_test_db
    kept = _kept()

    def begin(*args, **kwargs):
        name = make_empty(*args, **kwargs)
        begin_with_migrated(name)
        return name

    def create(*args, **kwargs):
        name = make(*args, **kwargs)
        if not kept.exists():
            _keep(kept)
        return name

    creation._create_test_db, creation.create_test_db = begin, create


def _kept():
    return settings.BASE_DIR / ".pytest_cache" / "migrated" / f"{digest()}.sqlite3"


def _keep(kept):
    """A whole copy under its name, or none: two workers may do this at once."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(f".{os.getpid()}")
    copy = sqlite3.connect(fresh)
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.close()
    for old in kept.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    fresh.replace(kept)
