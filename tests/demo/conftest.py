from datetime import date, datetime

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from portal.demo.city import build_city
from tests.factories import CHINA

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
REPORT_DAY = date(2022, 10, 28)


@pytest.fixture(scope="package")
def demo_city(django_db_setup, django_db_blocker, tmp_path_factory):
    """A small demo city, built once and rolled back after the last test that looks at it. Its accounts are in `data_dir`."""
    data_dir = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), override_settings(DATA_DIR=data_dir), transaction.atomic():
        cache.clear()
        call_command("setup", verbosity=0, stdout=_Nowhere())
        report = build_city(scale=0.02, at=NOW, today=TODAY)
        report.data_dir = data_dir
        yield report
        transaction.set_rollback(True)


@pytest.fixture
def scratch(demo_city):
    """What a test does to the city is undone after it."""
    with transaction.atomic():
        yield demo_city
        transaction.set_rollback(True)


class _Nowhere:
    def write(self, text):
        pass

    def isatty(self):
        return False
