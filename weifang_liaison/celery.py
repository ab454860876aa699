import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weifang_liaison.settings")

app = Celery("weifang_liaison")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_kwargs):
    """LOGGING in the settings holds for the worker too: with a receiver here Celery brings none of its own."""
