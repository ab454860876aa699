import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from records.triggers import install_triggers, remove_triggers
from tests.factories import make_city
from tests.migrated import keep_migrated_database


def pytest_configure(config):
    keep_migrated_database(config.rootpath / ".pytest_cache" / "migrated")


@pytest.fixture
def city(db):
    """Two counties side by side, with one person for each role; see tests/factories.py."""
    return make_city()


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


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()
