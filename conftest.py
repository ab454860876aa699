"""Where the suite keeps its things, and what it may not wait for.

Run before the settings are read: pytest-django would read them from the ini file too early, so they are named here.
"""

import logging
import os
import shutil
import tempfile
from pathlib import Path

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER")


def _make_data_dir():
    """A fresh folder for each run, in memory where there is room: the suite waits for no disk."""
    shm = Path("/dev/shm")
    roomy = shm.is_dir() and os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > 2 * 2**30
    return tempfile.mkdtemp(prefix="liaison-tests-", dir=shm if roomy else None)


def _set_environment():
    os.environ["DJANGO_SETTINGS_MODULE"] = "weifang_liaison.settings"
    # The same rules on every engine: with a DATABASE_URL alone the settings would choose production.
    os.environ["DEBUG"] = "1"
    if not WORKER:
        os.environ["DATA_DIR"] = _make_data_dir()


_set_environment()

import django  # noqa: E402  (after the environment is set)
from django.conf import settings  # noqa: E402

settings.CELERY_TASK_ALWAYS_EAGER = True
settings.CELERY_TASK_EAGER_PROPAGATES = True
# Argon2 is slow on purpose; a small city has a dozen passwords, and every test would pay for them.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
if not settings.REDIS_URL:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
elif WORKER:
    # Each worker empties its cache between tests, so each has one of its own.
    settings.CACHES["default"] |= {
        "LOCATION": f"{settings.REDIS_URL.rstrip('/')}/{WORKER.removeprefix('gw')}",
        "OPTIONS": settings.CACHES["default"]["OPTIONS"]
        | {"stand_in_folder": settings.DATA_DIR / f"cache-{WORKER}"},
    }
django.setup()
# The walks over every address are refused tens of thousands of times; a traceback written for each takes minutes.
logging.getLogger("django.request").setLevel(logging.ERROR)


def pytest_unconfigure():
    if not WORKER:
        shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)


@pytest.fixture(autouse=True)
def _empty_cache():
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _no_unexpected_errors(request, caplog):
    """A test that makes the house log an error fails, unless it says so: @pytest.mark.logs_errors."""
    yield
    if request.node.get_closest_marker("logs_errors"):
        return
    errors = [
        r.getMessage()
        for when in ("setup", "call")
        for r in caplog.get_records(when)
        if r.levelno >= logging.ERROR
    ]
    assert errors == [], "the test logged errors; expected ones are marked with @pytest.mark.logs_errors"
