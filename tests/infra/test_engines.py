import importlib.util

import pytest
from django.db import connection


def test_psycopg_3_is_not_here():
    """Django silently prefers it to psycopg2, which is the driver this house was measured and tested with."""
    assert importlib.util.find_spec("psycopg") is None


@pytest.mark.django_db
def test_the_driver_is_the_pinned_one():
    expected = {"postgresql": "psycopg2", "sqlite": "sqlite3"}
    module = connection.Database.__name__.split(".")[0]
    if connection.vendor == "postgresql":
        assert connection.Database.__version__.startswith("2.9.")
    assert module == expected[connection.vendor] or (connection.vendor, module) == ("sqlite", "_sqlite3")
