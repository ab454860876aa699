import gc

import pytest
from django.db import connection
from django.test import TransactionTestCase

from records.triggers import install_triggers, remove_triggers
from tests.kept_city import KeptCity
from tests.migrated import keep_migrated_database


def pytest_configure(config):
    keep_migrated_database()


def pytest_collection_modifyitems(config, items):
    """The second run, on PostgreSQL and Redis, is for what the engines may change."""
    if connection.vendor == "sqlite":
        return
    left_out = [item for item in items if not _meets_the_engines(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _meets_the_engines(item)]


def _meets_the_engines(item):
    asks = "django_db_setup" in item.fixturenames or item.get_closest_marker("django_db")
    return (asks or item.path.parent.name == "infra") and not item.get_closest_marker("once")


def pytest_collection_finish():
    """Whatever has been imported by now stays: the collector need not walk over it again with every test. What a test
    leaves goes in larger heaps, too: swept up after every 700 objects, it was a tenth of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(scope="session")
def kept_city(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return KeptCity()


@pytest.fixture
def city(db, kept_city):
    """Two counties side by side, with one person for each role; see tests/factories.py."""
    return kept_city.put_back()


@pytest.fixture(autouse=True, scope="session")
def _let_stories_empty_the_tables():
    """After a story with real transactions Django empties every table; the append-only ones have to let it."""
    teardown = TransactionTestCase._fixture_teardown

    def lifted(self):
        with connection.schema_editor() as editor:
            remove_triggers(editor)
        teardown(self)
        with connection.schema_editor() as editor:
            install_triggers(editor)

    TransactionTestCase._fixture_teardown = lifted
    yield
    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A server that a test has killed is let go by PostgreSQL a moment later; its database could not be dropped till then."""
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND datname LIKE 'test%' AND pid <> pg_backend_pid()"
        )
