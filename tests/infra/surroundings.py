"""Running the house from outside: its own process, its own environment, its own folder."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOOD_KEY = "a-key-for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz"
# What the suite runs with must not leak into a house that is started from nothing.
OURS = {
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "DEBUG",
    "DATA_DIR",
    "PORT",
    "HTTPS",
    "ALLOWED_HOSTS",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # set for the browser tests
}


def surroundings(data_dir, **variables):
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return kept | {"DATA_DIR": str(data_dir)} | variables


def manage(*words, data_dir, **variables):
    """Runs manage.py to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=surroundings(data_dir, **variables),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


def read_settings(expression, *, data_dir, **variables):
    """The value of an expression over the settings in a fresh process; settings only, no app is loaded."""
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; print({expression})"],
        cwd=ROOT,
        env=surroundings(data_dir, DJANGO_SETTINGS_MODULE="weifang_liaison.settings", **variables),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
